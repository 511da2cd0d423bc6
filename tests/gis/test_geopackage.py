"""The GIS specialist's file: what is in it, that it says what it means, and that it opens styled."""

from __future__ import annotations

import io
import json
import sqlite3
import subprocess
import zipfile
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest

from kzgeo.atlas import FLOWS, STATUSES, Atlas
from kzgeo.errors import InputError
from kzgeo.indicators import MEASURES
from kzgeo.render.geopackage import export, write_geopackage
from kzgeo.render.geopackage.columns import describe
from kzgeo.render.geopackage.layers import tables
from kzgeo.render.geopackage.style import Style, flow_style, region_styles
from kzgeo.scene.palettes import INK

LAYERS = {"regions": ("MultiPolygon", 20), "flows": ("LineString", 380), "nodes": ("Point", 20)}
TABLES = ("migration", "od", "population", "sources", "about")


def rules(style: Style) -> dict[str, str]:
    """Return label and filter of a style's rules."""
    root = ET.fromstring(style.qml())
    return {rule.get("label", ""): rule.get("filter", "") for rule in root.iter("rule")}


def unknown_boundaries(atlas: Atlas) -> Atlas:
    """Return an atlas as a user's own boundaries and table make it: another key, no vintage, net migration only."""
    codes = {"KZ-71": "A", "KZ-75": "B", "KZ-11": "C"}
    rows = atlas.migration[atlas.migration["region"].isin(codes) & (atlas.migration["flow"] == "interregional")]
    return replace(
        atlas,
        regions=atlas.regions.loc[list(codes)].rename(index=codes).rename_axis("code"),
        migration=rows.assign(region=rows["region"].map(codes)),
        flows=atlas.flows.iloc[:0],
        population=atlas.population.iloc[:0],
        sources=atlas.sources.iloc[:0],
        credits={},
        vintage=None,
    )


class TestContents:
    @pytest.mark.parametrize("name", LAYERS)
    def test_layers_are_in_longitude_and_latitude(self, geopackage: Path, name: str) -> None:
        info = pyogrio.read_info(geopackage, layer=name)
        assert info["crs"] == "EPSG:4326"
        assert (info["geometry_type"], info["features"]) == LAYERS[name]

    def test_layers_and_tables_are_listed(self, geopackage: Path) -> None:
        assert {*LAYERS, *TABLES} <= set(pyogrio.list_layers(geopackage)[:, 0])

    def test_the_capital_gained_73238_people(self, geopackage: Path) -> None:
        regions = gpd.read_file(geopackage, layer="regions").set_index("code")
        astana = regions.loc["KZ-71"]
        assert astana["year"] == 2024
        assert astana["interregional_net"] == 73238
        assert astana["interregional_net_rate"] == pytest.approx(49.505, abs=0.001)
        assert astana["name_kk"] == "Астана"
        assert astana["kato"] == "710000000"
        assert regions["interregional_net"].sum() == 0
        assert regions["total_net"].sum() == 16550
        assert sorted(regions.index[regions["interregional_net"] > 0]) == ["KZ-19", "KZ-71", "KZ-75", "KZ-79"]

    def test_every_figure_of_a_region_has_its_status(self, geopackage: Path) -> None:
        regions = gpd.read_file(geopackage, layer="regions")
        measures = [f"{flow}_{measure}" for flow in FLOWS for measure in MEASURES]
        known = [column for column in measures if column in regions]
        assert len(known) > 20
        for column in (*known, "mean_population"):
            status = regions[f"{column}_status"]
            assert status.isin(STATUSES).all()
            assert ((status == "missing") == regions[column].isna()).all()
            assert regions[column].notna().any()

    def test_a_line_runs_from_origin_to_destination(self, geopackage: Path) -> None:
        flows = gpd.read_file(geopackage, layer="flows").set_index(["origin", "destination"])
        nodes = gpd.read_file(geopackage, layer="nodes").set_index("code").geometry
        line = flows.geometry["KZ-61", "KZ-79"]
        assert line.coords[0] == nodes["KZ-61"].coords[0]
        assert line.coords[-1] == nodes["KZ-79"].coords[0]
        assert flows["share"].sum() == pytest.approx(100)
        assert flows["people"].sum() == 689497
        largest = flows[flows["rank"] == 1].iloc[0]
        assert largest["people"] == flows["people"].max()
        assert (largest["origin_en"], largest["destination_en"]) == ("Almaty Region", "Almaty")

    def test_nodes_lie_in_their_regions(self, geopackage: Path) -> None:
        regions = gpd.read_file(geopackage, layer="regions").set_index("code")
        nodes = gpd.read_file(geopackage, layer="nodes").set_index("code")
        inside = regions.geometry.contains(nodes.geometry.loc[regions.index])
        assert inside.all()

    def test_the_long_table_carries_every_row_and_its_source(self, base: sqlite3.Connection, atlas: Atlas) -> None:
        rows = pd.read_sql("SELECT * FROM migration ORDER BY fid", base).drop(columns="fid")
        expected = atlas.migration[list(rows.columns)]
        pd.testing.assert_frame_equal(rows, expected, check_dtype=False)
        known = {source for (source,) in base.execute("SELECT source FROM sources")}
        for table in ("migration", "od", "population"):
            cited = {row[0] for row in base.execute(f"SELECT DISTINCT source FROM {table}")}  # the tests' own names
            assert {one for cell in cited for one in cell.split()} <= known

    def test_counts_are_whole_numbers_and_unknown_ones_are_null(self, base: sqlite3.Connection) -> None:
        kinds = base.execute("SELECT DISTINCT status = 'missing', typeof(people) FROM od").fetchall()
        assert set(kinds) <= {(0, "integer"), (1, "null")}

    def test_the_file_names_its_data_and_the_makers_of_the_outlines(
        self, base: sqlite3.Connection, atlas: Atlas
    ) -> None:
        about = dict(base.execute("SELECT item, value FROM about"))
        assert about["data_hash"] == atlas.data_hash()
        assert "OpenStreetMap" in about["credits_ru"]


