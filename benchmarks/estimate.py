"""Estimated OD matrices against the truth, plain IPF and ipfn: prints the tables of estimate.md.

``python benchmarks/estimate.py [--speed]``; for the comparison of speed, ``pip install ipfn==1.4.4`` in an
environment of its own that has kzgeo's numpy, scipy and pandas.
"""

from __future__ import annotations

import argparse
import time
import tracemalloc
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from kzgeo.od import cpc, estimate, fit, great_circle, round_to_margins
from kzgeo.regions import registry
from kzgeo.resources import folder

if TYPE_CHECKING:
    from collections.abc import Iterable

YEARS = (2010, 2015, 2020, 2021, 2023, 2024)


def flows(*years: int) -> pd.DataFrame:
    table = pd.read_csv(folder("data") / "flows.csv")
    return table[table["year"].isin(years)].reset_index(drop=True)[
        ["origin", "destination", "year", "people", "status"]
    ]


def matrix(year: int) -> np.ndarray:
    return flows(year).pivot_table(index="origin", columns="destination", values="people").fillna(0).to_numpy()


def margins(year: int) -> pd.DataFrame:
    table = flows(year)
    arrivals, departures = (table.groupby(end)["people"].sum() for end in ("destination", "origin"))
    wide = pd.DataFrame({"arrivals": arrivals, "departures": departures}).astype(int)
    return wide.rename_axis("region").reset_index().assign(year=year)


def score(result: pd.DataFrame, truth: pd.DataFrame) -> dict[str, Any]:
    both = result.merge(truth, on=["origin", "destination"], suffixes=("", "_true"))
    both = both[both["status"] == "estimated"]
    true = both["people_true"]
    return {
        "CPC": round(cpc(both["people"], true), 4),
        "covered %": round(100 * true.between(both["low"], both["high"]).mean(), 1),
        "in hard bounds %": round(100 * true.between(both["min"], both["max"]).mean(), 1),
    }


def plain(seed: np.ndarray, truth: np.ndarray) -> float:
    return round(cpc(fit(seed, truth.sum(axis=1), truth.sum(axis=0)), truth), 4)


def by_prior() -> Iterable[dict[str, Any]]:
    for year, prior in ((2024, 2021), (2024, 2023)):
        result = estimate(margins(year), prior=flows(prior))
        yield {
            "year": year,
            "from": result.attrs["method"],
            **score(result, flows(year)),
            "plain IPF": plain(matrix(prior), matrix(year)),
        }
    for year in YEARS:
        others = [other for other in YEARS if other != year]
        result = estimate(margins(year), prior=flows(*others))
        yield {
            "year": year,
            "from": result.attrs["method"],
            **score(result, flows(year)),
            "plain IPF": max(plain(matrix(other), matrix(year)) for other in others),
        }


def every_pair() -> Iterable[dict[str, Any]]:
    scores = []
    for year in YEARS:
        for prior in YEARS:
            if prior != year:
                found = score(estimate(margins(year), prior=flows(prior)), flows(year))
                scores.append((found["covered %"], found["CPC"] - plain(matrix(prior), matrix(year))))
    covered, gain = np.array(scores).T
    yield {
        "pairs of years": len(scores),
        "covered %, mean": round(covered.mean(), 1),
        "lowest": covered.min(),
        "highest": covered.max(),
        "CPC over plain IPF, mean": round(gain.mean(), 4),
        "worst": round(gain.min(), 4),
        "best": round(gain.max(), 4),
    }


def by_distance() -> Iterable[dict[str, Any]]:
    longitude, latitude = zip(*(region.centre for region in registry().newest), strict=True)
    far = great_circle(longitude, latitude)
    off = ~np.eye(len(far), dtype=bool)
    for year in YEARS:
        reference = max((other for other in YEARS if other < year), default=2015)
        power = [plain(np.where(off, np.where(off, far, 1.0) ** -b, 0), matrix(year)) for b in np.arange(0.5, 2, 0.05)]
        for name, kind in (("a rule of thumb", None), (f"{reference}", flows(reference))):
            result = estimate(margins(year), distances=far, reference=kind)
            yield {
                "year": year,
                "exponents from": name,
                **score(result, flows(year)),
                "plain IPF, exponent 1": power[10],
                "best single exponent, chosen on the truth": max(power),
            }


