"""What an arrow must not do: run under a foreign node, over a label or an inset, off the page, or on its opposite."""

from __future__ import annotations

import numpy as np
import shapely
from shapely import STRtree

from kzgeo.scene.layout.geometry import head_triangles, outlines
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kzgeo.scene.layout.model import Floats, Ints, Network, Style
    from numpy.typing import NDArray

__all__ = ["Arrows"]

_FAULT = 1000.0  # in right-angled crossings: never chosen if anything else is possible
_HEAD = 10.0  # for each other head that a head lies on
_LANE_KEPT = 0.6  # share of the lane that must be clear everywhere
_HEAD_CORE = 0.9  # heads may touch, but not with their inner part of this size


class Arrows:
    """All arrows of a layout as shapes, with the obstacles of the page.

    Parameters
    ----------
    network : Network
    curves : array of shape (m, 4, 2)
    style : Style
    """

    def __init__(self, network: Network, curves: Floats, style: Style) -> None:
        self._network, self._style = network, style
        rings = shapely.buffer(shapely.points(network.positions), network.radii)
        self._obstacles = STRtree([*rings, *shapely.box(*network.labels.T), *network.insets])
        self._page = shapely.box(*network.page)
        shapely.prepare(self._page)
        self._opposite = np.full(network.size, -1)
        for pair in network.opposites():
            self._opposite[pair] = pair[::-1]
        self._flows = np.arange(network.size)
        self._bodies, self._heads = self._shapes(curves, network.widths)

    def faulty(self) -> Ints:
        """Return the flows that have a fault, or whose heads lie on another."""
        lane = np.zeros(self._network.size, dtype=bool)
        paired = np.flatnonzero(self._opposite >= 0)
        lane[paired] = self._too_close(self._bodies[paired], self._opposite[paired])
        one, other = STRtree(self._heads).query(self._heads, predicate="intersects")
        lane[one[one > other]] = True
        return np.flatnonzero(lane | (self._hits(self._bodies, self._flows) > 0))

    def penalties(self, flow: int, curves: Floats) -> Floats:
        """Return what the faults of one flow would cost along curves (k, 4, 2), shape (k,)."""
        bodies, heads = self._shapes(curves, np.full(len(curves), self._network.widths[flow]))
        faults = self._hits(bodies, np.full(len(curves), flow))
        if self._opposite[flow] >= 0:
            faults = faults + self._too_close(bodies, self._opposite[flow])
        others = np.delete(self._heads, flow)
        on_heads = np.bincount(STRtree(others).query(heads, predicate="intersects")[0], minlength=len(curves))
        return np.asarray(_FAULT * faults + _HEAD * on_heads)

    def replace(self, flow: int, curve: Floats) -> None:
        """Give one flow another curve (4, 2)."""
        bodies, heads = self._shapes(curve[None], self._network.widths[[flow]])
        self._bodies[flow], self._heads[flow] = bodies[0], heads[0]

    def _shapes(self, curves: Floats, widths: Floats) -> tuple[NDArray[np.object_], NDArray[np.object_]]:
        vertices = outlines(curves, widths, self._style)
        bodies = shapely.polygons(vertices)
        crooked = ~shapely.is_valid(bodies)
        # An arrow that is bent too sharply for its width is taken for its hull, so that it is not chosen.
        bodies[crooked] = shapely.convex_hull(bodies[crooked])
        heads = head_triangles(vertices)
        middles = heads.mean(axis=1, keepdims=True)
        return bodies, shapely.polygons(middles + _HEAD_CORE * (heads - middles))

    def _hits(self, bodies: NDArray[np.object_], flows: Ints) -> Ints:
        """Return on how many obstacles each arrow of flows (k,) runs; the page's edge counts as one."""
        network = self._network
        arrow, obstacle = self._obstacles.query(bodies, predicate="intersects")
        serves = (obstacle == network.origins[flows[arrow]]) | (obstacle == network.destinations[flows[arrow]])
        return np.asarray(np.bincount(arrow[~serves], minlength=len(flows)) + ~shapely.covers(self._page, bodies))

    def _too_close(self, bodies: NDArray[np.object_], opposite: Ints) -> NDArray[np.bool_]:
        return np.asarray(shapely.distance(bodies, self._bodies[opposite]) < _LANE_KEPT * self._style.lane)
