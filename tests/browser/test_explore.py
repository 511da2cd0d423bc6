"""What a reader does with the headline page: hovers, clicks, types, plays, sorts, and reads what it says."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

from kzgeo.scene.spec import LANGUAGES
from kzgeo.scene.words import words

if TYPE_CHECKING:
    from webpages import Built, Visit

ASTANA, TURKISTAN = "KZ-71", "KZ-61"


@pytest.fixture
def page(visit: Visit, pull: Built) -> Page:
    return visit(pull.url).page


def arrows(page: Page) -> list[str]:
    return page.locator("#arrows path").evaluate_all("paths => paths.map(path => path.id)")


def row(page: Page, code: str, pull: Built) -> str:
    """Return the text of a region's row in the table, in the page's language."""
    lang = page.locator("html").get_attribute("lang")
    name = pull.series.names[lang][pull.series.codes.index(code)]
    return page.locator("#table tbody tr", has=page.get_by_role("button", name=name, exact=True)).inner_text()


def slide(page: Page, selector: str, value: int) -> None:
    page.locator(selector).fill(str(value))


def choose_year(page: Page, pull: Built, year: int) -> None:
    slide(page, "#year", [facts.year for facts in pull.series.years].index(year))


def test_hover_tells_the_figures(page: Page, pull: Built) -> None:
    fact = next(region for region in pull.scenes["ru"].regions if region.code == "KZ-47")
    page.locator("#region-KZ-47").hover()
    tip = page.locator("#tip")
    expect(tip).to_be_visible()
    assert fact.name in tip.inner_text()
    assert fact.text in tip.inner_text()
    page.locator("h1").hover()
    expect(tip).to_be_hidden()


def test_a_tap_tells_the_figures(visit: Visit, pull: Built) -> None:
    page = visit(pull.url, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True).page
    page.locator("#region-KZ-47").tap()
    assert "Мангистауская область" in page.locator("#details").inner_text()
    expect(page.locator("#details")).to_be_in_viewport()


def test_hovering_an_arrow_tells_its_flow(page: Page, pull: Built) -> None:
    flow = pull.scenes["ru"].flows[0]
    x, y = page.locator(f"#{flow.id}").evaluate(
        """path => {
            const [left, right] = [0.25, 0.75].map(part => path.getPointAtLength(path.getTotalLength() * part));
            const middle = new DOMPoint((left.x + right.x) / 2, (left.y + right.y) / 2);
            const {x, y} = middle.matrixTransform(path.getScreenCTM());
            return [x, y];
        }"""
    )
    page.mouse.move(x, y)
    assert words("ru").number(flow.people) in page.locator("#tip").inner_text()


def test_every_figure_is_the_prints_in_every_language(visit: Visit, pull: Built) -> None:
    for lang in LANGUAGES:
        page = visit(f"{pull.url}?lang={lang}").page
        cells = page.locator("#table tbody tr").evaluate_all(
            "rows => rows.map(r => [...r.cells].map(c => c.innerText))"
        )
        shown = {cell[0]: cell[1] for cell in cells}
        assert shown == {region.name: region.text for region in pull.scenes[lang].regions}
        assert page.locator("h1").inner_text() == pull.scenes[lang].title
        assert page.locator("#subtitle").inner_text() == pull.scenes[lang].subtitle


def test_colours_and_arrows_are_the_prints(page: Page, pull: Built) -> None:
    for region in pull.scenes["ru"].regions:
        assert page.locator(f"#region-{region.code}").get_attribute("fill") == region.fill
    assert sorted(arrows(page)) == sorted(flow.id for flow in pull.scenes["ru"].flows)
    for flow in pull.scenes["ru"].flows[:5]:
        assert page.locator(f"#{flow.id}").get_attribute("fill") == flow.colour


def test_a_click_shows_the_region_and_keeps_only_its_flows(page: Page, pull: Built) -> None:
    page.locator("#ranking button", has_text="Астана").click()
    details = page.locator("#details").inner_text()
    for figure in ("150 974", "77 736", "+73 238", "+49,5", "1 из 20"):
        assert figure.replace(" ", "\u00a0") in details or figure in details
    assert "Акмолинская" in page.locator("#details .partners").first.inner_text()
    assert arrows(page)
    assert all(ASTANA in arrow for arrow in arrows(page))
    page.locator("#details .close").click()
    expect(page.locator("#details")).to_be_hidden()
    assert len(arrows(page)) == len(pull.scenes["ru"].flows)


def test_a_click_on_the_map_and_on_an_inset_selects_the_region(page: Page) -> None:
    page.locator("#region-KZ-47").click()
    assert "Мангистауская" in page.locator("#details h2").inner_text()
    page.locator("[id='inset-KZ-71:region-KZ-71']").click(force=True)
    assert page.locator("#details h2").inner_text() == "Астана"


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("туркес", "Туркестанская область"),
        ("Turkistan", "Туркестанская область"),
        ("Түркістан", "Туркестанская область"),
        ("алматы", "Алматы"),
        ("Алматинская", "Алматинская область"),
        ("KZ-63", "Восточно-Казахстанская область"),
        ("Москва", None),
    ],
)
def test_search_finds_names_in_any_language(page: Page, typed: str, found: str | None) -> None:
    page.locator("#search").press_sequentially(typed)
    page.locator("#search").press("Enter")
    if found is None:
        expect(page.locator("#found")).to_contain_text("Нет такого региона")
        expect(page.locator("#details")).to_be_hidden()
    else:
        expect(page.locator("#details h2")).to_have_text(found)


def test_search_is_walked_with_arrow_keys(page: Page) -> None:
    search = page.locator("#search")
    search.press_sequentially("казахстан")
    options = page.locator("#found [role=option]")
    second = options.nth(1).inner_text()
    search.press("ArrowDown")
    assert options.nth(1).get_attribute("aria-selected") == "true"
    search.press("Enter")
    expect(page.locator("#details h2")).to_have_text(second)


def test_the_legend_counts_and_highlights_its_classes(page: Page, pull: Built) -> None:
    facts = pull.scenes["ru"].classes
    buttons = page.locator("#classes button")
    assert [buttons.nth(i).locator(".dot").count() for i in range(buttons.count())] == [fact.count for fact in facts]
    buttons.first.click()
    lit = {region.code for region in pull.scenes["ru"].regions if region.index == 0}
    bright = page.locator("#ground .region:not(.is-dim)").evaluate_all("paths => paths.map(path => path.dataset.code)")
    assert set(bright) == lit
    assert buttons.first.get_attribute("aria-pressed") == "true"
    buttons.first.click()
    assert page.locator(".is-dim").count() == 0


def test_gross_net_in_and_out_flows(page: Page, pull: Built) -> None:
    people = dict(zip(map(tuple, pull.series.pairs.tolist()), pull.series.years[-1].people.tolist(), strict=True))
    codes = pull.series.codes
    page.get_by_role("button", name="чистые перетоки").click()
    for arrow in arrows(page):
        ends = tuple(codes.index(code) for code in re.findall(r"KZ-\d\d", arrow))
        assert people[ends] > people[ends[::-1]]
    page.locator("#modes").get_by_role("button", name="въезд", exact=True).click()
    ends = [re.findall(r"KZ-\d\d", arrow)[1] for arrow in arrows(page)]
    assert sorted(ends) == sorted(codes)
    page.locator("#ranking button", has_text="Туркестанская").click()
    page.locator("#modes").get_by_role("button", name="выезд", exact=True).click()
    assert arrows(page)
    assert all(arrow.startswith(f"flow-{TURKISTAN}-") for arrow in arrows(page))


def test_the_slider_says_how_many_flows(page: Page, pull: Built) -> None:
    slide(page, "#count", 5)
    largest = [f"flow-{flow.origin}-{flow.destination}" for flow in pull.scenes["ru"].flows[:5]]
    assert sorted(arrows(page)) == sorted(largest)
    assert "5" in page.locator("#flow-words").inner_text()
    slide(page, "#count", 380)
    assert len(arrows(page)) == 380
    assert "100" in page.locator("#flow-words").inner_text()
    slide(page, "#count", 0)
    assert arrows(page) == []


def test_years_share_one_scale_of_classes(page: Page, pull: Built) -> None:
    edges = page.locator("#edges").inner_text()
    choose_year(page, pull, 2023)
    assert page.locator("#edges").inner_text() == edges
    facts = next(facts for facts in pull.series.years if facts.year == 2023)
    at = pull.series.codes.index(ASTANA)
    assert words("ru").number(float(facts.value[at]), 1, signed=True) in row(page, ASTANA, pull)
    assert page.locator("#region-KZ-71").get_attribute("fill") == pull.series.fills[facts.index[at]]
    assert "2023" in page.locator("#subtitle").inner_text()


def test_years_say_what_is_estimated_and_what_is_not_known(page: Page, pull: Built) -> None:
    choose_year(page, pull, 2023)
    assert "2023" in page.locator("#year-note").inner_text()
    assert "1 из 380" in page.locator("#year-note").inner_text()
    choose_year(page, pull, 2024)
    assert page.locator("#year-note").inner_text() == ""
    choose_year(page, pull, 2020)
    expect(page.locator("#no-data")).to_be_visible()
    assert "2020" in page.locator("#no-data-why").inner_text()
    assert page.locator("#region-KZ-10").get_attribute("fill") == "url(#hatch)"
    assert "нет данных" in row(page, "KZ-10", pull)


def test_play_walks_the_years_and_pauses(page: Page) -> None:
    page.clock.install()
    page.locator("#play").click()
    assert page.locator("#year-words").inner_text() == "2010"
    assert page.locator("#play").get_attribute("aria-label") == "Остановить"
    page.clock.run_for(1300)
    assert page.locator("#year-words").inner_text() == "2015"
    page.locator("#play").click()
    page.clock.run_for(5000)
    assert page.locator("#year-words").inner_text() == "2015"


def test_the_table_sorts_by_any_column(page: Page) -> None:
    def column(n: int) -> list[str]:
        return page.locator(f"#table tbody tr > :nth-child({n})").all_inner_texts()

    page.locator("#table thead").get_by_role("button", name="Прибыло").click()
    people = [int(re.sub(r"\D", "", cell)) for cell in column(3)]
    assert people == sorted(people, reverse=True)
    assert page.locator("#table thead th").nth(2).get_attribute("aria-sort") == "descending"
    page.locator("#table thead").get_by_role("button", name="Прибыло").click()
    assert page.locator("#table thead th").nth(2).get_attribute("aria-sort") == "ascending"
    page.locator("#table thead").get_by_role("button", name="Регион").click()
    assert column(1)[0] == "Акмолинская область"


def test_ranking_and_table_are_tied_to_the_map_both_ways(page: Page) -> None:
    page.locator("#region-KZ-47").hover()
    assert page.locator("#ranking .is-pointed").inner_text().startswith("Мангистауская")
    assert page.locator("#table tr.is-pointed").inner_text().startswith("Мангистауская")
    page.locator("#table tbody").get_by_role("button", name="Мангистауская область").hover()
    assert page.locator("#rings .is-pointed").count() > 0
    page.locator("#table tbody").get_by_role("button", name="Мангистауская область").click()
    assert page.locator("#region-KZ-47").get_attribute("aria-selected") == "true"
    assert page.locator("#ranking [aria-pressed=true]").inner_text().startswith("Мангистауская")


def test_the_address_holds_the_state(visit: Visit, pull: Built) -> None:
    opened = visit(f"{pull.url}#lang=kk&year=2021&region=KZ-71&mode=in")
    page = opened.page

    def check() -> None:
        assert page.locator("html").get_attribute("lang") == "kk"
        assert page.locator("#year-words").inner_text() == "2021"
        assert page.locator("#details h2").inner_text() == "Астана"
        assert page.locator("#modes [aria-pressed=true]").get_attribute("value") == "in"

    check()
    page.locator("#languages button", has_text="English").click()
    page.locator("#languages button", has_text="Қазақша").click()
    assert "region=KZ-71" in page.url
    page.reload()
    page.wait_for_selector("html[data-drawn]", state="attached")
    check()
    page.evaluate("location.hash = '#lang=en&year=2024'")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("#details")).to_be_hidden()


def test_language_can_be_asked_for_when_embedding(visit: Visit, pull: Built) -> None:
    page = visit(f"{pull.url}?lang=kk").page
    assert page.locator("h1").inner_text() == pull.scenes["kk"].title
    assert page.title() == pull.scenes["kk"].title
    page.locator("#languages button", has_text="English").click()
    assert page.locator("h1").inner_text() == pull.scenes["en"].title


def test_nonsense_in_the_address_is_ignored(visit: Visit, pull: Built) -> None:
    opened = visit(f"{pull.url}#lang=xx&year=1066&region=KZ-99&mode=sideways&flows=-1")
    assert opened.page.locator("h1").inner_text() == pull.scenes["ru"].title
    assert opened.complaints == []


def test_zoom_buttons_and_the_way_back(page: Page) -> None:
    def width() -> float:
        return page.locator("#picture").bounding_box()["width"]

    before = width()
    page.locator("#zoom-in").click()
    page.wait_for_timeout(400)
    assert width() == pytest.approx(2 * before, rel=0.02)
    page.locator("#zoom-all").click()
    assert width() == pytest.approx(before, rel=0.02)


def country(page: Page) -> dict[str, float]:
    """Return by how much the country is inside the map on each side, in pixels."""
    room: dict[str, float] = page.evaluate("""() => {
        const box = document.querySelector(".map").getBoundingClientRect();
        const all = [...document.querySelectorAll("#picture .region")].map(each => each.getBoundingClientRect());
        return {
            left: Math.min(...all.map(each => each.left)) - box.left,
            right: box.right - Math.max(...all.map(each => each.right)),
            top: Math.min(...all.map(each => each.top)) - box.top,
            bottom: box.bottom - Math.max(...all.map(each => each.bottom)),
        };
    }""")
    return room


def test_the_map_fits_every_size_of_its_window(visit: Visit, pull: Built) -> None:
    page = visit(pull.url).page
    for width, height in ((390, 844), (844, 390), (390, 844), (1280, 900), (420, 700)):
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_timeout(300)  # the map is refitted in the next frames
        room = country(page)
        assert min(room.values()) > -1, (width, room)
        assert min(room["left"] + room["right"], room["top"] + room["bottom"]) < 0.5 * width, (width, room)


def test_lines_lead_to_the_names_of_the_page_s_language(visit: Visit, pull: Built) -> None:
    for lang in ("ru", "kk", "en"):
        page = visit(f"{pull.url}?lang={lang}").page
        shown = page.locator(".leads:visible")
        assert [group.get_attribute("lang") for group in shown.all()] == [lang]
