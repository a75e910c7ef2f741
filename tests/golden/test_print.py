"""The demonstration on paper: what the PDF carries, in which order it is read aloud, and how a reader finds a place."""

from __future__ import annotations

import re
import subprocess

import pikepdf

from tests.editions import Built

UPRIGHT = (595, 842)
# Headings of the pages before the first chapter, as one word.
IN_FRONT = {"Contents", "Figures"}


def read_aloud(built: Built) -> list[tuple[str, str]]:
    """Kind and words of each element of the structure tree that has words, in the tree's order."""
    done = subprocess.run(
        ["pdfinfo", "-struct-text", built.folder / "report.pdf"], capture_output=True, text=True, check=True
    )
    found: list[tuple[str, str]] = []
    for line in done.stdout.splitlines():
        kind = re.match(r"\s*([A-Z][A-Za-z0-9]*)\b(?! \d)", line)
        said = re.match(r'\s*"(.*)"$', line)
        if said and found:
            found[-1] = (found[-1][0], found[-1][1] + said[1])
        elif kind:
            found.append((kind[1], ""))
    return found


def test_the_data_annex_is_attached_byte_for_byte(demonstration: Built) -> None:
    data = {f"data/{path.name}" for path in (demonstration.folder / "data").glob("*.csv")}
    with pikepdf.open(demonstration.folder / "report.pdf") as pdf:
        assert data | {"datapackage.json"} <= set(pdf.attachments)
        associated = {str(file.UF) for file in pdf.Root.AF}
        assert associated == set(pdf.attachments)
        for name, spec in pdf.attachments.items():
            assert spec.get_file().read_bytes() == (demonstration.folder / name).read_bytes(), name
            own = "/Supplement" if name == "datapackage.json" else "/Data"
            assert str(spec.obj.AFRelationship) == own
            assert spec.get_file().mime_type == ("text/csv" if name.endswith(".csv") else "application/json")
            assert len(spec.description) > 3


def test_it_is_read_aloud_in_the_order_of_its_pages(demonstration: Built) -> None:
    spoken = " ".join(words for kind, words in read_aloud(demonstration) if kind not in {"TOC", "Reference"})
    labels = re.findall(r"(?:Figure|Table)\s+\d+\s*:", spoken)
    seen = re.findall(r"^\s*((?:Figure|Table)\s\d+:)", demonstration.pdf_text(), re.MULTILINE)
    assert [re.sub(r"\s", "", label) for label in labels] == [re.sub(r"\s", "", label) for label in seen]
    assert len(labels) > 60


def test_every_chapter_and_section_is_a_bookmark(demonstration: Built) -> None:
    with pikepdf.open(demonstration.folder / "report.pdf") as pdf, pdf.open_outline() as outline:
        shown = [item.title for item in outline.root] + [
            below.title for item in outline.root for below in item.children
        ]
    spoken = [" ".join(words.split()) for kind, words in read_aloud(demonstration) if kind in {"H1", "H2"}]
    bare = {re.sub(r"^[\d.]+ ?", "", title).replace(" ", "") for title in shown}
    assert len(shown) > 30
    assert bare == {re.sub(r"^[\d.]+", "", title).replace(" ", "") for title in spoken} - IN_FRONT


def test_the_lists_name_every_figure_and_table_with_its_page(demonstration: Built) -> None:
    pages = demonstration.pdf_text().rstrip("\f").split("\f")
    listed: dict[str, int] = {}
    for page in pages[2:8]:
        for label, number in re.findall(
            r"^((?:Figure|Table)\s\d+) .*?(?:\n(?!Figure|Table).*?)?(\d+)$", page, re.MULTILINE
        ):
            listed[label] = int(number)
    captions = {
        label: number
        for number, page in enumerate(pages, start=1)
        for label in re.findall(r"^\s*((?:Figure|Table)\s\d+):", page, re.MULTILINE)
    }
    assert listed == captions


def test_the_head_of_each_page_names_its_chapter(demonstration: Built) -> None:
    with pikepdf.open(demonstration.folder / "report.pdf") as pdf, pdf.open_outline() as outline:
        begins = {
            pikepdf.Page(item.destination[0]).index: re.sub(r"^\d+ ", "", item.title) for item in outline.root
        }
    first = min(begins)
    chapter = ""
    for number, page in enumerate(demonstration.pdf_text().rstrip("\f").split("\f")):
        chapter = begins.get(number, chapter)
        if number >= first:
            assert page.strip().startswith(chapter), (number, chapter)
    assert len(begins) > 12


def test_wide_tables_lie_on_their_side_and_the_rest_stands_upright(demonstration: Built) -> None:
    with pikepdf.open(demonstration.folder / "report.pdf") as pdf:
        sizes = [(round(float(page.mediabox[2])), round(float(page.mediabox[3]))) for page in pdf.pages]
    assert set(sizes) == {UPRIGHT, UPRIGHT[::-1]}
    turned = [
        page
        for page, size in zip(demonstration.pdf_text().split("\f"), sizes, strict=False)
        if size != UPRIGHT
    ]
    assert all("Table" in page or "p adjusted" in re.sub(r"\s+", " ", page) for page in turned)
    assert "Exploratory comparisons" in turned[0]
