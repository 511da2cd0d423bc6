"""The documentation says what the code does."""

from __future__ import annotations

import json
import re
import runpy
from pathlib import Path
from typing import Any

import pytest

import kzgeo
from kzgeo.load import builtin_atlas
from kzgeo.recipes import find_recipe, read_recipe
from kzgeo.scene.classes import schemes
from kzgeo.scene.compose import compose
from kzgeo.scene.palettes import DIVERGING, SEQUENTIAL

DOCS = Path(__file__).parents[1] / "docs"


def said(name: str) -> set[str]:
    """Return every word that a page sets as code."""
    text = (DOCS / name).read_text("utf-8")
    return {word.strip('"[]') for code in re.findall(r"`([^`\n]+)`", text) for word in code.replace(",", " ").split()}


def test_the_command_line_is_described_as_it_is() -> None:
    page = runpy.run_path(str(DOCS / "cli.py"))["page"]()
    assert (DOCS / "cli.md").read_text("utf-8") == page, "run: python docs/cli.py"


def words(schema: Any) -> set[str]:
    """Return every key and every allowed word of a schema."""
    if isinstance(schema, list):
        return set().union(*map(words, schema))
    if not isinstance(schema, dict):
        return set()
    own = {str(value) for value in schema.get("enum", [])} | set(schema.get("properties", {}))
    return own.union(*map(words, schema.values()))


def test_every_key_and_word_of_a_recipe_is_explained() -> None:
    schema = json.loads((Path(kzgeo.__file__).parent / "recipe.schema.json").read_text("utf-8"))
    assert words(schema) - said("recipes.md") - {"width", "height"} == set()


def test_every_palette_is_named() -> None:
    assert {*DIVERGING, *SEQUENTIAL} <= said("recipes.md")


def test_schemes_that_are_named_exist() -> None:
    named = {word for word in said("recipes.md") if re.fullmatch(r"(?:[A-Z][a-z]+){2,}|Quantiles|Percentiles", word)}
    assert named <= set(schemes())


@pytest.mark.parametrize("name", ["net-rate", "pull-astana", "abroad"])
def test_every_fact_that_titles_may_name_is_explained(name: str) -> None:
    facts = compose(read_recipe(find_recipe(name)), builtin_atlas(), "en").facts
    assert set(facts) - {"layout"} <= said("recipes.md")


def test_the_example_of_the_readme_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    [code] = re.findall(r"```python\n(.*?)```", (DOCS.parent / "README.md").read_text("utf-8"), re.DOTALL)
    recipe = tmp_path / "maps" / "pull.toml"
    recipe.parent.mkdir()
    recipe.write_bytes(find_recipe("pull").read_bytes())
    monkeypatch.chdir(tmp_path)
    exec(code, {})
    assert (tmp_path / "pull.png").stat().st_size > 100_000
