"""Every value falls in exactly one class, the one that mapclassify means, and zero parts gain from loss."""

from __future__ import annotations

import warnings
from inspect import signature
from typing import TYPE_CHECKING, Any

import mapclassify
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kzgeo.scene.classes import classify, round_between, schemes
from kzgeo.scene.palettes import Ink
from kzgeo.scene.spec import ClassSpec

if TYPE_CHECKING:
    from numpy.typing import NDArray

RANDOM = {"FisherJenksSampled", "JenksCaspallForced", "JenksCaspallSampled", "MaxP", "NaturalBreaks"}
numbers = st.integers(-100_000, 100_000).map(lambda n: n / 8)
samples = st.lists(numbers, min_size=1, max_size=40)
quick = st.sampled_from(["FisherJenks", "Quantiles", "EqualInterval", "StdMean", "HeadTailBreaks", "BoxPlot"])


def made(values: list[float], *, diverging: bool, **spec: Any) -> Any:
    return classify(np.array(values), ClassSpec(**spec), palette="", diverging=diverging)


def theirs(values: NDArray[np.float64], scheme: str, k: int) -> list[int]:
    """Return the classes that mapclassify gives to some values."""
    maker = getattr(mapclassify, scheme)
    options = {"k": k}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = maker(values, **{name: options[name] for name in signature(maker).parameters if name in options})
    return [int(index) for index in found.yb]


@given(values=samples, scheme=quick, k=st.integers(1, 7), diverging=st.booleans())
def test_every_value_falls_in_exactly_one_class(values: list[float], scheme: str, k: int, *, diverging: bool) -> None:
    classes = made(values, scheme=scheme, k=k, diverging=diverging)
    assert list(classes.edges) == sorted(set(classes.edges))
    assert len(classes.fills) == max(len(classes.edges) - 1, 0)
    for value in values:
        index = classes.index(value)
        if diverging and value == 0:
            assert index is None
            assert classes.fill(value) == Ink.zero
            continue
        holding = [n for n in range(len(classes.fills)) if classes.edges[n] < value <= classes.edges[n + 1]]
        # the first class holds its own lower end too
        assert holding == [index] or (value == classes.edges[0] and index == 0) or len(set(values)) == 1


@given(samples, quick, st.integers(1, 7))
def test_zero_is_a_break_between_gain_and_loss(values: list[float], scheme: str, k: int) -> None:
    classes = made(values, scheme=scheme, k=k, diverging=True)
    assert 0.0 in classes.edges
    zero = classes.edges.index(0.0)
    for value in values:
        if value:
            assert (classes.index(value) < zero) == (value < 0)


@given(samples, samples, quick, st.integers(1, 5))
def test_a_side_is_classed_on_its_own(one: list[float], other: list[float], scheme: str, k: int) -> None:
    gains = [abs(value) + 1 for value in one]
    alone = made(gains, scheme=scheme, k=k, diverging=True)
    both = made([*gains, *(-abs(value) - 1 for value in other)], scheme=scheme, k=k, diverging=True)
    assert alone.edges == both.edges[both.edges.index(0.0) :]


@pytest.mark.parametrize("scheme", schemes())
@pytest.mark.parametrize("diverging", [False, True])
def test_classes_are_those_of_mapclassify(scheme: str, *, diverging: bool) -> None:
    random = np.random.default_rng(11)
    values = np.round(random.normal(0.4, 30, 60), 1)
    values = np.append(values[values != 0], values[:5])  # some figures come twice
    classes = classify(values, ClassSpec(scheme=scheme, k=4), palette="", diverging=diverging)
    values.sort()
    for side in (values[values < 0], values[values > 0]) if diverging else (values,):
        ours = [classes.index(value) for value in side]
        if scheme not in RANDOM:
            wanted = theirs(side, scheme, 4)
            assert np.array_equal(np.unique(ours, return_inverse=True)[1], np.unique(wanted, return_inverse=True)[1])
        assert None not in ours
        assert ours == sorted(ours)


@pytest.mark.parametrize("scheme", sorted(RANDOM))
def test_schemes_that_draw_at_random_draw_the_same_each_time(scheme: str) -> None:
    values = list(np.random.default_rng(2).normal(size=50))
    assert made(values, scheme=scheme, k=4, diverging=False) == made(values, scheme=scheme, k=4, diverging=False)


def test_a_value_on_a_break_falls_in_the_class_below() -> None:
    classes = made([1, 5, 9, 12], breaks=(0, 5, 10, 15), diverging=False)
    assert [classes.index(value) for value in (0, 5, 5.0001, 10, 15)] == [0, 0, 1, 1, 2]
    assert [classes.index(value) for value in (-0.1, 15.1, float("nan"))] == [None, None, None]


def test_breaks_by_hand_are_widened_to_hold_every_value() -> None:
    classes = made([-30, -3, 4, 50], breaks=(-10, -5, 0, 5), diverging=True)
    assert classes.edges == (-30, -10, -5, 0, 5, 50)


def test_several_spellings_of_a_scheme() -> None:
    values = [1.0, 2, 3, 10, 11, 12, 30]
    edges = {
        made(values, scheme=name, diverging=False).edges for name in ("FisherJenks", "fisher_jenks", "fisher-jenks")
    }
    assert len(edges) == 1


def test_fewer_values_than_classes() -> None:
    assert made([3.0, 3, 8], k=5, diverging=False).edges == (3, 5, 8)
    assert made([], k=5, diverging=False).fills == ()
    assert made([float("nan"), 2], k=3, diverging=True).edges == (0, 2)


@given(numbers, st.integers(1, 10**6))
def test_round_breaks_part_the_values_as_they_were(low: float, apart: int) -> None:
    high = low + apart / 8
    found = round_between(low, high)
    assert low <= found < high
    assert len(f"{abs(found):g}") <= len(f"{abs(low):g}") or found != low
