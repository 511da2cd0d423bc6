"""From longitude and latitude to millimetres on the page."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import shapely

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd

__all__ = ["Fit", "fit", "nice_length", "project", "projection", "to_page"]

Geometries = npt.NDArray[Any]
Matrix = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Fit:
    """Page mm = (a*X + tx, b*Y + ty) for X, Y in metres of the projection; ``b`` is negative: y runs down."""

    matrix: Matrix

    @property
    def scale(self) -> float:
        """Millimetres on the page for one metre on the ground."""
        return self.matrix[0]

    def apply(self, xy: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Turn an (n, 2) array of metres into millimetres."""
        a, b, tx, ty = self.matrix
        return np.asarray(xy) * (a, b) + (tx, ty)


def projection(regions: gpd.GeoSeries) -> str:
    """Return the PROJ string of an equal-area projection fit for some regions in EPSG:4326.

    Albers' conic with standard parallels a sixth of the extent inside its edges (Snyder 1987, Map projections: a
    working manual, USGS PP 1395), for Kazakhstan 43 and 53 degrees north around 48 N 67 E. Near or across
    the equator, where a cone flattens, Lambert's azimuthal projection. Extents across the 180th meridian stay whole.
    """
    xy = shapely.get_coordinates(regions.to_numpy())
    west, east = _longitudes(xy[:, 0])
    south, north = float(xy[:, 1].min()), float(xy[:, 1].max())
    middle, lat = round((west + east) / 2), round((south + north) / 2)
    first, second = (round(south + (north - south) * part) for part in (1 / 6, 5 / 6))
    if abs(first + second) < 20:
        return f"+proj=laea +lat_0={lat} +lon_0={middle} +datum=WGS84 +units=m"
    return f"+proj=aea +lat_1={first} +lat_2={second} +lat_0={lat} +lon_0={middle} +datum=WGS84 +units=m"


def _longitudes(lon: npt.NDArray[np.float64]) -> tuple[float, float]:
    """Return the shortest arc of longitudes that holds all points; its east may exceed 180."""
    degrees = np.unique(np.floor(lon))
    gaps = np.diff(np.append(degrees, degrees[0] + 360))
    widest = int(gaps.argmax())
    if widest == len(degrees) - 1 or gaps[widest] < 90:
        return float(lon.min()), float(lon.max())
    return float(degrees[widest + 1]), float(degrees[widest] + 361)


def project(geometries: Geometries, crs: str) -> Geometries:
    """Return geometries in EPSG:4326 in metres of ``crs``."""
    transformer = _transformer(crs)

    def forward(xy: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        return np.column_stack(transformer.transform(xy[:, 0], xy[:, 1]))

    projected: Geometries = shapely.transform(geometries, forward)
    return projected


@cache
def _transformer(crs: str) -> Any:
    from pyproj import Transformer

    return Transformer.from_crs("EPSG:4326", crs, always_xy=True)


def fit(bounds: Sequence[float], frame: Sequence[float], align: tuple[float, float] = (0.5, 0.5)) -> Fit:
    """Return the largest map of ``bounds`` (metres: x0, y0, x1, y1) in ``frame`` (mm: x0, y0, x1, y1).

    ``align`` says where the map stands in what room is left over: (0, 0) upper left, (1, 1) lower right.
    """
    x0, y0, x1, y1 = bounds
    left, top, right, bottom = frame
    scale = min((right - left) / (x1 - x0), (bottom - top) / (y1 - y0))
    east = left + align[0] * (right - left - scale * (x1 - x0))
    north = top + align[1] * (bottom - top - scale * (y1 - y0))
    return Fit((scale, -scale, east - scale * x0, north + scale * y1))


def to_page(geometries: Geometries, fit_: Fit) -> Geometries:
    """Return projected geometries in mm on the page."""
    moved: Geometries = shapely.transform(geometries, fit_.apply)
    return moved


def nice_length(limit: float) -> float:
    """Return the largest of 1, 2, 5 times a power of ten that does not exceed ``limit``."""
    power = 10.0 ** np.floor(np.log10(limit))
    return float(max(step * power for step in (1, 2, 5) if step * power <= limit))
