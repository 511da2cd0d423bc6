"""The command line. Nothing heavy is imported before a command needs it.

Exit status: 0 done; 1 the input has problems, all listed on standard error; 2 wrong usage.
"""

from __future__ import annotations

import atexit
import gc
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from kzgeo.errors import InputError, Problem

if TYPE_CHECKING:
    from datetime import date

    from kzgeo.atlas import Atlas
    from kzgeo.load import Given

__all__ = ["cli", "main"]

LANGUAGES: Final = ("ru", "kk", "en")
FORMATS: Final = ("html", "png", "svg", "pdf", "gpkg")
FILE: Final = click.Path(path_type=Path)  # whether it is there and can be read is told with all other problems
OUT: Final = click.Path(dir_okay=False, path_type=Path)
DAY: Final = click.DateTime(["%Y-%m-%d"])
Command = TypeVar("Command", bound=Callable[..., Any])


class Listed(click.ParamType):  # type: ignore[type-arg]  # generic in newer click only
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


class Columns(click.ParamType):  # type: ignore[type-arg]  # generic in newer click only
    """Headers of a user's file by their role: ``origin=FROM,people=N``."""

    name = "role=column"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Split ``role=COL`` pairs at commas; refuse roles that no file has."""
        if isinstance(value, dict):
            return value
        from kzgeo.own import ROLES

        pairs = [part.partition("=") for part in value.split(",")]
        named = {role.strip(): column.strip() for role, _, column in pairs}
        if not all(named) or not all(named.values()):
            self.fail(f"{value}: write role=COLUMN, e.g. origin=FROM,people=N", param, ctx)
        if unknown := [role for role in named if role not in ROLES]:
            self.fail(f"no role {', '.join(unknown)}: choose from {', '.join(ROLES)}", param, ctx)
        return named


def _options(*options: Callable[[Command], Command]) -> Callable[[Command], Command]:
    def add(command: Command) -> Command:
        for option in reversed(options):
            command = option(command)
        return command

    return add


columns_option = click.option("--columns", type=Columns(), metavar="ROLE=COL,...", help="Your headers by their role.")
own_files = _options(
    click.option("--boundaries", type=FILE, metavar="FILE", help="Your outlines, in any format that GDAL reads."),
    click.option("--key", metavar="COL", help="The column of their keys; found where it is not named."),
    click.option("--name", metavar="COL", help="The column of their names."),
    click.option("--table", "tables", type=FILE, metavar="FILE", multiple=True, help="Your table; may be repeated."),
    click.option("--flows", type=FILE, metavar="FILE", help="Your OD matrix: origin, destination, year, people."),
    columns_option,
)
vintage_option = click.option("--vintage", type=DAY, help="Merge back to the outlines of this day.")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="kzgeo")
def cli() -> None:
    """Draw maps of migration between the regions of Kazakhstan.

    kzgeo build draws every built-in map into the folder maps. Add your own boundaries, tables and OD matrices
    with options; kzgeo check lists what is wrong with them.

    Exit status: 0 done; 1 the input has problems, all listed on standard error; 2 wrong usage.
    """


@cli.command()
@click.argument("recipes", nargs=-1)
@click.option("--year", type=int, help="Draw this year. Default: the newest complete one.")
@click.option("--lang", type=Listed(LANGUAGES), default=",".join(LANGUAGES), show_default=True, help="Languages.")
@click.option("--format", "formats", type=Listed(FORMATS), default="html,png", show_default=True, help="Formats.")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), default=Path("maps"), show_default=True)
@click.option("--basemap", is_flag=True, help="Put map tiles from the network under the web pages.")
@vintage_option
@own_files
def build(recipes: tuple[str, ...], year: int | None, out: Path, **options: Any) -> None:
    """Draw maps: RECIPES are .toml files or names of built-in ones.

    Without any, all built-in ones that your data hold the figures for, with the GeoPackage of all figures.
    """
    from kzgeo.build import Order, build_maps, choose

    _progress("reading")
    atlas = _load({**options, "year": year})
    chosen, left_out = choose(recipes, atlas, year=year)
    for reason in left_out:
        click.echo(f"left out: {reason}", err=True)
    package = not recipes or "gpkg" in options["formats"]
    formats = tuple(kind for kind in options["formats"] if kind != "gpkg")
    order = Order(languages=options["lang"], formats=formats, out=out, year=year, basemap=options["basemap"])
    for path in build_maps(chosen, atlas, order, package=package, tell=_progress):
        _progress("")
        click.echo(path)


@cli.command()
@click.argument("files", nargs=-1, type=FILE)
@click.option("--format", "style", type=click.Choice(["text", "json"]), default="text", show_default=True)
@own_files
def check(files: tuple[Path, ...], style: str, **options: Any) -> None:
    """List every problem of the given FILES (boundaries, tables, OD matrices), or of the built-in data."""
    from kzgeo.audit import check_builtin, check_files

    given = _given(options)
    notes: list[Problem] = []
    if files or any((given.boundaries, given.tables, given.flows)):
        problems, notes = check_files(files, given)
    else:
        problems = check_builtin()
    if style == "json":
        click.echo(json.dumps([problem.as_dict() for problem in problems], ensure_ascii=False, indent=1))
    else:
        _tell(notes, "note: ")
        _tell(problems)
    if problems:
        sys.exit(1)


@cli.command()
@click.option("--out", type=OUT, required=True, metavar="FILE", help="A .gpkg, .parquet, .fgb or .geojson file.")
@vintage_option
@own_files
def join(out: Path, **options: Any) -> None:
    """Join boundaries to tables and write the result for a GIS."""
    from kzgeo.render.geopackage import export

    export(_load(options), out)
    click.echo(out)


@cli.command()
@click.option("--margins", type=FILE, metavar="FILE", required=True, help="region, arrivals, departures[, year].")
@click.option("--prior", type=FILE, metavar="FILE", help="OD matrices of other years: origin, destination, people.")
@click.option("--known", type=FILE, metavar="FILE", help="Known cells, zeros among them; low, high for hidden ones.")
@click.option("--distances", type=FILE, metavar="FILE", help="origin, destination, distance in kilometres.")
@click.option("--boundaries", type=FILE, metavar="FILE", help="Outlines to take distances from.")
@click.option("--reference", type=FILE, metavar="FILE", help="An OD matrix to fit the deterrence of distance on.")
@click.option("--year", type=int, help="Estimate this year of the margins only.")
@click.option("--diagonal", is_flag=True, help="Moves inside a region are part of the margins.")
@columns_option
@click.option("--out", type=OUT, required=True, metavar="FILE", help="The CSV file to write.")
def estimate(out: Path, *, diagonal: bool, **files: Any) -> None:
    """Estimate an OD matrix that fits the margins, with bounds for every cell.

    It rests on the matrices of other years if there are any, else on distances; for Kazakhstan's regions these are
    known. low and high bound the figure with a probability of 90 %, min and max for certain.
    """
    from kzgeo.estimation import Evidence, estimate_files

    frame, said = estimate_files(Evidence(**files), diagonal=diagonal)
    for line in said:
        click.echo(line, err=True)
    _write_csv(frame, out)


@cli.command(name="import")
@click.argument("file", type=FILE)
@click.option("--year", type=int, help="The year, where the file names none.")
@columns_option
@click.option("--out", type=OUT, required=True, metavar="FILE", help="The CSV file to write.")
def import_(file: Path, year: int | None, columns: dict[str, str] | None, out: Path) -> None:
    """Turn a spreadsheet as it is published into a tidy table; what was understood is said first, line by line."""
    from kzgeo.tidy import tidy_file

    read = tidy_file(file, year=year, columns=columns)
    for line in read.understood:
        click.echo(f"{file}: {line}", err=True)
    _tell(read.doubts, "note: ")
    _write_csv(read.table, out)


@cli.command()
@click.option("--vintage", type=DAY, help="The regions of this day. Default: today's.")
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

    names = ("boundaries", "key", "name", "tables", "flows")
    return Given(**{name: options[name] for name in names}, columns=options["columns"] or {}, year=options.get("year"))


def _load(options: dict[str, Any]) -> Atlas:
    from kzgeo.load import load_atlas

    vintage: date | None = options["vintage"].date() if options["vintage"] else None
    notes: list[Problem] = []
    try:
        return load_atlas(_given(options), vintage=vintage, notes=notes)
    finally:
        _tell(notes, "note: ")


def _tell(problems: Sequence[Problem], kind: str = "") -> None:
    for problem in problems:
        click.echo(f"{kind}{problem}", err=True)


def _progress(words: str) -> None:
    """Say on a terminal what is being done, in place of what was said before."""
    if sys.stderr.isatty():
        click.echo(f"\r\x1b[K{words}", nl=False, err=True)


def _write_csv(frame: Any, out: Path) -> None:
    from kzgeo.render.files import whole

    with whole(out) as aside:
        frame.to_csv(aside, index=False, lineterminator="\n")
    click.echo(out)


def main() -> None:
    """Run the command line; problems of the input are listed, one a line, and end with status 1."""
    # a run is short: looking for cycles among all that is imported, again at the end, would be a sixth of its time
    gc.set_threshold(100_000, 20, 20)
    atexit.register(gc.freeze)
    try:
        cli.main(standalone_mode=True)
    except InputError as error:
        _progress("")
        _tell(error.problems)
        sys.exit(1)
    except OSError as error:
        _progress("")
        click.echo(f"{error.filename or 'kzgeo'}: {error.strerror or error}", err=True)
        sys.exit(1)
