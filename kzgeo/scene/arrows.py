"""Flows on the page: nodes, widths and the layout of the arrows, local ones inside the insets."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from kzgeo.scene.grid import Box
from kzgeo.scene.layout import Layout, Network, Style, lay_out, measure, needed_radius
from kzgeo.scene.lettering import line_height

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kzgeo.scene.ground import Drawn
    from kzgeo.scene.insets import Inset

__all__ = ["Arrows", "Node", "lay_arrows", "local_arrows", "nodes_of"]

Floats = npt.NDArray[np.float64]
# mm that other nodes may stand away from a city, whose ring may have to be large: tried in turn, until a layout has
# few enough faults for each arrow
CLEARANCES: Final = (3.5, 6.5, 5.0, 7.0, 9.0)
ENOUGH: Final = 0.3
NEAR_SIZE: Final = 7.0  # pt, names inside an inset


@dataclass(frozen=True, slots=True)
class Look:
    """How arrows look: their style, and the radius of a node's ring in mm, with one arrow and at most."""

    style: Style
    ring: tuple[float, float]


FULL: Final = Look(Style(), (0.9, 2.6))
SMALL: Final = Look(Style(gap=0.25, lane=0.15, casing=0.1, head_min=0.7), (0.45, 1.1))


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
    look: Look
    network: Network
    layout: Layout
    names: Mapping[str, Box] = field(default_factory=dict)  # where nodes have their names, in an inset

    def ink(self, margin: float) -> list[Any]:
        """Return what the arrows cover, with a margin in mm."""
        outlines: Any = shapely.polygons(self.layout.outlines)
        return list(shapely.buffer(outlines, margin))

    @property
    def faults(self) -> float:
        """How far the layout is from one without faults; 0 where not scored."""
        return self.layout.score.faults if self.layout.score else 0.0

    def scored(self, labels: Sequence[Box]) -> Arrows:
        """Return the arrows with their score against the labels as they stand in the end."""
        if self.layout.score is None:
            return self
        network = replace(self.network, labels=np.array([box.tuple() for box in labels]).reshape(-1, 4))
        return replace(self, layout=replace(self.layout, score=measure(network, self.layout.curves, self.look.style)))


def nodes_of(
    rows: pd.DataFrame, places: Mapping[str, tuple[float, float]], per_person: float, look: Look
) -> dict[str, Node]:
    """Return a ring for every region that a flow serves, as large as its arrowheads need to stand side by side."""
    codes = sorted({*rows["origin"], *rows["destination"]})
    positions = np.array([places[code] for code in codes])
    network = _network(rows, codes, positions, np.full(len(codes), look.ring[0]), per_person, page=_around(positions))
    radii = np.clip(needed_radius(network, look.style), *look.ring)
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
    at = pd.Index(codes)
    return Network(
        positions=positions,
        radii=radii,
        origins=np.asarray(at.get_indexer(pd.Index(rows["origin"])), dtype=np.int64),
        destinations=np.asarray(at.get_indexer(pd.Index(rows["destination"])), dtype=np.int64),
        widths=rows["people"].to_numpy(float) * per_person,
        **surroundings,
    )


def lay_arrows(
    rows: pd.DataFrame,
    nodes: Mapping[str, Node],
    per_person: float,
    look: Look,
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
    look : Look
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
    return Arrows(rows, nodes, look, network, lay_out(network, look.style))


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


def local_arrows(inset: Inset, rows: pd.DataFrame, per_person: float, label: Box, names: Mapping[str, float]) -> Arrows:
    """Lay out an inset's local flows between its region and nodes in the parts of the others that it shows.

    ``names`` has the widths of the others' names in mm; each is kept free under its node.
    """
    codes = sorted({*rows["origin"], *rows["destination"]} - {inset.code})
    places = {inset.code: inset.middle}
    boxes: dict[str, Box] = {}
    for code in codes:
        size = (names[code] + 0.4, line_height(NEAR_SIZE))
        places[code], boxes[code] = _far_inside(inset, code, size, [label, *boxes.values()])
    frame = Box(*map(float, shapely.bounds(inset.clip))).grow(-0.5)
    nodes = nodes_of(rows, places, per_person, FULL)
    taken = [label, *boxes.values()]
    arrows = lay_arrows(rows, nodes, per_person, FULL, labels=taken, reserved=[], frame=frame)
    return replace(arrows, names=boxes)


def _far_inside(
    inset: Inset, code: str, size: tuple[float, float], taken: Sequence[Box]
) -> tuple[tuple[float, float], Box]:
    """Return a point of a region in the inset with room for its name below, far from the inset's own region."""
    frame = Box(*map(float, shapely.bounds(inset.clip)))
    x, y = np.meshgrid(np.linspace(frame.x0 + 3, frame.x1 - 3, 24), np.linspace(frame.y0 + 3, frame.y1 - 3, 20))
    points = np.column_stack([x.ravel(), y.ravel()])
    width, height = size
    # the name stands under the node, moved inwards where it would leave the inset
    middle = np.clip(points[:, 0], frame.x0 + width / 2 + 0.4, frame.x1 - width / 2 - 0.4)
    top = points[:, 1] + FULL.ring[1]
    boxes = shapely.box(middle - width / 2, top, middle + width / 2, top + height)
    outside = shapely.distance(shapely.points(points), inset.drawn.by_code[code])
    hits = sum(shapely.intersects(boxes, box.polygon()) for box in taken) + (top + height > frame.y1 - 0.3)
    near = shapely.distance(shapely.points(points), shapely.union_all([box.polygon() for box in taken]))
    away = np.hypot(*(points - inset.middle).T)
    beside = np.abs(points[:, 1] - inset.middle[1])
    best = int(np.argmax(away - 0.3 * beside - 20 * outside - 50 * hits - 3 * np.maximum(FULL.ring[1] - near, 0)))
    at = (float(points[best, 0]), float(points[best, 1]))
    return at, Box(*map(float, shapely.bounds(boxes[best])))


def node_spot(
    drawn: Drawn, code: str, crowded: Sequence[tuple[float, float]] = (), away: float = 0.0
) -> tuple[float, float]:
    """Return where a region's node stands: the middle of the largest circle inside it, away from crowded places."""
    polygon = drawn.by_code[code]
    apart = shapely.difference(polygon, shapely.MultiPoint(list(crowded)).buffer(away))
    x, y = shapely.get_coordinates(
        shapely.maximum_inscribed_circle(polygon if apart.is_empty else apart, tolerance=0.5)
    )[0]
    return float(x), float(y)


def home_spot(drawn: Drawn) -> tuple[float, float]:
    """Return where the node of the whole country stands: the middle of the largest circle inside it."""
    country: Any = shapely.union_all(drawn.regions)
    x, y = shapely.get_coordinates(shapely.maximum_inscribed_circle(country, tolerance=0.5))[0]
    return float(x), float(y)
