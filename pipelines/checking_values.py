"""Parses a dataset's text by its contract: codes, integers, ranges, missing values (level 1, cell by cell).

Belongs here: what one cell may hold. What cells of a row or table must hold together is `checking_rules.py`.
"""

from __future__ import annotations

import polars as pl

from data_contracts.model import Catalog, Column, Contract
from pipelines.findings import Finding, Place, echo, finding, suggestion
from pipelines.reading import Sheet

# 30, 30.0 and 30,00 are integers; 1.000 is one or a thousand, and nobody can tell; 007 is an identifier.
INTEGER = r"^[+-]?(?:0|[1-9][0-9]*)(?:[.,](?:0{1,2}|0{4,}))?$"
MAXIMUM = 999_999_999


def parse(sheet: Sheet, contract: Contract, *, catalog: Catalog) -> tuple[pl.DataFrame, list[Finding]]:
    """The sheet with types, and the findings of its cells.

    Grain: a row of the sheet. Columns: `row` (Int32), the dimensions (String, the contract's spelling), the
    measures (Int64), null where empty or wrong; an absent column is null throughout.
    """
    findings: list[Finding] = []
    parsed = [pl.col("row")]
    for column in contract.columns:
        if column.name not in sheet.rows.columns:
            kind = pl.String if column.role == "dimension" else pl.Int64
            parsed.append(pl.lit(None, dtype=kind).alias(column.name))
        elif column.role == "dimension":
            parsed.append(_codes(column, catalog=catalog))
            findings += _code_findings(sheet, column, catalog=catalog)
        else:
            parsed.append(_integers(column))
            findings += _integer_findings(sheet, column, catalog=catalog)
    return sheet.rows.select(parsed), findings


def _text(name: str) -> pl.Expr:
    """The cell without no-break spaces and outer blanks, never null."""
    spaces = "[\u00a0\u2007\u202f\u200b\ufeff]"
    return pl.col(name).fill_null("").str.replace_all(spaces, " ").str.strip_chars()


def _codes(column: Column, *, catalog: Catalog) -> pl.Expr:
    spelling = {code.lower(): code for code in catalog.allowed(column)}
    known = _text(column.name).str.to_lowercase()
    return known.replace_strict(spelling, default=None, return_dtype=pl.String).alias(column.name)


def _integers(column: Column) -> pl.Expr:
    """The number, null where it is none or out of range."""
    text = _text(column.name)
    number = text.str.extract(r"^([+-]?[0-9]+)").str.strip_prefix("+").cast(pl.Int64, strict=False)
    low = 0 if column.minimum is None else column.minimum
    good = text.str.contains(INTEGER) & number.is_between(low, MAXIMUM)
    return pl.when(good).then(number).otherwise(None).alias(column.name)


def _code_findings(sheet: Sheet, column: Column, *, catalog: Catalog) -> list[Finding]:
    allowed = catalog.allowed(column)
    wrong = sheet.rows.select("row", text=_text(column.name), code=_codes(column, catalog=catalog))
    found = []
    for row, text, _ in wrong.filter(pl.col("code").is_null()).iter_rows():
        place = Place(sheet.dataset, sheet.sheet, row, column.name)
        if not text:
            found.append(finding(catalog, "T1-missing-value", place=place, seen=echo(text)))
            continue
        close = suggestion(text, allowed)
        codes = ", ".join(allowed)
        found.append(
            finding(catalog, "T1-unknown-code", place=place, seen=echo(text), allowed=codes, suggestion=close)
        )
    return found


def _integer_findings(sheet: Sheet, column: Column, *, catalog: Catalog) -> list[Finding]:
    wrong = sheet.rows.select("row", text=_text(column.name), number=_integers(column)).filter(
        pl.col("number").is_null()
    )
    wrong = wrong.with_columns(is_integer=pl.col("text").str.contains(INTEGER))
    low = 0 if column.minimum is None else column.minimum
    found = []
    for row, text, _, is_integer in wrong.iter_rows():
        place = Place(sheet.dataset, sheet.sheet, row, column.name)
        if not text:
            if column.required:
                found.append(finding(catalog, "T1-missing-value", place=place, seen=echo(text)))
            continue
        code = "T1-out-of-range" if is_integer else "T1-not-an-integer"
        found.append(finding(catalog, code, place=place, seen=echo(text), minimum=low, maximum=MAXIMUM))
    return found
