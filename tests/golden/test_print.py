"""The demonstration on paper: what the PDF carries, in which order it is read aloud, and how a reader finds a place."""

from __future__ import annotations

import re

import pikepdf

from tests.editions import Built
from tests.rendered import structure_elements

UPRIGHT = (595, 842)
# Headings of the pages before the first chapter.
IN_FRONT = {"Contents", "Figures", "Tables"}
# Pages whose order is looked at; those with charts are none of them, for a chart is told after its caption.
SAMPLE = 12


def spoken(pdf: pikepdf.Pdf) -> list[tuple[int, int]]:
    """Page and mark of each run of content, in the order of the structure tree, which screen readers follow."""
    numbers = {page.objgen: number for number, page in enumerate(pdf.pages)}
    found: list[tuple[int, int]] = []
    waiting: list[tuple[pikepdf.Object, int | None]] = [(pdf.Root.StructTreeRoot, None)]
    while waiting:
        node, page = waiting.pop()
        page = numbers[node.Pg.objgen] if "/Pg" in node else page
        if "/MCID" in node:
            found.append((page or 0, int(node.MCID)))
        kids = node.get("/K", pikepdf.Array())
        for kid in reversed(list(kids) if isinstance(kids, pikepdf.Array) else [kids]):
            waiting.append((pikepdf.Dictionary(MCID=kid) if isinstance(kid, int) else kid, page))
    return found


def drawn(page: pikepdf.Page) -> list[int]:
    """The marks of a page in the order of its content; what is no part of the text has none."""
    begun = pikepdf.parse_content_stream(page, "BDC")
    return [int(instruction.operands[1].MCID) for instruction in begun if "/MCID" in instruction.operands[1]]


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
    pages = demonstration.pdf_text().rstrip("\f").split("\f")
    with pikepdf.open(demonstration.folder / "report.pdf") as pdf:
        order = spoken(pdf)
        compared = [
            n for n, words in enumerate(pages) if not re.search(r"^\s*Figure\s\d+:", words, re.MULTILINE)
        ]
        for number in compared[:: max(1, len(compared) // SAMPLE)]:
            own = [mark for page, mark in order if page == number]
            assert own == drawn(pdf.pages[number]), number
            assert own, number
    assert sorted({page for page, _ in order}) == list(range(len(pages)))


def test_every_chapter_and_section_is_a_bookmark(demonstration: Built) -> None:
    with pikepdf.open(demonstration.folder / "report.pdf") as pdf, pdf.open_outline() as outline:
        shown = [item.title for item in outline.root] + [
            below.title for item in outline.root for below in item.children
        ]
        elements = structure_elements(pdf)
    spoken_titles = [str(element.T) for element in elements if str(element.S) in {"/H1", "/H2"}]
    bare = {re.sub(r"^\d+(\.\d+)* ", "", title) for title in shown}
    assert len(shown) > 30
    assert bare | IN_FRONT == set(spoken_titles) | IN_FRONT


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
    assert any("Exploratory comparisons" in page for page in turned)
    assert not any(re.search(r"^\s*Figure\s\d+:", page, re.MULTILINE) for page in turned)
