"""Very many flows: painted on a canvas, told on hover, and drawn as arrows again when the reader asks for fewer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from grid import grid_country
from playwright.sync_api import expect
from webpages import Built, Visit, built

from kzgeo.scene.spec import ArrowSpec, Recipe
from kzgeo.scene.words import words

if TYPE_CHECKING:
    from playwright.sync_api import Page

INK = """canvas => {
    const {data} = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    let ink = 0;
    for (let i = 3; i < data.length; i += 4) ink += data[i] > 0;
    return ink / (data.length / 4);
}"""


@pytest.fixture(scope="session")
def many(tmp_path_factory: pytest.TempPathFactory) -> Built:
    recipe = Recipe("many", measure="net", arrows=ArrowSpec(value=1600))
    return built(recipe, grid_country(columns=7, rows=6, flows=1600), tmp_path_factory.mktemp("many"))


@pytest.fixture
def page(visit: Visit, many: Built) -> Page:
    page = visit(many.url).page
    page.wait_for_timeout(100)  # the canvas is painted in the next frame
    return page


def test_many_flows_are_painted(page: Page) -> None:
    assert page.locator("#arrows path").count() == 0
    assert page.locator(".arrow-canvas").evaluate(INK) > 0.02
    assert "1\u00a0600" in page.locator("#flow-words").inner_text()


def test_a_painted_flow_tells_itself(page: Page, many: Built) -> None:
    largest = many.series.years[-1].people.max()
    nodes = page.evaluate("JSON.parse(document.getElementById('kzgeo-data').textContent).nodes")
    (x0, y0, _), (x1, y1, _) = (nodes[i] for i in many.series.pairs[0].tolist())
    # the bend's middle lies a tenth of the chord beside it
    middle = ((x0 + x1) / 2 - 0.1 * (y1 - y0), (y0 + y1) / 2 + 0.1 * (x1 - x0))
    x, y = page.locator("#picture").evaluate(
        """(picture, [x, y]) => {
            const at = new DOMPoint(x, y).matrixTransform(picture.getScreenCTM());
            return [at.x, at.y];
        }""",
        list(middle),
    )
    page.mouse.move(x, y)
    assert words("ru").number(float(largest)) in page.locator("#tip").inner_text()


def test_fewer_flows_are_arrows_again(page: Page) -> None:
    page.locator("#count").fill("30")
    assert page.locator("#arrows path").count() == 30
    page.wait_for_timeout(100)
    assert page.locator(".arrow-canvas").evaluate(INK) == 0
    page.locator("#ranking button").first.click()
    expect(page.locator("#details")).to_be_visible()
