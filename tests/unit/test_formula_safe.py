"""No cell of text is taken for a formula, and numbers stay numbers, in CSV and in the workbook."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import polars as pl
import pytest

from data_contracts.catalog import load_catalog
from data_contracts.interface import load_interface
from pipelines.formula_safe import formula_safe, safe_frame
from pipelines.tables_workbook import write_workbook
from report.rendering.images import write_data

CATALOG = load_catalog()
FORMULAS = ["=1+1", "+A1", "-A1", "@SUM(A1)", "\t=1", "\r=1", "＝1", "－A1", "=cmd|' /C calc'!A0", "-", "--5"]
HARMLESS = ["-5", "+3", "-0.5", "1e-9", "-2.5E+3", "", "~10", "≥3", "5 of 6", "[x]", "–", "'=1", "a=b"]


@pytest.mark.parametrize("text", FORMULAS)
def test_what_begins_like_a_formula_gets_an_apostrophe(text: str) -> None:
    assert formula_safe(text) == f"'{text}"


@pytest.mark.parametrize("text", HARMLESS)
def test_numbers_and_words_stay_as_they_are(text: str) -> None:
    assert formula_safe(text) == text


def test_a_frame_keeps_its_numbers_and_what_is_missing() -> None:
    frame = pl.DataFrame({"note": ["=1", None, "-3"], "value": [-1.5, None, 2.0]})
    assert safe_frame(frame).rows() == [("'=1", -1.5), (None, None), ("-3", 2.0)]


def test_the_data_behind_a_figure_holds_no_formula(tmp_path: Path) -> None:
    write_data(tmp_path / "x.csv", ["Partner", "2025"], [["=HYPERLINK(1)", -4], ["@a", None]])
    assert (tmp_path / "x.csv").read_text(encoding="utf-8-sig") == "Partner,2025\n'=HYPERLINK(1),-4\n'@a,\n"


def test_the_workbook_holds_no_formula_and_negative_numbers_are_numbers(tmp_path: Path) -> None:
    columns = next(one for one in load_interface(CATALOG.root).annex if one.name == "quality").columns
    row = {column.name: "=1+1" for column in columns} | {"value": "-28"}
    path = write_workbook(
        tmp_path / "t.xlsx",
        {},
        {"quality": pl.DataFrame([row])},
        title="=title",
        mark="",
        footnote="",
        prepared="2026-06-30",
        catalog=CATALOG,
    )
    sheet = openpyxl.load_workbook(path)["quality"]
    cells = [cell for line in sheet.iter_rows() for cell in line if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s", "n"}
    assert [cell.value for cell in cells if cell.data_type == "n"] == [-28]
