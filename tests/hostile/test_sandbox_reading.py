"""What the child process hands back of a workbook: every kind of cell as text, as spreadsheet programs show it."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from data_contracts.catalog import load_catalog
from pipelines.cover import load_cover_rules
from pipelines.sandbox import read_in_child
from pipelines.sandbox_numbers import as_text, is_date_format
from tests.hostile import builders as b

LIMITS = load_cover_rules(load_catalog().root).limits


def rows(path: Path, sheet: int = 1) -> list[list[str]]:
    found: list[list[str]] = read_in_child(path, limits=LIMITS, columns=200, attributes=())["sheets"][sheet][
        "rows"
    ]
    return found


def first_row(path: Path, cells: str) -> list[str]:
    return rows(b.with_rows(path / "r.xlsx", f'<row r="1">{cells}</row>'))[0]


def test_values_that_a_program_writes(tmp_path: Path) -> None:
    values = [30, 30.0, 29.999998, 0.1 + 0.2, -3, True, False, " x ", "line\nbreak", "01", None, "ж"]
    dates = [datetime.date(2026, 2, 14), datetime.datetime(2026, 2, 14, 10, 5)]

    def change(work: object) -> None:
        work.create_sheet("x").append([*values, *dates])  # type: ignore[attr-defined]

    shown = ["30", "30", "29.999998", "0.3", "-3", "true", "false", " x ", "line\nbreak", "01", "", "ж"]
    assert rows(b.book(tmp_path / "r.xlsx", change), sheet=2) == [
        [*shown, "2026-02-14 00:00:00", "2026-02-14 10:05:00"]
    ]


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("30", "30"),
        ("3.0E1", "30"),
        ("30.000000000000004", "30"),
        ("29.999998", "29.999998"),
        ("197004000000.0", "197004000000"),
        ("1E-7", "1e-07"),
        ("1E+20", "100000000000000000000"),
        ("nan", "nan"),
        ("1e999", "1e999"),
        ("12 persons", "12 persons"),
    ],
)
def test_numbers(written: str, shown: str) -> None:
    assert as_text(written, date=False, epoch=0) == shown


def test_dates() -> None:
    assert as_text("46067", date=True, epoch=0) == "2026-02-14 00:00:00"
    assert as_text("44605", date=True, epoch=1462) == "2026-02-14 00:00:00"
    assert as_text("46067.42013888889", date=True, epoch=0) == "2026-02-14 10:05:00"
    assert as_text("-1", date=True, epoch=0) == "-1"
    assert as_text("1e9", date=True, epoch=0) == "1000000000"


@pytest.mark.parametrize(
    ("code", "is_date"),
    [
        ("yyyy-mm-dd", True),
        ("[$-41A]d. mmmm yyyy", True),
        ("[h]:mm", True),
        ("General", False),
        ("0.00", False),
        ('#,##0.00 "din"', False),
        ("0\\d", False),
        ("[Red]0", False),
        ("@", False),
        ("[", False),
    ],
)
def test_formats_of_dates(code: str, is_date: bool) -> None:
    assert is_date_format(164, code) is is_date
    assert is_date_format(14, None)
    assert not is_date_format(2, None)


def test_runs_of_one_text_are_one_and_its_phonetic_reading_is_none(tmp_path: Path) -> None:
    text = "<is><r><t>jih</t></r><r><rPr><b/></rPr><t>adist</t></r><rPh><t>X</t></rPh></is>"
    assert first_row(tmp_path, f'<c r="A1" t="inlineStr">{text}</c>') == ["jihadist"]


def test_cells_and_rows_without_references_follow_one_another(tmp_path: Path) -> None:
    path = b.with_rows(
        tmp_path / "r.xlsx", "<row><c><v>1</v></c><c><v>2</v></c></row><row/><row><c/><c><v>3</v></c></row>"
    )
    assert rows(path) == [["1", "2"], [], ["", "3"]]


def test_prefixes_and_characters_by_number(tmp_path: Path) -> None:
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    cell = '<x:c r="B1" t="inlineStr"><x:is><x:t>a_x0041_b_x000D_</x:t></x:is></x:c>'
    xml = (
        f'<x:worksheet xmlns:x="{space}"><x:sheetData><x:row r="1">{cell}</x:row></x:sheetData></x:worksheet>'
    )
    assert rows(b.with_parts(tmp_path / "r.xlsx", {"xl/worksheets/sheet2.xml": xml.encode()})) == [
        ["", "aAb\r"]
    ]


def test_a_lone_half_of_a_letter_does_no_harm(tmp_path: Path) -> None:
    cell = '<c r="A1" t="inlineStr"><is><t>_xD800_</t></is></c>'
    assert first_row(tmp_path, cell) == ["\ufffd"]
