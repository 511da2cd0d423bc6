"""The command line: what it writes, what it refuses and how it says so."""

from __future__ import annotations

import csv
import json
import sqlite3
import sys
import zipfile
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from kzgeo.cli import cli, main
from kzgeo.errors import InputError
from kzgeo.od import cpc
from kzgeo.read.flows import read_flows
from kzgeo.read.tables import read_table
from kzgeo.regions import registry
from kzgeo.resources import folder

if TYPE_CHECKING:
    from pathlib import Path

CODES = [region.code for region in registry().newest]
DATA = folder("data")


def run(*words: object) -> Result:
    return CliRunner().invoke(cli, [str(word) for word in words])


def status(result: Result) -> int:
    """Return what :func:`main` would end with."""
    if isinstance(result.exception, (InputError, OSError)):
        return 1
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code


def codes(result: Result) -> set[str]:
    assert isinstance(result.exception, InputError), result.output
    return {problem.code for problem in result.exception.problems}


def table(path: Path, **changes: Any) -> Path:
    rows = [{"region": code, "year": 2024, "arrivals": 100, "departures": 100, "net": 0} for code in CODES]
    rows[0] |= changes
    pd.DataFrame(rows).to_csv(path, index=False)
    return path


def margins(path: Path, year: int = 2024) -> Path:
    flows = pd.read_csv(DATA / "flows.csv").query("year == @year")
    sums = {
        "arrivals": flows.groupby("destination")["people"].sum(),
        "departures": flows.groupby("origin")["people"].sum(),
    }
    pd.DataFrame(sums).rename_axis("region").astype(int).reset_index().to_csv(path, index=False)
    return path


def matrix(path: Path, year: int) -> Path:
    pd.read_csv(DATA / "flows.csv").query("year == @year").to_csv(path, index=False)
    return path


class TestCheck:
    def test_the_built_in_data_have_no_problems(self) -> None:
        result = run("check")
        assert (result.exit_code, result.output) == (0, "")

    def test_a_sound_file_has_none(self, tmp_path: Path) -> None:
        result = run("check", table(tmp_path / "t.csv"))
        assert (result.exit_code, result.output) == (0, "")

    def test_problems_are_listed_one_a_line(self, tmp_path: Path) -> None:
        bad, absent = table(tmp_path / "t.csv", net=5), tmp_path / "absent.csv"
        result = run("check", bad, absent)
        assert result.exit_code == 1
        assert result.stdout == ""
        lines = result.stderr.splitlines()
        assert [line for line in lines if line.startswith(f"{bad}:2: ")]
        assert [line for line in lines if line.startswith(f"{absent}: ")]

    def test_as_json(self, tmp_path: Path) -> None:
        result = run("check", table(tmp_path / "t.csv", net=5), "--format", "json")
        assert result.exit_code == 1
        told = json.loads(result.stdout)
        assert {"file", "row", "what", "value", "remedy", "code"} == set(told[0])
        assert told[0]["row"] == 2

    def test_no_problems_as_json(self, tmp_path: Path) -> None:
        result = run("check", table(tmp_path / "t.csv"), "--format", "json")
        assert (result.exit_code, json.loads(result.stdout)) == (0, [])

    def test_files_are_held_against_each_other(self, tmp_path: Path) -> None:
        flows = matrix(tmp_path / "od.csv", 2024)
        result = run("check", table(tmp_path / "t.csv"), flows)
        assert result.exit_code == 1
        assert "the matrix's" in result.stderr

    def test_files_may_be_named_by_what_they_are(self, tmp_path: Path) -> None:
        own = table(tmp_path / "t.csv", net=5)
        outlines = folder("boundaries") / "regions-light.fgb"
        result = run("check", "--boundaries", outlines, "--table", own, "--columns", "arrivals=arrivals")
        assert result.exit_code == 1
        assert f"{own}:2: " in result.stderr

    def test_a_transposed_matrix_is_found(self, tmp_path: Path) -> None:
        flows = pd.read_csv(DATA / "flows.csv").query("year == 2024")
        path = tmp_path / "od.csv"
        flows.rename(columns={"origin": "destination", "destination": "origin"}).to_csv(path, index=False)
        result = run("check", path)
        assert result.exit_code == 1
        assert "swapped" in result.stderr


