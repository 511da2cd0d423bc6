"""The canonical frames that every reader of tables returns."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

__all__ = ["MIGRATION_COLUMNS", "POPULATION_COLUMNS", "TableRead", "empty_table"]

MIGRATION_COLUMNS = ["region", "year", "flow", "direction", "people", "status", "source", "release", "sign", "row"]
POPULATION_COLUMNS = ["region", "date", "people", "status", "source", "sign", "row"]


@dataclass(frozen=True, eq=False)
class TableRead:
    """A user's table in canonical form.

    Attributes
    ----------
    migration : DataFrame
        ``region, year, flow, direction, people, status, source, release, sign, row``: one figure a row; ``people``
        is float, NaN where missing; ``release`` is ``"preliminary"`` or empty; ``sign`` is a key of
        :data:`kzgeo.read.numbers.SIGNS` or empty; ``row`` is the line in the file.
    population : DataFrame
        ``region, date, people, status, source, sign, row``; ``date`` is 1 January, ISO 8601.
    totals : DataFrame
        Rows for the whole country, in the columns of ``migration``, set aside so that nothing counts them twice.
    understood : tuple of str
        What was taken for what, a line each, where the layout had to be found out.
    """

    migration: pd.DataFrame
    population: pd.DataFrame
    totals: pd.DataFrame
    understood: tuple[str, ...] = field(default=())


def empty_table() -> TableRead:
    """Return a table without rows, where a file could not be read."""
    return TableRead(
        migration=pd.DataFrame(columns=MIGRATION_COLUMNS),
        population=pd.DataFrame(columns=POPULATION_COLUMNS),
        totals=pd.DataFrame(columns=MIGRATION_COLUMNS),
    )
