"""The web page in a real browser: silent, accessible, readable without scripts, on narrow screens and on paper."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import axe_playwright_python
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.rendered import METADATA, NAMES, tiny_release
from tests.unit.fixtures.tiny_report import tiny_content

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
NAMES_OF_CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
AXE = Path(axe_playwright_python.__file__).parent / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]
WIDE, NARROW = (1400, 1000), (390, 844)
CHARTS = list(tiny_content.figures())
CROWDED = """chart => {
  const box = chart.querySelector('.main-svg').getBoundingClientRect(), seen = [], found = [];
  for (const text of chart.querySelectorAll('.drawn .main-svg text')) {
    const at = text.getBoundingClientRect();
    if (!at.width || !text.textContent.trim()) continue;
    if (at.left < box.left - 1 || at.right > box.right + 1) found.push('cut: ' + text.textContent);
    for (const [other, words] of seen)
      if (Math.min(at.right, other.right) - Math.max(at.left, other.left) > 1 &&
          Math.min(at.bottom, other.bottom) - Math.max(at.top, other.top) > 3) found.push(words + ' on ' + text.textContent);
    seen.push([at, text.textContent]);
  }
  return found;
}"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    found = next((path for path in map(shutil.which, NAMES_OF_CHROMIUM) if path), None)
    assert found, "Chromium is needed for the browser tests: apt-get install chromium"
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=found, args=ARGUMENTS)
        yield running
        running.close()


@pytest.fixture(scope="module")
def address() -> str:
    return (tiny_release() / "index.html").as_uri()


