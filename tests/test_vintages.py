"""Older outlines: regions are united, moves between their parts become moves inside, and nothing is lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from synthetic import CODES, TODAY, YEAR, country

from kzgeo.atlas import FLOWS, Atlas
from kzgeo.errors import InputError
from kzgeo.indicators import indicator
from kzgeo.load import builtin_atlas
from kzgeo.resources import folder
from kzgeo.vintages import check_vintage, merge_back, vintage_of

PARTS_2021 = {"KZ-19": ["KZ-19", "KZ-33"], "KZ-35": ["KZ-35", "KZ-62"], "KZ-63": ["KZ-10", "KZ-63"]}
PARTS_2015 = {**PARTS_2021, "KZ-61": ["KZ-61", "KZ-79"]}

countries = st.builds(country, st.integers(0, 2**32 - 1))
days = st.sampled_from([date(2015, 1, 1), date(2021, 1, 1), date(2024, 1, 1)])
laws = settings(max_examples=4, deadline=None)


def margin(atlas: Atlas, direction: str, flow: str = "interregional") -> pd.Series:
    return atlas.margin(direction, year=YEAR, flow=flow)["value"]


def between(atlas: Atlas, parts: list[str]) -> float:
    flows = atlas.flows
    return float(flows.loc[flows["origin"].isin(parts) & flows["destination"].isin(parts), "people"].sum())


def without(rows: pd.DataFrame, **cell: str) -> pd.DataFrame:
    """Return the rows with one cell's figure lost."""
    rows = rows.copy()
    lost = np.logical_and.reduce([rows[column] == value for column, value in cell.items()])
    assert lost.any()
    rows.loc[lost, ["people", "status"]] = [np.nan, "missing"]
    return rows


def status(frame: pd.DataFrame, code: str) -> str:
    return str(frame.loc[code, "status"])


class TestRegions:
    def test_five_years_ago_abai_zhetysu_and_ulytau_lay_in_their_neighbours(self) -> None:
        merged = merge_back(country(1), date(2021, 1, 1))
        assert set(CODES) - set(merged.regions.index) == {"KZ-10", "KZ-33", "KZ-62"}
        assert merged.vintage == date(2021, 1, 1)

    def test_before_2018_shymkent_lay_in_south_kazakhstan_by_that_name(self) -> None:
        merged = merge_back(country(1), date(2015, 1, 1))
        assert len(merged.regions) == 16
        assert merged.name("KZ-61", "en") == "South Kazakhstan Region"
        assert merged.name("KZ-61", "ru", short=True) == "Южно-Казахстанская"

    def test_a_union_covers_its_parts_and_keeps_the_crs(self) -> None:
        atlas = country(1)
        merged = merge_back(atlas, date(2015, 1, 1))
        assert merged.regions.crs == atlas.regions.crs
        for union, parts in PARTS_2015.items():
            whole = shapely.union_all(atlas.regions.geometry[parts].to_numpy())
            assert merged.regions.geometry[union].equals(whole)

    def test_outlines_that_overlap_are_united_all_the_same(self) -> None:
        atlas = country(1)
        atlas.regions.loc["KZ-33", "geometry"] = atlas.regions.geometry["KZ-19"].buffer(0.2)
        merged = merge_back(atlas, date(2021, 1, 1))
        assert merged.regions.geometry["KZ-19"].area == pytest.approx(atlas.regions.geometry["KZ-33"].area)


