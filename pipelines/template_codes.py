"""The sheet `codes` of a template: every code with its label, and the cells that the drop-downs take theirs from.

Belongs here: the lists in the order in which the sheets ask for them. Excel takes a list of at most 255
characters and no commas within a cell's own rule, so all lists are ranges of this sheet.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from data_contracts.folding import with_label
from data_contracts.translations import ENGLISH, translated
from pipelines.checking_fields import YES_NO
from pipelines.template_sheets import Sheets, list_name

SHEET = "codes"
HANDLING, PARTNERS = "handling", "partners"


@dataclass(frozen=True)
class _List:
    """A drop-down list: its name, its heading, and of each code the word inserted, code, label, English label."""

    name: str
    heading: str
    entries: tuple[tuple[str, str, str, str], ...]


def write_codes(sheets: Sheets) -> None:
    """Writes the sheet and fills `sheets.ranges` with the cells of each list."""
    texts, styles = sheets.texts, sheets.styles
    foreign = texts.language != ENGLISH
    widths = (70, 30, 56, 56) if foreign else (70, 30, 56)
    sheet = sheets.sheet(SHEET, widths=widths, header_row=0)
    heads = [texts.word(key) for key in ("head_in_list", "head_code", "head_label")]
    for position, head in enumerate([*heads, "English"] if foreign else heads):
        sheet.write_string(0, position, head, styles.header)
    row = 1
    for entry in _lists(sheets):
        for position in range(len(widths)):
            sheet.write_blank(row, position, None, styles.section)
        sheet.write_string(row, 0, entry.heading, styles.section)
        for number, cells in enumerate(entry.entries, start=row + 1):
            for position, cell in enumerate(cells[: len(widths)]):
                sheet.write_string(number, position, cell, styles.cell)
        row += len(entry.entries) + 2
        sheets.ranges[entry.name] = f"={SHEET}!$A${row - len(entry.entries)}:$A${row - 1}"
    for key in sorted({partner.footnote for partner in sheets.region.partners if partner.footnote}):
        note = sheets.region.footnotes[key]
        sheet.write_string(row, 0, f"{note.mark} {texts.footnote(key, note)}", styles.note)
        row += 1


def _lists(sheets: Sheets) -> Iterator[_List]:
    """The lists of the cover, then those of the datasets' columns, each once."""
    texts = sheets.texts
    handling = tuple((code, code, "", "") for code in sheets.rules.handling)
    yield _List(HANDLING, _heading(HANDLING, texts.field(HANDLING).label), handling)
    for field in sheets.rules.dataset_fields:
        if field.kind == "code":
            yield _cover_list(
                sheets, field.name, _heading(field.name, texts.field(field.name).label), field.codes
            )
    codes = sheets.catalog.code_lists[YES_NO].values
    yield _cover_list(sheets, YES_NO, " / ".join(codes), codes)
    yield from _column_lists(sheets)
    english = translated(sheets.catalog, ENGLISH)
    partners = tuple(
        (partner.code, partner.code, texts.partner(partner), english.partner(partner))
        for partner in sheets.region.partners_in(sheets.year)
    )
    yield _List(PARTNERS, texts.word("partners"), partners)


def _heading(name: str, label: str) -> str:
    return f"{label} ({name})"


def _cover_list(sheets: Sheets, name: str, heading: str, codes: tuple[str, ...]) -> _List:
    return _List(name, heading, tuple(_entry(sheets, name, code) for code in codes))


def _column_lists(sheets: Sheets) -> Iterator[_List]:
    headings: dict[str, dict[str, None]] = {}
    columns = {}
    for contract in sheets.contracts:
        for column in contract.dimensions:
            label = sheets.texts.column(contract.dataset, column.name).label
            headings.setdefault(list_name(column), {})[_heading(column.name, label)] = None
            columns[list_name(column)] = column
    for name, column in columns.items():
        codes = sheets.catalog.allowed(column)
        entries = tuple(_entry(sheets, str(column.code_list), code) for code in codes)
        yield _List(name, ", ".join(headings[name]), entries)


def _entry(sheets: Sheets, code_list: str, code: str) -> tuple[str, str, str, str]:
    label = sheets.texts.code(code_list, code)
    english = translated(sheets.catalog, ENGLISH).code(code_list, code)
    return with_label(code, label), code, label, english
