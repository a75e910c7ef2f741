"""Fills a template as a contact point does: with the words that its own drop-downs insert."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import openpyxl

from data_contracts.catalog import load_catalog
from data_contracts.model import TOTAL
from pipelines.template import write_template

CATALOG = load_catalog()
YEAR = 2025
REGION = CATALOG.region("western_balkans")
COUNTS = (9, 5)


def template(path: Path, *, language: str = "en", partner: str = "XKX", **more: Any) -> Path:
    wanted = {"region_name": REGION.name, "partner": partner, "year": YEAR, "language": language}
    write_template(path, **({"catalog": CATALOG} | wanted | more))
    return path


def dropdown(book: openpyxl.Workbook, sheet: str, cell: str) -> list[str]:
    """The words that the drop-down of a cell offers, from the range that its validation names."""
    rules = book[sheet].data_validations.dataValidation
    rule = next(rule for rule in rules if cell in rule.sqref and rule.type == "list")
    if rule.formula1.startswith('"'):
        return rule.formula1.strip('"').split(",")
    name, _, cells = rule.formula1.partition("!")
    return [row[0].value for row in book[name][cells.replace("$", "")]]


def word_of(book: openpyxl.Workbook, sheet: str, cell: str, code: str) -> str:
    """The word of a drop-down that begins with the code."""
    words = dropdown(book, sheet, cell)
    return next(word for word in words if word == code or word.startswith(f"{code} "))


def fill_cover(book: openpyxl.Workbook, dataset: str, total: int) -> None:
    """One dataset reported, the others not available."""
    sheet = book["cover"]
    rows = {row[0].value: row[0].row for row in sheet.iter_rows(max_col=1) if row[0].value}
    values: dict[str, Any] = {
        "submission": 1,
        "prepared_on": datetime.date(YEAR + 1, 2, 14),
        "contact_point": "Statistics unit",
        "handling": "TLP:GREEN",
        f"{dataset}.coverage": "complete",
        f"{dataset}.total": total,
        f"{dataset}.break_in_series": "no",
        f"{dataset}.release": "protected",
    }
    for name in REGION.datasets:
        values[f"{name}.status"] = "reported" if name == dataset else "not_available"
    for name, value in values.items():
        cell = f"B{rows[name]}"
        listed = isinstance(value, str) and name != "contact_point"
        sheet[cell] = word_of(book, "cover", cell, value) if listed else value


def fill_rows(book: openpyxl.Workbook, dataset: str) -> None:
    """A table by each of the dataset's dimensions, every row with words from the drop-downs."""
    sheet = book[dataset]
    contract = CATALOG.contracts[dataset]
    number = 2
    for broken_down in contract.dimensions:
        for code, count in zip(CATALOG.allowed(broken_down), COUNTS, strict=False):
            for position, column in enumerate(contract.columns, start=1):
                cell = sheet.cell(number, position)
                if column.role == "dimension":
                    wanted = code if column == broken_down else TOTAL
                    cell.value = word_of(book, dataset, cell.coordinate, wanted)
                elif column.role == "main_measure":
                    cell.value = count
            number += 1


def filled(path: Path, *, language: str = "en", dataset: str = "arrests", **more: Any) -> Path:
    book = openpyxl.load_workbook(template(path, language=language, **more))
    fill_cover(book, dataset, sum(COUNTS))
    fill_rows(book, dataset)
    book.save(path)
    return path
