"""Reads a return, workbook, zip or folder, into one shape in which everything is text as written.

Belongs here: which part of the file is the cover and which is which dataset. Parsing values is
`checking*.py`; the forms themselves are read in `reading_workbook.py`, `reading_text.py`, `reading_cover.py`.
"""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import polars as pl

from data_contracts.model import Catalog, Contract
from pipelines.cover import CoverRules, load_cover_rules
from pipelines.errors import UnreadableReturn
from pipelines.findings import Finding, Place, clean, echo, finding, suggestion
from pipelines.limits import Form, inspect, read_entry
from pipelines.reading_content import DAMAGED, content_sha256, folder_files, top_folder
from pipelines.reading_cover import CoverValue, RawCover, read_cover_sheet, read_cover_yaml
from pipelines.reading_table import read_table
from pipelines.reading_text import read_text_rows
from pipelines.reading_workbook import RawSheet, read_workbook


@dataclass(frozen=True)
class Sheet:
    """A dataset of a return as written.

    `rows` has the grain of a row of the sheet; columns: `row` (Int32, 1-based in the sender's file, header
    counted) and the contract's columns that the sheet has (String).
    """

    dataset: str
    sheet: str
    rows: pl.DataFrame


@dataclass(frozen=True)
class Return:
    """What a partner handed over: cover and sheets as text, content hash, and the findings about its form."""

    fields: RawCover
    sheets: dict[str, Sheet]
    sha256: str
    findings: tuple[Finding, ...]

    def text(self, name: str) -> str:
        """A field of the cover, cleaned; empty where it is missing. Fields of a dataset are `dataset.field`."""
        value = self.fields.values.get(name, "")
        return clean(value if isinstance(value, str) else ", ".join(value))

    @property
    def version(self) -> str:
        """The version of the contracts that the cover names, `1` also where a spreadsheet wrote 1.0."""
        return _version(self.fields)

    @property
    def cover(self) -> dict[str, Any]:
        """The cover as written, with the fields of datasets nested below `datasets` as in `cover.yaml`."""
        datasets: dict[str, dict[str, CoverValue]] = {}
        nested: dict[str, Any] = {}
        for name, value in self.fields.values.items():
            dataset, dot, inner = name.partition(".")
            if dot:
                datasets.setdefault(dataset, {})[inner] = value
            else:
                nested[name] = value
        return {**nested, "datasets": datasets}


def _version(cover: RawCover) -> str:
    value = cover.values.get("definitions_version", "")
    text = clean(value) if isinstance(value, str) else ""
    whole = re.fullmatch(r"(\d+)[.,]0+", text)
    return whole.group(1) if whole else text


def read_return(path: Path, *, catalog: Catalog) -> Return:
    """Reads a return in any of its forms; what is wrong with the form is in `findings`.

    Raises:
        UnreadableReturn: Beyond the limits, damaged, or without a cover: not a return at all.
    """
    inspection = inspect(path, catalog=catalog)
    if inspection.form is None or not inspection.readable:
        raise UnreadableReturn(inspection.findings)
    cover, raw, found = _parts(path, inspection.form, catalog=catalog)
    findings = [*inspection.findings, *found]
    sheets: dict[str, Sheet] = {}
    for sheet in raw:
        dataset = sheet.name.strip().casefold()
        contract = contract_for(catalog, dataset, version=_version(cover))
        rows, problems = read_table(sheet.rows, contract=contract, sheet=sheet.name, catalog=catalog)
        findings += problems
        if dataset in sheets:
            findings.append(finding(catalog, "L0-repeated-sheet", place=Place(dataset, sheet.name)))
        else:
            sheets[dataset] = Sheet(dataset, sheet.name, rows)
    return Return(cover, sheets, content_sha256(path), tuple(findings))


def read_cover(path: Path, *, catalog: Catalog) -> RawCover:
    """Reads only the cover, for the intake's decision whether the file may be copied at all.

    Raises:
        UnreadableReturn: As in `read_return`.
    """
    inspection = inspect(path, catalog=catalog)
    if inspection.form is None or not inspection.readable:
        raise UnreadableReturn(inspection.findings)
    return _parts(path, inspection.form, catalog=catalog)[0]


def contract_for(catalog: Catalog, dataset: str, *, version: str) -> Contract:
    """The contract of that version; where the dataset has no such version, its newest.

    That the version itself is unknown is a finding of the cover's check, not of the reading.
    """
    known = catalog.versions.get((dataset, version))
    return catalog.contracts[dataset] if known is None else known


