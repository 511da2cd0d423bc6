"""Names are matched to codes exactly, refused where they are not known, and never guessed."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kzgeo.names import normalise
from kzgeo.regions import BEGINNING, Region, UnknownRegion, registry

if TYPE_CHECKING:
    from collections.abc import Callable

TODAY = registry().newest


def test_the_outlines_of_each_vintage() -> None:
    counts = {date: len(registry().at(date)) for date in registry().vintages}
    assert counts == {BEGINNING: 16, dt.date(2018, 6, 19): 17, dt.date(2022, 6, 8): 20}
    assert sum(region.kind == "city" for region in TODAY) == 3
    assert [region.code for region in TODAY] == sorted(region.code for region in TODAY)
    with pytest.raises(ValueError, match="begins on 2000-01-01"):
        registry().at(dt.date(1998, 1, 1))


def test_figures_of_a_year_follow_its_last_day() -> None:
    assert len(registry().in_year(2018)) == 17
    assert len(registry().in_year(2021)) == 17
    assert len(registry().in_year(2022)) == 20


def test_crosswalks_join_what_was_split() -> None:
    changed = {new: old for new, old in registry().crosswalk(dt.date(2021, 1, 1)).items() if new != old}
    assert changed == {"KZ-10": "KZ-63", "KZ-33": "KZ-19", "KZ-62": "KZ-35"}
    oldest = registry().crosswalk(dt.date(2015, 1, 1))
    assert oldest["KZ-79"] == "KZ-61"
    assert set(oldest.values()) == {region.code for region in registry().at(dt.date(2015, 1, 1))}


@pytest.mark.parametrize("region", TODAY, ids=lambda region: region.code)
def test_every_own_name_and_code_leads_home(region: Region) -> None:
    own = {*region.names.values(), region.short["ru"], region.short["kk"], region.short["en"]}
    for text in own | {region.code, region.kato, region.kato[:2], region.code.lower()}:
        assert registry().match(text) == region.code
    assert region.kato.startswith(region.code[3:])
    assert len({other.short["kk"] for other in TODAY}) == len(TODAY)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Алматы", "KZ-75"),
        ("г.Алматы", "KZ-75"),
        ("Алматы қ.", "KZ-75"),
        ("Almaty_city", "KZ-75"),
        ("Almaty (city)", "KZ-75"),
        ("г.а. Алматы", "KZ-75"),
        ("Алма-Ата", "KZ-75"),
        ("Алматинская", "KZ-19"),
        ("Алматы облысы", "KZ-19"),
        ("Алматы облысы бойынша", "KZ-19"),
        ("Almaty Region", "KZ-19"),
        ("Almaty oblast", "KZ-19"),
        ("Алма-Атинская обл.", "KZ-19"),
        ("Туркестан", "KZ-61"),
        ("Туркестанской области", "KZ-61"),
        ("Turkestan", "KZ-61"),
        ("по Акмолинской области", "KZ-11"),
        ("АКМОЛИНСКАЯ\u00a0ОБЛ", "KZ-11"),
        ("Aкмолинская", "KZ-11"),  # Latin A
        ("Ақмола", "KZ-11"),
        ("Ақмола қаласы", "KZ-71"),
        ("Нур-Султан", "KZ-71"),
        ("Нур‑Султан қ.", "KZ-71"),  # non-breaking hyphen
        ("Астана қаласынан", "KZ-71"),
        ("Aqmola", "KZ-11"),
        ("Jambyl", "KZ-31"),
        ("Джамбулская область", "KZ-31"),
        ("Jetisu", "KZ-33"),
        ("область Жетісу", "KZ-33"),
        ("Abay", "KZ-10"),
        ("области Абай", "KZ-10"),
        ("East_Kaz", "KZ-63"),
        ("EastKazakhstan", "KZ-63"),
        ("Вост.-Казахстанская", "KZ-63"),
        ("ВКО", "KZ-63"),
        ("Qaraghandy", "KZ-35"),
        ("Qaraǵandy", "KZ-35"),
        ("Qyzylorda", "KZ-43"),
        ("Кзыл-Ординская", "KZ-43"),
        ("Mangghystau", "KZ-47"),
        ("Soltustik Qazaqstan", "KZ-59"),
        ("Batys Qazaqstan", "KZ-27"),
        ("Ulytau region", "KZ-62"),
        ("Улытауская", "KZ-62"),
        ("Shymkent c.", "KZ-79"),
        ("Чимкент", "KZ-79"),
        ("Гурьевская", "KZ-23"),
        ("KZ-AKM", "KZ-11"),
        ("710000000.0", "KZ-71"),
        ("Абай облысы1)", "KZ-10"),
    ],
)
def test_spellings_in_the_wild(text: str, code: str) -> None:
    assert registry().match(text) == code


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("г. Туркестан", "the town is a part"),
        ("Түркістан қаласы", "the town is a part"),
        ("Turkistan city", "the town is a part"),
        ("г. Караганда", "is the centre of Karaganda Region"),
        ("Семей", "is the centre of Abai Region"),
        ("SKO", "can be South Kazakhstan"),
        ("Тургайская область", "abolished in 1997"),
        ("Южно-Казахстанская область", "until 2018-06-19"),
        ("Республика Казахстан", "whole country"),
        ("Акмолинка", "Акмолинская область or KZ-11"),
        ("Kostanai reg1on", "Kostanay Region or KZ-39"),
        ("KZ-99", "ISO 3166-2"),
        ("", "ISO 3166-2"),
        ("Казахстанская", "write"),
    ],
)
def test_what_is_no_region_is_refused_with_advice(text: str, said: str) -> None:
    with pytest.raises(UnknownRegion) as caught:
        registry().match(text)
    assert said in str(caught.value)


def test_a_name_belongs_to_its_date() -> None:
    before, after = dt.date(2015, 1, 1), dt.date(2019, 1, 1)
    assert registry().match("Южно-Казахстанская область", before) == "KZ-61"
    assert registry().match("ОҚО", before) == "KZ-61"
    assert registry().match("Шымкент", after) == "KZ-79"
    for text in ("Шымкент", "KZ-79", "Туркестанская", "область Абай"):
        with pytest.raises(UnknownRegion, match="since"):
            registry().match(text, before)


@pytest.mark.parametrize(
    "text",
    ["Республика Казахстан", "Қазақстан Республикасы", "Всего", "ИТОГО:", "Total", "Барлығы", "Kazakhstan"],
)
def test_totals_are_known(text: str) -> None:
    assert registry().is_total(text)


def test_a_region_is_no_total() -> None:
    assert not any(registry().is_total(name) for region in registry().regions for name in region.names.values())


@settings(deadline=None)
@given(st.text())
def test_normalising_twice_changes_nothing(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


@settings(deadline=None)
@given(st.text())
def test_any_text_is_matched_or_refused(text: str) -> None:
    try:
        code = registry().match(text)
    except UnknownRegion:
        return
    assert code in {region.code for region in TODAY}


@settings(deadline=None)
@given(
    st.sampled_from([(name, region.code) for region in TODAY for name in region.names.values()]),
    st.sampled_from([str.upper, str.lower, "«{}»".format, " {}\u00a0".format, lambda name: name.replace(" ", "_")]),
)
def test_dress_does_not_change_the_meaning(named: tuple[str, str], dress: Callable[[str], str]) -> None:
    name, code = named
    assert registry().match(dress(name)) == code