class TestBuild:
    def test_bad_input_writes_nothing(self, tmp_path: Path) -> None:
        out = tmp_path / "maps"
        result = run("build", "net", "--table", table(tmp_path / "t.csv", net=5), "--out", out)
        assert codes(result) == {"net"}
        assert not out.exists()

    def test_existing_maps_stay_as_they_are(self, tmp_path: Path) -> None:
        out = tmp_path / "maps"
        out.mkdir()
        (out / "net.json").write_text("{}")
        assert status(run("build", "net", "--table", table(tmp_path / "t.csv", net=5), "--out", out)) == 1
        assert status(run("build", "net", "nonsense", "--out", out)) == 1
        assert [(path.name, path.read_text()) for path in out.iterdir()] == [("net.json", "{}")]

    def test_own_figures_are_drawn(self, tmp_path: Path) -> None:
        out = tmp_path / "maps"
        recipe = tmp_path / "come.toml"
        recipe.write_text('measure = "arrivals"\nlabels = false\n')
        own = table(tmp_path / "t.csv", arrivals=900, departures=900)
        result = run("build", recipe, "--table", own, "--lang", "en", "--format", "svg", "--out", out)
        assert result.exit_code == 0, result.output
        assert {path.name for path in out.iterdir()} == {"come.en.svg", "come.json", "index.html"}
        told = json.loads((out / "come.json").read_text())
        assert {region["code"]: region["value"] for region in told["regions"]} == {
            code: 900 if code == CODES[0] else 100 for code in CODES
        }
        assert "t.csv" in " ".join(told["texts"]["kk"]["foot"])

    def test_a_recipe_that_the_data_cannot_fill_is_refused(self, tmp_path: Path) -> None:
        result = run("build", "external", "pull", "--table", table(tmp_path / "t.csv"), "--out", tmp_path / "maps")
        assert codes(result) == {"no-flow", "no-flows"}

    def test_codes_that_are_no_regions_are_refused(self, tmp_path: Path) -> None:
        recipe = tmp_path / "r.toml"
        recipe.write_text('measure = "net"\n[arrows]\ntargets = ["KZ-71", "KZ-99"]\n')
        result = run("build", recipe, "--out", tmp_path / "maps")
        assert codes(result) == {"no-region"}
        assert isinstance(result.exception, InputError)
        assert result.exception.problems[0].value == "KZ-99"

    @pytest.mark.parametrize(
        "words",
        [
            ("build", "--lang", "de"),
            ("build", "--format", "gif"),
            ("build", "--year", "soon"),
            ("build", "--vintage", "yesterday"),
            ("build", "--columns", "origin"),
            ("build", "--columns", "orgin=FROM"),
            ("regions", "--vintage", "1990-01-01"),
            ("estimate",),
            ("import", "t.csv"),
            ("draw",),
        ],
    )
    def test_wrong_usage(self, words: tuple[str, ...]) -> None:
        result = run(*words)
        assert result.exit_code == 2
        assert "Usage" in result.output


class TestJoin:
    def test_the_joined_table(self, tmp_path: Path) -> None:
        out = tmp_path / "joined.gpkg"
        result = run("join", "--table", table(tmp_path / "t.csv", arrivals=133, net=33), "--out", out)
        assert "net-sum" in codes(result)
        own = table(tmp_path / "t.csv", arrivals=130, departures=130)
        assert run("join", "--table", own, "--out", out).exit_code == 0
        with closing(sqlite3.connect(out)) as base:
            query = "SELECT people FROM migration WHERE region = ? AND direction = 'arrivals' AND year = 2024"
            assert base.execute(query, (CODES[0],)).fetchall() == [(130,)]

    def test_an_ending_that_is_no_format(self, tmp_path: Path) -> None:
        assert codes(run("join", "--out", tmp_path / "joined.docx")) == {"format"}


