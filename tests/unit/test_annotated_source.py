"""The workbook that is marked: as Excel saves it, made of files, very large, and what is not marked at all."""

from __future__ import annotations

import re
import shutil
import time
import zipfile
from pathlib import Path

import openpyxl
import pytest

from data_contracts.translations import translated
from pipelines.annotated import write_annotated
from pipelines.annotated_marks import FILLS
from pipelines.errors import AnnotationError
from pipelines.findings import Place, finding
from tests.unit.faulty_returns import as_folder, mend, row_of
from tests.unit.template_filling import CATALOG, filled
from tests.unit.test_annotated import check, codes, faulty, fill, marked

__all__ = ["faulty"]
X14 = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"


def in_extension(path: Path, target: Path) -> Path:
    """The workbook as Excel saves it: drop-downs from another sheet in the extension of the sheet."""
    with zipfile.ZipFile(path) as book, zipfile.ZipFile(target, "w") as excel:
        for name in book.namelist():
            part = book.read(name).decode() if name.startswith("xl/worksheets/sheet") else None
            if part and (rules := re.search(r"<dataValidations.*?</dataValidations>", part)):
                found = re.findall(r"<dataValidation ([^>]*[^/])><formula1>(codes![^<]+)<", rules[0])
                lists = [
                    (sqref[1], formula)
                    for own, formula in found
                    if (sqref := re.search('sqref="([^"]+)"', own))
                ]
                assert lists or not found
                inner = "".join(
                    f'<x14:dataValidation type="list" errorStyle="warning" allowBlank="1" showInputMessage="1" '
                    f'showErrorMessage="1" promptTitle="Title" prompt="Text"><x14:formula1><xm:f>{formula}</xm:f>'
                    f"</x14:formula1><xm:sqref>{cells}</xm:sqref></x14:dataValidation>"
                    for cells, formula in lists
                )
                extension = (
                    f'<extLst><ext uri="{{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}}" xmlns:x14="{X14}">'
                    f'<x14:dataValidations count="{len(lists)}" '
                    f'xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main">{inner}</x14:dataValidations>'
                    "</ext></extLst>"
                )
                part = part.replace(rules[0], "").replace("</worksheet>", f"{extension}</worksheet>")
            excel.writestr(name, book.read(name) if part is None else part)
    return target


def test_drop_downs_that_excel_keeps_in_an_extension_survive_too(faulty: Path, tmp_path: Path) -> None:
    excel = in_extension(faulty, tmp_path / "excel.xlsx")
    assert b"x14:dataValidation" in zipfile.ZipFile(excel).read("xl/worksheets/sheet3.xml")
    book = marked(excel, tmp_path / "marked.xlsx")
    wanted = {
        str(rule.sqref): rule.formula1
        for rule in openpyxl.load_workbook(faulty)["arrests"].data_validations.dataValidation
        if rule.type == "list"
    }
    lists = [rule for rule in book["arrests"].data_validations.dataValidation if rule.type == "list"]
    assert {str(rule.sqref): rule.formula1 for rule in lists} == wanted and len(wanted) == 5
    assert {(rule.errorStyle, rule.promptTitle, rule.showErrorMessage) for rule in lists} == {
        ("warning", "Title", True)
    }


@pytest.mark.parametrize("form", ["folder", "zip"])
def test_of_files_a_workbook_is_made_with_the_same_rows(faulty: Path, tmp_path: Path, form: str) -> None:
    path = as_folder(faulty, tmp_path / "return")
    if form == "zip":
        path = Path(shutil.make_archive(str(tmp_path / "packed"), "zip", path))
    book = marked(path, tmp_path / "marked.xlsx", "sq")
    assert book.sheetnames == ["findings", "cover", "arrests", "contribution"]
    assert book["contribution"]["A2"].value == "Overview"
    assert fill(book["arrests"]["C2"]) == FILLS["error"] and book["arrests"]["C2"].value == "femle"
    assert book["arrests"]["F2"].value == 9, "counts are numbers"
    field = book["cover"].cell(row_of(book, "prepared_on"), 2)
    assert fill(field) == FILLS["error"] and "C-date-order" in field.comment.text
    mended = check(mend(tmp_path / "marked.xlsx", tmp_path / "mended.xlsx"))
    assert (mended.verdict, mended.findings) == ("accepted", ())


