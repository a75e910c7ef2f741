"""Comments in the partner's language, and the boxes that they are shown in.

Belongs here: a comment's text, its size, its place beside its cell. openpyxl writes all boxes to one corner of the
sheet, where LibreOffice then shows them, far from their cells; so the boxes are written here.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

from openpyxl.cell.cell import MergedCell
from openpyxl.comments import Comment
from openpyxl.utils import column_index_from_string

from pipelines.answer import Answer, Entry, Kind, Spot

AUTHOR = "tesat"
SIGNS: dict[Kind, str] = {"error": "✗", "warning": "▲", "confirmed": "✓", "information": "i"}
_END = "—— tesat ——"  # the last line of our part of a comment
_MOST = 5  # findings in one comment
_WIDTH, _LETTERS, _LINE = 340, 44, 17  # pixels of a box, letters in its lines, pixels of a line
_COLUMN, _ROW = 64, 20  # pixels of a column and row that have no size of their own
_SHAPES = 1024  # numbers of shapes that a sheet may have
_VML = (
    '<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:x="urn:schemas-microsoft-com:office:excel"><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" '
    'data="{number}"/></o:shapelayout><v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" '
    'path="m,l,21600r21600,l21600,xe"><v:stroke joinstyle="miter"/><v:path gradientshapeok="t" '
    'o:connecttype="rect"/></v:shapetype>{shapes}</xml>'
)
_SHAPE = (
    '<v:shape id="_x0000_s{identifier}" type="#_x0000_t202" style="position:absolute;z-index:1;visibility:hidden" '
    'fillcolor="#ffffe1" o:insetmode="auto"><v:fill color2="#ffffe1"/><v:path o:connecttype="none"/>'
    '<v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox>'
    '<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/><x:Anchor>{anchor}</x:Anchor>'
    "<x:AutoFill>False</x:AutoFill><x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>"
)


def comment(cell: Any, told: Sequence[tuple[Entry, Spot]], answer: Answer) -> None:
    """Puts all findings of a cell into one comment, above what the partner wrote there."""
    if isinstance(cell, MergedCell):
        return
    blocks = [_block(entry, spot, answer) for entry, spot in told[:_MOST]]
    if len(told) > _MOST:
        blocks.append(answer.texts.word("more_places").format(count=len(told) - _MOST))
    text = "\n\n".join([*blocks, _END])
    if cell.comment is not None and cell.comment.text.strip():
        text = f"{text}\n{cell.comment.text.strip()}"
    lines = sum(max(1, math.ceil(len(line) / _LETTERS)) for line in text.splitlines())
    cell.comment = Comment(text, AUTHOR, width=_WIDTH, height=_LINE * (lines + 1))


def remove_comment(cell: Any) -> None:
    """Takes our part of an earlier check out of a cell's comment; what the partner wrote there stays."""
    if cell.comment is not None and _END in cell.comment.text:
        own = cell.comment.text.partition(_END)[2].strip()
        cell.comment = Comment(own, "") if own else None


def _block(entry: Entry, spot: Spot, answer: Answer) -> str:
    """A finding for a comment: what it is, what is expected, what was seen, what to do."""
    word = answer.texts.word
    lines = [
        f"{SIGNS[entry.kind]} {word(entry.kind).upper()}  {entry.code}",
        entry.rule,
        f"{word('expected')}: {entry.expected}",
    ]
    if spot.seen:
        lines.append(f"{word('seen')}: {spot.seen}")
    lines.append(f"{word('remedy')}: {entry.remedy} {spot.hint}".strip())
    return "\n".join(lines)


def boxes(sheet: Any, number: int) -> bytes:
    """The part of the file that holds the boxes of a sheet's comments, each beside its cell."""
    columns, rows = _widths(sheet), _heights(sheet)
    shapes: list[str] = []
    for cell in (cell for cell in written(sheet) if cell.comment is not None):
        box = cell.comment
        left = _corner(columns, cell.column, 12, box.width, _COLUMN)
        top = _corner(rows, max(cell.row - 2, 0), 8, box.height, _ROW)
        anchor = ", ".join(map(str, (left[0], left[1], top[0], top[1], left[2], left[3], top[2], top[3])))
        identifier = number * _SHAPES + len(shapes) + 1
        place = {"row": cell.row - 1, "column": cell.column - 1}
        shapes.append(_SHAPE.format(identifier=identifier, anchor=anchor, **place))
    return _VML.format(number=number, shapes="".join(shapes)).encode()


def written(sheet: Any) -> Iterator[Any]:
    """The cells that stand in the file, by row; `iter_rows` would make all those between them, however far apart."""
    cells = sorted(sheet._cells.items())
    yield from (cell for _, cell in cells if not isinstance(cell, MergedCell))


def _corner(
    sizes: dict[int, int], first: int, gap: int, length: int, default: int
) -> tuple[int, int, int, int]:
    """Where a box begins and ends along columns or rows: index and pixels in it, twice; indices from 0."""
    end, left = first, gap + length
    while left > (size := sizes.get(end, default)):
        left -= size
        end += 1
    return first, gap, end, left


def _widths(sheet: Any) -> dict[int, int]:
    """Pixels of the columns that have a width, by index from 0; equal neighbours may be written as one."""
    found = {}
    for letters, dimension in sheet.column_dimensions.items():
        first = dimension.min or column_index_from_string(letters)
        for column in range(first, min(dimension.max or first, first + 300) + 1):
            found[column - 1] = 0 if dimension.hidden else int(dimension.width * 7 + 5)
    return found


def _heights(sheet: Any) -> dict[int, int]:
    """Pixels of the rows that have a height, by index from 0."""
    rows = sheet.row_dimensions.items()
    return {number - 1: int(row.height * 4 / 3) for number, row in rows if row.height}
