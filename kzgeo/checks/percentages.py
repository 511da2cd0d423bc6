"""Percentages beside counts: whether they have the base that they claim."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations, permutations
from typing import TYPE_CHECKING, Final

import numpy as np

from kzgeo.checks.causes import number
from kzgeo.checks.rows import expected_regions
from kzgeo.errors import Problem
from kzgeo.regions import UnknownRegion, registry

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pandas as pd
    from numpy.typing import NDArray

    from kzgeo.checks.official import Official

    Numbers = NDArray[np.float64]

__all__ = ["check_percentages"]

_MOST: Final = 0.5  # of the rows must agree with an exact base before the others are called wrong
_FEW: Final = 3  # so short a column of growth between two columns can be nothing else, even if no row agrees
_ENOUGH: Final = 3  # rows with one and the same implied base
_NEAR: Final = 0.002  # how near a base that is implied by rounded percentages comes to the true one


def check_percentages(
    counts: pd.DataFrame,
    percents: pd.DataFrame,
    *,
    names: pd.Series[str],
    file: str,
    growth: frozenset[str] = frozenset(),
    official: Official | None = None,
) -> list[Problem]:
    """Recompute percentages from the counts beside them.

    Parameters
    ----------
    counts, percents : DataFrame
        Numbers by heading; the index is the line in the file.
    names : Series of str
        What each row is called.
    file : str
        The file as the user named it.
    growth : frozenset of str
        Headings of ``percents`` that claim a change from one column to the next.
    official : Official, optional
        Known totals and growth rates, to name the base that was used.

    Returns
    -------
    list of Problem
        Rows whose percentage has not the base of the others, and columns of shares on another base than the sum of
        their rows. Percentages that fit no base at all are left alone: they may be of something else.
    """
    rows = [str(name) for name in names]
    whole = np.array([registry().is_total(name) for name in rows], dtype=bool)
    table = {str(heading): figures.to_numpy(dtype="float64") for heading, figures in counts.items()}
    lines = [int(line) for line in counts.index]
    problems: list[Problem] = []
    for heading, figures in percents.items():
        printed = figures.to_numpy(dtype="float64")
        column = _Column(str(heading), printed, table, rows, lines, whole, file, official)
        problems += column.growth() if heading in growth else column.shares()
    return problems


@dataclass(frozen=True, eq=False)
class _Column:
    """One column of percentages, with the counts and names beside it."""

    heading: str
    printed: Numbers
    counts: Mapping[str, Numbers]
    names: list[str]
    lines: list[int]
    whole: NDArray[np.bool_]
    file: str
    official: Official | None

    @property
    def decimals(self) -> int:
        """How many decimals are printed."""
        known = self.printed[np.isfinite(self.printed)]
        return next((digits for digits in range(3) if np.allclose(known, np.round(known, digits), atol=1e-9)), 3)

    @property
    def tolerance(self) -> float:
        """Half a unit of the last decimal."""
        return 0.5 * 10.0**-self.decimals + 1e-9

    def growth(self) -> Iterator[Problem]:
        """Hold each row against the change from one column to a later one."""
        changes = {}
        for before, after in combinations(self.counts, 2):
            ratio = _quotient(100 * self.counts[after], self.counts[before])
            changes[f"the change from {before} to {after}"] = ratio - 100
            changes[f"{after} in per cent of {before}"] = ratio
        fits = {name: int(self._fits(expected).sum()) for name, expected in changes.items()}
        name = max(fits, key=lambda change: fits[change], default="")
        known = int(np.isfinite(self.printed).sum())
        only_two_columns = len(self.counts) == 2 and known <= _FEW
        if name and (fits[name] >= max(2, _MOST * known) or only_two_columns):
            yield from self._rows(name, changes[name])

    def shares(self) -> Iterator[Problem]:
        """Hold the column against the shares of each column's sum, then look for another base."""
        sums = {name: np.nansum(figures[~self.whole]) for name, figures in self.counts.items()}
        shares = {f"the share of {name}": 100 * self.counts[name] / sums[name] for name in sums if sums[name]}
        ratios = {
            f"{one} per 100 of {other}": _quotient(100 * self.counts[one], self.counts[other])
            for one, other in permutations(self.counts, 2)
        }
        for candidates in (shares, ratios):
            fits = {name: int(self._fits(expected).sum()) for name, expected in candidates.items()}
            name = max(fits, key=lambda candidate: fits[candidate], default="")
            if name and fits[name] >= max(2, _MOST * np.isfinite(self.printed).sum()):
                yield from self._rows(name, candidates[name])
                return
        for name, total in sums.items():
            if (base := self._implied_base(name)) is not None:
                yield from self._other_base(name, float(total), base)
                return

    def _fits(self, expected: Numbers) -> NDArray[np.bool_]:
        return np.abs(self.printed - expected) <= self.tolerance

    def _shown(self, value: float) -> str:
        return f"{value:.{self.decimals}f} %"

    def _rows(self, name: str, expected: Numbers) -> Iterator[Problem]:
        """Name the rows that are not what the others are."""
        wrong = ~self._fits(expected) & np.isfinite(self.printed) & np.isfinite(expected)
        for at in np.flatnonzero(wrong):
            what = f"{self.names[at]}: {self.heading!r} is not {name}, {self._shown(expected[at])}, but"
            cause = self._row_cause(at, expected)
            yield Problem(self.file, self.lines[at], what, self._shown(self.printed[at]), cause, "percentage")

    def _row_cause(self, at: np.intp, expected: Numbers) -> str:
        printed = self.printed[at]
        for other in np.flatnonzero(np.abs(expected - printed) <= self.tolerance):
            return f"that is the figure of {self.names[other]!r}: the base is another one"
        if self.official is not None:
            rows = self.official.national
            same = rows[rows["measure"].str.endswith("pct") & (rows["value"] == printed)]
            for measure, period in zip(same["measure"], same["period"], strict=True):
                return f"that is the {measure.replace('_', ' ')} of {period}: the base is another one"
        return "the base is another one, or a figure is wrong"

    def _implied_base(self, name: str) -> float | None:
        """Return the one number that all rows are shares of, if there is one."""
        rows = (self.printed > 10 * self.tolerance) & (self.counts[name] > 0) & ~self.whole
        if rows.sum() < _ENOUGH:
            return None
        people, printed = 100 * self.counts[name][rows], self.printed[rows]
        lowest, highest = (people / (printed + self.tolerance)).max(), (people / (printed - self.tolerance)).min()
        return float((lowest + highest) / 2) if lowest <= highest else None

    def _other_base(self, name: str, total: float, base: float) -> Iterator[Problem]:
        stated = self.counts[name][self.whole]
        known_whole = len(stated) and not np.isclose(stated[0], base, rtol=_NEAR)
        if base > total and not (known_whole or _complete(self.names)):
            return  # a list of the largest may well be shares of a whole that is not printed
        what = f"{self.heading!r} should be shares of {name!r}, which sums to {number(total)}; its base is about"
        yield Problem(self.file, None, what, number(round(base)), self._base_cause(base), "percentage")

    def _base_cause(self, base: float) -> str:
        remedy = "divide by the sum of the column itself"
        for name, figures in self.counts.items():
            if np.isclose(np.nansum(figures[~self.whole]), base, rtol=_NEAR):
                return f"that is the sum of {name!r}: {remedy}"
        if self.official is not None:
            rows = self.official.national
            near = rows[np.isclose(rows["value"].to_numpy(dtype="float64"), base, rtol=_NEAR)]
            for measure, period in zip(near["measure"], near["period"], strict=True):
                return f"that is the {measure.replace('_', ' ')} of {period}: {remedy}"
        return remedy


def _complete(names: list[str]) -> bool:
    """Say whether rows are all the regions of the country."""
    match = registry().in_context(names)
    codes = set()
    for name in names:
        try:
            codes.add(match(name))
        except UnknownRegion:
            continue
    return bool(codes) and expected_regions(codes) == frozenset(codes)


def _quotient(above: Numbers, below: Numbers) -> Numbers:
    """Return above / below, NaN where below is zero."""
    quotient: Numbers = np.divide(above, below, where=below != 0, out=np.full(len(above), np.nan))
    return quotient
