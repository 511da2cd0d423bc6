"""Numbers as people and statistical offices print them: ``1 234``, ``1.234,5``, ``1,234.5``, ``—``, ``...``, ``x``.

A mark that could part thousands or decimals (``1,234``) is never guessed from one cell: the whole column decides,
and a column that cannot decide is a problem.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["SIGNS", "Mark", "Number", "NumberColumn", "decimal_mark", "parse_column", "parse_number"]

Mark = Literal[",", "."]

# The Bureau's signs, by their meaning in its own legend.
SIGNS = {
    "nothing": "the phenomenon does not occur; counted as 0",
    "no data": "no data",
    "confidential": "confidential",
    "tiny": "less than half of the unit; counted as 0",
    "empty": "left empty",
}
_SIGN = {
    "": "empty",
    "-": "nothing",
    "--": "nothing",
    "...": "no data",
    "..": "no data",
    "na": "no data",
    "n/a": "no data",
    "nan": "no data",
    "null": "no data",
    "none": "no data",
    "н/д": "no data",
    "нд": "no data",
    "ж/қ": "no data",
    "x": "confidential",
    "c": "confidential",
}
_TINY = re.compile(r"0[.,]0+")
_SPACES = re.compile(r"[\s\u00a0\u2007\u2009\u202f'’`]+")
_DASHES = str.maketrans("−–—‒‐‑―", "-------")
_PLAIN = re.compile(r"[+-]?\d+")
_MARKED = re.compile(r"[+-]?\d+(?:[.,]\d+)+")
_GROUPED = re.compile(r"[+-]?[1-9]\d{0,2}(?:([.,])\d{3})(?:\1\d{3})*")


@dataclass(frozen=True, slots=True)
class Number:
    """One cell as a number.

    Attributes
    ----------
    value : float
        NaN where the figure is missing or the text is no number.
    sign : str
        A key of :data:`SIGNS` where the cell holds one of the Bureau's signs, else empty.
    trouble : str
        Why the text is not a number, else empty.
    """

    value: float
    sign: str = ""
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class NumberColumn:
    """A column of numbers: float ``figures`` (NaN missing), ``signs`` and ``troubles`` by the column's own index."""

    figures: pd.Series[float]
    signs: pd.Series[str]
    troubles: pd.Series[str]


def parse_number(text: object, mark: Mark | None = None) -> Number:
    """Read one cell.

    Parameters
    ----------
    text : object
        A number, or its text with spaces, thousands marks, a true minus, or one of the Bureau's signs.
    mark : {",", "."}, optional
        The decimal mark of the column. Without it ``1,234`` is refused, for it can mean two numbers.
    """
    if isinstance(text, (int, float, np.integer, np.floating)) and not isinstance(text, bool):
        return _number(text)
    tidy = _tidy("" if text is None else str(text))
    if tidy.lower() in _SIGN:
        sign = _SIGN[tidy.lower()]
        return Number(0.0 if sign == "nothing" else np.nan, sign)
    if _TINY.fullmatch(tidy):
        return Number(0.0, "tiny")
    if _PLAIN.fullmatch(tidy):
        return _number(tidy)
    if not _MARKED.fullmatch(tidy):
        return Number(np.nan, trouble="is not a number")
    return _marked(tidy, decimal_mark([text]) or mark)


def _marked(tidy: str, mark: Mark | None) -> Number:
    if mark is None:
        return Number(np.nan, trouble="can mean two numbers: the mark may part thousands or decimals")
    whole, found, part = tidy.partition(mark)
    thousands = "." if mark == "," else ","
    if mark in part or thousands in part or not (_PLAIN.fullmatch(whole) or _GROUPED.fullmatch(whole)):
        return Number(np.nan, trouble=f"does not fit its column, where {mark!r} parts the decimals")
    return _number(whole.replace(thousands, "") + ("." + part if found else ""))


def _number(written: Any) -> Number:
    """Return what a number, or its text in digits, is worth; too many digits are no figure."""
    value = float(written)
    if np.isinf(value):
        return Number(np.nan, trouble="is too large a number")
    return Number(value, "empty" if np.isnan(value) else "")


def decimal_mark(texts: Iterable[object]) -> Mark | None:
    """Return the decimal mark that a column's own cells prove, or None if they prove none or contradict.

    ``1.234,5``, ``12,5`` and ``1 234,567`` prove the comma, ``1,234,567`` and ``1,234.5`` the point. Where every
    number of four or more digits has a mark and some smaller number has none, the mark parts thousands: decimals
    would be printed in all of them.
    """
    written = [text for text in texts if isinstance(text, str)]
    marks = {mark for text in written if (mark := _proof(text))}
    if len(marks) == 1:
        return marks.pop()
    tidy = [_tidy(text) for text in written]
    plain = [len(text.lstrip("+-")) for text in tidy if _PLAIN.fullmatch(text)]
    return _other_mark(written) if not marks and plain and max(plain) <= 3 else None


def _other_mark(cells: Iterable[object]) -> Mark | None:
    """Return the decimal mark that is left where one mark parts all thousands."""
    tidy = [_tidy(cell) for cell in cells if isinstance(cell, str)]
    groups = {match.group(1) for text in tidy if (match := _GROUPED.fullmatch(text))}
    if len(groups) != 1:
        return None
    return "." if groups == {","} else ","


def _proof(text: str) -> Mark | None:
    tidy = _tidy(text)
    if not _MARKED.fullmatch(tidy) or _TINY.fullmatch(tidy):
        return None
    marks = re.findall(r"[.,]", tidy)
    last: Mark = "," if marks[-1] == "," else "."
    other: Mark = "." if last == "," else ","
    if len(set(marks)) == 2:
        return last
    if len(marks) > 1:
        return other
    spaced = bool(re.search(r"\d[\s\u00a0\u2007\u2009\u202f'’]\d", text))
    return last if spaced or not _GROUPED.fullmatch(tidy) else None


def _tidy(text: str) -> str:
    text = _SPACES.sub("", text).translate(_DASHES).replace("…", "...").rstrip("*")
    return "x" if text in {"х", "Х"} else text  # the Bureau's sign, typed with the Cyrillic letter


def parse_column(cells: pd.Series[Any], *, like: Iterable[object] = (), whole: bool = False) -> NumberColumn:
    """Read a column of cells, with one decimal mark for all of it.

    Parameters
    ----------
    cells : Series
        Numbers, texts, empty cells.
    like : iterable of object
        Further cells of the same file, asked for the decimal mark where the column itself proves none.
    whole : bool
        The column counts people, and nobody is 0.234 of a person: a lone mark before three digits
        (``1,234``) parts thousands unless another cell proves it a decimal mark.
    """
    if pd.api.types.is_numeric_dtype(cells.dtype) and not np.isinf(values := cells.astype("float64")).any():
        signs = pd.Series(np.where(values.isna(), "empty", ""), cells.index, dtype="object")
        return NumberColumn(values, signs, pd.Series("", cells.index, dtype="object"))
    unique = list(dict.fromkeys(cells))
    mark = decimal_mark(unique) or decimal_mark(like)
    if mark is None and whole:
        mark = _other_mark(unique)
    read = {cell: parse_number(cell, mark) for cell in unique}
    found = [read[cell] for cell in cells]
    return NumberColumn(
        pd.Series([number.value for number in found], cells.index, dtype="float64"),
        pd.Series([number.sign for number in found], cells.index, dtype="object"),
        pd.Series([number.trouble for number in found], cells.index, dtype="object"),
    )
