"""Returns with planted faults, for what is said of them: a template filled in, and files, with the same faults."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import openpyxl

from tests.unit.template_filling import filled

MERGED = {"arrests!C2": ("femle", "_T"), "arrests!F4": ("1.000", 9), "arrests!A5": (None, "_T")}
ON_COVER = {"prepared_on": ("02/03/2026", "2026-03-02"), "arrests.status": ("reportd", "reported")}
OPERATIONS = "operations"


def row_of(book: openpyxl.Workbook, field: str) -> int:
    """The row of a field on the sheet `cover`."""
    return next(row[0].row for row in book["cover"].iter_rows(max_col=1) if row[0].value == field)


def plant(path: Path, *, language: str = "en", partner: str = "XKX") -> Path:
    """A filled template with wrong cells, a repeated row, wrong fields of the cover and a warning."""
    book = openpyxl.load_workbook(filled(path, language=language, partner=partner))
    sheet = book["arrests"]
    for place, (wrong, _) in MERGED.items():
        sheet[place.partition("!")[2]] = wrong
    for position in range(1, 8):
        sheet.cell(9, position).value = sheet.cell(8, position).value
    for field, (wrong, _) in ON_COVER.items():
        book["cover"].cell(row_of(book, field), 2).value = wrong
    book["cover"].cell(row_of(book, OPERATIONS), 2).value = 99
    book.save(path)
    return path


def mend(path: Path, target: Path) -> Path:
    """The marked workbook with every fault corrected in it, as a contact point does; marks are left alone."""
    book = openpyxl.load_workbook(path)
    sheet = book["arrests"]
    for place, (_, right) in MERGED.items():
        sheet[place.partition("!")[2]] = right
    for position, value in enumerate(("_T", "_T", "_T", "18_24", "_T", 5), start=1):
        sheet.cell(9, position).value = value
    for field, (_, right) in ON_COVER.items():
        book["cover"].cell(row_of(book, field), 2).value = right
    book["cover"].cell(row_of(book, OPERATIONS), 2).value = 3
    book.save(target)
    return target


def as_folder(book_path: Path, target: Path) -> Path:
    """The same return as cover.yaml and a CSV file, semicolons as the region's Excel writes them."""
    book = openpyxl.load_workbook(book_path)
    target.mkdir()
    fields = {
        row[0]: row[1]
        for row in book["cover"].iter_rows(max_col=2, values_only=True)
        if row[1] is not None and row[0]
    }
    whole = [
        f"{name}: {_scalar(value)}" for name, value in fields.items() if "." not in name and " " not in name
    ]
    inner: dict[str, list[str]] = {}
    for name, value in fields.items():
        dataset, dot, field = name.partition(".")
        if dot:
            inner.setdefault(dataset, []).append(f"    {field}: {_scalar(value)}")
    lines = ["datasets:"]
    for dataset, entries in inner.items():
        lines += [f"  {dataset}:", *entries]
    names = {"partner", "reference_year", "submission", "prepared_on", "contact_point", "handling"}
    names |= {"definitions_version", OPERATIONS}
    kept = [line for line in whole if line.partition(":")[0] in names]
    (target / "cover.yaml").write_text("\n".join([*kept, *lines]) + "\n", encoding="utf-8")
    with (target / "arrests.csv").open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, delimiter=";")
        for number, row in enumerate(book["arrests"].iter_rows(max_col=7, values_only=True)):
            writer.writerow([str(cell).split(" –")[0] if number == 0 else _code(cell) for cell in row])
    (target / "contribution.md").write_text("# Overview\n\nThe year was quiet.\n", encoding="utf-8")
    return target


def _scalar(value: Any) -> str:
    return f'"{str(value).split(" – ")[0].removesuffix(" 00:00:00")}"'


def _code(cell: Any) -> str:
    return "" if cell is None else str(cell).split(" – ")[0]
