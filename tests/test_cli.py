"""The command line: what it writes, what it refuses and how it says so."""

from __future__ import annotations

import csv
import json
import sqlite3
import sys
from contextlib import closing
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from commands import CODES, DATA, codes, margins, matrix, run, status, table

from kzgeo.cli import main
from kzgeo.errors import InputError
from kzgeo.resources import folder

if TYPE_CHECKING:
    from pathlib import Path


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


class TestOwnFiguresThatAreRare:
    """Good input of an unusual kind is drawn."""

    def squares(self, path: Path, names: list[str]) -> Path:
        features = [
            {
                "type": "Feature",
                "properties": {"code": f"R{n}", "title": name},
                "geometry": {"type": "Polygon", "coordinates": [[[n, 0], [n + 1, 0], [n + 1, 1], [n, 1], [n, 0]]]},
            }
            for n, name in enumerate(names)
        ]
        path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")
        return path

    @pytest.mark.parametrize("name", ["北京", "Line\nbreak", "$a$ <b>", "العربية"])
    def test_names_in_any_letters(self, tmp_path: Path, name: str) -> None:
        outlines = self.squares(tmp_path / "b.geojson", [name, "two", "three"])
        rows = [{"region": f"R{n}", "year": 2022, "arrivals": 5 + n, "departures": 7 - n} for n in range(3)]
        rows[0] |= {"departures": 5 + 6 + 7 - 6 - 5}
        pd.DataFrame(rows).to_csv(tmp_path / "t.csv", index=False)
        made = run(
            *("build", "arrivals", "--boundaries", outlines, "--name", "title", "--table", tmp_path / "t.csv"),
            *("--lang", "en", "--format", "png,svg,html", "--out", tmp_path / "o"),
        )
        assert made.exit_code == 0, made.output
        assert (tmp_path / "o" / "arrivals.en.png").stat().st_size > 5_000

    def test_zeros_and_decimals(self, tmp_path: Path) -> None:
        outlines = self.squares(tmp_path / "b.geojson", ["one", "two", "three"])
        given = ("--boundaries", outlines, "--name", "title", "--table", tmp_path / "t.csv")
        for figure in (0, 2.5):
            rows = [{"region": f"R{n}", "year": 2022, "arrivals": figure, "departures": figure} for n in range(3)]
            pd.DataFrame(rows).to_csv(tmp_path / "t.csv", index=False)
            made = run("build", "arrivals", "net", *given, "--format", "png,gpkg", "--out", tmp_path / "o")
            assert made.exit_code == 0, made.output

    def test_the_newest_year_of_a_rate_is_drawn(self, tmp_path: Path) -> None:
        outlines = self.squares(tmp_path / "b.geojson", ["one", "two"])
        rows = [
            {"region": f"R{n}", "year": year, "arrivals": 5, "departures": 5, "population": 900}
            for n in range(2)
            for year in (2022, 2023)
        ]
        pd.DataFrame(rows).to_csv(tmp_path / "t.csv", index=False)
        given = ("--boundaries", outlines, "--name", "title", "--table", tmp_path / "t.csv")
        made = run("build", "net-rate", "years", *given, "--format", "png", "--out", tmp_path / "o")
        assert made.exit_code == 0, made.output
        assert json.loads((tmp_path / "o" / "net-rate.json").read_text("utf-8"))["years"] == [2022]

    def test_a_number_parted_by_the_mark_between_cells_is_refused(self, tmp_path: Path) -> None:
        path = table(tmp_path / "t.csv")
        lines = path.read_text().splitlines()
        lines[3] = lines[3].replace("100,100,0", "1,100,1,100,0")
        path.write_text("\n".join(lines))
        result = run("check", path)
        assert result.exit_code == 1
        assert "t.csv:4: has more cells than the header: '100, 0'" in result.stderr
