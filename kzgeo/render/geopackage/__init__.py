"""The GIS specialist's file: a GeoPackage that opens styled in QGIS, its columns described, its figures traceable."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pandas as pd
import pyogrio

from kzgeo.errors import InputError, Problem
from kzgeo.render.files import whole
from kzgeo.render.geopackage import layers, sql
from kzgeo.render.geopackage.project import Layer, project
from kzgeo.render.geopackage.style import flow_style, node_style, region_styles

if TYPE_CHECKING:
    import geopandas as gpd

    from kzgeo.atlas import Atlas

__all__ = ["FORMATS", "export", "write_geopackage"]

FORMATS: Final = (".gpkg", ".parquet", ".fgb", ".geojson")
PROJECT: Final = "kzgeo"


def export(atlas: Atlas, path: str | Path) -> None:
    """Write the joined atlas in the format that the file's ending names.

    Parameters
    ----------
    atlas : Atlas
    path : str or Path
        ``.gpkg`` holds everything (:func:`write_geopackage`); ``.parquet`` (GeoParquet), ``.fgb`` (FlatGeobuf) and
        ``.geojson`` hold the regions with their measures, in EPSG:4326.

    Raises
    ------
    InputError
        If the ending is another one, or GeoParquet is asked for without pyarrow.
    """
    path = Path(path)
    ending = path.suffix.lower()
    if ending not in FORMATS:
        remedy = f"let its name end in {', '.join(FORMATS[:-1])} or {FORMATS[-1]}"
        raise InputError([Problem(str(path), None, "no such format to write", path.suffix, remedy, "format")])
    if ending == ".parquet" and find_spec("pyarrow") is None:
        remedy = "pip install pyarrow, or write .gpkg, .fgb or .geojson"
        raise InputError([Problem(str(path), None, "GeoParquet needs pyarrow", "", remedy, "format")])
    if ending == ".gpkg":
        write_geopackage(atlas, path)
        return
    regions = layers.regions(atlas)
    with whole(path) as aside:
        if ending == ".parquet":
            regions.to_parquet(aside, index=False)
        else:
            pyogrio.write_dataframe(regions, aside)


def write_geopackage(atlas: Atlas, path: str | Path) -> None:
    """Write the atlas as one GeoPackage.

    Layers ``regions``, ``flows``, ``nodes`` (EPSG:4326, of the newest complete year), tables ``migration``, ``od``,
    ``population`` (all years, each figure with status and source), ``sources`` and ``about``; every column described
    by the schema extension; styles in ``layer_styles`` and a project in ``qgis_projects`` for QGIS. The same atlas
    makes the same bytes: dates in the file are the newest publication's, not the clock's.

    Parameters
    ----------
    atlas : Atlas
    path : str or Path
    """
    path = Path(path)
    regions, nodes = layers.regions(atlas), layers.nodes(atlas)
    flows = layers.flows(atlas, nodes)
    tables = layers.tables(atlas)
    styles = {"regions": region_styles(regions), "flows": [flow_style(flows)], "nodes": [node_style()]}
    moment = _moment(atlas)
    contents = [
        Layer("nodes", "Point", styles["nodes"][0]),
        Layer("flows", "Line", styles["flows"][0]),
        Layer("regions", "Polygon", styles["regions"][0]),
        *(Layer(name) for name in tables),
    ]
    title = f"kzgeo: migration, {atlas.newest()}"
    with whole(path) as aside:
        _write_layers(aside, regions=regions, flows=flows, nodes=nodes)
        with closing(sqlite3.connect(aside)) as base:
            for name, frame in tables.items():
                sql.add_table(base, name, frame)
            sql.add_descriptions(base, _descriptions(atlas))
            sql.add_styles(base, styles, moment)
            sql.add_project(base, PROJECT, project(contents, regions, file=path.name, title=title), moment)
            sql.settle(base, moment)


def _write_layers(path: Path, *, regions: gpd.GeoDataFrame, flows: gpd.GeoDataFrame, nodes: gpd.GeoDataFrame) -> None:
    kinds = {"regions": (regions, "MultiPolygon"), "flows": (flows, "LineString"), "nodes": (nodes, "Point")}
    for name, (frame, kind) in kinds.items():
        pyogrio.write_dataframe(
            frame,
            path,
            driver="GPKG",
            layer=name,
            geometry_type=kind,
            promote_to_multi=kind.startswith("Multi"),
            append=path.exists(),
            dataset_options={"VERSION": "1.3"},  # QGIS of 2022 warns of newer ones
        )


def _descriptions(atlas: Atlas) -> dict[str, str]:
    year = atlas.newest()
    outlines = "; ".join(atlas.credits.get("en", ()))
    return {
        "regions": f"Regions with the measures of migration in {year}. {outlines}".strip(),
        "flows": "Moves between regions in the newest year that has an origin-destination matrix, a line each way",
        "nodes": "Administrative centres, where the flows begin and end",
        "migration": "Arrivals, departures and net migration by region, year and flow, with status and source",
        "od": "Origin-destination matrices of all years, with status, source and the bounds of estimates",
        "population": "Population on 1 January, with the outlines that it was counted on",
        "sources": "Sources that the figures name",
        "about": "Year, outlines, credits and a hash of the data",
    }


def _moment(atlas: Atlas) -> str:
    """Return the day of the newest publication among the sources, as GeoPackage writes a moment."""
    published = atlas.sources.get("published", default=pd.Series(dtype="str"))
    days = [str(day) for day in published if len(str(day)) == len("2025-03-12")]
    return f"{max(days, default='1970-01-01')}T00:00:00.000Z"
