"""OD tables: long ones under any header, square ones, and their problems."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pytest

from kzgeo.errors import InputError
from kzgeo.read.flows import read_flows
from kzgeo.regions import registry
from kzgeo.resources import folder

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    "header",
    ["origin,destination,year,people", "Откуда,Куда,Год,Число", "Қайдан,Қайда,Жыл,Адам", "from,to,Year,N"],
)
def test_headers_in_three_languages(tmp_path: Path, header: str) -> None:
    file = tmp_path / "f.csv"
    file.write_text(f"{header}\nAlmaty,Almaty_city,2024,53743\nAlmaty_city,Almaty,2024,44477\n", "utf-8")
    flows = read_flows(file)
    assert flows[["origin", "destination", "people", "row"]].to_numpy().tolist() == [
        ["KZ-19", "KZ-75", 53743, 2],
        ["KZ-75", "KZ-19", 44477, 3],
    ]


def test_a_square_matrix_is_unrolled(tmp_path: Path) -> None:
    long = pd.read_csv(folder("data") / "flows.csv").query("year == 2024")
    square = long.pivot_table(index="origin", columns="destination", values="people")
    square.to_excel(tmp_path / "m.xlsx")
    flows = read_flows(tmp_path / "m.xlsx", year=2024).set_index(["origin", "destination"])["people"]
    assert len(flows) == 380
    assert flows["KZ-19", "KZ-75"] == 53743
    assert flows["KZ-75", "KZ-19"] == 44477


def test_problems_come_at_once(tmp_path: Path) -> None:
    file = tmp_path / "f.csv"
    file.write_text("origin,destination,year,people\nKZ-19,KZ-99,2024,5\nKZ-19,KZ-75,2024,many\n", "utf-8")
    with pytest.raises(InputError) as caught:
        read_flows(file)
    assert [(problem.row, problem.code) for problem in caught.value.problems] == [
        (2, "unknown-region"),
        (3, "not-a-number"),
    ]


def test_no_matrix_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "f.csv").write_text("a,b\n1,2\n", "utf-8")
    with pytest.raises(InputError, match="no header that an OD table needs"):
        read_flows(tmp_path / "f.csv")


def test_the_projects_own_flows_are_read() -> None:
    flows = read_flows(folder("data") / "flows.csv")
    assert len(flows) == 7 * 380
    assert flows["people"].isna().sum() == (flows["status"] == "missing").sum() == 64


def test_the_public_copy_is_read_as_it_comes(tmp_path: Path) -> None:
    codes = sorted(region.code for region in registry().newest)
    names = [
        *("Abay", "Akmola", "Aktobe", "Almaty", "Atyrau", "West_Kaz", "Zhambyl", "Zhetysu", "Karaganda", "Kostanay"),
        *("Kyzylorda", "Mangystau", "Pavlodar", "North_Kaz", "Turkestan", "Ulytau", "East_Kaz"),
        *("Astana_city", "Almaty_city", "Shymkent_city"),
    ]
    spelt = dict(zip(codes, names, strict=True))
    own = pd.read_csv(folder("data") / "flows.csv").query("year == 2024")
    raw = pd.DataFrame({"Year": 2024, "region_emmigr": own["origin"].map(spelt)})
    raw = raw.assign(region_immigr=own["destination"].map(spelt), N=own["people"].astype(int))
    raw.to_csv(tmp_path / "Internal_migration.csv", index=False)
    flows = read_flows(tmp_path / "Internal_migration.csv")
    assert flows["origin"].tolist() == own["origin"].tolist()
    assert flows["destination"].tolist() == own["destination"].tolist()
    assert flows["people"].sum() == 689497
