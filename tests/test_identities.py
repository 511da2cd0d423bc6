"""The identities that the figures in ``data/`` must fulfil, checked on the tables as they lie there."""

from __future__ import annotations

from functools import cache

import pandas as pd
import pytest

from kzgeo.atlas import FLOWS, STATUSES
from kzgeo.regions import registry
from kzgeo.resources import folder

CODES = [region.code for region in registry().newest]
YEARS = (2010, 2015, 2020, 2021, 2022, 2023, 2024)
WHOLE = tuple(year for year in YEARS if year != 2022)  # 2022 lost 64 cells


@cache
def table(name: str) -> pd.DataFrame:
    return pd.read_csv(folder("data") / f"{name}.csv", dtype={"people": "Int64"})


def margin(year: int, flow: str, direction: str) -> pd.Series:
    """Return the figures of every region, ordered by code; a region without one has none here."""
    rows = table("migration")
    rows = rows[(rows["year"] == year) & (rows["flow"] == flow) & (rows["direction"] == direction)]
    assert rows["region"].is_unique
    return rows.set_index("region")["people"].reindex(CODES)


def cells(year: int) -> pd.DataFrame:
    rows = table("flows")
    return rows[rows["year"] == year]


def population(day: str) -> pd.Series:
    rows = table("population")
    return rows[rows["date"] == day].set_index("region")["people"]


def national(measure: str, period: int | str, release: str = "final") -> float:
    rows = table("national")
    rows = rows[(rows["measure"] == measure) & (rows["period"] == str(period)) & (rows["release"] == release)]
    assert len(rows) == 1
    return float(rows["value"].iloc[0])


class TestMatrix:
    @pytest.mark.parametrize("year", YEARS)
    def test_it_has_every_pair_once_and_no_diagonal(self, year: int) -> None:
        pairs = set(zip(cells(year)["origin"], cells(year)["destination"], strict=True))
        assert pairs == {(origin, destination) for origin in CODES for destination in CODES if origin != destination}
        assert len(cells(year)) == 380

    @pytest.mark.parametrize("year", WHOLE)
    def test_its_sums_are_the_margins(self, year: int) -> None:
        rows = cells(year)
        assert (rows.groupby("origin")["people"].sum() == margin(year, "interregional", "departures")).all()
        assert (rows.groupby("destination")["people"].sum() == margin(year, "interregional", "arrivals")).all()

    def test_in_2022_what_is_left_fits_under_the_margins(self) -> None:
        for end, direction in (("origin", "departures"), ("destination", "arrivals")):
            known = cells(2022).groupby(end)["people"].agg(["sum", "count"])
            limit = margin(2022, "interregional", direction)
            assert (known["sum"] <= limit).all()
            assert (known["sum"] == limit)[known["count"] == 19].all()
            assert (known["sum"] < limit)[known["count"] < 19].all()

    @pytest.mark.parametrize("year", YEARS)
    def test_arrivals_less_departures_are_the_net_and_nets_cancel_out(self, year: int) -> None:
        arrivals, departures, net = (
            margin(year, "interregional", direction) for direction in ("arrivals", "departures", "net")
        )
        assert (arrivals - departures == net).all()
        assert net.sum() == 0
        assert arrivals.sum() == departures.sum()


