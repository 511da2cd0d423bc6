"""What a title or a column heading of the Bureau's sheets says: flow, direction, year, span of months, unit."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from kzgeo.regions import normalise

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["MONTH_NAMES", "Label", "part_of_population", "read_label"]

# Stems as they stand after normalising; the first that is found in a text decides.
_FLOWS: Final = (
    ("interregional", "межрегион межобласт region аралык ониараралык өңіраралық облысаралық interregional"),
    ("within", "внутриобласт внутрирегион облысішілік өңірішілік intraregional"),
    ("abroad-part", "стран снг тмд cis других стран баска ел"),
    ("external", "внешн сырткы сыртқы external international abroad"),
    ("internal", "внутрен ишки ішкі internal"),
)
_DIRECTIONS: Final = (
    ("net", "сальд саи айырым айырма прирост осим өсім net balance saldo"),
    ("arrivals", "прибы приех келген келу arriv immigr in migra"),
    ("departures", "выбы убы уех кеткен кету depart emigr out migra"),
)
_TOTAL: Final = ("всего", "барлыгы", "барлығы", "total", "общ", "жалпы")
_POPULATION: Final = ("численность населения", "халык саны", "халық саны", "population size", "population at")
_SHARES: Final = (
    "%",
    "процент",
    "пайыз",
    "удельн",
    "доля",
    "темп",
    "percent",
    "share",
    "коэффициент",
    "на 1000",
    "на 1 000",
)
_THOUSAND: Final = ("тыс", "мын", "мың", "thousand")
_UNIT: Final = re.compile(r"(?:тыс\S*|мы[нң]|thousand)?\s*(?:человек|чел|адам|persons?|people)", re.IGNORECASE)
_PARTS: Final = {
    "urban": "городское население|городское|город|городская местность|қала халқы|қала|қалалық|urban|city",
    "rural": "сельское население|сельское|село|сельская местность|ауыл халқы|ауыл|ауылдық|rural|village",
    "men": "мужчины|мужчин|ерлер|ер адамдар|men|male|males",
    "women": "женщины|женщин|әйелдер|women|female|females",
    "all": "все население|всего население|барлық халық|оба пола|екі жыныс|total population|both sexes",
}
_MONTHS: Final = (
    "январ қаңтар jan", "феврал ақпан feb", "март наурыз mar", "апрел сәуір apr", "май мая мамыр may", "июн маусым jun",
    "июл шілде jul", "август тамыз aug", "сентяб қыркүйек sep", "октяб қазан oct", "нояб қараша nov",
    "декабр желтоқсан dec",
)  # fmt: skip
MONTH_NAMES: Final = (
    "январь января қаңтар january jan", "февраль февраля ақпан february feb", "март марта наурыз march mar",
    "апрель апреля сәуір april apr", "май мая мамыр may", "июнь июня маусым june jun", "июль июля шілде july jul",
    "август августа тамыз august aug", "сентябрь сентября қыркүйек september sep",
    "октябрь октября қазан october oct", "ноябрь ноября қараша november nov",
    "декабрь декабря желтоқсан december dec",
)  # fmt: skip
_YEAR: Final = re.compile(r"(?<!\d)(?:19[5-9]\d|20\d\d)(?!\d)")


@dataclass(frozen=True, slots=True)
class Label:
    """What headings say; None (or the widest meaning) where they are silent.

    Attributes
    ----------
    flow, direction : str or None
        As in the tables; direction ``"population"`` for inhabitants.
    year : int or None
        The year.
    months : tuple of int
        First and last month, ``(1, 12)`` for a whole year, empty where months are not named.
    factor : int
        1,000 for figures in thousands.
    share : bool
        Whether the figures are percentages or rates.
    """

    flow: str | None = None
    direction: str | None = None
    year: int | None = None
    months: tuple[int, ...] = ()
    factor: int = 1
    share: bool = False

    def under(self, upper: Label) -> Label:
        """Return this label with everything that it leaves open taken from the one above it."""
        return replace(
            self,
            flow=self.flow if self.flow not in {None, "total"} or upper.flow is None else upper.flow,
            direction=self.direction or upper.direction,
            year=self.year or upper.year,
            months=self.months or upper.months,
            factor=max(self.factor, upper.factor),
            share=self.share or upper.share,
        )

    def __str__(self) -> str:
        if self.direction == "population":
            return f"population {self.year}"
        span = "" if self.months in {(), (1, 12)} else f", months {'-'.join(map(str, self.months))}"
        return f"{self.flow} {self.direction} {self.year}{span}"


def read_label(text: object) -> Label:
    """Read one title line or heading."""
    written = "" if text is None else str(text)
    plain = normalise(written)
    years = sorted(set(_YEAR.findall(written)))
    direction = _first(plain, _DIRECTIONS)
    if any(normalise(words) in plain for words in _POPULATION):
        direction = "population"
    return Label(
        flow=_first(plain, _FLOWS) or ("total" if _has(plain, _TOTAL) else None),
        direction=direction,
        year=int(years[0]) if len(years) == 1 else None,
        months=_months(plain),
        factor=1000 if any(re.search(rf"\b{normalise(word)}", plain) for word in _THOUSAND) else 1,
        share=any(word in written.lower() for word in _SHARES),
    )


def part_of_population(text: str) -> str | None:
    """Return which part of the people a row or section speaks of: urban, rural, men, women, all; else None."""
    plain = normalise(text)
    for part, words in _PARTS.items():
        if plain in map(normalise, words.split("|")):
            return part
    return None


def is_unit(text: str) -> bool:
    """Say whether a text only names the unit: «человек», «тыс. человек», «адам»."""
    return bool(_UNIT.fullmatch(text.strip(" .,()")))


def _first(plain: str, stems: Iterable[tuple[str, str]]) -> str | None:
    for meaning, words in stems:
        if _has(plain, words.split()):
            return meaning
    return None


def _has(plain: str, words: Iterable[str]) -> bool:
    return any(re.search(rf"\b{re.escape(normalise(word))}", plain) for word in words)


def _months(plain: str) -> tuple[int, ...]:
    found = [month for month, stems in enumerate(_MONTHS, start=1) if _has(plain, stems.split())]
    if len(found) == 1 or (len(found) == 2 and found == sorted(found)):
        return tuple(found)
    if half := re.search(r"\b(1|2|i|ii|первое|второе)\s*(?:ое)?\s*(?:полугод|жартыжыл|half)", plain):
        return (1, 6) if half.group(1) in {"1", "i", "первое"} else (7, 12)
    if quarter := re.search(r"\b([1-4]|i|ii|iii|iv)\s*(?:ыи)?\s*(?:квартал|токсан|тоқсан|quarter)", plain):
        number = {"i": 1, "ii": 2, "iii": 3, "iv": 4}.get(quarter.group(1)) or int(quarter.group(1))
        return (3 * number - 2, 3 * number)
    return ()
