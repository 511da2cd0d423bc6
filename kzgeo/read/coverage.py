"""Polygons that should tile a country: broken rings mended, overlaps cut, gaps measured, everything said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import geopandas as gpd
import numpy as np
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kzgeo.read.gather import Gather

__all__ = ["areas_km2", "mend"]

EQUAL_AREA: Final = "EPSG:6933"
# An exclave left inside its neighbour is mended by cutting it out of the larger one; beyond this share of the
# smaller polygon two outlines contradict each other (the three cities of OCHA's outlines reach 0.013).
TOLERATED_OVERLAP: Final = 0.05
_NOTICED_KM2: Final = 0.01


def areas_km2(polygons: gpd.GeoSeries) -> NDArray[np.float64]:
    """Return the areas in square kilometres, whatever the CRS."""
    return np.asarray(polygons.to_crs(EQUAL_AREA).area / 1e6)


def mend(polygons: gpd.GeoSeries, names: list[str], *, problems: Gather, notes: Gather) -> gpd.GeoSeries:
    """Return the polygons valid and without overlaps.

    Parameters
    ----------
    polygons : GeoSeries
        One (multi)polygon a feature, any CRS; the index counts the file's features from 0.
    names : list of str
        What messages call each of them.
    problems, notes : Gather
        Take what cannot be mended (an overlap of more than 5 % of the smaller polygon; no area at all) and what was
        (a broken ring, a smaller overlap) or only measured (an enclosed gap), in square kilometres.
    """
    polygons = _valid(polygons, names, problems=problems, notes=notes)
    shapes = polygons.to_numpy()
    if not shapely.coverage_is_valid(shapes):
        _report_overlaps(polygons, names, problems=problems, notes=notes)
        tiled = shapely.coverage_clean(shapes, merge_strategy="min_area")  # type: ignore[attr-defined] # stubs of 2.1
        polygons = gpd.GeoSeries(tiled, index=polygons.index, crs=polygons.crs)
    _report_gaps(polygons, notes)
    return polygons


def _valid(polygons: gpd.GeoSeries, names: list[str], *, problems: Gather, notes: Gather) -> gpd.GeoSeries:
    shapes = polygons.to_numpy()
    broken = ~shapely.is_valid(shapes)
    mended = shapes.copy()
    mended[broken] = [
        shapely.MultiPolygon([part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"])
        for shape in shapely.make_valid(shapes[broken], method="structure", keep_collapsed=False)
    ]
    for at in np.flatnonzero(broken):
        reason = shapely.is_valid_reason(shapes[at])
        notes.add(
            polygons.index[at] + 1, f"{names[at]} has a broken ring:", reason, "it was mended", code="invalid-polygon"
        )
    for at in np.flatnonzero(shapely.area(mended) == 0):
        problems.add(polygons.index[at] + 1, "has no area", names[at], "give it its polygon", code="empty-polygon")
    return gpd.GeoSeries(mended, index=polygons.index, crs=polygons.crs)


def _report_overlaps(polygons: gpd.GeoSeries, names: list[str], *, problems: Gather, notes: Gather) -> None:
    shapes = polygons.to_numpy()
    first, second = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    first, second = first[first < second], second[first < second]
    shared = gpd.GeoSeries(shapely.intersection(shapes[first], shapes[second]), crs=polygons.crs)
    overlaps, areas = areas_km2(shared), areas_km2(polygons)
    cut = []
    for one, other, overlap in zip(first, second, overlaps, strict=True):
        if overlap > TOLERATED_OVERLAP * min(areas[one], areas[other]):
            what = f"{names[one]} and {names[other]} overlap by"
            remedy = "draw the border once: no place is in two regions"
            problems.add(polygons.index[one] + 1, what, f"{overlap:,.2f} km2", remedy, code="overlap")
        elif overlap > _NOTICED_KM2:
            cut.append((overlap, f"{names[one]} and {names[other]}"))
    if cut:
        largest, pair = max(cut)
        value = (
            f"{len(cut)}, together {sum(overlap for overlap, _ in cut):,.2f} km2, the largest {pair} {largest:,.2f} km2"
        )
        notes.add(None, "has overlaps:", value, "they were cut out of the larger region of each pair", code="overlap")


def _report_gaps(polygons: gpd.GeoSeries, notes: Gather) -> None:
    """Note the holes that the regions together enclose: slivers between neighbours, or lakes left out."""
    union = shapely.coverage_union_all(polygons.to_numpy())
    holes = [shapely.Polygon(ring) for part in shapely.get_parts(union) for ring in part.interiors]
    gaps = shapely.get_parts(shapely.difference(shapely.union_all(holes), union))  # regions may lie in a hole
    if not len(gaps):
        return
    areas = areas_km2(gpd.GeoSeries(gaps, crs=polygons.crs))
    if (areas > _NOTICED_KM2).any():
        large = areas[areas > _NOTICED_KM2]
        value = f"{len(large)}, together {large.sum():,.2f} km2, the largest {large.max():,.2f} km2"
        notes.add(None, "leaves gaps between regions:", value, "they were left as they are", code="gap")
