"""Recipes: what they can say, and what is told of what they cannot."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kzgeo.errors import Problem, RecipeError
from kzgeo.recipes import builtin_recipes, find_recipe, read_recipe
from kzgeo.scene.spec import PAGES, ArrowSpec, ClassSpec

if TYPE_CHECKING:
    from pathlib import Path

    from kzgeo.scene.spec import Recipe

NAMES = {
    "net-rate", "net", "arrivals", "departures", "positive-balance", "external", "effectiveness", "years",
    "pull", "drain", "net-flows", "abroad",
}  # fmt: skip


def read(folder: Path, text: str) -> Recipe:
    path = folder / "r.toml"
    path.write_text(text, "utf-8")
    return read_recipe(path)


def refused(folder: Path, text: str) -> list[Problem]:
    with pytest.raises(RecipeError) as caught:
        read(folder, text)
    return list(caught.value.problems)


def test_the_promised_recipes_are_there() -> None:
    assert {path.stem for path in builtin_recipes()} >= NAMES


@pytest.mark.parametrize("path", builtin_recipes(), ids=lambda path: path.stem)
def test_each_has_a_title_in_every_language(path: Path) -> None:
    recipe = read_recipe(path)
    assert recipe.name == path.stem
    assert set(recipe.title) == {"ru", "kk", "en"}


def test_a_name_finds_a_built_in_recipe_and_a_path_a_file(tmp_path: Path) -> None:
    own = tmp_path / "mine.toml"
    own.write_text('measure = "net"\n')
    assert find_recipe("net-rate").stem == "net-rate"
    assert find_recipe(str(own)) == own


def test_an_unknown_name_is_answered_with_the_known_ones() -> None:
    with pytest.raises(RecipeError) as caught:
        find_recipe("nett")
    [problem] = caught.value.problems
    assert problem.file == "nett"
    assert "net-rate" in problem.remedy


def test_everything_that_can_be_said(tmp_path: Path) -> None:
    recipe = read(
        tmp_path,
        """
        measure = "net_rate"
        flow = "total"
        years = [2023, 2024]
        only = "gain"
        vintage = "complete"
        palette = "ochre-blue"
        labels = false
        page = {width = 200, height = 100}
        [classes]
        breaks = [-10, -5.5, 0, 5]
        [arrows]
        select = "share"
        value = 50
        kind = "net"
        origins = ["KZ-10"]
        [title]
        en = "{ $top }"
        """,
    )
    assert recipe.years == (2023, 2024)
    assert not recipe.every_year
    assert not recipe.labels
    assert recipe.classes == ClassSpec(breaks=(-10, -5.5, 0, 5))
    assert recipe.arrows == ArrowSpec(select="share", value=50, kind="net", origins=("KZ-10",))
    assert (recipe.page.width, recipe.page.height) == (200, 100)
    assert recipe.title == {"en": "{ $top }"}


@pytest.mark.parametrize(
    ("years", "expected"), [('"newest"', ((), False)), ('"all"', ((), True)), ("2022", ((2022,), False))]
)
def test_years_in_words(tmp_path: Path, years: str, expected: tuple[tuple[int, ...], bool]) -> None:
    recipe = read(tmp_path, f'measure = "net"\nyears = {years}\n')
    assert (recipe.years, recipe.every_year) == expected


@pytest.mark.parametrize("page", sorted(PAGES))
def test_pages_by_name(tmp_path: Path, page: str) -> None:
    assert read(tmp_path, f'measure = "net"\npage = "{page}"\n').page == PAGES[page]


@pytest.mark.parametrize(
    ("text", "row", "value", "remedy"),
    [
        ('measure = "nett"', 1, "nett", "net_rate"),
        ('measure = "net"\ncolour = "red"', 2, "colour", "palette"),
        ('measure = "net"\npalette = "jet"', 2, "jet", "ochre-teal"),
        ('measure = "net"\npalette = "teal"', 2, "teal", "ochre-teal"),
        ('measure = "arrivals"\npalette = "ochre-teal"', 2, "ochre-teal", "plum"),
        ('measure = "net"\n[classes]\nscheme = "Jenks9"', 3, "Jenks9", "Quantiles"),
        ('measure = "net"\n[classes]\nk = 0', 3, "0", "1 to 9"),
        ('measure = "net"\nyears = []', 2, "[]", "year"),
        ('measure = "net"\n[arrows]\nselect = "best"', 3, "best", "disparity"),
        ('measure = "net"\n[arrows]\nvalue = -1', 3, "-1", ""),
        ('measure = "net"\n[title]\nde = "Titel"', 3, "de", "ru, kk, en"),
        ('flow = "total"', None, "measure", "net_rate"),
        ('measure = "net"\npage = {width = 100}', 2, "", "height"),
    ],
)
def test_what_cannot_be_said(tmp_path: Path, text: str, row: int | None, value: str, remedy: str) -> None:
    [problem] = refused(tmp_path, text)
    assert problem.file.endswith("r.toml")
    assert problem.row == row
    assert value in problem.value
    assert remedy in problem.remedy


def test_all_problems_at_once(tmp_path: Path) -> None:
    problems = refused(tmp_path, 'measure = "x"\nflow = "y"\nnonsense = 1\npalette = "z"\n')
    assert [problem.row for problem in sorted(problems)] == [1, 2, 3, 4]


@pytest.mark.parametrize("data", [b"measure = ", b"\xff\xfe\x00\x00", b"measure: net"])
def test_what_is_no_toml(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "r.toml"
    path.write_bytes(data)
    with pytest.raises(RecipeError) as caught:
        read_recipe(path)
    assert [problem.code for problem in caught.value.problems] == ["toml"]
