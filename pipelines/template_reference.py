"""The sheet `reference` of a template: what the partner reported for an earlier year, for comparison.

Belongs here: reading the earlier return and writing its figures. The sheet is not read with the figures.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Any

from data_contracts.model import Catalog, Contract, Region
from pipelines.errors import TemplateError, UnreadableReturn
from pipelines.template_sheets import Sheets
from pipelines.template_tables import width, write_header

if TYPE_CHECKING:
    import polars as pl

SHEET = "reference"


@dataclass(frozen=True)
class Reference:
    """An earlier return: its year, the status and total of each dataset, its cells with types."""

    year: int
    lines: dict[str, tuple[str, int | None]]
    tables: dict[str, pl.DataFrame]


def previous_figures(path: Path, *, catalog: Catalog, region: Region, partner: str, year: int) -> Reference:
    """The figures of an accepted return of the same partner for an earlier year.

    Raises:
        TemplateError: It cannot be read, has errors, or is another partner's or not of an earlier year.
    """
    from pipelines.checking import check_path

    try:
        result = check_path(path, catalog=catalog, region_name=region.name)
    except UnreadableReturn as unreadable:
        raise TemplateError(f"The previous return {path.name} cannot be read. {unreadable}") from unreadable
    if result.verdict != "accepted":
        raise TemplateError(f"The previous return {path.name} has errors. See them with: tesat check {path}")
    lines = result.cover_lines.rows(named=True)
    owner, reported = lines[0]["partner"], lines[0]["reference_year"]
    if owner != partner or reported >= year:
        raise TemplateError(
            f"The previous return {path.name} is of {owner} for {reported}. "
            f"Give one of {partner} for a year before {year}."
        )
    by_dataset = {line["dataset"]: (line["status"], line["total"]) for line in lines}
    return Reference(reported, by_dataset, result.tables)


def write_reference(sheets: Sheets, reference: Reference) -> None:
    """Writes the earlier figures, a block for each dataset."""
    texts, styles = sheets.texts, sheets.styles
    sheet = sheets.sheet(SHEET, widths=_widths(sheets))
    sheet.write_string(0, 0, texts.word("reference_title").format(year=reference.year), styles.title)
    sheet.write_string(1, 0, texts.word("reference_not_read"), styles.note)
    row = 3
    for contract in sheets.contracts:
        if contract.dataset in reference.lines:
            row = _dataset(sheets, sheet, row, contract, reference)


def _widths(sheets: Sheets) -> list[float]:
    """Each column wide enough for what any dataset has there."""
    own = [[width(sheets, contract, column) for column in contract.columns] for contract in sheets.contracts]
    return [max(widths) for widths in zip_longest(*own, fillvalue=0)]


def _dataset(sheets: Sheets, sheet: Any, row: int, contract: Contract, reference: Reference) -> int:
    """The status, total and rows of a dataset; gives the row of the next block."""
    status, total = reference.lines[contract.dataset]
    counted = "" if total is None else f", {sheets.texts.field('total').label}: {total}"
    heading = (
        f"{sheets.texts.dataset(contract.dataset).label}: {sheets.texts.code('status', status)}{counted}"
    )
    for position in range(len(contract.columns)):
        sheet.write_blank(row, position, None, sheets.styles.section)
    sheet.write_string(row, 0, heading, sheets.styles.section)
    table = reference.tables.get(contract.dataset)
    if table is None:
        return row + 2
    write_header(sheets, sheet, contract, row=row + 1)
    shown = [column for column in contract.columns if column.name in table.columns]
    for number, record in enumerate(table.iter_rows(named=True), start=row + 2):
        for column in shown:
            position, value = contract.columns.index(column), record[column.name]
            if isinstance(value, str):
                sheet.write_string(number, position, sheets.shown(column, value), sheets.styles.cell)
            elif value is not None:
                sheet.write_number(number, position, value, sheets.styles.cell)
    return row + 3 + table.height
