"""What an archive's own structure says before anything of it is unpacked.

Belongs here: sizes, ratio, names, overlaps, what is hidden before, between and behind the entries, archives in
archives. Which parts of a workbook are active is `limits.py`. The structure is read here byte by byte, for a
directory that lies is the heart of most bombs.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Collection
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from data_contracts.model import Catalog
from pipelines.cover import Limits
from pipelines.findings import Finding, Place, echo, finding
from pipelines.limits_names import is_safe_name, same

_END, _END_64, _LOCAL = b"PK\x05\x06", b"PK\x06\x06", b"PK\x03\x04"
_END_SIZE, _LONGEST_COMMENT = 22, 65_535
_DIRECTORY_ENTRY = 1_000  # bytes of a directory per entry: 46, the name, extra fields
_GAP = 24  # a data descriptor behind an entry
_EXTRA = 300  # times, owners, a long name; more is something that no program shows
ARCHIVES = (b"PK\x03\x04", b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!", b"BZh9", b"\xfd7zXZ", b"\xd0\xcf\x11\xe0")
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_SMALL = 1_000_000
_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    OSError,
    NotImplementedError,
    RuntimeError,
    EOFError,
    ValueError,
    struct.error,
)


class _Wrong(Exception):
    """The archive's structure breaks a rule: the code of its finding, and what was seen."""

    def __init__(self, code: str, seen: str = "") -> None:
        super().__init__(code)
        self.code, self.seen = code, seen


def archive_infos(
    path: Path, *, nested: Collection[str] | None, catalog: Catalog, limits: Limits
) -> tuple[list[zipfile.ZipInfo], list[Finding]]:
    """The archive's entries, and every reason not to unpack them; without entries where it is no archive at all.

    `nested`: names of files that may be archives themselves; None in a workbook, whose parts `limits.py` judges.
    """
    size = path.stat().st_size
    try:
        with path.open("rb") as handle:
            directory, end = _directory(handle, size)
            if end - directory > limits.entries * _DIRECTORY_ENTRY:
                raise _Wrong("L0-too-many-entries")
            with zipfile.ZipFile(handle) as archive:
                infos = archive.infolist()
            wrong = [*_counts(infos, limits), *_structure(handle, infos, directory)]
            wrong += [] if wrong or nested is None else _nested(path, infos, nested)
    except _Wrong as found:
        infos, wrong = [], [found]
    except _DAMAGED:
        infos, wrong = [], [_Wrong("L0-cannot-open")]
    limit = {"L0-too-many-entries": limits.entries, "L0-zip-ratio": limits.ratio}
    return infos, [
        finding(catalog, found.code, place=Place(), seen=found.seen, limit=limit.get(found.code))
        for found in wrong
    ]


def _directory(handle: BinaryIO, size: int) -> tuple[int, int]:
    """Where the archive's directory begins and ends; nothing may stand before the entries or behind the directory."""
    handle.seek(max(0, size - _END_SIZE - _LONGEST_COMMENT))
    tail = handle.read()
    at = tail.rfind(_END)
    handle.seek(0)
    start = handle.read(4)
    if at < 0 or len(tail) < at + _END_SIZE:
        raise _Wrong("L0-cannot-open")
    length, first, comment = struct.unpack("<IIH", tail[at + 12 : at + _END_SIZE])
    end = size - len(tail) + at
    whole = end + _END_SIZE + comment == size and start in (_LOCAL, _END)
    if 0xFFFFFFFF in (length, first) or tail[max(0, at - 20) : at].startswith(b"PK\x06\x07"):
        handle.seek(max(0, end - 20 - 56))
        record = handle.read(56)
        if not record.startswith(_END_64):
            raise _Wrong("L0-cannot-open")
        length, first = struct.unpack("<QQ", record[40:56])
        end -= 20 + 56
    if not whole or first + length != end or comment:
        raise _Wrong("L0-polyglot")
    return first, end


def _counts(infos: list[zipfile.ZipInfo], limits: Limits) -> list[_Wrong]:
    """What the directory declares; the reading holds the unpacking itself to the same limits."""
    found = []
    unpacked = sum(info.file_size for info in infos)
    packed = max(1, sum(info.compress_size for info in infos))
    if len(infos) > limits.entries:
        found.append(_Wrong("L0-too-many-entries", str(len(infos))))
    if unpacked > limits.unpacked_bytes or (unpacked > _SMALL and unpacked / packed > limits.ratio):
        found.append(_Wrong("L0-zip-ratio", str(unpacked // packed)))
    if any(info.flag_bits & 0x1 for info in infos):
        found.append(_Wrong("L0-old-or-encrypted"))
    if any(info.comment or len(info.extra) > _EXTRA for info in infos):
        found.append(_Wrong("L0-polyglot"))
    if any(info.compress_type not in _METHODS for info in infos):
        found.append(_Wrong("L0-cannot-open"))
    found += [
        _Wrong("L0-unsafe-name", echo(info.filename))
        for info in infos
        if not is_safe_name(info.orig_filename) or _is_special(info)
    ]
    twice = Counter(same(info.filename) for info in infos)
    found += [_Wrong("L0-repeated-entry", str(count)) for count in twice.values() if count > 1]
    return found


def _is_special(info: zipfile.ZipInfo) -> bool:
    """A link, pipe or device; 0 is an archive made where files have no such kinds."""
    return (info.external_attr >> 16) & 0o170000 not in (0, 0o100000, 0o040000)


def _structure(handle: BinaryIO, infos: list[zipfile.ZipInfo], directory: int) -> list[_Wrong]:
    """Entries that share bytes, and bytes that belong to no entry."""
    position, hidden = 0, 0
    for info in sorted(infos, key=lambda info: info.header_offset):
        handle.seek(info.header_offset)
        header = handle.read(30)
        if not header.startswith(_LOCAL):
            return [_Wrong("L0-cannot-open")]
        if info.header_offset < position:
            return [_Wrong("L0-overlapping-entries")]
        hidden = max(hidden, info.header_offset - position)
        names = sum(struct.unpack("<HH", header[26:30]))
        position = info.header_offset + 30 + names + info.compress_size
    if position > directory:
        return [_Wrong("L0-overlapping-entries")]
    return [_Wrong("L0-polyglot")] if max(hidden, directory - position) > _GAP else []


def _nested(path: Path, infos: list[zipfile.ZipInfo], but: Collection[str]) -> list[_Wrong]:
    """Archives among the entries; a workbook or zip within a return is never unpacked."""
    found = 0
    with zipfile.ZipFile(path) as archive:
        for info in infos:
            if PurePosixPath(info.filename).name in but:
                continue
            with archive.open(info) as entry:
                found += entry.read(6).startswith(ARCHIVES)
    return [_Wrong("L0-nested-archive", str(found))] if found else []
