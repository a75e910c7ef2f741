"""The demonstration in its three formats: what a browser, a screen reader and an office program make of it."""

from __future__ import annotations

import posixpath
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pikepdf
import pytest
from playwright.sync_api import Browser, sync_playwright

from data_contracts.catalog import load_catalog
from tests.browser.test_page import ARGUMENTS, AXE, AXE_RUN, NAMES_OF_CHROMIUM, RULES
from tests.editions import Built
from tests.rendered import structure_elements

REGION = load_catalog().region("western_balkans")
SIGHTS: dict[Literal["light", "dark"], tuple[int, int]] = {"light": (1400, 1000), "dark": (390, 844)}
# All that is folded is open; of a long table four rows stand for the others, which look alike.
FOLDED_OUT = """document.querySelectorAll('details').forEach(details => details.open = true);
document.querySelectorAll('tbody tr:nth-child(n+5)').forEach(row => row.remove())"""
WEB_ONLY = '<body class="web-only"'
FIRST_BYTES, FIRST_SECONDS, SITE_BYTES = 400_000, 1.0, 12_000_000


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    program = next((path for path in map(shutil.which, NAMES_OF_CHROMIUM) if path), None)
    assert program, "Chromium is needed for the browser tests: apt-get install chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield browser
        browser.close()


def test_no_page_has_a_barrier_scrolls_sideways_or_asks_another_host(
    demonstration: Built, chromium: Browser
) -> None:
    """Every page on a wide light screen and on a narrow dark one, with everything folded out."""
    page = chromium.new_page()
    asked: list[str] = []
    told: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: told.append(message.text))
    barriers: dict[str, list[object]] = {}
    for name in demonstration.pages:
        page.goto((demonstration.folder / name).as_uri())
        page.evaluate(FOLDED_OUT)
        page.evaluate(AXE.read_text(encoding="utf-8"))
        for scheme, size in SIGHTS.items():
            page.emulate_media(color_scheme=scheme)
            page.set_viewport_size({"width": size[0], "height": size[1]})
            found = page.evaluate(AXE_RUN, RULES)
            barriers[f"{name}, {scheme}"] = [
                *((rule["id"], rule["nodes"][0]["target"]) for rule in found["violations"]),
                *page.evaluate("document.documentElement.scrollWidth > window.innerWidth ? ['wide'] : []"),
            ]
    page.close()
    assert {place: found for place, found in barriers.items() if found} == {}
    root = demonstration.folder.as_uri()
    assert [url for url in asked if not url.startswith(("data:", root))] == []
    assert [url for url in asked if url.endswith(("plotly.js", "search-index.js"))] == []
    assert told == []


def test_the_first_page_is_light_and_quick_and_the_edition_is_small(
    demonstration: Built, chromium: Browser
) -> None:
    asked: list[str] = []
    seconds = []
    for _ in range(3):
        page = chromium.new_page()
        asked.clear()
        page.on("request", lambda request: asked.append(request.url))
        page.goto((demonstration.folder / "index.html").as_uri(), wait_until="networkidle")
        ready = page.evaluate("performance.getEntriesByType('navigation')[0].loadEventEnd")
        seconds.append(ready / 1000)
        page.close()
    start = demonstration.folder.as_uri() + "/"
    files = [demonstration.folder / url.removeprefix(start) for url in asked if url.startswith(start)]
    assert len(files) >= 6
    assert sum(file.stat().st_size for file in files) <= FIRST_BYTES
    assert min(seconds) <= FIRST_SECONDS
    site = [
        demonstration.folder / "index.html",
        *demonstration.folder.glob("web/*"),
        *demonstration.folder.glob("figures/*"),
    ]
    assert sum(file.stat().st_size for file in site) <= SITE_BYTES


