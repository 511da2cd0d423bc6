"""Checks of a table of migration: what must hold within a row, over the regions, and between the flows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kzgeo.checks.balances import Ledger, across_flows, balances, closed_sums
from kzgeo.checks.causes import number, rounding_unit, slip
from kzgeo.checks.labels import mixed_releases, national_sums, wrong_labels
from kzgeo.checks.rows import absent, duplicates, line, records
from kzgeo.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from kzgeo.checks.official import Official

__all__ = ["check_abroad", "check_population", "check_table", "check_totals"]

_KEY: Final = ["region", "year", "flow", "direction"]


def check_table(
    migration: pd.DataFrame,
    *,
    file: str,
    regions: frozenset[str] | None = None,
    complete: bool = True,
    official: Official | None = None,
) -> list[Problem]:
    """Check a table of migration.

    Parameters
    ----------
    migration : DataFrame
        ``region, year, flow, direction, people[, release, row]``.
    file : str
        The file as the user named it.
    regions : frozenset of str, optional
        The regions that every year must have. Default: the set of outlines that each year fits best, or, for regions
        that the registry does not know, all regions of the table.
    complete : bool
        False where rows were lost in reading: identities over all regions are then not tried.
    official : Official, optional
        Figures to recognise mislabelled ones by.

    Returns
    -------
    list of Problem
        Empty if every identity holds.
    """
    figures = migration.drop_duplicates(_KEY)
    ledger = Ledger.of(figures, file)
    problems = [*duplicates(migration, _KEY, file), *negatives(migration, file)]
    problems += [*balances(ledger), *across_flows(ledger), *mixed_releases(figures, file)]
    if complete:
        gone = list(absent(figures, ["year", "flow"], regions, file))
        problems += gone or closed_sums(ledger, official)
    if official is not None:
        problems += wrong_labels(figures, file, official)
        problems += national_sums(figures, file, official)
    return sorted(dict.fromkeys(problems), key=lambda problem: (problem.row is None, problem.row or 0))


def check_population(population: pd.DataFrame, *, file: str, regions: frozenset[str] | None = None) -> list[Problem]:
    """Check populations (``region, date, people[, row]``): no region twice, none absent, none without people."""
    problems = duplicates(population, ["region", "date"], file)
    for row in records(population[population["people"] <= 0]):
        what = f"{row['region']} has no population on {row['date']}:"
        remedy = "write the number of people, or leave the cell empty where it is not known"
        problems.append(Problem(file, line(row), what, number(row["people"]), remedy, "population"))
    return [*problems, *absent(population, ["date"], regions, file)]


def check_abroad(migration: pd.DataFrame, *, file: str, official: Official | None = None) -> list[Problem]:
    """Check moves to and from abroad by country.

    Parameters
    ----------
    migration : DataFrame
        ``region`` (the country), ``year, flow, direction, people[, row]``, as
        :func:`kzgeo.read.kinds.read_abroad` gives them.
    file : str
        The file as the user named it.
    official : Official, optional
        The Republic's totals: countries that add up to another year's are found by them.
    """
    problems = [*duplicates(migration, _KEY, file), *negatives(migration, file)]
    problems += balances(Ledger.of(migration, file))
    if official is not None:
        problems += national_sums(migration, file, official)
    return problems


def check_totals(totals: pd.DataFrame, migration: pd.DataFrame, *, file: str) -> list[Problem]:
    """Compare the rows for the whole country with the sums over the regions.

    Parameters
    ----------
    totals, migration : DataFrame
        As :class:`kzgeo.read.tables.TableRead` gives them.
    file : str
        The file as the user named it.
    """
    keys = ["year", "flow", "direction"]
    sums = {key: group["people"] for key, group in migration.groupby(keys)}
    problems = []
    for row in records(totals[totals["people"].notna()]):
        year, flow, direction = (row[name] for name in keys)
        parts = sums.get((year, flow, direction))
        if parts is None or parts.isna().any():
            continue
        unit = rounding_unit(parts)
        difference = row["people"] - parts.sum()
        if abs(difference) <= (0.5 if unit == 1 else unit * len(parts) / 2):
            continue
        years = [
            str(key[0]) for key, other in sums.items() if key[1:] == (flow, direction) and other.sum() == row["people"]
        ]
        cause = f"it is the sum of {years[0]}" if years else slip(row["people"], parts.sum()) or "a region is left out?"
        what = f"{flow} {direction} of {year} sum to {number(parts.sum())} over the regions, but the total row says"
        remedy = f"they differ by {number(difference)}; {cause}"
        problems.append(Problem(file, line(row), what, number(row["people"]), remedy, "total"))
    return problems


def negatives(rows: pd.DataFrame, file: str) -> Iterator[Problem]:
    for row in records(rows[(rows["people"] < 0) & (rows["direction"] != "net")]):
        what = f"{row['region']} has a negative number of {row['direction']} in {row['year']}:"
        remedy = "write a count of people; only net migration can be below zero"
        yield Problem(file, line(row), what, number(row["people"]), remedy, "negative")
