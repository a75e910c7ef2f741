"""The data annex as one workbook: cover, contents, notes, then one table a sheet, as the CSV files have them.

Belongs here: which sheets there are and what they say. A sheet's form is in `tables_sheet.py`.

Source: UK Government Analysis Function, Releasing statistics in spreadsheets.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import polars as pl

from data_contracts.interface import AnnexTable, Interface, load_interface
from data_contracts.model import Catalog
from pipelines.shown import shown
from pipelines.tables_sheet import Book, Sheet

SHOWN, STATE = "SHOWN", "STATE"


def write_workbook(
    path: Path,
    figures: Mapping[str, pl.DataFrame],
    annex: Mapping[str, pl.DataFrame],
    *,
    title: str,
    mark: str,
    footnote: str,
    prepared: str,
    catalog: Catalog,
) -> Path:
    """Writes the workbook; the datasets have `SHOWN` and `STATE` besides.

    `SHOWN` is the figure as the report prints it, `STATE` its status in words. `prepared` is the edition's date (ISO),
    `mark` what every page of the report says of the edition, `footnote` what names of partners refer to.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    interface = load_interface(catalog.root)
    words = interface.workbook
    described = {table.name: table for table in interface.annex}
    sheets = [_observations(name, frame, catalog, interface) for name, frame in figures.items()]
    sheets += [_annex(described[name], frame, interface) for name, frame in annex.items()]
    notes = Sheet(words.notes, words.notes, words.of_notes, _notes(interface, catalog, figures))
    listed = pl.DataFrame(
        {"Sheet": [s.name for s in (notes, *sheets)], "Title": [s.title for s in (notes, *sheets)]}
    )
    contents = Sheet(words.contents, words.contents, words.of_contents, listed, links=True)
    with Book(path, title=title, mark=mark, created=_midnight(prepared)) as book:
        lines = [
            line for line in (title, mark, words.of_cover, words.reading, words.source, footnote) if line
        ]
        book.lines(words.cover, lines, to=words.contents)
        for sheet in (contents, notes, *sheets):
            book.table(
                sheet, empty=words.empty, back="" if sheet is contents else words.back, to=words.contents
            )
    return path


def _midnight(day: str) -> datetime:
    return datetime.fromisoformat(day).replace(tzinfo=UTC)


def _observations(name: str, frame: pl.DataFrame, catalog: Catalog, interface: Interface) -> Sheet:
    words, contract = interface.workbook, catalog.contracts[name]
    grain = words.of_table.format(grain=words.of_observations)
    return Sheet(name, contract.title, grain, _with_words(frame, catalog, interface))


def _annex(table: AnnexTable, frame: pl.DataFrame, interface: Interface) -> Sheet:
    words = interface.workbook
    grain = words.of_table.format(grain=table.grain) if frame.height else words.no_rows
    return Sheet(table.name, table.title, grain, frame)


def _notes(interface: Interface, catalog: Catalog, figures: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Marks, then columns and their codes; of the dimensions the codes are those of their lists."""
    columns = (*interface.observations.before, *interface.observations.after)
    rows = [("Mark", "0", "a true zero")]
    rows += [("Mark", value.mark, value.description) for c in columns for value in c.values if value.mark]
    rows += [("Column", column.name, column.description) for column in columns]
    rows += [("Column", SHOWN, interface.workbook.shown), ("Column", STATE, interface.workbook.state)]
    rows += [(f"Code of {c.name}", value.code, value.description) for c in columns for value in c.values]
    dimensions = {c.name: c for name in figures for c in catalog.contracts[name].dimensions}
    for name, column in dimensions.items():
        rows.append(("Column", name.upper(), column.description))
        own = catalog.code_lists[str(column.code_list)]
        lists = [own, *(catalog.code_lists[group] for group in own.codes[0].groups)]
        codes = {code.code: code.labels["en"] for one in lists for code in one.codes}
        rows += [(f"Code of {name.upper()}", code, label) for code, label in codes.items()]
    special = catalog.code_lists["special_codes"].codes
    rows += [("Code of every dimension", code.code, code.labels["en"]) for code in special]
    return pl.DataFrame(rows, schema=["Of", "Name", "Meaning"], orient="row")


def _with_words(frame: pl.DataFrame, catalog: Catalog, interface: Interface) -> pl.DataFrame:
    states = interface.observation_column("OBS_STATUS").values
    said = {value.code: value.description.partition(";")[0].partition(",")[0] for value in states}
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
    return frame.with_columns(
        pl.Series(SHOWN, texts, dtype=pl.String),
        pl.col("OBS_STATUS").replace_strict(said).alias(STATE),
    )
