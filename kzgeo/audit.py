"""Every problem of a user's files, or of the built-in data: what ``kzgeo check`` lists."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from kzgeo.builtin import builtin_atlas
from kzgeo.checks import check_abroad, check_flows, check_margins, check_percentages, official
from kzgeo.errors import InputError, Problem
from kzgeo.joining import Own, unmatched
from kzgeo.load import Given, outlined, reading_for
from kzgeo.own import Reading, checked_flows, checked_table, headers_of
from kzgeo.read.kinds import Kind, kind_of, read_abroad
from kzgeo.read.percentages import read_percentages
from kzgeo.resources import folder

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

__all__ = ["check_builtin", "check_files"]


@dataclass(frozen=True, eq=False)
class _Finds:
    """What was read from some files, and what was found wrong with them."""

    own: Own = field(default_factory=Own)
    problems: list[Problem] = field(default_factory=list)


def check_files(paths: Sequence[Path], given: Given | None = None) -> tuple[list[Problem], list[Problem]]:
    """Return the problems of some files: boundaries, tables, OD matrices, moves by country, in any order.

    Each is read as what it is found to be. Where outlines are among them, the other files' regions must be theirs; a
    table and an OD matrix are held against each other, and all of Kazakhstan's figures against the official ones.

    Parameters
    ----------
    paths : sequence of Path
    given : Given, optional
        Files of which the user says what they are, and how columns are called.

    Returns
    -------
    list of Problem, list of Problem
        Problems, file by file, and notes on what was mended and needs no action.
    """
    given = given or Given()
    found, notes = _Finds(), list[Problem]()
    kinds = _kinds(paths, given, found.problems)
    drawn = [path for path, kind in kinds.items() if kind == "boundaries"]
    atlases = [outlined(replace(given, boundaries=path), found.problems, notes) for path in drawn]
    atlas = atlases[0] if len(atlases) == 1 else None
    how = Reading() if atlas is None else reading_for(atlas)
    alone = len(kinds) - len(drawn) == 1
    for path, kind in kinds.items():
        columns = headers_of(path, kind or "", given.columns, alone=alone)
        try:
            _look_into(path, kind, replace(how, columns=columns), found)
        except InputError as error:
            found.problems.extend(error.problems)
    for file, flows in found.own.flows.items():
        for name, table in found.own.tables.items():
            found.problems.extend(check_margins(flows, table.migration, file=file, table=name))
    if atlas is not None:
        found.problems.extend(unmatched(found.own, atlas, drawn=str(drawn[0])))
    return list(dict.fromkeys(found.problems)), notes


def _kinds(paths: Sequence[Path], given: Given, problems: list[Problem]) -> dict[Path, Kind | None]:
    kinds: dict[Path, Kind | None] = {}
    for path in paths:
        try:
            kinds[path] = kind_of(path)
        except InputError as error:
            problems.extend(error.problems)
    if given.boundaries is not None:
        kinds[given.boundaries] = "boundaries"
    if given.flows is not None:
        kinds[given.flows] = "flows"
    return kinds | dict.fromkeys(given.tables, "table")


def check_builtin() -> list[Problem]:
    """Return the problems of the boundaries and data that came with kzgeo; there should be none."""
    data, boundaries = folder("data"), folder("boundaries")
    names = ("migration.csv", "population.csv", "flows.csv", "external_by_country.csv")
    problems, _ = check_files([boundaries / "regions.fgb", *(data / name for name in names)])
    filled = builtin_atlas().flows
    return problems + check_flows(filled, file=str(data / "flows_estimated.csv"), official=official())


def _look_into(path: Path, kind: Kind | None, how: Reading, found: _Finds) -> None:
    file, yardstick = str(path), official() if how.match is None else None
    if kind == "table":
        found.own.tables[file], troubles = checked_table(path, how, found.problems)
        for sheet in read_percentages(path):
            troubles += check_percentages(
                sheet.counts, sheet.percents, names=sheet.names, file=file, growth=sheet.growth, official=yardstick
            )
    elif kind == "flows":
        found.own.flows[file], troubles = checked_flows(path, how, found.problems)
    elif kind == "abroad":
        table = read_abroad(path, problems=found.problems)
        troubles = check_abroad(table.migration, file=file, official=yardstick)
    else:
        return
    found.problems.extend(troubles)
