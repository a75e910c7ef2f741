"""Limits that hold before anything of a return is read or copied.

Belongs here: what may come in at all (form, size, unpacked size, names, active content). What the cells say
is `reading*.py` and `checking*.py`. Names that come from the sender are compared, never used as paths.
"""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Literal

from data_contracts.model import Catalog
from pipelines.cover import Limits, load_cover_rules
from pipelines.findings import Finding, Place, echo, finding

Form = Literal["workbook", "zip", "folder"]
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"
_ACTIVE = {
    "L0-macros": ("vbaproject.bin", "/macrosheets/", "/activex/"),
    "L0-external-links": ("/externallinks/", "xl/connections.xml", "/querytables/"),
    "L0-embedded-files": ("/embeddings/",),
}


@dataclass(frozen=True)
class Inspection:
    """The form of what was handed over, what its limits say, and whether it may be read on."""

    form: Form | None
    findings: tuple[Finding, ...]
    readable: bool


def inspect(path: Path, *, catalog: Catalog) -> Inspection:
    """Checks form, size, names and active content without unpacking anything to disk."""
    limits = load_cover_rules(catalog.root).limits
    if path.is_dir() and not path.is_symlink():
        return _inspect_folder(path, catalog=catalog, limits=limits)
    stop = _form_finding(path, catalog=catalog, limits=limits)
    if stop is not None:
        return Inspection(None, (stop,), readable=False)
    form: Form = "workbook" if path.suffix.lower() == ".xlsx" else "zip"
    return _inspect_archive(path, form, catalog=catalog, limits=limits)


def _form_finding(path: Path, *, catalog: Catalog, limits: Limits) -> Finding | None:
    """Why a file cannot be a return, by its name, size and first bytes."""
    suffix = path.suffix.lower()
    if not path.is_file() or path.is_symlink():
        return finding(catalog, "L0-not-a-return", place=Place())
    size = path.stat().st_size
    if size > limits.file_bytes:
        return finding(catalog, "L0-too-large", place=Place(), seen=str(size), limit=limits.file_bytes)
    with path.open("rb") as handle:
        start = handle.read(4)
    code = None
    if start == _OLD_OFFICE:
        code = "L0-old-or-encrypted"
    elif suffix in (".xlsm", ".xltm", ".xlam"):
        code = "L0-macros"
    elif suffix not in (".xlsx", ".zip"):
        code = "L0-not-a-return"
    return None if code is None else finding(catalog, code, place=Place(), seen=echo(suffix))


def _stop(found: Finding) -> Inspection:
    return Inspection(None, (found,), readable=False)


def _inspect_folder(path: Path, *, catalog: Catalog, limits: Limits) -> Inspection:
    findings = []
    total = 0
    entries = sorted(path.rglob("*"))
    for entry in entries:
        if entry.is_symlink():
            findings.append(finding(catalog, "L0-unsafe-name", place=Place(), seen=echo(entry.name)))
        elif entry.is_file():
            total += entry.stat().st_size
    if total > limits.file_bytes:
        findings.append(
            finding(catalog, "L0-too-large", place=Place(), seen=f"{total}", limit=limits.file_bytes)
        )
    if len(entries) > limits.entries:
        seen = f"{len(entries)}"
        findings.append(
            finding(catalog, "L0-too-many-entries", place=Place(), seen=seen, limit=limits.entries)
        )
    return Inspection("folder", tuple(findings), readable=not findings)


def _inspect_archive(path: Path, form: Form, *, catalog: Catalog, limits: Limits) -> Inspection:
    try:
        with zipfile.ZipFile(path) as archive:
            infos = archive.infolist()
    except (zipfile.BadZipFile, OSError, NotImplementedError, UnicodeDecodeError):
        return _stop(finding(catalog, "L0-cannot-open", place=Place()))
    stops = _archive_limits(infos, catalog=catalog, limits=limits)
    stops += [
        finding(catalog, "L0-unsafe-name", place=Place(), seen=echo(info.filename))
        for info in infos
        if not is_safe_name(info.filename) or _is_link(info)
    ]
    if form == "workbook" and "xl/workbook.xml" not in {info.filename for info in infos}:
        stops.append(finding(catalog, "L0-cannot-open", place=Place()))
    active = _active_content([info.filename for info in infos], catalog=catalog) if form == "workbook" else []
    return Inspection(form, (*stops, *active), readable=not stops)


def _archive_limits(infos: list[zipfile.ZipInfo], *, catalog: Catalog, limits: Limits) -> list[Finding]:
    """What the archive's directory declares; `read_entry` holds the unpacking itself to the same limits."""
    found = []
    unpacked = sum(info.file_size for info in infos)
    packed = max(1, sum(info.compress_size for info in infos))
    if len(infos) > limits.entries:
        seen = f"{len(infos)}"
        found.append(finding(catalog, "L0-too-many-entries", place=Place(), seen=seen, limit=limits.entries))
    if unpacked > limits.unpacked_bytes or (unpacked > 1_000_000 and unpacked / packed > limits.ratio):
        seen = f"{unpacked // packed}"
        found.append(finding(catalog, "L0-zip-ratio", place=Place(), seen=seen, limit=limits.ratio))
    if any(info.flag_bits & 0x1 for info in infos):
        found.append(finding(catalog, "L0-old-or-encrypted", place=Place()))
    return found


def is_safe_name(name: str) -> bool:
    """Whether an entry's name stays inside its archive on every system."""
    parts = PurePosixPath(name).parts
    return not (name.startswith("/") or "\\" in name or ":" in name or "\x00" in name or ".." in parts)


def _is_link(info: zipfile.ZipInfo) -> bool:
    return (info.external_attr >> 16) & 0o170000 == 0o120000


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
        raise zipfile.BadZipFile(f"{name} unpacks to more than {limits.unpacked_bytes} bytes")
    return content
