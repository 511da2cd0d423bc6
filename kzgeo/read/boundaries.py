"""A user's boundaries, of any format and CRS -> one valid polygon a region, keyed as the tables are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from kzgeo.errors import InputError, Problem
from kzgeo.read.coverage import mend
from kzgeo.read.gather import Gather, gathering
from kzgeo.read.keys import Keys, find_keys
from kzgeo.read.vectors import open_polygons
from kzgeo.regions import LANGUAGES, registry

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path

    from pyproj import CRS

__all__ = ["Boundaries", "read_boundaries"]

_WGS84 = "EPSG:4326"
_KAZAKHSTAN = (44.0, 38.0, 90.0, 58.0)  # with room for coarse outlines and the sea
_STRAY_DEGREES = 1.5  # a centre may lie outside a coarse outline, but not by more


@dataclass(frozen=True, eq=False)
class Boundaries:
    """Outlines of regions.

    Attributes
    ----------
    regions : GeoDataFrame
        Index ``code``, ordered; ``name_ru, name_kk, name_en`` and valid polygons without overlaps, EPSG:4326.
    notes : tuple of Problem
        What was mended or measured and needs no action.
    vintage : datetime.date or None
        First day of the set of outlines that these are; None where the registry does not know them.
    key : str
        The column that the keys were read from.
    """

    regions: gpd.GeoDataFrame
    notes: tuple[Problem, ...] = ()
    vintage: dt.date | None = None
    key: str = ""


def read_boundaries(
    path: str | Path,
    *,
    key: str | None = None,
    name: str | None = None,
    problems: list[Problem] | None = None,
) -> Boundaries:
    """Read boundaries, find their key, bring them to EPSG:4326 and mend what can be mended.

    Parameters
    ----------
    path : str or Path
        See :func:`kzgeo.read.vectors.open_polygons`.
    key : str, optional
        Column of the keys. Default: the column whose values the registry of Kazakhstan's regions knows best, as
        codes or as names in any language; where it knows none, the first column that tells all features apart.
    name : str, optional
        Column of names to show for regions that the registry does not know. Default: a column called name.
    problems : list of Problem, optional
        Takes the problems; an empty result is returned where nothing could be read. Without it they are raised.

    Raises
    ------
    InputError
        With all problems, if there are any and ``problems`` is None.
    """
    notes = Gather(str(path))
    with gathering(path, problems) as gather:
        frame, opened = open_polygons(path)
        notes.problems.extend(opened)
        frame = _in_degrees(_with_area(frame, gather), gather)
        keys = find_keys(frame, key, gather)
        regions = _regions(frame, keys, name, gather, notes)
        _check_place(regions, keys.vintage, gather)
        return Boundaries(regions, tuple(notes.problems), keys.vintage, keys.column)
    return Boundaries(gpd.GeoDataFrame({"geometry": []}, crs=_WGS84).rename_axis("code"))


def _with_area(frame: gpd.GeoDataFrame, gather: Gather) -> gpd.GeoDataFrame:
    kinds = frame.geometry.geom_type
    flat = kinds.isin(["Polygon", "MultiPolygon"]) & ~frame.geometry.is_empty
    for at, kind in kinds[~flat].items():
        what = "is no polygon but" if kind else "has no geometry"
        gather.add(int(str(at)) + 1, what, kind, "give every region its polygon", code="not-a-polygon")
    if not flat.any():
        raise InputError([])
    return frame[flat]


def _in_degrees(frame: gpd.GeoDataFrame, gather: Gather) -> gpd.GeoDataFrame:
    """Bring the features to EPSG:4326, or say that their coordinates cannot be what the file declares."""
    west, south, east, north = frame.total_bounds
    like_degrees = west >= -180.001 and east <= 180.001 and south >= -90.001 and north <= 90.001
    corner = f"{west:.6g}, {south:.6g}"
    if frame.crs is None:
        guess = "EPSG:4326" if like_degrees else "EPSG:32642"
        remedy = f"restore its .prj, or say which system it is, e.g. ogr2ogr -a_srs {guess} NEW.gpkg FILE"
        gather.add(None, "has no coordinate reference system; its corner is", corner, remedy, code="no-crs")
        raise InputError([])
    if frame.crs.is_geographic != like_degrees:
        unit = "degrees" if frame.crs.is_geographic else "metres"
        remedy = f"it declares {_called(frame.crs)}, whose unit is {unit}: declare the system they are really in"
        gather.add(None, "has a wrong coordinate reference system; its corner is", corner, remedy, code="wrong-crs")
        raise InputError([])
    return frame.to_crs(_WGS84)


def _called(crs: CRS) -> str:
    return ":".join(crs.to_authority() or (crs.name,))


def _regions(frame: gpd.GeoDataFrame, keys: Keys, name: str | None, gather: Gather, notes: Gather) -> gpd.GeoDataFrame:
    known = frame.loc[[code is not None for code in keys.codes]]
    codes = [code for code in keys.codes if code is not None]
    polygons = mend(known.geometry, codes, problems=gather, notes=notes)
    parts = gpd.GeoSeries(polygons.to_numpy(), index=pd.Index(codes, name="code"), crs=_WGS84)
    for code, count in parts.index.value_counts().items():
        if count > 1:
            notes.add(
                None, "draws one region as several features:", f"{code} ({count})", "they were united", code="parts"
            )
    united = parts.groupby(level="code", sort=True).agg(lambda shapes: shapely.union_all(shapes.to_numpy()))
    regions = gpd.GeoDataFrame(geometry=gpd.GeoSeries(united, crs=_WGS84))
    names = known.set_axis(pd.Index(codes, name="code")).groupby(level="code").first()
    for language in LANGUAGES:
        regions.insert(len(regions.columns) - 1, f"name_{language}", _names(names, keys, name, language))
    return regions


def _names(features: pd.DataFrame, keys: Keys, name: str | None, language: str) -> list[str]:
    if keys.vintage is not None:
        return [registry().get(str(code), keys.vintage).names[language] for code in features.index]
    columns = [name] if name else [f"name_{language}", "name", "name_en", f"adm1_{language}", f"adm2_{language}"]
    headers = {str(column).lower(): column for column in features.columns}
    for column in columns:
        if column.lower() in headers:
            return [str(cell) for cell in features[headers[column.lower()]]]
    return [str(code) for code in features.index]


def _check_place(regions: gpd.GeoDataFrame, vintage: dt.date | None, gather: Gather) -> None:
    """Refuse outlines that lie far from their own centres: axes swapped, another zone declared, keys mixed up."""
    if vintage is None or regions.empty:
        return
    known = [registry().get(str(code), vintage) for code in regions.index]
    centres = gpd.points_from_xy(*np.transpose([region.centre for region in known]))
    distances = shapely.distance(regions.geometry.to_numpy(), np.asarray(centres))
    west, south, east, north = regions.total_bounds
    if not shapely.box(*_KAZAKHSTAN).contains(shapely.box(west, south, east, north)):
        box = f"{west:.1f} to {east:.1f} E, {south:.1f} to {north:.1f} N"
        remedy = "declare the system they are really in: axes may be swapped, or another zone named"
        gather.add(None, "does not lie in Kazakhstan but at", box, remedy, code="wrong-crs")
        return
    for region, distance in zip(known, distances, strict=True):
        if distance > _STRAY_DEGREES:
            what = f"draws {region.names['en']} ({region.code}) {distance:.1f} degrees away from its centre"
            remedy = "put the keys right: it is another region's outline"
            gather.add(None, what, region.centre_names["en"], remedy, code="misplaced")
