"""Returns for the timings: whole tables of distinct keys that the contracts accept, made faster than they are read."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import polars as pl

from data_contracts.model import Catalog, Contract
from data_contracts.strings import load_strings

_STEP = 15_485_863  # a prime that divides no number of keys: steps through them and meets each once
_COVER = """partner: {partner}
reference_year: {year}
submission: {submission}
prepared_on: {after}-02-14
contact_point: Statistics unit
handling: TLP:GREEN
definitions_version: "{version}"
datasets:
"""
_REPORTED = "status: reported, coverage: complete, total: {total}, release: protected, break_in_series: false"


def table(contract: Contract, *, rows: int, number: int, catalog: Catalog) -> pl.DataFrame:
    """Rows with distinct keys and nothing broken down to `_T`; each `number` gives another table.

    Raises:
        ValueError: The dataset has fewer keys than rows are asked for.
    """
    codes = [pl.Series(catalog.allowed(column)[:-1]) for column in contract.dimensions]
    space = math.prod(map(len, codes))
    position = (pl.int_range(min(space, rows * 8), eager=True) + number * rows) * _STEP % space
    columns = []
    for column, known in zip(contract.dimensions, codes, strict=True):
        columns.append(known.gather(position % len(known)).alias(column.name))
        position //= len(known)
    kept = pl.DataFrame(columns).filter(_keeps_rules(contract)).head(rows)
    if kept.height < rows:
        raise ValueError(f"{contract.dataset} has {kept.height} keys, not {rows}; ask for fewer rows")
    filled = kept.with_columns(
        _measure(place, main=column.role == "main_measure").alias(column.name)
        for place, column in enumerate(contract.measures)
    )
    for rule in contract.rules:
        if rule.kind == "zero_where":
            columns = pl.col(rule.parameters["columns"])
            filled = filled.with_columns(pl.when(~_all_in(rule.parameters["when"])).then(columns))
    return filled


def _keeps_rules(contract: Contract) -> pl.Expr:
    """Whether a row's codes keep the contract's rules; those on counts are kept by the counts."""
    kept = pl.lit(True)
    for rule in contract.rules:
        if rule.kind == "if_then":
            kept &= ~_all_in(rule.parameters["when"]) | _all_in(rule.parameters["then"])
    return kept


def _all_in(codes: dict[str, list[str]]) -> pl.Expr:
    return pl.all_horizontal(pl.col(name).is_in(list(allowed)) for name, allowed in codes.items())


def _measure(place: int, *, main: bool) -> pl.Expr:
    """Counts of one to nine; of other measures a fifth is unknown, and none exceeds the main one."""
    number = pl.int_range(pl.len())
    if main:
        return number * 13 % 9 + 1
    return pl.when((number * 7 + place) % 5 > 0).then((number + place) % 2)


def cover(
    tables: dict[str, pl.DataFrame], datasets: tuple[str, ...], *, catalog: Catalog, **whole: object
) -> str:
    """The cover of a return with these tables; what has none is nil. `whole`: partner, year, submission."""
    text = _COVER.format(after=int(str(whole["year"])) + 1, version=1, **whole)
    for dataset in datasets:
        fields = "status: nil, release: exact"
        if dataset in tables:
            main = catalog.contracts[dataset].main_measure.name
            fields = _REPORTED.format(total=tables[dataset][main].sum())
        text += f"  {dataset}: {{{fields}}}\n"
    return text


def write_folder(folder: Path, tables: dict[str, pl.DataFrame], cover_text: str) -> None:
    """A return as a folder: `cover.yaml` and a CSV file for each table."""
    folder.mkdir(parents=True)
    (folder / "cover.yaml").write_text(cover_text, encoding="utf-8")
    for dataset, frame in tables.items():
        frame.write_csv(folder / f"{dataset}.csv")


def write_workbook(path: Path, tables: dict[str, pl.DataFrame], cover_text: str) -> None:
    """A return as a workbook: the same cover, field and value, and a sheet for each table."""
    import xlsxwriter

    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("cover")
        for row, (name, value) in enumerate(_flat(load_strings(cover_text)).items()):
            sheet.write_row(row, 0, [name, value])
        for dataset, frame in tables.items():
            sheet = book.add_worksheet(dataset)
            for row, cells in enumerate([frame.columns, *frame.iter_rows()]):
                sheet.write_row(row, 0, ["" if cell is None else cell for cell in cells])


def _flat(fields: dict[str, Any], prefix: str = "") -> dict[str, str]:
    """The cover's fields as the sheet names them: those of a dataset as `dataset.field`."""
    found: dict[str, str] = {}
    for name, value in fields.items():
        inner = "" if name == "datasets" else f"{prefix}{name}"
        found |= _flat(value, f"{inner}." if inner else "") if isinstance(value, dict) else {inner: value}
    return found
