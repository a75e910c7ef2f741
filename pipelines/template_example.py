"""The sheets `example` and `contribution` of a template, which are not read with the figures.

Belongs here: a worked example made from a contract, with invented figures, and the form for the text.
"""

from __future__ import annotations

from typing import Any

from data_contracts.folding import with_label
from data_contracts.model import NOT_SPECIFIED, TOTAL, Column, Contract
from pipelines.checking_fields import YES_NO
from pipelines.cover import CoverField
from pipelines.template_sheets import Sheets, message, refusal
from pipelines.template_tables import width, write_header

EXAMPLE, CONTRIBUTION = "example", "contribution"
TOTAL_COUNT, FIRST_TABLE, SECOND_TABLE, OPTIONAL_COUNT = 14, (9, 5), (11, 3), 4
_HEADING_LENGTH = 120


def example_rows(sheets: Sheets, contract: Contract) -> list[tuple[list[str | int | None], str]]:
    """The rows of two tables, by the first and by the second dimension, with what is said beside each row."""
    texts = sheets.texts
    optional = next((column.name for column in contract.measures if not column.required), None)
    remarks = (texts.word("example_unknown") if optional else "", texts.word("example_same_total"))
    rows: list[tuple[list[str | int | None], str]] = []
    for column, counts, remark in zip(
        contract.dimensions, (FIRST_TABLE, SECOND_TABLE), remarks, strict=False
    ):
        label = texts.column(contract.dataset, column.name).label
        notes = [texts.word("example_table").format(column=label, total=TOTAL_COUNT), remark]
        codes = _codes(sheets, column, unknown=bool(rows))
        for code, count, note in zip(
            codes, counts if len(codes) > 1 else (TOTAL_COUNT,), notes, strict=False
        ):
            cells: dict[str, str | int | None] = {
                other.name: sheets.shown(other, code if other is column else TOTAL)
                for other in contract.dimensions
            }
            cells |= {contract.main_measure.name: count}
            if not rows and optional is not None:
                cells |= {optional: OPTIONAL_COUNT}
            rows.append(([cells.get(other.name) for other in contract.columns], note))
    return rows


def _codes(sheets: Sheets, column: Column, *, unknown: bool) -> list[str]:
    """Two codes of a dimension, the second `not_specified` where that is to be shown and allowed."""
    codes = [code for code in sheets.catalog.allowed(column) if code != TOTAL]
    return [codes[0], NOT_SPECIFIED] if unknown and column.not_specified else codes[:2]


def example_contract(sheets: Sheets) -> Contract:
    """The dataset of the example: the first that counts persons, else the first."""
    return next((one for one in sheets.contracts if one.protects == "persons"), sheets.contracts[0])


def example_fields(sheets: Sheets, contract: Contract) -> list[tuple[str, str | int]]:
    """What the cover says of the example's dataset: every field that its status requires."""
    status = next(status.code for status in sheets.rules.statuses if status.needs_rows)
    fields: list[tuple[str, str | int]] = []
    for entry in sheets.rules.dataset_fields:
        if entry.required and (not entry.used_with or status in entry.used_with):
            fields.append((f"{contract.dataset}.{entry.name}", _value(sheets, entry)))
    return fields


def _value(sheets: Sheets, entry: CoverField) -> str | int:
    if entry.kind == "integer":
        return TOTAL_COUNT
    name = YES_NO if entry.kind == "yes_no" else entry.name
    code = sheets.catalog.code_lists[YES_NO].values[-1] if entry.kind == "yes_no" else entry.codes[0]
    return with_label(code, sheets.texts.code(name, code))


def write_example(sheets: Sheets) -> None:
    """Writes the example: the cover's lines, the rows, and beside each table what it says."""
    texts, styles, contract = sheets.texts, sheets.styles, example_contract(sheets)
    widths = [width(sheets, contract, column) for column in contract.columns]
    sheet = sheets.sheet(EXAMPLE, widths=[*widths, 3, 70])
    sheet.write_string(0, 0, texts.word("example_title"), styles.title)
    sheet.write_string(1, 0, texts.word("example_not_read"), styles.note)
    sheet.write_string(3, 0, texts.word("example_cover"), styles.section)
    row = 4
    for name, value in example_fields(sheets, contract):
        sheet.write_string(row, 0, name, styles.code)
        sheet.write(row, 1, value, styles.number)
        row += 1
    sheet.write_string(
        row + 1, 0, texts.word("example_rows").format(dataset=contract.dataset), styles.section
    )
    write_header(sheets, sheet, contract, row=row + 2)
    _rows(sheets, sheet, contract, row + 3)


def _rows(sheets: Sheets, sheet: Any, contract: Contract, row: int) -> None:
    for number, (cells, note) in enumerate(example_rows(sheets, contract), start=row):
        for position, cell in enumerate(cells):
            if cell is None:
                sheet.write_blank(number, position, None, sheets.styles.input)
            else:
                sheet.write(number, position, cell, sheets.styles.number)
        sheet.write_string(number, len(cells) + 1, note, sheets.styles.text)


def write_contribution(sheets: Sheets) -> None:
    """Writes the form for the contribution: a few headed paragraphs."""
    texts, styles = sheets.texts, sheets.styles
    sheet = sheets.sheet(CONTRIBUTION, widths=(40, 130))
    sheet.write_string(0, 0, texts.word("contribution_title"), styles.title)
    sheet.write_string(1, 0, texts.word("contribution_what"), styles.text)
    sheet.write_string(2, 0, texts.word("contribution_no_names"), styles.text)
    for position, key in enumerate(("head_heading", "head_paragraph")):
        sheet.write_string(4, position, texts.word(key), styles.header)
    limits = sheets.rules.limits
    longest = limits.contribution_characters // limits.paragraphs - _HEADING_LENGTH
    for row in range(5, 5 + limits.paragraphs):
        sheet.set_row(row, 75)
        for position, (key, limit) in enumerate(
            (("head_heading", _HEADING_LENGTH), ("head_paragraph", longest))
        ):
            sheet.write_blank(row, position, None, styles.input)
            text = texts.word("too_long").format(limit=limit)
            wrong = refusal(texts.word("too_long_title"), text, kind="stop")
            shown = message(texts.word(key), texts.word("contribution_no_names"))
            rule = {"validate": "length", "criteria": "<=", "value": limit}
            sheet.data_validation(row, position, row, position, {**rule, **shown, **wrong})
