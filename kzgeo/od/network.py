"""An OD matrix as a graph of origins and destinations: flows through it, what its margins tie together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components, maximum_flow

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["largest_flow", "margin_hessian", "margin_moments", "parts", "residual"]


def largest_flow(supply: NDArray[Any], demand: NDArray[Any], capacity: NDArray[Any]) -> NDArray[np.int32]:
    """Return the cells of a maximum flow (Dinitz 1970).

    Parameters
    ----------
    supply, demand : ndarray of whole numbers, shape (n,) and (m,)
        Most that every row and column may hold; below 2**31.
    capacity : ndarray of whole numbers, shape (n, m)
        Most that every cell may hold.

    Returns
    -------
    ndarray of int32, shape (n, m)
    """
    n, m = capacity.shape
    source, sink = n + m, n + m + 1
    i, j = np.nonzero(capacity)
    tails = np.concatenate([np.full(n, source), i, n + np.arange(m)])
    heads = np.concatenate([np.arange(n), n + j, np.full(m, sink)])
    weights = np.concatenate([supply, capacity[i, j], demand]).astype(np.int32)
    graph = coo_array((weights, (tails, heads)), shape=(n + m + 2, n + m + 2)).tocsr()
    cells = maximum_flow(graph, source, sink).flow[:n, n : n + m].toarray()
    return cells.astype(np.int32, copy=False)


def residual(flow: NDArray[Any], capacity: NDArray[Any]) -> coo_array[Any, Any]:
    """Return the graph of changes that a flow still allows, shape (n + m, n + m).

    An edge from a row to a column says that the cell can grow, one back that it can shrink.
    """
    n, m = flow.shape
    grow_i, grow_j = np.nonzero(flow < capacity)
    shrink_i, shrink_j = np.nonzero(flow > 0)
    tails = np.concatenate([grow_i, n + shrink_j])
    heads = np.concatenate([n + grow_j, shrink_i])
    return coo_array((np.ones(tails.size, np.int8), (tails, heads)), shape=(n + m, n + m))


def margin_moments(matrix: NDArray[Any]) -> NDArray[np.float64]:
    """Return ``A diag(x) A'`` for cells x and the sums A over rows and columns, shape (n + m, n + m)."""
    return np.block([[np.diag(matrix.sum(axis=1)), matrix], [matrix.T, np.diag(matrix.sum(axis=0))]])


def margin_hessian(matrix: NDArray[Any]) -> NDArray[np.float64]:
    """Return `margin_moments` made invertible, shape (n + m, n + m).

    The margins leave one constant of each of its `parts` free: what is added to the part's row effects may be taken
    from its column effects. The constants are pinned to zero, which changes no sum of a row and a column effect of one
    part.
    """
    free = parts(matrix)
    constants = free / np.abs(free).sum(axis=0)
    weight = max(float(matrix.sum()), 1.0) / sum(matrix.shape)
    pinned: NDArray[np.float64] = margin_moments(matrix) + weight * constants @ constants.T
    return pinned


def parts(matrix: NDArray[Any]) -> NDArray[np.float64]:
    """Return the parts of rows and columns that positive cells connect, shape (n + m, parts).

    In a part's column its rows have 1, its columns -1, all others 0.
    """
    n, m = matrix.shape
    i, j = np.nonzero(matrix > 0)
    links = coo_array((np.ones(i.size), (i, n + j)), shape=(n + m, n + m))
    count, part = connected_components(links, directed=False)
    sign = np.concatenate([np.ones(n), -np.ones(m)])
    return np.asarray((part[:, None] == np.arange(count)) * sign[:, None])
