"""The data annex as one workbook: a sheet for each dataset and annex table, as the CSV files have them.

Belongs here: the form. Every cell of text is written as text, so that nothing in it is taken for a formula; the same
figures give the same bytes.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from data_contracts.interface import Interface, load_interface
from data_contracts.model import Catalog
from pipelines.shown import shown

if TYPE_CHECKING:
    import xlsxwriter
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

WIDEST, NARROWEST = 60, 9
NUMBERS = frozenset({"OBS_VALUE", "value", "value_then", "value_now", "difference"})
SHOWN, MEANING = "SHOWN", "Meaning"


def write_workbook(
    path: Path,
    figures: Mapping[str, pl.DataFrame],
    annex: Mapping[str, pl.DataFrame],
    *,
    title: str,
    mark: str,
    prepared: str,
    catalog: Catalog,
) -> Path:
    """Writes the workbook: `about` with the marks, then the datasets, each with `SHOWN`, then the annex tables.

    `SHOWN` is the figure as the report prints it. `prepared` is the edition's date (ISO), `mark` what every page of
    the report says of the edition.
    """
    import xlsxwriter

    path.parent.mkdir(parents=True, exist_ok=True)
    with xlsxwriter.Workbook(path, {"in_memory": True, "strings_to_numbers": False}) as book:
        created = datetime.fromisoformat(prepared).replace(tzinfo=UTC)
        book.set_properties({"title": title, "author": "", "created": created, "comments": mark})
        bold = book.add_format({"bold": True})
        _about(book, bold, title=title, mark=mark, interface=load_interface(catalog.root))
        for dataset, frame in figures.items():
            _sheet(book.add_worksheet(dataset), _with_shown(frame, catalog), bold)
        for name, frame in annex.items():
            _sheet(book.add_worksheet(name), frame, bold)
        for sheet in book.worksheets():
            _printed(sheet, mark)
    return path


def _printed(sheet: Worksheet, mark: str) -> None:
    """On paper a sheet is as wide as the page, and every page says what the edition is."""
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.set_header(f"&L{mark.replace('&', '&&')}&R&A")


def _about(book: xlsxwriter.Workbook, bold: Format, *, title: str, mark: str, interface: Interface) -> None:
    sheet = book.add_worksheet("about")
    sheet.set_column(0, 0, 22)
    sheet.set_column(1, 1, 110)
    sheet.write_string(0, 0, title, bold)
    sheet.write_string(1, 0, mark)
    described = (*interface.observations.before, *interface.observations.after)
    marks = {value.mark: value.description for column in described for value in column.values if value.mark}
    columns = {column.name: column.description for column in described}
    lines = [
        *_pairs("Mark", {"0": "a true zero", **marks}),
        *_pairs("Column of the datasets", {**columns, SHOWN: "the figure as the report prints it"}),
    ]
    for number, (name, meaning) in enumerate(lines, start=3):
        for column, text in enumerate((name, meaning)):
            sheet.write_string(number, column, text, bold if meaning == MEANING else None)


def _pairs(name: str, described: Mapping[str, str]) -> list[tuple[str, str]]:
    return [(name, MEANING), *described.items(), ("", "")]


def _with_shown(frame: pl.DataFrame, catalog: Catalog) -> pl.DataFrame:
    texts = [
        shown(
            float(row["OBS_VALUE"]) if row["OBS_VALUE"] else None,
            status=row["OBS_STATUS"],
            method=row["OBS_METHOD"],
            note=row["OBS_NOTE"],
            root=catalog.root,
        )
        for row in frame.iter_rows(named=True)
    ]
    return frame.with_columns(pl.Series(SHOWN, texts, dtype=pl.String))


def _sheet(sheet: Worksheet, frame: pl.DataFrame, bold: Format) -> None:
    """A header that stays and filters, then the rows; numbers as numbers, an empty cell for nothing."""
    sheet.freeze_panes(1, 0)
    sheet.write_row(0, 0, frame.columns, bold)
    for column, name in enumerate(frame.columns):
        values = ["" if value is None else _text(value) for value in frame[name]]
        for number, value in enumerate(values, start=1):
            if value and name in NUMBERS:
                sheet.write_number(number, column, float(value))
            elif value:
                sheet.write_string(number, column, value)
        longest = max((len(value) for value in (name, *values)), default=0)
        sheet.set_column(column, column, min(WIDEST, max(NARROWEST, longest + 2)))
    sheet.autofilter(0, 0, frame.height, len(frame.columns) - 1)


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
