"""Reads a return, workbook, zip or folder, into one shape in which everything is text as written.

Belongs here: which part of the file is the cover and which is which dataset. Parsing values is
`checking*.py`; the forms themselves are read in `reading_workbook.py`, `reading_text.py`, `reading_cover.py`.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any

from data_contracts.model import Catalog, Contract
from pipelines.cover import CoverRules, load_cover_rules
from pipelines.errors import UnreadableReturn
from pipelines.findings import Finding, Place, clean, echo, finding, suggestion
from pipelines.limits import Form, inspect, read_entry
from pipelines.limits_text import refuse_beyond
from pipelines.reading_content import DAMAGED, content_sha256, files_sha256, folder_files, top_folder
from pipelines.reading_cover import CoverValue, RawCover, read_cover_sheet, read_cover_yaml
from pipelines.reading_rows import first_with_content
from pipelines.reading_sheet import Sheet, read_sheet
from pipelines.reading_text import read_text_rows
from pipelines.reading_workbook import RawSheet, read_workbook
from pipelines.screening_contribution import Contribution, contribution_of_file, contribution_of_rows
from pipelines.screening_files import screen_cover, screen_files


@dataclass(frozen=True)
class Return:
    """What a partner handed over: cover and sheets as text, content hash, and the findings about its form.

    Of the contribution only the hash is kept here; its text is screened and stays in the file.
    """

    fields: RawCover
    sheets: dict[str, Sheet]
    sha256: str
    findings: tuple[Finding, ...]
    contribution_sha256: str | None = None

    def text(self, name: str) -> str:
        """A field of the cover, cleaned; empty where it is missing. Fields of a dataset are `dataset.field`."""
        return self.fields.text(name)

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
    parts = _parts(path, inspection.form, catalog=catalog)
    cover = parts.cover
    findings = [*inspection.findings, *parts.findings]
    findings += screen_cover(cover, file_name=path.name, catalog=catalog)
    sheets: dict[str, Sheet] = {}
    for sheet in parts.sheets:
        dataset = sheet.name.strip().casefold()
        contract = contract_for(catalog, dataset, version=_version(cover))
        read, problems = read_sheet(sheet, contract, cover=cover, catalog=catalog)
        findings += problems
        if dataset in sheets:
            findings.append(finding(catalog, "L0-repeated-sheet", place=Place(dataset, sheet.name)))
        else:
            sheets[dataset] = read
    findings += parts.contribution.findings(catalog)
    sha256 = content_sha256(path) if parts.files is None else files_sha256(parts.files)
    return Return(cover, sheets, sha256, tuple(findings), parts.contribution.sha256)


def read_cover(path: Path, *, catalog: Catalog) -> RawCover:
    """Reads only the cover, for the intake's decision whether the file may be copied at all.

    Raises:
        UnreadableReturn: As in `read_return`.
    """
    inspection = inspect(path, catalog=catalog)
    if inspection.form is None or not inspection.readable:
        raise UnreadableReturn(inspection.findings)
    return _parts(path, inspection.form, catalog=catalog).cover


def read_contribution(path: Path, *, catalog: Catalog) -> str:
    """The contribution of a return; empty where there is none.

    Raises:
        UnreadableReturn: As in `read_return`.
    """
    inspection = inspect(path, catalog=catalog)
    if inspection.form is None or not inspection.readable:
        raise UnreadableReturn(inspection.findings)
    return _parts(path, inspection.form, catalog=catalog).contribution.text


def contract_for(catalog: Catalog, dataset: str, *, version: str) -> Contract:
    """The contract of that version; where the dataset has no such version, its newest.

    That the version itself is unknown is a finding of the cover's check, not of the reading.
    """
    known = catalog.versions.get((dataset, version))
    return catalog.contracts[dataset] if known is None else known


@dataclass(frozen=True)
class _Parts:
    """What a return is made of; `files` are those of a folder, which need not be read again for their hash."""

    cover: RawCover
    sheets: list[RawSheet]
    findings: list[Finding]
    contribution: Contribution
    files: Mapping[str, bytes] | None = None


def _parts(path: Path, form: Form, *, catalog: Catalog) -> _Parts:
    """Cover, raw sheets of known datasets, and findings on what else is in there."""
    rules = load_cover_rules(catalog.root)
    if form == "workbook":
        return _workbook_parts(path, rules=rules, catalog=catalog)
    if form == "folder":
        files = folder_files(path)
        return replace(_text_parts(files, [], rules=rules, catalog=catalog), files=files)
    entries, found = _zip_entries(path, rules=rules, catalog=catalog)
    return _text_parts(entries, found, rules=rules, catalog=catalog)


def _datasets(catalog: Catalog) -> list[str]:
    return sorted({dataset for dataset, _ in catalog.versions})


def _workbook_parts(path: Path, *, rules: CoverRules, catalog: Catalog) -> _Parts:
    book = read_workbook(path, catalog=catalog)
    findings = book.findings
    cover: RawCover | None = None
    kept = []
    for sheet in book.sheets:
        name = sheet.name.strip().casefold()
        if name == rules.sheet:
            cover, found = read_cover_sheet(sheet.rows.rows(), sheet=sheet.name, catalog=catalog)
            findings += found
        elif name in _datasets(catalog):
            kept.append(sheet)
        elif first_with_content(sheet.rows) is not None:
            place = Place(sheet=echo(sheet.name))
            close = suggestion(sheet.name, [rules.sheet, *_datasets(catalog)])
            findings.append(
                finding(catalog, "L0-unknown-sheet", place=place, seen=echo(sheet.name), suggestion=close)
            )
    if cover is None:
        raise UnreadableReturn(
            (finding(catalog, "L0-no-cover", place=Place(), name=f"sheet {rules.sheet}"), *findings)
        )
    return _Parts(cover, kept, findings, contribution_of_rows(book.contribution, sheet=rules.contribution))


def _zip_entries(
    path: Path, *, rules: CoverRules, catalog: Catalog
) -> tuple[dict[str, bytes], list[Finding]]:
    try:
        with zipfile.ZipFile(path) as archive:
            names = [info.filename for info in archive.infolist() if not info.is_dir()]
            entries = {name: read_entry(archive, name, limits=rules.limits) for name in names}
    except DAMAGED:
        raise UnreadableReturn((finding(catalog, "L0-cannot-open", place=Place()),)) from None
    repeated = [
        finding(catalog, "L0-repeated-sheet", place=Place(sheet=echo(n))) for n in names if names.count(n) > 1
    ]
    return entries, repeated


def _text_parts(
    entries: dict[str, bytes], findings: list[Finding], *, rules: CoverRules, catalog: Catalog
) -> _Parts:
    """Cover and CSV files, at the root or in one top folder; all else is a finding."""
    refuse_beyond(entries, rules=rules, catalog=catalog)
    read = {name: data for name, data in entries.items() if not _ignored(PurePosixPath(name), rules)}
    top = top_folder(read)
    cover: RawCover | None = None
    kept, tables = [], set()
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
            tables |= {name} if rows.height else set()
        else:
            seen = echo(parts[-1])
            close = suggestion(parts[-1], [rules.file, *(f"{dataset}.csv" for dataset in _datasets(catalog))])
            findings.append(
                finding(catalog, "L0-unknown-file", place=Place(sheet=seen), seen=seen, suggestion=close)
            )
    findings += screen_files(entries, tables=tables, catalog=catalog)
    if cover is None:
        raise UnreadableReturn(
            (finding(catalog, "L0-no-cover", place=Place(), name=f"file {rules.file}"), *findings)
        )
    return _Parts(cover, kept, findings, contribution_of_file(entries, name=rules.contribution))


def _ignored(path: PurePosixPath, rules: CoverRules) -> bool:
    names = {name.casefold() for name in rules.ignored_files}
    folders = set(rules.ignored_folders)
    return path.name.casefold() in names or path.name.startswith("._") or bool(folders & set(path.parts[:-1]))
