"""Numbers as people and offices print them; nothing is guessed from one ambiguous cell."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kzgeo.read.numbers import decimal_mark, parse_column, parse_number


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1234", 1234),
        ("1 234", 1234),
        ("1\u00a0234", 1234),
        ("1\u202f234", 1234),
        ("12 345 678", 12345678),
        ("1.234,5", 1234.5),
        ("1,234.5", 1234.5),
        ("1 234,5", 1234.5),
        ("1 234,567", 1234.567),
        ("1,234,567", 1234567),
        ("1.234.567", 1234567),
        ("12,5", 12.5),
        ("\u22125", -5),
        ("–5", -5),
        ("+7", 7),
        ("5*", 5),
        (12, 12),
        (1.5, 1.5),
    ],
)
def test_numbers_are_read(text: object, value: float) -> None:
    number = parse_number(text)
    assert (number.value, number.sign, number.trouble) == (value, "", "")


@pytest.mark.parametrize(
    ("text", "sign", "value"),
    [
        ("-", "nothing", 0),
        ("—", "nothing", 0),
        ("...", "no data", math.nan),
        ("…", "no data", math.nan),
        ("x", "confidential", math.nan),
        ("х", "confidential", math.nan),  # the Cyrillic letter
        ("0,0", "tiny", 0),
        ("", "empty", math.nan),
        (None, "empty", math.nan),
        (float("nan"), "empty", math.nan),
    ],
)
def test_the_bureaus_signs_keep_their_meaning(text: object, sign: str, value: float) -> None:
    number = parse_number(text)
    assert number.sign == sign
    assert number.trouble == ""
    assert number.value == value or (math.isnan(number.value) and math.isnan(value))


@pytest.mark.parametrize("text", ["abc", "12 people", "1.2.3", "(5)", "5%", "1,23,4", "1,234"])
def test_what_is_no_number_is_said_so(text: str) -> None:
    number = parse_number(text)
    assert math.isnan(number.value)
    assert number.trouble


@pytest.mark.parametrize(
    ("cells", "mark"),
    [
        (["1,234", "567"], "."),
        (["1.234", "12"], ","),
        (["1,234", "1,5"], ","),
        (["1,234", "2.5"], "."),
        (["1,234", "5,678"], None),
        (["1,234", "12345"], None),
        (["1,5", "2.5"], None),
    ],
)
def test_the_column_decides(cells: list[str], mark: str | None) -> None:
    assert decimal_mark(cells) == mark


def test_people_are_counted_whole() -> None:
    cells = pd.Series(["1,234", "5,678"], dtype=object)
    assert parse_column(cells, whole=True).figures.tolist() == [1234, 5678]
    assert parse_column(cells).troubles.str.contains("two numbers").all()


def test_a_column_leans_on_the_rest_of_its_file() -> None:
    cells = pd.Series(["1,234"], dtype=object)
    assert parse_column(cells, like=["12,5"]).figures.tolist() == [1.234]


@settings(deadline=None)
@given(st.integers(-(10**9), 10**9), st.sampled_from([" ", "\u00a0", "\u202f", ""]))
def test_grouped_integers_come_back(number: int, mark: str) -> None:
    assert parse_number(f"{number:,}".replace(",", mark)).value == number


@settings(deadline=None)
@given(st.lists(st.integers(0, 10**7), min_size=1), st.sampled_from(",."))
def test_a_column_of_counts_comes_back(numbers: list[int], mark: str) -> None:
    cells = pd.Series([f"{number:,}".replace(",", mark) for number in numbers], dtype=object)
    assert parse_column(cells, whole=True).figures.tolist() == numbers


@settings(deadline=None)
@given(st.text())
def test_any_text_is_a_number_a_sign_or_a_trouble(text: str) -> None:
    number = parse_number(text)
    assert math.isfinite(number.value) or number.sign or number.trouble


@pytest.mark.parametrize("text", ["9" * 400, "9" * 400 + ",5", float("inf"), -float("inf")])
def test_what_no_number_holds_is_refused(text: object) -> None:
    number = parse_number(text, ",")
    assert math.isnan(number.value)
    assert number.trouble == "is too large a number"
    column = parse_column(pd.Series([1.0, text]))
    assert column.troubles.tolist() == ["", "is too large a number"]
    assert column.figures[0] == 1
