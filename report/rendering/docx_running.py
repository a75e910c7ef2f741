"""What stands at the head and foot of every page of the Word report: title, edition mark, footnote, page number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from report.rendering.document import Document
from report.rendering.docx_markup import TEXT_WIDTH, field, paragraph, rooted, run

if TYPE_CHECKING:
    from docx.document import Document as WordFile

_PAGE_NUMBER_WIDTH = 1300
_WHOLE = 5000
_BOLD, _LEAST_SHARE = 1.15, 0.3


def set_running_lines(word: WordFile, document: Document) -> None:
    """The first page carries the marks only; every other page title and number too."""
    section = word.sections[0]
    section.different_first_page_header_footer = True
    mark, foot = document.value("edition_mark"), document.value("footnote")
    _replace(section.first_page_header, _header("", mark))
    _replace(section.header, _header(document.value("title"), mark))
    _replace(section.first_page_footer, _footer(foot, ""))
    pages = field("PAGE", "1") + run(" / ") + field("NUMPAGES", "1")
    _replace(section.footer, _footer(foot, pages))


def _replace(part: Any, content: str) -> None:
    """Other words in a header or footer."""
    from docx.oxml import parse_xml

    part.is_linked_to_previous = False
    element = part._element
    for child in list(element):
        element.remove(child)
    element.extend(list(parse_xml(rooted("hdr", content))))


def _header(title: str, mark: str) -> str:
    """The title on the left and the mark on the right, each with the room that its length asks for."""
    # No-break spaces pad the box around the mark: Word draws the border of a run close to its letters.
    right = paragraph("HeaderMark", run(f"\u00a0{mark}\u00a0", style="EditionMark") if mark else "")
    if not title:
        return right
    left, rule = paragraph("Header", run(title)), paragraph("RunningRule", "")
    if not mark:
        return left + rule
    share = _BOLD * len(mark) / (len(title) + _BOLD * len(mark))
    room = round(TEXT_WIDTH * min(max(share, _LEAST_SHARE), 1 - _LEAST_SHARE))
    return _two_cells((left, TEXT_WIDTH - room), (right, room)) + rule


def _footer(foot: str, number: str) -> str:
    left = paragraph("Footer", run(foot) if foot else "")
    right = paragraph("FooterNumber", number)
    cells = _two_cells((left, TEXT_WIDTH - _PAGE_NUMBER_WIDTH), (right, _PAGE_NUMBER_WIDTH))
    return paragraph("RunningRule", "") + cells + paragraph("RunningEnd", "")


def _two_cells(*cells: tuple[str, int]) -> str:
    """A line with a left and a right half that may each grow to several lines without meeting."""
    margins = "".join(f'<w:{side} w:w="0" w:type="dxa"/>' for side in ("left", "right"))
    columns = "".join(f'<w:gridCol w:w="{width}"/>' for _, width in cells)
    # Shares of the line, not lengths: the same lines run along upright and sideways pages.
    written = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{round(_WHOLE * width / TEXT_WIDTH)}" w:type="pct"/></w:tcPr>{content}</w:tc>'
        for content, width in cells
    )
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{_WHOLE}" w:type="pct"/><w:tblLayout w:type="fixed"/>'
        f"<w:tblCellMar>{margins}</w:tblCellMar></w:tblPr><w:tblGrid>{columns}</w:tblGrid>"
        f"<w:tr>{written}</w:tr></w:tbl>"
    )
