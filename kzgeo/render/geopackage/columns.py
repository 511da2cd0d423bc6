"""What every column of the GeoPackage means, for its schema extension: QGIS shows it as alias and comment."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from kzgeo.atlas import FLOWS

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["DOMAINS", "Column", "describe"]


@dataclass(frozen=True, slots=True)
class Column:
    """A column in words: short English ``name``, Russian ``title``, English ``description``, domain of its values."""

    name: str
    title: str
    description: str
    domain: str


DOMAINS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        "status": {
            "published": "printed in the source",
            "derived": "exact arithmetic on published figures",
            "repaired": "published, with a known error of the copy put right",
            "estimated": "inferred",
            "missing": "not known",
        },
        "flow": {
            "interregional": "moves between regions",
            "internal": "moves between regions and inside them",
            "external": "to and from other countries",
            "total": "interregional and external together",
        },
        "direction": {"arrivals": "arrivals", "departures": "departures", "net": "arrivals less departures"},
        "macroregion": {name: name for name in ("north", "east", "centre", "west", "south")},
        "position": {"centre": "administrative centre", "inside": "a point inside the region"},
    }
)
_RUSSIAN: Final = MappingProxyType(
    {
        "interregional": "межрегиональная миграция",
        "internal": "внутренняя миграция",
        "external": "внешняя миграция",
        "total": "все потоки",
    }
)


def describe(table: str, column: str) -> Column:
    """Return what a column of a table means.

    Raises
    ------
    KeyError
        If ``columns.csv`` does not say.
    """
    for place, pattern, words in _entries():
        if place in ("", table) and fnmatchcase(column, pattern):
            facts = _facts(table, column)
            name, title, description = (text.format_map(facts) for text in words[:3])
            return Column(name, title, description, domain=words[3])
    raise KeyError(f"{table}.{column}")


def _facts(table: str, column: str) -> dict[str, str]:
    flow = next((flow for flow in FLOWS if column.startswith(f"{flow}_")), "")
    facts = {"flow": flow, "поток": _RUSSIAN.get(flow, ""), "meaning": DOMAINS["flow"].get(flow, "")}
    if column.endswith("_status"):
        measure = column.removesuffix("_status")
        of = describe(table, measure)
        facts |= {"column": measure, "measure": of.name, "мера": of.title}
    return facts


@cache
def _entries() -> tuple[tuple[str, str, tuple[str, str, str, str]], ...]:
    """Return table (empty: any), column pattern and words of every entry; a table's own entries first."""
    with (Path(__file__).parent / "columns.csv").open(encoding="utf-8", newline="") as stream:
        entries = [
            (row["table"], row["column"], (row["name"], row["title"], row["description"], row["domain"]))
            for row in csv.DictReader(stream)
        ]
    return tuple(sorted(entries, key=lambda entry: not entry[0]))
