"""From recipes to finished files: every map in its formats, its facts beside it, the GeoPackage and the index."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from importlib import import_module
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

from kzgeo.drawable import hindrances
from kzgeo.errors import InputError, Problem
from kzgeo.recipes import builtin_recipes, find_recipe, read_recipe
from kzgeo.render.facts import map_facts
from kzgeo.render.figure import save_figure
from kzgeo.render.files import whole
from kzgeo.render.geopackage import write_geopackage
from kzgeo.render.index import write_index
from kzgeo.scene.compose import compose_all
from kzgeo.scene.content import with_years
from kzgeo.scene.series import Series, gather_series
from kzgeo.scene.spec import ArrowSpec, Recipe
from kzgeo.workers import workers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from concurrent.futures import Executor

    from kzgeo.atlas import Atlas
    from kzgeo.scene.model import Scene

    Job = tuple[Path, Callable[..., None], tuple[Any, ...]]

__all__ = ["Order", "build_maps", "choose"]

PACKAGE: Final = "kzgeo.gpkg"
FIGURE: Final = ("matplotlib.figure", "matplotlib.backends.backend_agg")
# what each format is written with, and takes a while to import
WRITERS: Final = {
    "html": ("kzgeo.render.web",),
    "png": (*FIGURE, "PIL.PngImagePlugin"),
    "svg": (*FIGURE, "matplotlib.backends.backend_svg"),
    "pdf": (*FIGURE, "matplotlib.backends.backend_pdf"),
}


@dataclass(frozen=True, slots=True)
class Order:
    """What to make of each recipe: languages, formats, folder, and the year where it is not the newest."""

    languages: tuple[str, ...]
    formats: tuple[str, ...]
    out: Path
    year: int | None = None
    basemap: bool = False


@dataclass(frozen=True, slots=True)
class _Made:
    """A recipe composed: its scenes by language and, for a web page, all its years."""

    recipe: Recipe
    scenes: Mapping[str, Scene]
    series: Series | None


def choose(names: Sequence[str], atlas: Atlas, *, year: int | None = None) -> tuple[list[Recipe], list[Problem]]:
    """Return the recipes to draw.

    Parameters
    ----------
    names : sequence of str
        Files or names of built-in recipes. Without any, the built-in ones that the atlas holds the figures for; where
        it has an OD matrix that none of them shows, a plain flow map too.
    atlas : Atlas
    year : int, optional
        Instead of the newest.

    Returns
    -------
    list of Recipe, list of Problem
        The recipes, and what keeps others, that were not asked for by name, from being drawn.

    Raises
    ------
    InputError
        If a named recipe cannot be read or drawn, or if none can: with all reasons.
    """
    recipes = [recipe if year is None else with_years(recipe, (year,)) for recipe in _read(names)]
    lacks = [(recipe, hindrances(recipe, atlas)) for recipe in recipes]
    reasons = [problem for _, problems in lacks for problem in problems]
    drawable = [recipe for recipe, problems in lacks if not problems]
    if names and reasons:
        raise InputError(reasons)
    if not any(recipe.arrows for recipe in drawable):
        plain = Recipe("flows", measure="net", years=() if year is None else (year,), arrows=ArrowSpec(value=30))
        drawable += [] if names or hindrances(plain, atlas) else [plain]
    if not drawable:
        raise InputError(reasons)
    if year is not None and all(recipe.every_year for recipe in drawable):
        raise InputError(_in_short([problem for problem in reasons if problem.code == "no-year"]) or reasons)
    return drawable, _in_short(reasons)


def _in_short(reasons: Sequence[Problem]) -> list[Problem]:
    """Return each recipe's first reason, those of the same one together."""
    first = {problem.file: problem for problem in reversed(reasons)}
    alike: dict[Problem, list[str]] = {}
    for name in sorted(first):
        alike.setdefault(replace(first[name], file=""), []).append(name)
    return [replace(problem, file=", ".join(names)) for problem, names in alike.items()]