def _parts(path: Path, form: Form, *, catalog: Catalog) -> tuple[RawCover, list[RawSheet], list[Finding]]:
    """Cover, raw sheets of known datasets, and findings on what else is in there."""
    rules = load_cover_rules(catalog.root)
    if form == "workbook":
        return _workbook_parts(path, rules=rules, catalog=catalog)
    if form == "folder":
        return _text_parts(folder_files(path), [], rules=rules, catalog=catalog)
    entries, found = _zip_entries(path, rules=rules, catalog=catalog)
    return _text_parts(entries, found, rules=rules, catalog=catalog)


def _datasets(catalog: Catalog) -> list[str]:
    return sorted({dataset for dataset, _ in catalog.versions})


def _workbook_parts(
    path: Path, *, rules: CoverRules, catalog: Catalog
) -> tuple[RawCover, list[RawSheet], list[Finding]]:
    sheets, findings = read_workbook(path, catalog=catalog)
    cover: RawCover | None = None
    kept = []
    for sheet in sheets:
        name = sheet.name.strip().casefold()
        if name == rules.sheet:
            cover, found = read_cover_sheet(sheet.rows, sheet=sheet.name, catalog=catalog)
            findings += found
        elif name in _datasets(catalog):
            kept.append(sheet)
        elif any(clean(cell) for row in sheet.rows for cell in row):
            place = Place(sheet=echo(sheet.name))
            close = suggestion(sheet.name, [rules.sheet, *_datasets(catalog)])
            findings.append(
                finding(catalog, "L0-unknown-sheet", place=place, seen=echo(sheet.name), suggestion=close)
            )
    if cover is None:
        raise UnreadableReturn(
            (finding(catalog, "L0-no-cover", place=Place(), name=f"sheet {rules.sheet}"), *findings)
        )
    return cover, kept, findings


def _zip_entries(
    path: Path, *, rules: CoverRules, catalog: Catalog
) -> tuple[dict[str, bytes], list[Finding]]:
    try:
        with zipfile.ZipFile(path) as archive:
            names = [info.filename for info in archive.infolist() if not info.is_dir()]
            entries = {name: read_entry(archive, name, limits=rules.limits) for name in names}
    except DAMAGED as error:
        raise UnreadableReturn((finding(catalog, "L0-cannot-open", place=Place()),)) from error
    repeated = [
        finding(catalog, "L0-repeated-sheet", place=Place(sheet=echo(n))) for n in names if names.count(n) > 1
    ]
    return entries, repeated


def _text_parts(
    entries: dict[str, bytes], findings: list[Finding], *, rules: CoverRules, catalog: Catalog
) -> tuple[RawCover, list[RawSheet], list[Finding]]:
    """Cover and CSV files, at the root or in one top folder; all else is a finding."""
    read = {name: data for name, data in entries.items() if not _ignored(PurePosixPath(name), rules)}
    top = top_folder(read)
    cover: RawCover | None = None
    kept = []
    for name, data in sorted(read.items()):
        parts = PurePosixPath(name.removeprefix(top)).parts
        file = parts[0].casefold() if len(parts) == 1 else ""
        if file == rules.file:
            cover, found = read_cover_yaml(data, catalog=catalog)
            findings += found
        elif file.endswith(".csv") and file.removesuffix(".csv") in _datasets(catalog):
            dataset = file.removesuffix(".csv")
            rows, found = read_text_rows(data, sheet=dataset, catalog=catalog)
            findings += found
            kept.append(RawSheet(dataset, rows))
        else:
            seen = echo(parts[-1])
            close = suggestion(parts[-1], [rules.file, *(f"{dataset}.csv" for dataset in _datasets(catalog))])
            findings.append(
                finding(catalog, "L0-unknown-file", place=Place(sheet=seen), seen=seen, suggestion=close)
            )
    if cover is None:
        raise UnreadableReturn(
            (finding(catalog, "L0-no-cover", place=Place(), name=f"file {rules.file}"), *findings)
        )
    return cover, kept, findings


def _ignored(path: PurePosixPath, rules: CoverRules) -> bool:
    names = {name.casefold() for name in rules.ignored_files}
    folders = set(rules.ignored_folders)
    return path.name.casefold() in names or path.name.startswith("._") or bool(folders & set(path.parts[:-1]))
