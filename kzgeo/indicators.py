"""Indicators of migration per region and year.

The names and formulas are those of the field:

- M. Bell, M. Blake, P. Boyle, O. Duke-Williams, P. Rees, J. Stillwell, G. Hugo (2002), Cross-national comparison of
  internal migration: issues and measures, Journal of the Royal Statistical Society A 165(3), 435-464;
- United Nations (1970), Methods of measuring internal migration, Manual VI, New York.

With D in-migrants (arrivals), O out-migrants (departures) and P the mean population of a region:

==================  ==============================================================
measure             formula
==================  ==============================================================
arrivals            D
departures          O
net                 D - O
turnover            D + O
arrival_rate        1000 D / P
departure_rate      1000 O / P
net_rate            1000 (D - O) / P (crude net migration rate)
effectiveness       100 (D - O) / (D + O) (migration effectiveness ratio)
share               100 D / (sum of D over all regions) (share of national moves)
change              net less the net of the year before
==================  ==============================================================
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Literal

import numpy as np
import pandas as pd

from kzgeo.atlas import Atlas, unite, worst

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["MEASURES", "Measure", "concentration", "indicator", "indicators"]


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure: its unit, the decimals it deserves, whether zero divides it, and what it is made of."""

    unit: Literal["people", "per_1000", "percent"]
    decimals: int
    diverging: bool
    parts: tuple[str, ...]
    formula: Callable[..., pd.Series]


def _ratio(factor: float) -> Callable[[pd.Series, pd.Series], pd.Series]:
    # nobody moved, or nobody lives there: no rate, rather than infinity
    return lambda above, below: factor * above / below.replace(0, np.nan)


def _share(arrivals: pd.Series) -> pd.Series:
    return 100 * arrivals / arrivals.sum(skipna=False)


def _same(values: pd.Series) -> pd.Series:
    return values


MEASURES: Final[Mapping[str, Measure]] = MappingProxyType(
    {
        "arrivals": Measure("people", 0, diverging=False, parts=("arrivals",), formula=_same),
        "departures": Measure("people", 0, diverging=False, parts=("departures",), formula=_same),
        "net": Measure("people", 0, diverging=True, parts=("net",), formula=_same),
        "turnover": Measure("people", 0, diverging=False, parts=("arrivals", "departures"), formula=pd.Series.add),
        "arrival_rate": Measure("per_1000", 1, diverging=False, parts=("arrivals", "population"), formula=_ratio(1000)),
        "departure_rate": Measure(
            "per_1000", 1, diverging=False, parts=("departures", "population"), formula=_ratio(1000)
        ),
        "net_rate": Measure("per_1000", 1, diverging=True, parts=("net", "population"), formula=_ratio(1000)),
        "effectiveness": Measure("percent", 1, diverging=True, parts=("net", "turnover"), formula=_ratio(100)),
        "share": Measure("percent", 1, diverging=False, parts=("arrivals",), formula=_share),
        "change": Measure("people", 0, diverging=True, parts=("net", "net_before"), formula=pd.Series.sub),
    }
)


def indicator(atlas: Atlas, measure: str, *, year: int, flow: str = "interregional") -> pd.DataFrame:
    """Return one measure of one flow for every region.

    Parameters
    ----------
    atlas : Atlas
    measure : str
        A key of :data:`MEASURES`.
    year : int
    flow : str
        One of :data:`kzgeo.atlas.FLOWS`. ``total`` knows arrivals and departures only where both are published.

    Returns
    -------
    DataFrame
        Index ``code``; ``value`` (people, per 1,000 or per cent; NaN where missing), ``status``, ``source``.
    """
    spec = MEASURES[measure]
    parts = [_part(atlas, part, year=year, flow=flow) for part in spec.parts]
    if spec.formula is _same:
        return parts[0]
    value = spec.formula(*(part["value"] for part in parts))
    status = [worst((*row, "derived")) for row in zip(*(part["status"] for part in parts), strict=True)]
    source = [unite(row) for row in zip(*(part["source"] for part in parts), strict=True)]
    made = pd.DataFrame({"value": value, "status": status, "source": source}, index=atlas.regions.index)
    made.loc[made["value"].isna(), "status"] = "missing"
    return made


def _part(atlas: Atlas, part: str, *, year: int, flow: str) -> pd.DataFrame:
    if part == "population":
        return atlas.mean_population(year)
    if part == "turnover":
        return indicator(atlas, "turnover", year=year, flow=flow)
    if part == "net_before":
        return atlas.margin("net", year=year - 1, flow=flow)
    return atlas.margin(part, year=year, flow=flow)


def indicators(atlas: Atlas, *, year: int, flow: str = "interregional") -> pd.DataFrame:
    """Return every measure of one flow and year side by side: index ``code``, a column a measure (NaN if missing)."""
    columns = {name: indicator(atlas, name, year=year, flow=flow)["value"] for name in MEASURES}
    return pd.DataFrame(columns, index=atlas.regions.index)


def concentration(values: pd.Series, top: int) -> tuple[float, tuple[str, ...]]:
    """Return the share (per cent) that the ``top`` largest values have in the sum, and their regions, largest first."""
    largest, total = values.nlargest(top), float(values.sum())
    return (100 * float(largest.sum()) / total if total else float("nan")), tuple(map(str, largest.index))
