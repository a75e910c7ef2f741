"""Returns that are good, and the pieces that hostile ones are made of; everything is written below a given folder."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl

HEADER = "type_of_terrorism,offence,sex,age_group,citizenship,persons,charged"
ROW = "jihadist,_T,_T,_T,_T,14,9"
COVER = {
    "partner": "XKX",
    "reference_year": "2025",
    "submission": "1",
    "prepared_on": "2026-02-14",
    "contact_point": "Statistics unit",
    "handling": "TLP:GREEN",
    "definitions_version": "1",
}
DATASETS = {
    "incidents": {"status": "nil", "release": "exact"},
    "arrests": {
        "status": "reported",
        "coverage": "complete",
        "total": "14",
        "release": "protected",
        "break_in_series": "false",
    },
    "convictions": {"status": "not_available"},
}
Change = Callable[[openpyxl.Workbook], object]


def cover_text(extra: str = "", **over: str) -> str:
    lines = [f"{name}: {value}" for name, value in (COVER | over).items()]
    lines.append("datasets:")
    for dataset, fields in DATASETS.items():
        lines.append(f"  {dataset}:")
        lines += [f"    {name}: {value}" for name, value in fields.items()]
    return "\n".join(lines) + "\n" + extra


def with_note(note: str) -> str:
    """A cover whose coverage note is the text."""
    quoted = note.replace("'", "''")
    return cover_text().replace("coverage: complete", f"coverage: partial\n    coverage_note: '{quoted}'")


def files(*, cover: str | None = None, arrests: str | bytes | None = None) -> dict[str, bytes]:
    table = f"{HEADER}\n{ROW}\n" if arrests is None else arrests
    return {
        "cover.yaml": (cover_text() if cover is None else cover).encode(),
        "arrests.csv": table.encode() if isinstance(table, str) else table,
    }


def folder(path: Path, content: dict[str, bytes] | None = None) -> Path:
    for name, data in (files() if content is None else content).items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_bytes(data)
    return path


def zipped(path: Path, content: dict[str, bytes] | None = None, method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, data in (files() if content is None else content).items():
            info = zipfile.ZipInfo("placeholder", (2026, 2, 14, 0, 0, 0))
            info.filename = name
            info.compress_type = method
            archive.writestr(info, data)
    return path


def book(path: Path, change: Change = lambda work: None) -> Path:
    """A workbook that is accepted, changed."""
    work = openpyxl.Workbook()
    sheet = work.active
    assert sheet is not None
    sheet.title = "cover"
    for name, value in COVER.items():
        sheet.append([name, value])
    for dataset, fields in DATASETS.items():
        for name, value in fields.items():
            sheet.append([f"{dataset}.{name}", value])
    arrests = work.create_sheet("arrests")
    arrests.append(HEADER.split(","))
    arrests.append([int(cell) if cell.isdecimal() else cell for cell in ROW.split(",")])
    change(work)
    work.save(path)
    return path


def parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {info.filename: archive.read(info) for info in archive.infolist()}


def with_parts(path: Path, more: dict[str, bytes]) -> Path:
    """The workbook with parts added or replaced."""
    return zipped(path, parts(book(path)) | more)


def replaced(path: Path, part: str, old: bytes, new: bytes) -> Path:
    content = parts(book(path))
    assert old in content[part], part
    return zipped(path, content | {part: content[part].replace(old, new, 1)})


def sheet_xml(rows: str) -> bytes:
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<worksheet xmlns="{space}"><sheetData>{rows}</sheetData></worksheet>'.encode()


def with_rows(path: Path, rows: str) -> Path:
    """The workbook with these rows as its table of arrests."""
    return with_parts(path, {"xl/worksheets/sheet2.xml": sheet_xml(rows)})


def overlapping(path: Path, copies: int) -> Path:
    """A zip whose directory names the same bytes many times."""
    content = zipped(path, {"cover.yaml": b"\x00" * 100_000}).read_bytes()
    start = content.index(b"PK\x01\x02")
    end = content.index(b"PK\x05\x06")
    entry, local = content[start:end], content[:start]
    entries = b"".join(entry.replace(b"cover.yaml", b"%010d" % number) for number in range(copies))
    tail = b"PK\x05\x06" + struct.pack("<4H2IH", 0, 0, copies, copies, len(entries), len(local), 0)
    path.write_bytes(local + entries + tail)
    return path


def shifted(path: Path, front: bytes = b"", behind: bytes = b"") -> Path:
    """A good zip with something before or behind it."""
    path.write_bytes(front + zipped(path).read_bytes() + behind)
    return path


def with_gap(path: Path, hidden: bytes) -> Path:
    """A good zip with bytes that belong to no entry, and a directory that is moved with them."""
    content = zipped(path).read_bytes()
    start, end = content.index(b"PK\x01\x02"), content.index(b"PK\x05\x06")
    tail = bytearray(content[end:])
    tail[16:20] = struct.pack("<I", start + len(hidden))
    path.write_bytes(content[:start] + hidden + content[start:end] + bytes(tail))
    return path


def packed(content: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in content.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def as_entry(path: Path, mode: int, target: bytes) -> Path:
    """A zip whose cover is a link, pipe or device by its mode."""
    info = zipfile.ZipInfo("cover.yaml")
    info.external_attr = mode << 16
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(info, target)
    return path
