"""Marks faulty cells: a colour, a border that is told apart without colours, and a comment that begins with a sign.

Belongs here: the look of cells; comments are `annotated_comments.py`. A mark never changes what a cell holds or how
that is shown as text, so that the corrected workbook can be handed in, or saved as CSV, as it is: a sign in the
number format would stand in the CSV file too. Marks of an earlier check are removed.
"""

from __future__ import annotations

from collections import Counter
from copy import copy
from typing import Any, Literal

from openpyxl.styles import Border, Font, PatternFill, Side

from pipelines.annotated_comments import comment, remove_comment, written
from pipelines.annotated_source import Source
from pipelines.answer import KINDS, Answer, Entry, Kind, Spot

FILLS: dict[Kind, str] = {
    "error": "F8C9C4",
    "warning": "FCE2A0",
    "confirmed": "D5EBDC",
    "information": "DCE8F6",
}
_LINES: dict[Kind, Literal["medium", "mediumDashed", "dotted"]] = {
    "error": "medium",
    "warning": "mediumDashed",
    "confirmed": "dotted",
    "information": "dotted",
}
_INKS: dict[Kind, str] = {
    "error": "9D1C1C",
    "warning": "7A4A00",
    "confirmed": "1C5A34",
    "information": "17559C",
}
_MOST_COMMENTS = 500  # further cells are coloured only; the sheet of findings has as many rows

Told = list[tuple[Entry, Spot]]


def mark(source: Source, answer: Answer) -> dict[Spot, tuple[str, str]]:
    """Marks the cells of all findings; gives the first cell of each, for the links of the sheet of findings."""
    _remove_marks(source)
    marked: dict[tuple[str, str], Told] = {}
    comments: dict[tuple[str, str], Told] = {}
    links: dict[Spot, tuple[str, str]] = {}
    for entry in answer.entries:
        for spot in entry.spots:
            cells = source.cells(spot.address)
            for cell in cells:
                marked.setdefault(cell, []).append((entry, spot))
            if cells:
                comments.setdefault(cells[0], []).append((entry, spot))
                links[spot] = cells[0]
    for (sheet, reference), told in marked.items():
        _colour(source.book[sheet][reference], min((entry.kind for entry, _ in told), key=KINDS.index))
    for (sheet, reference), told in list(comments.items())[:_MOST_COMMENTS]:
        comment(source.book[sheet][reference], told, answer)
    return links


def _colour(cell: Any, kind: Kind) -> None:
    """Fill, border and bold letters; the number format stays, for dates and counts are read by it."""
    if kind == "information":
        return
    side = Side(style=_LINES[kind], color=_INKS[kind])
    cell.fill = PatternFill("solid", fgColor=FILLS[kind])
    cell.border = Border(left=side, right=side, top=side, bottom=side)
    font = copy(cell.font)
    cell.font = Font(name=font.name, size=font.size, bold=True, italic=font.italic, color=_INKS[kind])


def _remove_marks(source: Source) -> None:
    """Takes away the comments and colours of an earlier check; what the partner wrote and coloured stays."""
    for sheet in source.book.worksheets:
        columns: dict[int, list[Any]] = {}
        for cell in written(sheet):
            remove_comment(cell)
            columns.setdefault(cell.column, []).append(cell)
        for column in columns.values():
            _uncolour(column)


def _uncolour(column: list[Any]) -> None:
    """Gives coloured cells of a column back the look of the others: the commonest among those below the header."""
    coloured = [cell for cell in column if _is_marked(cell)]
    if not coloured:
        return
    plain = [cell for cell in column[1:] if not _is_marked(cell)]
    looks = Counter(cell._style.fillId for cell in plain)
    model = next((cell for cell in plain if cell._style.fillId == looks.most_common(1)[0][0]), None)
    for cell in coloured:
        cell.fill = copy(model.fill) if model else PatternFill()
        cell.border = copy(model.border) if model else Border()
        cell.font = copy(model.font) if model else Font()


def _is_marked(cell: Any) -> bool:
    return cell.fill.fill_type == "solid" and str(cell.fill.fgColor.rgb)[-6:] in FILLS.values()
