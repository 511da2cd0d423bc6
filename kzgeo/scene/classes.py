"""Classification: values become classes once, here, and every renderer shows the same ones.

A class holds the values in (low, high], as mapclassify closes its intervals; the first holds its lower end too.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from inspect import signature
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from kzgeo.scene import palettes
from kzgeo.scene.schemes import load_schemes

if TYPE_CHECKING:
    from kzgeo.scene.spec import ClassSpec

__all__ = ["Classes", "classify", "known_scheme", "schemes"]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Classes:
    """Class breaks in ascending order (one more than classes) with a colour each.

    A diverging scale has a break exactly at zero; a value of exactly zero belongs to neither side.
    """

    edges: tuple[float, ...]
    fills: tuple[str, ...]
    diverging: bool

    def index(self, value: float) -> int | None:
        """Return the class of a value; None for NaN, for what no class holds and for zero on a diverging scale."""
        if not np.isfinite(value) or (self.diverging and value == 0):
            return None
        if not self.fills or not self.edges[0] <= value <= self.edges[-1]:
            return None
        return max(0, int(np.searchsorted(self.edges, value, side="left")) - 1)

    def fill(self, value: float) -> str:
        """Return the colour of a value; the neutral one for zero, the paper's for what has no class."""
        index = self.index(value)
        if index is None:
            return palettes.Ink.zero if self.diverging and value == 0 else palettes.Ink.none
        return self.fills[index]


def schemes() -> tuple[str, ...]:
    """Return the names of mapclassify's schemes; a recipe may write them in any case, with or without underscores."""
    return tuple(sorted(load_schemes()))


def known_scheme(name: str) -> bool:
    """Say whether mapclassify has a scheme, however its name is written."""
    return _key(name) in map(_key, schemes())


def classify(values: Floats, spec: ClassSpec, *, palette: str, diverging: bool) -> Classes:
    """Return the classes of some values.

    Parameters
    ----------
    values : array of float
        NaN is ignored. Several years on one scale are classed together.
    spec : ClassSpec
        ``k`` counts the classes of each side of a diverging scale, which are classed on their own.
    palette : str
    diverging : bool
    """
    values = np.asarray(values, dtype=float)
    values = np.sort(values[np.isfinite(values)])
    name = palettes.pick(palette, diverging=diverging)
    if spec.breaks:
        edges = _given(values, spec.breaks, diverging=diverging)
    elif diverging:
        loss, gain = _bins(values[values < 0], spec), _bins(values[values > 0], spec)
        edges = _ordered([*values[:1][values[:1] < 0], *loss[:-1], 0.0, *gain])
    else:
        edges = _ordered([*values[:1], *_bins(values, spec)])
    if not diverging:
        return Classes(edges, palettes.ramp(name, max(len(edges) - 1, 0)), diverging=False)
    losses, gains = sum(edge < 0 for edge in edges), sum(edge > 0 for edge in edges)
    return Classes(edges, palettes.sides(name, losses, gains), diverging=True)


def _given(values: Floats, breaks: tuple[float, ...], *, diverging: bool) -> tuple[float, ...]:
    """Return breaks given by hand, widened to hold every value."""
    ends = [*values[:1], *values[-1:]]
    return _ordered([*breaks, *([0.0] if diverging else []), *(e for e in ends if not min(breaks) <= e <= max(breaks))])


def _ordered(edges: list[float]) -> tuple[float, ...]:
    return tuple(sorted({float(edge) for edge in edges}))


def _bins(values: Floats, spec: ClassSpec) -> list[float]:
    """Return the upper ends of the classes of ascending values, each as round as leaves every value in its class."""
    # no more values than classes: each its own
    bins = values if len(np.unique(values)) <= spec.k else np.asarray(_mapclassify(values, spec).bins, dtype=float)
    upper = [float(values[values <= b][-1]) for b in bins if b >= values[0]]
    following = {float(a): float(b) for a, b in pairwise(values)}
    return [round_between(u, following[u]) if u in following else u for u in dict.fromkeys(upper)]


def _mapclassify(values: Floats, spec: ClassSpec) -> Any:
    maker = {_key(name): scheme for name, scheme in load_schemes().items()}[_key(spec.scheme)]
    options: dict[str, float] = {"k": spec.k}
    if maker.__name__.endswith("Sampled"):  # these see at least 1,000 values; Percentiles means another thing by pct
        options["pct"] = min(1.0, 1000 / len(values))
    state = np.random.get_state()  # noqa: NPY002 - some schemes draw from numpy's global generator
    np.random.seed(0)  # noqa: NPY002 - some schemes draw from numpy's global generator
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of fewer distinct values than classes, which is no fault here
            return maker(values, **{name: options[name] for name in signature(maker).parameters if name in options})
    finally:
        np.random.set_state(state)  # noqa: NPY002 - some schemes draw from numpy's global generator


def _key(scheme: str) -> str:
    return scheme.replace("_", "").replace("-", "").lower()


def round_between(low: float, high: float) -> float:
    """Return the roundest number in [low, high): a break there splits the values as ``low`` would.

    >>> round_between(-10.97, -9.2)
    -10.0
    """
    for power in range(int(np.floor(np.log10(max(abs(low), abs(high), 1e-9)))) + 1, -12, -1):
        for digit in (5, 2.5, 2, 1):
            step = digit * 10.0**power
            candidate = float(np.ceil(low / step) * step)
            if low <= candidate < high:
                return round(candidate, 12) + 0.0
    return low