class TestLaws:
    @laws
    @given(countries, days)
    def test_national_totals_are_kept_and_nets_cancel_out(self, atlas: Atlas, day: date) -> None:
        merged = merge_back(atlas, day)
        for flow in FLOWS:
            assert margin(merged, "net", flow).sum() == margin(atlas, "net", flow).sum()
        assert margin(merged, "net").sum() == 0
        for direction in ("arrivals", "departures"):
            assert margin(merged, direction, "internal").sum() == margin(atlas, direction, "internal").sum()
            assert margin(merged, direction, "external").sum() == margin(atlas, direction, "external").sum()

    @laws
    @given(countries)
    def test_interregional_margins_fall_by_the_moves_between_the_parts(self, atlas: Atlas) -> None:
        merged = merge_back(atlas, date(2015, 1, 1))
        for union, parts in PARTS_2015.items():
            for direction in ("arrivals", "departures"):
                fall = margin(atlas, direction)[parts].sum() - margin(merged, direction)[union]
                assert fall == between(atlas, parts)
        alone = sorted(set(merged.regions.index) - set(PARTS_2015))
        pd.testing.assert_series_equal(margin(merged, "arrivals")[alone], margin(atlas, "arrivals")[alone])

    @laws
    @given(countries, days)
    def test_the_matrix_still_has_the_margins(self, atlas: Atlas, day: date) -> None:
        merged = merge_back(atlas, day)
        flows = merged.od(YEAR)
        assert (flows["origin"] != flows["destination"]).all()
        arrivals = flows.groupby("destination")["people"].sum()
        departures = flows.groupby("origin")["people"].sum()
        assert (arrivals == margin(merged, "arrivals")).all()
        assert (departures == margin(merged, "departures")).all()
        assert (margin(merged, "net") == arrivals - departures).all()

    @laws
    @given(countries, days)
    def test_merging_twice_is_merging_once(self, atlas: Atlas, day: date) -> None:
        once = merge_back(atlas, day)
        assert merge_back(once, day).data_hash() == once.data_hash()

    @laws
    @given(countries)
    def test_a_stop_on_the_way_back_changes_no_figure(self, atlas: Atlas) -> None:
        straight = merge_back(atlas, date(2015, 1, 1))
        stopped = merge_back(merge_back(atlas, date(2021, 1, 1)), date(2015, 1, 1))
        pd.testing.assert_frame_equal(straight.migration, stopped.migration)
        pd.testing.assert_frame_equal(straight.flows, stopped.flows)


class TestStatus:
    def test_sums_are_derived_and_single_figures_stay_published(self) -> None:
        merged = merge_back(country(1), date(2021, 1, 1))
        net = merged.margin("net", year=YEAR, flow="interregional")
        assert status(net, "KZ-63") == "derived"
        assert status(net, "KZ-71") == "published"

    def test_a_lost_move_between_the_parts_hides_the_margins_but_not_the_net(self) -> None:
        atlas = country(1)
        atlas = replace(atlas, flows=without(atlas.flows, origin="KZ-63", destination="KZ-10"))
        merged = merge_back(atlas, date(2021, 1, 1))
        for direction in ("arrivals", "departures"):
            row = merged.margin(direction, year=YEAR, flow="interregional").loc["KZ-63"]
            assert np.isnan(row["value"])
            assert row["status"] == "missing"
        assert margin(merged, "net")["KZ-63"] == margin(atlas, "net")[["KZ-10", "KZ-63"]].sum()
        assert margin(merged, "arrivals").notna().sum() == 16

    def test_a_year_without_a_matrix_keeps_its_nets_only(self) -> None:
        atlas = country(1)
        merged = merge_back(replace(atlas, flows=atlas.flows.iloc[:0]), date(2021, 1, 1))
        assert margin(merged, "arrivals").isna().sum() == 3
        assert margin(merged, "net").notna().all()

    def test_a_figure_that_one_part_lacks_is_missing_for_the_union(self) -> None:
        atlas = country(1)
        rows = atlas.migration
        lost = replace(atlas, migration=without(rows, region="KZ-10", flow="external", direction="arrivals"))
        absent = replace(atlas, migration=rows[(rows["region"] != "KZ-10") | (rows["flow"] != "external")])
        for poorer in (lost, absent):
            merged = merge_back(poorer, date(2021, 1, 1))
            assert margin(merged, "arrivals", "external").isna().sum() == 1
            assert np.isnan(margin(merged, "arrivals", "external")["KZ-63"])

    def test_a_figure_is_as_unsure_as_its_least_sure_part(self) -> None:
        atlas = country(1)
        flows = atlas.flows.copy()
        cell = (flows["origin"] == "KZ-71") & (flows["destination"] == "KZ-10")
        flows.loc[cell, ["people", "status", "low", "high", "min", "max"]] = [50, "estimated", 40, 60, 0, 90]
        merged = merge_back(replace(atlas, flows=flows), date(2021, 1, 1)).flows.set_index(["origin", "destination"])
        other = flows.set_index(["origin", "destination"]).loc[("KZ-71", "KZ-63"), "people"]
        row = merged.loc[("KZ-71", "KZ-63")]
        assert row["status"] == "estimated"
        assert list(row[["people", "low", "high", "min", "max"]]) == [other + n for n in (50, 40, 60, 0, 90)]
        assert merged.loc[("KZ-11", "KZ-63"), ["low", "high", "min", "max"]].isna().all()


