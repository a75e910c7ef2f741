"""The page of `tesat check` in a real browser: silent, accessible, on a phone, on paper."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from data_contracts.translations import translated
from pipelines.answer_forms import in_form
from pipelines.checking import check_path
from tests.browser.test_page import AXE, NARROW, RULES, WIDE, Window, browser
from tests.unit.faulty_returns import plant
from tests.unit.template_filling import CATALOG, REGION, filled

__all__ = ["browser"]
PAGES = ("sq", "sr-Cyrl", "accepted")


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A rejected return in Albanian and in Serbian Cyrillic, and an accepted one."""
    folder = tmp_path_factory.mktemp("pages")
    sources = {name: (plant(folder / "faulty.xlsx"), name) for name in PAGES[:2]}
    sources["accepted"] = (filled(folder / "good.xlsx"), "en")
    for name, (path, language) in sources.items():
        found = check_path(path, catalog=CATALOG, region_name=REGION.name)
        page = in_form("html", found, path=path, texts=translated(CATALOG, language))
        (folder / f"{name}.html").write_text(page, encoding="utf-8")
    return folder


@pytest.fixture(params=[WIDE, NARROW, (320, 800)], ids=["wide", "phone", "smallest"])
def size(request: pytest.FixtureRequest) -> tuple[int, int]:
    return request.param  # type: ignore[no-any-return]


@pytest.fixture(params=PAGES)
def opened(
    request: pytest.FixtureRequest, browser: Browser, pages: Path, size: tuple[int, int]
) -> Iterator[Window]:
    context = browser.new_context(viewport={"width": size[0], "height": size[1]})
    yield Window(context, (pages / f"{request.param}.html").as_uri())
    context.close()


def test_it_asks_nobody_has_no_barrier_and_never_scrolls_sideways(
    opened: Window, size: tuple[int, int]
) -> None:
    assert len(opened.asked) == 1 and opened.complaints == []
    assert opened.page.evaluate("document.documentElement.scrollWidth") <= size[0]
    opened.page.evaluate(AXE.read_text(encoding="utf-8"))
    found = opened.page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
    told = [(rule["id"], [node["target"] for node in rule["nodes"]][:3]) for rule in found["violations"]]
    assert told == []
    assert len(found["passes"]) > 10


def test_on_a_phone_each_finding_is_a_card_that_names_its_parts(browser: Browser, pages: Path) -> None:
    context = browser.new_context(viewport={"width": NARROW[0], "height": NARROW[1]})
    page = Window(context, (pages / "sq.html").as_uri()).page
    word = translated(CATALOG, "sq").word
    row = page.locator("tbody tr").first
    assert row.locator(".label").all_inner_texts() == [word("rule"), word("expected"), word("remedy")]
    assert all(label.is_visible() for label in row.locator(".label").all())
    widths = [box["width"] for cell in row.locator("td").all() if (box := cell.bounding_box())]
    assert min(widths) > NARROW[0] * 0.8
    heads = page.get_by_role("columnheader").all_inner_texts()
    assert heads[:4] == [word("place"), word("rule"), word("expected"), word("remedy")], "still a table aloud"
    context.close()


def test_the_verdict_stands_at_the_top_and_errors_before_warnings(browser: Browser, pages: Path) -> None:
    context = browser.new_context(viewport={"width": WIDE[0], "height": WIDE[1]})
    page = Window(context, (pages / "sr-Cyrl.html").as_uri()).page
    word = translated(CATALOG, "sr-Cyrl").word
    assert page.locator("h1").inner_text() == word("rejected")
    assert page.locator("html").get_attribute("lang") == "sr-Cyrl"
    heads = page.locator("h2").all_inner_texts()
    assert heads == [word("remedy"), f"{word('errors')}: 7", f"{word('warnings')}: 1"]
    assert page.locator(".label").first.is_hidden(), "on a wide screen the columns have heads"
    context.close()


def test_on_paper_nothing_is_cut_and_heads_stand_on_every_page(browser: Browser, pages: Path) -> None:
    context = browser.new_context(viewport={"width": 680, "height": 960})
    page = Window(context, (pages / "sq.html").as_uri()).page
    page.emulate_media(media="print")
    wider = "[...document.querySelectorAll('table')].filter(box => box.getBoundingClientRect().right > 681).length"
    assert page.evaluate(wider) == 0
    style = "getComputedStyle(document.querySelector('thead')).display"
    assert page.evaluate(style) == "table-header-group"
    context.close()
