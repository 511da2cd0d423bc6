"""Counting a layout's quality, for any layout: the project's own, straight lines, or one fixed bend."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely
from shapely import STRtree

from kzgeo.scene.layout.geometry import head_triangles, outlines
from kzgeo.scene.layout.model import Floats, Ints, Network, Score, Style
from kzgeo.scene.layout.shapes import labels, lines, polygons, rings

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kzgeo.scene.layout.shapes import Shapes

__all__ = ["measure"]

_STEPS, _FEWER_STEPS = 48, 10  # pieces of a line, for few and for many flows
_MANY = 100
_SLIVER = 1e-4  # mm²: two shapes that share less only touch
_NEAR = 1e-6  # mm
_PARALLEL = 0.5  # degrees: straight lines there and back lie on each other, they do not cross
_TANGENT = 0.05  # mm of line on either side of a crossing that give its direction


def measure(network: Network, curves: Floats, style: Style) -> Score:
    """Count crossings, overlaps and hits of the arrows drawn along centrelines.

    Parameters
    ----------
    network : Network
    curves : array of shape (m, 4, 2)
        Centrelines of all flows, from the start of the shaft to the tip of the head.
    style : Style

    Returns
    -------
    Score
    """
    steps = _STEPS if network.size <= _MANY else _FEWER_STEPS
    vertices = outlines(curves, network.widths, style, steps=steps)
    arrows = np.asarray(shapely.make_valid(polygons(vertices)))
    crossing, angle = _crossings(curves, steps)
    common = _common_node(network, crossing)
    under = _overlapping(arrows, rings(network))
    serves = (under[1] == network.origins[under[0]]) | (under[1] == network.destinations[under[0]])
    barbs = polygons(head_triangles(vertices))
    tips = _overlapping(barbs, barbs)
    lanes = network.opposites()
    return Score(
        flows=network.size,
        crossings=int((~common).sum()),
        crossings_common=int(common.sum()),
        flows_under_nodes=len(np.unique(under[0][~serves])),
        label_hits=len(np.unique(_overlapping(arrows, labels(network))[0])),
        inset_hits=len(np.unique(_overlapping(arrows, np.array(network.insets, dtype=object))[0])),
        head_overlaps=int((tips[0] < tips[1]).sum()),
        lane_overlaps=int((_shared(arrows[lanes[:, 0]], arrows[lanes[:, 1]]) > _SLIVER).sum()),
        detached_ends=_detached(network, curves, style),
        outside_page=int((~shapely.covers(shapely.buffer(shapely.box(*network.page), _NEAR), arrows)).sum()),
        covered=float(max(0.0, 1.0 - shapely.area(shapely.union_all(arrows)) / shapely.area(arrows).sum())),
        mean_crossing_angle=angle,
    )


def _crossings(curves: Floats, steps: int) -> tuple[Ints, float | None]:
    """Return the pairs of centrelines that cross, (p, 2), and the mean angle at which they do, in degrees."""
    drawn = lines(curves, steps)
    pairs = STRtree(drawn).query(drawn, predicate="crosses").T
    pairs = pairs[pairs[:, 0] < pairs[:, 1]]
    if not len(pairs):
        return pairs, None
    meeting = shapely.intersection(drawn[pairs[:, 0]], drawn[pairs[:, 1]])
    places, which = shapely.get_coordinates(meeting, return_index=True)
    one, other = (_direction(drawn[pairs[which, side]], np.asarray(shapely.points(places))) for side in (0, 1))
    angles = np.degrees(np.arccos(np.clip(np.abs((one * other).sum(axis=1)), 0.0, 1.0)))
    real = angles > _PARALLEL
    return pairs[np.unique(which[real])], float(angles[real].mean()) if real.any() else None


def _direction(drawn: Shapes, places: Shapes) -> Floats:
    """Return unit directions, (k, 2), of lines at points that lie on them."""
    at = shapely.line_locate_point(drawn, places)
    before, after = (
        shapely.get_coordinates(shapely.line_interpolate_point(drawn, np.maximum(at + step, 0.0)))
        for step in (-_TANGENT, _TANGENT)
    )
    along = after - before
    return np.asarray(along / np.linalg.norm(along, axis=1, keepdims=True))


def _common_node(network: Network, pairs: Ints) -> NDArray[np.bool_]:
    ends = np.stack([network.origins, network.destinations], axis=1)
    one, other = ends[pairs[:, 0]], ends[pairs[:, 1]]
    return np.asarray((one[:, :, None] == other[:, None, :]).any(axis=(1, 2)))


def _overlapping(shapes: Shapes, others: Shapes) -> Ints:
    """Return the indices (2, p) of shapes and others that share more than a sliver of area."""
    hits = STRtree(others).query(shapes, predicate="intersects")
    return np.asarray(hits[:, _shared(shapes[hits[0]], others[hits[1]]) > _SLIVER])


def _shared(shapes: Shapes, others: Shapes) -> Floats:
    return np.asarray(shapely.area(shapely.intersection(shapes, others)))


def _detached(network: Network, curves: Floats, style: Style) -> int:
    count = 0
    for nodes, places in ((network.origins, curves[:, 0]), (network.destinations, curves[:, 3])):
        away = np.linalg.norm(places - network.positions[nodes], axis=1) - network.radii[nodes]
        count += int((away > style.gap + _NEAR).sum())
    return count
