"""Parses a dataset's text by its contract: codes, integers, ranges, missing values (level 1, cell by cell).

Belongs here: what one cell may hold. What cells of a row or table must hold together is `checking_rules.py`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import polars as pl

from data_contracts.cell_faults import holds_several, load_cell_faults
from data_contracts.model import Catalog, Column, Contract
from data_contracts.words import meant
from pipelines.findings import NOT_REPEATED, Finding, Place, clean, echo, finding, suggestion
from pipelines.limits_listing import listed
from pipelines.reading_rows import BLANKS, is_blank
from pipelines.reading_sheet import Sheet

# 30, 30.0 and 30,00 are integers; 1.000 is one or a thousand, and nobody can tell; 007 is an identifier.
_INTEGER = re.compile(r"[+-]?(?:0|[1-9][0-9]*)(?:[.,](?:0{1,2}|0{4,}))?")
MAXIMUM = 999_999_999
_MOST_WORDS = 2_000
_IDENTIFIER = "T1-identifier"  # it may be a person's or a case's, and is not repeated


def parse(sheet: Sheet, contract: Contract, *, catalog: Catalog) -> tuple[pl.DataFrame, list[Finding]]:
    """The sheet with types, and the findings of its cells.

    Grain: a row of the sheet. Columns: `row` (Int32), the dimensions (String, the contract's spelling), the
    measures (Int64), null where empty or wrong; an absent column is null throughout.
    """
    rows = sheet.rows
    present = [column for column in contract.columns if column.name in rows.columns]
    names = [column.name for column in present]
    words = rows.select(pl.col(names).unique(maintain_order=True).implode()) if names else rows
    values = {
        column.name: _values(column, words[column.name][0].to_list(), catalog=catalog) for column in present
    }
    typed = rows.select("row", *(_typed(column, values.get(column.name)) for column in contract.columns))
    findings: list[Finding] = []
    for column in present:
        if any(_is_wrong(column, word, value) for word, value in values[column.name].items()):
            judge = _code_findings if column.role == "dimension" else _integer_findings
            cells = rows.select("row", column.name).filter(typed[column.name].is_null())
            findings += judge(sheet, column, cells, catalog=catalog)
    return typed, findings


def _values(column: Column, words: list[str], *, catalog: Catalog) -> dict[str, str | int | None]:
    """What each word of a column means, null where nothing, or no one thing.

    A column with thousands of different words is none of codes, so that its further words are not looked up.
    """
    if column.role != "dimension":
        return {word: _number(word.strip(BLANKS), column) for word in words}
    known = set(catalog.allowed(column))
    looked_up = {
        word: _one(meant(catalog, column, clean(word))) for word in words[:_MOST_WORDS] if word not in known
    }
    return {word: word if word in known else looked_up.get(word) for word in words}


def _one(codes: tuple[str, ...]) -> str | None:
    return codes[0] if len(codes) == 1 else None


def _typed(column: Column, values: Mapping[str, str | int | None] | None) -> pl.Expr:
    """The column with its type; as it stands where each word is its value, and by a table of words elsewhere."""
    kind: pl.DataType = pl.String() if column.role == "dimension" else pl.Int64()
    if values is None:
        return pl.lit(None, dtype=kind).alias(column.name)
    if all(_is_as_written(word, value) for word, value in values.items() if word or kind == pl.String()):
        return pl.col(column.name).cast(kind, strict=False)
    return pl.col(column.name).replace_strict(values, default=None, return_dtype=kind).alias(column.name)


def _is_as_written(word: str, value: str | int | None) -> bool:
    return value is not None and word == str(value)


def _is_wrong(column: Column, word: str, value: str | int | None) -> bool:
    """Whether a word is a fault: all that mean nothing, but for blanks where a measure is optional."""
    return value is None and (column.required or bool(word.strip(BLANKS)))


def _number(text: str, column: Column) -> int | None:
    if not _INTEGER.fullmatch(text):
        return None
    digits = re.split("[.,]", text)[0]
    number = int(digits) if len(digits) <= len(f"+{MAXIMUM}") else MAXIMUM + 1
    return number if _minimum(column) <= number <= MAXIMUM else None


def _minimum(column: Column) -> int:
    return 0 if column.minimum is None else column.minimum


def _code_findings(sheet: Sheet, column: Column, cells: pl.DataFrame, *, catalog: Catalog) -> list[Finding]:
    """What is wrong with the cells that mean no code, or more than one."""
    cells, found = listed(cells, Place(sheet.dataset, sheet.sheet, column=column.name), catalog=catalog)
    problems = {
        word: _code_problem(column, clean(word), catalog=catalog) for word in cells[column.name].unique()
    }
    for row, word in cells.iter_rows():
        code, texts = problems[word]
        place = Place(sheet.dataset, sheet.sheet, row, column.name)
        seen = NOT_REPEATED if code == _IDENTIFIER else echo(word)
        found.append(finding(catalog, code, place=place, seen=seen, **texts))
    return found


def _code_problem(column: Column, text: str, *, catalog: Catalog) -> tuple[str, dict[str, str]]:
    """The finding of a word that is not one code, and the texts of its placeholders."""
    allowed = catalog.allowed(column)
    if not text:
        return "T1-missing-value", {}
    several = meant(catalog, column, text)
    if several:
        return "T1-ambiguous-label", {"allowed": ", ".join(several)}
    faults = load_cell_faults(catalog.root)
    if fault := faults.fault(column, text):
        return fault, {}
    if holds_several(catalog, column, text):
        return faults.several.code, {}
    return "T1-unknown-code", {"allowed": ", ".join(allowed), "suggestion": suggestion(text, allowed)}


def _integer_findings(
    sheet: Sheet, column: Column, cells: pl.DataFrame, *, catalog: Catalog
) -> list[Finding]:
    """What is wrong with the cells that hold no number of the range; an empty optional one is not wrong."""
    if not column.required:
        cells = cells.filter(~is_blank(column.name))
    faults = load_cell_faults(catalog.root)
    cells, found = listed(cells, Place(sheet.dataset, sheet.sheet, column=column.name), catalog=catalog)
    for row, word in cells.iter_rows():
        text = word.strip(BLANKS)
        place = Place(sheet.dataset, sheet.sheet, row, column.name)
        otherwise = "T1-not-an-integer" if text else "T1-missing-value"
        otherwise = "T1-out-of-range" if _INTEGER.fullmatch(text) else otherwise
        code = faults.fault(column, clean(text)) or otherwise
        shown = NOT_REPEATED if code == _IDENTIFIER else echo(text)
        limits = {"minimum": _minimum(column), "maximum": MAXIMUM}
        found.append(finding(catalog, code, place=place, seen=shown, **limits))
    return found
