"""What all checks share: rows with their lines, regions that must be there, figures that stand twice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kzgeo.checks.causes import number
from kzgeo.errors import Problem
from kzgeo.regions import registry

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import pandas as pd

__all__ = ["absent", "called", "duplicates", "expected_regions", "line", "records"]


def expected_regions(codes: Iterable[str]) -> frozenset[str] | None:
    """Return the set of outlines that some codes fit best, the newest of equals; None for codes of no registry."""
    given = frozenset(codes)
    sets = [frozenset(region.code for region in registry().at(day)) for day in reversed(registry().vintages)]
    if not given <= frozenset().union(*sets):
        return None
    return min(sets, key=lambda known: len(known ^ given))


def duplicates(rows: pd.DataFrame, key: list[str], file: str) -> list[Problem]:
    """Return a problem for each row whose key stood before."""
    again = rows[rows.duplicated(key)]
    first = rows.drop_duplicates(key).set_index(key)
    problems = []
    for row in records(again):
        what = " ".join(str(row[name]) for name in key) + " stands twice"
        before = first.loc[tuple(row[name] for name in key)]
        at = f"; the first is in row {int(before['row'])}" if "row" in first else ""
        same = "the same figure" if before["people"] == row["people"] else f"with {number(before['people'])} before"
        problems.append(
            Problem(file, line(row), f"{what}, {same}:", number(row["people"]), f"keep one{at}", "duplicate")
        )
    return problems


def absent(rows: pd.DataFrame, by: list[str], regions: frozenset[str] | None, file: str) -> Iterator[Problem]:
    """Yield a problem for each region that a group of rows lacks."""
    everyone = frozenset(rows["region"])
    for key, group in rows.groupby(by):
        present = frozenset(group["region"])
        wanted = regions or expected_regions(present) or everyone
        for code in sorted(wanted - present):
            what = f"has no row for {called(code)} in {' '.join(str(part) for part in key)}"
            remedy = "add the row, with an empty value if the figure is not known"
            yield Problem(file, None, what, "", remedy, "absent-region")


def called(code: str) -> str:
    """Return a region's English name and code, or the key of a region that the registry does not know."""
    try:
        return f"{registry().get(code).names['en']} ({code})"
    except KeyError:
        return code


def records(rows: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Yield rows as plain mappings."""
    for record in rows.to_dict("records"):
        yield {str(name): value for name, value in record.items()}


def line(row: dict[str, Any]) -> int | None:
    """Return a row's line in the user's file, where it has one."""
    return int(row["row"]) if "row" in row else None
