"""The raw rows of a sheet: a frame of text by position, as long and as wide as the sheet.

Belongs here: rows before anything is known of their meaning, and what is blank. Row `n` of the sender's sheet is
the n-th row of the frame. How files become rows is `reading_text.py` and `reading_workbook.py`; what the header
means is `reading_table.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

import polars as pl

from data_contracts.model import Catalog
from pipelines.cover import load_cover_rules
from pipelines.errors import UnreadableReturn
from pipelines.findings import Place, clean, echo, finding

MAX_COLUMNS = 200
# What `findings.clean` takes for blank: all that Python strips, and the zero-width blanks.
BLANKS = (
    " \t\n\v\f\r\x1c\x1d\x1e\x1f\x85\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009"
    "\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff"
)


def refuse_too_large(*, rows: int, columns: int, sheet: str, catalog: Catalog) -> None:
    """Stops before a sheet beyond the limits takes up memory.

    Raises:
        UnreadableReturn: There are more rows or columns than a sheet may have.
    """
    limit = load_cover_rules(catalog.root).limits.rows
    if rows > limit or columns > MAX_COLUMNS:
        texts = {"seen": f"{max(rows, columns)}", "limit": f"{limit} rows and {MAX_COLUMNS} columns"}
        place = Place(sheet=echo(sheet))
        raise UnreadableReturn((finding(catalog, "L0-sheet-too-large", place=place, **texts),))


def position_names(width: int) -> list[str]:
    """The names of the columns of raw rows, by position."""
    return [f"c{position}" for position in range(width)]


def raw_rows(rows: Sequence[Sequence[str]]) -> pl.DataFrame:
    """Rows of any length as a frame of text (columns by position, String, never null); what is missing is empty."""
    columns = list(zip_longest(*rows, fillvalue=""))
    names = position_names(len(columns))
    return pl.DataFrame(dict(zip(names, columns, strict=True)), schema=dict.fromkeys(names, pl.String))


def first_with_content(rows: pl.DataFrame) -> int | None:
    """The index of the first row that is not blank."""
    if not rows.height or any(clean(cell) for cell in rows.row(0)):
        return 0 if rows.height else None
    filled = rows.select(~pl.all_horizontal(is_blank(name) for name in rows.columns)).to_series().arg_true()
    return int(filled[0]) if len(filled) else None


def without_blank(rows: pl.DataFrame, names: Sequence[str]) -> pl.DataFrame:
    """The rows with content in one of the columns; the first column alone decides for nearly all of them."""
    if all(clean(cell) for cell in rows[names[0]].unique()):
        return rows
    return rows.filter(~pl.all_horizontal(is_blank(name) for name in names))


def is_blank(name: str) -> pl.Expr:
    """Whether the cells of a column are blank."""
    return pl.col(name).str.strip_chars(BLANKS) == ""
