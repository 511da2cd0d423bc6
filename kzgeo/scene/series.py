"""All years of a map, for a page that is explored: values, classes, findings and flows on one scale.

A page opens on its scene. Everything that a reader can turn to from there is computed here, on the same outlines
and the same class breaks, so that colours compare over the years and the page says what the print says.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from kzgeo.atlas import STATUSES, Atlas
from kzgeo.errors import RecipeError
from kzgeo.indicators import MEASURES, indicator
from kzgeo.scene import palettes
from kzgeo.scene.classes import Classes
from kzgeo.scene.content import Content, gather, with_years
from kzgeo.scene.spec import LANGUAGES, Recipe
from kzgeo.scene.texts import write

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

__all__ = ["Finding", "Series", "YearFacts", "gather_series"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Finding:
    """What a year's map says, in one language."""

    title: str
    subtitle: str
    alt: str


@dataclass(frozen=True, eq=False)
class YearFacts:
    """One year: arrays in the order of ``Series.codes``, NaN where missing; flows of the OD matrix, largest first.

    ``flows`` is an integer array of shape (m, 4): origin, destination (positions in ``Series.codes``), people,
    status (position in :data:`kzgeo.atlas.STATUSES`).
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
    flows: Ints
    total: float  # all moves between regions; NaN where not known
    findings: Mapping[str, Finding]


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
    years: tuple[YearFacts, ...]
    year: int  # on which the page opens
    arrows: int  # how many arrows the page opens with; 0 for a map without


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
    measure = MEASURES[recipe.measure]
    years = sorted({*atlas.years(recipe.flow), *(view.year for view in content.views)})
    values = {year: indicator(atlas, recipe.measure, year=year, flow=recipe.flow) for year in years}
    classes = _opened(content, np.concatenate([frame["value"].to_numpy(float) for frame in values.values()]))
    chosen = content.last.flows
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
        years=tuple(_year(recipe, atlas, classes, year, frame) for year, frame in values.items()),
        year=content.last.year,
        arrows=len(chosen.rows) if chosen is not None else 0,
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


def _year(recipe: Recipe, atlas: Atlas, classes: Classes, year: int, frame: pd.DataFrame) -> YearFacts:
    value = frame["value"].to_numpy(float)
    shown = {"all": np.isfinite(value), "gain": value > 0, "loss": value < 0}[recipe.only]

    def known(measure: str) -> Floats:
        return indicator(atlas, measure, year=year, flow=recipe.flow)["value"].to_numpy(float)

    flows, total = _flows(recipe, atlas, year)
    return YearFacts(
        year=year,
        value=value,
        index=tuple(classes.index(v) if s else None for v, s in zip(value, shown, strict=True)),
        shown=tuple(map(bool, shown)),
        status=tuple(frame["status"]),
        arrivals=known("arrivals"),
        departures=known("departures"),
        net=known("net"),
        rate=known("net_rate"),
        flows=flows,
        total=total,
        findings=_findings(recipe, atlas, year),
    )


def _flows(recipe: Recipe, atlas: Atlas, year: int) -> tuple[Ints, float]:
    """Return the OD matrix of a year; only interregional figures go with it, as the four flows are never mixed."""
    if recipe.flow != "interregional":
        return np.empty((0, 4), dtype=np.int64), np.nan
    od = atlas.od(year)
    od = od[od["people"].notna() & (od["people"] > 0)]
    at = {str(code): i for i, code in enumerate(atlas.regions.index)}
    columns = [od["origin"].map(at), od["destination"].map(at), od["people"], od["status"].map(STATUSES.index)]
    flows = np.column_stack([column.to_numpy(dtype=np.int64) for column in columns])
    flows = flows[np.lexsort((flows[:, 1], flows[:, 0], -flows[:, 2]))]
    arrivals = atlas.margin("arrivals", year=year, flow="interregional")["value"]
    return flows, float(flows[:, 2].sum() if arrivals.isna().any() else arrivals.sum())


def _findings(recipe: Recipe, atlas: Atlas, year: int) -> dict[str, Finding]:
    """Return the year's title, subtitle and description; none for a year without any figure of the measure."""
    alone = replace(with_years(replace(recipe, every_year=False), (year,)), vintage="today")
    try:
        content = gather(alone, atlas)
    except RecipeError:
        return {}
    texts: dict[str, Any] = {lang: write(content, lang) for lang in LANGUAGES}
    return {lang: Finding(text.title, text.subtitle, text.alt) for lang, text in texts.items()}