def lost_cells() -> Iterable[dict[str, Any]]:
    """Lose the 64 cells of 2022 in years where they are known."""
    lost = flows(2022)
    lost = lost[lost["status"] == "missing"].set_index(["origin", "destination"]).index
    for year, priors in ((2021, (2020, 2023)), (2023, (2021, 2024)), (2024, (2023,))):
        truth = flows(year)
        known = truth[~truth.set_index(["origin", "destination"]).index.isin(lost)]
        result = estimate(margins(year), prior=flows(*priors), known=known)
        yield {"year": year, "priors": " and ".join(map(str, priors)), **score(result, truth)}


def speed(size: int = 3000) -> Iterable[dict[str, Any]]:
    random = np.random.default_rng(1)
    seed, truth = random.lognormal(0, 2, (size, size)), np.floor(random.lognormal(1, 1.5, (size, size)))
    np.fill_diagonal(seed, 0)
    np.fill_diagonal(truth, 0)
    rows, columns = truth.sum(axis=1), truth.sum(axis=0)
    taken = []
    for _ in range(5):
        start = time.perf_counter()
        fitted = fit(seed, rows, columns)
        taken.append(time.perf_counter() - start)
    tracemalloc.start()
    fit(seed, rows, columns)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    errors = np.abs(fitted.sum(axis=1) / rows - 1).max(), np.abs(fitted.sum(axis=0) / columns - 1).max()
    yield {
        "what": "kzgeo.od.fit, median of 5",
        "seconds": round(float(np.median(taken)), 2),
        "largest relative error": f"{max(errors):.1g}",
        "memory beyond the seed, in matrices": round(peak / seed.nbytes, 2),
    }
    start = time.perf_counter()
    rounded = round_to_margins(fitted, rows, columns)
    yield {
        "what": "kzgeo.od.round_to_margins",
        "seconds": round(time.perf_counter() - start, 2),
        "largest relative error": int(
            np.abs(rounded.sum(axis=1) - rows).max() + np.abs(rounded.sum(axis=0) - columns).max()
        ),
    }
    yield from other_speed(seed, rows, columns)


def other_speed(seed: np.ndarray, rows: np.ndarray, columns: np.ndarray) -> Iterable[dict[str, Any]]:
    try:
        from ipfn.ipfn import ipfn
    except ImportError:
        return
    start = time.perf_counter()
    fitted = ipfn(seed.copy(), [rows, columns], [[0], [1]], convergence_rate=1e-8).iteration()
    yield {
        "what": "ipfn 1.4.4",
        "seconds": round(time.perf_counter() - start, 2),
        "largest relative error": f"{np.abs(fitted.sum(axis=1) / rows - 1).max():.1g}",
    }


def table(title: str, rows: Iterable[dict[str, Any]]) -> None:
    frame = pd.DataFrame(list(rows)).astype(object).fillna("")
    print(f"\n### {title}\n")
    print("| " + " | ".join(frame.columns) + " |")
    print("| " + " | ".join("---" for _ in frame.columns) + " |")
    for row in frame.astype(str).itertuples(index=False):
        print("| " + " | ".join(row) + " |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--speed", action="store_true", help="time 3,000 x 3,000 instead")
    if parser.parse_args().speed:
        table("3,000 x 3,000, margins to 1e-8", speed())
        return
    table("Another year as prior", by_prior())
    table("Every year from every other alone", every_pair())
    table("Distances between administrative centres only", by_distance())
    table("The 64 cells lost in 2022, lost in years where they are known", lost_cells())


if __name__ == "__main__":
    main()
