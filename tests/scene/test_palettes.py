"""Every palette offered is readable in grey and for readers who see colour differently."""

from __future__ import annotations

from itertools import combinations, pairwise

import pytest

from kzgeo.scene.palettes import (
    CATEGORIES,
    DIVERGING,
    SEQUENTIAL,
    Ink,
    contrast,
    distinct,
    luminance,
    ramp,
    sides,
    simulate,
)

DEFICIENCIES = ("protanopia", "deuteranopia", "tritanopia")
NOTICED = 2.0  # distance in OKLab x 100 at which two areas side by side are told apart
TEXT = 4.5  # contrast that WCAG 2.2 asks of text


@pytest.mark.parametrize("k", range(2, 10))
@pytest.mark.parametrize("name", sorted(SEQUENTIAL))
def test_sequential_ones_darken_steadily(name: str, k: int) -> None:
    greys = [luminance(colour) for colour in ramp(name, k)]
    assert all(light > dark for light, dark in pairwise(greys))


@pytest.mark.parametrize("losses", [1, 3, 5])
@pytest.mark.parametrize("gains", [1, 3, 5])
@pytest.mark.parametrize("name", sorted(DIVERGING))
def test_each_side_of_diverging_ones_darkens_away_from_zero(name: str, losses: int, gains: int) -> None:
    colours = sides(name, losses, gains)
    assert len(colours) == losses + gains
    greys = [luminance(colour) for colour in colours]
    assert all(dark < light for dark, light in pairwise(greys[:losses]))
    assert all(light > dark for light, dark in pairwise(greys[losses:]))


@pytest.mark.parametrize("deficiency", [None, *DEFICIENCIES])
@pytest.mark.parametrize("name", sorted(SEQUENTIAL))
def test_neighbours_are_told_apart(name: str, deficiency: str | None) -> None:
    for k in range(2, 8):
        assert distinct(ramp(name, k), deficiency) >= NOTICED


@pytest.mark.parametrize("deficiency", [None, *DEFICIENCIES])
@pytest.mark.parametrize("name", sorted(DIVERGING))
def test_gain_and_loss_are_told_apart(name: str, deficiency: str | None) -> None:
    for k in range(1, 6):
        loss, gain = sides(name, k, k)[:k][::-1], sides(name, k, k)[k:]
        for one, other in zip(loss, gain, strict=True):
            assert distinct((one, other), deficiency) >= NOTICED
        assert distinct(sides(name, k, k), deficiency) >= NOTICED


@pytest.mark.parametrize("deficiency", [None, *DEFICIENCIES])
def test_destinations_are_told_apart(deficiency: str | None) -> None:
    for one, other in combinations(CATEGORIES[:3], 2):
        assert distinct((one, other), deficiency) >= 5


def test_text_is_readable() -> None:
    for ground in (Ink.paper, Ink.land, Ink.water, Ink.none, Ink.zero):
        assert contrast(Ink.text, ground) >= TEXT
        assert contrast(Ink.faint, ground) >= TEXT
    for colour in CATEGORIES:
        assert contrast(colour, Ink.paper) >= TEXT


def test_classes_stand_out_from_what_is_not_coloured() -> None:
    for name in SEQUENTIAL:
        for k in range(1, 8):
            for colour in ramp(name, k):
                assert distinct((colour, Ink.none)) >= NOTICED


def test_known_colours() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert luminance("#808080") == pytest.approx(0.2159, abs=1e-4)
    for deficiency in DEFICIENCIES:  # grey is grey to everyone
        assert distinct(("#808080", simulate("#808080", deficiency))) < 0.5
