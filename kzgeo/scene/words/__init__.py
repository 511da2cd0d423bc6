"""The words of a map in its reader's language: sentences from Fluent files, numbers as CLDR writes them."""

from __future__ import annotations

from datetime import date
from functools import cache, cached_property
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Words", "words"]

MINUS = "\N{MINUS SIGN}"


class Words:
    """Sentences and numbers in one language (``ru``, ``kk`` or ``en``)."""

    def __init__(self, lang: str) -> None:
        from fluent.runtime import FluentBundle

        self.lang = lang
        # isolation marks would show as boxes in fonts without them
        self._bundle = FluentBundle([lang], use_isolating=False)
        self._read(f"{lang}.ftl")

    def _read(self, file: str) -> list[str]:
        """Add a file's messages, and return their names."""
        from fluent.runtime import FluentResource
        from fluent.syntax import ast

        resource = FluentResource((Path(__file__).parent / file).read_text("utf-8"))
        self._bundle.add_resource(resource)
        return [entry.id.name for entry in resource.body if isinstance(entry, ast.Message)]

    @cached_property
    def _page(self) -> list[str]:
        """Names of the messages that only a web page says, which are read when the first is asked for."""
        return self._read(f"page.{self.lang}.ftl")

    def say(self, message: str, **facts: Any) -> str:
        """Return a message of the language's Fluent file with its facts filled in."""
        return self._format(message, self._bundle.get_message(message).value, facts)

    def page(self, **facts: Any) -> dict[str, str]:
        """Return all messages that only a web page says, by their names without ``page-``."""
        return {name.removeprefix("page-"): self.say(name, **facts) for name in self._page}

    def fill(self, pattern: str, facts: dict[str, Any]) -> str:
        """Return a pattern in Fluent syntax, as recipes hold it, with its facts filled in.

        Raises
        ------
        ValueError
            If the pattern is not Fluent or names a fact that this map does not have.
        """
        from fluent.runtime import FluentResource
        from fluent.syntax import ast

        lines = "\n".join(f"    {line}" for line in pattern.strip().splitlines())
        # the bundle keeps what it has compiled under its name: another pattern needs another one
        key = f"pattern-{sha256(lines.encode()).hexdigest()}"
        resource = FluentResource(f"{key} =\n{lines}\n")
        entry = resource.body[0] if resource.body else None
        if not isinstance(entry, ast.Message) or len(resource.body) > 1:
            raise ValueError(f"not a Fluent pattern: {pattern.strip()}")
        self._bundle.add_resource(resource, allow_overrides=True)
        return self._format(pattern.strip(), self._bundle.get_message(key).value, facts)

    def _format(self, name: str, pattern: Any, facts: dict[str, Any]) -> str:
        text, errors = self._bundle.format_pattern(pattern, facts)
        if errors:
            raise ValueError(f"{name}: {'; '.join(map(str, errors))}")
        return str(text)[:1].upper() + str(text)[1:] if name == "measure" else str(text)

    def number(self, value: float, decimals: int = 0, *, signed: bool = False) -> str:
        """Return a number with the language's separators and a true minus sign; ``signed`` writes + too."""
        from babel.numbers import format_decimal

        pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
        rounded = round(value, decimals) + 0.0  # no minus before a zero
        sign = MINUS if rounded < 0 else "+" if signed and rounded > 0 else ""
        return sign + str(format_decimal(abs(rounded), format=pattern, locale=self.lang))

    def short_number(self, value: float, *, signed: bool = False) -> str:
        """Return a number with as many decimals as it has, for class breaks."""
        decimals = next((d for d in range(6) if abs(value - round(value, d)) < 1e-9), 6)
        return self.number(value, decimals, signed=signed)

    def people(self, count: float, *, signed: bool = False) -> str:
        """Return a count with the word for people in the right case."""
        return self.say("people", people=abs(round(count)), text=self.number(count, signed=signed))

    def listing(self, names: Sequence[str]) -> str:
        """Return names as a list: «Астана, Алматы и Шымкент»."""
        *most, last = names
        return f"{', '.join(most)}{self.say('and')}{last}" if most else last

    def day(self, iso: str) -> str:
        """Return an ISO date as the language writes it."""
        from babel.dates import format_date

        pattern = "d MMMM y" if self.lang == "en" else "dd.MM.y"
        return str(format_date(date.fromisoformat(iso), format=pattern, locale=self.lang))

    def years(self, years: Sequence[int]) -> str:
        """Return one year or a span of years."""
        if len(set(years)) == 1:
            return self.say("year", year=str(years[0]))
        return self.say("years", first=str(min(years)), last=str(max(years)))


@cache
def words(lang: str) -> Words:
    """Return the words of a language."""
    return Words(lang)
