"""The map's surroundings from Natural Earth: seas, lakes and the neighbours' borders.

Used by build.py. All work is done in metres, in the Albers projection that the maps use.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

ALBERS = "+proj=aea +lat_1=43 +lat_2=53 +lat_0=48 +lon_0=67 +ellps=WGS84 +units=m"
# How far the surroundings reach beyond Kazakhstan: a third of its width, so that no page shows their end.
MARGIN = 1_400e3
# Degrees that hold the whole window with room to spare: what is read before it is projected.
READ = (10.0, 20.0, 130.0, 80.0)
# Vertices that move a line by less than this are dropped: 0.03 mm on a page 160 mm wide.
TOLERANCE = 600
# Smaller lakes are 0.7 mm across on a page 160 mm wide.
LAKE = 200e6
# Natural Earth and the region outlines draw the coast up to this far apart.
COAST = 5e3
# Islands that the outlines lack, between the coast and this distance, are Kazakhstan's (the Seal Islands):
# as land they would be shown as a neighbour's, so the sea covers them. The next foreign one is 79 km away.
ISLES = 50e3
# Natural Earth draws Kazakhstan's own border up to 16 km from the outlines.
BORDER = 20e3
DECIMALS = 5


def build(shapefiles: Path, regions: gpd.GeoSeries, names: Path) -> gpd.GeoDataFrame:
    """Return seas, lakes and borders around the regions.

    Parameters
    ----------
    shapefiles : pathlib.Path
        Folder of Natural Earth's 1:10m shapefiles (geometry only: this copy has no attributes).
    regions : geopandas.GeoSeries
        The detailed outlines of the 20 regions.
    names : pathlib.Path
        Table of waters: a point inside each (EPSG:4326) and its names.

    Returns
    -------
    geopandas.GeoDataFrame
        Columns ``kind`` (``sea``, ``lake``, ``border``), ``name``, ``name_ru``, ``name_kk``; EPSG:4326.
        Seas reach under the regions, to be drawn before them; lakes are to be drawn after them.
    """
    country = regions.to_crs(ALBERS).union_all()
    window = shapely.box(*shapely.box(*country.bounds).buffer(MARGIN).bounds)
    layers = {
        "sea": seas(read(shapefiles / "ne_10m_ocean.shp", window), country),
        "lake": lakes(read(shapefiles / "ne_10m_lakes.shp", window)),
        "border": borders(read(shapefiles / "ne_10m_admin_0_boundary_lines_land.shp", window), country),
    }
    kinds = np.repeat(list(layers), [len(layer) for layer in layers.values()])
    geometry = gpd.GeoSeries(np.concatenate(list(layers.values())), crs=ALBERS).to_crs(4326)
    rounded = shapely.set_precision(geometry.values, 10.0**-DECIMALS)
    frame = gpd.GeoDataFrame({"kind": kinds}, geometry=shapely.normalize(rounded), crs=4326)
    # a border of a few metres rounds to nothing
    frame = frame[~frame.is_empty].reset_index(drop=True)
    return christen(frame, pd.read_csv(names, encoding="utf-8"))


def read(path: Path, window: shapely.Polygon) -> NDArray[np.object_]:
    """Return what a shapefile holds inside ``window``, valid and in its projection."""
    geometry = shapely.make_valid(gpd.read_file(path).geometry.values)
    near = gpd.GeoSeries(shapely.clip_by_rect(geometry, *READ), crs=4326).to_crs(ALBERS)
    clipped = shapely.intersection(shapely.make_valid(near[~near.is_empty].values), window)
    return clipped[~shapely.is_empty(clipped)]


def seas(ocean: NDArray[np.object_], country: shapely.MultiPolygon) -> NDArray[np.object_]:
    """Return the seas, their coast on Kazakhstan's side moved under the regions.

    What lies between the two coasts is filled, and a strip under the regions as well, so that
    neither the detailed nor the light outlines leave land between themselves and the sea.
    """
    water = shapely.union_all(ocean)
    both = shapely.union(water, country).buffer(COAST / 2).buffer(-COAST / 2)
    coast = country.buffer(COAST).intersection(water.buffer(COAST))
    between = both.difference(water).intersection(coast)
    gaps = [hole for hole in holes(shapely.union(water, country)) if hole.distance(country) < ISLES]
    wide = shapely.union_all([water, between, *gaps])
    under = country.intersection(wide.buffer(COAST))
    return shapely.get_parts(shapely.union(wide, under).simplify(TOLERANCE))


def holes(shape: shapely.Geometry) -> list[shapely.Polygon]:
    """Return the holes of a polygon or multipolygon."""
    return [shapely.Polygon(ring) for part in shapely.get_parts(shape) for ring in part.interiors]


def lakes(water: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return the lakes that are large enough to be seen."""
    parts = shapely.get_parts(water)
    return shapely.simplify(parts[shapely.area(parts) >= LAKE], TOLERANCE)


def borders(lines: NDArray[np.object_], country: shapely.MultiPolygon) -> NDArray[np.object_]:
    """Return the neighbours' borders with each other, led up to Kazakhstan's edge.

    Kazakhstan's own borders are left out (the map draws its edge from the regions): Natural Earth has
    one line for each pair of neighbours, and these lie wholly near the edge, and one around Baikonur.
    """
    edge = country.boundary
    own = shapely.within(lines, edge.buffer(BORDER)) | shapely.within(lines, country)
    others = shapely.line_merge(shapely.union_all(lines[~own]))
    parts = shapely.simplify(shapely.get_parts(others), TOLERANCE)
    ends = [end for part in parts for end in part.boundary.geoms]
    meet = shapely.union_all(lines[own]).buffer(1)
    links = [shapely.shortest_line(end, edge) for end in ends if end.intersects(meet)]
    return shapely.get_parts(shapely.line_merge(shapely.union_all([*parts, *links])))


def christen(frame: gpd.GeoDataFrame, names: pd.DataFrame) -> gpd.GeoDataFrame:
    """Add the names of the waters whose polygon holds the point in ``names``; others get an empty name."""
    points = gpd.GeoSeries(gpd.points_from_xy(names["lon"], names["lat"]), crs=4326)
    columns = ["name", "name_ru", "name_kk"]
    frame[columns] = ""
    for point, row in zip(points, names[columns].to_numpy(), strict=True):
        (place,) = np.flatnonzero((frame["kind"] != "border") & frame.contains(point))
        frame.loc[frame.index[place], columns] = row
    return frame[["kind", *columns, "geometry"]]
