"""The ground of a map: polygons of the regions and of what surrounds them, in metres of one projection."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt
import shapely

from kzgeo.scene.frame import Fit, project, to_page

if TYPE_CHECKING:
    from kzgeo.atlas import Atlas
    from kzgeo.scene.grid import Box

__all__ = ["Drawn", "Ground"]

Geometries = npt.NDArray[Any]
GRAIN: Final = 0.05  # mm: detail finer than this is not seen on the page
PARTS: Final = 3200  # of the country's width: finer than that grain on a page of usual size


@dataclass(frozen=True, eq=False)
class Drawn:
    """The ground as it stands on the page, cut to a window: regions in the order of ``codes``, and the context."""

    codes: tuple[str, ...]
    regions: Geometries
    edge: Any
    sea: Any
    lakes: Any
    borders: Any

    @cached_property
    def by_code(self) -> dict[str, Any]:
        """Polygons on the page by region."""
        return dict(zip(self.codes, self.regions, strict=True))


class Ground:
    """Polygons of an atlas in metres, ready to be drawn at any scale."""

    def __init__(self, atlas: Atlas, crs: str) -> None:
        self.codes = tuple(map(str, atlas.regions.index))
        self.regions: Geometries = project(atlas.regions.geometry.to_numpy(), crs)
        self._context = atlas.context
        self._crs = crs
        self._thin: tuple[float, Geometries] | None = None

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east and north end of all regions, in metres."""
        x0, y0, x1, y1 = map(float, shapely.total_bounds(self.regions))
        return x0, y0, x1, y1

    @cached_property
    def by_code(self) -> dict[str, Any]:
        """Polygons in metres by region."""
        return dict(zip(self.codes, self.regions, strict=True))

    @cached_property
    def silhouette(self) -> Any:
        """The whole country in metres, coarse: for finding room beside it."""
        x0, _, x1, _ = self.bounds
        self._whole((x1 - x0) / PARTS)  # from which the map is drawn too
        coarse = self._whole((x1 - x0) / 500)
        return shapely.union_all(shapely.make_valid(coarse))

    @cached_property
    def reach(self) -> npt.NDArray[np.float64]:
        """Radius in metres of the largest circle inside each region."""
        x0, _, x1, _ = self.bounds
        circles = shapely.maximum_inscribed_circle(self.regions, tolerance=(x1 - x0) / 3000)
        return np.asarray(shapely.length(circles))

    def middle(self, code: str) -> tuple[float, float]:
        """Return a region's centroid in metres."""
        x, y = shapely.get_coordinates(shapely.centroid(self.by_code[code]))[0]
        return float(x), float(y)

    @cached_property
    def _around(self) -> dict[str, Geometries]:
        kinds = self._context["kind"].to_numpy() if len(self._context) else np.empty(0)
        shapes = self._context.geometry.to_numpy() if len(self._context) else np.empty(0, dtype=object)
        return {kind: project(shapes[kinds == kind], self._crs) for kind in ("sea", "lake", "border")}

    def draw(self, fit: Fit, window: Box) -> Drawn:
        """Return the ground on the page inside a window, in the detail that shows there."""
        # a margin is cut too, so that no line drawn along the cut shows at the window's edge
        wide = shapely.box(*window.grow(2).tuple())
        back = _to_ground(wide, fit)
        page = to_page(self._thinned(fit.scale, back), fit)
        return Drawn(
            codes=self.codes,
            regions=page,
            edge=_outer(page, shapely.box(*window.grow(1).tuple())),
            sea=self._water("sea", fit, back, window.polygon()),
            lakes=self._water("lake", fit, back, window.polygon()),
            borders=shapely.intersection(_line_union(self._kind("border", fit, back)), window.polygon()),
        )

    def _thinned(self, scale: float, back: Any) -> Geometries:
        """Return the regions inside a window on the ground without the detail that the page does not show."""
        grain = GRAIN / scale
        if shapely.covers(back, shapely.box(*self.bounds)):
            return self._whole(grain)
        cut = shapely.intersection(self.regions, back)
        thinned: Geometries = shapely.coverage_simplify(cut, grain)  # a cut coverage is a coverage
        return thinned

    def _whole(self, grain: float) -> Geometries:
        """Return all regions simplified; a coarser wish is met from what was made for a finer one."""
        if self._thin is None or self._thin[0] > grain:
            self._thin = (grain, shapely.coverage_simplify(self.regions, grain))
            return self._thin[1]
        coarser: Geometries = shapely.coverage_simplify(self._thin[1], grain)
        return coarser

    def _kind(self, kind: str, fit: Fit, back: Any) -> Geometries:
        shapes = self._around[kind]
        shapes = shapes[shapely.intersects(shapes, back)]
        return to_page(shapely.simplify(shapes, GRAIN / fit.scale), fit)

    def _water(self, kind: str, fit: Fit, back: Any, clip: Any) -> Any:
        shapes = shapely.make_valid(self._kind(kind, fit, back))
        shapes = shapes[shapely.area(shapes) > 0.15]  # mm2: smaller waters are specks
        return shapely.intersection(shapely.union_all(shapes), clip)


def _outer(regions: Geometries, clip: Any) -> Any:
    """Return the country's edge without the cut of the window."""
    outline = shapely.boundary(shapely.union_all(regions, grid_size=0))
    return shapely.intersection(outline, clip)


def _line_union(lines: Geometries) -> Any:
    return shapely.line_merge(shapely.union_all(lines)) if len(lines) else shapely.MultiLineString()


def _to_ground(shape: Any, fit: Fit) -> Any:
    a, b, tx, ty = fit.matrix
    return shapely.transform(shape, lambda xy: (xy - (tx, ty)) / (a, b))
