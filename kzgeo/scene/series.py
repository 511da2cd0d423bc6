"""All years of a map, for a page that is explored: values, classes, findings and flows on one scale.

A page opens on its scene. Everything that a reader can turn to from there is computed here, on the same outlines
and the same class breaks, so that colours compare over the years and the page says what the print says.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from kzgeo.indicators import indicator
from kzgeo.scene import palettes
from kzgeo.scene.classes import Classes
from kzgeo.scene.content import Content, View, gather, with_years
from kzgeo.scene.legend import WIDEST, arrow_widths
from kzgeo.scene.selection import Selection, select
from kzgeo.scene.spec import LANGUAGES, ArrowSpec, Recipe
from kzgeo.scene.texts import Headline, headline

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from kzgeo.atlas import Atlas

__all__ = ["Series", "YearFacts", "gather_series"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class YearFacts:
    """One year: arrays in the order of ``Series.codes``, NaN where missing; flows in the order of ``Series.pairs``.

    ``chosen`` are the flows that the recipe makes arrows of, as positions in ``Series.pairs``, largest first;
    ``lost`` counts flows without a figure.
    """

    year: int
    value: Floats
    index: tuple[int | None, ...]
    shown: tuple[bool, ...]
    status: tuple[str, ...]
    arrivals: Floats
    departures: Floats
    net: Floats
    rate: Floats
    people: Ints  # 0 where nobody is known to have moved
    flow_status: tuple[str, ...]
    chosen: tuple[int, ...]
    lost: int
    total: float  # all moves between regions; NaN where not known
    findings: Mapping[str, Headline]


@dataclass(frozen=True, eq=False)
class Series:
    """All years of one map. ``edges`` and ``fills`` are the print's classes, open to what other years hold."""

    codes: tuple[str, ...]
    names: Mapping[str, tuple[str, ...]]
    shorts: Mapping[str, tuple[str, ...]]
    measure: str
    flow: str
    unit: str
    decimals: int
    diverging: bool
    edges: tuple[float, ...]
    fills: tuple[str, ...]
    pairs: Ints  # (m, 2) origin and destination as positions in ``codes``
    width: float  # mm of shaft for one person
    arrows: ArrowSpec | None
    years: tuple[YearFacts, ...]
    year: int  # on which the page opens
    partial: bool  # only gains or only losses are shown
    outlines_matter: bool  # figures may be missing because of outlines that changed


def gather_series(recipe: Recipe, atlas: Atlas) -> Series:
    """Return everything that a page needs to know beside its scenes.

    Parameters
    ----------
    recipe : Recipe
    atlas : Atlas

    Returns
    -------
    Series
        Every year of the recipe's flow, on the outlines of the atlas: a figure that is not known on them is missing.

    Raises
    ------
    RecipeError
        As :func:`kzgeo.scene.content.gather`.
    """
    content = gather(recipe, atlas)
    atlas, measure = content.last.atlas, content.measure
    years = sorted({*atlas.years(recipe.flow), content.last.year})
    values = {year: indicator(atlas, recipe.measure, year=year, flow=recipe.flow) for year in years}
    views = [_view(content, atlas, year, frame) for year, frame in values.items()]
    classes = _opened(content, np.concatenate([view.values["value"][view.shown].to_numpy(float) for view in views]))
    matrix = _Matrix(recipe, atlas, years)
    whole = {lang: headline(content, lang) for lang in LANGUAGES} if len(content.views) > 1 else {}
    return Series(
        codes=tuple(map(str, atlas.regions.index)),
        names=_names(atlas, "name"),
        shorts=_names(atlas, "short"),
        measure=recipe.measure,
        flow=recipe.flow,
        unit=measure.unit,
        decimals=measure.decimals,
        diverging=measure.diverging,
        edges=classes.edges,
        fills=classes.fills,
        pairs=matrix.pairs,
        width=arrow_widths(content) if recipe.arrows else WIDEST * recipe.page.width / 160 / matrix.largest,
        arrows=recipe.arrows,
        years=tuple(_year(content, classes, matrix, view, _findings(content, view, whole)) for view in views),
        year=content.last.year,
        partial=recipe.only != "all",
        outlines_matter=atlas.vintage is not None,
    )


def _names(atlas: Atlas, kind: str) -> dict[str, tuple[str, ...]]:
    return {lang: tuple(atlas.regions[f"{kind}_{lang}"].astype(str)) for lang in LANGUAGES}


