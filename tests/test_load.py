"""A user's files in the place of the built-in ones: what is joined, what is refused, and what is only said."""

from __future__ import annotations

import csv
from itertools import permutations, product
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from kzgeo.errors import InputError, Problem
from kzgeo.load import Given, builtin_atlas, load_atlas
from kzgeo.regions import registry
from kzgeo.resources import folder
from kzgeo.vintages import merge_back

if TYPE_CHECKING:
    from datetime import date

    from kzgeo.atlas import Atlas

TODAY = registry().vintages[-1]
BEFORE = registry().vintages[-2]
LIGHT = folder("boundaries") / "regions-light.fgb"
KEYS = [f"P{number}" for number in range(6)]
NAMES = ["North", "South", "East", "West", "<img src=x onerror=alert(1)>", "Übersee"]


def save(path: Path, header: str, rows: list[tuple[Any, ...]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(header.split(","))
        writer.writerows(rows)
    return path


def margins(day: date = TODAY, year: int = 2024) -> list[tuple[Any, ...]]:
    """Return region, year, arrivals, departures, net for the regions of a day, in balance."""
    codes = [region.code for region in registry().at(day)]
    nets = [10 * (number - len(codes) // 2) for number in range(len(codes))]
    nets[-1] -= sum(nets)
    return [(code, year, 5000 + net, 5000, net) for code, net in zip(codes, nets, strict=True)]


WIDE = "region,year,arrivals,departures,net"


@pytest.fixture
def island(tmp_path: Path) -> Path:
    """Six squares that the registry does not know, with a column of keys and one of names."""
    squares = [shapely.box(126 + n % 3, 34 + n // 3, 127 + n % 3, 35 + n // 3) for n in range(6)]
    path = tmp_path / "island.geojson"
    gpd.GeoDataFrame({"id": KEYS, "name": NAMES}, geometry=squares, crs="EPSG:4326").to_file(path)
    return path


def matrix(years: tuple[int, ...] = (2020,)) -> list[tuple[Any, ...]]:
    random = np.random.default_rng(4)
    return [(a, b, year, int(random.integers(1, 900))) for year in years for a, b in permutations(KEYS, 2)]


def refused(given: Given, **options: Any) -> tuple[Problem, ...]:
    with pytest.raises(InputError) as caught:
        load_atlas(given, **options)
    return caught.value.problems


def net(atlas: Atlas, year: int = 2024) -> dict[str, float]:
    values = atlas.margin("net", year=year, flow="interregional")["value"]
    return {str(code): float(value) for code, value in values.items()}


class TestOwnTable:
    def test_its_figures_take_the_place_of_the_built_in_ones(self, tmp_path: Path) -> None:
        atlas = load_atlas(Given(tables=(save(tmp_path / "t.csv", WIDE, margins()),)))
        assert net(atlas) == {code: float(value) for code, *_, value in margins()}
        assert atlas.years() == (2024,)
        assert atlas.flows.empty
        assert atlas.abroad.empty
        assert atlas.mean_population(2024)["value"].notna().all()

    def test_the_net_follows_from_arrivals_and_departures(self, tmp_path: Path) -> None:
        rows = [row[:-1] for row in margins()]
        atlas = load_atlas(Given(tables=(save(tmp_path / "t.csv", WIDE.removesuffix(",net"), rows),)))
        assert net(atlas) == {code: float(value) for code, *_, value in margins()}
        assert set(atlas.margin("net", year=2024, flow="interregional")["status"]) == {"derived"}

    def test_its_source_is_credited(self, tmp_path: Path) -> None:
        rows = [(*row, "Household survey 2024") for row in margins()]
        atlas = load_atlas(Given(tables=(save(tmp_path / "t.csv", f"{WIDE},source", rows),)))
        [source] = set(atlas.migration["source"])
        assert atlas.sources.loc[source, "producer"] == "Household survey 2024"
        assert atlas.sources.loc[source, "title_kk"] == "t.csv"

    def test_built_in_sources_keep_their_ids(self, tmp_path: Path) -> None:
        rows = [(*row, "S01 S03") for row in margins()]
        atlas = load_atlas(Given(tables=(save(tmp_path / "t.csv", f"{WIDE},source", rows),)))
        assert set(atlas.migration["source"]) == {"S01 S03"}

    def test_an_empty_figure_is_missing(self, tmp_path: Path) -> None:
        rows = [(code, year, "", "", "") if code == "KZ-71" else (code, year, *rest) for code, year, *rest in margins()]
        atlas = load_atlas(Given(tables=(save(tmp_path / "t.csv", WIDE, rows),)))
        assert atlas.margin("net", year=2024, flow="interregional").loc["KZ-71", "status"] == "missing"

    def test_all_problems_are_told_at_once(self, tmp_path: Path) -> None:
        rows = [list(row) for row in margins()]
        rows[0][4] = 999  # not arrivals - departures
        rows[1][0] = "Atlantis"
        rows[2][2] = "many"
        rows[3][3] = -5
        first = save(tmp_path / "t.csv", WIDE, [tuple(row) for row in rows])
        second = tmp_path / "absent.csv"
        problems = refused(Given(tables=(first, second)))
        assert {(Path(problem.file).name, problem.row, problem.code) for problem in problems} >= {
            ("t.csv", 2, "net"),
            ("t.csv", 3, "unknown-region"),
            ("t.csv", 4, "not-a-number"),
            ("t.csv", 5, "negative"),
        }
        assert str(second) in {problem.file for problem in problems}
        assert all(problem.remedy for problem in problems)

    def test_nets_that_do_not_sum_to_zero_are_refused(self, tmp_path: Path) -> None:
        rows = [(code, year, come + 7, leave, net + 7) for code, year, come, leave, net in margins()]
        [problem] = refused(Given(tables=(save(tmp_path / "t.csv", WIDE, rows),)))
        assert problem.code == "net-sum"
        assert problem.value == "140"

    def test_an_absent_region_is_refused(self, tmp_path: Path) -> None:
        [problem] = refused(Given(tables=(save(tmp_path / "t.csv", WIDE, margins()[1:]),)))
        assert problem.code == "absent-region"
        assert "KZ-10" in problem.what

    def test_two_tables_of_the_same_figures_are_refused(self, tmp_path: Path) -> None:
        paths = tuple(save(tmp_path / name, WIDE, margins()) for name in ("a.csv", "b.csv"))
        problems = refused(Given(tables=paths))
        assert {problem.code for problem in problems} == {"twice"}

    def test_two_tables_of_two_years_are_joined(self, tmp_path: Path) -> None:
        paths = tuple(save(tmp_path / f"{year}.csv", WIDE, margins(year=year)) for year in (2023, 2024))
        assert load_atlas(Given(tables=paths)).years() == (2023, 2024)

    def test_a_revised_figure_is_said_and_drawn(self, tmp_path: Path) -> None:
        official = builtin_atlas()
        wide = {
            way: official.margin(way, year=2024, flow="interregional")["value"] for way in ("arrivals", "departures")
        }
        rows = [(code, 2024, wide["arrivals"][code], wide["departures"][code]) for code in official.regions.index]
        rows[0] = (rows[0][0], 2024, rows[0][2] + 3, rows[0][3])
        rows[1] = (rows[1][0], 2024, rows[1][2], rows[1][3] + 3)
        notes: list[Problem] = []
        path = save(tmp_path / "t.csv", "region,year,arrivals,departures", rows)
        atlas = load_atlas(Given(tables=(path,)), notes=notes)
        assert atlas.margin("arrivals", year=2024, flow="interregional")["value"].iloc[0] == rows[0][2]
        assert {(note.row, note.code) for note in notes} == {(2, "misprint"), (3, "misprint")}


class TestVintages:
    def test_outlines_of_an_older_day_take_figures_merged_back(self, tmp_path: Path) -> None:
        then = merge_back(builtin_atlas(), BEFORE)
        path = tmp_path / "old.gpkg"
        light = gpd.read_file(LIGHT).set_index("code")
        holder = registry().crosswalk(BEFORE)
        light.dissolve(by=light.index.map(holder)).rename_axis("key").reset_index()[["key", "geometry"]].to_file(path)
        atlas = load_atlas(Given(boundaries=path))
        assert atlas.vintage == BEFORE
        assert net(atlas) == net(then)
        assert atlas.credits["kk"][0] == "old.gpkg"

    def test_a_table_of_older_outlines_is_refused_with_the_reason(self, tmp_path: Path) -> None:
        path = save(tmp_path / "t.csv", WIDE, margins(BEFORE, 2019))
        problems = refused(Given(tables=(path,)))
        assert {problem.value for problem in problems} == {"KZ-10", "KZ-33", "KZ-62"}
        assert all(str(BEFORE) in problem.remedy for problem in problems)

    def test_it_is_joined_to_outlines_of_its_day(self, tmp_path: Path) -> None:
        path = save(tmp_path / "t.csv", WIDE, margins(BEFORE, 2019))
        atlas = load_atlas(Given(tables=(path,)), vintage=BEFORE)
        assert net(atlas, 2019) == {code: float(value) for code, *_, value in margins(BEFORE)}
        assert atlas.mean_population(2019)["value"].notna().all()

    def test_a_table_of_today_is_merged_back(self, tmp_path: Path) -> None:
        path = save(tmp_path / "t.csv", WIDE, margins())
        atlas = load_atlas(Given(tables=(path,)), vintage=BEFORE)
        assert set(atlas.regions.index) == {region.code for region in registry().at(BEFORE)}
        assert sum(net(atlas).values()) == 0


class TestAnywhere:
    def test_an_od_matrix_alone_gives_its_margins(self, island: Path, tmp_path: Path) -> None:
        rows = matrix()
        flows = save(tmp_path / "od.csv", "from,to,year,n", rows)
        atlas = load_atlas(Given(boundaries=island, flows=flows))
        assert list(atlas.regions.index) == KEYS
        assert list(atlas.regions["name_kk"]) == NAMES
        come = {key: sum(n for _, to, _, n in rows if to == key) for key in KEYS}
        leave = {key: sum(n for origin, _, _, n in rows if origin == key) for key in KEYS}
        assert net(atlas, 2020) == {key: come[key] - leave[key] for key in KEYS}
        assert len(atlas.flows) == 30
        assert atlas.population.empty
        assert atlas.context.empty
        assert atlas.vintage is None

    def test_the_column_of_the_tables_keys_is_found(self, island: Path, tmp_path: Path) -> None:
        names = dict(zip(KEYS, NAMES, strict=True))
        rows = [(names[a], names[b], year, n) for a, b, year, n in matrix()]
        atlas = load_atlas(Given(boundaries=island, flows=save(tmp_path / "od.csv", "from,to,year,n", rows)))
        assert set(atlas.flows["origin"]) == set(map(str, atlas.regions.index))

    def test_population_makes_rates(self, island: Path, tmp_path: Path) -> None:
        rows = [(key, year, 100, 100, 50_000) for key, year in product(KEYS, (2020, 2021))]
        table = save(tmp_path / "t.csv", "region,year,arrivals,departures,population", rows)
        atlas = load_atlas(Given(boundaries=island, tables=(table,)))
        assert set(atlas.mean_population(2020)["value"]) == {50_000}

    def test_keys_without_an_outline_are_told_with_their_row(self, island: Path, tmp_path: Path) -> None:
        rows = [(a, b.replace("P5", "Q5"), year, n) for a, b, year, n in matrix()]
        problems = refused(Given(boundaries=island, flows=save(tmp_path / "od.csv", "from,to,year,n", rows)))
        [stranger] = [problem for problem in problems if problem.code == "no-polygon"]
        assert (stranger.row, stranger.value) == (6, "Q5")
        assert "P5" in stranger.remedy

    def test_a_key_that_matches_nothing_is_one_problem(self, island: Path, tmp_path: Path) -> None:
        rows = [(f"X{a}", f"X{b}", year, n) for a, b, year, n in matrix()]
        [problem] = refused(Given(boundaries=island, flows=save(tmp_path / "od.csv", "from,to,year,n", rows)))
        assert "--key" in problem.remedy

    def test_headers_of_ones_own(self, island: Path, tmp_path: Path) -> None:
        flows = save(tmp_path / "od.csv", "A,B,T,Z", matrix())
        columns = {"origin": "A", "destination": "B", "year": "T", "people": "Z"}
        atlas = load_atlas(Given(boundaries=island, flows=flows, columns=columns))
        assert len(atlas.flows) == 30

    def test_headers_go_to_the_files_that_have_them(self, island: Path, tmp_path: Path) -> None:
        rows = matrix()
        flows = save(tmp_path / "od.csv", "A,B,year,n", rows)
        sums = [
            (key, 2020, sum(n for _, to, _, n in rows if to == key), sum(n for a, _, _, n in rows if a == key))
            for key in KEYS
        ]
        table = save(tmp_path / "t.csv", "K,year,IN,OUT", sums)
        columns = {"origin": "A", "destination": "B", "region": "K", "arrivals": "IN", "departures": "OUT"}
        atlas = load_atlas(Given(boundaries=island, flows=flows, tables=(table,), columns=columns))
        assert len(atlas.flows) == 30
        assert atlas.years() == (2020,)

    def test_a_table_and_a_matrix_that_disagree_are_refused(self, island: Path, tmp_path: Path) -> None:
        flows = save(tmp_path / "od.csv", "from,to,year,n", matrix())
        table = save(tmp_path / "t.csv", "region,year,arrivals,departures", [(key, 2020, 5, 5) for key in KEYS])
        problems = refused(Given(boundaries=island, flows=flows, tables=(table,)))
        assert {problem.code for problem in problems} == {"margins"}

    def test_where_outlines_cannot_be_read_the_other_files_still_are(self, tmp_path: Path) -> None:
        outlines = tmp_path / "b.geojson"
        outlines.write_text("no json")
        table = save(tmp_path / "t.csv", WIDE, [("Atlantis", *margins()[0][1:]), *margins()[1:]])
        problems = refused(Given(boundaries=outlines, tables=(table,)))
        assert {Path(problem.file).name for problem in problems} == {"b.geojson", "t.csv"}

    def test_districts_of_kazakhstan_keep_their_surroundings(self, tmp_path: Path) -> None:
        path = tmp_path / "districts.geojson"
        squares = [shapely.box(70 + n, 47, 71 + n, 48) for n in range(6)]
        gpd.GeoDataFrame({"id": KEYS}, geometry=squares, crs="EPSG:4326").to_file(path)
        atlas = load_atlas(Given(boundaries=path, flows=save(tmp_path / "od.csv", "from,to,year,n", matrix())))
        assert not atlas.context.empty


def test_the_built_in_atlas_is_not_changed_by_any_of_this() -> None:
    table = pd.read_csv(folder("data") / "migration.csv")
    assert len(builtin_atlas().migration) == len(table)
