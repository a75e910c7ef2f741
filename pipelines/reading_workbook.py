"""Reads the sheets of an .xlsx workbook as text, and what in its XML must not be there.

Belongs here: sheets as raw rows of text with their positions, hidden sheets, formulas, error values. Which
sheet is which dataset, and what its header means, is `reading.py` and `reading_table.py`.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from data_contracts.model import Catalog
from pipelines.cover import Limits, load_cover_rules
from pipelines.errors import UnreadableReturn
from pipelines.findings import Finding, Place, echo, finding
from pipelines.limits import read_entry
from pipelines.reading_content import DAMAGED

_MAX_COLUMNS = 200
_DAMAGED = (*DAMAGED, KeyError)


@dataclass(frozen=True)
class RawSheet:
    """A sheet as it lies in the file: every cell as text, `rows[0]` is row 1."""

    name: str
    rows: list[list[str]]


@dataclass
class _Scan:
    """What the XML of one sheet holds beside plain values."""

    formulas: dict[str, list[int]] = field(default_factory=dict)
    errors: list[tuple[int, str]] = field(default_factory=list)
    hidden_rows: int = 0
    last_row: int = 0
    last_column: int = 0


def read_workbook(path: Path, *, catalog: Catalog) -> tuple[list[RawSheet], list[Finding]]:
    """All sheets that are not known to be ignored, as text, and the findings about their form.

    Raises:
        UnreadableReturn: The workbook is damaged, declares XML entities, or has a sheet beyond the limits.
    """
    rules = load_cover_rules(catalog.root)
    content = path.read_bytes()
    ignored = {name.casefold() for name in rules.ignored_sheets}
    findings: list[Finding] = []
    names: list[str] = []
    for name, state, xml in _sheet_parts(content, catalog=catalog, limits=rules.limits):
        if state != "visible":
            findings.append(
                finding(catalog, "L0-hidden-sheet", place=Place(sheet=echo(name)), seen=echo(name))
            )
        if name.strip().casefold() in ignored:
            continue
        scan = _scan_sheet(xml, catalog=catalog)
        if scan.last_row > rules.limits.rows or scan.last_column > _MAX_COLUMNS:
            place, seen = Place(sheet=echo(name)), f"{max(scan.last_row, scan.last_column)}"
            limit = f"{rules.limits.rows} rows and {_MAX_COLUMNS} columns"
            raise UnreadableReturn(
                (finding(catalog, "L0-sheet-too-large", place=place, seen=seen, limit=limit),)
            )
        findings += _scan_findings(scan, name, catalog=catalog)
        names.append(name)
    return [RawSheet(name, _rows(content, name, catalog=catalog)) for name in names], findings


def _sheet_parts(content: bytes, *, catalog: Catalog, limits: Limits) -> list[tuple[str, str, bytes]]:
    """Name, visibility and XML of each worksheet, in the workbook's order."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = {name: read_entry(archive, name, limits=limits) for name in archive.namelist()}
        if sum(len(part) for part in parts.values()) > limits.unpacked_bytes:
            raise zipfile.BadZipFile("unpacks to more than the limit")
        for name, xml in parts.items():
            if name.endswith((".xml", ".rels")) and re.search(rb"<!\s*(DOCTYPE|ENTITY)", xml, re.IGNORECASE):
                raise UnreadableReturn((finding(catalog, "L0-xml-entities", place=Place()),))
        targets = {
            node.get("Id"): node.get("Target", "")
            for node in _parsed(parts["xl/_rels/workbook.xml.rels"], catalog=catalog).iter()
        }
        found = []
        for node in _parsed(parts["xl/workbook.xml"], catalog=catalog).iter():
            if _local(node.tag) == "sheet":
                target = next(targets[value] for key, value in node.attrib.items() if _local(key) == "id")
                part = target.lstrip("/") if target.startswith("/") else str(PurePosixPath("xl") / target)
                found.append((node.get("name", ""), node.get("state", "visible"), parts[part]))
    except _DAMAGED as error:
        raise UnreadableReturn((finding(catalog, "L0-cannot-open", place=Place()),)) from error
    return found


def _local(tag: object) -> str:
    return str(tag).rsplit("}", 1)[-1]


def _parsed(xml: bytes, *, catalog: Catalog) -> Any:
    """The root of a part, without DTDs or entities.

    Raises:
        UnreadableReturn: The part is not well-formed, or declares what it must not.
    """
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import ParseError, fromstring

    try:
        return fromstring(xml, forbid_dtd=True)
    except DefusedXmlException as error:
        raise UnreadableReturn((finding(catalog, "L0-xml-entities", place=Place()),)) from error
    except ParseError as error:
        raise UnreadableReturn((finding(catalog, "L0-cannot-open", place=Place()),)) from error


def _scan_sheet(xml: bytes, *, catalog: Catalog) -> _Scan:
    scan = _Scan()
    for position, row in enumerate(_rows_of(_parsed(xml, catalog=catalog)), start=1):
        number = int(row.get("r", position))
        hidden = row.get("hidden") in ("1", "true")
        for cell in row:
            children = {_local(child.tag) for child in cell}
            if not children & {"v", "is", "f"}:
                continue
            letters = re.sub(r"[^A-Z]", "", cell.get("r", ""))
            scan.last_row = max(scan.last_row, number)
            scan.last_column = max(scan.last_column, _column_number(letters))
            scan.hidden_rows += hidden
            hidden = False
            if "f" in children:
                scan.formulas.setdefault(letters, []).append(number)
            elif cell.get("t") == "e":
                scan.errors.append((number, letters))
    return scan


def _rows_of(root: Any) -> Iterator[Any]:
    return (node for node in root.iter() if _local(node.tag) == "row")


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _scan_findings(scan: _Scan, name: str, *, catalog: Catalog) -> list[Finding]:
    sheet = echo(name)
    found = [
        finding(
            catalog, "L0-formula", place=Place(sheet=sheet, row=rows[0], column=letters), seen=f"{len(rows)}"
        )
        for letters, rows in scan.formulas.items()
    ]
    found += [
        finding(catalog, "L0-error-value", place=Place(sheet=sheet, row=row, column=letters))
        for row, letters in scan.errors
    ]
    if scan.hidden_rows:
        found.append(finding(catalog, "L0-hidden-rows", place=Place(sheet=sheet), seen=f"{scan.hidden_rows}"))
    return found


def _rows(content: bytes, name: str, *, catalog: Catalog) -> list[list[str]]:
    import fastexcel

    try:
        sheet = fastexcel.read_excel(content).load_sheet(name, header_row=None, skip_rows=0, dtypes="string")
        frame = sheet.to_polars()
    except fastexcel.FastExcelError as error:
        raise UnreadableReturn(
            (finding(catalog, "L0-cannot-open", place=Place(sheet=echo(name))),)
        ) from error
    return [["" if cell is None else cell for cell in row] for row in frame.rows()]
