"""Tables of the printed report: how they are set so that no word is cut, and which lie on their side.

Belongs here: a table's own markup, and the pages of tables that lie on their side.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from report.rendering import tree
from report.rendering.document import CELL_EDGES, Grid, letters
from report.rendering.origins import without_note
from report.rendering.pandoc import Node
from report.rendering.sideways import on_pages, table_on

# Points between the margins of A4, upright and on its side, and what a letter of the report's font takes of its size.
_UPRIGHT, _SIDEWAYS = 476.0, 723.0
_LETTER = 0.58
_SHORTEST_PIECE = 3
# Rows up to which a table stands on one page.
_SHORT = 12


@dataclass(frozen=True)
class _Setting:
    """The size of a table's letters and its width, both in points."""

    size: float
    width: float

    @property
    def room(self) -> float:
        """The letters that a line of the table holds."""
        return self.width / (self.size * _LETTER)


_NORMAL, _SMALL = _Setting(8.2, _UPRIGHT), _Setting(7.2, _UPRIGHT)
_TURNED_NORMAL = _Setting(8.2, _SIDEWAYS)
_TURNED_SMALL, _TINY = _Setting(7.2, _SIDEWAYS), _Setting(6.4, _SIDEWAYS)


def _setting(table: Grid) -> _Setting:
    """The largest setting in which no word is broken; many columns that crowd one another lie on their side."""
    settings = [_NORMAL, _SMALL, _TURNED_SMALL, _TINY]
    if table.is_crowded(_SMALL.room):
        settings = [_TURNED_NORMAL, _TURNED_SMALL, _TINY]
    needed = sum(table.least_widths)
    return next((setting for setting in settings if needed <= setting.room), _TINY)


def table_blocks(table: Grid) -> list[Node]:
    """A table with what `turned_pages` needs to know of it."""
    return [table_on([whole_table(table)], sideways=_setting(table).width == _SIDEWAYS)]


def whole_table(table: Grid) -> Node:
    """A table that is not cut: set smaller, then on a sideways page, and at last with its longest words broken."""
    setting = _setting(table)
    widths = table.widths(setting.room)
    columns = ", ".join(f"{share:.4f}fr" for share in widths)
    align = ", ".join("right" if right else "left" for right in table.right)
    settings = f"columns: ({columns},), align: ({align},), size: {setting.size}pt"
    whole = len(table.rows) <= _SHORT
    opened = f"{'#whole[' if whole else ''}#figure(kind: table, data-table({settings}, header: ("
    inlines = [tree.raw_inline("typst", opened)]
    for cell, share in zip(table.header, widths, strict=True):
        inlines += _cell(cell, share)
    inlines.append(tree.raw_inline("typst", "), cells: ("))
    for row in table.rows:
        for cell, share in zip(row, widths, strict=True):
            inlines += _cell(cell, share)
    inlines.append(tree.raw_inline("typst", ")), caption: "))
    closed = tree.raw_inline("typst", f") <{table.identifier}>{']' if whole else ''}")
    return tree.paragraph([*inlines, *said_as(table.caption), closed])


def said_as(caption: Sequence[Node]) -> list[Node]:
    """A caption of which the lists in front have the first sentence alone."""
    opened, between, closed = (tree.raw_inline("typst", part) for part in ("said-as([", "], [", "])"))
    return [opened, *caption, between, *tree.first_sentence(without_note(caption)), closed]


def turned_pages(blocks: Sequence[Node]) -> list[Node]:
    """Sideways tables as pages of their own."""
    opened, closed = (tree.raw("typst", f"#set page(flipped: {state})") for state in ("true", "false"))
    return on_pages(blocks, opened, closed)


def _cell(inlines: Sequence[Node], width: float) -> list[Node]:
    """A cell; a word longer than the cell may be broken anywhere, for typst would print it over its neighbour."""
    room = width - CELL_EDGES + 0.01

    def broken(part: str) -> str:
        if letters(part) <= room:
            return part
        pieces = [""]
        for letter in part:
            if len(pieces[-1]) >= _SHORTEST_PIECE and letters(pieces[-1] + letter) > room - 1:
                pieces.append("")
            pieces[-1] += letter
        return "\u00ad".join(pieces)

    def breakable(node: Node) -> list[Node]:
        return [tree.text("-".join(broken(part) for part in node["c"].split("-")))]

    given = tree.rewritten(list(inlines), {"Str": breakable})
    return [tree.raw_inline("typst", "["), *given, tree.raw_inline("typst", "], ")]
