"""The public entry: what an analyst relies on, on Kazakhstan's own figures."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matrices import YEARS, distances, margins_of, truths, year
from pandas.testing import assert_frame_equal

from kzgeo.errors import InputError
from kzgeo.od import cpc, estimate

COLUMNS = ["origin", "destination", "year", "people", "status", "low", "high", "min", "max"]


def small() -> pd.DataFrame:
    return pd.DataFrame({"region": ["A", "B", "C"], "arrivals": [6, 3, 4], "departures": [5, 4, 4]})


def compared(result: pd.DataFrame, truth: pd.DataFrame) -> pd.DataFrame:
    return result.merge(truth, on=["origin", "destination"], suffixes=("", "_true"), validate="1:1")


def agreement(result: pd.DataFrame, truth: pd.DataFrame) -> float:
    both = compared(result, truth)
    return cpc(both["people"], both["people_true"])


def covered(result: pd.DataFrame, truth: pd.DataFrame) -> float:
    both = compared(result, truth)
    assert both["people_true"].between(both["min"], both["max"]).all()
    return float(both["people_true"].between(both["low"], both["high"]).mean())


def with_margins(result: pd.DataFrame, margins: pd.DataFrame) -> None:
    found = margins_of(result)[["region", "arrivals", "departures"]]
    wanted = margins[["region", "arrivals", "departures"]].sort_values("region", ignore_index=True)
    assert_frame_equal(found, wanted, check_dtype=False)


def test_the_table_that_comes_back() -> None:
    margins = margins_of(year(2024))
    result = estimate(margins, prior=year(2023))
    assert list(result.columns) == COLUMNS
    assert len(result) == 380
    assert result["people"].dtype == np.int64
    assert set(result["status"]) == {"estimated"}
    for lower, upper in (("min", "low"), ("low", "people"), ("people", "high"), ("high", "max")):
        assert (result[lower] <= result[upper]).all()
    with_margins(result, margins)


@pytest.mark.parametrize(
    ("kind", "least"),
    [
        ({"prior": year(2021)}, 0.96),
        ({"prior": year(2023)}, 0.98),
        ({"distances": distances()}, 0.83),
        ({"distances": distances(), "reference": year(2023)}, 0.835),
        ({}, 0.6),
    ],
)
def test_2024_from_its_margins(kind: dict[str, Any], least: float) -> None:
    assert agreement(estimate(margins_of(year(2024)), **kind), year(2024)) >= least


def test_intervals_cover_the_truth_as_often_as_they_say() -> None:
    by_prior, by_distance = [], []
    for left_out in YEARS:
        truth, rest = year(left_out), year(*(y for y in YEARS if y != left_out))
        by_prior.append(covered(estimate(margins_of(truth), prior=rest), truth))
        by_distance.append(covered(estimate(margins_of(truth), distances=distances()), truth))
    for shares in (by_prior, by_distance):
        assert 0.85 <= np.mean(shares) <= 0.95
        assert all(0.85 <= share <= 0.955 for share in shares)


def test_years_before_and_after_are_better_than_one() -> None:
    margins, truth = margins_of(year(2023)), year(2023)
    both = estimate(margins, prior=year(2015, 2021, 2024))
    assert both.attrs["method"] == "prior 2021 and 2024"
    singles = [agreement(estimate(margins, prior=year(y)), truth) for y in (2021, 2024)]
    assert agreement(both, truth) > max(singles)


def test_without_years_the_closest_margins_decide() -> None:
    margins = margins_of(year(2024)).drop(columns="year")
    assert estimate(margins, prior=year(2010, 2023)).attrs["method"] == "prior 2023"


def test_the_method_says_when_the_exponent_is_only_a_rule() -> None:
    margins = margins_of(year(2024))
    assert "rule of thumb" in estimate(margins, distances=distances()).attrs["method"]
    fitted = estimate(margins, distances=distances(), reference=year(2021))
    assert "fitted on the reference" in fitted.attrs["method"]


@settings(max_examples=5, deadline=None)
@given(seed=st.integers(0, 1000))
def test_any_order_of_rows_gives_the_same(seed: int) -> None:
    margins = margins_of(year(2024))
    known = year(2024).query("origin == 'KZ-71'")
    shuffled = [frame.sample(frac=1, random_state=seed, ignore_index=True) for frame in (margins, year(2021), known)]
    assert_frame_equal(
        estimate(margins, prior=year(2021), known=known),
        estimate(shuffled[0], prior=shuffled[1], known=shuffled[2]),
    )
    place = shuffled[0]["region"].map({code: k for k, code in enumerate(sorted(margins["region"]))})
    assert_frame_equal(
        estimate(margins, distances=distances()),
        estimate(shuffled[0], distances=distances()[np.ix_(place, place)]),
    )


@settings(max_examples=6, deadline=None)
@given(share=st.floats(0.1, 0.9), seed=st.integers(0, 1000))
def test_known_cells_are_exact(share: float, seed: int) -> None:
    truth = year(2024)
    known = truth.sample(frac=share, random_state=seed)
    margins = margins_of(truth)
    result = compared(estimate(margins, prior=year(2021), known=known), truth)
    is_known = result["status"] == "published"
    assert is_known.sum() == len(known)
    for column in ("people", "low", "high", "min", "max"):
        assert (result[column] == result["people_true"])[is_known].all()
    assert result["people_true"].between(result["min"], result["max"]).all()
    with_margins(result, margins)


def test_suppressed_cells_keep_their_range_and_others_their_status() -> None:
    truth = year(2024)
    known = truth.assign(low=np.nan, high=np.nan, status="repaired")
    small_cells = known["people"] < 100
    known.loc[small_cells, ["people", "low", "high"]] = [np.nan, 1, 99]
    known = known[small_cells | (known["origin"] == "KZ-10")]
    result = compared(estimate(margins_of(truth), prior=year(2021), known=known), truth)
    suppressed = result["people_true"] < 100
    assert result["people"][suppressed].between(1, 99).all()
    assert (result["max"][suppressed] <= 99).all()
    assert (result["status"][suppressed] == "estimated").all()
    assert (result["status"][~suppressed & (result["origin"] == "KZ-10")] == "repaired").all()


def test_the_lost_cells_of_2022_keep_everything_else() -> None:
    lost = year(2022)
    margins = margins_of(lost.assign(people=lost["people"].fillna(50)))
    result = compared(estimate(margins, prior=year(2021, 2023), known=lost), lost)
    assert (result["status"] == "estimated").sum() == 64
    printed = result["status_true"] != "missing"
    assert (result["people"] == result["people_true"])[printed].all()
    assert (result["status"] == result["status_true"])[printed].all()


def test_moves_inside_regions_when_asked_for() -> None:
    result = estimate(small().assign(year=2024), diagonal=True)
    assert len(result) == 9
    known = pd.DataFrame({"origin": ["A"], "destination": ["A"], "people": [1]})
    result = estimate(small(), known=known)
    assert result.query("origin == 'A' and destination == 'A'")["people"].tolist() == [1]
    with_margins(result, small())


def test_distances_as_a_table_of_one_direction() -> None:
    pairs = pd.DataFrame({"origin": ["A", "A", "B"], "destination": ["B", "C", "C"], "distance": [1, 2, 3.0]})
    square = np.array([[0, 1, 2], [1, 0, 3], [2, 3, 0.0]])
    assert_frame_equal(estimate(small(), distances=pairs), estimate(small(), distances=square))


def test_a_prior_without_moves_does_not_forbid_them() -> None:
    pairs = [(a, b) for a in "ABC" for b in "ABC" if a != b]
    prior = pd.DataFrame(pairs, columns=["origin", "destination"]).assign(people=[0, 2, 0, 3, 0, 4])
    with_margins(estimate(small(), prior=prior), small())


@pytest.mark.parametrize(
    ("change", "code", "words"),
    [
        ({"arrivals": [6, 3, 5]}, "margins-differ", "departures sum to 13 and arrivals to 14"),
        ({"arrivals": [6, 3.5, 3.5]}, "not-whole", "margins:3: arrivals are not whole"),
        ({"departures": [5, None, 8]}, "bad-number", "margins:3: departures must be a number"),
        ({"region": ["A", "B", "B"]}, "duplicate", "margins:4: region comes twice: 'B'"),
        ({"arrivals": [12, 1, 0], "departures": [1, 6, 6]}, "impossible-zeros", "A: 1 departures|A: arrivals"),
        ({"year": [2020, 2021, 2021]}, "several-years", "2020, 2021"),
    ],
)
def test_margins_that_are_refused(change: dict[str, Any], code: str, words: str) -> None:
    if code == "impossible-zeros":
        change = {"arrivals": [13, 0, 0], "departures": [1, 6, 6]}
    with pytest.raises(InputError, match=words) as caught:
        estimate(small().assign(**change))
    assert code in {problem.code for problem in caught.value.problems}


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ({"origin": "A", "destination": "Z", "people": 1}, "unknown-region"),
        ({"origin": "A", "destination": "B", "people": -1}, "bad-number"),
        ({"origin": "A", "destination": "B", "people": 7}, "known-exceeds-margin"),
        ({"origin": "A", "destination": "B", "people": None, "low": 3, "high": 2}, "bad-range"),
        ({"origin": "A", "destination": "B", "people": 1.5}, "not-whole"),
        ({"origin": "A", "destination": "B", "people": 1, "year": 2023}, "other-year"),
    ],
)
def test_known_cells_that_are_refused(row: dict[str, Any], code: str) -> None:
    with pytest.raises(InputError) as caught:
        estimate(small().assign(year=2024), known=pd.DataFrame([row]))
    assert code in {problem.code for problem in caught.value.problems}


def test_all_problems_come_at_once_under_the_file_s_own_name() -> None:
    prior = pd.DataFrame({"origin": ["A", "A", "X"], "destination": ["B", "B", "C"], "people": [1, 2, 3]})
    prior.attrs["file"] = "od-2021.csv"
    with pytest.raises(InputError) as caught:
        estimate(small(), prior=prior)
    assert [(problem.file, problem.row, problem.code) for problem in caught.value.problems] == [
        ("od-2021.csv", 4, "unknown-region"),
        ("od-2021.csv", 3, "duplicate"),
    ]


@settings(max_examples=40, deadline=None)
@given(truth=truths(most=5), data=st.data())
def test_any_margins_are_met_or_refused(truth: np.ndarray, data: st.DataObject) -> None:
    n = min(truth.shape)
    truth = truth[:n, :n]
    np.fill_diagonal(truth, 0)
    departures = data.draw(st.permutations(truth.sum(axis=1).astype(int).tolist()))
    margins = pd.DataFrame(
        {"region": list("ABCDE"[:n]), "arrivals": truth.sum(axis=0).astype(int), "departures": departures}
    )
    fits = (margins["arrivals"] + margins["departures"] <= truth.sum()).all()
    if fits:
        result = estimate(margins)
        with_margins(result, margins)
        assert result["people"].between(result["min"], result["max"]).all()
        return
    with pytest.raises(InputError, match="a difference of"):
        estimate(margins)


def test_people_by_the_hundred_million_still_round_exactly() -> None:
    truth = year(2024).assign(people=lambda frame: frame["people"] * 997)
    margins = margins_of(truth)
    with_margins(estimate(margins, prior=year(2021)), margins)


def test_a_prior_of_other_outlines_is_refused() -> None:
    older = year(2021).query("origin != 'KZ-10' and destination != 'KZ-10'")
    with pytest.raises(InputError, match="has no row for 'KZ-10'"):
        estimate(margins_of(year(2024)), prior=older)
