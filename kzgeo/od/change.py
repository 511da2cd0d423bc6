"""What matrices of other years say about this one, and how far they can be trusted.

The model: a cell's true size is the prior's, scaled to the margins, times a random change. Its
variance in logarithms is ``clustering / people`` for the two years' counts, because people move in households
and are counted or sampled with noise, plus ``drift ** 2``, which does not fade in large cells.
Both are estimated from the prior and the margins alone: clustering from how unlike a flow and its reverse
are, drift from how much the margins moved.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import minimize

from kzgeo.od.fit import fit, fit_within

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from kzgeo.od.constraints import Constraints

    Array = NDArray[np.float64]

__all__ = ["Combined", "choose", "clustering", "combine", "drift", "smooth"]

# Households of one to six movers make counts about 1.7 times as variable as single movers do.
_HOUSEHOLDS = 1.7
# A cell drifts about this much per unit of drift in the margins, or this much in the first year and with
# the root of the years, and its two counts together are about this much more variable than
# `clustering` says: set so that intervals cover 90 % over all ordered pairs of six Kazakh years.
_DRIFT_PER_MARGIN = 1.25
_DRIFT_PER_YEAR = 0.095
_TWO_COUNTS = 1.2
# People that a flow's reverse is worth, per unit of clustering: few, so that it helps small cells and
# leaves large ones alone. No gain or loss on the same pairs of years hangs on it much.
_REVERSE_WORTH = 5.0


@dataclass(frozen=True)
class Combined:
    """A seed from one or several priors and the variance of its log against the truth, (n, n)."""

    cells: Array
    variance: Array


def clustering(matrix: Array) -> float:
    """Return the variance of a count over its mean, estimated from one matrix, shape (n, n).

    Notes
    -----
    Where margins are allowed for, a flow and its reverse differ by true asymmetry, taken as alike in cells
    of all sizes, and by noise, whose variance falls with their number. Both are fitted by maximum likelihood.
    """
    people, reverse = _mirrored(matrix)
    pairs = np.triu((people + reverse) > 0, 1)
    if not pairs.any():
        return _HOUSEHOLDS
    halved = (np.log((people + 0.5) / (reverse + 0.5)) / 2)[pairs] ** 2
    fading = 0.25 * (1 / (people + 0.5) + 1 / (reverse + 0.5))[pairs]

    def unlikelihood(logs: Array) -> float:
        variance = np.exp(logs[0]) * fading + np.exp(2 * logs[1]) + 1e-6
        return float(np.mean(np.log(variance) + halved / variance))

    best = minimize(unlikelihood, np.log([_HOUSEHOLDS, 0.2]), method="Nelder-Mead").x
    return max(float(np.exp(best[0])), _HOUSEHOLDS)


def smooth(matrix: Array, noise: float) -> Array:
    """Draw the small cells of a prior towards what their reverse flow says, shape (n, n).

    Parameters
    ----------
    matrix : ndarray, shape (n, n)
        People; the diagonal stays as it is.
    noise : float
        Its clustering.

    Notes
    -----
    Empirical Bayes with gamma distributed cells about their reverse.
    """
    people, reverse = _mirrored(matrix)
    worth = _REVERSE_WORTH * noise
    drawn = (people + worth) / (1 + worth / np.maximum(reverse, 0.5))
    drawn = np.where(people + reverse > 0, drawn, 0.0)
    return np.where(np.eye(len(matrix), dtype=bool), matrix, drawn)


def drift(matrix: Array, given: Constraints, noise: float, *, gap: int | None = None) -> float:
    """Return how far cells drift between a prior and the year of the margins, in logarithms.

    Parameters
    ----------
    matrix : ndarray, shape (n, n)
    given : Constraints
    noise : float
        Clustering of the matrix.
    gap : int, optional
        Years between the two.

    Notes
    -----
    Margins drift when cells do: the typical size of the margins' log ratios beyond the noise of
    their own counts, times a constant. Where the gap is known, the random walk usual for so many
    years has as much say.
    """
    squares = []
    for now, then in ((given.rows, matrix.sum(axis=1)), (given.columns, matrix.sum(axis=0))):
        both = (now > 0) & (then > 0)
        if both.any():
            ratio = np.log(now[both] / then[both])
            spread = np.median(np.abs(ratio - np.median(ratio))) / 0.6745
            own = noise * np.mean(1 / now[both] + 1 / then[both])
            squares.append(max(float(spread**2 - own), 0.0))
    square = _DRIFT_PER_MARGIN**2 * float(np.mean(squares or [0.0]))
    if gap is not None:
        square = (square + _DRIFT_PER_YEAR**2 * gap) / 2
    return float(np.sqrt(square))


def choose(priors: Mapping[int | None, Array], year: int | None, given: Constraints) -> dict[int | None, Array]:
    """Return the priors that say most: nearest year before and after, else the closest margins.

    A cell wanders as a random walk does, so years beyond the nearest add nothing.
    """
    years = [then for then in priors if then is not None]
    if year is None or not years:
        closest = min(priors, key=lambda then: (drift(np.nan_to_num(priors[then]), given, 0.0), str(then)))
        return {closest: priors[closest]}
    before, after = [then for then in years if then <= year], [then for then in years if then > year]
    return {then: priors[then] for then in [*sorted(before)[-1:], *sorted(after)[:1]]}


def combine(priors: Mapping[int | None, Array], given: Constraints, year: int | None) -> Combined:
    """Fit every prior to the margins and average them by how well each is known.

    Parameters
    ----------
    priors : Mapping of year to ndarray, shape (n, n)
        People; NaN where missing, for which the reverse flow stands in.
    given : Constraints
    year : int, optional
        Year of the margins.

    Notes
    -----
    The logarithms are averaged with the inverse of each prior's variance as weights, cell by cell: the
    mean of a random walk between two years it was seen at.
    """
    whole = {then: _filled(prior) for then, prior in priors.items()}
    noises = {then: clustering(prior) for then, prior in whole.items()}
    logs = {then: np.log(_expected(prior, noises[then], given)) for then, prior in whole.items()}
    typical = np.maximum(np.exp(np.mean(list(logs.values()), axis=0)), 0.5)
    count = _TWO_COUNTS / 2 * float(np.mean(list(noises.values()))) / typical
    weights = {}
    for then, prior in whole.items():
        gap = None if year is None or then is None else abs(year - then)
        weights[then] = 1 / (count + drift(prior, given, noises[then], gap=gap) ** 2)
    total = np.sum(list(weights.values()), axis=0)
    mean = np.sum([weights[then] * logs[then] for then in whole], axis=0) / total
    return Combined(np.where(given.high > 0, np.exp(mean), 0.0), count + 1 / total)


def _expected(matrix: Array, noise: float, given: Constraints) -> Array:
    """Fit one smoothed prior to the margins; closed cells are 1, open ones above 0.

    Pairs that moved in neither direction start from 1 % of what independence gives them: a year
    without moves does not forbid them.
    """
    independent = np.outer(given.rows, given.columns) / max(given.rows.sum(), 1.0) ** 2 * matrix.sum()
    seed = smooth(matrix, noise)
    seed = np.where(seed > 0, seed, 0.01 * independent)
    cells = fit_within(given, np.where(given.high > 0, seed, 0.0))
    return np.where(given.high > 0, np.maximum(cells, 1e-9), 1.0)


def _filled(matrix: Array) -> Array:
    """Fill missing cells from the reverse flow and, where that is missing too, from independence."""
    people = np.nan_to_num(matrix)
    independent = np.outer(people.sum(axis=1), people.sum(axis=0)) / max(people.sum(), 1.0)
    other = np.where(np.isnan(matrix.T), independent, matrix.T)
    return np.where(np.isnan(matrix), other, matrix)


def _mirrored(matrix: Array) -> tuple[Array, Array]:
    """Return a matrix without its diagonal and its transpose fitted to the same margins."""
    people = np.where(np.eye(len(matrix), dtype=bool), 0.0, matrix)
    rows, columns = people.sum(axis=1), people.sum(axis=0)
    # Where nobody moves one way, the transpose has zeros that the margins may forbid.
    lifted = people.T + 1e-3 * np.outer(rows, columns) / max(rows.sum(), 1.0)
    np.fill_diagonal(lifted, 0.0)
    reverse = fit(lifted, rows, columns, tolerance=1e-6)
    return people, np.where(people + people.T > 0, reverse, 0.0)
