"""Where things fit on the page: a raster of what is taken, searched for free boxes with summed-area tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt
import shapely

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Box", "Grid", "Label", "leads", "nearest", "place_labels"]

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
CELL: Final = 0.5  # mm
GAP: Final = 0.3  # mm between two labels
# what a label pays, in mm from where it would best stand: for lying wholly on other areas, wholly outside all,
# and for being left out
ON_OTHERS: Final = 140.0
OUTSIDE: Final = 15.0
FROM_RING: Final = 2.5  # times the mm between a label and its ring
BESIDE: Final = 2.0  # mm from another's ring from which a label no longer seems to name it
MISLEADING: Final = 0.35  # part of a label on other areas from which it seems to name one of them
LEFT_OUT: Final = 150.0
LED: Final = 2.0  # mm between a label and what it names from which a line leads to it
CHOICES: Final = 150  # places that are looked at for each label
STARTS: Final = 12  # orders in which labels choose


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on the page, mm."""

    x0: float
    y0: float
    x1: float
    y1: float

    @classmethod
    def around(cls, x: float, y: float, width: float, height: float) -> Box:
        """Return the box of this size with its centre at (x, y)."""
        return cls(x - width / 2, y - height / 2, x + width / 2, y + height / 2)

    @property
    def width(self) -> float:
        """Width in mm."""
        return self.x1 - self.x0

    @property
    def height(self) -> float:
        """Height in mm."""
        return self.y1 - self.y0

    @property
    def centre(self) -> tuple[float, float]:
        """The point in the middle."""
        return (self.x0 + self.x1) / 2, (self.y0 + self.y1) / 2

    def grow(self, margin: float) -> Box:
        """Return the box with a margin (mm) on every side, or without one if negative."""
        return Box(self.x0 - margin, self.y0 - margin, self.x1 + margin, self.y1 + margin)

    def polygon(self) -> shapely.Polygon:
        """Return the box as a polygon."""
        return shapely.box(self.x0, self.y0, self.x1, self.y1)

    def tuple(self) -> tuple[float, float, float, float]:
        """Return x0, y0, x1, y1."""
        return self.x0, self.y0, self.x1, self.y1


class Grid:
    """Cells of half a millimetre over a frame of the page."""

    def __init__(self, frame: Box) -> None:
        self.frame = frame
        self.x = np.arange(frame.x0 + CELL / 2, frame.x1, CELL)
        self.y = np.arange(frame.y0 + CELL / 2, frame.y1, CELL)

    def empty(self) -> Mask:
        """Return a mask (rows are y, columns x) with nothing taken."""
        return np.zeros((len(self.y), len(self.x)), dtype=bool)

    def mask(self, areas: Any) -> Mask:
        """Return the cells whose middle lies in a polygon or in any of several, which may overlap."""
        start, end = _edges(areas)
        low, high = np.minimum(start[:, 1], end[:, 1]), np.maximum(start[:, 1], end[:, 1])
        first, last = np.searchsorted(self.y, low), np.searchsorted(self.y, high)
        crossed = last - first  # rows of cells whose middles each edge crosses
        edge = np.repeat(np.arange(len(start)), crossed)
        row = np.arange(len(edge)) - np.repeat(np.cumsum(crossed) - crossed - first, crossed)
        (x, y), (dx, dy) = start[edge].T, (end - start)[edge].T
        column = np.searchsorted(self.x, x + (self.y[row] - y) * dx / dy)
        # along a row, an edge that runs up leads into a polygon, one that runs down leads out of it
        width = len(self.x) + 1
        steps = np.bincount(row * width + column, np.sign(dy), len(self.y) * width).reshape(-1, width)
        return np.asarray(np.cumsum(steps[:, :-1], axis=1) != 0)

    def share(self, cells: Mask, width: float, height: float, near: Box | None = None) -> tuple[Floats, Floats]:
        """Return every position of a box of this size in the frame and the share of it that ``cells`` fill.

        Parameters
        ----------
        cells : mask
        width, height : float
            Of the box, mm.
        near : Box, optional
            Only positions whose middle lies in it.

        Returns
        -------
        centres : (n, 2) array
            Middles of the boxes, mm.
        share : (n,) array
            From 0 (none of the box's cells are set) to 1.
        """
        w, h = _cells(width), _cells(height)
        rows, columns, filled = self._filled(cells, w, h, near)
        xx, yy = np.meshgrid(columns, rows)
        return np.column_stack([xx.ravel(), yy.ravel()]), filled.ravel() / (w * h)

    def free(self, taken: Mask, width: float, height: float) -> Floats:
        """Return the middles (n, 2), in mm, of all boxes of this size in the frame with no cell taken."""
        rows, columns, filled = self._filled(taken, _cells(width), _cells(height), None)
        row, column = np.nonzero(filled == 0)
        return np.column_stack([columns[column], rows[row]])

    def _filled(self, cells: Mask, w: int, h: int, near: Box | None) -> tuple[Floats, Floats, npt.NDArray[np.int32]]:
        """Return the middles of boxes of w x h cells by row and by column, and how many of its cells each has set."""
        near = near or self.frame
        rows = _positions(cells.shape[0] - h + 1, self.frame.y0 + CELL * h / 2, near.y0, near.y1)
        columns = _positions(cells.shape[1] - w + 1, self.frame.x0 + CELL * w / 2, near.x0, near.x1)
        part = cells[rows.start : rows.stop + h - 1, columns.start : columns.stop + w - 1]
        total = np.zeros((len(rows) + h, len(columns) + w), dtype=np.int32)
        if len(rows) and len(columns):
            np.cumsum(np.cumsum(part, axis=0, dtype=np.int32), axis=1, out=total[1:, 1:])
        filled = total[h:, w:] - total[:-h, w:] - total[h:, :-w] + total[:-h, :-w]
        y, x = np.array(rows) + h / 2, np.array(columns) + w / 2
        return self.frame.y0 + CELL * y, self.frame.x0 + CELL * x, filled


