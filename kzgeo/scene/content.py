"""What a map says, before any word or millimetre: values, classes and flows of each year it shows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from kzgeo.atlas import Atlas, unite
from kzgeo.errors import Problem, RecipeError
from kzgeo.indicators import MEASURES, Measure, indicator
from kzgeo.regions import registry
from kzgeo.scene.classes import Classes, classify
from kzgeo.scene.frame import projection
from kzgeo.scene.selection import Selection, select
from kzgeo.vintages import merge_back

if TYPE_CHECKING:
    import pandas as pd

    from kzgeo.scene.classes import Floats
    from kzgeo.scene.spec import Recipe

__all__ = ["Content", "View", "gather"]


@dataclass(frozen=True, eq=False)
class View:
    """One year of a map: its atlas (on the outlines of then, where a recipe asks for it), values and flows."""

    year: int
    atlas: Atlas
    values: pd.DataFrame  # index code; value, status, source
    shown: pd.Series  # whether the region is coloured and carries its number
    flows: Selection | None


@dataclass(frozen=True, eq=False)
class Content:
    """Everything a map says. ``views`` are in the order of years; the last is the one that titles speak of."""

    recipe: Recipe
    measure: Measure
    views: tuple[View, ...]
    classes: Classes
    sources: tuple[str, ...]
    crs: str
    data_hash: str

    @property
    def last(self) -> View:
        """The newest year shown."""
        return self.views[-1]


def gather(recipe: Recipe, atlas: Atlas) -> Content:
    """Return what a recipe shows of an atlas.

    Raises
    ------
    RecipeError
        If the atlas holds no figure of this measure in a year that the recipe asks for.
    """
    measure = MEASURES[recipe.measure]
    years = _years(recipe, atlas)
    views = tuple(_view(recipe, atlas, year) for year in years)
    empty = [view.year for view in views if view.values["value"].isna().all()]
    if len(empty) == len(views):
        known = ", ".join(map(str, atlas.years(recipe.flow))) or "none"
        remedy = f"give figures of which it can be computed; years of this flow: {known}"
        raise RecipeError(
            Problem(recipe.name, None, f"no {recipe.flow} {recipe.measure} for", str(year), remedy) for year in empty
        )
    if recipe.every_year:  # a year without any figure is no map
        views = tuple(view for view in views if view.year not in empty)
    pooled = np.concatenate([view.values["value"][view.shown].to_numpy(float) for view in views])
    return Content(
        recipe=recipe,
        measure=measure,
        views=views,
        classes=_classes(recipe, pooled, measure),
        sources=_sources(views),
        crs=projection(views[-1].atlas.regions.geometry),
        data_hash=atlas.data_hash(),
    )


def _classes(recipe: Recipe, values: Floats, measure: Measure) -> Classes:
    try:
        return classify(values, recipe.classes, palette=recipe.palette, diverging=measure.diverging)
    except (ArithmeticError, LookupError, UnboundLocalError, ValueError) as error:  # each scheme fails in its own way
        what = f"{recipe.classes.scheme} makes no {recipe.classes.k} classes:"
        remedy = "name another scheme or another k"
        raise RecipeError([Problem(recipe.name, None, what, str(error), remedy, "classes")]) from error


def _years(recipe: Recipe, atlas: Atlas) -> tuple[int, ...]:
    if recipe.years:
        return tuple(sorted(recipe.years))
    return atlas.years(recipe.flow) if recipe.every_year else (_newest(recipe, atlas),)


def _newest(recipe: Recipe, atlas: Atlas) -> int:
    """Return the newest complete year, or the newest before it of which the measure is known anywhere."""
    newest = atlas.newest(recipe.flow)
    for year in reversed([year for year in atlas.years(recipe.flow) if year <= newest]):
        if indicator(atlas, recipe.measure, year=year, flow=recipe.flow)["value"].notna().any():
            return year
    return newest


def _view(recipe: Recipe, atlas: Atlas, year: int) -> View:
    then, values = _known(recipe, atlas, year)
    value = values["value"]
    shown = {"all": value.notna(), "gain": value > 0, "loss": value < 0}[recipe.only]
    flows = select(then, year, recipe.arrows) if recipe.arrows else None
    return View(year, then, values, shown, flows)


def _known(recipe: Recipe, atlas: Atlas, year: int) -> tuple[Atlas, pd.DataFrame]:
    """Return the atlas on the newest outlines on which the measure is known everywhere, with its values."""
    today = indicator(atlas, recipe.measure, year=year, flow=recipe.flow)
    if recipe.vintage == "today" or atlas.vintage is None or today["value"].notna().all():
        return atlas, today
    for vintage in sorted((day for day in registry().vintages if day < atlas.vintage), reverse=True):
        then = merge_back(atlas, vintage)
        values = indicator(then, recipe.measure, year=year, flow=recipe.flow)
        if values["value"].notna().all():
            return then, values
    return atlas, today


def _sources(views: tuple[View, ...]) -> tuple[str, ...]:
    """Return the ids of the sources of everything that is drawn, regions first."""
    cells = [cell for view in views for cell in view.values.loc[view.values["value"].notna(), "source"]]
    cells += [cell for view in views if view.flows is not None for cell in view.flows.rows["source"]]
    return tuple(unite(cells).split())


def with_years(recipe: Recipe, years: tuple[int, ...]) -> Recipe:
    """Return the recipe for other years; one that shows every year keeps doing so."""
    return recipe if recipe.every_year else replace(recipe, years=years)
