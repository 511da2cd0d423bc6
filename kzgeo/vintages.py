"""Older outlines: an atlas merged back to the regions of an earlier day, and whether a table fits a day.

Regions are only ever united, never split: no figure is shared out by guess. Three things happen when regions that
were one region are united again:

- their polygons become one, and so do their flows to and from every other region;
- moves between them become moves inside, and leave the OD matrix and the interregional margins;
- everything else (internal, external and total figures) adds up, since a move between them is already inside
  ``internal`` and never was in ``external``.
"""

from __future__ import annotations

from dataclasses import replace
from math import prod
from typing import TYPE_CHECKING, Final

import geopandas as gpd
import pandas as pd
import shapely

from kzgeo.atlas import unite, worst
from kzgeo.errors import InputError, Problem
from kzgeo.regions import LANGUAGES, registry

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    import numpy as np
    import numpy.typing as npt

    from kzgeo.atlas import Atlas

__all__ = ["check_vintage", "merge_back", "vintage_of"]

_MARGIN: Final = ["region", "year", "flow", "direction"]
_CELL: Final = ["origin", "destination", "year"]
_FIGURE: Final = ["people", "status", "source"]
_BOUNDS: Final = ["low", "high", "min", "max"]
_SURE: Final = ("published", "derived", "repaired")


def merge_back(atlas: Atlas, day: date) -> Atlas:
    """Return the atlas on the outlines that were valid on a day.

    Parameters
    ----------
    atlas : Atlas
        With a vintage. It is not changed.
    day : datetime.date
        A day on which every region was one of the atlas's regions, or several of them together.

    Returns
    -------
    Atlas
        Polygons united; names as on that day. A figure made of several is ``derived``, or as unsure as the least
        sure of them; where one of them is missing, or a move between the parts that it needs, it is missing.
        Bounds of a flow made of several are the sums of their bounds, which is on the safe side. Population is
        left as it was counted: :meth:`Atlas.mean_population` finds the counts that fit the outlines.

    Raises
    ------
    InputError
        If the atlas has no vintage or lacks a part of a region, if the day lies before the registry begins, or
        if one of the atlas's regions would have to be split.
    """
    holder = pd.Series(_holders(atlas, day))
    return replace(
        atlas,
        regions=_merge_regions(atlas.regions, holder, day),
        migration=_merge_margins(atlas, holder),
        flows=_merge_flows(atlas.flows, holder),
        vintage=day,
    )


def vintage_of(codes: set[str] | frozenset[str]) -> date | None:
    """Return the first day of the outlines that have exactly these codes; None if there are none such."""
    known = registry()
    return next((day for day in known.vintages if {region.code for region in known.at(day)} == codes), None)


def check_vintage(rows: Mapping[str, int | None], day: date, *, file: str) -> list[Problem]:
    """Return the reasons why a table does not fit the outlines of a day.

    Parameters
    ----------
    rows : mapping of str to int or None
        The codes of the table's regions, each with the row in which it first stands.
    day : datetime.date
        The day that the table is said to follow.
    file : str
        The table's file, as the user named it.

    Returns
    -------
    list of Problem
        Regions that did not exist on the day, and regions of the day that the table lacks; empty if it fits.
    """
    known = registry()
    then = {region.code: region for region in known.at(day)}
    fitting = vintage_of(set(rows))
    advice = f"set the vintage to {fitting}, whose regions these are" if fitting else ""
    problems = []
    for code in rows:
        if code in then:
            continue
        held = known.crosswalk(day).get(code)
        place = f"; its land was in {held} ({then[held].names['en']})" if held else ""
        what = f"region did not exist on {day}{place}:"
        remedy = advice or "set the vintage to the day that the table follows, or take the region out"
        problems.append(Problem(file, rows[code], what, code, remedy, "vintage"))
    for code in then.keys() - rows.keys():
        what = f"no row for a region of {day}, {then[code].names['en']}:"
        remedy = advice or "add it, with an empty value where the figure is not known"
        problems.append(Problem(file, None, what, code, remedy, "vintage"))
    return sorted(problems, key=lambda problem: (problem.row or 0, problem.value))


