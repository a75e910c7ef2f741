"""Mends what pandoc's Word writer leaves undone: what keeps with what on a page, callouts, lists.

Belongs here: everything that needs the written paragraphs; sideways pages are in `docx_sections.py`. The
instructions `<?tesat …?>` come from `docx_blocks.py` and `docx_tables.py` and are gone afterwards.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from report.rendering.docx_markup import MARK
from report.rendering.docx_sections import keep_cover_alone, turn_page
from report.rendering.errors import ReportError

if TYPE_CHECKING:
    from docx.document import Document as WordFile
    from docx.text.parfmt import ParagraphFormat

SHORT_TABLE, SHORT_CALLOUT = 12, 8

_CALLOUT_INDENT, _LIST_STEP = 230, 320
_LEAST_ROWS = 3
_LIST_LEADING = 1.2
_AFTER_TABLE, _AFTER_CALLOUT = 240, 300
_BULLETS = ("•", "–")
_BULLET_COLOUR = "C8962E"


def finish(word: WordFile) -> None:
    """Answer the instructions, keep tables together, set lists.

    Raises:
        ReportError: An instruction that nobody knows.
    """
    _answer(word)
    _keep_tables(word)
    _set_lists(word)


def _answer(word: WordFile) -> None:
    instructions: list[Any] = word.element.body.xpath(f".//processing-instruction('{MARK}')")
    for instruction in instructions:
        what, _, detail = (instruction.text or "").partition(" ")
        if what == "pagebreak":
            _begin_page(instruction)
        elif what == "unnumbered":
            instruction.getparent().get_or_add_pPr().get_or_add_numPr().get_or_add_numId().val = 0
        elif what == "callout":
            _join_callout(list(_paragraphs_after(instruction)), detail)
        elif what in {"sideways", "upright"}:
            turn_page(instruction, word.element.body.sectPr, what)
        elif what != "end":
            raise ReportError(f"report.docx: nobody answers the instruction {instruction.text!r}.")
    for instruction in instructions:
        instruction.getparent().remove(instruction)
    keep_cover_alone(word)


def _paragraphs_after(instruction: Any) -> Iterator[Any]:
    """The paragraphs beside an instruction, up to the next instruction beside it."""
    from docx.oxml.ns import qn

    for element in instruction.itersiblings():
        if callable(element.tag):  # lxml gives instructions and comments a function for a tag
            return
        if element.tag == qn("w:p"):
            yield element


def _begin_page(instruction: Any) -> None:
    """The next paragraph begins a page: a break of its own before a chapter would leave an empty page."""
    from docx.oxml.ns import qn

    following = next(instruction.itersiblings(qn("w:p")), None)
    if following is not None:
        _format(following).page_break_before = True


def _format(element: Any) -> ParagraphFormat:
    from docx.text.paragraph import Paragraph

    shape: ParagraphFormat = Paragraph(element, element.getparent()).paragraph_format
    return shape


def _join_callout(elements: list[Any], style: str) -> None:
    """One box around all paragraphs of a callout, its lists included.

    Word and LibreOffice draw one frame around neighbours only where frame and edges are the same. A list
    therefore hangs from the frame's own edge, and its items have no space between them that could show a gap.
    """
    from docx.shared import Twips

    listed = [element for element in elements if element.pPr is not None and element.pPr.numPr is not None]
    for element in listed:
        step = _LIST_STEP * (element.pPr.numPr.ilvl.val + 1)
        element.pPr.style = style
        shape = _format(element)
        shape.left_indent, shape.first_line_indent = Twips(_CALLOUT_INDENT + step), Twips(-step)
        shape.space_after, shape.line_spacing = Twips(0), _LIST_LEADING
    for element, following in pairwise(elements):
        if len(elements) <= SHORT_CALLOUT:
            _format(element).keep_with_next = True
        if following in listed:
            _format(element).space_after = Twips(0)
    _format(elements[-1]).space_after = Twips(_AFTER_CALLOUT)


def _keep_tables(word: WordFile) -> None:
    """A short table stays on one page, a long one leaves no lone rows; what follows a table keeps its distance."""
    from docx.oxml.ns import qn
    from docx.shared import Twips

    for table in word.element.body.iter(qn("w:tbl")):
        rows = table.findall(qn("w:tr"))
        kept = rows[:-1] if len(rows) <= SHORT_TABLE else [*rows[:_LEAST_ROWS], *rows[-_LEAST_ROWS:-1]]
        for element in [element for row in kept for element in row.iter(qn("w:p"))]:
            _format(element).keep_with_next = True
        following = next(table.itersiblings(qn("w:p")), None)
        if following is not None and not (following.style or "").startswith(("Heading", "RunningEnd")):
            _format(following).space_before = Twips(_AFTER_TABLE)


def _set_lists(word: WordFile) -> None:
    """Lists close to the margin, bullets in the report's font and accent."""
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls, qn

    look = (
        f'<w:rPr {nsdecls("w")}><w:rFonts w:ascii="Noto Sans" w:hAnsi="Noto Sans" w:cs="Noto Sans"/>'
        f'<w:b/><w:color w:val="{_BULLET_COLOUR}"/></w:rPr>'
    )
    for level in word.part.numbering_part.element.iter(qn("w:lvl")):
        if level.find(qn("w:pStyle")) is not None:
            continue
        depth = int(level.get(qn("w:ilvl")))
        indent = level.find(f"{qn('w:pPr')}/{qn('w:ind')}")
        indent.set(qn("w:left"), str(_LIST_STEP * (depth + 1) + 80))
        indent.set(qn("w:hanging"), str(_LIST_STEP))
        text = level.find(qn("w:lvlText"))
        if level.find(qn("w:numFmt")).get(qn("w:val")) == "bullet" and text.get(qn("w:val")).strip():
            text.set(qn("w:val"), _BULLETS[depth % len(_BULLETS)])
            for old in level.findall(qn("w:rPr")):
                level.remove(old)
            level.append(parse_xml(look))
