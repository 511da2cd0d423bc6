"""The official figures that came with kzgeo, as the yardstick for a user's own."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from typing import Final

import pandas as pd

from kzgeo.checks.causes import number
from kzgeo.resources import folder

__all__ = ["Official", "official"]

_SERIES: Final = {
    ("external", "arrivals"): "external_arrivals",
    ("external", "departures"): "external_departures",
    ("external", "net"): "external_net",
    ("total", "net"): "external_net",
    ("internal", "arrivals"): "internal_movers_incl_intraregional",
    ("internal", "departures"): "internal_movers_incl_intraregional",
    ("interregional", "arrivals"): "interregional_movers",
    ("interregional", "departures"): "interregional_movers",
}
_ENOUGH: Final = 0.8  # of the regions must have the very figure before a series is recognised


@dataclass(frozen=True, eq=False)
class Official:
    """Figures of the Bureau of National Statistics.

    Attributes
    ----------
    migration : DataFrame
        ``region, year, flow, direction, people``: region by year.
    monthly : DataFrame
        ``region, year, month, flow, direction, people``.
    national : DataFrame
        ``period, measure, value, release``: the Republic's series; a period such as ``2024-01..06`` is cumulative.
    flows : DataFrame
        ``origin, destination, year, people, status``: the OD matrices.
    """

    migration: pd.DataFrame
    monthly: pd.DataFrame
    national: pd.DataFrame
    flows: pd.DataFrame

    @cached_property
    def _series(self) -> dict[str, pd.Series[float]]:
        """Every regional series by its name in messages, the cumulative months of a year among them."""
        known = {
            f"{flow} {direction} of {year}": rows.set_index("region")["people"]
            for (flow, direction, year), rows in self.migration.groupby(["flow", "direction", "year"])
        }
        for (flow, direction, year), rows in self.monthly.groupby(["flow", "direction", "year"]):
            wide = rows.pivot_table(index="region", columns="month", values="people", aggfunc="sum").cumsum(axis=1)
            for month in range(1, 12):
                if month in wide:
                    name = f"{flow} {direction} of January to {_MONTHS[month - 1]} {year}"
                    known[name if month > 1 else f"{flow} {direction} of January {year}"] = wide[month]
        return known

    @cached_property
    def _table(self) -> pd.DataFrame:
        return pd.DataFrame(self._series)

    def margin(self, name: str) -> pd.Series[float] | None:
        """Return one official series by region, e.g. ``"interregional net of 2024"``, or None."""
        return self._series.get(name)

    def recognise(self, figures: pd.Series[float]) -> list[str]:
        """Return the names of the official series whose very figures at least four fifths of the regions have.

        Parameters
        ----------
        figures : Series
            People by region code.
        """
        known = self._table.reindex(figures.index)
        shared = known.notna().sum()
        same = known.eq(figures, axis=0).sum() / shared.clip(lower=1)
        return [str(name) for name in self._table.columns[(shared >= 5) & (same >= _ENOUGH)]]

    def explain(self, value: float, flow: str, direction: str, year: int) -> tuple[str, str]:
        """Say which national figure a sum is, when it is not the final one of its own year.

        Returns
        -------
        tuple of str
            The kind (``"preliminary"``, ``"part-year"``, ``"other-year"``, ``"other-flow"``) and the sentence; both
            empty if the sum is the final figure, or none that is known.
        """
        rows = self.national[self.national["value"] == value]
        own = _SERIES.get((flow, direction))
        if (
            value == 0
            or ((rows["measure"] == own) & (rows["period"] == str(year)) & (rows["release"] == "final")).any()
        ):
            return "", ""
        for period, measure, release in zip(rows["period"], rows["measure"], rows["release"], strict=True):
            name = f"{measure.replace('_', ' ')} of {period}"
            if ".." in period:
                return "part-year", f"{number(value)} is the {name}: a part of a year, not the year"
            if measure == own and period == str(year):
                final = self._final(measure, period)
                return "preliminary", f"{number(value)} is the {release} {name}" + (
                    f"; the final figure is {number(final)}" if final is not None else ""
                )
            if measure == own:
                return "other-year", f"{number(value)} is the {name}, another year"
            if period == str(year) and measure in _SERIES.values():
                return "other-flow", f"{number(value)} is the {name}, another flow"
        return "", ""

    def final(self, flow: str, direction: str, year: int) -> float | None:
        """Return the Republic's final figure, or None where it is not known."""
        measure = _SERIES.get((flow, direction))
        return None if measure is None else self._final(measure, str(year))

    def _final(self, measure: str, period: str) -> float | None:
        rows = self.national
        rows = rows[(rows["measure"] == measure) & (rows["period"] == period) & (rows["release"] == "final")]
        return None if rows.empty else float(rows["value"].iloc[0])


_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


@cache
def official() -> Official:
    """Return the figures that came with kzgeo."""
    data = folder("data")
    return Official(
        migration=pd.read_csv(data / "migration.csv", usecols=["region", "year", "flow", "direction", "people"]),
        monthly=pd.read_csv(data / "monthly.csv", usecols=["region", "year", "month", "flow", "direction", "people"]),
        national=pd.read_csv(data / "national.csv", dtype={"period": str}),
        flows=pd.read_csv(data / "flows.csv", usecols=["origin", "destination", "year", "people", "status"]),
    )