def build_maps(
    recipes: Sequence[Recipe],
    atlas: Atlas,
    order: Order,
    *,
    package: bool = False,
    tell: Callable[[str], None] = lambda _: None,
) -> Iterator[Path]:
    """Draw recipes and yield each file as it is finished; at last the index of all maps in the folder.

    All recipes are composed before the first file is written: where one has a problem, nothing is written.

    Parameters
    ----------
    recipes : sequence of Recipe
    atlas : Atlas
    order : Order
    package : bool
        Whether to write the GeoPackage as well.
    tell : callable, optional
        Takes a word on what is being done.

    Raises
    ------
    InputError
        With the problems of all recipes.
    """
    files = len(recipes) * len(order.languages) * (1 + len(order.formats))
    with workers(files) as pool:
        # not written before all is composed, but made meanwhile
        packed = pool.submit(_package, atlas) if package else None
        jobs = [job for made in _compose(recipes, atlas, order.formats, pool, tell) for job in _jobs(made, order)]
        if packed:
            jobs.append((order.out / PACKAGE, _write_bytes, (packed.result(),)))
        written = [(path, pool.submit(write, *args, path)) for path, write, args in jobs]
        for path, job in written:
            job.result()
            yield path
    yield write_index(order.out, order.languages)


def _read(names: Sequence[str]) -> list[Recipe]:
    problems: list[Problem] = []
    recipes: dict[str, Recipe] = {}
    for name in dict.fromkeys(names or map(str, builtin_recipes())):
        try:
            recipe = read_recipe(find_recipe(name))
        except InputError as error:
            problems += error.problems
            continue
        if recipe.name in recipes and recipe != recipes[recipe.name]:
            remedy = "rename one of the two: their maps would overwrite each other"
            problems.append(Problem(name, None, "is a second recipe called", recipe.name, remedy, "same-name"))
        recipes[recipe.name] = recipe
    if problems:
        raise InputError(problems)
    return list(recipes.values())


def _compose(
    recipes: Sequence[Recipe], atlas: Atlas, formats: Sequence[str], pool: Executor, tell: Callable[[str], None]
) -> list[_Made]:
    composed = [pool.submit(compose_all, recipe, atlas) for recipe in recipes]
    explored = "html" in formats
    years = [pool.submit(gather_series, recipe, atlas) if explored else None for recipe in recipes]
    pool.submit(_load_writers, formats)
    problems: list[Problem] = []
    made: list[_Made] = []
    for number, (recipe, scenes, series) in enumerate(zip(recipes, composed, years, strict=True), 1):
        tell(f"composing {recipe.name} ({number} of {len(recipes)})")
        try:
            made.append(_Made(recipe, scenes.result(), series.result() if series else None))
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    return made


def _load_writers(formats: Sequence[str]) -> None:
    """Import what the formats are written with, in a worker that has nothing left to compose."""
    for module in dict.fromkeys(chain.from_iterable(WRITERS[kind] for kind in formats)):
        import_module(module)


def _jobs(made: _Made, order: Order) -> Iterator[Job]:
    """Yield every file of a recipe with what writes it."""
    name, scenes = made.recipe.name, made.scenes
    for kind in order.formats:
        if kind == "html":
            yield order.out / f"{name}.html", _write_page, (scenes, made.series, order.basemap)
            continue
        for lang in order.languages:
            yield order.out / f"{name}.{lang}.{kind}", save_figure, (scenes[lang],)
    yield order.out / f"{name}.json", _write_facts, (scenes,)


def _write_page(scenes: Mapping[str, Scene], series: Series, basemap: bool, path: Path) -> None:  # noqa: FBT001 - a job's arguments are positional
    from kzgeo.render.web import save_page

    save_page(scenes, series, path, basemap=basemap)


def _write_facts(scenes: Mapping[str, Scene], path: Path) -> None:
    facts = json.dumps(map_facts(scenes), ensure_ascii=False, indent=1, sort_keys=True, allow_nan=False)
    with whole(path) as aside:
        aside.write_text(f"{facts}\n", "utf-8")


def _package(atlas: Atlas) -> bytes:
    """Return the GeoPackage of all figures."""
    with TemporaryDirectory(prefix="kzgeo-") as aside:
        path = Path(aside, PACKAGE)
        write_geopackage(atlas, path)
        return path.read_bytes()


def _write_bytes(content: bytes, path: Path) -> None:
    with whole(path) as aside:
        aside.write_bytes(content)