def test_every_chapter_type_and_partner_has_a_page_and_is_in_the_contents_of_all(
    demonstration: Built,
) -> None:
    partners = {f"web/partner-{partner.code.lower()}.html" for partner in REGION.partners}
    chapters = {
        f"web/{name}.html" for name in ("overview", "type-jihadist", "partners", "tables", "downloads")
    }
    assert partners | chapters <= set(demonstration.pages)
    for name in demonstration.pages:
        text = demonstration.page(name)
        contents = text[text.index('<nav id="contents"') : text.index("</nav>")]
        listed = {
            posixpath.normpath(posixpath.join(posixpath.dirname(name), href))
            for href in re.findall(r'href="([^"#]+)"', contents)
        }
        assert listed == set(demonstration.pages), name


def test_the_downloads_state_every_file_with_its_checksum(demonstration: Built) -> None:
    page = demonstration.page("web/downloads.html")
    stated = dict(re.findall(r'class="file-sha256" data-file="([^"]+)">(\w{64})<', page))
    kept = {
        name: digest
        for digest, name in (
            line.split("  ") for line in (demonstration.folder / "SHA256SUMS").read_text().splitlines()
        )
    }
    data = {name for name in kept if name.startswith("data/")}
    assert set(stated) == data | {"report.pdf", "report.docx", "brief.pdf", "brief.docx"}
    assert stated == {name: kept[name] for name in stated}


def test_the_pdf_is_tagged_has_its_language_and_describes_every_figure(demonstration: Built) -> None:
    with pikepdf.open(demonstration.folder / "report.pdf") as pdf:
        assert bool(pdf.Root.MarkInfo.Marked)
        assert str(pdf.Root.Lang).startswith("en")
        metadata = pdf.open_metadata()
        assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("3", "A")
        assert metadata["pdfuaid:part"] == "1"
        figures = [element for element in structure_elements(pdf) if str(element.S) == "/Figure"]
        alts = [str(figure.get("/Alt", "")) for figure in figures]
    charts = re.findall(r'<figure class="card figure-card"', demonstration.html)
    assert len(alts) == len(charts)
    assert all(len(alt) > 30 for alt in alts)
    assert len(set(alts)) == len(alts)


def test_the_word_file_opens_with_numbered_captions_and_references(
    demonstration: Built, tmp_path: Path
) -> None:
    program = shutil.which("soffice") or shutil.which("libreoffice")
    assert program, "LibreOffice is needed for this test: apt-get install libreoffice-writer-nogui"
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [program, profile, "--headless", "--convert-to", "pdf", "--outdir", tmp_path]
    subprocess.run(
        [*command, demonstration.folder / "report.docx"], check=True, capture_output=True, timeout=180
    )
    text = subprocess.run(
        ["pdftotext", "-layout", tmp_path / "report.pdf", "-"], capture_output=True, text=True, check=True
    ).stdout
    figures = re.findall(r"^\s*Figure.(\d+): ", text, re.MULTILINE)
    tables = re.findall(r"^\s*Table.(\d+): ", text, re.MULTILINE)
    pages = "".join(page for page in map(demonstration.page, demonstration.pages) if WEB_ONLY not in page)
    charts, named = (pages.count(f'<figure class="card {kind}-card"') for kind in ("figure", "table"))
    assert figures == [str(number) for number in range(1, charts + 1)]
    assert tables == [str(number) for number in range(1, named + 1)]
    assert named < len(demonstration.tables()), "the web edition has tables of its own"
    assert "Error: Reference source not found" not in text
    assert re.search(r"\(Figure.\d+\)", text)


def test_the_three_formats_say_the_same_key_points(demonstration: Built, tmp_path: Path) -> None:
    from docx import Document

    points = re.search(r'id="sec-key-points".*?<ul>(.*?)</ul>', demonstration.html, re.DOTALL)
    assert points
    page = [re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", item)).strip() for item in points[1].split("<li>")[1:]]
    assert len(page) >= 12
    word = {
        re.sub(r"\s+", " ", p.text).strip()
        for p in Document(str(demonstration.folder / "report.docx")).paragraphs
    }
    pdf = re.sub(r"\s+", " ", demonstration.pdf_text())
    for item in page:
        assert item in word
        assert item in pdf
