"""What ``import kzgeo`` offers, and what it costs."""

from __future__ import annotations

import subprocess
import sys

import pytest

import kzgeo

NAMES = {
    "Atlas", "Given", "InputError", "KzgeoError", "Problem", "Recipe", "RecipeError", "Region", "Scene",
    "builtin_recipes", "check_files", "compose", "compose_all", "concentration", "estimate", "export", "find_recipe",
    "gather_series", "indicator", "load_atlas", "merge_back", "read_recipe", "registry", "save_figure", "save_page",
    "tidy_file", "write_geopackage",
}  # fmt: skip
HEAVY = ("pandas", "geopandas", "matplotlib", "folium", "mapclassify", "scipy", "shapely", "pyogrio", "numpy", "babel")


def test_public_names() -> None:
    assert set(kzgeo.__all__) == NAMES
    assert set(dir(kzgeo)) >= NAMES


@pytest.mark.parametrize("name", sorted(NAMES))
def test_each_is_there_and_documented(name: str) -> None:
    assert getattr(kzgeo, name).__name__ == name
    assert getattr(kzgeo, name).__doc__


def test_other_names_are_not() -> None:
    with pytest.raises(AttributeError, match="nonsense"):
        kzgeo.nonsense  # noqa: B018


@pytest.mark.parametrize("code", ["import kzgeo", "from kzgeo.cli import cli; cli(['--help'], standalone_mode=False)"])
def test_nothing_heavy_is_loaded_before_it_is_needed(code: str) -> None:
    script = f"import sys\n{code}\nprint([name for name in {HEAVY} if name in sys.modules], file=sys.stderr)"
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert ended.stderr.strip() == "[]"