class TestRegions:
    @pytest.mark.parametrize(("vintage", "count"), [((), 20), (("--vintage", "2021-01-01"), 17)])
    def test_the_registry_as_a_table(self, vintage: tuple[str, ...], count: int) -> None:
        result = run("regions", *vintage)
        rows = list(csv.DictReader(result.stdout.splitlines()))
        assert len(rows) == count
        assert {"code": "KZ-71", "name_kk": "Астана"}.items() <= next(r for r in rows if r["code"] == "KZ-71").items()


class TestEstimate:
    @pytest.mark.parametrize(("prior", "least"), [(None, 0.83), (2021, 0.96), (2023, 0.98)])
    def test_a_year_from_its_margins(self, tmp_path: Path, prior: int | None, least: float) -> None:
        out = tmp_path / "od.csv"
        known = [] if prior is None else ["--prior", matrix(tmp_path / "prior.csv", prior)]
        result = run("estimate", "--margins", margins(tmp_path / "m.csv"), *known, "--out", out)
        assert result.exit_code == 0, result.output
        assert ("built-in outlines" in result.stderr) == (prior is None)
        made, truth = pd.read_csv(out), pd.read_csv(DATA / "flows.csv").query("year == 2024")
        both = made.merge(truth, on=["origin", "destination"], suffixes=("", "_true"))
        assert len(made) == len(both) == 380
        assert cpc(both["people"], both["people_true"]) >= least
        for end in ("origin", "destination"):
            sums = both.groupby(end)[["people", "people_true"]].sum()
            assert (sums["people"] == sums["people_true"]).all()
        assert (made["min"] <= made["low"]).all()
        assert (made["low"] <= made["people"]).all()
        assert (made["people"] <= made["high"]).all()
        assert (made["high"] <= made["max"]).all()

    def test_what_it_writes_can_be_read_and_known_cells_are_kept(self, tmp_path: Path) -> None:
        out, known = tmp_path / "od.csv", tmp_path / "known.csv"
        truth = pd.read_csv(DATA / "flows.csv").query("year == 2024").head(40)
        truth.to_csv(known, index=False)
        own = tmp_path / "m.csv"
        pd.read_csv(margins(own)).assign(year=2024).to_csv(own, index=False)
        assert run("estimate", "--margins", own, "--known", known, "--out", out).exit_code == 0
        made = read_flows(out).set_index(["origin", "destination"])
        cells = truth.set_index(["origin", "destination"])
        assert (made.loc[cells.index, "people"] == cells["people"]).all()
        assert set(made.loc[cells.index, "status"]) == {"published"}
        assert set(made["year"]) == {2024}

    def test_any_regions_by_distances_of_their_own(self, tmp_path: Path) -> None:
        (tmp_path / "m.csv").write_text("canton,in,out\nUri,30,40\nZug,50,30\nBern,40,50\n")
        (tmp_path / "d.csv").write_text("from,to,km\nUri,Zug,60\nUri,Bern,150\nZug,Bern,120\n")
        out = tmp_path / "od.csv"
        words = ("estimate", "--margins", tmp_path / "m.csv", "--distances", tmp_path / "d.csv", "--out", out)
        result = run(*words)
        assert result.exit_code == 0, result.output
        made = pd.read_csv(out)
        assert made.groupby("destination")["people"].sum().to_dict() == {"Bern": 40, "Uri": 30, "Zug": 50}

    def test_margins_that_do_not_agree_are_refused(self, tmp_path: Path) -> None:
        (tmp_path / "m.csv").write_text("region,arrivals,departures\nKZ-71,30,40\nKZ-75,50,30\n")
        result = run("estimate", "--margins", tmp_path / "m.csv", "--out", tmp_path / "od.csv")
        assert status(result) == 1
        assert not (tmp_path / "od.csv").exists()

    def test_a_margin_that_is_missing_is_told_with_its_row(self, tmp_path: Path) -> None:
        (tmp_path / "m.csv").write_text("region,arrivals,departures\nKZ-71,40,40\nKZ-75,,30\nKZ-79,40,\n")
        result = run("estimate", "--margins", tmp_path / "m.csv", "--out", tmp_path / "od.csv")
        assert isinstance(result.exception, InputError)
        assert [(problem.row, problem.value) for problem in result.exception.problems] == [(3, "KZ-75"), (4, "KZ-79")]


