"""Leading single arrows another way, all others on its rings making room, wherever the whole gets better."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely
from shapely import STRtree

from kzgeo.scene.layout.choice import shape_costs
from kzgeo.scene.layout.geometry import centrelines
from kzgeo.scene.layout.rings import spread
from kzgeo.scene.layout.shapes import labels, lines, rings

if TYPE_CHECKING:
    from kzgeo.scene.layout.model import Floats, Ints, Network, Style
    from kzgeo.scene.layout.shapes import Shapes

__all__ = ["Router"]

_STEPS = 14
_SHAPE = 0.3  # weight of the curves' shapes against their crossings
_HIT = 5.0  # weight of an obstacle: to lead an arrow around it afterwards costs about as many crossings


class Router:
    """Judges whole layouts of one network, and betters them one arrow at a time.

    Parameters
    ----------
    network : Network
    style : Style
    """

    def __init__(self, network: Network, style: Style) -> None:
        self._network, self._style = network, style
        self._obstacles = STRtree([*rings(network), *labels(network), *network.insets])
        self._flows = np.arange(network.size)

    def cost(self, bearings: Floats) -> float:
        """Return the cost of a layout (m, 4) in crossings."""
        return self._judge(bearings)[0]

    def rerouted(self, bearings: Floats, sides: Floats, times: int) -> Floats:
        """Return a layout (m, 4) that is no worse, after so many trials to lead an arrow along its sides (m, k, 4)."""
        cost, trouble, drawn = self._judge(bearings)
        for _ in range(times):
            flow = int(trouble.argmax())
            if trouble[flow] == 0:
                break
            trouble[flow] = 0
            trial = bearings.copy()
            trial[flow] = self._best(drawn, flow, sides[flow])
            nodes = np.array([self._network.origins[flow], self._network.destinations[flow]])
            trial = spread(self._network, trial, self._style, keep_order=True, nodes=nodes)
            new_cost, new_trouble, new_drawn = self._judge(trial)
            if new_cost < cost:
                bearings, cost, drawn = trial, new_cost, new_drawn
                trouble = np.minimum(trouble, new_trouble)
        return bearings

    def _judge(self, bearings: Floats) -> tuple[float, Ints, Shapes]:
        """Return a layout's cost, what each arrow crosses and runs on, (m,), and the arrows' lines."""
        curves = centrelines(self._network, bearings, self._style)
        drawn = lines(curves, _STEPS)
        crossing = STRtree(drawn).query(drawn, predicate="crosses")[0]
        hits = self._hits(drawn, self._flows)
        shape = shape_costs(self._network, bearings[:, None], curves[:, None], self._style)
        cost = len(crossing) / 2 + _SHAPE * shape.sum() + _HIT * hits.sum()
        return float(cost), np.bincount(crossing, minlength=len(drawn)) + hits, drawn

    def _best(self, drawn: Shapes, flow: int, options: Floats) -> Floats:
        """Return the bearings (4,) of the option (k, 4) that crosses fewest of the other arrows' lines (m,)."""
        one = self._network.with_flows(np.array([flow]))
        curves = centrelines(one, options[None], self._style)
        new = lines(curves[0], _STEPS)
        crossing = STRtree(np.delete(drawn, flow)).query(new, predicate="crosses")[0]
        shape = shape_costs(one, options[None], curves, self._style)[0]
        hits = self._hits(new, np.full(len(options), flow))
        cost = np.bincount(crossing, minlength=len(options)) + _SHAPE * shape + _HIT * hits
        return np.asarray(options[cost.argmin()])

    def _hits(self, drawn: Shapes, flows: Ints) -> Ints:
        """Return how many obstacles each line of flows (k,) touches with its casing; the page's edge counts as one."""
        network = self._network
        reach = network.widths[flows] / 2 + self._style.casing
        west, north, east, south = (shapely.bounds(drawn) - network.page).T
        off_page = np.minimum.reduce([west, north, -east, -south]) < reach
        line, obstacle = self._obstacles.query(drawn, predicate="dwithin", distance=reach)
        serves = (obstacle == network.origins[flows[line]]) | (obstacle == network.destinations[flows[line]])
        return np.asarray(np.bincount(line[~serves], minlength=len(flows)) + off_page)
