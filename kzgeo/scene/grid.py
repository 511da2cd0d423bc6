"""A raster of the page: what is taken is marked cell by cell, and free boxes are found with summed-area tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt
import shapely

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["CELL", "Box", "Floats", "Grid", "Mask", "nearest"]

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
CELL: Final = 0.5  # mm


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