def _cells(size: float) -> int:
    """Return how many cells a length takes."""
    return max(1, int(np.ceil(size / CELL)))


def _positions(count: int, first: float, low: float, high: float) -> range:
    """Return which of ``count`` positions, a cell apart from ``first``, lie between two ends."""
    start = max(0, int(np.ceil((low - first) / CELL)))
    return range(start, max(start, min(count, int(np.floor((high - first) / CELL)) + 1)))


def _edges(areas: Any) -> tuple[Floats, Floats]:
    """Return the starts and ends (n, 2) of all edges of polygons, outer rings running one way, holes the other."""
    rings = shapely.get_rings(shapely.orient_polygons(shapely.get_parts(shapely.get_parts(areas))))
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    joined = ring[1:] == ring[:-1]
    return xy[:-1][joined], xy[1:][joined]


def nearest(free: Floats, size: tuple[float, float], wish: Sequence[float]) -> Box | None:
    """Return the box of a size on the free middle nearest to a wish, or None where none is free."""
    if not len(free):
        return None
    x, y = free[np.hypot(*(free - wish).T).argmin()]
    return Box.around(float(x), float(y), *size)


@dataclass(frozen=True, slots=True)
class Label:
    """What wants a label: its area on the page, the label's size, and where it would best stand.

    Without a ``ring`` that is on ``wish``; with one, of that radius around ``wish``, on any side of it.
    """

    id: str
    area: Any
    width: float
    height: float
    wish: tuple[float, float]
    ring: float = 0.0
    strangers: tuple[tuple[float, float, float], ...] = ()  # rings (x, y, radius) that it would seem to name
    past: Sequence[Any] = ()  # what no line may cross that leads from it to what it names

    @property
    def named(self) -> Any:
        """What it names: its ring, or its area."""
        return shapely.Point(self.wish).buffer(self.ring) if self.ring else self.area


def place_labels(labels: Sequence[Label], frame: Box, taken: Mask, *, far: float, land: Mask) -> dict[str, Box]:
    """Place labels in or beside their areas, near their wishes, none over another or over what is taken.

    A label may hang over its area's edge, rather into no area than into another one, which it would seem to name. One
    that has no place is left out.

    Parameters
    ----------
    labels : sequence of Label
    frame : Box
        Every label stays inside.
    taken : mask of ``Grid(frame)``
    far : float
        No label stands further than this (mm) from its wish.
    land : mask of ``Grid(frame)``
        All areas that have names, also those that are not labelled now.

    Returns
    -------
    dict
        Box by label.
    """
    if not labels:
        return {}
    grid = Grid(frame)
    masks = [grid.mask(label.area) for label in labels]
    rooms = [_room(grid, label, own, land & ~own, taken, far) for label, own in zip(labels, masks, strict=True)]
    chosen = _search(labels, rooms)
    return {
        label.id: Box.around(float(room.centres[at][0]), float(room.centres[at][1]), label.width, label.height)
        for label, room, at in zip(labels, rooms, chosen, strict=True)
        if at >= 0
    }


