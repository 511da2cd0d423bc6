"""The layout of flow arrows: nodes, flows and obstacles in, curves and outlines out.

It knows nothing of regions, people or projections: everything is millimetres on a page, y down.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from kzgeo.scene.layout.geometry import centrelines, outline, outlines
from kzgeo.scene.layout.model import Layout, Network, Score, Style
from kzgeo.scene.layout.plain import fixed_bend, straight
from kzgeo.scene.layout.rings import needed_radius
from kzgeo.scene.layout.score import measure
from kzgeo.scene.layout.search import find_bearings, gentle

if TYPE_CHECKING:
    from kzgeo.scene.layout.model import Ints

__all__ = [
    "Layout",
    "Network",
    "Score",
    "Style",
    "fixed_bend",
    "lay_out",
    "measure",
    "needed_radius",
    "outline",
    "outlines",
    "straight",
]


def lay_out(network: Network, style: Style | None = None) -> Layout:
    """Find the curves of a network's arrows.

    The result is the same in every run, wherever the page lies and in whatever order the flows come.

    Parameters
    ----------
    network : Network
    style : Style, optional

    Returns
    -------
    Layout

    Raises
    ------
    ValueError
        If a flow is given twice.
    """
    if len(np.unique(np.stack([network.origins, network.destinations]), axis=1).T) != network.size:
        raise ValueError("a flow is given twice")
    style = style or Style()
    order = _large_first(network)
    ordered = network.at_origin().with_flows(order)
    searched = 0 < network.size <= style.search_up_to
    bearings = np.empty((network.size, 4))
    bearings[order] = find_bearings(ordered, style) if searched else gentle(ordered, style)
    curves = centrelines(network, bearings, style)
    return Layout(
        curves=curves,
        outlines=outlines(curves, network.widths, style),
        order=order,
        score=measure(network, curves, style) if searched else None,
    )


def _large_first(network: Network) -> Ints:
    """Return the flows from large to small; equal ones by where they lie, so that no order is left to chance."""
    places = network.at_origin().positions
    ends = np.concatenate([places[network.origins], places[network.destinations]], axis=1)
    return np.asarray(np.lexsort((*ends.T, -network.widths)))
