"""kzgeo: maps of migration between the regions of Kazakhstan.

>>> import kzgeo
>>> from pathlib import Path
>>> atlas = kzgeo.load_atlas()
>>> scene = kzgeo.compose(kzgeo.read_recipe(kzgeo.find_recipe("net-rate")), atlas, "en")
>>> kzgeo.save_figure(scene, Path("net-rate.en.png"))

Every name below is imported when it is first used: ``import kzgeo`` alone loads nothing heavy.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kzgeo.atlas import Atlas
    from kzgeo.audit import check_files
    from kzgeo.errors import InputError, KzgeoError, Problem, RecipeError
    from kzgeo.indicators import concentration, indicator
    from kzgeo.load import Given, load_atlas
    from kzgeo.od import estimate
    from kzgeo.recipes import builtin_recipes, find_recipe, read_recipe
    from kzgeo.regions import Region, registry
    from kzgeo.render.figure import save_figure
    from kzgeo.render.geopackage import export, write_geopackage
    from kzgeo.render.web import save_page
    from kzgeo.scene.compose import compose, compose_all
    from kzgeo.scene.model import Scene
    from kzgeo.scene.series import gather_series
    from kzgeo.scene.spec import Recipe
    from kzgeo.tidy import tidy_file
    from kzgeo.vintages import merge_back

_HOMES = {
    "Atlas": "atlas",
    "Given": "load",
    "InputError": "errors",
    "KzgeoError": "errors",
    "Problem": "errors",
    "Recipe": "scene.spec",
    "RecipeError": "errors",
    "Region": "regions",
    "Scene": "scene.model",
    "builtin_recipes": "recipes",
    "check_files": "audit",
    "compose": "scene.compose",
    "compose_all": "scene.compose",
    "concentration": "indicators",
    "estimate": "od",
    "export": "render.geopackage",
    "find_recipe": "recipes",
    "gather_series": "scene.series",
    "indicator": "indicators",
    "load_atlas": "load",
    "merge_back": "vintages",
    "read_recipe": "recipes",
    "registry": "regions",
    "save_figure": "render.figure",
    "save_page": "render.web",
    "tidy_file": "tidy",
    "write_geopackage": "render.geopackage",
}

__all__ = [
    "Atlas",
    "Given",
    "InputError",
    "KzgeoError",
    "Problem",
    "Recipe",
    "RecipeError",
    "Region",
    "Scene",
    "builtin_recipes",
    "check_files",
    "compose",
    "compose_all",
    "concentration",
    "estimate",
    "export",
    "find_recipe",
    "gather_series",
    "indicator",
    "load_atlas",
    "merge_back",
    "read_recipe",
    "registry",
    "save_figure",
    "save_page",
    "tidy_file",
    "write_geopackage",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
