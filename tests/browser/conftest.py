"""Pages built once, and a real browser to open them in. Without one, everything here is skipped with one line."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright
from webpages import Built, Opened, built

from kzgeo.load import builtin_atlas
from kzgeo.recipes import find_recipe, read_recipe

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

NAMES = ("chromium", "chromium-browser", "google-chrome")
OPTIONS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip("no browser: install Debian's chromium to test the web pages")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=OPTIONS.split())
        yield browser
        browser.close()


@pytest.fixture
def visit(browser: Browser) -> Iterator[Callable[..., Opened]]:
    """Open an address in a window of its own; options are those of a browser context."""
    contexts: list[BrowserContext] = []

    def visit(url: str, **options: Any) -> Opened:
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
        contexts.append(context)
        context.set_default_timeout(10_000)
        opened = Opened(context.new_page())
        opened.page.on("request", lambda request: opened.requests.append(request.url))
        opened.page.on("pageerror", lambda error: opened.complaints.append(str(error)))
        opened.page.on("console", lambda message: opened.complaints.append(message.text))
        opened.page.goto(url)
        if options.get("java_script_enabled", True):
            drawn = opened.page.locator("html[data-drawn]")
            assert drawn.count() or not opened.complaints, opened.complaints
            drawn.wait_for(state="attached")
        return opened

    yield visit
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def pull(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The headline page: 20 regions, 7 years, all flows, 3 languages."""
    return built(read_recipe(find_recipe("pull")), builtin_atlas(), tmp_path_factory.mktemp("pull"))
