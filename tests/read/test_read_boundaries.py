"""Boundaries of any format and CRS, with the damages that files have."""

from __future__ import annotations

import datetime as dt
import shutil
import warnings
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pytest
import shapely

from kzgeo.errors import InputError, Problem
from kzgeo.read.boundaries import read_boundaries
from kzgeo.regions import registry

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def outlines() -> gpd.GeoDataFrame:
    """Cells around the centres, cut where they meet: a made-up country whose regions lie at the right places."""
    known = registry().newest
    points = shapely.MultiPoint([region.centre for region in known])
    cells = shapely.get_parts(shapely.voronoi_polygons(points, extend_to=shapely.box(46, 40, 87, 56)))
    country = shapely.box(47, 41, 86, 55)
    rows = []
    for region in known:
        cell = next(cell for cell in cells if cell.contains(shapely.Point(region.centre)))
        rows.append({"code": region.code, "имя": region.names["ru"], "geometry": cell & country})
    return gpd.GeoDataFrame(rows, crs="EPSG:4326")


def save(frame: gpd.GeoDataFrame, path: Path, **options: object) -> Path:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about long names and a CRS left out on purpose
        frame.to_file(path, **options)
    return path


@pytest.mark.parametrize("name", ["b.gpkg", "b.geojson", "b.shp", "b.fgb"])
@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:32642", "EPSG:3857"])
def test_every_format_and_crs(tmp_path: Path, outlines: gpd.GeoDataFrame, name: str, crs: str) -> None:
    read = read_boundaries(save(outlines[["имя", "geometry"]].to_crs(crs), tmp_path / name))
    assert read.vintage == dt.date(2022, 6, 8)
    assert read.regions.crs == "EPSG:4326"
    assert read.regions.index.tolist() == sorted(outlines["code"])
    assert read.regions.loc["KZ-71", "name_kk"] == "Астана"
    expected = outlines.set_index("code").geometry.reindex(read.regions.index).to_numpy()
    shared = shapely.area(shapely.intersection(read.regions.geometry.to_numpy(), expected))
    assert np.allclose(shared, shapely.area(expected), rtol=1e-3)


def test_geoparquet(tmp_path: Path, outlines: gpd.GeoDataFrame) -> None:
    pytest.importorskip("pyarrow")
    outlines.to_parquet(tmp_path / "b.parquet")
    assert len(read_boundaries(tmp_path / "b.parquet").regions) == 20


def test_topojson(tmp_path: Path) -> None:
    ring = "[[[0]]]"
    text = (
        '{"type":"Topology","arcs":[[[70,51],[72,51],[72,52],[70,52],[70,51]]],"objects":{"x":{"type":'
        f'"GeometryCollection","geometries":[{{"type":"MultiPolygon","arcs":{ring},"properties":{{"id":"A"}}}}]}}}}}}'
    )
    (tmp_path / "b.topojson").write_text(text, "utf-8")
    assert read_boundaries(tmp_path / "b.topojson").regions.index.tolist() == ["A"]


def test_a_lost_index_and_a_wrong_codepage_are_put_right_beside_nothing(
    tmp_path: Path, outlines: gpd.GeoDataFrame
) -> None:
    file = save(outlines[["имя", "geometry"]], tmp_path / "b.shp", encoding="cp1251")
    file.with_suffix(".shx").unlink()
    file.with_suffix(".cpg").write_text("UTF-8", "ascii")
    before = sorted(path.name for path in tmp_path.iterdir())
    read = read_boundaries(file)
    assert len(read.regions) == 20
    assert {note.code for note in read.notes} == {"lost-shx", "wrong-cpg"}
    assert sorted(path.name for path in tmp_path.iterdir()) == before


def test_a_zip_is_opened(tmp_path: Path, outlines: gpd.GeoDataFrame) -> None:
    (tmp_path / "in").mkdir()
    save(outlines[["code", "geometry"]], tmp_path / "in" / "b.shp")
    shutil.make_archive(str(tmp_path / "b"), "zip", tmp_path / "in")
    assert len(read_boundaries(tmp_path / "b.zip").regions) == 20


def test_older_outlines_are_known_by_their_names(tmp_path: Path, outlines: gpd.GeoDataFrame) -> None:
    day = dt.date(2015, 1, 1)
    old = outlines.assign(code=outlines["code"].map(registry().crosswalk(day))).dissolve("code").reset_index()
    old["name"] = [registry().get(code, day).names["en"] for code in old["code"]]
    read = read_boundaries(save(old[["name", "geometry"]], tmp_path / "b.geojson"))
    assert read.vintage == registry().vintages[0]
    assert read.regions.loc["KZ-61", "name_ru"] == "Южно-Казахстанская область"


def test_districts_are_read_by_their_own_key(tmp_path: Path) -> None:
    boxes = [shapely.box(60 + i, 50, 61 + i, 51) for i in range(6)]
    frame = gpd.GeoDataFrame(
        {"oblast": ["Акмолинская"] * 3 + ["Абай"] * 3, "district": list("abcdef"), "geometry": boxes}, crs=4326
    )
    read = read_boundaries(save(frame, tmp_path / "b.geojson"))
    assert (read.key, read.vintage, len(read.regions)) == ("district", None, 6)
    named = read_boundaries(tmp_path / "b.geojson", key="oblast")
    assert named.regions.index.tolist() == ["Абай", "Акмолинская"]  # parts united, as they are written