class TestImport:
    def sheet(self, path: Path, total: int = 2020) -> Path:
        book = Workbook()
        page = book.active
        assert page is not None
        page.append(["Межрегиональная миграция населения за 2024 год"])
        page.append([])
        page.append([None, "Прибыло", "Выбыло"])
        page.append(["Республика Казахстан", total, 2020])
        for region in registry().newest:
            page.append([region.names["ru"], 101, 101])
        book.save(path)
        return path

    def test_a_published_sheet_becomes_a_tidy_table(self, tmp_path: Path) -> None:
        out = tmp_path / "t.csv"
        result = run("import", self.sheet(tmp_path / "s.xlsx"), "--out", out)
        assert result.exit_code == 0, result.output
        assert "sums over the country: 2" in result.stderr
        assert "interregional arrivals: 20 regions, 2024" in result.stderr
        assert result.stdout.strip() == str(out)
        written = pd.read_csv(out)
        assert list(written.columns) == ["region", "year", "flow", "direction", "people", "status", "source"]
        assert set(written["region"]) == set(CODES)
        assert set(written["people"]) == {101}

    def test_what_is_written_reads_as_what_was_read(self, tmp_path: Path) -> None:
        out = tmp_path / "t.csv"
        source = tmp_path / "s.csv"
        pd.DataFrame({"region": CODES, "year": 2024, "arrivals": 5, "departures": 5, "population": 900}).to_csv(source)
        assert run("import", source, "--out", out).exit_code == 0
        first, second = read_table(source), read_table(out)
        keys = ["region", "year", "direction", "people"]
        pd.testing.assert_frame_equal(
            first.migration[keys].sort_values(keys, ignore_index=True),
            second.migration[keys].sort_values(keys, ignore_index=True),
            check_dtype=False,
        )
        assert second.population["people"].tolist() == first.population["people"].tolist()

    def test_a_total_that_is_not_the_sum_is_refused(self, tmp_path: Path) -> None:
        out = tmp_path / "t.csv"
        result = run("import", self.sheet(tmp_path / "s.xlsx", total=2120), "--out", out)
        assert codes(result) == {"total"}
        assert not out.exists()

    def test_a_square_matrix_becomes_pairs(self, tmp_path: Path) -> None:
        out = tmp_path / "od.csv"
        truth = pd.read_csv(DATA / "flows.csv").query("year == 2024")
        truth.pivot_table(index="origin", columns="destination", values="people").to_csv(tmp_path / "m.csv")
        assert run("import", tmp_path / "m.csv", "--year", 2024, "--out", out).exit_code == 0
        both = pd.read_csv(out).merge(truth, on=["origin", "destination", "year"])
        assert len(both) == 380
        assert (both["people_x"] == both["people_y"]).all()