class TestDescriptions:
    def test_every_column_of_every_layer_and_table_is_described(self, base: sqlite3.Connection) -> None:
        described = set(base.execute("SELECT table_name, column_name FROM gpkg_data_columns"))
        columns = {
            (table, column)
            for table in (*LAYERS, *TABLES)
            for (column,) in base.execute("SELECT name FROM pragma_table_info(?)", [table])
        }
        assert described == columns
        empty = base.execute("SELECT * FROM gpkg_data_columns WHERE min(name, title, description) = ''").fetchall()
        assert empty == []

    def test_a_rate_is_told_from_another_flow_s_rate(self) -> None:
        inner, total = (describe("regions", f"{flow}_net_rate") for flow in ("interregional", "total"))
        assert inner.description == (
            "Crude net migration rate: net migration per 1,000 of the mean population (moves between regions)."
        )
        assert inner.title == "Коэффициент сальдо, межрегиональная миграция"
        assert total.description != inner.description

    def test_the_values_of_a_status_are_explained(self, base: sqlite3.Connection) -> None:
        values = base.execute(
            "SELECT value FROM gpkg_data_column_constraints WHERE constraint_name = 'status'"
        ).fetchall()
        assert {value for (value,) in values} == set(STATUSES)
        used = {name for (name,) in base.execute("SELECT DISTINCT constraint_name FROM gpkg_data_columns") if name}
        defined = {name for (name,) in base.execute("SELECT constraint_name FROM gpkg_data_column_constraints")}
        assert used <= defined

    def test_a_column_without_words_is_an_error(self) -> None:
        with pytest.raises(KeyError, match=r"regions\.happiness"):
            describe("regions", "happiness")


