"""The demonstration in its three formats: what a browser, a screen reader and an office program make of it."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pytest
from playwright.sync_api import expect, sync_playwright

from tests.browser.test_page import ARGUMENTS, AXE, NAMES_OF_CHROMIUM, RULES
from tests.editions import Built
from tests.rendered import structure_elements


@pytest.fixture(scope="module")
def looked_at(demonstration: Built) -> Iterator[tuple[list[str], list[str], dict[str, int]]]:
    """Requests, barriers that axe finds, and counts of what the page has, after every chart was drawn."""
    program = next((path for path in map(shutil.which, NAMES_OF_CHROMIUM) if path), None)
    assert program, "Chromium is needed for the browser tests: apt-get install chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        page = browser.new_page(viewport={"width": 1400, "height": 1000})
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto((demonstration.folder / "index.html").as_uri())
        for chart in page.locator(".chart").all():
            chart.scroll_into_view_if_needed()
        expect(page.locator(".chart:not(.is-drawn)")).to_have_count(0, timeout=60_000)
        page.evaluate(AXE.read_text(encoding="utf-8"))
        found = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
        selectors = {"charts": ".chart.is-drawn", "data": ".figure-tools table", "sidebar": "nav#contents a"}
        counts = {name: page.locator(selector).count() for name, selector in selectors.items()}
        yield asked, [str(rule["id"]) for rule in found["violations"]], counts
        browser.close()


def test_the_page_asks_no_other_host(looked_at: tuple[list[str], list[str], dict[str, int]]) -> None:
    assert [url for url in looked_at[0] if not url.startswith(("data:", "file:"))] == []
    assert len([url for url in looked_at[0] if url.startswith("file:")]) == 1


def test_axe_finds_no_barrier(looked_at: tuple[list[str], list[str], dict[str, int]]) -> None:
    assert looked_at[1] == []


def test_every_chart_has_its_data_and_every_chapter_is_in_the_sidebar(
    demonstration: Built, looked_at: tuple[list[str], list[str], dict[str, int]]
) -> None:
    counts = looked_at[2]
    assert counts["charts"] == counts["data"] >= 30
    chapters = re.findall(r'<section id="(sec-[\w-]+)" class="level2', demonstration.html)
    assert {"sec-key-points", "sec-overview", "sec-type-jihadist", "sec-partners", "sec-tables"} <= set(
        chapters
    )
    assert counts["sidebar"] >= len(chapters)


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
    charts = len(re.findall(r'<figure class="card figure-card"', demonstration.html))
    assert figures == [str(number) for number in range(1, charts + 1)]
    named = [name for name in demonstration.tables() if name.startswith("tbl-")]
    assert tables == [str(number) for number in range(1, len(named) + 1)]
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