COMMANDS = [
    ("check",),
    ("import", "--out", "o.csv"),
    ("build", "net", "--out", "o", "--table"),
    ("build", "net", "--out", "o", "--flows"),
    ("build", "net", "--out", "o", "--boundaries"),
    ("build", "--out", "o"),
    ("estimate", "--out", "o.csv", "--margins"),
]
BROKEN = {
    "empty.csv": b"",
    "header.csv": b"region,year,arrivals,departures\n",
    "pairs.csv": b"origin,destination,year,people\n",
    "words.csv": b'hello\nworld,1,2\n"unclosed',
    "zeros.csv": b"a,b\n\x00\x00,1\n",
    "numbers.csv": b"region,year,arrivals,departures\nKZ-71,2024,1e400,nan\nKZ-75,99999,-1,--\n",
    "twice.csv": b"region,year,arrivals,arrivals\nKZ-71,2024,1,1\n",
    "broken.xlsx": b"PK\x03\x04 no zip",
    "broken.xls": b"\xd0\xcf\x11\xe0 no workbook",
    "broken.parquet": b"PAR1 no table PAR1",
    "empty.geojson": b'{"type": "FeatureCollection", "features": []}',
    "nothing.geojson": b'{"type": "FeatureCollection", "features": [{"type": "Feature", "geometry": null}]}',
    "cut.geojson": b'{"type": "FeatureCollection", "feat',
    "broken.gpkg": b"SQLite format 3\x00 no base",
    "broken.shp": b"\x00\x00'\n no shapes",
    "broken.fgb": b"fgb\x03fgb\x00 no features",
    "recipe.toml": b"measure = 3\n[classes]\nk = 'x'\n",
}


class TestBrokenFiles:
    """Never a traceback: any file, in any place, ends with status 1 and leaves nothing behind."""

    @pytest.mark.parametrize("command", COMMANDS, ids=lambda command: f"{command[0]} {command[-1]}")
    @pytest.mark.parametrize("name", [*BROKEN, "folder.csv", "folder.gpkg", "absent.csv", "strange.zip"])
    def test_each_is_refused(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...], name: str
    ) -> None:
        monkeypatch.chdir(tmp_path)
        path = tmp_path / name
        if name in BROKEN:
            path.write_bytes(BROKEN[name])
        elif name.startswith("folder"):
            path.mkdir()
        elif name.startswith("strange"):
            with zipfile.ZipFile(path, "w") as archive:
                archive.writestr("readme.txt", "nothing here")
        assert status(run(*command, path)) == 1
        assert {found.name for found in tmp_path.iterdir()} <= {name}

    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.binary(max_size=200), st.sampled_from([".csv", ".xlsx", ".geojson", ".parquet", ".shp"]))
    def test_any_bytes_are_refused(self, tmp_path: Path, data: bytes, ending: str) -> None:
        path = tmp_path / f"any{ending}"
        path.write_bytes(data)
        assert status(run("check", path)) == 1

    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.text(max_size=20), st.sampled_from(["region", "year", "arrivals", "net"]))
    def test_any_cell_is_read_or_refused(self, tmp_path: Path, cell: str, column: str) -> None:
        path = table(tmp_path / "t.csv", **{column: cell})
        assert status(run("check", path)) in {0, 1}


class TestMain:
    def end(self, monkeypatch: pytest.MonkeyPatch, *words: object) -> int:
        monkeypatch.setattr(sys, "argv", ["kzgeo", *map(str, words)])
        with pytest.raises(SystemExit) as caught:
            main()
        assert isinstance(caught.value.code, int)
        return caught.value.code

    def test_problems_end_with_one(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        own = table(tmp_path / "t.csv", net=5)
        assert self.end(monkeypatch, "join", "--table", own, "--out", tmp_path / "o.gpkg") == 1
        [line] = capsys.readouterr().err.splitlines()
        assert line.startswith(f"{own}:2: ")
        assert "; " in line

    def test_a_folder_that_cannot_be_written_ends_with_one(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (tmp_path / "file").write_text("")
        out = tmp_path / "file" / "o.csv"
        own = margins(tmp_path / "m.csv")
        assert self.end(monkeypatch, "import", table(tmp_path / "t.csv"), "--out", out) == 1
        assert "Traceback" not in capsys.readouterr().err
        assert own.exists()

    def test_wrong_usage_ends_with_two(self, monkeypatch: pytest.MonkeyPatch) -> None:
        assert self.end(monkeypatch, "build", "--lang", "de") == 2

    def test_success_ends_with_zero(self, monkeypatch: pytest.MonkeyPatch) -> None:
        assert self.end(monkeypatch, "regions") == 0
