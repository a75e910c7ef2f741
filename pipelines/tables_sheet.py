"""A sheet of the workbook of the data annex: title, what it holds, and one marked table.

Belongs here: the form. Titles stand in the first cell, no cells are merged, no row or column is empty within a table,
headers are unique and stay in view. Text is written as text, so that nothing in it is taken for a formula.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import polars as pl

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

WIDEST, NARROWEST, LINE = 60, 9, 110
# Columns of text that hold numbers.
NUMBERS = frozenset({"OBS_VALUE", "value", "value_then", "value_now", "difference"})
STYLE = "Table Style Light 15"


@dataclass(frozen=True)
class Sheet:
    """A sheet: its name, its title, what stands below it, and its table; `links` makes the first column links."""

    name: str
    title: str
    text: str
    frame: pl.DataFrame
    links: bool = False


class Book:
    """The workbook while it is written."""

    def __init__(self, path: Path, *, title: str, mark: str, created: datetime) -> None:
        """Begins the workbook; `mark` is printed on every page."""
        import xlsxwriter

        self._mark = mark
        self._book = xlsxwriter.Workbook(path, {"in_memory": True, "strings_to_numbers": False})
        self._book.set_properties({"title": title, "author": "", "created": created, "comments": mark})
        self._heading = self._book.add_format({"bold": True, "font_size": 15})
        self._wrapped = self._book.add_format({"text_wrap": True, "valign": "top"})
        self._bold = self._book.add_format({"bold": True})
        self._link = self._book.add_format({"font_color": "#0b4f8a", "underline": 1})

    def __enter__(self) -> Self:
        """The book itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Writes the file."""
        self._book.close()

    def lines(self, name: str, lines: Sequence[str], *, to: str) -> None:
        """A sheet of lines, the first its title, the last a link to another sheet."""
        sheet = self._added(name)
        sheet.set_column(0, 0, LINE)
        for number, line in enumerate(lines):
            sheet.write_string(number, 0, line, self._wrapped if number else self._heading)
        self._linked(sheet, len(lines), to, shown=to)

    def table(self, given: Sheet, *, empty: str, back: str, to: str) -> None:
        """A sheet with one table below its title; `empty` is said where cells are, `back` leads to a sheet."""
        sheet, frame = self._added(given.name), given.frame
        texts = [[_text(value) for value in frame[name]] for name in frame.columns]
        sheet.write_string(0, 0, given.title, self._heading)
        above = [given.text]
        if any("" in column for column in texts):
            above.append(empty)
        for number, line in enumerate(above, start=1):
            sheet.write_string(number, 0, line)
        first = len(above) + 1
        if back:
            self._linked(sheet, first, to, shown=back)
            first += 1
        self._cells(sheet, first, given, texts)
        sheet.freeze_panes(first + 1, 0)
        sheet.repeat_rows(first)

    def _cells(self, sheet: Worksheet, first: int, given: Sheet, texts: Sequence[Sequence[str]]) -> None:
        frame = given.frame
        if frame.height:
            about = {
                "name": f"table_{given.name.lower()}",
                "title": given.title,
                "description": given.text,
                "style": STYLE,
                "columns": [{"header": name, "header_format": self._bold} for name in frame.columns],
            }
            sheet.add_table(first, 0, first + frame.height, frame.width - 1, about)
        else:
            sheet.write_row(first, 0, frame.columns, self._bold)
        for column, (name, values) in enumerate(zip(frame.columns, texts, strict=True)):
            numeric = name in NUMBERS or frame.schema[name].is_numeric()
            for number, value in enumerate(values, start=first + 1):
                if value and numeric:
                    sheet.write_number(number, column, float(value))
                elif value and given.links and column == 0:
                    self._linked(sheet, number, value, shown=value)
                elif value:
                    sheet.write_string(number, column, value)
            longest = max((len(value) for value in (name, *values)), default=0)
            # Room for the button that filters.
            sheet.set_column(column, column, min(WIDEST, max(NARROWEST, longest + 4)))

    def _linked(self, sheet: Worksheet, row: int, to: str, *, shown: str) -> None:
        sheet.write_url(row, 0, f"internal:'{to}'!A1", self._link, shown)

    def _added(self, name: str) -> Any:
        """A sheet that is on paper as wide as the page, and says on every page what the edition is."""
        sheet = self._book.add_worksheet(name)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_header(f"&L{self._mark.replace('&', '&&')}&R&A")
        return sheet


def _text(value: object) -> str:
    """A cell as text: nothing where there is nothing, `true` and `false` as the CSV file has them."""
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)