def _holders(atlas: Atlas, day: date) -> dict[str, str]:
    """Return the code on ``day`` of every region of the atlas, or say why there is none."""

    def refuse(what: str, remedy: str) -> InputError:
        return InputError([Problem("--vintage", None, what, str(day), remedy, "vintage")])

    if atlas.vintage is None:
        raise refuse(
            "these boundaries have no vintage to go back from:",
            "leave the option out, or use the built-in boundaries",
        )
    known = registry()
    if day < known.vintages[0]:
        raise refuse("the registry does not reach back to", f"give a day from {known.vintages[0]} on")
    now, then = known.crosswalk(atlas.vintage), known.crosswalk(day)
    pairs = sorted({(now[code], then[code]) for code in now})
    if len(pairs) > len(set(now.values())):
        raise refuse(
            f"the atlas has the regions of {atlas.vintage}, which would have to be split for",
            f"give no day later than {atlas.vintage}, or start from an atlas of newer outlines",
        )
    begun = {union for code, union in pairs if code in atlas.regions.index}
    absent = [code for code, union in pairs if union in begun and code not in atlas.regions.index]
    if absent:
        raise refuse(
            f"the atlas lacks {', '.join(absent)}, a part of a region of",
            "add the regions that are absent",
        )
    return dict(pairs)


def _merge_regions(regions: gpd.GeoDataFrame, holder: pd.Series, day: date) -> gpd.GeoDataFrame:
    rows = []
    for code, parts in regions.geometry.groupby(regions.index.map(holder)):
        region = registry().get(str(code), day)
        names = {f"name_{lang}": region.names[lang] for lang in LANGUAGES}
        short = {f"short_{lang}": region.short[lang] for lang in LANGUAGES}
        polygon = parts.iloc[0] if len(parts) == 1 else _union(parts.to_numpy())
        kinds = {"kind": region.kind, "macroregion": region.macroregion}
        rows.append({"code": code, **names, **short, **kinds, "geometry": polygon})
    return gpd.GeoDataFrame(rows, crs=regions.crs).set_index("code")


def _union(parts: npt.NDArray[np.object_]) -> shapely.Geometry:
    # parts that share their edges keep every vertex; others need the slower, tolerant way
    if shapely.coverage_is_valid(parts):
        return shapely.coverage_union_all(parts)
    return shapely.union_all(parts)


def _merge_margins(atlas: Atlas, holder: pd.Series) -> pd.DataFrame:
    """Add up the rows of united regions, and the moves between their parts as negative figures."""
    rows, moves = atlas.migration[[*_MARGIN, *_FIGURE]], atlas.flows
    inside = moves[
        (moves["origin"].map(holder) == moves["destination"].map(holder))
        & moves["year"].isin(rows.loc[rows["flow"] == "interregional", "year"])
    ]
    inside = inside.assign(region=inside["origin"], people=-inside["people"], flow="interregional")
    both = [inside.assign(direction=direction)[rows.columns] for direction in ("arrivals", "departures")]
    rows = _renamed(pd.concat([rows, *both], ignore_index=True), holder, ["region"])
    # n regions have n figures, and n (n - 1) moves between them that a net does not need
    rows["parts"] **= 1 + ((rows["flow"] == "interregional") & (rows["direction"] != "net"))
    return _add_up(rows, _MARGIN)


def _merge_flows(flows: pd.DataFrame, holder: pd.Series) -> pd.DataFrame:
    """Add up the flows between regions, with the bounds of those that are not sure; drop the ones inside."""
    rows = _renamed(flows[[*_CELL, *_FIGURE, *_BOUNDS]], holder, ["origin", "destination"])
    rows = rows[rows["origin"] != rows["destination"]]
    exact = rows["status"].isin(_SURE)
    people = rows["people"].astype("float64")
    rows = rows.assign(**{bound: rows[bound].astype("float64").mask(exact, people) for bound in _BOUNDS})
    merged = _add_up(rows, _CELL)
    merged[_BOUNDS] = merged[_BOUNDS].mask(merged["status"].isin(_SURE))
    return merged


def _renamed(rows: pd.DataFrame, holder: pd.Series, columns: list[str]) -> pd.DataFrame:
    """Return rows with the codes of the day, and in ``parts`` how many rows make one figure of the day."""
    names = {column: rows[column].map(holder) for column in columns}
    sizes = holder.groupby(holder).size()
    parts = prod(name.map(sizes).astype("int64") for name in names.values())
    return rows.assign(**names, parts=parts)


def _add_up(rows: pd.DataFrame, key: list[str]) -> pd.DataFrame:
    """Return one row a key; a lone row stays as it is, several are added up, or missing where one of them is."""
    figures = [column for column in ("people", *_BOUNDS) if column in rows]
    alone = rows["parts"] == 1
    groups = rows[~alone].groupby(key)
    sums = groups[figures].sum().where(groups[figures].count().eq(groups["parts"].first(), axis=0))
    status = groups["status"].agg(lambda cells: worst((*cells, "derived")))
    sums["status"] = status.where(sums["people"].notna(), "missing")
    sums["source"] = groups["source"].agg(unite)
    columns = [*key, *_FIGURE, *figures[1:]]
    merged = pd.concat([rows.loc[alone, columns], sums.reset_index()[columns]])
    return merged.sort_values(["year", *(column for column in key if column != "year")], ignore_index=True)
