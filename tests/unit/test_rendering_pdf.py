"""The printed report: PDF/A-3a and PDF/UA-1 by what the file itself says, its words, and the same bytes each time."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import pikepdf
import pytest

from report.rendering.errors import ReportError
from report.rendering.render import render
from tests.rendered import (
    METADATA,
    NAMES,
    rendered_again,
    small_chart,
    small_project,
    structure_elements,
    tiny_release,
)
from tests.unit.fixtures.tiny_report import tiny_content

PLAIN = {"title": "Plain", "language": "en-GB", "date": "2026-06-15"}
A4 = (595, 842)


def words_of(path: Path, *arguments: str) -> str:
    """The words of a PDF as pdftotext finds them."""
    program = shutil.which("pdftotext")
    assert program, "pdftotext is needed for this test: apt-get install poppler-utils"
    done = subprocess.run([program, *arguments, str(path), "-"], capture_output=True, check=True)
    return done.stdout.decode()


def pdf_of(folder: Path, text: str, **metadata: str) -> Path:
    project = small_project(folder / "project", text)
    (path,) = render(project, folder, formats=["pdf"], metadata={**PLAIN, **metadata}, environment={})
    return path


def page_sizes(path: Path) -> list[tuple[int, int]]:
    with pikepdf.open(path) as pdf:
        return [(round(float(page.mediabox[2])), round(float(page.mediabox[3]))) for page in pdf.pages]


@pytest.fixture(scope="module")
def pdf() -> Iterator[pikepdf.Pdf]:
    with pikepdf.open(tiny_release() / "report.pdf") as opened:
        yield opened


def test_the_same_report_gives_the_same_bytes() -> None:
    again = rendered_again(formats=["pdf"]) / "report.pdf"
    assert again.read_bytes() == (tiny_release() / "report.pdf").read_bytes()


def test_the_file_says_which_standards_it_keeps(pdf: pikepdf.Pdf) -> None:
    xmp = str(pdf.Root.Metadata.read_bytes(), "utf-8")
    assert re.search(r"pdfaid:part>3<", xmp) and re.search(r"pdfaid:conformance>A<", xmp)
    assert re.search(r"pdfuaid:part>1<", xmp)
    assert pdf.Root.MarkInfo.Marked
    assert str(pdf.Root.Lang) == "en-GB"
    assert pdf.Root.ViewerPreferences.DisplayDocTitle
    assert str(pdf.docinfo.Title) == METADATA["title"]
    assert str(pdf.docinfo.CreationDate).startswith("D:20260615")


def test_every_figure_is_described_and_every_table_has_headers(pdf: pikepdf.Pdf) -> None:
    elements = structure_elements(pdf)
    kinds = [str(element.S) for element in elements]
    figures = [element for element in elements if element.S == "/Figure"]
    assert len(figures) == 3
    assert sorted(str(figure.Alt) for figure in figures) == sorted(
        alt for _, alt in tiny_content.WORDS.values()
    )
    assert kinds.count("/Table") == 3 and kinds.count("/Caption") == 6
    assert kinds.count("/TH") >= 3 + 8 + 14
    assert kinds.count("/TD") >= 5 * 3 + 60 * 8 + 2 * 14
    assert {"/H1", "/H2", "/L", "/Link", "/TOC"} <= set(kinds)


def test_the_names_of_the_region_are_found_as_words() -> None:
    words = words_of(tiny_release() / "report.pdf")
    for name in [
        *NAMES,
        "1 Key findings",
        "2.2.1 By type",
        "Figure 2:",
        "Table 3:",
        "Section 3",
        METADATA["subtitle"],
    ]:
        assert name in words, name
    assert "Point at a bar" not in words and "A note of the author" not in words


def test_the_edition_mark_and_the_footnote_stand_on_every_page(pdf: pikepdf.Pdf) -> None:
    for number in range(1, len(pdf.pages) + 1):
        words = " ".join(
            words_of(tiny_release() / "report.pdf", "-f", str(number), "-l", str(number)).split()
        )
        assert METADATA["edition_mark"] in words, number
        assert METADATA["footnote"] in words, number


def test_references_lead_to_their_places(pdf: pikepdf.Pdf) -> None:
    links = [note for page in pdf.pages for note in page.get("/Annots", []) if note.Subtype == "/Link"]
    inside = [note for note in links if "/Dest" in note or note.get("/A", {}).get("/S") == "/GoTo"]
    assert len(inside) >= 15
    assert [str(note.A.URI) for note in links if note.get("/A", {}).get("/S") == "/URI"] == [
        "https://example.org/"
    ]
    assert all(str(note.get("/Contents", "")) for note in links)


def test_a_table_of_many_columns_lies_on_its_side_and_is_not_cut() -> None:
    path = tiny_release() / "report.pdf"
    sizes = page_sizes(path)
    assert sizes.count(A4[::-1]) == 1 and sizes.count(A4) == len(sizes) - 1
    turned = str(sizes.index(A4[::-1]) + 1)
    boxes = words_of(path, "-bbox", "-f", turned, "-l", turned)
    found = re.findall(r'xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="[\d.]+">([^<]*)<', boxes)
    heads = sorted((float(left), float(right)) for left, _, right, word in found if word == "Responsibility")
    assert len(heads) == 13
    assert all(before[1] < after[0] for before, after in pairwise(heads))
    assert max(float(right) for _, _, right, _ in found) < A4[1] - 55


def test_a_table_of_more_columns_than_a_page_holds_breaks_its_words_and_is_not_cut(tmp_path: Path) -> None:
    head = "| " + " | ".join(f"Incommensurability{number}" for number in range(22)) + " |"
    text = f"# A\n\n::: {{#tbl-a}}\n{head}\n|{'---|' * 22}\n| {' | '.join(['1 234'] * 22)} |\n\nWide\n:::\n"
    path = pdf_of(tmp_path, text)
    turned = str(page_sizes(path).index(A4[::-1]) + 1)
    boxes = words_of(path, "-bbox", "-f", turned, "-l", turned)
    found = re.findall(r'xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="[\d.]+">[^<]', boxes)
    lines: dict[str, list[tuple[float, float]]] = {}
    for left, top, right in found:
        lines.setdefault(top, []).append((float(left), float(right)))
    assert max(right for line in lines.values() for _, right in line) < A4[1] - 55
    for line in map(sorted, lines.values()):
        assert all(before[1] <= after[0] + 0.5 for before, after in pairwise(line))
    assert page_sizes(path).count(A4[::-1]) == 1


def test_a_few_columns_stay_upright_and_a_long_table_repeats_its_header() -> None:
    words = words_of(tiny_release() / "report.pdf")
    assert words.count("Criterion 60") == 1
    assert words.count("Column 7") == 2


@pytest.mark.parametrize("length", [10, 80, 160])
def test_a_title_of_any_length_fits_the_cover(tmp_path: Path, length: int) -> None:
    title = ("Situation and trends of terrorism in the region " * 4)[:length].strip()
    path = pdf_of(tmp_path, "# A\n\nwords\n", title=title, subtitle="Under it", region="Region")
    cover = " ".join(words_of(path, "-f", "1", "-l", "1").split())
    assert title in cover and "Under it" in cover and "15 June 2026" in cover


def test_the_contents_and_captions_speak_the_reports_language(tmp_path: Path) -> None:
    small_chart(tmp_path)
    text = '# A\n\n![Cap](figures/one.svg){#fig-one fig-alt="Two bars." .chart}\n'
    with pikepdf.open(pdf_of(tmp_path, text)) as pdf:
        assert [str(item.Alt) for item in structure_elements(pdf) if item.S == "/Figure"] == ["Two bars."]
    words = words_of(tmp_path / "report.pdf")
    assert "Contents" in words and "Figure 1: Cap" in words


def test_the_imprint_says_only_what_is_known(tmp_path: Path) -> None:
    said = {"citation": "Network. Report, edition of 2026-06-15.", "rights": "May be copied."}
    words = words_of(
        pdf_of(tmp_path, "# A\n\nwords\n", network="Network of analysts", **said), "-f", "1", "-l", "2"
    )
    assert "Network of analysts" in words
    assert f"How to cite\n{said['citation']}" in words and f"Rights\n{said['rights']}" in words
    assert "Contact" not in words and "ISSN" not in words and "Data in this file" not in words


def test_wide_tables_that_follow_one_another_share_their_pages_with_their_headings(tmp_path: Path) -> None:
    def part(name: str, columns: int) -> str:
        head = "|".join(f"Responsibility{number}" for number in range(columns))
        table = f"|{head}|\n|{'---|' * columns}\n|{'1|' * columns}\n\nWide\n:::\n"
        return f"## Part {name}\n\n::: {{#tbl-{name}}}\n{table}\n"

    parts = part("one", 10) + part("between", 3) + part("two", 10) + part("upright", 3)
    path = pdf_of(tmp_path, f"# A\n\nwords\n\n{parts}## Last\n\nend\n")
    sizes = page_sizes(path)
    assert sizes.count(A4[::-1]) == 1
    turned = sizes.index(A4[::-1]) + 1
    words = words_of(path, "-f", str(turned), "-l", str(turned))
    assert [name in words for name in ("one", "between", "two", "upright", "Last")] == [True] * 3 + [
        False
    ] * 2


def test_a_row_is_not_split_and_a_short_table_stays_whole(tmp_path: Path) -> None:
    def table(name: str, rows: Sequence[str]) -> str:
        return f"::: {{#tbl-{name}}}\n| A | B |\n|---|---|\n{''.join(rows)}\nCaption\n:::\n\n"

    def page_of(word: str) -> int:
        return next(number for number, words in enumerate(pages) if re.search(rf"\b{word}\b", words))

    filled = [" ".join(f"word{place}" for place in range(60 + 17 * number)) for number in range(20)]
    long = [f"| row{number} | {words} end{number} |\n" for number, words in enumerate(filled)]
    short = [[f"| cell{name}x{number} | {number} |\n" for number in range(10)] for name in range(8)]
    tables = "".join(table(f"short{name}", rows) for name, rows in enumerate(short))
    path = pdf_of(tmp_path, f"# A\n\n{table('long', long)}\n# B\n\n{tables}")
    pages = words_of(path).rstrip("\f").split("\f")
    assert page_of("row0") < page_of("end19")
    assert [page_of(f"row{number}") for number in range(20)] == [
        page_of(f"end{number}") for number in range(20)
    ]
    assert page_of("cell0x0") < page_of("cell7x9")
    assert [page_of(f"cell{name}x0") for name in range(8)] == [page_of(f"cell{name}x9") for name in range(8)]


def test_what_typst_refuses_is_told_in_its_words(tmp_path: Path) -> None:
    small_chart(tmp_path)
    (tmp_path / "figures/one.svg").write_text("no drawing")
    with pytest.raises(ReportError, match=r"report.pdf: typst refuses: .*SVG"):
        pdf_of(tmp_path, '# A\n\n![Cap](figures/one.svg){#fig-one fig-alt="Two bars." .chart}\n')