class TestSameBytes:
    def test_twice_the_same_input_is_twice_the_same_file(
        self, atlas: Atlas, geopackage: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("TZ", "Asia/Almaty")
        write_geopackage(atlas, tmp_path / geopackage.name)
        assert (tmp_path / geopackage.name).read_bytes() == geopackage.read_bytes()

    def test_no_date_comes_from_the_clock(self, base: sqlite3.Connection, atlas: Atlas) -> None:
        dates = {date for (date,) in base.execute("SELECT last_change FROM gpkg_contents")}
        dates |= {date for (date,) in base.execute("SELECT update_time FROM layer_styles")}
        assert {date[:10] for date in dates} == {max(d for d in atlas.sources["published"] if len(d) == 10)}

    def test_the_database_is_sound(self, base: sqlite3.Connection) -> None:
        assert base.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert base.execute("PRAGMA foreign_key_check").fetchall() == []

    def test_a_failure_leaves_the_old_file(self, atlas: Atlas, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        target = tmp_path / "kzgeo.gpkg"
        target.write_bytes(b"old")
        monkeypatch.setattr("kzgeo.render.geopackage.sql.describe", dict[str, str]().__getitem__)
        with pytest.raises(TypeError):
            write_geopackage(atlas, target)
        assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("kzgeo.gpkg", b"old")]


class TestStyles:
    def test_each_layer_has_one_default_style(self, base: sqlite3.Connection) -> None:
        rows = base.execute("SELECT f_table_name, styleName FROM layer_styles WHERE useAsDefault").fetchall()
        assert sorted(rows) == [("flows", "flows"), ("nodes", "nodes"), ("regions", "interregional_net_rate")]
        for (document,) in base.execute("SELECT styleQML FROM layer_styles"):
            assert ET.fromstring(document).tag == "qgis"

    def test_every_region_falls_in_one_class_and_zero_parts_gain_from_loss(self, geopackage: Path) -> None:
        regions = gpd.read_file(geopackage, layer="regions")
        for style in region_styles(regions):
            filters = rules(style).values()
            expressions = [text.replace(f'"{style.name}"', "value") for text in filters]
            assert all(expressions)
            for value in regions[style.name].dropna():
                hits = [expression for expression in expressions if holds(expression, value)]
                assert len(hits) == 1, (style.name, value)
                assert not (holds(hits[0], -1e-9) and holds(hits[0], 1e-9) and regions[style.name].min() < 0)

    def test_a_region_without_a_figure_is_hatched(self, geopackage: Path) -> None:
        regions = gpd.read_file(geopackage, layer="regions")
        assert "no data" not in rules(region_styles(regions)[0])
        regions.loc[regions["code"] == "KZ-71", "interregional_net_rate"] = np.nan
        regions.loc[regions["code"] == "KZ-75", "interregional_net_rate"] = 0.0
        style = region_styles(regions)[0]
        found = rules(style)
        assert found["no data"] == '"interregional_net_rate" IS NULL'
        assert found["0"] == '"interregional_net_rate" = 0'
        assert "b_diagonal" in style.qml()

    def test_loss_is_ochre_and_gain_is_teal(self, geopackage: Path) -> None:
        document = region_styles(gpd.read_file(geopackage, layer="regions"))[0].qml()
        fills = [o.get("value", "") for o in ET.fromstring(document).iter("Option") if o.get("name") == "color"]
        red, _, blue = zip(*(map(int, fill.split(",")[:3]) for fill in fills), strict=True)
        warm = [r > b for r, b in zip(red, blue, strict=True)]
        assert warm == sorted(warm, reverse=True)
        assert {True, False} == set(warm)

    def test_estimated_flows_are_dashed_and_named(self, geopackage: Path) -> None:
        flows = gpd.read_file(geopackage, layer="flows")
        assert "estimated" not in rules(flow_style(flows))
        flows.loc[0, "status"] = "estimated"
        style = flow_style(flows)
        assert "estimated" in rules(style)
        assert 'value="dash"' in style.qml()
        assert INK.arrow == "#3a2f45"
        assert "58,47,69,255" in style.qml()

    def test_the_project_holds_all_layers_in_an_equal_area_projection(self, base: sqlite3.Connection) -> None:
        ((content,),) = base.execute("SELECT content FROM qgis_projects WHERE name = 'kzgeo'").fetchall()
        with zipfile.ZipFile(io.BytesIO(bytes.fromhex(content.decode()))) as archive:
            root = ET.fromstring(archive.read("kzgeo.qgs"))
        sources = [source.text for source in root.iter("datasource")]
        assert sources == [f"./kzgeo.gpkg|layername={name}" for name in ("nodes", "flows", "regions", *TABLES)]
        assert "Albers" in root.findtext("projectCrs/spatialrefsys/wkt", "")


def holds(expression: str, value: float) -> bool:
    """Say whether a QGIS filter of comparisons with one value holds."""
    python = expression.replace(" AND ", " and ").replace(" = ", " == ")
    return bool(eval(python, {"value": value}))


class TestOtherInputs:
    def test_boundaries_that_the_registry_does_not_know(self, atlas: Atlas, tmp_path: Path) -> None:
        path = tmp_path / "own.gpkg"
        write_geopackage(unknown_boundaries(atlas), path)
        regions = gpd.read_file(path, layer="regions")
        assert list(regions["code"]) == ["A", "B", "C"]
        assert "kato" not in regions
        assert not [column for column in regions if column.startswith(("external_", "interregional_net_rate"))]
        nodes = gpd.read_file(path, layer="nodes")
        assert set(nodes["position"]) == {"inside"}
        assert regions.geometry.contains(nodes.geometry).all()
        assert pyogrio.read_info(path, layer="flows")["features"] == 0
        with closing(sqlite3.connect(path)) as base:
            default = base.execute("SELECT styleName FROM layer_styles WHERE useAsDefault AND f_table_name='regions'")
            assert default.fetchall() == [("interregional_net",)]
            assert set(base.execute("SELECT last_change FROM gpkg_contents")) == {("1970-01-01T00:00:00.000Z",)}

    @pytest.mark.parametrize("ending", [".fgb", ".geojson", ".parquet", ".GPKG"])
    def test_the_joined_regions_in_other_formats(self, atlas: Atlas, tmp_path: Path, ending: str) -> None:
        if ending == ".parquet":
            pytest.importorskip("pyarrow")
        first, second = (tmp_path / name / f"regions{ending}" for name in ("one", "two"))
        small = unknown_boundaries(atlas)
        export(small, first)
        export(small, second)
        assert first.read_bytes() == second.read_bytes()
        layer = {"layer": "regions"} if ending == ".GPKG" else {}
        regions = gpd.read_parquet(first) if ending == ".parquet" else gpd.read_file(first, **layer)
        regions = regions.set_index("code")
        assert regions.crs == "EPSG:4326"
        assert regions.loc["A", "interregional_net"] == 73238
        assert [path.name for path in first.parent.iterdir()] == [first.name]

    def test_an_unknown_format_is_refused_with_the_known_ones(self, atlas: Atlas, tmp_path: Path) -> None:
        with pytest.raises(InputError, match=r"no such format to write '\.shp'; let its name end in \.gpkg, \.parquet"):
            export(atlas, tmp_path / "regions.shp")
        assert list(tmp_path.iterdir()) == []


def test_qgis_opens_it_styled(qgis_python: str, atlas: Atlas, geopackage: Path, tmp_path: Path) -> None:
    copy = tmp_path / "kzgeo.gpkg"
    copy.write_bytes(geopackage.read_bytes())
    script = Path(__file__).with_name("qgis_open.py")
    made = subprocess.run(
        [qgis_python, str(script), str(copy), str(tmp_path / "map.png")],
        env={"QT_QPA_PLATFORM": "offscreen", "HOME": str(tmp_path), "LC_ALL": "C.UTF-8"},
        capture_output=True,
        check=True,
        text=True,
    )
    found = json.loads(made.stdout.splitlines()[-1])
    rows = {name: len(frame) for name, frame in tables(atlas).items()}
    assert found["layers"] == {
        name: [True, count] for name, count in {**rows, "regions": 20, "flows": 380, "nodes": 20}.items()
    }
    assert found["crs"].startswith("+proj=aea")
    assert {layer["renderer"] for layer in found["styled"].values()} == {"RuleRenderer"}
    assert "20 largest flows" in found["styled"]["flows"]["legend"]
    assert found["styled"]["regions"]["labels"]
    assert len(found["styled"]["regions"]["legend"]) == 6
    fills = [o.get("value") for s in region_styles(gpd.read_file(copy, layer="regions"))[:1]
             for o in ET.fromstring(s.qml()).iter("Option") if o.get("name") == "color"]  # fmt: skip
    expected = {"#{:02x}{:02x}{:02x}".format(*map(int, str(fill).split(",")[:3])) for fill in fills}
    assert len(expected & set(found["colours"])) >= 4  # the cities' colours cover too little of the map
