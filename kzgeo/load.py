"""From files to the Atlas: the built-in boundaries and data, or a user's own in their place."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

import shapely

from kzgeo.builtin import builtin_atlas, outline_credits
from kzgeo.checks import check_margins
from kzgeo.errors import InputError, Problem
from kzgeo.joining import Own, join, unmatched
from kzgeo.own import Reading, checked_flows, checked_table, headers_of, read_lenient
from kzgeo.read.boundaries import Boundaries, read_boundaries
from kzgeo.read.flows import read_flows
from kzgeo.read.tables import read_table
from kzgeo.read.vectors import open_polygons
from kzgeo.regions import LANGUAGES, Matcher, as_written, normalise
from kzgeo.vintages import merge_back

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping
    from pathlib import Path

    import geopandas as gpd

    from kzgeo.atlas import Atlas

__all__ = ["Given", "builtin_atlas", "load_atlas", "outlined", "reading_for"]

# a user's figures may be revised or modelled: where they only differ from the published ones, that is said, not refused
_OPINIONS: Final = {"misprint", "margins", "preliminary"}


@dataclass(frozen=True, slots=True)
class Given:
    """The files that a user brings in place of the built-in ones.

    Parameters
    ----------
    boundaries : Path, optional
        Outlines; ``key`` and ``name`` are their columns of keys and names, found where they are not given.
    tables : tuple of Path
        Tables of migration, of population, or of both.
    flows : Path, optional
        OD matrices.
    columns : mapping of str to str
        Headers that the files name in a way of their own, by role: ``{"origin": "Откуда"}``.
    year : int, optional
        The year of files that name none.
    """

    boundaries: Path | None = None
    key: str | None = None
    name: str | None = None
    tables: tuple[Path, ...] = ()
    flows: Path | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    year: int | None = None


def load_atlas(
    given: Given | None = None, *, vintage: dt.date | None = None, notes: list[Problem] | None = None
) -> Atlas:
    """Return the atlas of the built-in boundaries and data, or of a user's files in their place.

    A user's boundaries that the registry knows (Kazakhstan's regions of any vintage) are joined to the built-in figures
    where no table is given. Boundaries of anywhere else need a table or an OD matrix.

    Parameters
    ----------
    given : Given, optional
    vintage : datetime.date, optional
        Merge everything back to the outlines of this day. A user's figures may be on these outlines already.
    notes : list of Problem, optional
        Takes what was mended in the files, or may be meant as it is, and stops nothing.

    Raises
    ------
    InputError
        With every problem of every file.
    """
    given, notes = given or Given(), [] if notes is None else notes
    problems: list[Problem] = []
    base = outlined(given, problems, notes)
    if base is None:
        _try_the_rest(given, problems)
        raise InputError(problems)
    own = _read(given, base, problems, notes)
    then = base if vintage is None else merge_back(base, vintage)
    on_them = own.codes <= set(then.regions.index)
    lonely = unmatched(own, then if on_them else base, drawn=str(given.boundaries or "the built-in boundaries"))
    strangers = {problem.file for problem in lonely if problem.code == "no-region-shared"}
    problems = [p for p in problems if p.code != "absent-region" or p.file not in strangers] + lonely
    if problems:
        raise InputError(problems)
    atlas = join(then if on_them else base, own)
    return atlas if on_them or vintage is None else merge_back(atlas, vintage)


def outlined(given: Given, problems: list[Problem], notes: list[Problem]) -> Atlas | None:
    """Return the built-in atlas on a user's outlines, or an atlas of these alone where the registry knows them not.

    None where the outlines could not be read at all.
    """
    if given.boundaries is None:
        return builtin_atlas()
    read = read_boundaries(given.boundaries, key=given.key, name=given.name, problems=problems)
    notes.extend(read.notes)
    if read.regions.empty:
        return None
    if read.vintage is None:
        if given.key is None and (key := _key_of_tables(given)) not in {None, read.key}:
            read = read_boundaries(given.boundaries, key=key, name=given.name, problems=problems)
        return _foreign(given.boundaries, read)
    whole = builtin_atlas()
    then = whole if read.vintage == whole.vintage else merge_back(whole, read.vintage)
    regions = then.regions.set_geometry(read.regions.geometry.reindex(then.regions.index))
    waters = outline_credits(("B02",))
    return replace(then, regions=regions, credits={lang: (given.boundaries.name, *waters[lang]) for lang in LANGUAGES})


def _foreign(path: Path, read: Boundaries) -> Atlas:
    """Return an atlas of outlines that the registry does not know, still without figures."""
    builtin = builtin_atlas()
    short = {f"short_{lang}": read.regions[f"name_{lang}"] for lang in LANGUAGES}
    # the surroundings serve districts of Kazakhstan too; those of another country are not known
    inside = shapely.box(*builtin.regions.total_bounds).buffer(1).contains(shapely.box(*read.regions.total_bounds))
    return replace(
        builtin,
        regions=read.regions.assign(**short, kind="region", macroregion=""),
        migration=builtin.migration.iloc[:0],
        flows=builtin.flows.iloc[:0],
        population=builtin.population.iloc[:0],
        context=builtin.context if inside else builtin.context.iloc[:0],
        abroad=builtin.abroad.iloc[:0],
        national=builtin.national.iloc[:0],
        credits=dict.fromkeys(LANGUAGES, (path.name,)),
        vintage=None,
    )


def _key_of_tables(given: Given) -> str | None:
    """Return the column of the outlines that holds the most of the keys that a user's tables are written in."""
    frame, _ = open_polygons(str(given.boundaries))
    ignored: list[Problem] = []
    written: set[str] = set()
    for path in given.tables:
        columns = headers_of(path, "table", given.columns, alone=False)
        read = read_table(path, match=as_written, columns=columns, year=given.year, problems=ignored)
        written |= {normalise(text) for text in (*read.migration["region"], *read.population["region"])}
    if given.flows is not None:
        columns = headers_of(given.flows, "flows", given.columns, alone=False)
        flows = read_flows(given.flows, match=as_written, columns=columns, year=given.year, problems=ignored)
        written |= {normalise(text) for text in flows["origin"]}
    held = {
        str(column): len(written & {normalise(str(cell)) for cell in frame[column]})
        for column in frame.columns
        if column != "geometry" and frame[column].is_unique
    }
    best = max(held, key=lambda column: held[column], default=None)
    return best if best is not None and held[best] else None


