"""What a square OD matrix tells about itself: repeated directions, directions against those of other years."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
from scipy import stats

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

__all__ = ["Matrix", "repeated_pairs", "square", "transposed_block"]

_SPREAD: Final = 0.3  # how far the log ratio of two opposite flows usually lies from zero and moves in a year
_CHANCE: Final = 0.001
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

    Opposite flows of n people are equal by chance about once in ``n * spread * sqrt(2 pi)`` pairs, since their log
    ratio is spread around zero. The largest equal pairs are returned when so many of such a size, or larger, would
    come up by chance less often than once in a thousand matrices.
    """
    first, second = np.triu_indices(len(matrix.codes), 1)
    there, back = matrix.people[first, second], matrix.people[second, first]
    known = np.isfinite(there) & np.isfinite(back) & (there > 0)
    size = np.sqrt(there * back, where=known, out=np.zeros_like(there))
    chance = np.divide(1.0, size * _SPREAD * np.sqrt(2 * np.pi), where=size > 0, out=np.zeros_like(size)).clip(max=1)
    equal = np.flatnonzero(known & (there == back))
    equal = equal[np.argsort(-size[equal], kind="stable")]
    surprising = 0
    for count, pair in enumerate(equal, start=1):
        expected = chance[known & (size >= size[pair])].sum()
        if stats.poisson.sf(count - 1, expected) < _CHANCE:
            surprising = count
    return [(matrix.codes[first[at]], matrix.codes[second[at]]) for at in equal[:surprising]]


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
