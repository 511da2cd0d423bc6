"""Clean years pass without a word; each defect that published data had is found, measured and explained."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kzgeo.checks import check_flows, check_margins, check_population, check_table, check_totals, official
from kzgeo.checks.causes import rounding_unit, slip
from kzgeo.read.flows import read_flows
from kzgeo.read.tables import read_table
from kzgeo.resources import folder

if TYPE_CHECKING:
    from collections.abc import Callable

    from kzgeo.errors import Problem

DATA = folder("data")
MIGRATION = read_table(DATA / "migration.csv").migration
FLOWS = read_flows(DATA / "flows.csv")
YEAR = MIGRATION[MIGRATION["year"] == 2024].reset_index(drop=True)
MATRIX = FLOWS[FLOWS["year"] == 2024].reset_index(drop=True)
BETWEEN = YEAR[YEAR["flow"] == "interregional"].reset_index(drop=True)


def codes(problems: list[Problem]) -> set[str]:
    return {problem.code for problem in problems}


def said(problems: list[Problem]) -> str:
    return "\n".join(map(str, problems))


def changed(
    rows: pd.DataFrame, region: str, direction: str, change: Callable[[float], float], flow: str = "interregional"
) -> pd.DataFrame:
    at = (rows["region"] == region) & (rows["direction"] == direction) & (rows["flow"] == flow)
    assert at.sum() == 1
    return rows.assign(people=rows["people"].where(~at, rows["people"].map(change)))


def with_cell(rows: pd.DataFrame, origin: str, destination: str, people: float) -> pd.DataFrame:
    at = (rows["origin"] == origin) & (rows["destination"] == destination)
    return rows.assign(people=rows["people"].mask(at, people))


def cell(rows: pd.DataFrame, origin: str, destination: str) -> float:
    return float(rows.loc[(rows["origin"] == origin) & (rows["destination"] == destination), "people"].iloc[0])


@pytest.mark.parametrize("yardstick", [None, official()])
def test_clean_years_pass_without_a_word(yardstick) -> None:  # noqa: ANN001 - parametrised
    assert check_table(MIGRATION, file="t", official=yardstick) == []
    assert check_flows(FLOWS, file="f", official=yardstick) == []
    assert check_margins(FLOWS, MIGRATION, file="f", table="t") == []
    assert check_population(read_table(DATA / "population.csv").population, file="p") == []
    for year, rows in FLOWS.groupby("year"):
        assert check_flows(rows, file=str(year), official=yardstick) == []


def test_a_row_that_does_not_balance_is_named_with_its_line() -> None:
    (problem,) = check_table(changed(BETWEEN, "KZ-71", "net", lambda net: net + 90), file="t")
    line = BETWEEN.loc[(BETWEEN["region"] == "KZ-71") & (BETWEEN["direction"] == "net"), "row"].iloc[0]
    assert (problem.code, problem.row, problem.value) == ("net", line, "73,328")
    assert "150,974 - departures 77,736 = 73,238" in problem.what
    assert "differ by 90; net would be 73,238: two of its digits changed places" in problem.remedy


def test_a_lost_sign_is_recognised() -> None:
    assert "its sign is lost" in said(check_table(changed(BETWEEN, "KZ-61", "net", abs), file="t"))
    nets = BETWEEN[BETWEEN["direction"] == "net"]
    problems = check_table(changed(nets, "KZ-61", "net", abs), file="t")
    assert codes(problems) == {"net-sum"}
    assert "the sign of KZ-61 is likely lost" in said(problems)


def test_swapped_columns_are_one_finding() -> None:
    other = {"arrivals": "departures", "departures": "arrivals", "net": "net"}
    problems = check_table(BETWEEN.assign(direction=BETWEEN["direction"].map(other)), file="t")
    assert [problem.code for problem in problems] == ["net-sign"]


def test_negative_counts_duplicates_and_absent_regions() -> None:
    assert "negative" in codes(check_table(changed(BETWEEN, "KZ-71", "arrivals", lambda n: -n), file="t"))
    (twice,) = check_table(pd.concat([BETWEEN, BETWEEN.iloc[[3]]]), file="t")
    assert (twice.code, twice.row) == ("duplicate", BETWEEN["row"][3])
    (absent,) = check_table(BETWEEN[BETWEEN["region"] != "KZ-10"], file="t")
    assert absent.code == "absent-region"
    assert "Abai Region (KZ-10)" in absent.what


def test_rows_lost_in_reading_silence_the_sums() -> None:
    assert check_table(BETWEEN[BETWEEN["region"] != "KZ-10"], file="t", complete=False) == []


def test_older_outlines_have_fewer_regions() -> None:
    old = BETWEEN[~BETWEEN["region"].isin(["KZ-10", "KZ-33", "KZ-62"]) & (BETWEEN["direction"] == "arrivals")]
    assert check_table(old.assign(year=2020), file="t") == []


def test_sums_of_arrivals_and_departures() -> None:
    rows = BETWEEN[BETWEEN["direction"] != "net"]
    problems = check_table(changed(rows, "KZ-71", "arrivals", lambda people: people + 7), file="t")
    assert codes(problems) == {"sum"}
    assert "they differ by 7" in said(problems)


def test_rounded_tables_may_miss_by_their_rounding() -> None:
    rounded = BETWEEN.assign(people=(BETWEEN["people"] / 100).round() * 100)
    assert check_table(rounded, file="t") == []


def test_flows_are_held_against_each_other() -> None:
    swapped = YEAR.assign(flow=YEAR["flow"].replace({"internal": "interregional", "interregional": "internal"}))
    assert "fewer than the interregional ones" in said(check_table(swapped[swapped["direction"] != "net"], file="t"))
    problems = check_table(changed(YEAR, "KZ-71", "net", lambda net: net + 500, "total"), file="t")
    assert "total net 76,354 is not interregional plus external net '75,854'" in said(problems)


@pytest.mark.parametrize(
    ("rows", "kind", "name"),
    [
        (YEAR[YEAR["flow"] == "internal"].assign(flow="interregional"), "label", "internal arrivals of 2024"),
        (YEAR[YEAR["flow"] == "total"].assign(flow="interregional"), "label", "total net of 2024"),
        (BETWEEN.assign(year=2023), "label", "interregional departures of 2024"),
        (
            official()
            .monthly.query("month <= 6 and flow == 'internal'")
            .groupby(["region", "direction"], as_index=False)["people"]
            .sum()
            .assign(year=2024, flow="internal"),
            "part-year",
            "internal arrivals of January to June 2024",
        ),
    ],
)
def test_figures_under_a_wrong_label_are_recognised(rows: pd.DataFrame, kind: str, name: str) -> None:
    problems = check_table(rows, file="t", official=official())
    assert kind in codes(problems)
    assert name in said(problems)


def test_a_misprint_among_published_figures() -> None:
    rows = changed(BETWEEN[BETWEEN["direction"] == "arrivals"], "KZ-71", "arrivals", lambda people: people + 1)
    (problem,) = check_table(rows, file="t", official=official())
    assert problem.code == "misprint"
    assert "150,974 is published, they differ by 1" in problem.remedy


def external(arrivals: float) -> pd.DataFrame:
    """Return external arrivals of a made-up country of two regions with this sum."""
    return pd.DataFrame(
        {"region": ["a", "b"], "year": 2024, "flow": "external", "direction": "arrivals", "people": [9, arrivals - 9]}
    )


@pytest.mark.parametrize(
    ("total", "kind", "sentence"),
    [
        (29948, "preliminary", "29,948 is the superseded external arrivals of 2024; the final figure is 29,282"),
        (25387, "other-year", "external arrivals of 2023"),
        (14256, "part-year", "external arrivals of 2024-01..06: a part of a year"),
        (12732, "other-flow", "external departures of 2024"),
    ],
)
def test_sums_that_fit_another_release_year_or_span(total: float, kind: str, sentence: str) -> None:
    (problem,) = check_table(external(total), file="t", official=official())
    assert problem.code == kind
    assert sentence in problem.remedy


def test_the_final_sum_is_silent() -> None:
    assert check_table(external(29282), file="t", official=official()) == []


def test_mixed_releases_are_told() -> None:
    rows = BETWEEN.assign(release=["preliminary"] + [""] * (len(BETWEEN) - 1))
    assert "preliminary" in codes(check_table(rows, file="t"))


def test_total_rows_are_compared_with_the_sum() -> None:
    key = {"region": "KZ", "year": 2024, "flow": "interregional", "direction": "arrivals", "row": 2}
    right, wrong = (pd.DataFrame([{**key, "people": people}]) for people in (689497.0, 471580.0))
    assert check_totals(right, MIGRATION, file="t") == []
    (problem,) = check_totals(wrong, MIGRATION, file="t")
    assert problem.row == 2
    assert "it is the sum of 2023" in problem.remedy


# the two defects of the public copy, as its keepers printed them


def raw_2022() -> pd.DataFrame:
    """Swap the cells among sixteen regions, and repeat the opposite direction into the four others."""
    four = {"KZ-10", "KZ-11", "KZ-15", "KZ-19"}
    year = FLOWS[FLOWS["year"] == 2022]
    people = year.set_index(["origin", "destination"])["people"]
    spoilt = [
        people[destination, origin] if origin not in four else people[origin, destination]
        for origin, destination in zip(year["origin"], year["destination"], strict=True)
    ]
    return year.assign(people=spoilt)


@pytest.mark.parametrize("yardstick", [None, official()])
def test_the_copy_of_2022_is_found_out(yardstick) -> None:  # noqa: ANN001 - parametrised
    rows = pd.concat([FLOWS[FLOWS["year"] != 2022], raw_2022()])
    problems = check_flows(rows, file="f", official=yardstick)
    assert {"repeated-pair", "transposed"} <= codes(problems)
    assert all("2022" in problem.what for problem in problems)
    assert "64 pairs have the same figure both ways" in said(problems)
    swapped = next(problem.value for problem in problems if problem.code == "transposed")
    assert len(swapped.split(", ")) == 16
    assert not {"KZ-10", "KZ-11", "KZ-15", "KZ-19"} & set(swapped.split(", "))


def test_the_pair_of_2023_is_found_out() -> None:
    year = FLOWS[FLOWS["year"] == 2023]
    problems = check_flows(with_cell(year, "KZ-19", "KZ-79", 1533), file="f", official=official())
    assert [problem.code for problem in problems] == ["margins"]
    assert "KZ-19 to KZ-79 repeats the opposite direction, 1,533; 886 would fit" in problems[0].remedy
    assert "-849 against '-202'; it differs by -647" in str(problems[0])


def test_chance_alone_is_no_defect() -> None:
    rng = np.random.default_rng(0)
    codes = [f"D{number:03d}" for number in range(80)]
    pairs = [(one, other) for one in codes for other in codes if one != other]
    for people in (rng.poisson(20, len(pairs)), rng.poisson(rng.gamma(1, 200, len(pairs)))):
        rows = pd.DataFrame(pairs, columns=["origin", "destination"]).assign(year=2024, people=people.astype(float))
        assert check_flows(rows, file="f") == []


def test_a_transposed_matrix() -> None:
    swapped = MATRIX.rename(columns={"origin": "destination", "destination": "origin"})
    assert "swapped in the whole matrix" in said(check_margins(swapped, MIGRATION, file="f", table="t"))
    others = pd.concat([FLOWS[FLOWS["year"] != 2024], swapped])
    (problem,) = check_flows(others, file="f")
    assert (problem.code, problem.value) == ("transposed", "the whole matrix")


def test_one_region_whose_row_and_column_are_swapped() -> None:
    one = "KZ-61"
    people = MATRIX.set_index(["origin", "destination"])["people"]
    spoilt = [
        people[d, o] if one in {o, d} else people[o, d]
        for o, d in zip(MATRIX["origin"], MATRIX["destination"], strict=True)
    ]
    rows = pd.concat([FLOWS[FLOWS["year"] != 2024], MATRIX.assign(people=spoilt)])
    (problem,) = check_flows(rows, file="f")
    assert (problem.code, problem.value) == ("transposed", one)


def test_single_cells_and_pairs_are_found_from_margins() -> None:
    there, back = cell(MATRIX, "KZ-19", "KZ-75"), cell(MATRIX, "KZ-75", "KZ-19")
    swapped = with_cell(with_cell(MATRIX, "KZ-19", "KZ-75", back), "KZ-75", "KZ-19", there)
    nets = MIGRATION[MIGRATION["direction"] == "net"]
    for margins in (MIGRATION, nets):
        problems = check_margins(swapped, margins, file="f", table="t")
        assert "origin and destination are swapped in the pair KZ-19 and KZ-75" in said(problems)
    repeated = with_cell(MATRIX, "KZ-19", "KZ-75", back)
    assert "53,743 would fit" in said(check_margins(repeated, MIGRATION, file="f", table="t"))
    assert "repeats the opposite direction" in said(check_margins(repeated, nets, file="f", table="t"))
    wrong = with_cell(MATRIX, "KZ-19", "KZ-75", 53473)
    assert "would fit with 53,743: two of its digits changed places" in said(
        check_margins(wrong, MIGRATION, file="f", table="t")
    )


def test_part_of_a_year_and_another_year_are_told_from_margins() -> None:
    noise = np.random.default_rng(0).normal(0.5, 0.05, len(MATRIX))
    half = MATRIX.assign(people=(MATRIX["people"] * noise).round())
    assert "about 50% of the year" in said(check_margins(half, MIGRATION, file="f", table="t"))
    other = FLOWS[FLOWS["year"] == 2021].assign(year=2024)
    assert "these are the moves of 2021" in said(check_margins(other, MIGRATION, file="f", table="t"))


def test_rows_of_an_od_table() -> None:
    self_flow = MATRIX.iloc[[0]].assign(destination=MATRIX["origin"][0])
    assert codes(check_flows(pd.concat([MATRIX, self_flow]), file="f")) == {"self-flow"}
    assert "negative" in codes(check_flows(with_cell(MATRIX, "KZ-19", "KZ-75", -1), file="f"))
    assert codes(check_flows(pd.concat([MATRIX, MATRIX.iloc[[5]]]), file="f")) == {"duplicate"}
    (absent,) = check_flows(MATRIX.iloc[1:], file="f")
    assert (absent.code, "KZ-10 to KZ-11" in absent.what) == ("absent-pair", True)
    gone = MATRIX[(MATRIX["origin"] != "KZ-10") & (MATRIX["destination"] != "KZ-10")]
    assert codes(check_flows(gone, file="f")) == {"absent-region"}


def test_a_sparse_matrix_leaves_out_its_zeros() -> None:
    assert check_flows(MATRIX[MATRIX["people"] > 1000], file="f", regions=frozenset(MATRIX["origin"])) == []


@settings(max_examples=25, deadline=None)
@given(st.integers(0, len(MATRIX) - 1), st.integers(1, 5000))
def test_any_altered_cell_is_named(at: int, more: int) -> None:
    row = MATRIX.iloc[at]
    altered = with_cell(MATRIX, row["origin"], row["destination"], row["people"] + more)
    (problem,) = check_margins(altered, MIGRATION, file="f", table="t")
    assert f"{row['origin']} to {row['destination']}" in problem.remedy


@settings(deadline=None)
@given(st.integers(1000, 10**6))
def test_slips_are_recognised_both_ways(number: int) -> None:
    assert slip(-number, number) == "its sign is lost"
    assert slip(number * 10, number) == "it has zeros too many"
    assert slip(number, number) == ""


def test_rounding_is_proven_by_several_figures() -> None:
    assert rounding_unit([1200, 300, 4500, -700]) == 100
    assert rounding_unit([1200, 300]) == 1
    assert rounding_unit([1200, 301, 4500, 700]) == 1
