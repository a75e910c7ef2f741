"""Where a finding stands, as the contact point knows it: sheet, row, and the letters of the column.

Belongs here: addresses. A finding itself names a contract's column or a field of the cover, which is what other
tools need; a person who has the workbook open needs `arrests!C17`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from data_contracts.model import Catalog
from pipelines.cover import load_cover_rules
from pipelines.findings import NOT_REPEATED, Finding
from pipelines.reading_rows import first_with_content
from pipelines.sandbox_sheet import column_letters

_LETTERS = re.compile(r"[A-Z]{1,3}")
_ERROR_VALUE = "L0-error-value"
_FIELD, _VALUE = "A", "B"  # of the sheet cover


@dataclass(frozen=True)
class Header:
    """Where the header of a dataset's sheet stands: its row, and the letters of each column of the contract."""

    row: int
    letters: Mapping[str, str]


@dataclass(frozen=True)
class Address:
    """A place in the sender's file; `name` is the column or field, `row` and `letters` are None where unknown."""

    sheet: str | None = None
    row: int | None = None
    letters: str | None = None
    name: str | None = None

    @property
    def cell(self) -> str | None:
        """The cell's reference, such as `C17`; None where it is not a single cell."""
        return f"{self.letters}{self.row}" if self.letters and self.row else None


def header_of(rows: pl.DataFrame, meant: Callable[[str], str | None]) -> Header | None:
    """The header of a dataset's raw rows (as in `reading_rows.py`); None where the sheet is empty."""
    start = first_with_content(rows)
    if start is None:
        return None
    letters: dict[str, str] = {}
    for position, cell in enumerate(rows.row(start), start=1):
        name = meant(cell)
        if name is not None:
            letters.setdefault(name, column_letters(position))
    return Header(start + 1, letters)


def said_once(
    findings: Sequence[Finding], *, headers: Mapping[str, Header], catalog: Catalog
) -> list[Finding]:
    """The findings without those of a table's cells (level 1) that hold an error of the spreadsheet program."""
    errors = {(found.sheet, found.row, found.column) for found in findings if found.code == _ERROR_VALUE}
    if not errors:
        return [*findings]
    places = [address_of(found, headers=headers, catalog=catalog) for found in findings]
    return [
        found
        for found, place in zip(findings, places, strict=True)
        if catalog.findings[found.code].level != 1
        or found.sheet not in headers
        or (place.sheet, place.row, place.letters) not in errors
    ]


def address_of(found: Finding, *, headers: Mapping[str, Header], catalog: Catalog) -> Address:
    """Where a finding stands; `headers` by sheet."""
    sheet, column = found.sheet, found.column
    if column is not None and _LETTERS.fullmatch(column):
        return Address(sheet, found.row, column)
    name = None if column == NOT_REPEATED else column
    number = dict(found.values).get("number", "")
    if number.isdecimal():
        return Address(sheet, found.row, column_letters(int(number)), name)
    if sheet is not None and sheet in headers:
        return Address(sheet, found.row, headers[sheet].letters.get(name or ""), name)
    rules = load_cover_rules(catalog.root)
    if sheet is not None and sheet.strip().casefold() == rules.sheet and found.row and column:
        fields = {field.name for field in (*rules.fields, *rules.dataset_fields)}
        known = column.rpartition(".")[2] in fields
        return Address(sheet, found.row, _VALUE if known else _FIELD, name)
    return Address(sheet, found.row, None, name)
