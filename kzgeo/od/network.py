"""Maximum flow from origins to destinations, for questions about whole-number matrices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import maximum_flow

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["largest_flow", "residual"]


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
