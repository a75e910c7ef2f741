"""Takes the sheets of an .xlsx workbook from the child process that reads it, and judges what beside values is there.

Belongs here: sheets as raw rows of text with their positions, hidden sheets, formulas, error values, merged cells.
How the file is read is `sandbox*.py`. Which sheet is which dataset, and what its header means, is `reading.py` and
`reading_table.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from data_contracts.model import Catalog
from pipelines.cover import CoverRules, load_cover_rules
from pipelines.errors import UnreadableReturn
from pipelines.findings import Finding, Place, echo, finding
from pipelines.reading_rows import MAX_COLUMNS, raw_rows
from pipelines.sandbox import read_in_child
from pipelines.screening_patterns import load_personal_data
from pipelines.screening_workbook import screen_workbook


@dataclass(frozen=True)
class RawSheet:
    """A sheet as it lies in the file: its raw rows as in `reading_rows.py`, every cell as text."""

    name: str
    rows: pl.DataFrame


@dataclass(frozen=True)
class RawWorkbook:
    """A workbook's sheets but those known to be ignored, the rows of its contribution, and what is wrong with it."""

    sheets: list[RawSheet]
    contribution: list[list[str]]
    findings: list[Finding]


def read_workbook(path: Path, *, catalog: Catalog) -> RawWorkbook:
    """All sheets that are not known to be ignored, as text, and the findings about their form.

    Raises:
        UnreadableReturn: The workbook is damaged, declares XML entities, or breaks a limit.
    """
    rules = load_cover_rules(catalog.root)
    attributes = load_personal_data(catalog.root).attributes
    read = read_in_child(path, limits=rules.limits, columns=MAX_COLUMNS, attributes=attributes)
    if "stop" in read:
        raise UnreadableReturn((_stop(*read["stop"], rules=rules, catalog=catalog),))
    findings: list[Finding] = []
    if read["external"]:
        seen = str(read["external"])
        findings.append(finding(catalog, "L0-external-links", place=Place(), seen=seen))
    ignored = {name.casefold() for name in rules.ignored_sheets}
    datasets = {dataset for dataset, _ in catalog.versions}
    sheets, tables, contribution = [], [], []
    for sheet in read["sheets"]:
        name = sheet["name"].strip().casefold()
        if sheet["state"] != "visible":
            shown = echo(sheet["name"])
            findings.append(finding(catalog, "L0-hidden-sheet", place=Place(sheet=shown), seen=shown))
        if name == rules.contribution:
            contribution = sheet["rows"]
        if name in ignored:
            continue
        findings += _sheet_findings(sheet, table=name in datasets, catalog=catalog)
        sheets.append(RawSheet(sheet["name"], raw_rows(sheet["rows"])))
        tables += [sheet["name"]] if name in datasets else []
    findings += screen_workbook(read["sheets"], read["texts"], tables=tables, catalog=catalog)
    return RawWorkbook(sheets, contribution, findings)


def _stop(code: str, seen: str, sheet: str, *, rules: CoverRules, catalog: Catalog) -> Finding:
    """The finding of a limit that the child met."""
    limit: object = f"{rules.limits.rows} rows and {MAX_COLUMNS} columns"
    if code == "L0-zip-ratio":
        limit = rules.limits.ratio
    return finding(catalog, code, place=Place(sheet=echo(sheet) if sheet else None), seen=seen, limit=limit)


def _sheet_findings(sheet: Mapping[str, Any], *, table: bool, catalog: Catalog) -> list[Finding]:
    name = echo(sheet["name"])
    most = load_cover_rules(catalog.root).limits.listed_faults
    found = [
        finding(catalog, "L0-formula", place=Place(sheet=name, row=row, column=letters), seen=f"{len(rows)}")
        for letters, rows in sheet["formulas"].items()
        for row in rows[:most]
    ]
    found += [
        finding(catalog, "L0-error-value", place=Place(sheet=name, row=row, column=letters))
        for row, letters in sheet["errors"][:most]
    ]
    if table and sheet["merged"]:
        row, letters = min(sheet["merged"])
        place = Place(sheet=name, row=row, column=letters)
        found.append(finding(catalog, "L0-merged-cells", place=place, seen=f"{len(sheet['merged'])}"))
    for what, code in (("hidden_rows", "L0-hidden-rows"), ("hidden_columns", "L0-hidden-columns")):
        if sheet[what]:
            found.append(finding(catalog, code, place=Place(sheet=name), seen=f"{sheet[what]}"))
    return found
