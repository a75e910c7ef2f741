"""What must not come in: size, bombs, paths, macros, links, formulas, hidden sheets, entities, passwords."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from data_contracts.catalog import load_catalog
from pipelines.cover import load_cover_rules
from pipelines.errors import UnreadableReturn
from pipelines.findings import Finding
from pipelines.limits import inspect, read_entry
from pipelines.reading import read_return

CATALOG = load_catalog()


def book(path: Path, change: Callable[[openpyxl.Workbook], None] = lambda book: None) -> Path:
    work = openpyxl.Workbook()
    work.active.title = "cover"
    work["cover"].append(["partner", "XKX"])
    work.create_sheet("arrests").append(["type_of_terrorism", "persons"])
    work["arrests"].append(["_T", 3])
    change(work)
    work.save(path)
    return path


def with_parts(path: Path, parts: dict[str, bytes], level: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "a", level) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def replaced(path: Path, name: str, old: bytes, new: bytes) -> Path:
    with zipfile.ZipFile(path) as archive:
        parts = {info.filename: archive.read(info) for info in archive.infolist()}
    assert old in parts[name]
    parts[name] = parts[name].replace(old, new)
    path.unlink()
    return with_parts(path, parts)


def findings(path: Path) -> tuple[Finding, ...]:
    try:
        return read_return(path, catalog=CATALOG).findings
    except UnreadableReturn as error:
        return error.findings


def found_codes(path: Path) -> set[str]:
    return {found.code for found in findings(path)} - {"L0-missing-column", "L0-optional-column-missing"}


def stops(path: Path) -> set[str]:
    with pytest.raises(UnreadableReturn) as caught:
        read_return(path, catalog=CATALOG)
    return {found.code for found in caught.value.findings}


def test_a_plain_workbook_passes(tmp_path: Path) -> None:
    assert found_codes(book(tmp_path / "r.xlsx")) == set()


def test_too_large(tmp_path: Path) -> None:
    (tmp_path / "r.xlsx").write_bytes(b"PK" + b"\x00" * 20_000_000)
    assert stops(tmp_path / "r.xlsx") == {"L0-too-large"}
    (tmp_path / "r.xlsx").rename(tmp_path / "r.dat")
    folder = tmp_path / "folder"
    folder.mkdir()
    (tmp_path / "r.dat").rename(folder / "arrests.csv")
    assert stops(folder) == {"L0-too-large"}


def test_bomb_and_too_many_entries(tmp_path: Path) -> None:
    assert stops(with_parts(tmp_path / "bomb.zip", {"cover.yaml": b"\x00" * 5_000_000})) == {"L0-zip-ratio"}
    many = {f"{number}.csv": b"" for number in range(301)}
    assert stops(with_parts(tmp_path / "many.zip", many)) == {"L0-too-many-entries"}


def test_a_directory_that_lies_about_sizes_is_no_way_round(tmp_path: Path) -> None:
    path = with_parts(tmp_path / "r.zip", {"cover.yaml": b"a: " + b"x" * 3_000_000})
    content = path.read_bytes().replace(struct.pack("<I", 3_000_003), struct.pack("<I", 10))
    path.write_bytes(content)
    assert stops(path) == {"L0-cannot-open"}


@pytest.mark.parametrize(
    "name", ["../cover.yaml", "/etc/cover.yaml", "C:\\cover.yaml", "a\\b.csv", "x/../../y.csv"]
)
def test_names_that_lead_out(tmp_path: Path, name: str) -> None:
    info = zipfile.ZipInfo("placeholder")
    info.filename = name
    with zipfile.ZipFile(tmp_path / "r.zip", "w") as archive:
        archive.writestr(info, b"x")
    assert stops(tmp_path / "r.zip") == {"L0-unsafe-name"}


def test_an_entry_unpacks_to_no_more_than_the_limit(tmp_path: Path) -> None:
    limits = load_cover_rules(CATALOG.root).limits.model_copy(update={"unpacked_bytes": 10})
    with zipfile.ZipFile(with_parts(tmp_path / "r.zip", {"a": b"x" * 11, "b": b"x" * 10})) as archive:
        assert read_entry(archive, "b", limits=limits) == b"x" * 10
        with pytest.raises(zipfile.BadZipFile, match="more than 10 bytes"):
            read_entry(archive, "a", limits=limits)


def test_links_in_folder_and_zip(tmp_path: Path) -> None:
    folder = tmp_path / "r"
    folder.mkdir()
    (folder / "cover.yaml").symlink_to("/etc/hostname")
    assert stops(folder) == {"L0-unsafe-name"}
    info = zipfile.ZipInfo("cover.yaml")
    info.external_attr = 0o120777 << 16
    with zipfile.ZipFile(tmp_path / "r.zip", "w") as archive:
        archive.writestr(info, b"/etc/hostname")
    assert stops(tmp_path / "r.zip") == {"L0-unsafe-name"}


@pytest.mark.parametrize(
    ("part", "code"),
    [
        ("xl/vbaProject.bin", "L0-macros"),
        ("xl/externalLinks/externalLink1.xml", "L0-external-links"),
        ("xl/connections.xml", "L0-external-links"),
        ("xl/embeddings/oleObject1.bin", "L0-embedded-files"),
    ],
)
def test_active_content_is_named_and_the_rest_still_read(tmp_path: Path, part: str, code: str) -> None:
    path = with_parts(book(tmp_path / "r.xlsx"), {part: b"<x/>"})
    assert found_codes(path) == {code}
    assert inspect(path, catalog=CATALOG).readable


def test_macro_workbook_old_format_and_password(tmp_path: Path) -> None:
    assert stops(book(tmp_path / "r.xlsx").rename(tmp_path / "r.xlsm")) == {"L0-macros"}
    for name in ("old.xls", "locked.xlsx"):
        (tmp_path / name).write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600)
        assert stops(tmp_path / name) == {"L0-old-or-encrypted"}
    path = with_parts(tmp_path / "r.zip", {"cover.yaml": b"x"})
    content = bytearray(path.read_bytes())
    content[content.rfind(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(bytes(content))
    assert stops(path) == {"L0-old-or-encrypted"}


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 broken", b"<html>"])
def test_damaged(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "r.xlsx").write_bytes(content)
    assert stops(tmp_path / "r.xlsx") == {"L0-cannot-open"}


def test_damaged_sheet_and_missing_parts(tmp_path: Path) -> None:
    path = replaced(book(tmp_path / "r.xlsx"), "xl/worksheets/sheet2.xml", b"</worksheet>", b"<")
    assert stops(path) == {"L0-cannot-open"}
    path = replaced(book(tmp_path / "s.xlsx"), "xl/_rels/workbook.xml.rels", b"sheet2.xml", b"sheet9.xml")
    assert stops(path) == {"L0-cannot-open"}


def test_formula_error_value_and_hidden_rows_are_located(tmp_path: Path) -> None:
    def change(work: openpyxl.Workbook) -> None:
        sheet = work["arrests"]
        sheet["B2"], sheet["B3"], sheet["A4"] = "=1+2", "=SUM(B2:B2)", "#N/A"
        sheet.row_dimensions[4].hidden = True

    found = findings(book(tmp_path / "r.xlsx", change))
    located = {(f.code, f.row, f.column, f.seen, f.severity) for f in found if f.sheet == "arrests"}
    assert {
        ("L0-formula", 2, "B", "2", "error"),
        ("L0-formula", 3, "B", "2", "error"),
        ("L0-error-value", 4, "A", "", "error"),
        ("L0-hidden-rows", None, None, "1", "warning"),
    } <= located
    assert "paste as values" in next(f.remedy for f in found if f.code == "L0-formula")


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_hidden_sheet(tmp_path: Path, state: str) -> None:
    path = book(tmp_path / "r.xlsx", lambda work: setattr(work["arrests"], "sheet_state", state))
    (found,) = [found for found in findings(path) if found.code == "L0-hidden-sheet"]
    assert found.sheet == "arrests"


def test_formulas_of_ignored_sheets_are_nobodys_business(tmp_path: Path) -> None:
    path = book(tmp_path / "r.xlsx", lambda work: work.create_sheet("example").append(["=1+1"]))
    assert found_codes(path) == set()


def test_entities(tmp_path: Path) -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><worksheet'
    path = replaced(book(tmp_path / "r.xlsx"), "xl/worksheets/sheet2.xml", b"<worksheet", bomb)
    assert stops(path) == {"L0-xml-entities"}


def test_a_cell_at_the_end_of_the_sheet_allocates_nothing(tmp_path: Path) -> None:
    path = book(tmp_path / "r.xlsx", lambda work: work["arrests"].cell(1_048_576, 16_384, "x"))
    assert stops(path) == {"L0-sheet-too-large"}
