"""Opening a file of polygons, whatever its format and its usual damages, without writing beside it."""

from __future__ import annotations

import shutil
import tempfile
import zipfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pyogrio
from pyogrio.errors import DataLayerError, DataSourceError

from kzgeo.errors import InputError, Problem
from kzgeo.read.grid import decode

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["open_polygons"]

_ASK = "give a GeoPackage, GeoJSON, Shapefile, FlatGeobuf, TopoJSON or GeoParquet file of polygons"
_INSIDE_ZIP = (".shp", ".gpkg", ".geojson", ".json", ".fgb", ".topojson", ".parquet")


def open_polygons(path: str | Path) -> tuple[gpd.GeoDataFrame, list[Problem]]:
    """Read the first layer that holds polygons.

    Parameters
    ----------
    path : str or Path
        GeoPackage, GeoJSON, Shapefile (also without its .shx, with a wrong .cpg, or zipped), FlatGeobuf, TopoJSON,
        GeoParquet, or anything else that GDAL reads.

    Returns
    -------
    GeoDataFrame
        As it stands in the file, in the file's CRS; row 0 is feature 1.
    list of Problem
        What was put right on the way.

    Raises
    ------
    InputError
        If the file is absent, unreadable, or holds no polygons.
    """
    file, place = str(path), Path(path)
    if not place.exists():
        raise _unreadable(file, "no such file", "name an existing file")
    notes: list[Problem] = []
    try:
        with _unpacked(place) as inner:
            if inner.suffix.lower() == ".shp":
                frame = _shapefile(inner, file, notes)
            elif inner.suffix.lower() in {".parquet", ".geoparquet", ".pq"}:
                frame = gpd.read_parquet(inner)
            else:
                frame = pyogrio.read_dataframe(inner, layer=_polygon_layer(inner), force_2d=True)
    except ImportError as error:
        raise _unreadable(file, "pyarrow is not installed", "pip install pyarrow, or save as .gpkg") from error
    except (DataSourceError, DataLayerError, OSError, ValueError, IndexError, zipfile.BadZipFile) as error:
        # pyogrio answers some damaged files with an index that is out of bounds
        raise _unreadable(file, str(error).split(";")[0], _ASK) from error
    if not isinstance(frame, gpd.GeoDataFrame) or frame.empty:
        raise _unreadable(file, "no features with a geometry", _ASK)
    if frame.crs is None and place.suffix.lower() in {".topojson", ".json"}:
        frame = frame.set_crs("EPSG:4326")  # TopoJSON cannot say; its tools write degrees
    if frame.geometry.name != "geometry":
        frame = frame.rename_geometry("geometry")
    return frame.reset_index(drop=True), notes


@contextmanager
def _unpacked(path: Path) -> Iterator[Path]:
    """Yield the file to read: inside a zip, or a copy where reading would write beside the user's file."""
    zipped = path.suffix.lower() == ".zip"
    lost_index = path.suffix.lower() == ".shp" and not any(map(Path.exists, _sisters(path, ".shx")))
    if not zipped and not lost_index:
        yield path
        return
    with tempfile.TemporaryDirectory() as scratch:
        if lost_index:
            for sister in path.parent.glob(f"{path.stem}.*"):
                shutil.copy(sister, scratch)
            yield Path(scratch) / path.name
            return
        with zipfile.ZipFile(path) as archive:
            archive.extractall(scratch)
        inside = [file for ending in _INSIDE_ZIP for file in sorted(Path(scratch).rglob(f"*{ending}"))]
        if not inside:
            raise ValueError("the zip holds no file of polygons")
        yield inside[0]


def _sisters(path: Path, suffix: str) -> tuple[Path, Path]:
    return path.with_suffix(suffix), path.with_suffix(suffix.upper())


def _polygon_layer(path: Path) -> str | None:
    layers = pyogrio.list_layers(path)
    for name, kind in layers:
        if kind and "Polygon" in kind:
            return str(name)
    return str(layers[0][0]) if len(layers) else None


def _shapefile(path: Path, file: str, notes: list[Problem]) -> gpd.GeoDataFrame:
    if not any(map(Path.exists, _sisters(path, ".shx"))):
        pyogrio.set_gdal_config_options({"SHAPE_RESTORE_SHX": "YES"})
        notes.append(Problem(file, None, "has lost its index", ".shx", "it was rebuilt from the .shp", "lost-shx"))
    try:  # Latin-1 keeps every byte, so that the letters can be told from the bytes themselves
        frame = pyogrio.read_dataframe(path, encoding="ISO-8859-1", force_2d=True)
    finally:
        pyogrio.set_gdal_config_options({"SHAPE_RESTORE_SHX": None})
    declared = next((cpg.read_text("ascii", "replace").strip() for cpg in _sisters(path, ".cpg") if cpg.exists()), "")
    texts = frame.select_dtypes(include=["object", "string"]).drop(columns="geometry", errors="ignore").columns
    raw = "\n".join(text for column in texts for text in frame[column].dropna().astype(str)).encode("latin-1")
    encoding = _encoding(raw, declared)
    if declared and raw.decode(encoding, "replace") != _decoded(raw, declared):
        what = "has a .cpg that names another encoding than its letters are in:"
        notes.append(Problem(file, None, what, declared, f"they were read as {encoding}", "wrong-cpg"))
    for column in texts:
        frame[column] = frame[column].map(lambda text: _recoded(text, encoding))
    return frame


def _recoded(text: Any, encoding: str) -> Any:
    return text.encode("latin-1").decode(encoding, "replace").rstrip("\ufffd") if isinstance(text, str) else text


def _encoding(raw: bytes, declared: str) -> str:
    """Return the encoding of a .dbf's letters: UTF-8 and Cyrillic ones prove themselves, others are declared."""
    text = decode(raw)
    for encoding in ("utf-8", "cp1251", "kz1048", "cp866"):
        if text is not None and _decoded(raw, encoding) == text:
            return encoding
    if _decoded(raw, "utf-8").count("\ufffd") <= raw.count(b"\n") + 1:  # cut off at the field's width
        return "utf-8"
    return declared if _known(declared) else "latin-1"


def _decoded(raw: bytes, encoding: str) -> str:
    return raw.decode(encoding, "replace") if _known(encoding) else ""


def _known(encoding: str) -> bool:
    try:
        return bool(encoding) and b"".decode(encoding) == ""
    except LookupError:
        return False


def _unreadable(file: str, value: str, remedy: str) -> InputError:
    return InputError([Problem(file, None, "cannot be read as boundaries:", value, remedy, "unreadable")])
