"""The sheet of a dataset in a template: its header, drop-downs for codes, validation for counts.

Belongs here: one sheet per dataset, from its contract. The codes themselves stand on the sheet `codes`.
"""

from __future__ import annotations

import math
from typing import Any

from data_contracts.model import Column, Contract
from pipelines.checking_values import MAXIMUM
from pipelines.template_sheets import LINE_HEIGHT, ROWS, Sheets, list_name, message, refusal

_HEADER_PADDING = 6


def write_table(sheets: Sheets, contract: Contract) -> None:
    """Writes an empty sheet of a dataset: the reader takes its first row as the header."""
    widths = [width(sheets, contract, column) for column in contract.columns]
    sheet = sheets.sheet(contract.dataset, widths=widths, header_row=0)
    write_header(sheets, sheet, contract, row=0)
    for position, column in enumerate(contract.columns):
        text = sheets.texts.column(contract.dataset, column.name)
        shown = message(text.label, text.description)
        sheet.data_validation(0, position, 0, position, {"validate": "any", **shown})
        rule = (
            _codes(sheets, contract, column)
            if column.role == "dimension"
            else _count(sheets, contract, column)
        )
        sheet.data_validation(1, position, ROWS, position, rule)


def write_header(sheets: Sheets, sheet: Any, contract: Contract, *, row: int) -> None:
    """The names and labels of a dataset's columns; those of counts in another colour."""
    lines = (_lines(sheets, contract, column) for column in contract.columns)
    sheet.set_row(row, _HEADER_PADDING + LINE_HEIGHT * max(lines))
    for position, column in enumerate(contract.columns):
        style = sheets.styles.header if column.role == "dimension" else sheets.styles.measure_header
        sheet.write_string(row, position, sheets.header(contract, column), style)


def width(sheets: Sheets, contract: Contract, column: Column) -> float:
    """Wide enough for the longest word of the list, within reason, and for each line of the header."""
    lines = sheets.header(contract, column).split("\n")
    longest = max(len(lines[0]), *(len(word) for word in lines[1].split()), len(lines[1]) // 2 + 3)
    if column.role == "dimension":
        longest = max(longest, *(len(sheets.shown(column, code)) for code in sheets.catalog.allowed(column)))
    return min(max(longest + 3, 15), 44)


def _lines(sheets: Sheets, contract: Contract, column: Column) -> int:
    """The lines of a column's header: its name, and its label as it wraps."""
    label = sheets.texts.column(contract.dataset, column.name).label
    return 1 + math.ceil(len(label) * 1.2 / width(sheets, contract, column))


def _codes(sheets: Sheets, contract: Contract, column: Column) -> dict[str, Any]:
    texts = sheets.texts
    hints = [texts.word("hint_total")]
    if column.not_specified:
        hints.append(texts.word("hint_not_specified"))
    wrong = refusal(texts.word("not_in_list_title"), texts.word("not_in_list"), kind="warning")
    shown = message(texts.column(contract.dataset, column.name).label, " ".join(hints))
    return {"validate": "list", "source": sheets.ranges[list_name(column)], **shown, **wrong}


def _count(sheets: Sheets, contract: Contract, column: Column) -> dict[str, Any]:
    texts, low = sheets.texts, column.minimum or 0
    text = texts.word("not_a_number").format(minimum=low, maximum=MAXIMUM)
    wrong = refusal(texts.word("not_a_number_title"), text, kind="stop")
    own = texts.column(contract.dataset, column.name)
    limits = {"criteria": "between", "minimum": low, "maximum": MAXIMUM}
    return {"validate": "integer", **limits, **message(own.label, own.description), **wrong}
