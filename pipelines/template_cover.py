"""The sheet `cover` of a template: a row per field, with drop-downs, explanations and how to fill the sheets.

Belongs here: the cover's rows. Field and value stand in the first two columns, as the reader needs them.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from typing import Any

from data_contracts.model import Contract
from pipelines.checking_fields import YES_NO
from pipelines.checking_values import MAXIMUM
from pipelines.cover import CoverField
from pipelines.template_codes import HANDLING
from pipelines.template_sheets import Sheets, height, message, refusal

HOW_TO = ("rows", "total", "not_specified", "left_out", "empty", "lists", "details", "other_sheets")
_HEADER_ROW = 3
_WIDTHS = (31, 34, 30, 92, 30)


def write_cover(sheets: Sheets) -> None:
    """Writes the cover; partner, year and version of the definitions are filled in."""
    texts, styles = sheets.texts, sheets.styles
    sheet = sheets.sheet(sheets.rules.sheet, widths=_WIDTHS, header_row=_HEADER_ROW)
    title = texts.word("title").format(year=sheets.year, partner=texts.partner(sheets.partner))
    sheet.write_string(0, 0, title, styles.title)
    sheet.write_string(1, 0, texts.word("read_first"), styles.text)
    if not texts.reviewed:
        sheet.write_string(2, 0, texts.word("unreviewed"), styles.note)
    for position, key in enumerate(("field", "value", "label", "explanation", "when")):
        sheet.write_string(_HEADER_ROW, position, texts.word(f"head_{key}"), styles.header)
    row = _section(sheets, sheet, _HEADER_ROW + 1, texts.word("whole_return"))
    for entry in sheets.rules.fields:
        _field(sheets, sheet, row, entry, name=entry.name)
        row += 1
    for contract in sheets.contracts:
        heading = f"{texts.dataset(contract.dataset).label} ({contract.dataset})"
        row = _section(sheets, sheet, row + 1, heading, texts.dataset(contract.dataset).description)
        row = _dataset(sheets, sheet, row, contract)
    _how_to(sheets, sheet, row + 1)


def _section(sheets: Sheets, sheet: Any, row: int, heading: str, explained: str = "") -> int:
    """A heading over the whole width; gives the next row."""
    for position in range(len(_WIDTHS)):
        sheet.write_blank(row, position, None, sheets.styles.section)
    sheet.write_string(row, 0, heading, sheets.styles.section)
    sheet.write_string(row, 3, explained, sheets.styles.section_text)
    sheet.set_row(row, max(20, height((explained, _WIDTHS[3]))))
    return row + 1


def _dataset(sheets: Sheets, sheet: Any, row: int, contract: Contract) -> int:
    """The fields of a dataset; gives the next row."""
    for number, entry in enumerate(sheets.rules.dataset_fields, start=row):
        _field(sheets, sheet, number, entry, name=f"{contract.dataset}.{entry.name}")
    return row + len(sheets.rules.dataset_fields)


def _field(sheets: Sheets, sheet: Any, row: int, entry: CoverField, *, name: str) -> None:
    text, styles = sheets.texts.field(name), sheets.styles
    style = {"date": styles.date, "integer": styles.number, "year": styles.number}.get(
        entry.kind, styles.input
    )
    sheet.write_string(row, 0, name, styles.code)
    value = _prefilled(sheets, entry)
    if value is None:
        sheet.write_blank(row, 1, None, style)
    else:
        sheet.write(row, 1, value, style)
    sheet.write_string(row, 2, text.label, styles.label)
    sheet.write_string(row, 3, text.description, styles.wrapped)
    when = _when(sheets, entry)
    sheet.write_string(row, 4, when, styles.wrapped)
    columns = zip((text.label, text.description, when), _WIDTHS[2:], strict=True)
    sheet.set_row(row, height(*columns))
    rule = _VALIDATIONS[entry.kind](sheets, entry) if entry.kind in _VALIDATIONS else {"validate": "any"}
    sheet.data_validation(row, 1, row, 1, {**rule, **message(text.label, text.description)})


def _prefilled(sheets: Sheets, entry: CoverField) -> str | int | None:
    if entry.kind == "partner":
        return sheets.partner.code
    if entry.kind == "year":
        return sheets.year
    return _newest(sheets) if entry.kind == "version" else None


def _newest(sheets: Sheets) -> str:
    """The version of the definitions that the sheets of this template have."""
    return max((contract.version for contract in sheets.contracts), key=int)


def _when(sheets: Sheets, entry: CoverField) -> str:
    """When a field is filled in: always, with a status, with another field's value, or as one likes."""
    codes = ", ".join(entry.used_with)
    if entry.required:
        key = "required_with" if codes else "required"
        return sheets.texts.word(key).format(codes=codes)
    if entry.required_when:
        condition = ", ".join(f"{name} = {word}" for name, word in entry.required_when.items())
        return sheets.texts.word("required_when").format(condition=condition)
    return sheets.texts.word("optional_with" if codes else "optional").format(codes=codes)


