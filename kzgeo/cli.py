"""The command line. Nothing heavy is imported before a command needs it.

Exit status: 0 done; 1 the input has problems, all listed on standard error; 2 wrong usage.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from kzgeo.errors import InputError, Problem

if TYPE_CHECKING:
    from kzgeo.load import Given

__all__ = ["main"]

LANGUAGES = ("ru", "kk", "en")
FORMATS = ("html", "png", "svg", "pdf")
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
OUT = click.Path(dir_okay=False, path_type=Path)
Command = TypeVar("Command", bound=Callable[..., Any])


class Listed(click.ParamType):
    """Several of some words, with commas between them."""

    name = "list"

    def __init__(self, known: Sequence[str]) -> None:
        self.known = known

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Split the text at commas; refuse words that are not known."""
        if isinstance(value, tuple):
            return value
        words = tuple(dict.fromkeys(word.strip() for word in value.split(",") if word.strip()))
        unknown = [word for word in words if word not in self.known]
        if unknown or not words:
            self.fail(f"{', '.join(unknown) or 'nothing'}: choose from {', '.join(self.known)}", param, ctx)
        return words


class Columns(click.ParamType):
    """Headers of a user's file by their role: ``origin=FROM,people=N``."""

    name = "role=column"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Split ``role=COL`` pairs at commas."""
        if isinstance(value, dict):
            return value
        pairs = [part.partition("=") for part in value.split(",")]
        if any(not role.strip() or not column.strip() for role, _, column in pairs):
            self.fail(f"{value}: write role=COLUMN, e.g. origin=FROM,people=N", param, ctx)
        return {role.strip(): column.strip() for role, _, column in pairs}


def own_files(command: Command) -> Command:
    """Add the options by which a user brings files in place of the built-in ones."""
    for option in reversed(
        (
            click.option("--boundaries", type=FILE, help="Your outlines, in any format that GDAL reads."),
            click.option("--key", metavar="COL", help="The column of their keys; found where it is not named."),
            click.option("--name", metavar="COL", help="The column of their names."),
            click.option("--table", "tables", type=FILE, multiple=True, help="Your table; may be given several times."),
            click.option("--flows", type=FILE, help="Your OD matrix: origin, destination, year, people."),
            click.option("--columns", type=Columns(), help="Your headers: origin=FROM,people=N."),
        )
    ):
        command = option(command)
    return command


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="kzgeo")
def cli() -> None:
    """Maps of migration between the regions of Kazakhstan.

    kzgeo build draws every built-in map into the folder maps. Add your own boundaries, tables and OD matrices
    with options; kzgeo check lists what is wrong with them.
    """


@cli.command()
@click.argument("recipes", nargs=-1)
@click.option("--year", type=int, help="Draw this year. Default: the newest complete one.")
@click.option("--lang", type=Listed(LANGUAGES), default=",".join(LANGUAGES), show_default=True, help="Languages.")
@click.option("--format", "formats", type=Listed(FORMATS), default="html,png", show_default=True, help="Formats.")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), default=Path("maps"), show_default=True)
@click.option("--vintage", type=click.DateTime(["%Y-%m-%d"]), help="Merge back to the outlines of this day.")
@click.option("--basemap", is_flag=True, help="Put map tiles from the network under the web pages.")
@own_files
def build(recipes: tuple[str, ...], out: Path, **options: Any) -> None:
    """Draw maps: RECIPES are .toml files or names of built-in ones; without any, all built-in ones."""
    from kzgeo.build import Order, build_maps

    given = _given(options)
    atlas = _load(given, options["vintage"])
    order = Order(
        languages=options["lang"], formats=options["formats"], out=out, year=options["year"], basemap=options["basemap"]
    )
    for path in build_maps(recipes, atlas, order, foreign=given.boundaries is not None):
        click.echo(path)


@cli.command()
@click.argument("files", nargs=-1, type=FILE)
@click.option("--format", "style", type=click.Choice(["text", "json"]), default="text", show_default=True)
def check(files: tuple[Path, ...], style: str) -> None:
    """List every problem of the given FILES (boundaries, tables, OD matrices), or of the built-in data."""
    from kzgeo.inspect_files import inspect

    problems = inspect(files)
    if style == "json":
        click.echo(json.dumps([problem.as_dict() for problem in problems], ensure_ascii=False, indent=1))
    else:
        _tell(problems)
    if problems:
        sys.exit(1)


@cli.command()
@click.option("--out", type=OUT, required=True, help="A .gpkg, .parquet, .fgb or .geojson file.")
@own_files
def join(out: Path, **options: Any) -> None:
    """Join boundaries to tables and write the result for a GIS."""
    from kzgeo.render.geopackage import export

    export(_load(_given(options), None), out)
    click.echo(out)


@cli.command()
@click.option("--vintage", type=click.DateTime(["%Y-%m-%d"]), help="The regions of this day. Default: today's.")
def regions(vintage: Any) -> None:
    """Print the registry of regions as CSV: codes, names in three languages, validity."""
    import csv

    from kzgeo.regions import registry

    known = registry()
    try:
        chosen = known.at(vintage.date()) if vintage else known.newest
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--vintage") from None
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(["code", "kato", "kind", *(f"name_{lang}" for lang in LANGUAGES), "macroregion", "valid_from"])
    for region in chosen:
        names = [region.names[lang] for lang in LANGUAGES]
        since = region.valid_from.isoformat() if region.valid_from else ""
        writer.writerow([region.code, region.kato, region.kind, *names, region.macroregion, since])


def _given(options: dict[str, Any]) -> Given:
    from kzgeo.load import Given

    return Given(
        boundaries=options["boundaries"],
        key=options["key"],
        name=options["name"],
        tables=options["tables"],
        flows=options["flows"],
        columns=options["columns"] or {},
    )


def _load(given: Given, vintage: Any) -> Any:
    from kzgeo.load import load_atlas
    from kzgeo.vintages import merge_back

    notes: list[Problem] = []
    atlas = load_atlas(given, notes=notes)
    for note in notes:
        click.echo(f"note: {note}", err=True)
    return merge_back(atlas, vintage.date()) if vintage else atlas


def _tell(problems: Sequence[Problem]) -> None:
    for problem in problems:
        click.echo(str(problem), err=True)


def main() -> None:
    """Run the command line; problems of the input are listed, one a line, and end with status 1."""
    try:
        cli.main(standalone_mode=True)
    except InputError as error:
        _tell(error.problems)
        sys.exit(1)
    except OSError as error:
        click.echo(f"{error.filename or ''}: {error.strerror or error}", err=True)
        sys.exit(1)