@dataclass(frozen=True, eq=False)
class _Room:
    """The best places of a label, and what each costs, other labels apart."""

    centres: Floats
    cost: Floats


def _room(grid: Grid, label: Label, own: Mask, others: Mask, taken: Mask, far: float) -> _Room:
    reach = far + float(np.hypot(label.width, label.height)) / 2
    size = (label.width, label.height, Box.around(*label.wish, 2 * reach, 2 * reach))
    (centres, inside), (_, foreign), (_, blocked) = (grid.share(cells, *size) for cells in (own, others, taken))
    away = np.hypot(*(centres - label.wish).T)
    cost = away
    if label.ring:
        beside = np.maximum(np.abs(centres - label.wish) - (label.width / 2, label.height / 2), 0)
        cost = 0.1 * away + FROM_RING * np.maximum(np.hypot(*beside.T) - label.ring - GAP, 0)
    cost = cost + ON_OTHERS * foreign + OUTSIDE * (1 - inside - foreign)
    astray = foreign > MISLEADING
    for x, y, radius in label.strangers:
        beside = np.maximum(np.abs(centres - (x, y)) - (label.width / 2, label.height / 2), 0)
        astray |= np.hypot(*beside.T) < radius + BESIDE
    cost[astray | (blocked > 0) | (away > reach)] = np.inf
    best = np.argsort(cost, kind="stable")[: 12 * CHOICES : 12]  # neighbours in rank are neighbours on the page
    best = best[np.isfinite(cost[best])]
    best = best[_well_led(label, centres[best])]
    return _Room(centres[best], cost[best])


def _well_led(label: Label, centres: Floats) -> Mask:
    """Say from which places (n, 2) no line to what a label names crosses what it must not."""
    half = np.array([label.width, label.height]) / 2
    lines = leads(np.asarray(shapely.box(*(centres - half).T, *(centres + half).T)), label.named)
    crossing, _ = shapely.STRtree(label.past).query(lines, predicate="intersects")
    well = np.ones(len(centres), dtype=bool)
    well[crossing] = False
    return well


def leads(boxes: npt.NDArray[Any], named: Any) -> npt.NDArray[Any]:
    """Return the lines from boxes to what they name; None for one so near that none is needed."""
    lines = np.array(shapely.shortest_line(boxes, named))
    lines[shapely.length(lines) <= LED] = None
    return lines


def _search(labels: Sequence[Label], rooms: Sequence[_Room]) -> list[int]:
    """Choose a place for every label: descent in single moves from several starts, the best of all.

    Returns the index of the place in each label's room, -1 where it is left out.
    """
    sizes = np.array([(label.width, label.height) for label in labels])
    rng = np.random.default_rng(0)
    best: tuple[float, list[int]] | None = None
    for start in range(STARTS):
        order = np.argsort([-len(room.cost) for room in rooms]) if start == 0 else rng.permutation(len(labels))
        chosen = _descend(sizes, rooms, order)
        total = sum(room.cost[at] if at >= 0 else LEFT_OUT for room, at in zip(rooms, chosen, strict=True))
        if best is None or total < best[0] - 1e-9:
            best = (total, chosen)
    return best[1] if best else []


def _descend(sizes: Floats, rooms: Sequence[_Room], order: Any) -> list[int]:
    chosen = [-1] * len(rooms)
    at = np.full((len(rooms), 2), np.inf)
    for sweep in range(6):
        moved = False
        for i in order:
            room = rooms[i]
            apart = np.abs(room.centres[:, None, :] - at[None, :, :])
            touching = (apart < (sizes[i] + sizes) / 2 + GAP).all(axis=2)
            touching[:, i] = False
            # early sweeps may push a neighbour away, which then looks for another place; the last may not
            push = LEFT_OUT if sweep == 5 else 18.0 * (sweep + 1)
            cost = room.cost + push * touching.sum(axis=1)
            new = int(cost.argmin()) if len(cost) and cost.min() < LEFT_OUT else -1
            if new >= 0:
                for j in np.flatnonzero(touching[new]):
                    chosen[j], at[j], moved = -1, np.inf, True
            moved |= new != chosen[i]
            chosen[i] = new
            at[i] = room.centres[new] if new >= 0 else np.inf
        if not moved:
            break
    return chosen
