"""Which flows become arrows: laws of the four ways to choose, and of net flows."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from synthetic import CODES, YEAR, country

from kzgeo.scene.selection import disparity, select
from kzgeo.scene.spec import ArrowSpec

if TYPE_CHECKING:
    from kzgeo.atlas import Atlas

countries = st.integers(0, 2**32 - 1).map(country)
laws = settings(max_examples=10, deadline=None)


def sorted_flows(atlas: Atlas) -> pd.DataFrame:
    flows = atlas.od(YEAR)
    flows = flows[flows["people"] > 0]
    return flows.sort_values(["people", "origin", "destination"], ascending=[False, True, True], ignore_index=True)


@laws
@given(countries, st.integers(1, 400))
def test_top_takes_the_largest(atlas: Atlas, k: int) -> None:
    chosen = select(atlas, YEAR, ArrowSpec(select="top", value=k))
    expected = sorted_flows(atlas).head(k)
    pd.testing.assert_frame_equal(
        chosen.rows[["origin", "destination", "people"]],
        expected[["origin", "destination", "people"]].astype({"people": "int64"}),
    )
    total = atlas.od(YEAR)["people"].sum()
    assert chosen.total == total
    assert chosen.share == pytest.approx(100 * expected["people"].sum() / total)


@laws
@given(countries, st.integers(1, 1000))
def test_a_threshold_takes_all_that_reach_it(atlas: Atlas, people: int) -> None:
    rows = select(atlas, YEAR, ArrowSpec(select="threshold", value=people)).rows
    assert len(rows) == (atlas.od(YEAR)["people"] >= people).sum()
    assert (rows["people"] >= people).all()


@laws
@given(countries, st.floats(0.5, 100))
def test_a_share_takes_the_fewest_that_carry_it(atlas: Atlas, share: float) -> None:
    chosen = select(atlas, YEAR, ArrowSpec(select="share", value=share))
    assert chosen.share >= share * (1 - 1e-9)
    without_last = 100 * chosen.rows["people"][:-1].sum() / chosen.total
    assert without_last < share


@laws
@given(countries)
def test_the_disparity_filter_takes_more_the_laxer_it_is(atlas: Atlas) -> None:
    taken = [
        set(zip(rows["origin"], rows["destination"], strict=True))
        for alpha in (0.01, 0.05, 0.3, 1.1)
        for rows in [select(atlas, YEAR, ArrowSpec(select="disparity", value=alpha)).rows]
    ]
    assert taken[0] <= taken[1] <= taken[2] <= taken[3]
    assert len(taken[3]) == len(sorted_flows(atlas))


def test_the_disparity_filter_is_serranos() -> None:
    flows = pd.DataFrame({"origin": list("aaab"), "destination": list("bcdc"), "people": [80.0, 10, 10, 10]})
    by_origin = np.array([(1 - 0.8) ** 2, (1 - 0.1) ** 2, (1 - 0.1) ** 2, 1])
    by_destination = np.array([1, 0.5, 1, 0.5])
    assert disparity(flows).to_numpy() == pytest.approx(np.minimum(by_origin, by_destination))


@laws
@given(countries, st.sets(st.sampled_from(CODES), min_size=1, max_size=4))
def test_only_flows_from_or_to_some_regions(atlas: Atlas, some: set[str]) -> None:
    out = select(atlas, YEAR, ArrowSpec(value=400, origins=tuple(some))).rows
    into = select(atlas, YEAR, ArrowSpec(value=400, destinations=tuple(some))).rows
    flows = sorted_flows(atlas)
    assert len(out) == flows["origin"].isin(some).sum()
    assert len(into) == flows["destination"].isin(some).sum()


@laws
@given(countries)
def test_net_flows_add_up_to_the_net_of_each_region(atlas: Atlas) -> None:
    rows = select(atlas, YEAR, ArrowSpec(value=400, kind="net")).rows
    pairs = {frozenset(pair) for pair in zip(rows["origin"], rows["destination"], strict=True)}
    assert len(pairs) == len(rows)
    gained = rows.groupby("destination")["people"].sum().reindex(CODES, fill_value=0)
    lost = rows.groupby("origin")["people"].sum().reindex(CODES, fill_value=0)
    net = atlas.margin("net", year=YEAR, flow="interregional")["value"]
    assert (gained - lost).to_list() == net[list(CODES)].to_list()
    assert set(rows["status"]) == {"derived"}


def test_a_pair_with_a_lost_direction_has_no_net() -> None:
    atlas = country(1)
    flows = atlas.flows.copy()
    lost = (flows["origin"] == "KZ-71") & (flows["destination"] == "KZ-75")
    flows.loc[lost, ["people", "status"]] = [np.nan, "missing"]
    rows = select(replace(atlas, flows=flows), YEAR, ArrowSpec(value=400, kind="net")).rows
    assert {"KZ-71", "KZ-75"} not in [{a, b} for a, b in zip(rows["origin"], rows["destination"], strict=True)]


def test_a_direction_without_a_row_is_nobody() -> None:
    atlas = country(1)
    flows = atlas.flows
    flows = flows[~((flows["origin"] == "KZ-71") & (flows["destination"] == "KZ-75"))]
    rows = select(replace(atlas, flows=flows), YEAR, ArrowSpec(value=400, kind="net")).rows
    back = flows.loc[(flows["origin"] == "KZ-75") & (flows["destination"] == "KZ-71"), "people"].item()
    net = rows.loc[(rows["origin"] == "KZ-75") & (rows["destination"] == "KZ-71"), "people"].item()
    assert net == back


def test_ties_are_settled_by_codes() -> None:
    atlas = country(3)
    flows = atlas.flows.assign(people=7.0).sample(frac=1, random_state=5)
    rows = select(replace(atlas, flows=flows), YEAR, ArrowSpec(value=25)).rows
    pairs = list(zip(rows["origin"], rows["destination"], strict=True))
    assert pairs == sorted(pairs)