class TestFlows:
    # the internal figures of 2024 are sums of months that were corrected by a person or two afterwards
    @pytest.mark.parametrize(("year", "slack"), [(2022, 0), (2023, 0), (2024, 2)])
    def test_moves_inside_a_region_leave_its_net_as_it_is(self, year: int, slack: int) -> None:
        inner = margin(year, "internal", "arrivals") - margin(year, "internal", "departures")
        assert (inner - margin(year, "interregional", "net")).abs().max() <= slack
        assert inner.sum() == 0
        assert (margin(year, "internal", "arrivals") >= margin(year, "interregional", "arrivals")).all()

    @pytest.mark.parametrize("year", [2023, 2024])
    def test_the_total_is_what_comes_from_the_country_and_from_abroad(self, year: int) -> None:
        parts = margin(year, "interregional", "net") + margin(year, "external", "net")
        assert (parts == margin(year, "total", "net")).all()

    @pytest.mark.parametrize("year", [2023, 2024])
    def test_arrivals_from_abroad_less_departures_are_the_net_where_both_are_known(self, year: int) -> None:
        net = margin(year, "external", "arrivals") - margin(year, "external", "departures")
        known = net.notna()
        assert known.sum() >= 3
        assert (net == margin(year, "external", "net"))[known].all()

    def test_months_add_up_to_the_year(self) -> None:
        months = table("monthly").groupby(["flow", "direction", "region"])["people"].agg(["sum", "count"])
        assert (months["count"] == 12).all()
        for direction in ("arrivals", "departures"):
            assert (months["sum"].loc[("internal", direction)] == margin(2024, "internal", direction)).all()
        net = months["sum"].loc[("interregional", "net")]
        assert (net - margin(2024, "interregional", "net")).abs().max() == 2
        assert net.sum() == 0


class TestNational:
    def test_in_2024_four_regions_gained(self) -> None:
        net = margin(2024, "interregional", "net")
        assert net[net > 0].to_dict() == {"KZ-71": 73238, "KZ-75": 36061, "KZ-79": 9361, "KZ-19": 2639}
        assert net.nsmallest(4).to_dict() == {"KZ-61": -31966, "KZ-31": -16675, "KZ-33": -10914, "KZ-43": -9898}

    def test_everybody_counted(self) -> None:
        assert margin(2024, "interregional", "arrivals").sum() == 689497
        assert margin(2023, "interregional", "arrivals").sum() == 471580
        assert margin(2024, "internal", "arrivals").sum() == 1510337
        assert margin(2023, "internal", "arrivals").sum() == 1023573

    @pytest.mark.parametrize("year", [2020, 2021, 2022, 2024])
    def test_the_republic_s_movers_are_the_regions_together(self, year: int) -> None:
        assert national("interregional_movers", year) == margin(year, "interregional", "arrivals").sum()

    @pytest.mark.parametrize(("year", "net"), [(2023, 9293), (2024, 16550)])
    def test_the_total_net_is_the_republic_s_external_net(self, year: int, net: int) -> None:
        assert margin(year, "total", "net").sum() == net == national("external_net", year)

    @pytest.mark.parametrize(("year", "growth"), [(2023, 27.5), (2024, 47.6)])
    def test_the_published_growth_is_that_of_internal_moves(self, year: int, growth: float) -> None:
        now, before = (margin(y, "internal", "arrivals").sum() for y in (year, year - 1))
        assert round(100 * (now / before - 1), 1) == growth == national("internal_movers_growth_pct", year)

    def test_moves_between_regions_grew_more_slowly(self) -> None:
        now, before = (margin(year, "interregional", "arrivals").sum() for year in (2024, 2023))
        assert round(100 * (now / before - 1), 1) == 46.2

    def test_migration_from_and_to_abroad(self) -> None:
        arrivals = [national("external_arrivals", year) for year in (2023, 2024)]
        departures = [national("external_departures", year) for year in (2023, 2024)]
        assert arrivals == [25387, 29282]
        assert departures == [16094, 12732]
        assert round(100 * (arrivals[1] / arrivals[0] - 1), 1) == 15.3
        assert round(100 * (departures[1] / departures[0] - 1), 1) == -20.9

    @pytest.mark.parametrize("year", [2020, 2021, 2023, 2024])
    def test_the_republic_s_net_is_arrivals_less_departures(self, year: int) -> None:
        gain = national("external_arrivals", year) - national("external_departures", year)
        assert gain == national("external_net", year)


class TestPopulation:
    @pytest.mark.parametrize("year", [2010, 2011, *range(2015, 2026)])
    def test_the_regions_are_the_republic(self, year: int) -> None:
        people = population(f"{year}-01-01")
        assert people.drop("KZ").sum() == people["KZ"]

    def test_each_day_s_regions_are_those_of_its_outlines(self) -> None:
        for (day, outlines), rows in table("population").groupby(["date", "outlines"]):
            then = {region.code for region in registry().at(pd.Timestamp(outlines).date())}
            assert set(rows["region"]) == then | {"KZ"}, day

    @pytest.mark.parametrize(("year", "slack"), [(2023, 0), (2024, 12)])
    def test_births_deaths_and_moves_lead_to_the_next_count(self, year: int, slack: int) -> None:
        rows = table("natural_increase")
        natural = rows[rows["year"] == year].set_index("region")["people"].reindex(CODES)
        expected = population(f"{year}-01-01")[CODES] + natural + margin(year, "total", "net")
        assert (expected - population(f"{year + 1}-01-01")[CODES]).abs().max() <= slack


