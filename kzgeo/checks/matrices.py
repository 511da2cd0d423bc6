"""What a square OD matrix tells about itself: repeated directions, directions against those of other years."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

__all__ = ["Matrix", "repeated_pairs", "square", "transposed_block"]

_SPREAD: Final = 0.3  # how far the log ratio of two opposite flows usually lies from zero and moves in a year
_CHANCE: Final = 0.001
_MORE: Final = 2.0  # times as many as expected, since the expectation is rough
_AGAINST: Final = -0.4  # correlation with other years; untouched years reach 0.6 to 0.9
_ENOUGH_PAIRS: Final = 8


@dataclass(frozen=True, eq=False)
class Matrix:
    """One year's moves.

    Attributes
    ----------
    codes : tuple of str
        The regions, in the order of both axes.
    people : ndarray of float, shape (n, n)
        Origin by destination; NaN where missing, 0 on the diagonal and where there is no row.
    absent : ndarray of bool, shape (n, n)
        The pairs without a row.
    """

    codes: tuple[str, ...]
    people: NDArray[np.float64]
    absent: NDArray[np.bool_]


def square(rows: pd.DataFrame, codes: Iterable[str]) -> Matrix:
    """Return one year's rows (``origin, destination, people``) as a matrix."""
    order = pd.Index(list(codes))
    people = np.zeros((len(order), len(order)))
    absent = ~np.eye(len(order), dtype=bool)
    cells = order.get_indexer(pd.Index(rows["origin"])), order.get_indexer(pd.Index(rows["destination"]))
    people[cells], absent[cells] = rows["people"], False
    np.fill_diagonal(people, 0.0)
    return Matrix(tuple(order), people, absent)


def repeated_pairs(matrix: Matrix) -> list[tuple[str, str]]:
    """Return the pairs of regions with the same figure both ways, where that is more than chance.

    The log ratio of two opposite flows is spread around zero, by what the other pairs of the matrix show and by the
    chance of small numbers; two flows of n people are equal about once in ``n * spread * sqrt(2 pi)`` pairs. The
    largest equal pairs are returned when so many of such a size, or larger, would come up by chance less often than
    once in a thousand matrices, and are more than twice what chance lets expect.
    """
    from scipy import stats  # takes a second to load

    first, second = np.triu_indices(len(matrix.codes), 1)
    there, back = matrix.people[first, second], matrix.people[second, first]
    known = np.isfinite(there) & np.isfinite(back) & (there > 0) & (back > 0)
    first, second, there, back = first[known], second[known], there[known], back[known]
    size = (there + back) / 2
    order = np.argsort(-size, kind="stable")
    ratio, noise = np.log(there / back), 1 / there + 1 / back
    unequal = there != back
    spread = np.sqrt(max(float(np.mean(ratio[unequal] ** 2 - noise[unequal])), 0.0) if unequal.any() else 0.0)
    chance = (1 / (size * np.sqrt(spread**2 + noise) * np.sqrt(2 * np.pi))).clip(max=1)
    equal = ~unequal[order]
    as_large = np.searchsorted(-size[order], -size[order][equal], side="right")
    expected, count = np.cumsum(chance[order])[as_large - 1], np.arange(1, equal.sum() + 1)
    rare = stats.poisson.sf(count - 1, expected) < _CHANCE / np.maximum(len(count), 1)  # as many cuts are tried
    surprising = np.flatnonzero(rare & (count > _MORE * expected))
    most = surprising[-1] + 1 if len(surprising) else 0
    return [(matrix.codes[first[at]], matrix.codes[second[at]]) for at in order[equal][:most]]


def transposed_block(matrix: Matrix, others: Iterable[Matrix]) -> tuple[tuple[str, ...], bool] | None:
    """Find regions between which origin and destination are swapped, judged by the directions of other years.

    Which of two opposite flows is the larger changes little from year to year. Where that is reversed for most
    pairs, the cells are likely transposed.

    Parameters
    ----------
    matrix : Matrix
        The year in question.
    others : iterable of Matrix
        Other years, on the same regions.

    Returns
    -------
    tuple or None
        The regions, and whether only the cells between them are swapped (True) or all cells to and from them.
    """
    references = [_lean(other) for other in others]
    if not references:
        return None
    lean = _lean(matrix)
    lean[matrix.people == matrix.people.T] = np.nan  # a repeated pair has no direction
    stacked = np.stack(references)
    counts = np.isfinite(stacked).sum(axis=0)
    usual = np.divide(np.nansum(stacked, axis=0), counts, where=counts > 0, out=np.full_like(lean, np.nan))
    against = [at for at in range(len(matrix.codes)) if _agreement(lean[at], usual[at]) < 0]
    if not against:
        return None
    inside = np.zeros_like(lean, dtype=bool)
    inside[np.ix_(against, against)] = True
    touching = np.zeros_like(lean, dtype=bool)
    touching[against, :] = touching[:, against] = True
    for cells, only_between in ((inside, True), (touching, False)):
        upper = np.triu(cells, 1)
        pairs = (np.isfinite(lean) & np.isfinite(usual) & upper).sum()
        if pairs >= _ENOUGH_PAIRS and _agreement(lean[upper], usual[upper]) < _AGAINST:
            return tuple(matrix.codes[at] for at in against), only_between
    return None


def _lean(matrix: Matrix) -> NDArray[np.float64]:
    """Return the log ratios of each flow to its opposite, shrunk towards zero where the flows are small."""
    there, back = matrix.people, matrix.people.T
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.log((there + 0.5) / (back + 0.5))
        noise = 1 / (there + 0.5) + 1 / (back + 0.5)
    lean: NDArray[np.float64] = ratio * _SPREAD**2 / (_SPREAD**2 + noise)
    np.fill_diagonal(lean, np.nan)
    return lean


def _agreement(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    """Return the uncentred correlation of two sets of log ratios; 0 where there is nothing to compare."""
    both = np.isfinite(one) & np.isfinite(other)
    length = np.sqrt((one[both] ** 2).sum() * (other[both] ** 2).sum())
    return float((one[both] * other[both]).sum() / length) if length else 0.0
