"""Sheets made for print: titles, two-row headers, years and months as columns, totals and parts between the rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import openpyxl
import pandas as pd
import pytest

from kzgeo.checks import check_table, check_totals, official
from kzgeo.errors import InputError, Problem
from kzgeo.read.nsb import read_spreadsheet
from kzgeo.read.tables import read_table
from kzgeo.regions import registry
from kzgeo.resources import folder

if TYPE_CHECKING:
    from pathlib import Path

MIGRATION = pd.read_csv(folder("data") / "migration.csv").set_index(["flow", "direction", "year", "region"])["people"]
MONTHLY = pd.read_csv(folder("data") / "monthly.csv").set_index(["flow", "direction", "month", "region"])["people"]
REGIONS = registry().newest
DIRECTIONS = ("arrivals", "departures", "net")
MONTHS = [
    *("январь", "февраль", "март", "апрель", "май", "июнь"),
    *("июль", "август", "сентябрь", "октябрь", "ноябрь", "декабрь"),
]


def between(code: str, year: int) -> list[int]:
    return [int(MIGRATION["interregional", direction, year, code]) for direction in DIRECTIONS]


def country(year: int) -> list[int]:
    return [sum(column) for column in zip(*(between(region.code, year) for region in REGIONS), strict=True)]


def save(path: Path, rows: list[list[Any]]) -> Path:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


def two_row_header() -> list[list[Any]]:
    rows: list[list[Any]] = [
        ["Миграция населения Республики Казахстан по регионам"],
        ["за январь-декабрь 2023-2024 годов"],
        [None] * 6 + ["человек"],
        ["Регионы", "Внутренняя (межрегиональная) миграция", *[None] * 5, "2024 г. в % к 2023 г."],
        [None, 2023, None, None, 2024, None, None, None],
        [None, *["прибыло", "выбыло", "сальдо миграции"] * 2, None],
        ["Республика Казахстан", *country(2023), *country(2024), 146.2],
    ]
    for region in REGIONS:
        rows.append([region.names["ru"], *between(region.code, 2023), *between(region.code, 2024), 100.0])
        rows.append(["городское население", *[1] * 7])
        rows.append(["сельское население", *["-"] * 7])
    return [*rows, ["* Предварительные данные"], ["Источник: Бюро национальной статистики"]]


def test_a_two_row_header_with_parts_between_the_regions(tmp_path: Path) -> None:
    table = read_spreadsheet(save(tmp_path / "s.xlsx", two_row_header()))
    found = table.migration.set_index(["flow", "direction", "year", "region"])["people"]
    assert len(found) == 2 * 3 * 20
    assert (found == MIGRATION.reindex(found.index)).all()
    assert table.migration.query("region == 'KZ-10'")["row"].unique().tolist() == [8]
    assert table.totals["people"].tolist() == [*country(2023), *country(2024)]
    assert check_table(table.migration, file="s", official=official()) == []
    assert check_totals(table.totals, table.migration, file="s") == []
    told = "\n".join(table.understood)
    for line in (
        "column E 'Внутренняя (межрегиональная) миграция / 2024 / прибыло' -> interregional arrivals 2024",
        "column H '2024 г. в % к 2023 г. / 2024' set aside: a percentage or rate",
        "row 7 'Республика Казахстан': the whole country",
        "20 rows set aside: rural",
    ):
        assert line in told


def test_a_kazakh_sheet_with_sections(tmp_path: Path) -> None:
    def row(region: Any) -> list[str]:
        return [region.names["kk"], *(f"{people:,}".replace(",", "\u00a0") for people in between(region.code, 2024))]

    rows = [
        ["Өңіраралық көші-қон, 2024 жылғы қаңтар-желтоқсан"],
        ["", "Келгендер", "Кеткендер", "Көші-қон айырымы"],
        ["Барлық халық"],
        *map(row, REGIONS),
        ["Қала халқы"],
        *([region.names["kk"], "1", "2", "-1"] for region in REGIONS),
    ]
    found = read_spreadsheet(save(tmp_path / "s.xlsx", rows)).migration
    assert len(found) == 60
    assert found["people"].sum() == 2 * 689497


def test_years_as_columns_and_the_measure_in_the_title(tmp_path: Path) -> None:
    rows: list[list[Any]] = [["Сальдо внешней миграции населения"], ["человек"], ["", 2023, 2024]]
    rows += [
        [r.names["ru"], *(int(MIGRATION["external", "net", year, r.code]) for year in (2023, 2024))] for r in REGIONS
    ]
    found = read_spreadsheet(save(tmp_path / "s.xlsx", rows)).migration
    assert set(zip(found["flow"], found["direction"], strict=True)) == {("external", "net")}
    assert found.groupby("year")["people"].sum().to_dict() == {2023: 9293, 2024: 16550}


def months(count: int) -> list[list[Any]]:
    rows: list[list[Any]] = [["Внутренняя миграция: число прибывших, 2024 год"], ["", *MONTHS[:count]]]
    return rows + [
        [r.names["ru"], *(int(MONTHLY["internal", "arrivals", month, r.code]) for month in range(1, count + 1))]
        for r in REGIONS
    ]


def test_twelve_months_make_a_year(tmp_path: Path) -> None:
    found = read_spreadsheet(save(tmp_path / "s.xlsx", months(12))).migration
    assert found["people"].sum() == 1510337
    assert set(found["status"]) == {"derived"}


@pytest.mark.parametrize(
    "rows",
    [
        months(6),
        [["Внешняя миграция за январь-июнь 2024 года"], ["", "прибыло"], *([r.names["ru"], 5] for r in REGIONS)],
        [["Внешняя миграция"], ["", "прибыло за I полугодие 2024"], *([r.names["ru"], 5] for r in REGIONS)],
    ],
)
def test_a_part_of_a_year_is_no_year(tmp_path: Path, rows: list[list[Any]]) -> None:
    with pytest.raises(InputError, match="covers only a part of the year: 'months 1 to 6'"):
        read_spreadsheet(save(tmp_path / "s.xlsx", rows))


def test_a_part_beside_its_whole_year_is_set_aside(tmp_path: Path) -> None:
    rows = [["Внешняя миграция: прибыло"], ["", "январь-июнь 2024", "2024"], *([r.names["ru"], 5, 9] for r in REGIONS)]
    found = read_spreadsheet(save(tmp_path / "s.xlsx", rows))
    assert set(found.migration["people"]) == {9}


def test_thousands_and_parts_of_the_people(tmp_path: Path) -> None:
    rows = [
        ["Численность населения на 1 января 2025 года"],
        ["тыс. человек"],
        ["", "Все население", "городское", "сельское"],
        *([r.names["ru"], "1 234,5", "1,0", "2,0"] for r in REGIONS),
    ]
    table = read_spreadsheet(save(tmp_path / "s.xlsx", rows))
    assert table.migration.empty
    assert table.population["date"].unique().tolist() == ["2025-01-01"]
    assert set(table.population["people"]) == {1234500}


def test_signs_keep_their_meaning(tmp_path: Path) -> None:
    rows: list[list[Any]] = [["Внешняя миграция, прибыло 2024"], ["", "прибыло"]]
    rows += [[r.names["ru"], sign] for r, sign in zip(REGIONS, ["-", "...", "x", "0,0", *["7"] * 16], strict=True)]
    found = read_spreadsheet(save(tmp_path / "s.xlsx", rows)).migration
    assert found["sign"].tolist()[:4] == ["nothing", "no data", "confidential", "tiny"]
    assert found["status"].tolist()[:4] == ["published", "missing", "missing", "published"]


def test_problems_name_the_line(tmp_path: Path) -> None:
    rows = [["Миграция 2024"], ["Регион", "прибыло"], *([r.names["ru"], 5] for r in REGIONS)]
    rows[4][0], rows[6][1] = "Акмолинка", "abc"
    problems: list[Problem] = []
    read_spreadsheet(save(tmp_path / "s.xlsx", rows), problems=problems)
    assert [(problem.row, problem.code) for problem in problems] == [(5, "unknown-region"), (7, "not-a-number")]


def test_a_sheet_without_regions_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no table of regions"):
        read_spreadsheet(save(tmp_path / "s.xlsx", [["a", "b"], [1, 2]]))


def test_any_table_may_be_such_a_sheet(tmp_path: Path) -> None:
    file = save(tmp_path / "s.xlsx", two_row_header())
    pd.testing.assert_frame_equal(read_table(file).migration, read_spreadsheet(file).migration)


def test_a_csv_of_windows_may_be_such_a_sheet(tmp_path: Path) -> None:
    lines = [";".join("" if cell is None else str(cell) for cell in row) for row in two_row_header()]
    (tmp_path / "s.csv").write_bytes("\n".join(lines).encode("cp1251"))
    assert len(read_table(tmp_path / "s.csv").migration) == 120
