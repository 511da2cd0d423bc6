"""Commands that write tables: estimates and what was imported from published sheets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pytest
from commands import CODES, DATA, codes, margins, matrix, run, status
from openpyxl import Workbook

from kzgeo.errors import InputError
from kzgeo.od import cpc
from kzgeo.read.flows import read_flows
from kzgeo.read.tables import read_table
from kzgeo.regions import registry

if TYPE_CHECKING:
    from pathlib import Path


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
