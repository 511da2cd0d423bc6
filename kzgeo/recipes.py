"""Recipes as people write them: TOML files, checked against a schema, every problem at once."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from kzgeo.errors import Problem, RecipeError
from kzgeo.indicators import MEASURES
from kzgeo.resources import folder
from kzgeo.scene.model import Page
from kzgeo.scene.palettes import DIVERGING, SEQUENTIAL
from kzgeo.scene.spec import PAGES, ArrowSpec, ClassSpec, Recipe

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["builtin_recipes", "find_recipe", "read_recipe"]

EXAMPLES: Final = {"measure": 'measure = "net_rate"', "width": "width = 160", "height": "height = 105"}


def builtin_recipes() -> tuple[Path, ...]:
    """Return the recipes that came with kzgeo, in the order of their names."""
    return tuple(sorted(folder("maps").glob("*.toml")))


def find_recipe(name: str) -> Path:
    """Return the file of a recipe, given as a path or by the name of a built-in one.

    Raises
    ------
    RecipeError
        If there is neither; the message lists the built-in ones.
    """
    path = Path(name)
    if path.is_file():
        return path
    for known in builtin_recipes():
        if known.stem == name:
            return known
    names = ", ".join(path.stem for path in builtin_recipes())
    raise RecipeError([Problem(name, None, "no such recipe", "", f"name a .toml file or one of: {names}", "no-recipe")])


def read_recipe(path: str | Path) -> Recipe:
    """Return the recipe in a TOML file.

    Raises
    ------
    RecipeError
        If the file cannot be read as TOML or says something that a recipe cannot say; holds every problem.
    """
    path = Path(path)
    try:
        text = path.read_text("utf-8")
        written = tomllib.loads(text)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise RecipeError([Problem(str(path), None, "not a TOML file", str(error), "mend the file", "toml")]) from None
    problems = [*_schema_problems(path, text, written), *_name_problems(path, text, written)]
    if problems:
        raise RecipeError(problems)
    return _recipe(path.stem, written)


def _recipe(name: str, written: Mapping[str, Any]) -> Recipe:
    plain = {
        key: written[key]
        for key in ("measure", "flow", "only", "vintage", "palette", "labels", "title", "caption")
        if key in written
    }
    years = written.get("years", "newest")
    page = written.get("page", "default")
    return Recipe(
        name=name,
        **plain,
        years=() if isinstance(years, str) else (years,) if isinstance(years, int) else tuple(years),
        every_year=years == "all",
        page=PAGES[page] if isinstance(page, str) else Page(page["width"], page["height"], name),
        classes=ClassSpec(**_frozen(written.get("classes", {}))),
        arrows=ArrowSpec(**_frozen(written["arrows"])) if "arrows" in written else None,
    )


def _frozen(options: Mapping[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in options.items()}


def _schema_problems(path: Path, text: str, written: Mapping[str, Any]) -> Iterator[Problem]:
    from jsonschema import Draft202012Validator

    schema = json.loads((Path(__file__).parent / "recipe.schema.json").read_text("utf-8"))
    for error in Draft202012Validator(schema).iter_errors(written):
        keys = [str(key) for key in error.absolute_path]
        where = ".".join(keys) or "recipe"
        if error.validator == "additionalProperties":
            known = ", ".join(error.schema["properties"])
            for key in sorted(set(error.instance) - set(error.schema["properties"])):
                yield Problem(
                    str(path), _line(text, key), f"unknown key in {where}", key, f"known keys: {known}", "key"
                )
        elif error.validator == "required":
            yield Problem(str(path), None, "has no", "measure", 'write what is mapped: measure = "net_rate"', "key")
        elif error.validator == "enum":
            options = ", ".join(map(str, error.validator_value))
            yield Problem(
                str(path),
                _line(text, keys[-1]),
                f"bad {where}",
                str(error.instance),
                f"write one of: {options}",
                "value",
            )
        else:
            wanted = error.schema.get("description") or error.message
            yield Problem(
                str(path),
                _line(text, next((key for key in reversed(keys) if not key.isdigit()), "")),
                f"bad {where}",
                str(error.instance),
                f"write {wanted}",
                "value",
            )


def _name_problems(path: Path, text: str, written: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield what the schema cannot know: names of palettes and of classification schemes."""
    measure, palette = MEASURES.get(str(written.get("measure"))), written.get("palette")
    fitting = [*DIVERGING, *SEQUENTIAL] if measure is None else [*(DIVERGING if measure.diverging else SEQUENTIAL)]
    if isinstance(palette, str) and palette not in fitting:
        kind = "" if measure is None else "diverging " if measure.diverging else "sequential "
        remedy = f"write one of: {', '.join(fitting)}"
        yield Problem(str(path), _line(text, "palette"), f"no {kind}palette", palette, remedy, "palette")
    classes = written.get("classes")
    scheme = classes.get("scheme") if isinstance(classes, dict) else None
    if isinstance(scheme, str):
        from kzgeo.scene.classes import known_scheme, schemes

        if not known_scheme(scheme):
            remedy = f"write one of: {', '.join(schemes())}"
            yield Problem(str(path), _line(text, "scheme"), "unknown classification scheme", scheme, remedy, "scheme")


def _line(text: str, key: str) -> int | None:
    """Return the number of the first line that begins with a key or a table of that name."""
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip().lstrip("[").split("=")[0].split(".")[-1].strip(" ]\"'") == key:
            return number
    return None
