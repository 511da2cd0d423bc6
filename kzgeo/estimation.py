"""An OD matrix estimated from files: what ``kzgeo estimate`` does."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from kzgeo.builtin import builtin_atlas
from kzgeo.errors import InputError, Problem
from kzgeo.load import Given, outlined, reading_for
from kzgeo.od import estimate, great_circle
from kzgeo.own import read_lenient, without_rows
from kzgeo.read.columns import FLOW_COLUMNS, find_columns, listed
from kzgeo.read.flows import read_flows
from kzgeo.read.gather import Gather
from kzgeo.read.grid import read_grids
from kzgeo.read.tables import read_table
from kzgeo.regions import registry
from kzgeo.vintages import merge_back, vintage_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping
    from pathlib import Path

    from kzgeo.atlas import Atlas
    from kzgeo.regions import Matcher

__all__ = ["Evidence", "estimate_files"]

_UNDATED: Final = 1900  # stands for the year of a file that names none
_PAIR: Final = ["origin", "destination"]
_DISTANCE: Final = {
    **{role: FLOW_COLUMNS[role] for role in _PAIR},
    "distance": "distance|distances|dist|km|distance km|kilometres|kilometers|расстояние|км|қашықтық|ара қашықтық",
}


@dataclass(frozen=True, slots=True)
class Evidence:
    """The files that an estimate rests on; see :func:`kzgeo.od.estimate`.

    Parameters
    ----------
    margins : Path
        A table with arrivals and departures by region.
    prior, known, reference : Path, optional
        OD matrices: of other years; of known cells, zeros and ranges; to fit the deterrence of distance on.
    distances : Path, optional
        ``origin, destination, distance`` in kilometres.
    boundaries : Path, optional
        Outlines to take distances from. Default: the built-in ones, where they have all the regions.
    year : int, optional
        Estimate this year of the margins only.
    columns : mapping of str to str, optional
        Headers that the files name in a way of their own, by role.
    """

    margins: Path
    prior: Path | None = None
    known: Path | None = None
    reference: Path | None = None
    distances: Path | None = None
    boundaries: Path | None = None
    year: int | None = None
    columns: Mapping[str, str] | None = None


def estimate_files(evidence: Evidence, *, diagonal: bool = False) -> tuple[pd.DataFrame, list[str]]:
    """Return an OD matrix for every year of the margins, and what each rests on.

    Parameters
    ----------
    evidence : Evidence
    diagonal : bool
        Whether moves inside a region are part of the margins.

    Returns
    -------
    DataFrame, list of str
        As :func:`kzgeo.od.estimate`, year by year; and a sentence a year, for people.

    Raises
    ------
    InputError
        With every problem of the files, or of what they say together.
    """
    problems: list[Problem] = []
    outlines = None
    if evidence.boundaries is not None:
        outlines = outlined(Given(boundaries=evidence.boundaries), problems, [])
    match = None if outlines is None else reading_for(outlines).match
    years = _margins(evidence, match, problems)
    others = {name: _flows(name, evidence, match, problems) for name in ("prior", "known", "reference")}
    pairs = _read_pairs(evidence.distances, match or _key, problems) if evidence.distances else None
    if problems:
        raise InputError(problems)
    made, said = [], []
    for margins in years:
        year = int(margins["year"].iloc[0]) if "year" in margins else None
        distances, origin = pairs, ""
        if others["prior"] is None and pairs is None:
            distances, origin = _between(list(margins["region"]), outlines, str(evidence.boundaries))
        known = _of_year(others["known"], year)
        frame = estimate(
            margins,
            prior=others["prior"],
            known=known,
            distances=distances,
            reference=others["reference"] if distances is not None else None,
            diagonal=diagonal,
        )
        made.append(frame)
        said.append(" ".join(filter(None, (f"{year}:" if year else "", frame.attrs["method"], origin))))
    return pd.concat(made, ignore_index=True), said


def _margins(evidence: Evidence, match: Matcher | None, problems: list[Problem]) -> list[pd.DataFrame]:
    """Return ``region, arrivals, departures[, year]`` for every year."""
    rows = _read(read_table, evidence.margins, _named(evidence, "margins"), match, problems).migration
    flows = list(rows["flow"].unique())
    rows = rows[rows["flow"] == ("interregional" if "interregional" in flows else flows[0])] if flows else rows
    if evidence.year is not None and problems == [] and evidence.year not in set(rows["year"]):
        known = ", ".join(map(str, sorted(set(rows["year"]) - {_UNDATED}))) or "none"
        what, remedy = "has no margins of", f"its years: {known}"
        problems.append(Problem(str(evidence.margins), None, what, str(evidence.year), remedy, "no-year"))
    years = []
    for year, part in rows.groupby("year"):
        if evidence.year in {None, year}:
            wide = part.pivot_table(index="region", columns="direction", values="people", aggfunc="first", sort=False)
            wide = wide.reindex(columns=["arrivals", "departures"]).reset_index().assign(year=int(str(year)))
            years.append(_dated(wide, evidence.margins))
            _check_sides(part, evidence.margins, problems)
    if not years and not problems:
        what, remedy = "has no arrivals and departures by region", "give the columns region, arrivals, departures"
        problems.append(Problem(str(evidence.margins), None, what, "", remedy, "empty"))
    return years


def _check_sides(part: pd.DataFrame, path: Path, problems: list[Problem]) -> None:
    """Say where one of the two margins is not known, or stands twice, in the file's own lines."""
    for direction in ("arrivals", "departures"):
        side = part[part["direction"] == direction]
        if side.empty:
            remedy = f"add a column {direction}: both margins are needed"
            problems.append(Problem(str(path), None, "has no column for", direction, remedy, "columns"))
        for region, row in zip(*(side.loc[side["people"].isna(), name] for name in ("region", "row")), strict=True):
            what, remedy = f"has no {direction} of", "an estimate needs every margin: add the figure"
            problems.append(Problem(str(path), int(row), what, str(region), remedy, "missing"))
        twice = side[side["region"].duplicated()]
        for region, row in zip(twice["region"], twice["row"], strict=True):
            what, remedy = f"gives the {direction} twice of", "keep one row for each region and year"
            problems.append(Problem(str(path), int(row), what, str(region), remedy, "duplicate"))