def _try_the_rest(given: Given, problems: list[Problem]) -> None:
    """Say what is wrong with the other files too, where the outlines cannot be read."""
    for path in given.tables:
        read_lenient(read_table, path, problems)
    if given.flows is not None:
        read_lenient(read_flows, given.flows, problems)


def _read(given: Given, base: Atlas, problems: list[Problem], notes: list[Problem]) -> Own:
    """Read and check a user's tables and OD matrices."""
    how = reading_for(base)
    alone = len(given.tables) + (given.flows is not None) == 1
    own, found = Own(), list[Problem]()
    for path in given.tables:
        columns = headers_of(path, "table", given.columns, alone=alone)
        own.tables[str(path)], troubles = checked_table(path, replace(how, columns=columns, year=given.year), problems)
        found += troubles
    if given.flows is not None:
        columns = headers_of(given.flows, "flows", given.columns, alone=alone)
        own.flows[str(given.flows)], troubles = checked_flows(
            given.flows, replace(how, columns=columns, year=given.year), problems
        )
        found += troubles
    notes += [problem for problem in found if problem.code in _OPINIONS]
    problems += [problem for problem in found if problem.code not in _OPINIONS]
    problems += [
        problem
        for file, flows in own.flows.items()
        for name, table in own.tables.items()
        for problem in check_margins(flows, table.migration, file=file, table=name)
    ]
    return own


def reading_for(atlas: Atlas) -> Reading:
    """Return how tables are read that belong to the outlines of an atlas."""
    if atlas.vintage is not None:
        return Reading()
    return Reading(_matcher(atlas.regions), frozenset(map(str, atlas.regions.index)))


def _matcher(regions: gpd.GeoDataFrame) -> Matcher:
    """Return a matcher of keys and names of regions that the registry does not know."""
    keys = {normalise(str(code)): str(code) for code in regions.index}
    for lang in LANGUAGES:
        names = regions[f"name_{lang}"]
        for code, name in names[~names.duplicated(keep=False)].items():
            keys.setdefault(normalise(str(name)), str(code))

    def match(text: str, date: dt.date | None = None, /) -> str:  # noqa: ARG001  the form of a Matcher
        found = keys.get(normalise(text))
        # a key without a polygon is reported by the join, with both sides before it
        return as_written(text) if found is None else found

    return match