class TestPopulation:
    def test_the_counts_of_the_parts_add_up(self) -> None:
        atlas = country(1)
        before = atlas.mean_population(YEAR)["value"]
        after = merge_back(atlas, date(2015, 1, 1)).mean_population(YEAR)
        for union, parts in PARTS_2015.items():
            assert after.loc[union, "value"] == before[parts].sum()
            assert after.loc[union, "status"] == "derived"
        assert after["value"].sum() == before.sum()

    def test_counts_on_old_outlines_serve_the_old_regions_only(self) -> None:
        atlas = country(1)
        old = ["KZ-63", "2021-01-01", "2018-06-19", 1_369_597.0, "published", "S04"]
        nearly = [*old]
        nearly[1] = "2022-01-01"
        population = pd.DataFrame([old, nearly], columns=atlas.population.columns)
        atlas = replace(atlas, population=population)
        assert atlas.mean_population(2021)["value"].isna().all()
        merged = merge_back(atlas, date(2021, 1, 1)).mean_population(2021)["value"]
        assert merged.dropna().to_dict() == {"KZ-63": 1_369_597.0}

    def test_a_part_without_a_count_leaves_the_union_without_one(self) -> None:
        atlas = country(1)
        atlas = replace(atlas, population=without(atlas.population, region="KZ-10", date="2024-01-01"))
        merged = merge_back(atlas, date(2021, 1, 1))
        assert np.isnan(merged.mean_population(YEAR).loc["KZ-63", "value"])
        rate = indicator(merged, "net_rate", year=YEAR)
        assert status(rate, "KZ-63") == "missing"
        assert status(rate, "KZ-71") == "derived"

    def test_counts_on_two_outlines_are_not_added_together(self) -> None:
        atlas = country(1)
        again = pd.DataFrame(
            [["KZ-63", f"{YEAR}-01-01", "2018-06-19", 7.0, "published", "S04"]], columns=atlas.population.columns
        )
        both = replace(atlas, population=pd.concat([atlas.population, again], ignore_index=True))
        merged, plain = (merge_back(a, date(2021, 1, 1)).mean_population(YEAR) for a in (both, atlas))
        assert merged["value"].sum() - plain["value"].sum() <= 3.5


