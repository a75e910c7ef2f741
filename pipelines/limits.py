"""Limits that hold before anything of a return is read or copied.

Belongs here: what may come in at all (form, size, unpacked size, names, active content). The structure of archives
is `limits_zip.py`, folders `limits_folder.py`, the bytes of text files `limits_text.py`; what the cells say is
`reading*.py` and `checking*.py`. Names that come from the sender are compared, never used as paths.
"""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from data_contracts.model import Catalog
from pipelines.cover import Limits, load_cover_rules
from pipelines.findings import Finding, Place, echo, finding
from pipelines.limits_folder import folder_findings
from pipelines.limits_zip import ARCHIVES, archive_infos

Form = Literal["workbook", "zip", "folder"]
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"
_BOOK = "xl/workbook.xml"
_MACRO_ENDINGS = (".xlsm", ".xltm", ".xlam", ".xlsb")
_ACTIVE = {
    "L0-macros": ("vbaproject.bin", "/macrosheets/", "/dialogsheets/", "/activex/"),
    "L0-external-links": ("/externallinks/", "xl/connections.xml", "/querytables/"),
    "L0-embedded-files": ("/embeddings/", "/xl/media/", "/attachedtoolbars"),
    "L0-hidden-data": ("/pivotcache/", "/xl/model/", "/revisions/", "/slicercaches/", "/timelinecaches/"),
}


@dataclass(frozen=True)
class Inspection:
    """The form of what was handed over, what its limits say, and whether it may be read on."""

    form: Form | None
    findings: tuple[Finding, ...]
    readable: bool


def inspect(path: Path, *, catalog: Catalog) -> Inspection:
    """Checks form, size, names and active content without unpacking anything to disk."""
    rules = load_cover_rules(catalog.root)
    if path.is_dir() and not path.is_symlink():
        findings = folder_findings(path, rules=rules, catalog=catalog)
        return Inspection("folder", tuple(findings), readable=not findings)
    stop = _form_finding(path, catalog=catalog, limits=rules.limits)
    if stop is not None:
        return Inspection(None, (stop,), readable=False)
    form: Form = "workbook" if path.suffix.lower() == ".xlsx" else "zip"
    return _inspect_archive(path, form, catalog=catalog)


def _form_finding(path: Path, *, catalog: Catalog, limits: Limits) -> Finding | None:
    """Why a file cannot be a return, by its name, size and first bytes."""
    suffix = path.suffix.lower()
    if not path.is_file() or path.is_symlink():
        return finding(catalog, "L0-not-a-return", place=Place())
    size = path.stat().st_size
    if size > limits.file_bytes:
        return finding(catalog, "L0-too-large", place=Place(), seen=str(size), limit=limits.file_bytes)
    with path.open("rb") as handle:
        start = handle.read(6)
    code = None
    if start.startswith(_OLD_OFFICE):
        code = "L0-old-or-encrypted"
    elif suffix in _MACRO_ENDINGS:
        code = "L0-macros"
    elif suffix not in (".xlsx", ".zip"):
        code = "L0-wrong-ending" if start.startswith(ARCHIVES) else "L0-not-a-return"
    return None if code is None else finding(catalog, code, place=Place(), seen=echo(suffix))


def _inspect_archive(path: Path, form: Form, *, catalog: Catalog) -> Inspection:
    rules = load_cover_rules(catalog.root)
    allowed = None if form == "workbook" else rules.ignored_files
    infos, stops = archive_infos(path, nested=allowed, catalog=catalog, limits=rules.limits)
    names = {info.filename for info in infos}
    if not stops and (_BOOK in names) != (form == "workbook"):
        stops.append(finding(catalog, _not_that_form(names), place=Place(), seen=echo(path.suffix.lower())))
    active = _active_content(sorted(names), catalog=catalog) if form == "workbook" else []
    return Inspection(form, (*stops, *active), readable=not stops)


def _not_that_form(names: set[str]) -> str:
    """A zip named .xlsx, a workbook named .zip; else a workbook that lacks its first part."""
    office = any(name.startswith(("xl/", "word/", "ppt/", "_rels/")) for name in names)
    return "L0-wrong-ending" if _BOOK in names or not office else "L0-cannot-open"


def _active_content(names: list[str], *, catalog: Catalog) -> list[Finding]:
    found = []
    for code, marks in _ACTIVE.items():
        hits = [name for name in names if any(mark in f"/{name.lower()}" for mark in marks)]
        if hits:
            found.append(finding(catalog, code, place=Place(), seen=f"{len(hits)}"))
    return found


def read_entry(archive: zipfile.ZipFile, name: str, *, limits: Limits) -> bytes:
    """The bytes of one entry, never more than the limit, whatever the archive's directory declares.

    Raises:
        zipfile.BadZipFile: The entry unpacks to more than it may, or is damaged.
    """
    with archive.open(name) as handle:
        content = handle.read(limits.unpacked_bytes + 1)
    if len(content) > limits.unpacked_bytes:
        raise zipfile.BadZipFile(f"an entry unpacks to more than {limits.unpacked_bytes} bytes")
    return content
