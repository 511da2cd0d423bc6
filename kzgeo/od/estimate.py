"""Estimate an OD matrix from its margins and whatever else is known, with honest bounds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from kzgeo.errors import InputError, Problem
from kzgeo.od.bounds import bounds_within
from kzgeo.od.change import choose, combine
from kzgeo.od.constraints import Constraints, verify
from kzgeo.od.deterrence import fit_deterrence, usual_deterrence
from kzgeo.od.fit import fit_within
from kzgeo.od.frames import Table
from kzgeo.od.rounding import round_to_margins
from kzgeo.od.uncertainty import interval, propagate

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Array = NDArray[np.float64]

__all__ = ["estimate"]

# Two exponents that different countries and years give differ by about this much.
_EXPONENT_SPREAD = 0.2
# Log cells about independence, where neither another year nor distances are known (Kazakhstan).
_INDEPENDENCE_SPREAD = 1.0


@dataclass(frozen=True)
class _Seed:
    """Relative sizes of the cells and how uncertain each is: seed and variance of its log, (n, n)."""

    cells: Array
    variance: Array
    common: Array | float = 0.0


def estimate(
    margins: pd.DataFrame,
    *,
    prior: pd.DataFrame | None = None,
    known: pd.DataFrame | None = None,
    distances: pd.DataFrame | ArrayLike | None = None,
    reference: pd.DataFrame | None = None,
    diagonal: bool = False,
) -> pd.DataFrame:
    """Estimate how many people moved between every two regions.

    Parameters
    ----------
    margins : DataFrame
        ``region, arrivals, departures`` in whole people, one row a region; a column ``year``, the same
        in all rows, lets ``prior`` be read as years before and after.
    prior : DataFrame, optional
        ``origin, destination, people`` of another year or, with ``year``, of several. A pair without a
        row is nobody; an empty figure is missing. With years on both sides, the nearest year before
        and the nearest after are combined; otherwise the year whose margins are closest is taken.
    known : DataFrame, optional
        ``origin, destination, people`` and, if wished, ``low, high, status``. A figure is exact in the
        result, 0 is a structural zero; an empty figure with ``low`` or ``high`` or both is a suppressed
        cell with its range; one with neither is to be estimated.
    distances : DataFrame or array_like, optional
        ``origin, destination, distance`` in kilometres (one direction is enough), or a square matrix
        in the order of the rows of ``margins``. Used where there is no prior.
    reference : DataFrame, optional
        A matrix like ``prior`` on which the deterrence of distance is fitted. Without one a rule of
        thumb serves, its uncertainty enters the intervals, and `DataFrame.attrs` says so.
    diagonal : bool
        Whether moves inside a region are part of the margins. If not, the diagonal is left out.

    Returns
    -------
    DataFrame
        ``origin, destination[, year], people, status, low, high, min, max`` sorted by pair, the same
        under any order of rows. ``people`` are whole and keep both margins; ``low, high`` is the
        interval that holds the truth with a probability of 90 %, ``min, max`` is what no matrix that
        fits can exceed. ``status`` is that of the known row, ``published`` if it has none, and otherwise
        ``estimated``. ``attrs["method"]`` names the seed that was used.

    Raises
    ------
    InputError
        With every problem found: margins that sum differently, regions that do not match, zeros and known
        cells that no matrix can have.

    Notes
    -----
    Maximum entropy relative to a seed (`kzgeo.od.fit`). What the intervals assume is said in
    `kzgeo.od.change` for priors and in `kzgeo.od.deterrence` for distances.
    """
    table = Table(margins, "margins", ("region", "arrivals", "departures"))
    regions = table.regions()
    given, statuses = _constraints(table, regions, known, diagonal=diagonal)
    year = table.years()[0]
    if prior is not None:
        seed, method = _prior_seed(Table(prior, "prior", _OD), regions, given, year)
    elif distances is not None:
        far = _distances(distances, list(table.frame["region"].astype(str)), regions)
        seed, method = _gravity_seed(far, given, reference)
    else:
        seed = _Seed(np.ones(given.low.shape), np.full(given.low.shape, _INDEPENDENCE_SPREAD**2))
        method = "independence"
    result = _solve(given, seed)
    frame = _frame(result, regions, statuses, diagonal=diagonal or bool(given.high.diagonal().any()))
    if year is not None:
        frame.insert(2, "year", year)
    frame.attrs["method"] = method
    return frame


_OD = ("origin", "destination", "people")


def _constraints(
    table: Table, regions: list[str], known: pd.DataFrame | None, *, diagonal: bool
) -> tuple[Constraints, NDArray[Any]]:
    """Gather margins and known cells; the second is the status of every cell."""
    if len(table.years()) > 1:
        listed = ", ".join(map(str, table.years()))
        table.note(None, "several-years", "margins of several years:", listed, "estimate one year at a time")
    order = np.argsort(table.frame["region"].astype(str).to_numpy())
    columns, rows = (table.numbers(c, empty=False)[order] for c in ("arrivals", "departures"))
    for name, values in (("arrivals", columns), ("departures", rows)):
        for k in np.flatnonzero(values % 1 > 0):
            remedy = "people are whole: give the margins unrounded, not in thousands"
            table.note(int(order[k]), "not-whole", f"{name} are not whole:", f"{values[k]:g}", remedy)
    table.refuse()
    n = len(regions)
    low, high = np.zeros((n, n)), np.full((n, n), np.inf)
    if not diagonal:
        np.fill_diagonal(high, 0.0)
    statuses = np.full((n, n), "estimated", dtype=object)
    if known is not None:
        cells = Table(known, "known", _OD)
        if len({*cells.years(), *table.years()} - {None}) > 1:
            listed = ", ".join(map(str, cells.years()))
            cells.note(None, "other-year", "known cells are of", listed, "keep those of the margins' year")
            cells.refuse()
        _know(cells, regions, (low, high), statuses)
    given = Constraints(rows, columns, low, high, regions, regions, table.file)
    verify(given)
    return given, statuses


def _know(table: Table, regions: list[str], ranges: tuple[Array, Array], statuses: NDArray[Any]) -> None:
    """Enter known cells and ranges of suppressed ones."""
    low, high = ranges
    i, j = table.places(regions)
    people = table.numbers("people", empty=True)
    exact = ~np.isnan(people)
    ends = [
        table.numbers(name, empty=True) if name in table.frame.columns else np.full(len(people), np.nan)
        for name in ("low", "high")
    ]
    for row in np.flatnonzero(exact & (people % 1 > 0)):
        table.note(int(row), "not-whole", "people are not whole:", f"{people[row]:g}", "give the figure unrounded")
    table.refuse()
    low[i, j] = np.where(exact, people, np.ceil(np.nan_to_num(ends[0], nan=0.0)))
    high[i, j] = np.where(exact, people, np.floor(np.nan_to_num(ends[1], nan=np.inf)))
    status = table.frame["status"] if "status" in table.frame.columns else pd.Series("published", table.frame.index)
    statuses[i[exact], j[exact]] = status.fillna("published").to_numpy(object)[exact]


def _prior_seed(table: Table, regions: list[str], given: Constraints, year: int | None) -> tuple[_Seed, str]:
    chosen = choose(dict(table.matrices(regions)), year, given)
    combined = combine(chosen, given, year)
    named = " and ".join(str(y) for y in chosen if y is not None)
    return _Seed(combined.cells, combined.variance), f"prior {named}".strip()


def _gravity_seed(far: Array, given: Constraints, reference: pd.DataFrame | None) -> tuple[_Seed, str]:
    if reference is not None:
        table = Table(reference, "reference", _OD)
        matrices = dict(table.matrices(list(given.origins)))
        other = np.nan_to_num(matrices[max(matrices, key=lambda year: year or 0)])
        fitted = fit_deterrence(other, far)
        spread, name = 0.0, "fitted on the reference"
    else:
        fitted, spread, name = usual_deterrence(far), _EXPONENT_SPREAD, "a rule of thumb"
    cells = fitted.seed(far)
    # The ensemble over exponents: how far the log of a cell moves with one of their standard deviations.
    steep, flat = (fit_within(given, _inside(fitted.seed(far, steeper=s), given)) for s in (spread, -spread))
    with np.errstate(divide="ignore", invalid="ignore"):
        moved = np.nan_to_num(np.log(steep / flat) / 2, posinf=0.0, neginf=0.0)
    method = (
        f"gravity, distance exponent {fitted.distance_exponent:.2f}, rank exponent {fitted.rank_exponent:.2f}, {name}"
    )
    variance = np.full(cells.shape, fitted.spread**2)
    return _Seed(_inside(cells, given), variance, common=moved**2), method


def _inside(seed: Array, given: Constraints) -> Array:
    """Give a gravity seed its diagonal, where moves inside a region are open."""
    nearest = np.where(np.diagonal(given.high) > 0, seed.max(axis=1) * 2, 0.0)
    whole: Array = seed + np.diag(nearest)
    return whole


def _distances(distances: pd.DataFrame | ArrayLike, order: list[str], regions: list[str]) -> Array:
    if isinstance(distances, pd.DataFrame):
        return Table(distances, "distances", ("origin", "destination", "distance")).distances(regions)
    matrix = np.asarray(distances, float)
    n = len(regions)
    if matrix.shape != (n, n):
        what, value = f"must be a matrix of {n} x {n}, as many as there are regions, not", matrix.shape
        remedy = "give distances in the order of the margins' rows, or a table of pairs"
        raise InputError([Problem("distances", None, what, " x ".join(map(str, value)), remedy, "bad-distance")])
    pairs = pd.DataFrame({"origin": np.repeat(order, n), "destination": order * n, "distance": matrix.ravel()})
    pairs = pairs[pairs["origin"] != pairs["destination"]]
    return Table(pairs, "distances", pairs.columns).distances(regions)


@dataclass(frozen=True)
class _Estimate:
    people: NDArray[np.int64]
    low: Array
    high: Array
    least: Array
    most: Array


def _solve(given: Constraints, seed: _Seed) -> _Estimate:
    """Fit, bound, round: all in whole people."""
    # Rounding needs margins to a fraction of a person, however large they are.
    largest = max(given.rows.max(), given.columns.max(), 1.0)
    fitted = fit_within(given, seed.cells, tolerance=float(np.clip(1e-3 / largest, 1e-12, 1e-8)))
    least, most = bounds_within(given)
    least, most = np.ceil(least - 1e-6), np.floor(most + 1e-6)
    free = least < most
    people = round_to_margins(np.clip(fitted, least, most), given.rows, given.columns)
    variance = propagate(np.where(free, fitted, 0.0), np.where(free, seed.variance, 0.0)) + seed.common
    low, high = interval(fitted, np.where(free, variance, 0.0))
    low = np.clip(np.minimum(np.floor(low), people), least, most)
    high = np.clip(np.maximum(np.ceil(high), people), least, most)
    return _Estimate(people, low, high, least, most)


def _frame(result: _Estimate, regions: list[str], statuses: NDArray[Any], *, diagonal: bool) -> pd.DataFrame:
    i, j = np.indices(result.people.shape).reshape(2, -1)
    shown = slice(None) if diagonal else i != j
    i, j = i[shown], j[shown]
    names = np.array(regions, dtype=object)
    return pd.DataFrame(
        {
            "origin": names[i],
            "destination": names[j],
            "people": result.people[i, j],
            "status": statuses[i, j],
            "low": result.low[i, j].astype(np.int64),
            "high": result.high[i, j].astype(np.int64),
            "min": result.least[i, j].astype(np.int64),
            "max": result.most[i, j].astype(np.int64),
        }
    )
