"""Sideways pages of the Word report: each one is a section of its own, with the same head and foot."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

from report.rendering.docx_markup import PAGE_HEIGHT, PAGE_WIDTH, paragraph, rooted

if TYPE_CHECKING:
    from docx.document import Document as WordFile

_BLOCKS = ("w:p", "w:tbl", "w:sdt")


def turn_page(instruction: Any, last: Any, turned: str) -> None:
    """Ends the section before a sideways table (`sideways`), or the sideways section after it (`upright`).

    The last paragraph of a section carries its page; where there is none, a paragraph without height does.
    The report's last section is carried by the body, as `last`.
    """
    from docx.oxml.ns import qn

    blocks = [qn(name) for name in _BLOCKS]
    if turned == "upright" and next(instruction.itersiblings(*blocks), None) is None:
        _lay_sideways(last)
        return
    previous = next(instruction.itersiblings(*blocks, preceding=True), None)
    if previous is None or previous.tag != qn("w:p"):
        previous = _low_paragraph()
        instruction.addprevious(previous)
    properties = previous.get_or_add_pPr()
    if properties.find(qn("w:sectPr")) is None:
        page = deepcopy(last)
        if turned == "upright":
            _lay_sideways(page)
        properties.append(page)


def keep_cover_alone(word: WordFile) -> None:
    """Only the first section has a first page of its own."""
    from docx.oxml.ns import qn

    for page in list(word.element.body.iter(qn("w:sectPr")))[1:]:
        for title in page.findall(qn("w:titlePg")):
            page.remove(title)


def _low_paragraph() -> Any:
    from docx.oxml import parse_xml

    return parse_xml(rooted("body", paragraph("RunningEnd", "")))[0]


def _lay_sideways(page: Any) -> None:
    from docx.oxml.ns import qn

    size = page.find(qn("w:pgSz"))
    for name, value in (("w:w", PAGE_HEIGHT), ("w:h", PAGE_WIDTH), ("w:orient", "landscape")):
        size.set(qn(name), str(value))