class Window:
    """A page with all that it asked for and complained of."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        self.page: Page = context.new_page()
        self.asked: list[str] = []
        self.failed: dict[str, str] = {}
        self.complaints: list[str] = []
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("requestfailed", lambda request: self.failed.update({request.url: str(request.failure)}))
        self.page.on("console", lambda message: self.complaints.append(f"{message.type}: {message.text}"))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.goto(address)

    def draw_all(self) -> None:
        """Scroll through the page until every chart is drawn and has found its width."""
        for name in CHARTS:
            self.page.locator(f"#fig-{name}").scroll_into_view_if_needed()
            self.page.locator(f"#fig-{name} .drawn[data-room]").wait_for()


def window(browser: Browser, address: str, size: tuple[int, int] = WIDE, **options: bool) -> Window:
    context = browser.new_context(viewport={"width": size[0], "height": size[1]}, **options)
    return Window(context, address)


@pytest.fixture
def wide(browser: Browser, address: str) -> Iterator[Window]:
    opened = window(browser, address)
    yield opened
    opened.page.context.close()


@pytest.fixture
def narrow(browser: Browser, address: str) -> Iterator[Window]:
    opened = window(browser, address, NARROW)
    yield opened
    opened.page.context.close()


def test_the_page_asks_nobody_for_anything(wide: Window, address: str) -> None:
    wide.draw_all()
    wide.page.locator(".drawn .bars").first.hover(force=True)
    assert [url for url in wide.asked if not url.startswith("data:")] == [address]
    assert wide.complaints == []


def test_the_policy_forbids_what_a_mistake_would_load(wide: Window, address: str) -> None:
    refused = wide.page.evaluate(
        """async () => {
          const seen = [];
          document.addEventListener('securitypolicyviolation', event => seen.push(event.effectiveDirective));
          const image = new Image(); image.src = 'https://example.org/x.png'; document.body.append(image);
          const sheet = document.createElement('link'); sheet.rel = 'stylesheet'; sheet.href = 'https://example.org/x.css';
          document.head.append(sheet);
          const script = document.createElement('script'); script.textContent = 'window.ran = 1'; document.body.append(script);
          await fetch('https://example.org/').catch(() => null);
          await new Promise(done => setTimeout(done, 300));
          return [seen.sort(), window.ran || 0];
        }"""
    )
    assert refused == [["connect-src", "img-src", "script-src-elem", "style-src-elem"], 0]
    assert {url.split("/")[2] for url in wide.asked if url.startswith("http")} == {"example.org"}
    assert set(wide.failed.values()) == {"csp"}, "what was asked for never left the browser"


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_no_barrier_is_found(browser: Browser, address: str, size: tuple[int, int]) -> None:
    opened = window(browser, address, size)
    opened.draw_all()
    for summary in opened.page.locator("summary").all():
        if summary.locator("xpath=..").get_attribute("open") is None:
            summary.click()
    opened.page.evaluate(AXE.read_text(encoding="utf-8"))
    found = opened.page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
    told = [(rule["id"], [node["target"] for node in rule["nodes"]][:3]) for rule in found["violations"]]
    assert told == []
    assert len(found["passes"]) > 20
    opened.page.context.close()


def test_without_scripts_everything_can_be_read(browser: Browser, address: str) -> None:
    opened = window(browser, address, java_script_enabled=False)
    for name in CHARTS:
        static = opened.page.locator(f"#fig-{name} .static")
        assert static.is_visible()
        assert static.locator("svg text").count() > 4
        assert static.locator("[role=img]").get_attribute("aria-label") == tiny_content.WORDS[name][1]
    assert opened.page.locator(".drawn").count() == 0
    assert opened.page.locator("#contents a").first.is_visible()
    opened.page.locator("#fig-attacks summary").click()
    assert opened.page.locator("#fig-attacks table").is_visible()
    text = opened.page.locator("main").inner_text()
    for name in NAMES:
        assert name in text
    opened.page.context.close()


def test_with_scripts_every_chart_is_drawn_once_and_described(wide: Window) -> None:
    wide.draw_all()
    for name in CHARTS:
        chart = wide.page.locator(f"#fig-{name} .chart")
        assert chart.locator(".drawn .main-svg").first.is_visible()
        assert not chart.locator(".static").is_visible()
        assert chart.locator("> [role=img]").count() == 1
        assert chart.locator("> [role=img]").get_attribute("aria-label") == tiny_content.WORDS[name][1]
        assert chart.evaluate(CROWDED) == []
    assert wide.page.locator(".drawn").count() == len(CHARTS)


def test_charts_wait_until_they_come_near(browser: Browser, address: str) -> None:
    opened = window(browser, address, (1400, 300))
    opened.page.wait_for_timeout(300)
    assert opened.page.locator("#fig-crowded .drawn").count() == 0
    opened.page.locator("#fig-crowded").scroll_into_view_if_needed()
    opened.page.locator("#fig-crowded .drawn[data-room]").wait_for()
    opened.page.context.close()


def test_the_keyboard_skips_to_the_report_and_opens_the_data(wide: Window) -> None:
    page = wide.page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    box = page.locator(".skip").bounding_box()
    assert box is not None and box["x"] >= 0
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    reached = []
    for _ in range(60):
        page.keyboard.press("Tab")
        reached.append(
            page.evaluate("document.activeElement.closest('figure') ? document.activeElement.tagName : ''")
        )
        if reached[-1] == "SUMMARY":
            break
    assert reached[-1] == "SUMMARY"
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    details = page.locator("#fig-attacks details")
    assert details.get_attribute("open") is not None
    assert details.locator("tbody tr").count() == len(tiny_content.YEARS)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "scroll"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "figures/attacks.csv"


def test_every_chart_has_its_data_as_table_and_file(wide: Window) -> None:
    for name in CHARTS:
        card = wide.page.locator(f"#fig-{name}")
        assert card.locator("details table").count() == 1
        link = card.locator("a.download")
        assert (tiny_release() / str(link.get_attribute("href"))).is_file()
        with wide.page.expect_download() as download:
            link.click()
        assert download.value.suggested_filename == f"{name}.csv"


def test_the_contents_mark_where_the_reader_is(wide: Window) -> None:
    def marked() -> list[str]:
        wide.page.wait_for_timeout(150)
        return [
            str(link.get_attribute("href")) for link in wide.page.locator("#contents a[aria-current]").all()
        ]

    assert marked() == ["#sec-findings"]
    wide.page.emulate_media(reduced_motion="reduce")
    wide.page.evaluate("document.getElementById('arrests').scrollIntoView()")
    assert marked() == ["#arrests"]
    wide.page.evaluate("window.scrollTo(0, document.documentElement.scrollHeight)")
    assert marked() == ["#sec-sources"]


def test_long_contents_scroll_on_their_own(browser: Browser, address: str) -> None:
    opened = window(browser, address, (1400, 240))
    opened.page.evaluate("document.getElementById('sec-sources').scrollIntoView({behavior: 'instant'})")
    opened.page.wait_for_timeout(300)
    seen = opened.page.evaluate(
        """() => {
          const nav = document.getElementById('contents'), box = nav.getBoundingClientRect();
          const mark = nav.querySelector('[aria-current]').getBoundingClientRect();
          return {longer: nav.scrollHeight > nav.clientHeight, inside: box.top >= 0 && box.bottom <= innerHeight,
                  shown: mark.top >= box.top && mark.bottom <= box.bottom + 1};
        }"""
    )
    assert seen == {"longer": True, "inside": True, "shown": True}
    opened.page.context.close()


@pytest.mark.parametrize("width", [320, 390, 600, 800, 1000, 1400])
def test_the_page_never_scrolls_sideways(browser: Browser, address: str, width: int) -> None:
    opened = window(browser, address, (width, 800))
    opened.draw_all()
    opened.page.evaluate("document.querySelectorAll('details').forEach(details => details.open = true)")
    assert opened.page.evaluate("document.documentElement.scrollWidth") <= width
    opened.page.context.close()


def test_on_a_narrow_screen_no_label_is_cut_and_what_is_wide_scrolls(narrow: Window) -> None:
    narrow.draw_all()
    page = narrow.page
    assert page.locator("#contents details").get_attribute("open") is None
    widths = {}
    for name in CHARTS:
        chart = page.locator(f"#fig-{name} .chart")
        assert chart.evaluate(CROWDED) == [], name
        widths[name] = chart.evaluate("chart => [chart.scrollWidth > chart.clientWidth + 1, chart.tabIndex]")
    assert widths["attacks"] == [False, -1], "a chart that fits is drawn as wide as its card"
    assert widths["crowded"] == [True, 0], "a chart that does not fit scrolls, also by keyboard"
    chart = page.locator("#fig-crowded .chart")
    assert "goes-on" in str(chart.get_attribute("class"))
    chart.evaluate("chart => chart.scrollLeft = chart.scrollWidth")
    page.wait_for_timeout(100)
    assert "goes-on" not in str(chart.get_attribute("class"))


def test_a_chart_is_fitted_again_when_the_screen_turns(narrow: Window) -> None:
    narrow.draw_all()
    narrow.page.set_viewport_size({"width": 1200, "height": 800})
    narrow.page.wait_for_timeout(800)
    narrow.draw_all()
    sizes = narrow.page.locator("#fig-crowded .chart").evaluate(
        "chart => [chart.clientWidth, chart.querySelector('.main-svg').getBoundingClientRect().width]"
    )
    assert sizes[0] == pytest.approx(sizes[1], abs=1.5)


def test_a_wide_table_scrolls_in_its_card_and_its_first_column_stays(narrow: Window) -> None:
    card = narrow.page.locator("#tbl-wide")
    card.scroll_into_view_if_needed()
    seen = card.evaluate(
        """card => {
          const box = card.querySelector('.scroll'), head = card.querySelector('tbody th');
          const before = head.getBoundingClientRect().left;
          box.scrollLeft = 400;
          return [box.scrollWidth > box.clientWidth, box.scrollLeft, head.getBoundingClientRect().left - before, box.tabIndex];
        }"""
    )
    assert seen == [True, 400, 0, 0]


def test_without_scripts_a_chart_on_a_narrow_screen_keeps_letters_that_can_be_read(
    browser: Browser, address: str
) -> None:
    opened = window(browser, address, NARROW, java_script_enabled=False)
    sizes = opened.page.locator("#fig-attacks .static svg text").evaluate_all(
        "texts => texts.map(text => text.getBoundingClientRect().height)"
    )
    assert min(sizes) > 9
    assert opened.page.evaluate("document.documentElement.scrollWidth") <= NARROW[0]
    opened.page.context.close()


def test_on_paper_the_drawings_stand_and_the_tools_do_not(wide: Window) -> None:
    wide.draw_all()
    wide.page.emulate_media(media="print")
    wide.page.set_viewport_size({"width": 680, "height": 960})
    for name in CHARTS:
        assert wide.page.locator(f"#fig-{name} .static").is_visible()
        assert not wide.page.locator(f"#fig-{name} .drawn").is_visible()
        assert not wide.page.locator(f"#fig-{name} .figure-tools").is_visible()
    for gone in ("#contents", ".downloads", ".skip"):
        assert not wide.page.locator(gone).is_visible()
    assert wide.page.locator(".mark").inner_text() == METADATA["edition_mark"]
    wider = wide.page.evaluate(
        "[...document.querySelectorAll('table, svg')].filter(box => box.getBoundingClientRect().right > 681).length"
    )
    assert wider == 0


def test_a_long_title_fits(browser: Browser, address: str) -> None:
    for size in (WIDE, NARROW, (320, 800)):
        opened = window(browser, address, size)
        box = opened.page.locator("h1").bounding_box()
        assert box is not None and box["x"] + box["width"] <= size[0]
        assert opened.page.locator("h1").evaluate("title => title.scrollWidth <= title.clientWidth")
        opened.page.context.close()