class TestDefects:
    """What is wrong with the sources is marked, cell by cell, as ``data/README.md`` says."""

    def test_2022_240_cells_were_turned_and_64_are_lost(self) -> None:
        rows = cells(2022)
        assert (rows["status"] == "repaired").sum() == 240
        lost = rows[rows["status"] == "missing"]
        assert len(lost) == 64
        assert lost["people"].isna().all()
        assert set(lost["destination"]) == {"KZ-10", "KZ-11", "KZ-15", "KZ-19"}
        assert set(lost["origin"]) == set(CODES) - set(lost["destination"])

    def test_2023_one_cell_is_inferred_from_the_published_nets(self) -> None:
        rows = cells(2023).set_index(["origin", "destination"])
        assert list(rows.index[rows["status"] == "estimated"]) == [("KZ-19", "KZ-79")]
        pair = rows["people"][("KZ-79", "KZ-19")] - rows["people"][("KZ-19", "KZ-79")]
        assert pair == 647
        net = margin(2023, "interregional", "net")
        assert (net["KZ-19"], net["KZ-79"]) == (-202, 3416)

    def test_arrivals_by_country_belong_to_2023(self) -> None:
        rows = table("external_by_country")
        memo = rows[(rows["year"] == 2023) & (rows["direction"] == "arrivals")]
        assert memo.set_index("country")["people"].to_dict() == {"RU": 11711, "UZ": 6519, "TM": 1166, "XX": 5991}
        assert memo["people"].sum() == national("external_arrivals", 2023)

    def test_preliminary_figures_of_2024_gave_way_to_the_final_ones(self) -> None:
        measures = ("external_arrivals", "external_departures", "external_net")
        assert [national(m, 2024, "superseded") for m in measures] == [29948, 12784, 17164]
        assert [national(m, 2024) for m in measures] == [29282, 12732, 16550]


class TestForm:
    @pytest.mark.parametrize(
        "name", ["flows", "migration", "monthly", "population", "natural_increase", "external_by_country", "national"]
    )
    def test_every_row_has_a_status_and_known_sources(self, name: str) -> None:
        rows = table(name)
        assert rows["status"].isin(STATUSES).all()
        cited = {source for cell in rows["source"] for source in cell.split()}
        assert cited <= set(table("sources")["source"])
        if "people" in rows:
            assert ((rows["status"] == "missing") == rows["people"].isna()).all()

    def test_counts_are_not_negative(self) -> None:
        rows = table("migration")
        assert (rows.loc[rows["direction"] != "net", "people"] >= 0).all()
        assert (table("flows")["people"].dropna() >= 0).all()
        assert (table("population")["people"] > 0).all()
        assert set(rows["flow"]) == set(FLOWS)

    @pytest.mark.parametrize(
        ("name", "key"),
        [
            ("flows", ["origin", "destination", "year"]),
            ("migration", ["region", "year", "flow", "direction"]),
            ("monthly", ["region", "year", "month", "flow", "direction"]),
            ("population", ["region", "date"]),
            ("natural_increase", ["region", "year"]),
            ("external_by_country", ["country", "year", "direction"]),
            ("national", ["period", "measure", "release"]),
            ("sources", ["source"]),
        ],
    )
    def test_no_row_stands_twice(self, name: str, key: list[str]) -> None:
        assert not table(name).duplicated(key).any()

    def test_every_country_has_a_name_and_a_place(self) -> None:
        countries = table("countries").set_index("country")
        assert set(table("external_by_country")["country"]) <= set(countries.index)
        assert countries[["name_ru", "name_kk", "name_en"]].notna().all(axis=None)
