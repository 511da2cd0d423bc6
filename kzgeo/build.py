"""From recipes to finished files: every map in its formats, its facts beside it, the GeoPackage and the index."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, TYPE_CHECKING

from kzgeo.errors import InputError, Problem
from kzgeo.recipes import builtin_recipes, find_recipe, read_recipe
from kzgeo.render.facts import map_facts
from kzgeo.render.figure import save_figure
from kzgeo.render.files import whole
from kzgeo.render.geopackage import write_geopackage
from kzgeo.render.index import write_index
from kzgeo.scene.compose import compose_all
from kzgeo.scene.content import with_years

if TYPE_CHECKING:
    from kzgeo.atlas import Atlas
    from kzgeo.scene.model import Scene
    from kzgeo.scene.spec import Recipe
    from pathlib import Path
    from collections.abc import Iterator, Mapping, Sequence

__all__ = ["Order", "build_maps"]


@dataclass(frozen=True, slots=True)
class Order:
    """What to make of each recipe: languages, formats, folder, and the year where it is not the newest."""

    languages: tuple[str, ...]
    formats: tuple[str, ...]
    out: Path
    year: int | None = None
    basemap: bool = False


def build_maps(names: Sequence[str], atlas: Atlas, order: Order, *, foreign: bool = False) -> Iterator[Path]:
    """Draw recipes (all built-in ones if none is named) and yield each file as it is finished.

    All recipes are read and composed before the first file is written: where one has a problem, nothing is written.

    Raises
    ------
    InputError
        With the problems of all recipes.
    """
    recipes = _read(names)
    scenes = _compose([_of_year(recipe, order) for recipe in recipes], atlas)
    for recipe, made in scenes:
        yield from _write(recipe, made, atlas, order)
    if not names:
        path = order.out / "kzgeo.gpkg"
        write_geopackage(atlas, path)
        yield path
    yield write_index([(recipe.name, made) for recipe, made in scenes], order)


def _read(names: Sequence[str]) -> list[Recipe]:
    problems: list[Problem] = []
    recipes = []
    for name in names or map(str, builtin_recipes()):
        try:
            recipes.append(read_recipe(find_recipe(str(name))))
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    return recipes


def _of_year(recipe: Recipe, order: Order) -> Recipe:
    return recipe if order.year is None else with_years(recipe, (order.year,))


def _compose(recipes: Sequence[Recipe], atlas: Atlas) -> list[tuple[Recipe, Mapping[str, Scene]]]:
    problems: list[Problem] = []
    made = []
    for recipe in recipes:
        try:
            made.append((recipe, compose_all(recipe, atlas)))
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    return made


def _write(recipe: Recipe, scenes: Mapping[str, Scene], atlas: Atlas, order: Order) -> Iterator[Path]:
    for kind in order.formats:
        if kind == "html":
            from kzgeo.render.web import save_page
            from kzgeo.scene.series import gather_series

            path = order.out / f"{recipe.name}.html"
            save_page(scenes, gather_series(recipe, atlas), path, basemap=order.basemap)
            yield path
            continue
        for lang in order.languages:
            path = order.out / f"{recipe.name}.{lang}.{kind}"
            save_figure(scenes[lang], path)
            yield path
    path = order.out / f"{recipe.name}.json"
    with whole(path) as aside:
        aside.write_text(json.dumps(map_facts(scenes), ensure_ascii=False, indent=1, sort_keys=True) + "\n", "utf-8")
    yield path
