"""Whether an atlas holds what a recipe asks for, said in the words of the recipe before anything is drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kzgeo.errors import Problem
from kzgeo.indicators import MEASURES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kzgeo.atlas import Atlas
    from kzgeo.scene.spec import ArrowSpec, Recipe

__all__ = ["hindrances"]

_DIRECTIONS: Final = {
    "arrivals": ("arrivals",),
    "departures": ("departures",),
    "net": ("net",),
    "net_before": ("net",),
    "turnover": ("arrivals", "departures"),
}


def hindrances(recipe: Recipe, atlas: Atlas) -> list[Problem]:
    """Return everything that keeps a recipe from being drawn from an atlas; empty where nothing does."""
    return [
        *_figures(recipe, atlas),
        *_population(recipe, atlas),
        *(_years(recipe, atlas) if atlas.years(recipe.flow) else ()),
        *(_arrows(recipe, recipe.arrows, atlas) if recipe.arrows else ()),
    ]


def _figures(recipe: Recipe, atlas: Atlas) -> Iterator[Problem]:
    """Yield which figures of migration the measure is made of and the atlas has not."""
    rows = atlas.migration[atlas.migration["people"].notna()]
    if recipe.flow not in set(rows["flow"]):
        known = ", ".join(sorted(set(rows["flow"]))) or "none"
        remedy = f"give a table with it, or draw another flow (known: {known})"
        yield Problem(recipe.name, None, "the data have no flow", recipe.flow, remedy, "no-flow")
        return
    held = set(rows.loc[rows["flow"] == recipe.flow, "direction"])
    needed = [direction for part in MEASURES[recipe.measure].parts for direction in _DIRECTIONS.get(part, ())]
    for direction in dict.fromkeys(needed):
        if direction not in held:
            remedy = f"add a column {direction}, or draw a measure that does without"
            what = f"{recipe.measure} needs what the data of the {recipe.flow} flow lack:"
            yield Problem(recipe.name, None, what, direction, remedy, "no-direction")


def _population(recipe: Recipe, atlas: Atlas) -> Iterator[Problem]:
    if "population" in MEASURES[recipe.measure].parts and atlas.population["people"].isna().all():
        remedy = (
            "add a table with region, year, population (people on 1 January of the year and of the year after), "
            "or draw a measure that does without, such as net or effectiveness"
        )
        yield Problem(
            recipe.name, None, "a rate needs population, which the data lack:", recipe.measure, remedy, "rate"
        )


def _years(recipe: Recipe, atlas: Atlas) -> Iterator[Problem]:
    known = atlas.years(recipe.flow)
    for year in recipe.years if not recipe.every_year else ():
        if year not in known:
            what = f"the data have no {recipe.flow} figures of"
            remedy = f"years with data: {', '.join(map(str, known))}"
            yield Problem(recipe.name, None, what, str(year), remedy, "no-year")


def _arrows(recipe: Recipe, arrows: ArrowSpec, atlas: Atlas) -> Iterator[Problem]:
    """Yield which OD matrices are not there, and which of the recipe's regions the boundaries do not have."""
    abroad = arrows.kind == "abroad"
    flows = atlas.abroad if abroad else atlas.flows
    known = sorted({int(year) for year in flows.loc[flows["people"].notna(), "year"]})
    kind = "moves by country" if abroad else "OD matrix"
    if not known:
        remedy = "take [arrows] out" if abroad else "give one with --flows, or take [arrows] out"
        yield Problem(recipe.name, None, f"arrows need what the data lack: {kind}", "", remedy, "no-flows")
        return
    newest = (atlas.newest(recipe.flow),) if atlas.years(recipe.flow) else ()
    for year in () if recipe.every_year else recipe.years or newest:
        if year not in known:
            remedy = f"years with one: {', '.join(map(str, known))}"
            yield Problem(recipe.name, None, f"arrows need {kind} of", str(year), remedy, "no-flows")
    codes = {*map(str, atlas.regions.index), *(map(str, flows["country"]) if abroad else ())}
    for key in ("origins", "destinations", "targets"):
        strange = [code for code in getattr(arrows, key) if code not in codes]
        if strange:
            remedy = f"write keys of the boundaries, such as {', '.join(sorted(codes)[:3])}"
            what = f"arrows.{key} names what is no region of the boundaries:"
            yield Problem(recipe.name, None, what, ", ".join(strange), remedy, "no-region")
