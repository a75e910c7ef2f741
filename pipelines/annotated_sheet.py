"""The sheet of findings in a marked workbook: a row for each, with a link to its cell.

Belongs here: that sheet. It is known to the reader (`ignored_sheets` of cover.yaml) and not read, so that it may
stay when the corrected workbook is handed in.
"""

from __future__ import annotations

import math
from typing import Any, Literal

from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.hyperlink import Hyperlink

from pipelines.annotated_comments import SIGNS
from pipelines.annotated_marks import FILLS
from pipelines.annotated_source import Source
from pipelines.answer import Answer, Entry, Spot
from pipelines.answer_next import not_shown, tally

SHEET = "findings"
_COLUMNS = ("severity", "place", "column", "seen", "rule", "expected", "remedy", "code")
_WIDTHS = (17, 18, 20, 24, 44, 44, 48, 25)
_HEAD = 5  # the row of the header
# Findings that are listed with all their texts, and at all. The corrected workbook is screened for personal data like
# every other, this sheet too, and more text would be too much text of a return.
_FULL, _MOST = 100, 500
_LETTER, _LINE = 1.1, 15.0  # of a wrapped text: letters to a unit of width, points of a line
_NAVY, _WASH, _GREY, _BLUE = "0B2E59", "E9EEF5", "595959", "17559C"


def write_sheet(source: Source, answer: Answer, links: dict[Spot, tuple[str, str]]) -> None:
    """Writes the sheet in front of the others, in place of that of an earlier check."""
    book = source.book
    for name in [name for name in book.sheetnames if name.strip().casefold() == SHEET]:
        book.remove(book[name])
    for sheet in book.worksheets:
        sheet.sheet_view.tabSelected = False  # two selected sheets are a group: what is typed goes into both
    sheet = book.create_sheet(SHEET, 0)
    book.active = 0
    sheet.sheet_view.tabSelected = True
    _page(sheet)
    _title(sheet, answer)
    told = [(entry, spot) for entry in answer.entries for spot in entry.spots]
    for row, (entry, spot) in enumerate(told[:_MOST], start=_HEAD + 1):
        _finding(sheet, row, entry, spot, answer, full=row <= _HEAD + _FULL)
        if spot in links:
            _link(sheet.cell(row, 2), *links[spot])
    last = _HEAD + len(told[:_MOST])
    if len(told) > _MOST:
        step = not_shown(answer, len(told) - _MOST, answer.name)
        sheet.cell(last + 1, 1, f"{step.sentence} {step.typed}")
    sheet.auto_filter.ref = f"A{_HEAD}:{get_column_letter(len(_COLUMNS))}{last}"


def _page(sheet: Any) -> None:
    """Widths, the frozen header, and how it is printed."""
    for position, width in enumerate(_WIDTHS, start=1):
        sheet.column_dimensions[get_column_letter(position)].width = width
    sheet.freeze_panes = f"A{_HEAD + 1}"
    sheet.sheet_view.showGridLines = False
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = f"{_HEAD}:{_HEAD}"


def _title(sheet: Any, answer: Answer) -> None:
    """Verdict, counts, what the marks mean, and the header of the list."""
    word, last = answer.texts.word, get_column_letter(len(_COLUMNS) - 1)
    colour = FILLS["confirmed" if answer.verdict == "accepted" else "error"]
    sheet["A1"] = f"{word(answer.verdict)}  {answer.name}"
    sheet["A1"].font = _font(size=15, bold=True, color=_NAVY)
    sheet["A1"].fill = PatternFill("solid", fgColor=colour)
    sheet.merge_cells(f"A1:{last}1")
    sheet.row_dimensions[1].height = 26
    sheet["A1"].alignment = Alignment(vertical="center")
    sheet["A2"] = tally(answer)
    sheet["A2"].font = _font(bold=True)
    texts = [word("marks"), *([] if answer.texts.reviewed else [word("unreviewed")])]
    sheet["A3"] = " ".join(texts)
    sheet["A3"].font = _font()
    sheet["A3"].alignment = Alignment(wrap_text=True, vertical="top")
    sheet.merge_cells(f"A3:{last}3")
    sheet.row_dimensions[3].height = _height([(" ".join(texts), sum(_WIDTHS[:-1]))])
    for position, name in enumerate(_COLUMNS, start=1):
        cell = sheet.cell(_HEAD, position, word(name))
        cell.font = _font(bold=True, color=_NAVY)
        cell.fill = PatternFill("solid", fgColor=_WASH)
        cell.border = Border(bottom=Side(style="medium", color=_NAVY))


def _finding(sheet: Any, row: int, entry: Entry, spot: Spot, answer: Answer, *, full: bool) -> None:
    """A row of the list; where there are very many, the later ones have no texts but the code."""
    name = spot.address.name or ""
    values = (
        f"{SIGNS[entry.kind]} {answer.texts.word(entry.kind)}",
        spot.where.removesuffix(f" {name}") if name else spot.where,
        name,
        f"{spot.seen}. {spot.hint}" if spot.hint and spot.seen else spot.seen or spot.hint,
        *((entry.rule, entry.expected, entry.remedy) if full else ("", "", "")),
        entry.code,
    )
    for position, value in enumerate(values, start=1):
        cell = sheet.cell(row, position)
        if value:
            cell.value = value
            cell.data_type = "s"  # never a formula, whatever it begins with
        cell.font = _font()
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        cell.border = Border(bottom=Side(style="thin", color="D3DAE3"))
    sheet.cell(row, 1).fill = PatternFill("solid", fgColor=FILLS[entry.kind])
    sheet.cell(row, 1).font = _font(bold=True)
    sheet.cell(row, len(_COLUMNS)).font = _font(color=_GREY)
    sheet.row_dimensions[row].height = _height(list(zip(values, _WIDTHS, strict=True)))


def _font(
    *,
    size: float = 11,
    bold: bool = False,
    color: str | None = None,
    underline: Literal["single"] | None = None,
) -> Font:
    """A font of the sheet; one without a name is a serif in some programs."""
    return Font(name="Calibri", size=size, bold=bold, color=color, underline=underline)


def _height(cells: list[tuple[str, float]]) -> float:
    """The points that wrapped texts take; not all programs work it out themselves."""
    return 3 + _LINE * max(math.ceil(len(text) * _LETTER / width) or 1 for text, width in cells)


def _link(cell: Any, sheet: str, reference: str) -> None:
    """A link within the workbook, which is no link to another file."""
    location = f"{quote_sheetname(sheet)}!{reference}"
    cell.hyperlink = Hyperlink(ref=cell.coordinate, location=location)
    cell.font = _font(color=_BLUE, underline="single")
