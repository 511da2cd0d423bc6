"""Flows on the page: nodes, widths and the layout of the arrows, local ones inside the insets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from kzgeo.scene.ground import Drawn
from kzgeo.scene.insets import Inset
from kzgeo.scene.layout import Layout, Network, Style, lay_out, needed_radius
from kzgeo.scene.place import Box

__all__ = ["Arrows", "Node", "lay_arrows", "local_arrows", "nodes_of"]

Floats = npt.NDArray[np.float64]
STYLE: Final = Style()
RING: Final = (0.9, 2.6)  # mm, radius of a node: with one arrow, and at most


@dataclass(frozen=True, slots=True)
class Node:
    """Where arrows of a region begin and end: a ring, mm."""

    code: str
    x: float
    y: float
    radius: float


@dataclass(frozen=True, eq=False)
class Arrows:
    """Arrows of one window: ``rows`` (origin, destination, people, status) in the order of ``layout``'s curves."""

    rows: pd.DataFrame
    nodes: Mapping[str, Node]
    layout: Layout


def nodes_of(rows: pd.DataFrame, places: Mapping[str, tuple[float, float]], per_person: float) -> dict[str, Node]:
    """Return a ring for every region that a flow serves, as large as its arrowheads need to stand side by side."""
    codes = sorted({*rows["origin"], *rows["destination"]})
    positions = np.array([places[code] for code in codes])
    network = _network(rows, codes, positions, np.full(len(codes), RING[0]), per_person, page=_around(positions))
    radii = np.clip(needed_radius(network, STYLE), *RING)
    return {
        code: Node(code, float(x), float(y), float(radius))
        for code, (x, y), radius in zip(codes, positions, radii, strict=True)
    }


def _around(positions: Floats) -> tuple[float, float, float, float]:
    (x0, y0), (x1, y1) = positions.min(axis=0) - 50, positions.max(axis=0) + 50
    return float(x0), float(y0), float(x1), float(y1)


def _network(
    rows: pd.DataFrame,
    codes: Sequence[str],
    positions: Floats,
    radii: Floats,
    per_person: float,
    **surroundings: Any,
) -> Network:
    at = {code: i for i, code in enumerate(codes)}
    return Network(
        positions=positions,
        radii=radii,
        origins=rows["origin"].map(at).to_numpy(),
        destinations=rows["destination"].map(at).to_numpy(),
        widths=rows["people"].to_numpy(float) * per_person,
        **surroundings,
    )


def lay_arrows(
    rows: pd.DataFrame,
    nodes: Mapping[str, Node],
    per_person: float,
    *,
    labels: Sequence[Box],
    reserved: Sequence[Any],
    frame: Box,
) -> Arrows:
    """Lay out flows between nodes, clear of labels and of reserved areas (insets, legend, scale bar).

    Parameters
    ----------
    rows : DataFrame
        ``origin, destination, people, status``.
    nodes : mapping of str to Node
    per_person : float
        Width of a shaft in mm for one person.
    labels : sequence of Box
    reserved : sequence of polygons
    frame : Box
        Every arrow stays inside.
    """
    codes = list(nodes)
    positions = np.array([(node.x, node.y) for node in nodes.values()])
    network = _network(
        rows,
        codes,
        positions,
        np.array([node.radius for node in nodes.values()]),
        per_person,
        page=frame.tuple(),
        labels=np.array([box.tuple() for box in labels]).reshape(-1, 4),
        insets=tuple(reserved),
    )
    return Arrows(rows, nodes, lay_out(network, STYLE))


def split_local(rows: pd.DataFrame, insets: Sequence[Inset]) -> tuple[pd.DataFrame, dict[str, pd.DataFrame]]:
    """Part flows into those on the map and, per inset, those between its region and one around it that it shows."""
    local = {}
    left = np.ones(len(rows), dtype=bool)
    for inset in insets:
        around = set(inset.near)
        ends = rows[["origin", "destination"]]
        inside = ((ends["origin"] == inset.code) & ends["destination"].isin(around)) | (
            (ends["destination"] == inset.code) & ends["origin"].isin(around)
        )
        inside &= left
        left &= ~inside.to_numpy()
        local[inset.code] = rows[inside].reset_index(drop=True)
    return rows[left].reset_index(drop=True), local


def local_arrows(inset: Inset, rows: pd.DataFrame, per_person: float, label: Box) -> Arrows | None:
    """Lay out an inset's local flows between its region and nodes in the parts of the others that it shows."""
    if not len(rows):
        return None
    middle = shapely.get_coordinates(shapely.centroid(inset.drawn.by_code[inset.code]))[0]
    codes = sorted({*rows["origin"], *rows["destination"]} - {inset.code})
    places = {inset.code: (float(middle[0]), float(middle[1]))}
    for code in codes:
        places[code] = _far_inside(inset, code, label, list(places.values()))
    x, y = inset.circle.centre
    frame = Box.around(x, y, 2 * inset.circle.radius - 1, 2 * inset.circle.radius - 1)
    return lay_arrows(rows, nodes_of(rows, places, per_person), per_person, labels=[label], reserved=[], frame=frame)


def _far_inside(inset: Inset, code: str, label: Box, others: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """Return a point of a region inside the inset, away from the edge, the label and the other nodes."""
    x, y = inset.circle.centre
    turns = np.linspace(0, 2 * np.pi, 48, endpoint=False)
    points = np.array([x, y]) + 0.68 * inset.circle.radius * np.column_stack([np.cos(turns), np.sin(turns)])
    shapes = shapely.points(points)
    inside = shapely.distance(shapes, inset.drawn.by_code[code])
    clear = shapely.distance(shapes, label.polygon())
    apart = np.min([np.hypot(*(points - other).T) for other in others], axis=0)
    best = int(np.argmax(np.minimum(clear, 3.5) + 0.3 * np.minimum(apart, 9) - 20 * inside))
    return float(points[best, 0]), float(points[best, 1])


def label_spot(drawn: Drawn, code: str) -> tuple[float, float]:
    """Return where a region's node stands: the middle of the largest circle inside it."""
    x, y = shapely.get_coordinates(shapely.maximum_inscribed_circle(drawn.by_code[code], tolerance=0.5))[0]
    return float(x), float(y)