def test_text_of_files_never_becomes_a_formula(tmp_path: Path, faulty: Path) -> None:
    path = as_folder(faulty, tmp_path / "return")
    text = (path / "arrests.csv").read_text(encoding="utf-8").replace("femle", "=1+1")
    (path / "arrests.csv").write_text(text.replace("1.000", "\x0b7"), encoding="utf-8")
    book = marked(path, tmp_path / "marked.xlsx")
    assert (book["arrests"]["C2"].value, book["arrests"]["C2"].data_type) == ("=1+1", "s")
    assert "L0-formula" not in codes(tmp_path / "marked.xlsx")


def test_thousands_of_findings_are_marked_and_the_workbook_can_still_be_handed_in(tmp_path: Path) -> None:
    path = filled(tmp_path / "x.xlsx", language="sq")
    book = openpyxl.load_workbook(path)
    for row in range(2, 1200):
        for position in range(1, 6):
            book["arrests"].cell(row, position).value = "xy 123"
        book["arrests"].cell(row, 6).value = 1
    book.save(path)
    before = codes(path)
    assert len(before) > 5000
    result = marked(path, tmp_path / "marked.xlsx", "sr-Cyrl")
    assert fill(result["arrests"]["E1000"]) == FILLS["error"]
    assert "tesat check" in result["findings"].cell(result["findings"].max_row, 1).value
    assert set(codes(tmp_path / "marked.xlsx")) == set(before), "not too much text"


def test_a_look_far_from_everything_costs_nothing(tmp_path: Path) -> None:
    path = filled(tmp_path / "x.xlsx")
    book = openpyxl.load_workbook(path)
    book["arrests"]["C2"] = "femle"
    book["contribution"]["XFD20000"].font = openpyxl.styles.Font(bold=True)
    book.save(path)
    started = time.monotonic()
    assert fill(marked(path, tmp_path / "marked.xlsx")["arrests"]["C2"]) == FILLS["error"]
    assert time.monotonic() - started < 20


def test_what_may_not_be_copied_is_not(faulty: Path, tmp_path: Path) -> None:
    texts = translated(CATALOG, "en")
    for code, words in (
        ("P0-national-id", "personal data"),
        ("C-handling-refused", "does not permit a copy"),
    ):
        values = {"allowed": "TLP:GREEN"} if code.startswith("C-") else {}
        result = check(faulty).with_findings([finding(CATALOG, code, place=Place(), **values)])
        with pytest.raises(AnnotationError, match=words):
            write_annotated(faulty, tmp_path / "no.xlsx", result, texts=texts)
    copy = Path(shutil.copy(faulty, tmp_path / "copy.xlsx"))
    (tmp_path / "link.xlsx").symlink_to(copy)
    with pytest.raises(AnnotationError, match="is the return itself"):
        write_annotated(copy, tmp_path / "link.xlsx", check(copy), texts=texts)
    assert not (tmp_path / "no.xlsx").exists() and copy.read_bytes() == faulty.read_bytes()


def test_a_workbook_that_openpyxl_cannot_load_is_an_answer_in_words(faulty: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.xlsx"
    with zipfile.ZipFile(faulty) as book, zipfile.ZipFile(broken, "w") as copy:
        for name in book.namelist():
            part = book.read(name)
            if name == "xl/styles.xml":
                part = re.sub(rb'<fgColor rgb="\w+"', b'<fgColor rgb="no colour"', part)
            copy.writestr(name, part)
    result = check(broken)
    assert result.verdict == "rejected"
    with pytest.raises(AnnotationError, match="save it under a new name"):
        write_annotated(broken, tmp_path / "no.xlsx", result, texts=translated(CATALOG, "en"))
    assert not (tmp_path / "no.xlsx").exists()
