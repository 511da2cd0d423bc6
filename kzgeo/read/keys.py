"""Which column of a boundary file holds the regions' keys, and what each feature's key is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kzgeo.errors import InputError
from kzgeo.read.columns import TABLE_COLUMNS
from kzgeo.regions import Matcher, Region, UnknownRegion, normalise, registry

if TYPE_CHECKING:
    import datetime as dt

    import pandas as pd

    from kzgeo.read.gather import Gather

__all__ = ["Keys", "find_keys"]


@dataclass(frozen=True, slots=True)
class Keys:
    """One way to read the features' keys.

    Attributes
    ----------
    column : str
        Where they stand.
    vintage : datetime.date or None
        First day of the outlines that they name; None where they are taken as written.
    codes : list of str or None
        One a feature; None where the text names no region.
    """

    column: str
    vintage: dt.date | None
    codes: list[str | None]

    @property
    def distinct(self) -> int:
        """How many regions they tell apart."""
        return len(set(self.codes) - {None})

    @property
    def complete(self) -> bool:
        """Whether they are all the regions of their day."""
        return self.vintage is not None and set(self.codes) == {r.code for r in registry().at(self.vintage)}


def find_keys(frame: pd.DataFrame, key: str | None, gather: Gather) -> Keys:
    """Find the keys of Kazakhstan's regions, or take those of another country as they are written.

    A column counts as the regions' names when the registry knows it for at least half of the features, each a
    region of its own: a file of districts, whose regions' names repeat, is read by the districts' own key.

    Raises
    ------
    InputError
        If the named column is not there, or matches nothing while another one would.
    """
    columns = [str(column) for column in frame.columns if column != "geometry"]
    if key is not None and key not in columns:
        gather.add(None, "has no column", key, f"write one of its columns: {', '.join(columns)}", code="key")
        raise InputError([])
    ways = [_registered(frame, column, day) for column in columns for day in registry().vintages]
    ways = [way for way in ways if way.distinct * 2 >= len(frame)]
    ways.sort(key=lambda way: (way.distinct, way.complete, way.vintage), reverse=True)
    mine = [way for way in ways if way.column == key] if key else ways
    if mine:
        _report(frame, mine[0], gather)
        return mine[0]
    if ways:
        example = ", ".join(frame[key].astype(str).head(3))
        remedy = f"name another column: --key {ways[0].column}"
        gather.add(None, f"has no region's code or name in its column {key}, but", example, remedy, code="key")
        raise InputError([])
    return _as_written(frame, key or _own_key(frame, columns, gather), gather)


def _registered(frame: pd.DataFrame, column: str, day: dt.date) -> Keys:
    match = registry().in_context(_text(cell) for cell in frame[column])
    return Keys(column, day, [_found(match, _text(cell), day) for cell in frame[column]])


def _found(match: Matcher, text: str, day: dt.date) -> str | None:
    try:
        return match(text, day)
    except UnknownRegion:
        return None


def _text(cell: object) -> str:
    return "" if cell is None or cell != cell else str(cell)  # noqa: PLR0124 - NaN differs from itself


def _report(frame: pd.DataFrame, keys: Keys, gather: Gather) -> None:
    """Note features that name no region, regions that no feature draws, and regions under several names."""
    spellings: dict[str, set[str]] = {region.code: set() for region in _regions_of(keys)}
    for at, cell, code in zip(frame.index, frame[keys.column], keys.codes, strict=True):
        if code is not None:
            spellings[code].add(normalise(_text(cell)))
            continue
        try:
            registry().match(_text(cell), keys.vintage)
        except UnknownRegion as unknown:
            what = f"unknown region in column {keys.column}:"
            gather.add(at + 1, what, unknown.text or "(empty)", unknown.remedy, code="unknown-region")
    for region in _regions_of(keys):
        texts = spellings[region.code]
        called = f"{region.names['en']} ({region.code})"
        if not texts:
            gather.add(None, "has no outline of", called, "add its polygon", code="absent-region")
        elif len(texts) > 1:
            remedy = "give every feature its own region's ISO 3166-2 code"
            what = f"has several names for {called}:"
            gather.add(None, what, ", ".join(sorted(texts)), remedy, code="duplicate-region")


def _regions_of(keys: Keys) -> tuple[Region, ...]:
    return () if keys.vintage is None else registry().at(keys.vintage)


def _as_written(frame: pd.DataFrame, column: str, gather: Gather) -> Keys:
    codes: list[str | None] = [" ".join(_text(cell).split()) or None for cell in frame[column]]
    for at, code in zip(frame.index, codes, strict=True):
        if code is None:
            gather.add(at + 1, "has an empty key in column", column, "give every feature its key", code="key")
    return Keys(column, None, codes)


def _own_key(frame: pd.DataFrame, columns: list[str], gather: Gather) -> str:
    """Return the column that tells all features apart, one that is called a code or a name first."""
    telling = [column for column in columns if frame[column].notna().all() and frame[column].is_unique]
    usual = [normalise(known) for known in TABLE_COLUMNS["region"].split("|")]
    telling.sort(key=lambda column: usual.index(normalise(column)) if normalise(column) in usual else len(usual))
    if not telling:
        remedy = f"name the column: --key COL, one of {', '.join(columns) or '(it has none)'}"
        gather.add(None, "has no column that tells all its regions apart", "", remedy, code="key")
        raise InputError([])
    return telling[0]
