"""The page of `tesat status` in a real browser: silent, accessible, on narrow screens and in the dark."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from pipelines.status import DatasetStatus, PartnerStatus, Status, Submission
from pipelines.status_page import to_html
from tests.browser.test_page import AXE, NARROW, RULES, WIDE, Window, browser

__all__ = ["browser"]
DATASETS = {
    "incidents": "Terrorist attacks",
    "arrests": "Arrests",
    "convictions": "Convictions and acquittals",
}
STATES = (
    "reported",
    "partial",
    "nil",
    "not_available",
    "not_applicable",
    "rejected",
    "unchecked",
    "in_inbox",
    "missing",
)
NOTE = "* This designation is without prejudice to positions on status."


def partner(number: int) -> PartnerStatus:
    """One of three partners, whose states are a third of all that there are."""
    own = STATES[number * 3 : number * 3 + 3]
    entry = Submission(
        "0" * 64, "in/a.xlsx", 2, "2026-04-02T08:00:00Z", True, "rejected", ("T1-unknown-code",)
    )
    return PartnerStatus(
        partner="ABC"[number] * 3,
        name="Kosovo*" if number else "A partner with <a long> & unusual name",
        received_at=None if number == 2 else "2026-04-02T08:00:00Z",
        late=None if number == 2 else number == 1,
        submission=None if number == 2 else 1,
        open_warnings=number,
        datasets={name: DatasetStatus(state, 0) for name, state in zip(DATASETS, own, strict=True)},
        submissions=(entry,) if number == 1 else (),
    )


@pytest.fixture
def address(tmp_path: Path) -> str:
    partners = tuple(partner(number) for number in range(3))
    path = tmp_path / "status.html"
    status = Status("tiny", "Tiny", 2025, "2026-03-31", DATASETS, partners, (), (NOTE,))
    path.write_text(to_html(status), encoding="utf-8")
    return path.as_uri()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_no_barrier_is_found_and_nobody_is_asked(
    browser: Browser,
    address: str,
    size: tuple[int, int],
    scheme: str,
) -> None:
    context = browser.new_context(viewport={"width": size[0], "height": size[1]}, color_scheme=scheme)
    opened = Window(context, address)
    opened.page.evaluate(AXE.read_text(encoding="utf-8"))
    found = opened.page.evaluate("rules => axe.run(document, {runOnly: rules})", [*RULES, "best-practice"])
    assert [
        (rule["id"], [node["target"] for node in rule["nodes"]][:3]) for rule in found["violations"]
    ] == []
    assert len(found["passes"]) > 20
    assert opened.asked == [address]
    assert opened.complaints == []
    assert opened.page.evaluate("document.documentElement.scrollWidth") <= size[0]
    context.close()


def test_names_stand_as_written_and_the_table_scrolls_by_keyboard(browser: Browser, address: str) -> None:
    context = browser.new_context(viewport={"width": NARROW[0], "height": NARROW[1]})
    page = Window(context, address).page
    assert page.locator("tbody th").all_inner_texts() == [
        "A partner with <a long> & unusual name",
        "Kosovo*",
        "Kosovo*",
    ]
    assert NOTE in page.locator("main").inner_text()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "scroll"
    before = page.locator("tbody th").first.bounding_box()
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(300)
    assert page.evaluate("document.activeElement.scrollLeft") > 0
    assert page.locator("tbody th").first.bounding_box() == before, "the partner's name stays"
    context.close()