def _list(sheets: Sheets, source: str | list[str]) -> dict[str, Any]:
    texts = sheets.texts
    wrong = refusal(texts.word("not_in_list_title"), texts.word("not_in_list"), kind="warning")
    return {"validate": "list", "source": source, **wrong}


def _integer(sheets: Sheets, entry: CoverField) -> dict[str, Any]:
    low = entry.minimum or 0
    text = sheets.texts.word("not_a_number").format(minimum=low, maximum=MAXIMUM)
    wrong = refusal(sheets.texts.word("not_a_number_title"), text, kind="stop")
    return {"validate": "integer", "criteria": "between", "minimum": low, "maximum": MAXIMUM, **wrong}


def _date(sheets: Sheets, entry: CoverField) -> dict[str, Any]:
    text = sheets.texts.word("not_a_date").format(year=sheets.year)
    wrong = refusal(sheets.texts.word("not_a_date_title"), text, kind="stop")
    last = datetime.date(sheets.year, 12, 31)
    return {"validate": "date", "criteria": ">", "value": last, **wrong}


def _words(sheets: Sheets, entry: CoverField) -> dict[str, Any]:
    text = sheets.texts.word("too_long").format(limit=entry.max_length)
    wrong = refusal(sheets.texts.word("too_long_title"), text, kind="stop")
    return {"validate": "length", "criteria": "<=", "value": entry.max_length, **wrong}


_VALIDATIONS: Mapping[str, Callable[[Sheets, CoverField], dict[str, Any]]] = {
    "code": lambda sheets, entry: _list(sheets, sheets.ranges[entry.name]),
    "date": _date,
    "handling": lambda sheets, entry: _list(sheets, sheets.ranges[HANDLING]),
    "integer": _integer,
    "partner": lambda sheets, entry: _list(sheets, [sheets.partner.code]),
    "text": _words,
    "version": lambda sheets, entry: _list(sheets, [_newest(sheets)]),
    "year": lambda sheets, entry: _list(sheets, [str(sheets.year)]),
    "yes_no": lambda sheets, entry: _list(sheets, sheets.ranges[YES_NO]),
}


def _how_to(sheets: Sheets, sheet: Any, row: int) -> None:
    """How to fill the sheets of the datasets; nothing stands in the columns that are read."""
    row = _section(sheets, sheet, row, sheets.texts.word("how_to"))
    for key in HOW_TO:
        title, text = sheets.texts.word(f"how_{key}_title"), sheets.texts.word(f"how_{key}")
        sheet.write_string(row, 2, title, sheets.styles.label)
        sheet.write_string(row, 3, text, sheets.styles.wrapped)
        sheet.set_row(row, height((title, _WIDTHS[2]), (text, _WIDTHS[3])))
        row += 1
    if sheets.partner.footnote is not None:
        note = sheets.region.footnotes[sheets.partner.footnote]
        text = sheets.texts.footnote(sheets.partner.footnote, note)
        sheet.write_string(row + 1, 2, f"{note.mark} {text}", sheets.styles.note)
