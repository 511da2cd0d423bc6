"""The likeliest cause of a difference between two numbers that should agree."""

from __future__ import annotations

from math import gcd
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["number", "rounding_unit", "slip"]


def number(value: float) -> str:
    """Return a count as it is written in messages: ``1,234``, with a sign where it is negative."""
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.1f}"


def rounding_unit(values: Iterable[float]) -> int:
    """Return the power of ten that all figures are multiples of, up to 1,000: the unit they were rounded to.

    Fewer than four figures, or figures below the unit, prove no rounding; the unit is then 1.
    """
    counts = [abs(round(value)) for value in values if np.isfinite(value) and value != 0]
    if len(counts) < 4:
        return 1
    shared = gcd(*counts)
    return max(unit for unit in (1, 10, 100, 1000) if shared % unit == 0)


def slip(written: float, expected: float) -> str:
    """Name the slip of the hand that turns one number into the other; empty if none does.

    Two digits that changed places alter a number by a multiple of 9; a lost sign by twice the number.
    """
    if written == -expected and written:
        return "its sign is lost"
    if expected and written in {expected * 10, expected * 100, expected * 1000}:
        return "it has zeros too many"
    if written and expected in {written * 10, written * 100, written * 1000}:
        return "it has lost zeros"
    first, second = (str(abs(round(value))) for value in (written, expected))
    if first != second and len(first) == len(second):
        unlike = [at for at in range(len(first)) if first[at] != second[at]]
        if len(unlike) == 2 and sorted(first[at] for at in unlike) == sorted(second[at] for at in unlike):
            return "two of its digits changed places"
        if len(unlike) == 1:
            return "one of its digits is wrong"
    return ""
