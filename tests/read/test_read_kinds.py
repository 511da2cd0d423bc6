"""Files are told apart by what they hold; months, countries and percentages are read as what they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pytest

from kzgeo.checks import check_abroad, check_percentages, official
from kzgeo.errors import InputError
from kzgeo.read.kinds import kind_of, read_abroad
from kzgeo.read.percentages import read_percentages
from kzgeo.read.tables import read_table
from kzgeo.resources import folder

if TYPE_CHECKING:
    from pathlib import Path

DATA = folder("data")
MEMO = "Страна;Год;Прибыло\nРоссия;{0};11 711\nУзбекистан;{0};6 519\nТуркменистан;{0};1 166\nпрочие;{0};5 991\n"


@pytest.mark.parametrize(
    ("name", "kind"),
    [("migration", "table"), ("population", "table"), ("flows", "flows"), ("external_by_country", "abroad")],
)
def test_the_projects_files_are_told_apart(name: str, kind: str) -> None:
    assert kind_of(DATA / f"{name}.csv") == kind


def test_a_square_matrix_is_a_flow_table(tmp_path: Path) -> None:
    long = pd.read_csv(DATA / "flows.csv").query("year == 2024")
    long.pivot_table(index="origin", columns="destination", values="people").to_csv(tmp_path / "m.csv")
    assert kind_of(tmp_path / "m.csv") == "flows"
    assert kind_of(tmp_path / "b.gpkg") == "boundaries"


def test_months_make_a_year_only_together(tmp_path: Path) -> None:
    table = read_table(DATA / "monthly.csv").migration
    sums = table.groupby(["flow", "direction"])["people"].sum()
    assert sums["internal", "arrivals"] == sums["internal", "departures"] == 1510337
    months = pd.read_csv(DATA / "monthly.csv")
    months[months["month"] <= 6].to_csv(tmp_path / "half.csv", index=False)
    with pytest.raises(InputError, match="has only 6 months"):
        read_table(tmp_path / "half.csv")


def test_a_memo_that_prints_another_year_by_country(tmp_path: Path) -> None:
    for year, found in ((2023, []), (2024, ["other-year"])):
        file = tmp_path / f"{year}.csv"
        file.write_text(MEMO.format(year), "utf-8")
        problems = check_abroad(read_abroad(file).migration, file="memo", official=official())
        assert [problem.code for problem in problems] == found
    assert "25,387 is the external arrivals of 2023, another year" in problems[0].remedy


def percentages(tmp_path: Path, text: str) -> list[str]:
    file = tmp_path / "p.csv"
    file.write_text(text, "utf-8")
    return [
        str(problem)
        for part in read_percentages(file)
        for problem in check_percentages(
            part.counts, part.percents, names=part.names, file="p", growth=part.growth, official=official()
        )
    ]


def test_growth_of_another_flow(tmp_path: Path) -> None:
    header = "flow;2023;2024;growth, %\n"
    right = "internal;1023573;1510337;47,6\nexternal arrivals;25387;29282;15,3\n"
    assert percentages(tmp_path, header + right) == []
    (one,) = percentages(tmp_path, header + right + "interregional;471580;689497;47,6\n")
    assert "46.2 %, but '47.6 %'; that is the figure of 'internal'" in one
    (alone,) = percentages(tmp_path, header + "interregional;471580;689497;47,6\n")
    assert "that is the internal movers growth pct of 2024" in alone


def shares(base: float) -> str:
    rows = pd.read_csv(DATA / "migration.csv").query("year == 2024 and flow == 'interregional'")
    wide = rows.pivot_table(index="region", columns="direction", values="people")[["arrivals", "departures"]]
    return wide.assign(**{"share of arrivals, %": (100 * wide["arrivals"] / base).round(2)}).to_csv()


def test_shares_of_another_base(tmp_path: Path) -> None:
    assert percentages(tmp_path, shares(689497)) == []
    (found,) = percentages(tmp_path, shares(1510337))
    assert "'arrivals', which sums to 689,497; its base is about" in found
    assert "internal movers incl intraregional of 2024" in found


def test_a_list_of_the_largest_may_be_shares_of_a_whole_that_is_not_printed(tmp_path: Path) -> None:
    lines = shares(689497).splitlines()
    assert percentages(tmp_path, "\n".join(lines[:8])) == []


def test_ratios_between_columns_are_no_shares(tmp_path: Path) -> None:
    text = 'region,arrivals,departures,"arrivals, % of departures"\nKZ-10,5,10,50\nKZ-11,3,4,75\nKZ-15,1,4,25\n'
    assert percentages(tmp_path, text) == []


@pytest.mark.parametrize("name", ["migration", "flows", "population", "natural_increase"])
def test_files_without_percentages_have_none(name: str) -> None:
    assert read_percentages(DATA / f"{name}.csv") == []
