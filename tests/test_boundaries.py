"""The built-in outlines: what a map, a page or a GIS relies on."""

from __future__ import annotations

import hashlib
import tomllib
from functools import cache

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from kzgeo.resources import folder

HERE = folder("boundaries")
ALBERS = "+proj=aea +lat_1=43 +lat_2=53 +lat_0=48 +lon_0=67 +ellps=WGS84 +units=m"
CITY_AND_OBLAST = {"KZ-71": "KZ-11", "KZ-75": "KZ-19", "KZ-79": "KZ-61"}
versions = pytest.mark.parametrize("version", ["regions", "regions-light"])


@cache
def read(name: str) -> gpd.GeoDataFrame:
    return gpd.read_file(HERE / f"{name}.fgb")


@cache
def flat(name: str) -> gpd.GeoSeries:
    """Return a version's polygons by code, in metres, equal-area."""
    return read(name).set_index("code").geometry.to_crs(ALBERS)


@cache
def context(kind: str) -> gpd.GeoDataFrame:
    frame = read("context").to_crs(ALBERS)
    return frame[frame["kind"] == kind].set_index("name")


def neighbours(polygons: gpd.GeoSeries) -> set[tuple[str, str]]:
    """Return the pairs that share a line, not merely a point."""
    left, right = polygons.sindex.query(polygons, predicate="intersects")
    codes = polygons.index
    return {
        (codes[i], codes[j])
        for i, j in zip(left, right, strict=True)
        if i < j and polygons.iloc[i].intersection(polygons.iloc[j]).length > 0
    }


@cache
def registry() -> pd.DataFrame:
    regions = pd.read_csv(folder("data") / "regions.csv")
    return regions[regions["valid_to"].isna()].set_index("code")


@versions
def test_rows_are_the_twenty_regions_of_today(version: str) -> None:
    frame = read(version)
    names = ["name_en", "name_ru", "name_kk"]
    assert frame.crs == "EPSG:4326"
    assert list(frame["code"]) == sorted(registry().index)
    assert frame.set_index("code")[names].equals(registry().loc[frame["code"], names])


@versions
def test_polygons_are_a_coverage(version: str) -> None:
    polygons = read(version).geometry
    assert polygons.is_valid.all()
    assert not polygons.has_z.any()
    assert shapely.coverage_is_valid(polygons.to_numpy())


@versions
def test_neighbours_leave_neither_gap_nor_overlap(version: str) -> None:
    polygons = flat(version)
    country = polygons.union_all()
    assert not [ring for part in country.geoms for ring in part.interiors]
    assert polygons.area.sum() == pytest.approx(country.area, rel=1e-12)


@versions
def test_areas_are_the_official_ones_within_two_percent(version: str) -> None:
    official = pd.read_csv(HERE / "keys.csv").set_index("code")["official_area"].dropna()
    area = flat(version).area / 1e9
    assert len(official) == 17
    assert (area[official.index] / official - 1).abs().max() < 0.02
    assert area.sum() == pytest.approx(2_724.9, rel=0.001)


@versions
def test_every_centre_lies_in_its_region(version: str) -> None:
    regions = registry()
    centres = gpd.points_from_xy(regions["centre_lon"], regions["centre_lat"])
    polygons = read(version).set_index("code").geometry.loc[regions.index]
    assert polygons.contains(gpd.GeoSeries(centres, index=regions.index, crs=4326)).all()


@versions
def test_cities_are_cut_out_of_their_oblast_alone(version: str) -> None:
    pairs = neighbours(flat(version))
    for city, oblast in CITY_AND_OBLAST.items():
        assert {pair for pair in pairs if city in pair} == {(oblast, city)}


def test_light_has_the_same_neighbours() -> None:
    assert neighbours(flat("regions-light")) == neighbours(flat("regions"))


def test_light_is_light() -> None:
    assert 3_000 <= shapely.get_num_coordinates(read("regions-light").geometry.to_numpy()).sum() <= 5_000


@pytest.mark.parametrize("city", CITY_AND_OBLAST)
def test_cities_keep_their_shape_in_light(city: str) -> None:
    detailed, light = flat("regions")[city], flat("regions-light")[city]
    assert light.area == pytest.approx(detailed.area, rel=0.02)
    assert len(light.geoms) == len(detailed.geoms)
    assert detailed.symmetric_difference(light).area < 0.02 * detailed.area


@pytest.mark.parametrize(("name", "kilobytes"), [("regions", 1_400), ("regions-light", 100), ("context", 450)])
def test_files_stay_small(name: str, kilobytes: int) -> None:
    assert (HERE / f"{name}.fgb").stat().st_size < kilobytes * 1_000