class TestBuiltIn:
    @pytest.mark.parametrize(
        ("day", "years"), [(date(2015, 1, 1), range(2015, 2025)), (date(2021, 1, 1), range(2018, 2025))]
    )
    def test_old_outlines_have_a_population_in_every_year_since(self, day: date, years: range) -> None:
        atlas = builtin_atlas()
        merged = merge_back(atlas, day)
        people = pd.read_csv(folder("data") / "population.csv").set_index(["region", "date"])["people"]["KZ"]
        for year in years:
            mean = merged.mean_population(year)["value"]
            assert mean.notna().all()
            assert mean.sum() == (people[f"{year}-01-01"] + people[f"{year + 1}-01-01"]) / 2
        assert atlas.mean_population(2020)["value"].isna().sum() == 6

    def test_the_outlines_stay_a_coverage_with_no_land_lost(self) -> None:
        atlas = builtin_atlas()
        merged = merge_back(atlas, date(2015, 1, 1)).regions.geometry
        assert shapely.coverage_is_valid(merged.to_numpy())
        assert merged.is_valid.all()
        before, after = (shapely.area(g.to_numpy()).sum() for g in (atlas.regions.geometry, merged))
        assert after == pytest.approx(before)

    def test_in_2024_the_old_south_lost_what_did_not_move_to_shymkent(self) -> None:
        atlas = builtin_atlas()
        merged = merge_back(atlas, date(2015, 1, 1))
        net, departures = (
            merged.margin(d, year=2024, flow="interregional")["value"]["KZ-61"] for d in ("net", "departures")
        )
        assert net == -31966 + 9361
        pair = atlas.od(2024).set_index(["origin", "destination"])["people"]
        assert departures == 92503 + 59086 - pair["KZ-61", "KZ-79"] - pair["KZ-79", "KZ-61"]
        assert (
            merged.od(2024)["people"].sum() == merged.margin("arrivals", year=2024, flow="interregional")["value"].sum()
        )


class TestRefusals:
    def test_an_atlas_without_vintage(self) -> None:
        with pytest.raises(InputError, match=r"no vintage to go back from.*built-in boundaries"):
            merge_back(replace(country(1), vintage=None), date(2021, 1, 1))

    def test_a_day_for_which_regions_would_have_to_be_split(self) -> None:
        old = merge_back(country(1), date(2015, 1, 1))
        with pytest.raises(InputError, match=r"would have to be split for '2021-01-01'"):
            merge_back(old, date(2021, 1, 1))

    def test_a_day_before_the_registry(self) -> None:
        with pytest.raises(InputError, match="give a day from 2000-01-01 on"):
            merge_back(country(1), date(1991, 12, 16))

    def test_an_atlas_that_lacks_a_part(self) -> None:
        atlas = country(1)
        with pytest.raises(InputError, match="lacks KZ-33"):
            merge_back(replace(atlas, regions=atlas.regions.drop(index="KZ-33")), date(2021, 1, 1))


class TestCheckVintage:
    def test_a_table_that_fits_is_silent(self) -> None:
        assert check_vintage(dict.fromkeys(CODES), TODAY, file="t.csv") == []
        assert vintage_of(set(CODES)) == TODAY

    def test_regions_that_did_not_exist_are_named_with_row_reason_and_remedy(self) -> None:
        rows = {code: row for row, code in enumerate(CODES, start=2)}
        problems = check_vintage(rows, date(2021, 1, 1), file="t.csv")
        assert [problem.value for problem in problems] == ["KZ-10", "KZ-33", "KZ-62"]
        assert str(problems[0]) == (
            "t.csv:2: region did not exist on 2021-01-01; its land was in KZ-63 (East Kazakhstan Region): 'KZ-10'; "
            "set the vintage to 2022-06-08, whose regions these are"
        )

    def test_an_old_table_lacks_today_s_regions(self) -> None:
        old = set(CODES) - {"KZ-10", "KZ-33", "KZ-62"}
        problems = check_vintage(dict.fromkeys(old), TODAY, file="t.csv")
        assert {problem.value for problem in problems} == {"KZ-10", "KZ-33", "KZ-62"}
        assert all("set the vintage to 2018-06-19" in problem.remedy for problem in problems)

    def test_a_table_of_no_vintage_is_told_what_to_add(self) -> None:
        problems = check_vintage({"KZ-71": 2}, TODAY, file="t.csv")
        assert len(problems) == 19
        assert "empty value" in problems[0].remedy
