"""What an arrow must not do: run under a foreign node, over a label or an inset, off the page, or on its opposite."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely
from shapely import STRtree

from kzgeo.scene.layout.geometry import head_triangles, outlines
from kzgeo.scene.layout.shapes import labels, polygons, rings

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kzgeo.scene.layout.model import Floats, Ints, Network, Style
    from kzgeo.scene.layout.shapes import Shapes

__all__ = ["FAULT", "Arrows"]

FAULT = 1000.0  # in right-angled crossings: never chosen if anything else is possible
_HEAD = 20.0  # for each other head that a head lies on
_CROWDED = 50  # so many heads that lie on others cannot be helped
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
        self._obstacles = STRtree([*rings(network), *labels(network), *network.insets])
        self._page = shapely.box(*network.page)
        shapely.prepare(self._page)
        self._opposite = np.full(network.size, -1)
        for pair in network.opposites():
            self._opposite[pair] = pair[::-1]
        self._flows = np.arange(network.size)
        self._curves = curves.copy()
        self._bodies, self._heads = self._shapes(curves, network.widths)

    def faulty(self) -> Ints:
        """Return the flows that have faults, those with most first, then those whose heads lie on another."""
        faults = self.faults()
        one, other = STRtree(self._heads).query(self._heads, predicate="intersects")
        on_heads = np.bincount(one[one > other], minlength=len(faults)) > 0
        if on_heads.sum() > _CROWDED:
            on_heads[:] = False
        order = np.argsort(-faults, kind="stable")
        return np.asarray(order[(faults[order] > 0) | on_heads[order]])

    def faults(self) -> Ints:
        """Return each flow's faults, (m,), heads apart: two for an obstacle, one for a lane that is too narrow."""
        faults = 2 * self._hits(self._bodies, self._flows)
        paired = np.flatnonzero(self._opposite >= 0)
        faults[paired] += self._too_close(self._bodies[paired], self._opposite[paired])
        return np.asarray(faults)

    def is_faulty(self, flow: int) -> bool:
        """Return whether a flow has a fault as things stand now, or its head lies on another."""
        return bool(self.penalties(flow, self._curves[[flow]])[0] > 0)

    def penalties(self, flow: int, curves: Floats) -> Floats:
        """Return what the faults of one flow would cost along curves (k, 4, 2), shape (k,)."""
        bodies, heads = self._shapes(curves, np.full(len(curves), self._network.widths[flow]))
        faults = self._hits(bodies, np.full(len(curves), flow))
        if self._opposite[flow] >= 0:
            faults = faults + self._too_close(bodies, self._opposite[flow])
        others = np.delete(self._heads, flow)
        on_heads = np.bincount(STRtree(others).query(heads, predicate="intersects")[0], minlength=len(curves))
        return np.asarray(FAULT * faults + _HEAD * on_heads)

    def replace(self, flow: int, curve: Floats) -> None:
        """Give one flow another curve (4, 2)."""
        self._curves[flow] = curve
        bodies, heads = self._shapes(curve[None], self._network.widths[[flow]])
        self._bodies[flow], self._heads[flow] = bodies[0], heads[0]

    def _shapes(self, curves: Floats, widths: Floats) -> tuple[Shapes, Shapes]:
        vertices = outlines(curves, widths, self._style)
        bodies = polygons(vertices)
        crooked = ~shapely.is_valid(bodies)
        # An arrow that is bent too sharply for its width is taken for its hull, so that it is not chosen.
        bodies[crooked] = shapely.convex_hull(bodies[crooked])
        heads = head_triangles(vertices)
        middles = heads.mean(axis=1, keepdims=True)
        return bodies, polygons(middles + _HEAD_CORE * (heads - middles))

    def _hits(self, bodies: Shapes, flows: Ints) -> Ints:
        """Return on how many obstacles each arrow of flows (k,) runs; the page's edge counts as one."""
        network = self._network
        arrow, obstacle = self._obstacles.query(bodies, predicate="intersects")
        serves = (obstacle == network.origins[flows[arrow]]) | (obstacle == network.destinations[flows[arrow]])
        return np.asarray(np.bincount(arrow[~serves], minlength=len(flows)) + ~shapely.covers(self._page, bodies))

    def _too_close(self, bodies: Shapes, opposite: Ints) -> NDArray[np.bool_]:
        return np.asarray(shapely.distance(bodies, self._bodies[opposite]) < _LANE_KEPT * self._style.lane)