def test_context_reaches_beyond_any_page() -> None:
    left, bottom, right, top = flat("regions").total_bounds
    around = read("context").to_crs(ALBERS).total_bounds
    margin = (right - left) / 4
    assert around[0] < left - margin
    assert around[1] < bottom - margin
    assert around[2] > right + margin
    assert around[3] > top + margin


def test_context_is_valid_and_has_all_kinds() -> None:
    frame = read("context")
    assert set(frame["kind"]) == {"sea", "lake", "border"}
    assert frame.geometry.is_valid.all()
    assert set(frame.loc[frame["kind"] != "border"].geom_type) == {"Polygon"}
    assert set(frame.loc[frame["kind"] == "border"].geom_type) == {"LineString"}


def test_named_waters_have_all_three_languages() -> None:
    frame = read("context")
    named = frame[frame["name"] != ""]
    assert named["name"].is_unique
    assert set(named["name"]) == set(pd.read_csv(HERE / "waters.csv")["name"])
    assert (named[["name_ru", "name_kk"]] != "").all(axis=None)


@pytest.mark.parametrize(
    ("lake", "codes"),
    [
        ("Lake Balkhash", {"KZ-19", "KZ-31", "KZ-33", "KZ-35"}),
        ("North Aral Sea", {"KZ-43"}),
        ("Lake Tengiz", {"KZ-11", "KZ-35"}),
        ("Kapshagay Reservoir", {"KZ-19", "KZ-33"}),
    ],
)
def test_lakes_lie_in_their_regions(lake: str, codes: set[str]) -> None:
    water = context("lake").geometry[lake]
    shares = flat("regions").intersection(water).area / water.area
    assert shares[sorted(codes)].sum() > 0.99


@versions
def test_no_land_shows_between_the_coast_and_the_caspian(version: str) -> None:
    # In this box every vertex of the country's outline is coast; the frontiers lie outside it.
    coast = shapely.box(50, 43, 55, 47.5)
    outline = read(version).union_all().boundary.intersection(coast)
    caspian = read("context").set_index("name").geometry["Caspian Sea"]
    assert outline.length > 5
    assert caspian.contains(outline)


def test_sea_has_no_stray_islands_by_the_coast() -> None:
    # Kazakhstan's islands come with the regions; any other land here would look like a neighbour's.
    country = flat("regions").union_all()
    caspian = context("sea").geometry["Caspian Sea"]
    islands = [shapely.Polygon(ring) for ring in caspian.interiors]
    assert all(country.covers(island) or island.distance(country) > 50e3 for island in islands)


def test_borders_are_the_neighbours_own() -> None:
    borders = context("border").geometry
    assert borders.intersection(flat("regions").union_all()).length.sum() < 10
    edge = flat("regions-light").union_all().boundary
    # Only the stubs that run up to the edge are near it: a border along it would be hundreds of kilometres.
    assert borders.intersection(edge.buffer(5e3)).length.sum() < 40e3


def test_borders_meet_the_edge_where_two_neighbours_do() -> None:
    edge = flat("regions").union_all().boundary
    ends = [end for line in context("border").geometry for end in shapely.get_parts(line.boundary)]
    met = gpd.GeoSeries([end for end in ends if end.distance(edge) < 10], crs=ALBERS).to_crs(4326)
    # Uzbekistan and Turkmenistan, Kyrgyzstan and Uzbekistan, China and Kyrgyzstan, Russia and China.
    expected = gpd.GeoSeries(gpd.points_from_xy([56.0, 70.95, 80.2, 87.3], [41.3, 42.2, 42.2, 49.1]), crs=4326)
    found = sorted(met, key=lambda point: point.x)
    assert len(found) == 4
    assert all(point.distance(where) < 0.15 for point, where in zip(found, expected, strict=True))


def test_credits_hold_the_checksums_of_the_files() -> None:
    files = tomllib.loads((HERE / "credits.toml").read_text("utf-8"))["files"]
    assert set(files) == {path.name for path in HERE.glob("*.fgb")}
    for name, expected in files.items():
        assert hashlib.sha256((HERE / name).read_bytes()).hexdigest() == expected


def test_credits_name_both_sources_in_all_languages() -> None:
    sources = {source["id"]: source for source in tomllib.loads((HERE / "credits.toml").read_text("utf-8"))["source"]}
    assert set(sources) == {"B01", "B02"}
    for language in ("en", "ru", "kk"):
        assert "OCHA" in sources["B01"]["credit"][language]
        assert "© " in sources["B01"]["credit"][language]
        assert "OpenStreetMap" in sources["B01"]["credit"][language]
        assert "Natural Earth" in sources["B02"]["credit"][language]
    for source in sources.values():
        assert (HERE / source["licence_file"]).is_file()
        assert set(source["used_in"]) <= {path.name for path in HERE.glob("*.fgb")}
