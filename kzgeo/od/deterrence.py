"""How distance deters: the gravity seed for an OD matrix of which no other year is known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import minimize
from scipy.stats import rankdata

from kzgeo.od.fit import cpc, fit

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Array = NDArray[np.float64]

__all__ = ["Deterrence", "fit_deterrence", "great_circle", "usual_deterrence"]

_EARTH_RADIUS = 6371.0088  # km, mean
# Where the search begins, distance and rank exponent: rank with some weight, and with none.
_STARTS = ((0.8, 0.3), (1.3, 0.0))
# Agreement given up per squared rank exponent: a year that asks for an extreme one does not bind the next.
_RANK_COST = 0.005


@dataclass(frozen=True)
class Deterrence:
    """Seed ``distance ** -distance_exponent * rank ** -rank_exponent``.

    The rank of a pair is the worse of two places: that of the destination among the origin's
    nearest, and that of the origin among the destination's. It says what distance alone cannot: that
    250 km to the next city in the steppe is near, and 250 km past ten other cities is far
    (Stouffer 1940 on intervening opportunities; Liben-Nowell et al. 2005 on rank).

    Parameters
    ----------
    distance_exponent, rank_exponent : float
    spread : float
        Standard deviation of a cell's true size about the fitted one, in logarithms, before margins
        tie them together.
    """

    distance_exponent: float
    rank_exponent: float
    spread: float

    def seed(self, distances: Array, *, steeper: float = 0.0) -> Array:
        """Return the seed, shape (n, n), with a zero diagonal.

        Parameters
        ----------
        distances : ndarray, shape (n, n)
            Distances, above 0 off the diagonal.
        steeper : float
            Added to the distance exponent.
        """
        off = ~np.eye(len(distances), dtype=bool)
        far = np.where(off, distances, 1.0)
        log = (self.distance_exponent + steeper) * np.log(far / np.median(far[off]))
        log += self.rank_exponent * np.log(_mutual_rank(distances))
        return np.where(off, np.exp(-log), 0.0)


def usual_deterrence(distances: ArrayLike) -> Deterrence:
    """Return the deterrence to expect where there is no matrix to fit it on.

    Parameters
    ----------
    distances : array_like, shape (n, n)
        Kilometres.

    Notes
    -----
    A rule of thumb from fits to four countries: distance deters more where regions are close (with 0.3 for
    rank, exponents of 1.1 in Swiss cantons, 1.0 in Austria, 0.8 between Kazakhstan's administrative centres
    and 1.1 between points inside its regions, 0.6 between US divisions), and a gravity model explains less
    the finer the division is. Without a reference an estimate can be no better than this rule, and
    its intervals neither.
    """
    distances = np.asarray(distances, float)
    n = len(distances)
    middle = float(np.median(distances[~np.eye(n, dtype=bool)]))
    return Deterrence(
        distance_exponent=float(np.clip(1.55 - 0.11 * np.log(middle), 0.5, 1.2)),
        rank_exponent=0.3,
        spread=min(0.7, 0.038 * n),
    )


def fit_deterrence(reference: ArrayLike, distances: ArrayLike) -> Deterrence:
    """Return the deterrence that best explains another OD matrix of the same regions.

    Parameters
    ----------
    reference : array_like, shape (n, n)
        People; the diagonal is ignored.
    distances : array_like, shape (n, n)

    Notes
    -----
    Of the doubly constrained models (Wilson 1971) the one with the largest common part of commuters, as
    Lenormand et al. (2016) calibrate trip distribution laws: likelihood gives a few large flows too
    much say. The rank exponent may be negative, where distances say too little of what is near; a small
    cost holds it back. The spread is what 90 % of the cells, each counted once, keep to.
    """
    reference, distances = np.asarray(reference, float), np.asarray(distances, float)
    off = ~np.eye(len(reference), dtype=bool)
    people = np.where(off, reference, 0.0)
    rows, columns = people.sum(axis=1), people.sum(axis=0)

    def model(exponents: Array) -> Array:
        tried = Deterrence(float(exponents[0]), float(exponents[1]), spread=0.0)
        return fit(tried.seed(distances), rows, columns, tolerance=1e-5)

    def disagreement(exponents: Array) -> float:
        return _RANK_COST * float(exponents[1]) ** 2 - cpc(model(exponents), people)

    best = min(
        (
            minimize(
                disagreement,
                simplex[0],
                method="Nelder-Mead",
                options={"xatol": 1e-3, "fatol": 1e-6, "initial_simplex": simplex},
            )
            for simplex in (np.array([[x, y], [x + 0.3, y], [x, y + 0.3]]) for x, y in _STARTS)
        ),
        key=lambda found: float(found.fun),
    )
    change = np.abs(np.log((people[off] + 0.5) / (model(best.x)[off] + 0.5)))
    return Deterrence(
        distance_exponent=float(best.x[0]),
        rank_exponent=float(best.x[1]),
        spread=float(np.quantile(change, 0.9)) / 1.645,
    )


def great_circle(longitude: ArrayLike, latitude: ArrayLike) -> Array:
    """Return the distances between points on a sphere, in kilometres, shape (n, n).

    Parameters
    ----------
    longitude, latitude : array_like, shape (n,)
        Degrees (EPSG:4326).
    """
    east, north = np.radians(np.asarray(longitude, float)), np.radians(np.asarray(latitude, float))
    half = np.sin((north[:, None] - north) / 2) ** 2
    half += np.cos(north)[:, None] * np.cos(north) * np.sin((east[:, None] - east) / 2) ** 2
    distances: Array = 2 * _EARTH_RADIUS * np.arcsin(np.sqrt(half))
    return distances


def _mutual_rank(distances: Array) -> Array:
    others = np.where(np.eye(len(distances), dtype=bool), np.inf, distances)
    outward, inward = rankdata(others, axis=1), rankdata(others, axis=0)
    rank: Array = np.maximum(outward, inward)
    return rank
