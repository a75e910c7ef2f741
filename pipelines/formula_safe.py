"""Cells of text that no spreadsheet takes for a formula.

Belongs here: what a released CSV file may begin a cell with. A number stays a number, negative ones too.

Source: OWASP, CSV injection.
"""

from __future__ import annotations

import re

import polars as pl

# Full-width signs count in spreadsheets of some languages.
BEGINS = "=+@\t\r\n＝＋－＠-"
_FORMULA = re.compile(f"[{re.escape(BEGINS)}]")
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?")
APOSTROPHE = "'"


def formula_safe(text: str) -> str:
    """The text, with an apostrophe before it where it begins like a formula and is no number."""
    return f"{APOSTROPHE}{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text


def safe_frame(frame: pl.DataFrame) -> pl.DataFrame:
    """The same table with every cell of text safe."""
    return frame.with_columns(
        pl.col(pl.String).map_elements(formula_safe, return_dtype=pl.String, skip_nulls=True)
    )
