"""Sentences in three languages: the same ones in each, plurals right, numbers as the language writes them."""

from __future__ import annotations

from pathlib import Path

import pytest
from fluent.syntax import FluentParser, ast

import kzgeo.scene.words
from kzgeo.scene.words import words

LANGUAGES = ("ru", "kk", "en")
HERE = Path(kzgeo.scene.words.__file__).parent
NARROW, NO_BREAK = "\u202f", "\u00a0"


def messages(file: str) -> dict[str, ast.Message]:
    entries = FluentParser().parse((HERE / file).read_text("utf-8")).body
    assert not [entry for entry in entries if isinstance(entry, ast.Junk)]
    return {entry.id.name: entry for entry in entries if isinstance(entry, ast.Message)}


def facts(node: object) -> set[str]:
    """Return the variables that a message names."""
    if isinstance(node, ast.VariableReference):
        return {node.id.name}
    if isinstance(node, ast.BaseNode):
        return set().union(*(facts(value) for value in vars(node).values()))
    return set().union(*(facts(item) for item in node)) if isinstance(node, list) else set()


@pytest.mark.parametrize("prefix", ["", "page."])
def test_every_language_has_the_same_messages(prefix: str) -> None:
    names = {lang: set(messages(f"{prefix}{lang}.ftl")) for lang in LANGUAGES}
    assert names["ru"] == names["kk"] == names["en"]


@pytest.mark.parametrize("prefix", ["", "page."])
def test_every_language_names_the_same_facts(prefix: str) -> None:
    read = {lang: messages(f"{prefix}{lang}.ftl") for lang in LANGUAGES}
    plural = {"n_targets", "people", "n"}  # a language that has no plural need not count
    for name in read["en"]:
        named = {lang: facts(read[lang][name]) - plural for lang in LANGUAGES}
        assert named["ru"] == named["kk"] == named["en"], name


@pytest.mark.parametrize(
    ("lang", "count", "expected"),
    [
        ("ru", 1, "1 человек"), ("ru", 2, "2 человека"), ("ru", 5, "5 человек"), ("ru", 21, "21 человек"),
        ("ru", 73_238, "73 238 человек"), ("ru", 1002, "1 002 человека"),
        ("en", 1, "1 person"), ("en", 73_238, "73,238 people"),
        ("kk", 1, "1 адам"), ("kk", 73_238, "73 238 адам"),
    ],
)  # fmt: skip
def test_people_are_counted_in_the_right_case(lang: str, count: int, expected: str) -> None:
    assert words(lang).people(count).replace(NO_BREAK, " ").replace(NARROW, " ") == expected


@pytest.mark.parametrize(
    ("lang", "value", "decimals", "expected"),
    [
        ("ru", 1234.56, 1, f"+1{NO_BREAK}234,6"),
        ("kk", 1234.56, 1, f"+1{NO_BREAK}234,6"),
        ("en", 1234.56, 1, "+1,234.6"),
        ("en", -1234.56, 0, "\N{MINUS SIGN}1,235"),
        ("ru", -0.04, 1, "0,0"),
        ("en", 0, 0, "0"),
    ],
)
def test_numbers_are_written_as_the_language_does(lang: str, value: float, decimals: int, expected: str) -> None:
    assert words(lang).number(value, decimals, signed=True) == expected


def test_short_numbers_have_the_decimals_they_need() -> None:
    assert [words("en").short_number(value) for value in (5, 2.5, 0.125, -10)] == ["5", "2.5", "0.125", "−10"]


def test_lists() -> None:
    assert words("ru").listing(["Астана", "Алматы", "Шымкент"]) == "Астана, Алматы и Шымкент"
    assert words("en").listing(["Astana", "Almaty"]) == "Astana and Almaty"
    assert words("kk").listing(["Астана"]) == "Астана"


def test_days_and_years() -> None:
    assert words("ru").day("2025-03-12") == "12.03.2025"
    assert words("en").day("2025-03-12") == "12 March 2025"
    assert words("en").years([2024]) == "2024"
    assert words("en").years([2010, 2024, 2015]) == "2010–2024"


@pytest.mark.parametrize("pattern", ["{ $nobody }", "{ no-such-message }", "{ $top", ""])
def test_a_pattern_that_cannot_be_filled_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        words("en").fill(pattern, {"top": "Astana"})


def test_patterns_use_facts_and_messages() -> None:
    filled = words("en").fill("{ $top }: { missing }", {"top": "Astana"})
    assert filled == "Astana: no data"
    # one pattern does not stand in for another
    assert words("en").fill("{ $top }!", {"top": "Almaty"}) == "Almaty!"


def test_names_are_no_patterns() -> None:
    assert words("en").fill("{ $top }", {"top": "{ missing } <b>"}) == "{ missing } <b>"
