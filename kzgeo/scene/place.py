"""Where things fit on the page: a raster of what is taken, searched for free boxes with summed-area tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import shapely

__all__ = ["Box", "Grid", "Label", "place_labels"]

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
CELL: Final = 0.5  # mm
GAP: Final = 0.3  # mm between two labels
ROUNDS: Final = 24  # tries at an order in which labels choose their places
NO_PLACE: Final = 500.0  # what it costs to leave a label out


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

    def mask(self, geometry: Any) -> Mask:
        """Return the cells whose middle lies in a geometry."""
        cells = self.empty()
        if shapely.is_empty(geometry):
            return cells
        x0, y0, x1, y1 = shapely.bounds(geometry)
        columns = slice(*np.searchsorted(self.x, (x0, x1)))
        rows = slice(*np.searchsorted(self.y, (y0, y1)))
        shapely.prepare(geometry)
        xx, yy = np.meshgrid(self.x[columns], self.y[rows])
        cells[rows, columns] = shapely.contains_xy(geometry, xx, yy)
        return cells

    def share(self, cells: Mask, width: float, height: float) -> tuple[Floats, Floats]:
        """Return every position of a box of this size in the frame and the share of it that ``cells`` fill.

        Returns
        -------
        centres : (n, 2) array
            Middles of the boxes, mm.
        share : (n,) array
            From 0 (none of the box's cells are set) to 1.
        """
        w, h = (max(1, int(np.ceil(size / CELL))) for size in (width, height))
        if h > cells.shape[0] or w > cells.shape[1]:
            return np.empty((0, 2)), np.empty(0)
        total = np.zeros((cells.shape[0] + 1, cells.shape[1] + 1))
        np.cumsum(np.cumsum(cells, axis=0), axis=1, out=total[1:, 1:])
        filled = total[h:, w:] - total[:-h, w:] - total[h:, :-w] + total[:-h, :-w]
        cx = self.frame.x0 + CELL * (np.arange(filled.shape[1]) + w / 2)
        cy = self.frame.y0 + CELL * (np.arange(filled.shape[0]) + h / 2)
        xx, yy = np.meshgrid(cx, cy)
        return np.column_stack([xx.ravel(), yy.ravel()]), filled.ravel() / (w * h)

    def nearest_free(self, taken: Mask, size: tuple[float, float], wish: Sequence[float]) -> Box | None:
        """Return the free box of a size whose middle is nearest to a wish, or None where none is free."""
        centres, share = self.share(taken, *size)
        free = centres[share == 0]
        if not len(free):
            return None
        nearest = free[np.hypot(*(free - wish).T).argmin()]
        return Box.around(float(nearest[0]), float(nearest[1]), *size)


@dataclass(frozen=True, slots=True)
class Label:
    """What wants a label: its area on the page, the label's size, where it would best stand, its importance."""

    id: str
    area: Any
    width: float
    height: float
    wish: tuple[float, float]
    rank: float = 0.0


def place_labels(labels: Sequence[Label], frame: Box, taken: Mask | None = None) -> dict[str, Box]:
    """Place labels inside their areas where they fit, near their wishes, none over another.

    Those with the least room are placed first. A label whose area is too small for it hangs over its edge; one for
    which there is no free place at all is left out of the answer.
    """
    grid = Grid(frame)
    taken = grid.empty() if taken is None else taken
    rooms = {label.id: _room(grid, label) for label in labels}
    order = sorted(
        labels, key=lambda label: (-label.rank, float(np.partition(rooms[label.id].cost, 8)[:8].sum()), label.id)
    )
    best: tuple[float, dict[str, Box]] | None = None
    for _ in range(ROUNDS):
        placed, costs = _greedy(grid, taken, order, rooms)
        total = sum(costs.values())
        if best is None or total < best[0] - 1e-9:
            best = (total, placed)
        # whoever fared badly chooses earlier in the next round
        worst = {label.id: costs[label.id] - rooms[label.id].cost.min() for label in order}
        badly = max(order, key=lambda label: worst[label.id])
        if worst[badly.id] < 0.5:
            break
        at = order.index(badly)
        order.insert(max(0, at - 4), order.pop(at))
    return best[1] if best else {}


@dataclass(frozen=True, eq=False)
class _Room:
    """Every place of a label in the frame, and what it costs to stand there, other labels apart."""

    centres: Floats
    cost: Floats


def _room(grid: Grid, label: Label) -> _Room:
    centres, inside = grid.share(grid.mask(label.area), label.width, label.height)
    away = np.hypot(*(centres - label.wish).T)
    # hanging over by a tenth of the label is as bad as standing 6 mm away
    near = (away < 25) & (inside > 0.3)
    if near.sum() < 20:
        near = np.argsort(away)[:400]
    return _Room(centres[near], (away + 60 * (1 - inside))[near])


def _greedy(
    grid: Grid, taken: Mask, order: Sequence[Label], rooms: dict[str, _Room]
) -> tuple[dict[str, Box], dict[str, float]]:
    """Place labels one after the other, each at its cheapest place that is still free."""
    placed: dict[str, Box] = {}
    costs: dict[str, float] = {}
    for label in order:
        room = rooms[label.id]
        free = ~_hits(taken, grid, room.centres, label)
        for other in placed.values():
            apart = np.abs(room.centres - other.centre)
            free &= (apart[:, 0] > (label.width + other.width) / 2 + GAP) | (
                apart[:, 1] > (label.height + other.height) / 2 + GAP
            )
        cost = np.where(free, room.cost, np.inf)
        at = int(cost.argmin())
        costs[label.id] = min(float(cost[at]), NO_PLACE)
        if np.isfinite(cost[at]):
            x, y = map(float, room.centres[at])
            placed[label.id] = Box.around(x, y, label.width, label.height)
    return placed, costs


def _hits(taken: Mask, grid: Grid, centres: Floats, label: Label) -> Mask:
    """Say which boxes of a label's size around some points cover a taken cell."""
    total = np.zeros((taken.shape[0] + 1, taken.shape[1] + 1))
    np.cumsum(np.cumsum(taken, axis=0), axis=1, out=total[1:, 1:])
    low = np.floor((centres - (label.width / 2, label.height / 2) - (grid.frame.x0, grid.frame.y0)) / CELL).astype(int)
    high = np.ceil((centres + (label.width / 2, label.height / 2) - (grid.frame.x0, grid.frame.y0)) / CELL).astype(int)
    rows, columns = taken.shape
    x0, x1 = np.clip(low[:, 0], 0, columns), np.clip(high[:, 0], 0, columns)
    y0, y1 = np.clip(low[:, 1], 0, rows), np.clip(high[:, 1], 0, rows)
    return np.asarray(total[y1, x1] - total[y0, x1] - total[y1, x0] + total[y0, x0] > 0)