def broken_ring(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    x, y = 71.4, 51.2
    bow = shapely.Polygon([(x, y), (x + 0.01, y + 0.01), (x + 0.01, y), (x, y + 0.01), (x, y)])
    frame.loc[frame["code"] == "KZ-71", "geometry"] = bow
    return frame


def test_a_broken_ring_is_mended_and_reported(tmp_path: Path, outlines: gpd.GeoDataFrame) -> None:
    frame = broken_ring(outlines.copy())
    read = read_boundaries(save(frame, tmp_path / "b.geojson"))
    assert "invalid-polygon" in {note.code for note in read.notes}
    assert read.regions.geometry.is_valid.all()


def test_a_small_overlap_is_cut_out_of_the_larger_region(tmp_path: Path, outlines: gpd.GeoDataFrame) -> None:
    frame = outlines.copy()
    at = frame.index[frame["code"] == "KZ-75"][0]
    frame.loc[at, "geometry"] = frame.geometry[at].buffer(0.001, join_style="mitre")
    read = read_boundaries(save(frame, tmp_path / "b.geojson"))
    assert [note.code for note in read.notes] == ["overlap"]
    assert "km2" in read.notes[0].value
    assert shapely.coverage_is_valid(read.regions.geometry.to_numpy())


def test_a_gap_is_measured(tmp_path: Path, outlines: gpd.GeoDataFrame) -> None:
    frame = outlines.copy()
    middle = frame.geometry[0].representative_point()
    island = middle.buffer(0.1)  # a region's land inside the gap is no gap
    frame["geometry"] = frame.geometry.difference(middle.buffer(0.2))
    frame.loc[1, "geometry"] = frame.geometry[1] | island
    (note,) = read_boundaries(save(frame, tmp_path / "b.geojson")).notes
    gap = gpd.GeoSeries([middle.buffer(0.2) - island], crs=4326).to_crs("EPSG:6933").area[0] / 1e6
    assert (note.code, note.value.split(" km2")[0]) == ("gap", f"1, together {gap:,.2f}")


def test_enclaves_and_exclaves_are_kept(tmp_path: Path, outlines: gpd.GeoDataFrame) -> None:
    frame = outlines.copy().set_index("code")
    x, y = registry().get("KZ-71").centre
    inside = shapely.box(x - 3, y - 0.1, x - 2.8, y + 0.1)  # a piece of Astana inside Akmola or a neighbour
    frame["geometry"] = frame.geometry.difference(inside)
    frame.loc["KZ-71", "geometry"] = frame.loc["KZ-71", "geometry"] | inside
    read = read_boundaries(save(frame.reset_index(), tmp_path / "b.geojson"))
    assert read.regions.geometry["KZ-71"].geom_type == "MultiPolygon"
    assert read.regions.geometry["KZ-71"].contains(shapely.Point(x - 2.9, y))


def lose_crs(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return frame.to_crs(32642).set_crs(None, allow_override=True)


def metres_as_degrees(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return frame.to_crs(32642).set_crs(4326, allow_override=True)


def degrees_as_metres(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return frame.set_crs(3857, allow_override=True)


def other_zone(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return frame.to_crs(32642).set_crs(32636, allow_override=True)


def swap_axes(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return frame.set_geometry(shapely.transform(frame.geometry.to_numpy(), lambda xy: xy[:, ::-1]), crs=4326)


def shift_keys(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return frame.assign(code=np.roll(frame["code"], 1))[["code", "geometry"]]


def large_overlap(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    frame.loc[0, "geometry"] = frame.geometry[0].buffer(2)
    return frame


def unknown_name(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    frame.loc[1, "имя"] = "Акмолинка"
    return frame[["имя", "geometry"]]


def points(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return frame.set_geometry(frame.geometry.representative_point())


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lose_crs, "no coordinate reference system"),
        (metres_as_degrees, "wrong coordinate reference system"),
        (degrees_as_metres, "wrong coordinate reference system"),
        (other_zone, "does not lie in Kazakhstan"),
        (swap_axes, "does not lie in Kazakhstan"),
        (shift_keys, "away from its centre"),
        (large_overlap, "overlap by"),
        (unknown_name, "unknown region in column имя: 'Акмолинка'"),
        (points, "is no polygon but 'Point'"),
    ],
)
def test_what_cannot_be_mended_is_a_problem(tmp_path: Path, outlines: gpd.GeoDataFrame, spoil, said: str) -> None:  # noqa: ANN001 - any function
    file = save(spoil(outlines.copy()), tmp_path / ("b.gpkg" if spoil is not swap_axes else "b.geojson"))
    with pytest.raises(InputError, match=said):
        read_boundaries(file)


def test_a_key_that_matches_nothing_points_to_one_that_does(tmp_path: Path, outlines: gpd.GeoDataFrame) -> None:
    file = save(outlines.assign(id=range(20)), tmp_path / "b.geojson")
    with pytest.raises(InputError, match="--key code"):
        read_boundaries(file, key="id")
    with pytest.raises(InputError, match="has no column 'zzz'"):
        read_boundaries(file, key="zzz")


def test_unreadable_files_say_so(tmp_path: Path) -> None:
    problems: list[Problem] = []
    (tmp_path / "b.geojson").write_text('{"type":', "utf-8")
    for name in ("b.geojson", "absent.gpkg"):
        assert read_boundaries(tmp_path / name, problems=problems).regions.empty
    assert [problem.code for problem in problems] == ["unreadable", "unreadable"]
