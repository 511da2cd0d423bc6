"""The gazetteer: regions and aliases as ``data/regions.csv`` and ``data/aliases.csv`` hold them."""

from __future__ import annotations

import csv
import datetime as dt
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from kzgeo.resources import folder

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["LANGUAGES", "Alias", "Region", "load_aliases", "load_regions"]

LANGUAGES = ("ru", "kk", "en")


@dataclass(frozen=True, slots=True)
class Region:
    """One region with one outline; a region whose outline or name changed has one row for each.

    Attributes
    ----------
    code : str
        ISO 3166-2, e.g. ``"KZ-71"``.
    kato : str
        Nine-digit code of the national classifier KATO.
    kind : str
        ``"oblast"`` or ``"city"`` (of republican significance).
    names, short : Mapping of str to str
        Full name, and name for a map label, by language (``ru``, ``kk``, ``en``).
    macroregion : str
        ``north``, ``east``, ``centre``, ``west`` or ``south``.
    centre_names : Mapping of str to str
        Administrative centre by language.
    centre : tuple of float
        Its longitude and latitude, degrees WGS 84.
    valid_from, valid_to : datetime.date or None
        First day of this outline and first day after it; None where open.
    split_from : str or None
        Code of the region that it was a part of before ``valid_from``.
    """

    code: str
    kato: str
    kind: str
    names: Mapping[str, str] = field(hash=False)
    short: Mapping[str, str] = field(hash=False)
    macroregion: str
    centre_names: Mapping[str, str] = field(hash=False)
    centre: tuple[float, float]
    valid_from: dt.date | None
    valid_to: dt.date | None
    split_from: str | None

    def valid(self, date: dt.date) -> bool:
        """Say whether this outline was in force on a day."""
        return _within(date, self.valid_from, self.valid_to)


@dataclass(frozen=True, slots=True)
class Alias:
    """A text that stands for a region (``code``), for the whole country, or (empty code) for none of them."""

    text: str
    code: str
    valid_from: dt.date | None
    valid_to: dt.date | None
    note: str

    def valid(self, date: dt.date) -> bool:
        """Say whether the text had this meaning on a day."""
        return _within(date, self.valid_from, self.valid_to)


def load_regions() -> list[Region]:
    """Read every outline of every region."""
    return [_region(row) for row in _rows("regions.csv")]


def load_aliases() -> list[Alias]:
    """Read the further texts."""
    return [_alias(row) for row in _rows("aliases.csv")]


def _within(date: dt.date, start: dt.date | None, end: dt.date | None) -> bool:
    return (start is None or start <= date) and (end is None or date < end)


def _rows(file: str) -> Iterator[dict[str, str]]:
    with (folder("data") / file).open(encoding="utf-8", newline="") as stream:
        yield from csv.DictReader(stream)


def _day(text: str) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


def _region(row: dict[str, str]) -> Region:
    def languages(column: str) -> Mapping[str, str]:
        return MappingProxyType({language: row[f"{column}_{language}"] for language in LANGUAGES})

    return Region(
        code=row["code"],
        kato=row["kato"],
        kind=row["kind"],
        names=languages("name"),
        short=languages("short"),
        macroregion=row["macroregion"],
        centre_names=languages("centre"),
        centre=(float(row["centre_lon"]), float(row["centre_lat"])),
        valid_from=_day(row["valid_from"]),
        valid_to=_day(row["valid_to"]),
        split_from=row["split_from"] or None,
    )


def _alias(row: dict[str, str]) -> Alias:
    return Alias(row["alias"], row["code"], _day(row["valid_from"]), _day(row["valid_to"]), row["note"])
