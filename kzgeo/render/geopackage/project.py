"""A QGIS project to be kept inside the GeoPackage: its layers, styled, in an equal-area projection."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pyproj

from kzgeo.scene.frame import projection

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd

    from kzgeo.render.geopackage.style import Style

__all__ = ["Layer", "project"]

_KINDS = {"Polygon": "Polygon", "Line": "Line", "Point": "Point", "": "No geometry"}


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer of the project: its table, ``Polygon``, ``Line``, ``Point`` or nothing, and its style."""

    table: str
    geometry: str = ""
    style: Style | None = None
    shown: bool = True

    @property
    def id(self) -> str:
        """The layer's key in the project; QGIS throws away ids of ten letters or fewer."""
        return f"kzgeo_layer_{self.table}"


def project(layers: Sequence[Layer], regions: gpd.GeoDataFrame, *, file: str, title: str) -> bytes:
    """Return the project as the hexadecimal digits of a zipped ``.qgs``, as QGIS keeps it in a GeoPackage.

    Parameters
    ----------
    layers : sequence of Layer
        From the top of the map to its bottom.
    regions : GeoDataFrame
        In EPSG:4326; they set the projection and the extent.
    file : str
        The GeoPackage's name, without folder: the project finds its layers beside itself.
    title : str
    """
    crs = pyproj.CRS.from_user_input(projection(regions.geometry))
    root = ET.Element("qgis", version="3.22.0", projectname=title)
    ET.SubElement(root, "title").text = title
    _system(ET.SubElement(root, "projectCrs"), crs)
    switches = ET.SubElement(ET.SubElement(root, "properties"), "SpatialRefSys")
    ET.SubElement(switches, "ProjectionsEnabled", type="int").text = "1"  # or QGIS passes over projectCrs
    tree = ET.SubElement(root, "layer-tree-group")
    _canvas(root, regions, crs)
    entries = ET.SubElement(root, "projectlayers")
    order = ET.SubElement(root, "layerorder")
    for layer in layers:
        ticked = "Qt::Checked" if layer.shown else "Qt::Unchecked"
        ET.SubElement(tree, "layer-tree-layer", id=layer.id, name=layer.table, checked=ticked,
                      expanded="1" if layer.geometry else "0")  # fmt: skip
        ET.SubElement(order, "layer", id=layer.id)
        entries.append(_entry(layer, file))
    ET.indent(root, " ")
    document = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n" + ET.tostring(root, "unicode")
    return _zipped(document).hex().encode()


def _entry(layer: Layer, file: str) -> ET.Element:
    entry = ET.Element("maplayer", type="vector", geometry=_KINDS[layer.geometry], labelsEnabled="1")
    ET.SubElement(entry, "id").text = layer.id
    ET.SubElement(entry, "datasource").text = f"./{file}|layername={layer.table}"
    ET.SubElement(entry, "layername").text = layer.table
    ET.SubElement(entry, "provider", encoding="UTF-8").text = "ogr"
    if layer.geometry:
        _system(ET.SubElement(entry, "srs"), pyproj.CRS.from_epsg(4326))
    if layer.style:
        entry.extend(layer.style.elements)
    return entry


def _system(parent: ET.Element, crs: pyproj.CRS) -> None:
    system = ET.SubElement(parent, "spatialrefsys", nativeFormat="Wkt")
    ET.SubElement(system, "wkt").text = crs.to_wkt()
    if (known := crs.to_authority()) is not None:
        ET.SubElement(system, "authid").text = ":".join(known)


def _canvas(root: ET.Element, regions: gpd.GeoDataFrame, crs: pyproj.CRS) -> None:
    to_map = pyproj.Transformer.from_crs(4326, crs, always_xy=True)
    west, south, east, north = to_map.transform_bounds(*regions.total_bounds)
    canvas = ET.SubElement(root, "mapcanvas", name="theMapCanvas")
    ET.SubElement(canvas, "units").text = "meters"
    extent = ET.SubElement(canvas, "extent")
    for name, value in {"xmin": west, "ymin": south, "xmax": east, "ymax": north}.items():
        ET.SubElement(extent, name).text = f"{value:.0f}"
    _system(ET.SubElement(canvas, "destinationsrs"), crs)


def _zipped(document: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("kzgeo.qgs"), document, zipfile.ZIP_DEFLATED)  # dated 1980: no clock
    return stream.getvalue()
