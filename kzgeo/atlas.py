"""The Atlas: what is known, joined once by region code. Immutable; everything downstream only reads it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from kzgeo.regions import registry

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import geopandas as gpd

__all__ = ["FLOWS", "STATUSES", "Atlas", "worst"]

FLOWS: Final = ("interregional", "internal", "external", "total")
# from the surest to the least sure; a figure made of several is as sure as the least sure of them
STATUSES: Final = ("published", "derived", "repaired", "estimated", "missing")
_RANK: Final = {status: rank for rank, status in enumerate(STATUSES)}


def worst(statuses: Iterable[str]) -> str:
    """Return the least sure of some statuses.

    >>> worst(["published", "estimated", "derived"])
    'estimated'
    """
    return max(statuses, key=_RANK.__getitem__, default="missing")


def unite(sources: Iterable[str]) -> str:
    """Return the ids of several ``source`` cells as one cell, each once, in their first order.

    >>> unite(["S01 S03", "S03", ""])
    'S01 S03'
    """
    return " ".join(dict.fromkeys(part for cell in sources for part in cell.split()))


@dataclass(frozen=True, eq=False)
class Atlas:
    """Regions, migration, flows and population of one country on the outlines of one date.

    Parameters
    ----------
    regions : GeoDataFrame
        One row a region, index ``code``; columns ``name_ru, name_kk, name_en, short_ru, short_kk, short_en, kind``
        and the polygons in EPSG:4326.
    migration : DataFrame
        ``region, year, flow, direction, people, status, source``; direction is ``arrivals``, ``departures`` or ``net``.
    flows : DataFrame
        ``origin, destination, year, people, status, source, low, high, min, max``: the OD matrices, no diagonal.
    population : DataFrame
        ``region, date, outlines, people, status, source``; ``outlines`` is a day on which the outlines that the
        figure was counted on were valid.
    sources : DataFrame
        Index ``source``: ``producer, title_ru, title_kk, title_en, published, address, read_at, note``.
    context : GeoDataFrame
        ``kind`` (``sea``, ``lake``, ``border``), ``name``, geometry in EPSG:4326.
    credits : mapping of str to tuple of str
        For each language the credit lines of the outlines.
    abroad : DataFrame
        ``country, year, direction, people, rounded_to, status, source`` with the countries' names and positions.
    national : DataFrame
        ``period, measure, value, release, status, source``: the Republic's series.
    vintage : date or None
        The day whose outlines these are; None for boundaries that the registry does not know.
    """

    regions: gpd.GeoDataFrame
    migration: pd.DataFrame
    flows: pd.DataFrame
    population: pd.DataFrame
    sources: pd.DataFrame
    context: gpd.GeoDataFrame
    credits: Mapping[str, tuple[str, ...]]
    abroad: pd.DataFrame
    national: pd.DataFrame
    vintage: date | None = None

    def years(self, flow: str = "interregional") -> tuple[int, ...]:
        """Return the years that hold any figure of this flow, ascending."""
        rows = self.migration
        return tuple(sorted(map(int, rows.loc[rows["flow"] == flow, "year"].unique())))

    def newest(self, flow: str = "interregional") -> int:
        """Return the newest year in which every region has its net of a flow, or else the newest with any figure."""
        rows = self.migration
        known = rows[(rows["flow"] == flow) & (rows["direction"] == "net") & rows["people"].notna()]
        counts = known.groupby("year")["region"].nunique()
        complete = counts[counts == len(self.regions)]
        years = complete.index if len(complete) else self.years(flow) or rows["year"]
        return int(max(years))

    def margin(self, direction: str, *, year: int, flow: str) -> pd.DataFrame:
        """Return one direction of one flow in one year.

        Returns
        -------
        DataFrame
            Index ``code`` of every region of the atlas; ``value`` (people, NaN where missing), ``status``, ``source``.
        """
        rows = self._margins.get((flow, direction, year))
        if rows is None:
            rows = pd.DataFrame(columns=["value", "status", "source"])
        return _filled(rows, self.regions.index)

    @cached_property
    def _margins(self) -> dict[tuple[str, str, int], pd.DataFrame]:
        """The migration table by flow, direction and year: it is asked for dozens of times a map."""
        rows = self.migration.rename(columns={"people": "value"}).set_index("region")
        groups: Any = rows.groupby(["flow", "direction", "year"], sort=False)
        return {(str(f), str(d), int(y)): part[["value", "status", "source"]] for (f, d, y), part in groups}

    def mean_population(self, year: int) -> pd.DataFrame:
        """Return the mean of the populations on 1 January of ``year`` and of the year after.

        Returns
        -------
        DataFrame
            As :meth:`margin`. A region whose outline the counts of either day do not share is missing.
        """
        first, second = (self._population_on(date(y, 1, 1)) for y in (year, year + 1))
        both = pd.DataFrame(
            {
                "value": (first["value"] + second["value"]) / 2,
                "status": [worst((a, b, "derived")) for a, b in zip(first["status"], second["status"], strict=True)],
                "source": [unite(pair) for pair in zip(first["source"], second["source"], strict=True)],
            },
            index=self.regions.index,
        )
        both.loc[both["value"].isna(), "status"] = "missing"
        return both

    def _population_on(self, day: date) -> pd.DataFrame:
        rows = self.population[self.population["date"] == day.isoformat()]
        if self.vintage is not None:
            rows = _on_outlines(rows, self.vintage)
        rows = rows.set_index("region")[["people", "status", "source"]].rename(columns={"people": "value"})
        return _filled(rows, self.regions.index)

    def od(self, year: int) -> pd.DataFrame:
        """Return the flows of one year, in the order of origin and destination."""
        return self.flows[self.flows["year"] == year].reset_index(drop=True)

    def name(self, code: str, lang: str, *, short: bool = False) -> str:
        """Return a region's name in ``lang``; ``short`` as it stands on a map."""
        return str(self.regions.loc[code, f"{'short' if short else 'name'}_{lang}"])

    def data_hash(self) -> str:
        """Return 12 hexadecimal digits that change whenever a figure or an outline changes."""
        digest = hashlib.sha256()
        for frame in (self.migration, self.flows, self.population, self.abroad, self.national):
            digest.update(frame.to_csv(index=False).encode())
        for code, polygon in self.regions.geometry.items():
            digest.update(str(code).encode() + polygon.wkb)
        return digest.hexdigest()[:12]