def _opened(content: Content, values: Floats) -> Classes:
    """Return the print's classes, widened to hold every year's values, with a class on a side that had none."""
    classes = content.classes
    values = values[np.isfinite(values)]
    if not len(values) or not classes.fills:
        return classes
    low, high = float(values.min()), float(values.max())
    edges, fills = list(classes.edges), list(classes.fills)
    if classes.diverging:
        name = palettes.pick(content.recipe.palette, diverging=True)
        if low < 0 <= edges[0]:
            edges, fills = [low, *edges], [palettes.sides(name, 1, 0)[0], *fills]
        if high > 0 >= edges[-1]:
            edges, fills = [*edges, high], [*fills, palettes.sides(name, 0, 1)[0]]
    edges[0], edges[-1] = min(edges[0], low), max(edges[-1], high)
    return Classes(tuple(edges), tuple(fills), classes.diverging)


def _view(content: Content, atlas: Atlas, year: int, values: pd.DataFrame) -> View:
    """Return a year as the map would show it on the outlines on which the page opens."""
    if year == content.last.year:
        return content.last
    recipe, value = content.recipe, values["value"]
    shown = {"all": value.notna(), "gain": value > 0, "loss": value < 0}[recipe.only]
    flows = select(atlas, year, recipe.arrows) if recipe.arrows and recipe.arrows.kind != "abroad" else None
    return View(year, atlas, values, shown, flows)


def _year(
    content: Content, classes: Classes, matrix: _Matrix, view: View, findings: Mapping[str, Headline]
) -> YearFacts:
    value, shown = view.values["value"].to_numpy(float), view.shown.tolist()

    def known(measure: str) -> Floats:
        if measure == content.recipe.measure:
            return value
        return indicator(view.atlas, measure, year=view.year, flow=content.recipe.flow)["value"].to_numpy(float)

    return YearFacts(
        year=view.year,
        value=value,
        index=tuple(classes.index(v) if s else None for v, s in zip(value, shown, strict=True)),
        shown=tuple(map(bool, shown)),
        status=tuple(view.values["status"]),
        arrivals=known("arrivals"),
        departures=known("departures"),
        net=known("net"),
        rate=known("net_rate"),
        **matrix.of(view),
        findings=findings,
    )


class _Matrix:
    """The OD matrices of all years over one list of pairs; only interregional figures go with them."""

    def __init__(self, recipe: Recipe, atlas: Atlas, years: list[int]) -> None:
        self._at = {str(code): i for i, code in enumerate(atlas.regions.index)}
        od = atlas.flows[atlas.flows["year"].isin(years if recipe.flow == "interregional" else [])]
        self._od = od.assign(o=od["origin"].map(self._at), d=od["destination"].map(self._at))
        known = self._od[self._od["people"].fillna(0) > 0]
        largest = known.groupby(["o", "d"])["people"].max().sort_values(ascending=False, kind="stable")
        self.pairs: Ints = np.array(largest.index.to_list(), dtype=np.int64).reshape(-1, 2)
        self.largest = float(largest.iloc[0]) if len(largest) else 1.0
        self._place = {(o, d): i for i, (o, d) in enumerate(self.pairs.tolist())}

    def of(self, view: View) -> dict[str, Any]:
        """Return the flows of one year as :class:`YearFacts` holds them."""
        od = self._od[self._od["year"] == view.year]
        known = od[od["people"].fillna(0) > 0]
        places = [self._place[pair] for pair in zip(known["o"].tolist(), known["d"].tolist(), strict=True)]
        people = np.zeros(len(self.pairs), dtype=np.int64)
        people[places] = known["people"].to_numpy(dtype=np.int64)
        status = dict(zip(places, known["status"].tolist(), strict=True))
        arrivals = view.atlas.margin("arrivals", year=view.year, flow="interregional")["value"]
        return {
            "people": people,
            "flow_status": tuple(status.get(place, "missing") for place in range(len(self.pairs))),
            "chosen": self._chosen(view.flows) if len(od) else (),
            "lost": int(od["people"].isna().sum()),
            "total": float(people.sum() if arrivals.isna().any() else arrivals.sum()),
        }

    def _chosen(self, flows: Selection | None) -> tuple[int, ...]:
        if flows is None:
            return ()
        ends = zip(flows.rows["origin"].map(self._at), flows.rows["destination"].map(self._at), strict=True)
        return tuple(self._place[pair] for pair in ends if pair in self._place)


def _findings(content: Content, view: View, whole: Mapping[str, Headline]) -> dict[str, Headline]:
    """Return the year's title, subtitle and description; none for a year without any figure of the measure.

    A year in which some regions have no figure is named, not judged: what is not known may be the finding. A map of
    several years keeps its title, which speaks of them all.
    """
    if view.values["value"].isna().all():
        return {}
    recipe = with_years(replace(content.recipe, every_year=False), (view.year,))
    if whole or view.values["value"].isna().any() or (content.last.flows is not None and view.flows is None):
        recipe = replace(recipe, title={})
    alone = replace(content, recipe=recipe, views=(view,))
    heads = {lang: headline(alone, lang) for lang in LANGUAGES}
    if whole:
        return {lang: Headline(whole[lang].title, head.title, head.alt) for lang, head in heads.items()}
    return heads
