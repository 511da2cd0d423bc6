"""The estimates that ship: reproducible, and closing the year's published margins."""

from __future__ import annotations

import importlib.util
from typing import TYPE_CHECKING

import pandas as pd
from matrices import year
from pandas.testing import assert_frame_equal

from kzgeo.resources import folder

if TYPE_CHECKING:
    from types import ModuleType


def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("estimate_missing", folder("data") / "estimate_missing.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def shipped() -> pd.DataFrame:
    return pd.read_csv(folder("data") / "flows_estimated.csv")


def test_the_script_gives_what_ships() -> None:
    flows, migration = (pd.read_csv(folder("data") / name) for name in ("flows.csv", "migration.csv"))
    made = script()
    again = pd.concat([made.lost_of_2022(flows, migration), made.doubtful_of_2023(flows, migration)])
    assert_frame_equal(again[shipped().columns].reset_index(drop=True), shipped(), check_dtype=False)


def test_2022_closes_with_them() -> None:
    printed = year(2022).dropna(subset=["people"])
    filled = shipped()[shipped()["year"] == 2022]
    assert len(filled) == 64
    whole = pd.concat([printed, filled])
    assert len(whole) == 380
    migration = pd.read_csv(folder("data") / "migration.csv").query("year == 2022 and flow == 'interregional'")
    margins = migration.pivot_table(index="direction", columns="region", values="people")
    for end, direction in (("origin", "departures"), ("destination", "arrivals")):
        assert (whole.groupby(end)["people"].sum() == margins.loc[direction]).all()


def test_the_doubtful_cell_of_2023_excludes_the_other_reading() -> None:
    cell = shipped().query("year == 2023").squeeze()
    assert (cell["origin"], cell["destination"], cell["people"]) == ("KZ-19", "KZ-79", 886)
    # If 1,533 were right here, 2,180 would have come back: far from both neighbouring years.
    assert cell["low"] <= 886 <= cell["high"] < 1533
    assert cell["min"] == 0
