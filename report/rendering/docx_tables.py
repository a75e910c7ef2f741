"""Tables of the Word report: widths, styles, a head that repeats, rows that stay whole.

Belongs here: a table's own markup. Pandoc writes the words in its cells.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from xml.sax.saxutils import quoteattr

from report.rendering import tree
from report.rendering.document import Document, Grid
from report.rendering.docx_markup import (
    SIDEWAYS_WIDTH,
    TEXT_WIDTH,
    TWIPS_PER_POINT,
    mark,
    paragraph,
    style_id,
    styled,
)
from report.rendering.docx_places import Places, caption
from report.rendering.origins import without_note
from report.rendering.pandoc import Node
from report.rendering.sideways import on_pages, table_on

_MANY_COLUMNS = 7
# What a letter of the report's font takes of its size, on average.
_LETTER = 0.58


@dataclass(frozen=True)
class _Setting:
    """How a table may be set: a suffix of its styles, its letters' size in points, its width and cell margin."""

    suffix: str
    size: float
    width: int
    margin: int

    @property
    def room(self) -> float:
        """The letters that a line of the table holds."""
        return self.width / (TWIPS_PER_POINT * self.size * _LETTER)


_NORMAL = _Setting("", 8, TEXT_WIDTH, 100)
_SMALL = _Setting(" Small", 7, TEXT_WIDTH, 60)
_SIDEWAYS = _Setting(" Small", 7, SIDEWAYS_WIDTH, 60)
_TINY = _Setting(" Tiny", 6.5, SIDEWAYS_WIDTH, 60)


def table(document: Document, places: Places, grid: Grid) -> list[Node]:
    """A table under its caption, set smaller or on a sideways page where its words would be broken."""
    setting = _setting(grid)
    described = f"{document.labels[grid.identifier].shown}: {tree.plain_text(without_note(grid.caption))}"
    words = caption(document, places, grid.identifier, grid.caption)
    blocks = [styled("Table Caption", [tree.paragraph(words)]), *_whole(grid, setting, described)]
    shown = tree.division(blocks, grid.identifier)
    return [table_on([shown], sideways=setting.width == SIDEWAYS_WIDTH)]


def turned_pages(blocks: Sequence[Node]) -> list[Node]:
    """Sideways tables as pages of their own."""
    opened, closed = (tree.raw("openxml", mark(turn)) for turn in ("sideways", "upright"))
    return on_pages(blocks, opened, closed)


def plain_table(grid: Grid) -> list[Node]:
    """A table under a caption without a number, for a document that has one table."""
    described = tree.plain_text(grid.caption)
    return [styled("Table Caption", [tree.paragraph(grid.caption)]), *_whole(grid, _setting(grid), described)]


def _whole(grid: Grid, setting: _Setting, described: str) -> list[Node]:
    """The table itself: its opening, its rows, its end."""
    widths = _column_widths(grid.widths(setting.room), setting.width)
    styles = [f"Table {'Number' if right else 'Text'}{setting.suffix}" for right in grid.right]
    blocks = [
        tree.raw("openxml", _table_opening(widths, described, setting.margin)),
        *_row(grid.header, widths, styles, "<w:tblHeader/>"),
    ]
    for row in grid.rows:
        blocks += _row(row, widths, styles, "")
    return [*blocks, tree.raw("openxml", "</w:tbl>")]


def _setting(grid: Grid) -> _Setting:
    settings = [_SMALL, _SIDEWAYS, _TINY]
    if len(grid.header) < _MANY_COLUMNS:
        settings.insert(0, _NORMAL)
    if grid.is_crowded(_SMALL.room):
        settings.remove(_SMALL)
    needed = sum(grid.least_widths)
    return next((setting for setting in settings if needed <= setting.room), _TINY)


def _column_widths(shares: Sequence[float], width: int) -> list[int]:
    """Twips that add up to the table's width."""
    edges = [0, *(round(width * share / sum(shares)) for share in accumulate(shares))]
    return [right - left for left, right in pairwise(edges)]


def _table_opening(widths: Sequence[int], described: str, margin: int) -> str:
    columns = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    margins = "".join(f'<w:{side} w:w="{margin}" w:type="dxa"/>' for side in ("left", "right"))
    look = 'w:firstRow="1" w:lastRow="0" w:firstColumn="0" w:lastColumn="0" w:noHBand="0" w:noVBand="1"'
    return (
        f'<w:tbl><w:tblPr><w:tblStyle w:val="Table"/><w:tblW w:w="{sum(widths)}" w:type="dxa"/>'
        f'<w:tblLayout w:type="fixed"/><w:tblCellMar>{margins}</w:tblCellMar><w:tblLook w:val="0420" {look}/>'
        f"<w:tblCaption w:val={quoteattr(described)}/></w:tblPr><w:tblGrid>{columns}</w:tblGrid>"
    )


def _row(
    cells: Sequence[list[Node]], widths: Sequence[int], styles: Sequence[str], properties: str
) -> list[Node]:
    blocks = [tree.raw("openxml", f"<w:tr><w:trPr><w:cantSplit/>{properties}</w:trPr>")]
    for inlines, width, style in zip(cells, widths, styles, strict=True):
        blocks.append(tree.raw("openxml", f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>'))
        # A cell without a paragraph is not valid, and pandoc writes none for no words.
        empty = tree.raw("openxml", paragraph(style_id(style), ""))
        blocks.append(styled(style, [tree.paragraph(inlines)]) if inlines else empty)
        blocks.append(tree.raw("openxml", "</w:tc>"))
    return [*blocks, tree.raw("openxml", "</w:tr>")]