def _filled(rows: pd.DataFrame, codes: pd.Index) -> pd.DataFrame:
    rows = rows.reindex(codes)
    rows["value"] = rows["value"].astype("float64")
    rows["status"] = rows["status"].where(rows["value"].notna(), "missing")
    rows["source"] = rows["source"].fillna("")
    return rows


def _on_outlines(rows: pd.DataFrame, vintage: date) -> pd.DataFrame:
    """Return figures counted on other days' outlines for the regions of ``vintage``, where they add up to one.

    A region of ``vintage`` is known when some of the regions counted on one day's outlines, the newest first, cover
    it exactly; otherwise it is left out.
    """
    counts = []
    for day, counted in sorted(rows.groupby("outlines"), reverse=True):
        people = counted["people"].astype("float64").tolist()
        figures = zip(people, counted["status"].tolist(), counted["source"].tolist(), strict=True)
        counts.append((_parts(date.fromisoformat(str(day))), dict(zip(counted["region"], figures, strict=True))))
    known = []
    for code, wanted in _parts(vintage).items():
        for covers, figure in counts:
            inside = [region for region, land in covers.items() if land <= wanted and region in figure]
            if frozenset().union(*(covers[region] for region in inside)) == wanted:
                parts, status, source = zip(*(figure[region] for region in inside), strict=True)
                made = worst(status if len(inside) == 1 else (*status, "derived"))
                known.append((code, sum(parts), made, unite(source)))
                break
    return pd.DataFrame(known, columns=["region", "people", "status", "source"])


@cache
def _parts(day: date) -> Mapping[str, frozenset[str]]:
    """Return for every region valid on ``day`` the regions of today that it is made of."""
    parts: dict[str, set[str]] = {}
    for today, then in registry().crosswalk(day).items():
        parts.setdefault(then, set()).add(today)
    return {then: frozenset(land) for then, land in parts.items()}
