"""Turns raw rows into a dataset's table of text, by the header.

Belongs here: header, missing, unknown and repeated columns, blank rows, row numbers. The values are
`checking_values.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import polars as pl

from data_contracts.model import Catalog, Contract
from data_contracts.words import column_meant
from pipelines.findings import Finding, Place, clean, echo, finding, suggestion
from pipelines.limits_listing import listed
from pipelines.reading_rows import first_with_content, is_blank, without_blank
from pipelines.sandbox_sheet import column_letters


@dataclass(frozen=True)
class Columns:
    """The columns that a header may name: each with the finding where it is missing, None where it may be.

    `meant` says which of them a header's cell names.
    """

    missing: Mapping[str, str | None]
    meant: Callable[[str], str | None]


def contract_columns(contract: Contract, *, catalog: Catalog) -> Columns:
    """The columns of a contract's table, one column for each measure."""
    names = {known.name for known in contract.columns}
    missing = {
        known.name: "L0-missing-column" if known.required else "L0-optional-column-missing"
        for known in contract.columns
    }
    return Columns(
        missing, lambda cell: cell if cell in names else column_meant(catalog, contract, clean(cell))
    )


def read_table(
    rows: pl.DataFrame, *, columns: Columns, dataset: str, sheet: str, catalog: Catalog
) -> tuple[pl.DataFrame, list[Finding]]:
    """The rows below the header as text, and the findings about the header.

    Takes raw rows as in `reading_rows.py`. Grain: a row of the sender's sheet that is not blank. Columns: `row`
    (Int32, 1-based, the header counted), and those of the columns that the sheet has (String, as written). The
    first row with content is the header.
    """
    start = first_with_content(rows)
    if start is None:
        return empty_table(), []
    place = Place(dataset, sheet, start + 1)
    cells = [clean(cell) for cell in rows.row(start)]
    header, found = _header(cells, columns=columns, place=place, catalog=catalog)
    if not header:
        return empty_table(), found
    numbered = rows.with_columns(pl.int_range(1, pl.len() + 1, dtype=pl.Int32).alias("row")).slice(start + 1)
    body = without_blank(numbered, rows.columns)
    found += _stray_cells(body, cells, place=place, catalog=catalog)
    named = (pl.col(rows.columns[position]).alias(name) for name, position in header.items())
    return body.select("row", *named), found


def empty_table() -> pl.DataFrame:
    """A table without rows and columns."""
    return pl.DataFrame(schema={"row": pl.Int32})


def _header(
    cells: list[str], *, columns: Columns, place: Place, catalog: Catalog
) -> tuple[dict[str, int], list[Finding]]:
    """The position of each column that the header names, and what is wrong with the header."""
    header: dict[str, int] = {}
    problems: list[Finding] = []
    for position, cell in enumerate(cells):
        column = columns.meant(cell)
        here = Place(place.dataset, place.sheet, place.row, column or echo(cell))
        if column is None:
            if clean(cell):
                close = suggestion(clean(cell), list(columns.missing))
                texts = {"number": position + 1, "suggestion": close}
                problems.append(finding(catalog, "L0-unknown-column", place=here, seen=echo(cell), **texts))
        elif column in header:
            problems.append(finding(catalog, "L0-repeated-column", place=here, seen=column))
        else:
            header[column] = position
    if not header:
        return {}, [finding(catalog, "L0-missing-header", place=place, names=", ".join(columns.missing))]
    for name, code in columns.missing.items():
        if name not in header and code is not None:
            here = Place(place.dataset, place.sheet, place.row, name)
            problems.append(finding(catalog, code, place=here))
    return header, problems


def _stray_cells(body: pl.DataFrame, cells: list[str], *, place: Place, catalog: Catalog) -> list[Finding]:
    """Content that no column's name stands above, by column and row."""
    found = []
    for position in (position for position, cell in enumerate(cells) if not cell):
        here = Place(place.dataset, place.sheet, column=column_letters(position + 1))
        stray, more = listed(body.filter(~is_blank(body.columns[position])), here, catalog=catalog)
        found += more
        for row in stray["row"]:
            here = Place(place.dataset, place.sheet, row)
            found.append(finding(catalog, "L0-cell-without-column", place=here, number=position + 1))
    return found
