"""Fill the OD cells that the sources lost, from the years beside them: writes flows_estimated.csv.

2022: 64 cells are lost, all margins and the other cells are known; years before and after are the priors.
2023: 1,533 is printed both from KZ-19 to KZ-79 and back, but the published nets need 647 more one way. So either
886 went there, or 2,180 came back; the neighbouring years say which.

Run from anywhere, after a change of flows.csv or migration.csv: ``python data/estimate_missing.py``
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from kzgeo.od import estimate

HERE = Path(__file__).parent
DOUBTFUL = ("KZ-19", "KZ-79")


def margins(migration: pd.DataFrame, year: int) -> pd.DataFrame:
    """Return the interregional margins of a year."""
    rows = migration[(migration["year"] == year) & (migration["flow"] == "interregional")]
    wide = rows.pivot_table(index="region", columns="direction", values="people")
    return wide[["arrivals", "departures"]].astype(int).assign(year=year).reset_index()


def lost_of_2022(flows: pd.DataFrame, migration: pd.DataFrame) -> pd.DataFrame:
    """Estimate the missing cells under the known margins and all other cells."""
    result = estimate(
        margins(migration, 2022),
        prior=flows[flows["year"].isin([2021, 2023])],
        known=flows[flows["year"] == 2022],
    )
    sources = " ".join(sorted(set(" ".join(migration.loc[migration["year"] == 2022, "source"]).split()) | {"S01"}))
    return result[result["status"] == "estimated"].assign(source=sources)


def doubtful_of_2023(flows: pd.DataFrame, migration: pd.DataFrame) -> pd.DataFrame:
    """Bound the doubtful cell; its reverse must stay larger by what the published nets need."""
    year = flows[flows["year"] == 2023].set_index(["origin", "destination"])["people"]
    people, reverse = int(year[DOUBTFUL]), int(year[DOUBTFUL[::-1]])
    expected = estimate(margins(migration, 2023), prior=flows[flows["year"].isin([2021, 2024])])
    expected = expected.set_index(["origin", "destination"])
    there, back = expected.loc[DOUBTFUL], expected.loc[DOUBTFUL[::-1]]
    needed = reverse - people
    row = there.to_frame().T.rename_axis(["origin", "destination"]).reset_index()
    return row.assign(
        people=people,
        low=max(there["low"], back["low"] - needed),
        high=min(there["high"], back["high"] - needed),
        min=max(0, -needed),
        max=room(year, migration),
        source="S01 S03",
    )


def room(year: pd.Series, migration: pd.DataFrame) -> int:
    """Return the most that the doubtful cell can hold.

    Moves of all kinds inside the country bound those between regions, there and back.
    """
    internal = migration[(migration["year"] == 2023) & (migration["flow"] == "internal")]
    totals = internal.pivot_table(index="region", columns="direction", values="people")
    origin, destination = DOUBTFUL
    people = year[DOUBTFUL]
    between = year.groupby("origin").sum(), year.groupby("destination").sum()
    spare = [
        totals.loc[origin, "departures"] - between[0][origin] + people,
        totals.loc[destination, "arrivals"] - between[1][destination] + people,
        totals.loc[destination, "departures"] - between[0][destination] + people,
        totals.loc[origin, "arrivals"] - between[1][origin] + people,
    ]
    return int(min(spare))


def main() -> None:
    """Write flows_estimated.csv beside this script."""
    flows = pd.read_csv(HERE / "flows.csv")
    migration = pd.read_csv(HERE / "migration.csv")
    table = pd.concat([lost_of_2022(flows, migration), doubtful_of_2023(flows, migration)])
    columns = ["origin", "destination", "year", "people", "low", "high", "min", "max", "status", "source"]
    table[columns].to_csv(HERE / "flows_estimated.csv", index=False, lineterminator="\n")


if __name__ == "__main__":
    main()