def _flows(name: str, evidence: Evidence, match: Matcher | None, problems: list[Problem]) -> pd.DataFrame | None:
    path = getattr(evidence, name)
    if path is None:
        return None
    flows = _read(read_flows, path, _named(evidence, "flows"), match, problems)
    if not problems:
        problems += without_rows(path, flows)
    return _dated(flows, path)


def _read(reader: Any, path: Path, columns: Mapping[str, str], match: Matcher | None, problems: list[Problem]) -> Any:
    """Read a file of one year or several, by the keys of the outlines given or by those that it is written in."""
    if match is not None:
        return reader(path, match=match, columns=columns, year=_UNDATED, problems=problems)
    return read_lenient(partial(reader, year=_UNDATED), path, problems, columns=columns)


def _named(evidence: Evidence, kind: str) -> dict[str, str]:
    """Return the user's headers for margins or for matrices."""
    roles = ("origin", "destination") if kind == "flows" else ("region", "arrivals", "departures")
    shared = ("year", "people", "status", "low", "high") if kind == "flows" else ("year",)
    return {role: header for role, header in (evidence.columns or {}).items() if role in (*roles, *shared)}


def _dated(frame: pd.DataFrame, path: Path) -> pd.DataFrame:
    """Name the file in messages, and drop the year that stands for none."""
    if (frame["year"] == _UNDATED).any():
        frame = frame.drop(columns="year")
    frame.attrs["file"] = str(path)
    return frame


def _of_year(frame: pd.DataFrame | None, year: int | None) -> pd.DataFrame | None:
    if frame is None or year is None or "year" not in frame:
        return frame
    chosen = frame[frame["year"] == year]
    chosen.attrs = dict(frame.attrs)
    return chosen


def _between(codes: list[str], outlines: Atlas | None, file: str) -> tuple[Any, str]:
    """Return distances between regions and where they are from; None where nothing tells them."""
    origin = f"distances between the outlines of {file}"
    if outlines is None:
        day, outlines = vintage_of(set(codes)), builtin_atlas()
        if day is None:
            return None, "(no distances are known: the margins alone say who moved where)"
        outlines = outlines if day == outlines.vintage else merge_back(outlines, day)
        origin = "distances between the built-in outlines"
    points = _points(outlines.regions.geometry)
    if absent := [code for code in codes if code not in points.index]:
        remedy = "give outlines of all regions of the margins, or --distances"
        raise InputError([Problem(file, None, "has no outline of", ", ".join(absent), remedy, "absent-region")])
    return great_circle(*points.loc[codes].to_numpy().T), f"({origin})"


def _points(outlines: Any) -> pd.DataFrame:
    inside = outlines.representative_point()
    return pd.DataFrame({"x": inside.x, "y": inside.y}, index=outlines.index.astype(str))


def _read_pairs(path: Path, match: Matcher, problems: list[Problem]) -> pd.DataFrame | None:
    """Read ``origin, destination, distance``."""
    try:
        grids = read_grids(path)
        found = find_columns(grids, _DISTANCE, needs=(frozenset(_DISTANCE),))
    except InputError as error:
        problems.extend(error.problems)
        return None
    if found is None:
        remedy = "give the columns origin, destination, distance (km)"
        problems.append(
            Problem(
                str(path),
                1,
                "has no header of distances; it begins with",
                listed(grids[0].cells.iloc[0]),
                remedy,
                "columns",
            )
        )
        return None
    gather = Gather(str(path))
    pairs = pd.DataFrame({end: [match(str(cell)) for cell in found.body[end]] for end in _PAIR}, index=found.body.index)
    numbers = gather.numbers(found.body["distance"], whole=False)
    problems += gather.problems
    pairs = pairs.assign(distance=numbers.figures)
    pairs.attrs["file"] = str(path)
    return pairs


def _key(text: str, date: dt.date | None = None, /) -> str:  # noqa: ARG001 - the form of a Matcher
    """Return the code of one of Kazakhstan's regions, or the key as it is written."""
    written = " ".join(text.split())
    return registry().find(written) or written
