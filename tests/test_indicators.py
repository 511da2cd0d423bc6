"""Indicators: the field's formulas, on figures small enough to check by hand and on the built-in ones."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from synthetic import YEAR, country

from kzgeo.indicators import MEASURES, concentration, indicator, indicators
from kzgeo.load import builtin_atlas

if TYPE_CHECKING:
    from kzgeo.atlas import Atlas

laws = settings(max_examples=4, deadline=None)
countries = st.builds(country, st.integers(0, 2**32 - 1))


def with_figures(atlas: Atlas, code: str, **figures: float | None) -> Atlas:
    """Return the atlas with other interregional figures for one region."""
    rows = atlas.migration.copy()
    for direction, people in figures.items():
        cell = (rows["region"] == code) & (rows["flow"] == "interregional") & (rows["direction"] == direction)
        rows.loc[cell, "people"] = np.nan if people is None else people
        rows.loc[cell, "status"] = "missing" if people is None else "published"
    return replace(atlas, migration=rows)


@pytest.fixture(scope="module")
def by_hand() -> Atlas:
    """Return an atlas whose region KZ-71 has 300 arrivals, 200 departures and 39,000, then 41,000 people."""
    atlas = with_figures(country(1), "KZ-71", arrivals=300, departures=200, net=100)
    people = atlas.population.copy()
    for day, count in (("2024-01-01", 39_000), ("2025-01-01", 41_000)):
        people.loc[(people["region"] == "KZ-71") & (people["date"] == day), "people"] = count
    before = atlas.migration[atlas.migration["direction"] == "net"].assign(year=YEAR - 1)
    before.loc[(before["region"] == "KZ-71") & (before["flow"] == "interregional"), "people"] = 130
    return replace(atlas, population=people, migration=pd.concat([atlas.migration, before], ignore_index=True))


class TestFormulas:
    @pytest.mark.parametrize(
        ("measure", "value"),
        [
            ("arrivals", 300),
            ("departures", 200),
            ("net", 100),
            ("turnover", 500),
            ("arrival_rate", 7.5),
            ("departure_rate", 5.0),
            ("net_rate", 2.5),
            ("effectiveness", 20.0),
            ("change", -30),
        ],
    )
    def test_by_hand(self, by_hand: Atlas, measure: str, value: float) -> None:
        assert indicator(by_hand, measure, year=YEAR).loc["KZ-71", "value"] == pytest.approx(value)

    def test_shares_are_of_all_arrivals(self, by_hand: Atlas) -> None:
        share = indicator(by_hand, "share", year=YEAR)["value"]
        arrivals = indicator(by_hand, "arrivals", year=YEAR)["value"]
        assert share["KZ-71"] == pytest.approx(100 * 300 / arrivals.sum())
        assert share.sum() == pytest.approx(100)

    def test_the_built_in_figures_are_those_that_the_ministry_knows(self) -> None:
        found = indicators(builtin_atlas(), year=2024)
        assert list(found.columns) == list(MEASURES)
        assert found.loc["KZ-71", "net"] == 73238
        assert found.loc["KZ-71", "net_rate"].round(1) == 49.5
        assert found.loc["KZ-10", "net_rate"].round(1) == -13.8
        assert found.loc["KZ-59", "net_rate"].round(1) == -10.0
        assert found["arrivals"].sum() == 689497
        assert found.loc["KZ-71", "change"] == 73238 - 50078

    def test_the_four_flows_are_not_mixed(self) -> None:
        atlas = builtin_atlas()
        arrivals = {flow: indicator(atlas, "arrivals", year=2024, flow=flow)["value"].sum()
                    for flow in ("interregional", "internal")}  # fmt: skip
        assert arrivals == {"interregional": 689497, "internal": 1510337}
        total = indicator(atlas, "net", year=2024, flow="total")["value"]
        external = indicator(atlas, "net", year=2024, flow="external")["value"]
        assert total.sum() == external.sum() == 16550
        assert indicator(atlas, "arrivals", year=2024, flow="total")["value"].isna().all()


class TestLaws:
    @laws
    @given(countries)
    def test_effectiveness_lies_between_complete_loss_and_complete_gain(self, atlas: Atlas) -> None:
        value = indicator(atlas, "effectiveness", year=YEAR)["value"]
        assert value.between(-100, 100).all()
        assert (np.sign(value) == np.sign(indicator(atlas, "net", year=YEAR)["value"])).all()

    @laws
    @given(countries)
    def test_rates_and_people_agree(self, atlas: Atlas) -> None:
        found = indicators(atlas, year=YEAR)
        people = atlas.mean_population(YEAR)["value"]
        assert np.allclose(found["arrival_rate"] - found["departure_rate"], found["net_rate"])
        assert np.allclose(found["net_rate"] * people / 1000, found["net"])
        assert (found["turnover"] >= found["net"].abs()).all()


class TestStatus:
    def test_a_figure_as_printed_keeps_its_status_and_arithmetic_is_derived(self, by_hand: Atlas) -> None:
        printed = indicator(by_hand, "net", year=YEAR).loc["KZ-71"]
        made = indicator(by_hand, "net_rate", year=YEAR).loc["KZ-71"]
        assert (printed["status"], printed["source"]) == ("published", "S01")
        assert (made["status"], made["source"]) == ("derived", "S01 S04")

    def test_an_estimate_stays_one_through_every_step(self) -> None:
        found = indicator(builtin_atlas(), "effectiveness", year=2023)
        assert sorted(found.index[found["status"] == "estimated"]) == ["KZ-19", "KZ-79"]

    def test_a_missing_part_leaves_the_region_missing_and_no_other(self) -> None:
        atlas = with_figures(country(1), "KZ-71", arrivals=None)
        found = indicator(atlas, "turnover", year=YEAR)
        assert found["value"].isna().sum() == 1
        assert found.loc["KZ-71", "status"] == "missing"

    def test_a_share_needs_every_region(self) -> None:
        atlas = with_figures(country(1), "KZ-71", arrivals=None)
        assert indicator(atlas, "share", year=YEAR)["value"].isna().all()

    def test_where_nobody_moved_there_is_no_effectiveness(self) -> None:
        atlas = with_figures(country(1), "KZ-71", arrivals=0, departures=0, net=0)
        found = indicator(atlas, "effectiveness", year=YEAR).loc["KZ-71"]
        assert np.isnan(found["value"])
        assert found["status"] == "missing"

    def test_a_year_without_figures_is_missing_everywhere(self) -> None:
        for measure in MEASURES:
            found = indicator(country(1), measure, year=1999)
            assert found["value"].isna().all()
            assert set(found["status"]) == {"missing"}


def test_three_cities_receive_half_of_all_movers() -> None:
    share, codes = concentration(indicator(builtin_atlas(), "arrivals", year=2024)["value"], top=3)
    assert codes == ("KZ-71", "KZ-75", "KZ-19")
    assert share == pytest.approx(52.3, abs=0.05)


def test_every_measure_has_a_unit_its_decimals_and_parts_that_are_known() -> None:
    for name, measure in MEASURES.items():
        assert measure.unit in {"people", "per_1000", "percent"}, name
        assert measure.diverging == (name in {"net", "net_rate", "effectiveness", "change"})
