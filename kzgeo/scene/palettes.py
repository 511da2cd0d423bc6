"""Palettes for readers who see colour differently, and for grey printers.

A palette is a few anchor colours, interpolated in OKLab (B. Ottosson, 2020, A perceptual color space for image
processing), where equal steps look equal. Sequential ones, and each side of diverging ones, darken steadily.
"""

from __future__ import annotations

from itertools import pairwise
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["CATEGORIES", "DIVERGING", "INK", "SEQUENTIAL", "Ink", "contrast", "luminance", "ramp", "sides", "simulate"]

Floats = npt.NDArray[np.float64]

# light to dark
SEQUENTIAL: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "teal": ("#d9ecea", "#7fb9bd", "#2f7f92", "#0b4560"),
        "blue": ("#dfe8f3", "#8fb1d6", "#4376ad", "#173f73"),
        "ochre": ("#f6e6c6", "#ddb16a", "#ad7527", "#694009"),
        "plum": ("#eee2ef", "#c297c6", "#8c5295", "#4f205a"),
        "grey": ("#e6e6e6", "#aeaeae", "#707070", "#333333"),
    }
)
# (loss, gain): the sides of a diverging palette are two sequential ones, never red against green
DIVERGING: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {"ochre-teal": ("ochre", "teal"), "ochre-blue": ("ochre", "blue"), "ochre-plum": ("ochre", "plum")}
)
# destinations, told apart by colour-blind readers too (after Okabe and Ito, darkened until white text is readable)
CATEGORIES: Final = ("#00558c", "#b34700", "#7a2f73", "#3f6b2a", "#5a5a5a")


class Ink:
    """The colours that are not data."""

    text: Final = "#1d2327"
    faint: Final = "#5b6166"
    paper: Final = "#ffffff"
    land: Final = "#efece6"
    water: Final = "#cfe3ee"
    shore: Final = "#a9c8d8"
    border: Final = "#b9b3a9"
    region_edge: Final = "#ffffff"
    country_edge: Final = "#4a4f54"
    none: Final = "#f4f2ee"
    zero: Final = "#f7f7f5"
    hatch: Final = "#8b8f92"
    arrow: Final = "#3a2f45"


INK: Final = Ink()

_TO_LMS = np.array(
    [[0.4122214708, 0.5363325363, 0.0514459929], [0.2119034982, 0.6806995451, 0.1073969566],
     [0.0883024619, 0.2817188376, 0.6299787005]]
)  # fmt: skip
_TO_LAB = np.array(
    [[0.2104542553, 0.7936177850, -0.0040720468], [1.9779984951, -2.4285922050, 0.4505937099],
     [0.0259040371, 0.7827717662, -0.8086757660]]
)  # fmt: skip
# full dichromacy in linear RGB: G. M. Machado, M. M. Oliveira, L. A. F. Fernandes (2009), A physiologically-based
# model for simulation of color vision deficiency, IEEE TVCG 15(6)
_DEFICIENCY: Final[Mapping[str, Floats]] = MappingProxyType(
    {
        "protanopia": np.array([[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
                                [-0.003882, -0.048116, 1.051998]]),
        "deuteranopia": np.array([[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
                                  [-0.011820, 0.042940, 0.968881]]),
        "tritanopia": np.array([[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602],
                                [0.004733, 0.691367, 0.303900]]),
    }
)  # fmt: skip


def ramp(name: str, k: int) -> tuple[str, ...]:
    """Return ``k`` colours of a sequential palette, light to dark, as ``#rrggbb``."""
    anchors = np.array([_oklab(colour) for colour in SEQUENTIAL[name]])
    # few classes stay away from the ends: one class needs a middle tone, three need no darkest
    at = np.linspace(0.1, min(1.0, 0.5 + 0.1 * k), k) if k > 1 else np.full(k, 0.45)
    stops = np.linspace(0, 1, len(anchors))
    return tuple(_hex(np.array([np.interp(t, stops, anchors[:, axis]) for axis in range(3)])) for t in at)


def sides(name: str, losses: int, gains: int) -> tuple[str, ...]:
    """Return the colours of a diverging palette from the greatest loss over zero to the greatest gain."""
    loss, gain = DIVERGING[name]
    return (*reversed(ramp(loss, losses)), *ramp(gain, gains))


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour (WCAG 2.2), 0 for black and 1 for white."""
    return float(_linear(colour) @ np.array([0.2126, 0.7152, 0.0722]))


def contrast(first: str, second: str) -> float:
    """Return the contrast ratio of two colours (WCAG 2.2), from 1 to 21."""
    dark, light = sorted((luminance(first), luminance(second)))
    return (light + 0.05) / (dark + 0.05)


def simulate(colour: str, deficiency: str) -> str:
    """Return a colour as a reader with ``protanopia``, ``deuteranopia`` or ``tritanopia`` sees it."""
    return _encode(np.clip(_DEFICIENCY[deficiency] @ _linear(colour), 0, 1))


def difference(first: str, second: str) -> float:
    """Return how different two colours look: their distance in OKLab, times 100."""
    return float(100 * np.linalg.norm(_oklab(first) - _oklab(second)))


def _linear(colour: str) -> Floats:
    rgb = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def _encode(linear: Floats) -> str:
    rgb = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * np.power(linear, 1 / 2.4) - 0.055)
    return "#" + "".join(f"{round(255 * float(part)):02x}" for part in np.clip(rgb, 0, 1))


def _oklab(colour: str) -> Floats:
    lab: Floats = _TO_LAB @ np.cbrt(_TO_LMS @ _linear(colour))
    return lab


def _hex(lab: Floats) -> str:
    lms = np.linalg.solve(_TO_LAB, lab) ** 3
    return _encode(np.clip(np.linalg.solve(_TO_LMS, lms), 0, 1))


def pick(name: str, *, diverging: bool) -> str:
    """Return the palette a recipe names, or the default of its kind where it names none."""
    return name or ("ochre-teal" if diverging else "teal")


def category(index: int) -> str:
    """Return the colour of the ``index``-th destination."""
    return CATEGORIES[index % len(CATEGORIES)]


def distinct(colours: Sequence[str], deficiency: str | None = None) -> float:
    """Return the smallest difference between neighbours in a list of colours, as a reader sees them."""
    seen = [simulate(c, deficiency) if deficiency else c for c in colours]
    return min((difference(a, b) for a, b in pairwise(seen)), default=np.inf)
