"""The web edition in a real browser: silent, accessible, readable without scripts, on narrow screens and on paper."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import axe_playwright_python
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.editions import Built
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
# The page's policy forbids it to load its styles a second time; a drawing is one image with a description.
AXE_RUN = """rules => axe.run({exclude: ['svg']},
  {runOnly: rules, preload: false, resultTypes: ['violations'], elementRef: false})"""
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


PAGES = ("index.html", "web/trends.html", "web/method.html", "web/sources.html")
DRAWN = {"attacks": "web/trends.html", "arrests": "web/trends.html", "crowded": "web/method.html"}


def address_of(page: str) -> str:
    return page if "://" in page else (tiny_release() / page).as_uri()


class Window:
    """A page with all that it asked for and complained of."""

    def __init__(self, context: BrowserContext, page: str) -> None:
        self.page: Page = context.new_page()
        self.asked: list[str] = []
        self.failed: dict[str, str] = {}
        self.complaints: list[str] = []
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("requestfailed", lambda request: self.failed.update({request.url: str(request.failure)}))
        self.page.on("console", lambda message: self.complaints.append(f"{message.type}: {message.text}"))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.goto(address_of(page))

    @property
    def files(self) -> list[str]:
        """The files of the release that were asked for, in order, and whatever else was."""
        start = tiny_release().as_uri() + "/"
        return [url.removeprefix(start) for url in self.asked if not url.startswith("data:")]

    def draw(self, *names: str) -> None:
        """Ask for live charts and wait until each has found its width."""
        for name in names:
            self.page.locator(f"#fig-{name} button.live").click()
            self.page.locator(f"#fig-{name} .drawn[data-room]").wait_for()


def window(
    browser: Browser, page: str, size: tuple[int, int] = WIDE, *, dark: bool = False, scripts: bool = True
) -> Window:
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        color_scheme="dark" if dark else "light",
        java_script_enabled=scripts,
    )
    return Window(context, page)


@pytest.fixture
def wide(browser: Browser) -> Iterator[Window]:
    opened = window(browser, "web/trends.html")
    yield opened
    opened.page.context.close()


@pytest.fixture
def narrow(browser: Browser) -> Iterator[Window]:
    opened = window(browser, "web/method.html", NARROW)
    yield opened
    opened.page.context.close()


def test_a_page_asks_nobody_for_anything_and_the_library_only_when_it_is_wanted(wide: Window) -> None:
    faces = {f"web/NotoSans-{face}.woff2" for face in ("Regular", "Bold", "Italic")}
    wide.page.wait_for_load_state("networkidle")
    styles, scripts = ("report.css", "charts.css"), ("theme.js", "report.js", "search.js", "origins.js")
    shared = {f"web/{name}" for name in (*styles, *scripts)}
    assert set(wide.files) - faces == {"web/trends.html", *shared}
    wide.draw("attacks", "arrests")
    wide.page.locator(".drawn .bars").first.hover(force=True)
    later = [file for file in wide.files if file not in {"web/trends.html", *shared, *faces}]
    assert later == ["web/plotly.js", "web/charts.js"]
    assert wide.complaints == []


def test_the_policy_forbids_what_a_mistake_would_load(wide: Window) -> None:
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


def barriers(page: Page) -> list[tuple[str, list[str]]]:
    """What axe finds on a page as it stands, with everything folded out."""
    page.evaluate("document.querySelectorAll('details').forEach(details => details.open = true)")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate(AXE_RUN, RULES)
    assert len(found["passes"]) > 15
    return [
        (str(rule["id"]), [str(node["target"]) for node in rule["nodes"]][:3]) for rule in found["violations"]
    ]


@pytest.mark.parametrize(("size", "dark"), [(WIDE, False), (NARROW, True)], ids=["wide", "narrow and dark"])
def test_no_barrier_is_found(browser: Browser, size: tuple[int, int], dark: bool) -> None:
    """Live charts and the search too; the pages of the demonstration are looked at in `golden/`."""
    opened = window(browser, "web/trends.html", size, dark=dark)
    opened.draw("attacks")
    assert barriers(opened.page) == []
    opened.page.keyboard.press("Control+k")
    opened.page.locator("#search-words").fill("count")
    opened.page.locator("#search-results a").first.wait_for()
    assert barriers(opened.page) == []
    opened.page.context.close()


def test_without_scripts_everything_can_be_read(browser: Browser) -> None:
    for name, page in DRAWN.items():
        opened = window(browser, page, scripts=False)
        static = opened.page.locator(f"#fig-{name} .static")
        assert static.is_visible()
        assert static.locator("svg text").count() > 4
        assert static.locator("[role=img]").get_attribute("aria-label") == tiny_content.WORDS[name][1]
        assert opened.page.locator(".drawn").count() == 0
        assert not opened.page.locator("button.live").first.is_visible()
        assert not opened.page.locator("#search-open").is_visible()
        opened.page.locator(f"#fig-{name} summary").click()
        assert opened.page.locator(f"#fig-{name} table").is_visible()
        opened.page.context.close()
    opened = window(browser, "index.html", scripts=False)
    text = opened.page.locator("main").inner_text()
    for name in NAMES:
        assert name in text
    opened.page.locator("#contents a", has_text="Many columns").is_hidden()
    opened.page.locator("#contents summary").last.click()
    opened.page.locator("#contents a", has_text="Many columns").click()
    assert opened.page.url == address_of("web/method.html") + "#sec-columns"
    opened.page.locator(".turn .after").click()
    assert opened.page.url == address_of("web/sources.html")
    opened.page.context.close()


def test_a_live_chart_is_drawn_when_it_is_asked_for_and_goes_again(wide: Window) -> None:
    assert wide.page.locator(".drawn").count() == 0
    wide.draw("attacks")
    chart, button = wide.page.locator("#fig-attacks .chart"), wide.page.locator("#fig-attacks button.live")
    assert chart.locator(".drawn .main-svg").first.is_visible()
    assert not chart.locator(".static").is_visible()
    assert chart.locator("> [role=img]").count() == 1
    assert chart.locator("> [role=img]").get_attribute("aria-label") == tiny_content.WORDS["attacks"][1]
    assert chart.evaluate(CROWDED) == []
    assert button.get_attribute("aria-pressed") == "true"
    button.click()
    assert button.get_attribute("aria-pressed") == "false"
    assert chart.locator(".static").is_visible()
    assert not chart.locator(".drawn").is_visible()
    assert wide.page.locator("#fig-arrests .drawn").count() == 0


def test_the_keyboard_skips_to_the_report_and_walks_the_tools_of_a_figure(wide: Window) -> None:
    page = wide.page

    def reached() -> str:
        page.keyboard.press("Tab")
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline == "solid", page.evaluate("document.activeElement.outerHTML")
        return str(page.evaluate("document.activeElement.className || document.activeElement.textContent"))

    assert reached() == "skip"
    box = page.locator(".skip").bounding_box()
    assert box is not None and box["x"] >= 0
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    seen = [reached() for _ in range(14)]
    start = seen.index("static")
    assert seen[start : start + 7] == [
        "static", "Data behind this figure (Figure\u00a01)", "live", "CSV (Figure\u00a01)",
        "SVG (Figure\u00a01)", "PNG (Figure\u00a01)", "here",
    ]  # fmt: skip
    page.locator("#fig-attacks summary").focus()
    page.keyboard.press("Enter")
    assert page.locator("#fig-attacks details tbody tr").count() == len(tiny_content.YEARS)
    assert reached() == "scroll"
    assert reached() == "live"
    page.keyboard.press("Enter")
    page.locator("#fig-attacks .drawn[data-room]").wait_for()


def test_search_finds_what_is_anywhere_in_the_report_without_a_server(wide: Window) -> None:
    page = wide.page
    page.keyboard.press("Control+k")
    assert page.evaluate("document.activeElement.id") == "search-words"
    page.keyboard.type("scepan")
    first = page.locator("#search-results a").first
    first.wait_for()
    assert page.locator("#search-results mark").first.inner_text() == "Šćepan"
    assert page.locator("#search-said").inner_text() == "Places found: 2"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('#search-results') !== null")
    page.keyboard.press("Enter")
    page.wait_for_url(address_of("index.html") + "#sec-findings")
    page.locator("#search-open").click()
    page.locator("#search-words").fill("no such words")
    expect(page.locator("#search-said")).to_have_text("Nothing found")
    page.locator("#search-words").fill("many columns")
    assert page.locator("#search-results a").first.get_attribute("href") == "web/method.html#sec-columns"
    page.keyboard.press("Escape")
    assert page.locator("#search-words").input_value() == ""
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.id") == "search-open"
    assert wide.complaints == []


def test_dark_colours_follow_the_system_until_they_are_chosen_and_then_are_kept(browser: Browser) -> None:
    def is_dark(page: Page) -> bool:
        ink, paper = page.evaluate(
            "['color', 'backgroundColor'].map(name => getComputedStyle(document.body)[name].match(/\\d+/g).map(Number))"
        )
        return bool(sum(ink) > sum(paper))

    opened = window(browser, "web/trends.html", dark=True)
    page, button = opened.page, opened.page.locator("#theme")
    assert is_dark(page) and button.get_attribute("aria-pressed") == "true"
    paper = page.locator("#fig-attacks .static svg rect").first.evaluate(
        "rect => getComputedStyle(rect).fill"
    )
    assert max(int(part) for part in re.findall(r"\d+", paper)) < 60, "the ground of a chart is dark"
    page.emulate_media(color_scheme="light")
    expect(button).to_have_attribute("aria-pressed", "false")  # the page is told after its colours changed
    assert not is_dark(page)
    button.click()
    assert is_dark(page)
    page.locator(".turn .after").click()
    page.wait_for_url(address_of("web/method.html"))
    assert is_dark(page), "what was chosen is kept from page to page"
    page.emulate_media(media="print")
    assert not is_dark(page), "paper is white"
    page.context.close()


def test_every_chart_has_its_data_as_table_and_its_files(browser: Browser) -> None:
    for name, page in DRAWN.items():
        opened = window(browser, page)
        card = opened.page.locator(f"#fig-{name}")
        assert card.locator("details table").count() == 1
        for form in ("csv", "svg", "png"):
            link = card.locator(f"a[href$='.{form}']")
            assert (tiny_release() / page).parent.joinpath(str(link.get_attribute("href"))).is_file()
        with opened.page.expect_download() as download:
            card.locator("a[href$='.csv']").click()
        assert download.value.suggested_filename == f"{name}.csv"
        opened.page.context.close()


def test_the_contents_mark_where_the_reader_is(wide: Window) -> None:
    def marked() -> list[str]:
        wide.page.wait_for_timeout(150)
        return [
            str(link.get_attribute("href")) for link in wide.page.locator("#contents a[aria-current]").all()
        ]

    assert marked() == ["trends.html"]
    wide.page.emulate_media(reduced_motion="reduce")
    wide.page.evaluate("document.getElementById('arrests').scrollIntoView()")
    assert marked() == ["trends.html", "#arrests"]
    wide.page.evaluate("window.scrollTo(0, document.documentElement.scrollHeight)")
    assert marked() == ["trends.html", "#by-type"]


def test_a_heading_and_a_figure_have_an_address_that_leads_back_to_them(wide: Window) -> None:
    for name in ("sec-attacks", "fig-arrests"):
        mark = wide.page.locator(f"a[href='#{name}']:is(.anchor, .here)")
        mark.focus()
        expect(mark).to_have_css("opacity", "1")
        wide.page.keyboard.press("Enter")
        assert wide.page.url == f"{address_of('web/trends.html')}#{name}"
        wide.page.wait_for_timeout(600)
        top = wide.page.locator(f"#{name}").evaluate("one => one.getBoundingClientRect().top")
        notice = wide.page.locator(".mark").evaluate("one => one.getBoundingClientRect().bottom")
        assert notice <= top + 1 < 500, "the notice on every page hides no target"


def test_long_contents_scroll_on_their_own(browser: Browser) -> None:
    opened = window(browser, "web/trends.html", (1400, 200))
    opened.page.evaluate("document.getElementById('by-type').scrollIntoView({behavior: 'instant'})")
    opened.page.wait_for_timeout(300)
    seen = opened.page.evaluate(
        """() => {
          const nav = document.getElementById('contents'), box = nav.getBoundingClientRect();
          const mark = nav.querySelector('[aria-current=true]').getBoundingClientRect();
          return {longer: nav.scrollHeight > nav.clientHeight, shown: mark.top >= box.top && mark.bottom <= box.bottom + 1};
        }"""
    )
    assert seen == {"longer": True, "shown": True}
    opened.page.context.close()


def test_no_page_scrolls_sideways(browser: Browser) -> None:
    """320 is also what is left of 640 at twice the size."""
    for name in PAGES:
        opened = window(browser, name)
        opened.draw(*(chart for chart, page in DRAWN.items() if page == name))
        opened.page.evaluate("document.querySelectorAll('details').forEach(details => details.open = true)")
        for width in (1400, 1000, 800, 600, 390, 320):
            opened.page.set_viewport_size({"width": width, "height": 800})
            opened.page.wait_for_timeout(100)
            wide = opened.page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, (name, width)
        opened.page.context.close()


def test_on_a_narrow_screen_no_label_is_cut_and_what_is_wide_scrolls(narrow: Window) -> None:
    assert narrow.page.locator("#contents > details").get_attribute("open") is None
    narrow.draw("crowded")
    chart = narrow.page.locator("#fig-crowded .chart")
    assert chart.evaluate(CROWDED) == []
    seen = chart.evaluate("chart => [chart.scrollWidth > chart.clientWidth + 1, chart.tabIndex]")
    assert seen == [True, 0], "a chart that does not fit scrolls, also by keyboard"
    narrow.page.goto(address_of("web/trends.html"))
    narrow.draw("attacks")
    chart = narrow.page.locator("#fig-attacks .chart")
    assert chart.evaluate(CROWDED) == []
    seen = chart.evaluate("chart => [chart.scrollWidth > chart.clientWidth + 1, chart.tabIndex]")
    assert seen == [False, -1], "a chart that fits is drawn as wide as its card"


def test_what_goes_on_sideways_fades_until_its_end(narrow: Window) -> None:
    drawing = narrow.page.locator("#fig-crowded .static")
    assert "goes-on" in str(drawing.get_attribute("class"))
    drawing.evaluate("box => box.scrollLeft = box.scrollWidth")
    narrow.page.wait_for_timeout(100)
    assert "goes-on" not in str(drawing.get_attribute("class"))


def test_a_chart_is_fitted_again_when_the_screen_turns(narrow: Window) -> None:
    narrow.draw("crowded")
    narrow.page.set_viewport_size({"width": 1200, "height": 800})
    narrow.page.wait_for_timeout(800)
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


def test_without_scripts_a_chart_on_a_narrow_screen_keeps_letters_that_can_be_read(browser: Browser) -> None:
    opened = window(browser, "web/trends.html", NARROW, scripts=False)
    sizes = opened.page.locator("#fig-attacks .static svg text").evaluate_all(
        "texts => texts.map(text => text.getBoundingClientRect().height)"
    )
    assert min(sizes) > 9
    assert opened.page.evaluate("document.documentElement.scrollWidth") <= NARROW[0]
    opened.page.context.close()


def test_on_paper_the_drawings_stand_and_the_tools_do_not(wide: Window) -> None:
    wide.draw("attacks")
    wide.page.emulate_media(media="print")
    wide.page.set_viewport_size({"width": 680, "height": 960})
    for name in ("attacks", "arrests"):
        assert wide.page.locator(f"#fig-{name} .static").is_visible()
        assert not wide.page.locator(f"#fig-{name} .figure-tools").is_visible()
    for gone in ("#fig-attacks .drawn", "#contents", ".skip", ".bar-tools", ".turn"):
        assert not wide.page.locator(gone).is_visible(), gone
    assert wide.page.locator(".mark").inner_text() == METADATA["edition_mark"]
    wider = wide.page.evaluate(
        "[...document.querySelectorAll('table, svg')].filter(box => box.getBoundingClientRect().right > 681).length"
    )
    assert wider == 0


def test_a_long_title_fits(browser: Browser) -> None:
    for size in (WIDE, NARROW, (320, 800)):
        opened = window(browser, "index.html", size)
        box = opened.page.locator("h1").bounding_box()
        assert box is not None and box["x"] + box["width"] <= size[0]
        assert opened.page.locator("h1").evaluate("title => title.scrollWidth <= title.clientWidth")
        opened.page.context.close()


def test_where_a_number_comes_from_is_opened_by_click_and_by_keyboard(
    browser: Browser, demonstration: Built
) -> None:
    opened = window(browser, (demonstration.folder / "web" / "overview.html").as_uri())
    page, panel = opened.page, opened.page.locator("aside.origin")
    sentence = page.locator("p [data-key]").first
    sentence.click()
    assert str(sentence.get_attribute("data-key")).split()[0] in panel.inner_text()
    page.keyboard.press("Escape")
    assert panel.is_hidden()
    table = page.locator("#tbl-attacks-and-victims table")
    assert table.locator("td [data-key][tabindex='0']").count() == 1, "a table is one stop"
    table.locator("td [data-key]").first.focus()
    for key in ("ArrowDown", "ArrowRight", "ArrowRight", "ArrowLeft", "Enter"):
        page.keyboard.press(key)
    reached = table.locator("tbody tr").nth(1).locator("td [data-key]").nth(1)
    assert str(reached.get_attribute("data-key")).split()[0] in panel.inner_text()
    link = panel.locator("a")
    assert link.evaluate("link => link === document.activeElement")
    link.press("Enter")
    page.wait_for_url("**/web/origins.html#rec-*")
    assert page.locator(f"[id='{page.url.split('#')[1]}']").count() == 1
    assert opened.complaints == []
    page.context.close()
