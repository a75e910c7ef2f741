"""Turns raw rows into a dataset's table of text, by the header.

Belongs here: header, missing, unknown and repeated columns, blank rows, row numbers. The values are
`checking_values.py`.
"""

from __future__ import annotations

import re

import polars as pl

from data_contracts.model import Catalog, Contract
from pipelines.findings import Finding, Place, clean, echo, finding, suggestion


def read_table(
    rows: list[list[str]], *, contract: Contract, sheet: str, catalog: Catalog
) -> tuple[pl.DataFrame, list[Finding]]:
    """The rows below the header as text, and the findings about the header.

    Grain: a row of the sender's sheet that is not blank. Columns: `row` (Int32, 1-based, the header counted),
    and those columns of the contract that the sheet has (String, as written). The first row with content is
    the header.
    """
    start = next((index for index, row in enumerate(rows) if any(clean(cell) for cell in row)), None)
    if start is None:
        return _empty(), []
    header, found = _header(
        rows[start], contract=contract, place=Place(contract.dataset, sheet, start + 1), catalog=catalog
    )
    if not header:
        return _empty(), found
    body = [
        (index + 1, row)
        for index, row in enumerate(rows)
        if index > start and any(clean(cell) for cell in row)
    ]
    place = Place(contract.dataset, sheet, start + 1)
    found += _stray_cells(body, [clean(cell) for cell in rows[start]], place=place, catalog=catalog)
    data: dict[str, list[str] | list[int]] = {"row": [number for number, _ in body]}
    for name, position in header.items():
        data[name] = [row[position] if position < len(row) else "" for _, row in body]
    return pl.DataFrame(data, schema={"row": pl.Int32, **dict.fromkeys(header, pl.String)}), found


def _empty() -> pl.DataFrame:
    return pl.DataFrame(schema={"row": pl.Int32})


def _name(text: str) -> str:
    return re.sub(r"[\s-]+", "_", clean(text).casefold())


def _header(
    cells: list[str], *, contract: Contract, place: Place, catalog: Catalog
) -> tuple[dict[str, int], list[Finding]]:
    """The position of each column of the contract that the header names, and what is wrong with the header."""
    wanted = {_name(column.name): column.name for column in contract.columns}
    header: dict[str, int] = {}
    problems: list[Finding] = []
    for position, cell in enumerate(cells):
        column = wanted.get(_name(cell))
        here = Place(place.dataset, place.sheet, place.row, column or echo(cell))
        if column is None:
            if clean(cell):
                close = suggestion(clean(cell), list(wanted.values()))
                problems.append(
                    finding(
                        catalog,
                        "L0-unknown-column",
                        place=here,
                        seen=echo(cell),
                        number=position + 1,
                        suggestion=close,
                    )
                )
        elif column in header:
            problems.append(finding(catalog, "L0-repeated-column", place=here, seen=column))
        else:
            header[column] = position
    if not header:
        names = ", ".join(column.name for column in contract.columns)
        return {}, [finding(catalog, "L0-missing-header", place=place, names=names)]
    for missing in contract.columns:
        if missing.name not in header:
            code = "L0-missing-column" if missing.required else "L0-optional-column-missing"
            here = Place(place.dataset, place.sheet, place.row, missing.name)
            problems.append(finding(catalog, code, place=here))
    return header, problems


def _stray_cells(
    body: list[tuple[int, list[str]]], names: list[str], *, place: Place, catalog: Catalog
) -> list[Finding]:
    """Content that no column's name stands above: beyond the header, or below an empty cell of it."""
    return [
        finding(
            catalog,
            "L0-cell-without-column",
            place=Place(place.dataset, place.sheet, number),
            number=position + 1,
        )
        for number, row in body
        for position, cell in enumerate(row)
        if clean(cell) and (position >= len(names) or not names[position])
    ]
