"""Tables as people have them: formats, encodings, layouts, and every problem at once with its line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pytest

from kzgeo.errors import InputError, Problem
from kzgeo.read.tables import read_table
from kzgeo.regions import as_written
from kzgeo.resources import folder

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

WIDE = "Регион;Год;Прибыло;Выбыло;Сальдо\nАкмолинская область;2024;1 234;1 000;234\nг.Астана;2024;2 000;500;1 500\n"


def write(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


def people(path: Path, **options: object) -> dict[tuple[str, int, str], float]:
    rows = read_table(path, **options).migration  # type: ignore[arg-type] # options vary by test
    return {(r.region, r.year, r.direction): r.people for r in rows.itertuples()}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1251"])
@pytest.mark.parametrize("mark", [";", "\t", "|"])
def test_every_encoding_and_delimiter(tmp_path: Path, encoding: str, mark: str) -> None:
    file = write(tmp_path / "t.csv", WIDE.replace(";", mark), encoding)
    found = people(file)
    assert found["KZ-11", 2024, "arrivals"] == 1234
    assert found["KZ-71", 2024, "net"] == 1500


def save_parquet(frame: pd.DataFrame, path: Path) -> None:
    pytest.importorskip("pyarrow")
    frame.to_parquet(path)


@pytest.mark.parametrize(
    ("name", "save"),
    [
        ("t.xlsx", lambda frame, path: frame.to_excel(path, index=False)),
        ("t.parquet", save_parquet),
        ("t.csv", lambda frame, path: frame.to_csv(path, index=False)),
        ("wrong.csv", lambda frame, path: frame.to_excel(path.with_suffix(".xlsx"), index=False)),
    ],
)
def test_every_format(tmp_path: Path, name: str, save: Callable[[pd.DataFrame, Path], None]) -> None:
    frame = pd.DataFrame({"region": ["KZ-11", "KZ-71"], "year": 2024, "arrivals": [1, 2], "departures": [3, None]})
    save(frame, tmp_path / name)
    if name == "wrong.csv":  # a workbook under another name is still a workbook
        (tmp_path / "wrong.xlsx").rename(tmp_path / name)
    rows = read_table(tmp_path / name).migration
    assert rows["row"].tolist() == [2, 2, 3, 3]
    assert rows["status"].tolist() == ["published", "published", "published", "missing"]
    assert rows["flow"].unique().tolist() == ["interregional"]


@pytest.mark.parametrize(
    "header",
    [
        "region,year,arrivals,departures",
        "Область,Год,Число прибывших,Число выбывших",
        "Облыс,Жыл,Келгендер,Кеткендер",
        "KATO,period,in-migration,out_migration",
    ],
)
def test_headers_in_three_languages(tmp_path: Path, header: str) -> None:
    file = write(tmp_path / "t.csv", f"{header}\n710000000,2024,5,3\n")
    assert people(file) == {("KZ-71", 2024, "arrivals"): 5, ("KZ-71", 2024, "departures"): 3}


def test_named_columns_win(tmp_path: Path) -> None:
    file = write(tmp_path / "t.csv", "where,when,arrivals,came\nАстана,2024,1,5\n")
    columns = {"region": "where", "year": "when", "arrivals": "came"}
    assert people(file, columns=columns) == {("KZ-71", 2024, "arrivals"): 5}


def test_a_code_beside_a_name_is_no_contradiction(tmp_path: Path) -> None:
    file = write(tmp_path / "t.csv", "code,name,year,net\nKZ-71,Астана,2024,5\n")
    assert people(file) == {("KZ-71", 2024, "net"): 5}


def test_long_tables_keep_status_source_and_release(tmp_path: Path) -> None:
    text = (
        "region,year,flow,direction,people,status,source\n"
        "Астана,2024,внутренняя,прибыло,5,оценка,S1\n"
        "Астана,2024,external,net,-3,preliminary,\n"
    )
    rows = read_table(write(tmp_path / "t.csv", text)).migration
    assert rows["flow"].tolist() == ["internal", "external"]
    assert rows["direction"].tolist() == ["arrivals", "net"]
    assert rows["status"].tolist() == ["estimated", "published"]
    assert rows["release"].tolist() == ["", "preliminary"]
    assert rows["source"].tolist() == ["S1", ""]


def test_titles_notes_and_totals_are_set_aside(tmp_path: Path) -> None:
    text = (
        "Миграция населения,,,\n,,,\nРегион,Год,Прибыло,Выбыло\nРеспублика Казахстан,2024,7,7\n"
        "Астана,2024,5,3\nАлматы,2024,2,4\nИсточник: БНС,,,\n"
    )
    table = read_table(write(tmp_path / "t.csv", text))
    assert table.migration["region"].unique().tolist() == ["KZ-71", "KZ-75"]
    assert table.migration["row"].tolist() == [5, 5, 6, 6]
    assert table.totals["people"].tolist() == [7, 7]
    assert "column 'Прибыло' -> arrivals" in table.understood
    assert "1 rows for the whole country set aside and compared with the sum" in table.understood


def test_a_region_without_figures_is_there_and_missing(tmp_path: Path) -> None:
    for text, year in (("region,year,arrivals\nАбай,2024,\n", None), ("region,arrivals,departures\nАбай,,\n", 2024)):
        rows = read_table(write(tmp_path / "t.csv", text), year=year).migration
        assert set(rows["region"]) == {"KZ-10"}
        assert set(rows["status"]) == {"missing"}


def test_population_comes_apart(tmp_path: Path) -> None:
    wide = write(tmp_path / "w.csv", "region,year,net,population\nАстана,2024,5,1 430 117\n")
    table = read_table(wide)
    assert table.migration["people"].tolist() == [5]
    assert table.population[["region", "date", "people"]].to_numpy().tolist() == [["KZ-71", "2024-01-01", 1430117]]
    dated = write(tmp_path / "d.csv", "region,date,people\nАстана,2024-01-01,7\n")
    assert read_table(dated).population["date"].tolist() == ["2024-01-01"]


def test_names_belong_to_the_year_of_their_row(tmp_path: Path) -> None:
    text = "region,year,net\nЮжно-Казахстанская область,2015,5\nТуркестанская область,2024,6\n"
    assert people(write(tmp_path / "t.csv", text)) == {("KZ-61", 2015, "net"): 5, ("KZ-61", 2024, "net"): 6}
    late = write(tmp_path / "l.csv", "region,year,net\nЮжно-Казахстанская область,2024,5\n")
    with pytest.raises(InputError, match="until 2018-06-19"):
        read_table(late)


def test_almaty_depends_on_its_company(tmp_path: Path) -> None:
    alone = write(tmp_path / "a.csv", "region,year,net\nAlmaty,2024,5\nAstana,2024,-5\n")
    assert ("KZ-75", 2024, "net") in people(alone)
    both = write(tmp_path / "b.csv", "region,year,net\nAlmaty,2024,5\nAlmaty_city,2024,-5\n")
    assert people(both) == {("KZ-19", 2024, "net"): 5, ("KZ-75", 2024, "net"): -5}


def test_another_country_keeps_its_own_keys(tmp_path: Path) -> None:
    file = write(tmp_path / "t.csv", "canton,year,arrivals\nZürich,2024,5\nTotal,2024,5\n")
    assert people(file, match=as_written) == {("Zürich", 2024, "arrivals"): 5}


def test_all_problems_come_at_once_with_their_lines(tmp_path: Path) -> None:
    text = (
        "region,year,arrivals,departures\nАкмолинка,2024,1,2\nг. Туркестан,2024,1,2\nАстана,24,1,2\n"
        "Алматы,2024,many,2\nШымкент,январь-июнь 2024,1,2\n"
    )
    file = write(tmp_path / "t.csv", text)
    with pytest.raises(InputError) as caught:
        read_table(file)
    found = {(problem.row, problem.code) for problem in caught.value.problems}
    assert found == {
        (2, "unknown-region"),
        (3, "unknown-region"),
        (4, "year"),
        (5, "not-a-number"),
        (6, "part-year"),
    }
    first = str(caught.value.problems[0])
    assert first.startswith(f"{file}:2: unknown region 'Акмолинка'; write Акмолинская область or KZ-11")


def test_a_gathering_caller_gets_what_could_be_read(tmp_path: Path) -> None:
    problems: list[Problem] = []
    file = write(tmp_path / "t.csv", "region,year,arrivals\nАкмолинка,2024,1\nАстана,2024,x\n")
    table = read_table(file, problems=problems)
    assert [problem.code for problem in problems] == ["unknown-region"]
    assert table.migration[["region", "status", "sign"]].to_numpy().tolist() == [["KZ-71", "missing", "confidential"]]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"a,b\n1,2\n", "no header that a table needs"),
        ("Регион,Год\n".encode().decode("cp1251").encode(), "garbled letters"),
        (bytes(range(128, 256)), "encoding that cannot be told"),
        (b"PK\x03\x04zz", "no spreadsheet that can be read"),
        (b"region,year,people\nKZ-10,2024,5\n", "no column for 'direction'"),
        (b"region,arrivals\nKZ-10,1\n", "no column for 'year'"),
        (b"region,year,arrivals,arrived\nKZ-10,2024,1,2\n", "two columns for arrivals"),
    ],
)
def test_unusable_files_say_why(tmp_path: Path, content: bytes, said: str) -> None:
    (tmp_path / "t.csv").write_bytes(content)
    with pytest.raises(InputError, match=said):
        read_table(tmp_path / "t.csv")


def test_absent_files_and_folders_say_so(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "absent.csv"):
        with pytest.raises(InputError, match="cannot be read"):
            read_table(path)


def test_the_year_may_be_given(tmp_path: Path) -> None:
    file = write(tmp_path / "t.csv", "region,arrivals\nАстана,1\n")
    assert people(file, year=2024) == {("KZ-71", 2024, "arrivals"): 1}


@pytest.mark.parametrize("name", ["migration", "population"])
def test_the_projects_own_tables_are_read(name: str) -> None:
    path = folder("data") / f"{name}.csv"
    table = read_table(path)
    lines = path.read_text("utf-8").count("\n") - 1
    rows = len(table.migration) + len(table.population) + len(table.totals)
    assert rows == lines
