"""The marked workbook: the partner's own, every fault where it is, in words; what is corrected in it is accepted."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import openpyxl
import pytest

from data_contracts.translations import known_languages, translated
from pipelines.annotated import write_annotated
from pipelines.annotated_comments import SIGNS
from pipelines.annotated_marks import FILLS
from pipelines.checking import CheckResult, check_path
from pipelines.findings import Finding, Place, finding
from pipelines.screening_patterns import kinds_in
from tests.unit.faulty_returns import MERGED, ON_COVER, mend, plant, row_of
from tests.unit.template_filling import CATALOG, REGION, filled

LANGUAGES = ("en", "sq", "sr-Cyrl")
X14 = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return plant(tmp_path_factory.mktemp("faulty") / "XKX-2025.xlsx", language="sq")


def check(path: Path) -> CheckResult:
    return check_path(path, catalog=CATALOG, region_name=REGION.name)


def codes(path: Path) -> list[str]:
    return [found.code for found in check(path).findings]


def marked(path: Path, target: Path, language: str = "en") -> openpyxl.Workbook:
    write_annotated(path, target, check(path), texts=translated(CATALOG, language))
    return openpyxl.load_workbook(target)


def fill(cell: object) -> str:
    return str(cell.fill.fgColor.rgb)[-6:]  # type: ignore[attr-defined]


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_faulty_cell_is_marked_by_colour_border_and_words(
    faulty: Path, tmp_path: Path, language: str
) -> None:
    book = marked(faulty, tmp_path / "marked.xlsx", language)
    word = translated(CATALOG, language).word
    cells = [book["arrests"][place.partition("!")[2]] for place in MERGED]
    cells += [book["cover"].cell(row_of(book, field), 2) for field in ON_COVER]
    for cell in cells:
        assert fill(cell) == FILLS["error"], cell.coordinate
        assert cell.border.left.style == "medium"
        assert cell.comment.text.startswith(f"{SIGNS['error']} {word('error').upper()}")
        for name in ("expected", "remedy"):
            assert f"{word(name)}: " in cell.comment.text
    warning = book["cover"].cell(row_of(book, "operations"), 2)
    assert fill(warning) == FILLS["warning"] and warning.border.left.style == "mediumDashed"
    assert word("warning").upper() in warning.comment.text and "T3-count-over-total" in warning.comment.text
    rows = {fill(cell) for cell in book["arrests"][9][:7]}
    assert rows == {FILLS["error"]}, "a fault of a whole row marks the whole row"
    assert fill(book["arrests"]["B2"]) not in FILLS.values()


def test_the_original_is_not_changed_and_nothing_but_the_looks_differs(faulty: Path, tmp_path: Path) -> None:
    before = faulty.read_bytes()
    book, own = marked(faulty, tmp_path / "marked.xlsx"), openpyxl.load_workbook(faulty)
    assert faulty.read_bytes() == before
    assert book.sheetnames == ["findings", *own.sheetnames]
    for sheet in own.worksheets:
        copy = book[sheet.title]
        for row in sheet.iter_rows():
            for cell in row:
                assert copy[cell.coordinate].value == cell.value
                assert copy[cell.coordinate].number_format == cell.number_format
        assert copy.freeze_panes == sheet.freeze_panes
        widths = {letters: own.width for letters, own in sheet.column_dimensions.items()}
        assert {letters: own.width for letters, own in copy.column_dimensions.items()} == widths


def test_the_drop_downs_survive(faulty: Path, tmp_path: Path) -> None:
    book, own = marked(faulty, tmp_path / "marked.xlsx"), openpyxl.load_workbook(faulty)
    seen = 0
    for sheet in own.worksheets:
        for rule, copy in zip(
            sheet.data_validations.dataValidation,
            book[sheet.title].data_validations.dataValidation,
            strict=True,
        ):
            assert dict(rule) == dict(copy) and rule.formula1 == copy.formula1
            seen += rule.type == "list"
    assert seen > 20


def test_the_sheet_of_findings_lists_all_and_leads_to_each_cell(faulty: Path, tmp_path: Path) -> None:
    book = marked(faulty, tmp_path / "marked.xlsx", "sr-Cyrl")
    sheet, texts = book["findings"], translated(CATALOG, "sr-Cyrl")
    assert book.active.title == "findings"
    assert [other.title for other in book.worksheets if other.sheet_view.tabSelected] == ["findings"]
    assert sheet["A1"].value.startswith(texts.word("rejected"))
    assert sheet["A3"].value == f"{texts.word('marks')} {texts.word('unreviewed')}"
    rows = list(sheet.iter_rows(min_row=6))
    assert sorted(row[7].value for row in rows) == sorted(codes(faulty))
    for row in rows:
        location = row[1].hyperlink.location
        assert row[1].hyperlink.target is None, "a link within the workbook, not to a file"
        name, _, cell = location.partition("!")
        assert book[name.strip("'")][cell].comment is not None
        assert row[0].value in {f"{SIGNS[kind]} {texts.word(kind)}" for kind in ("error", "warning")}  # type: ignore[index]


def test_what_is_corrected_in_the_marked_workbook_is_accepted_as_it_is(faulty: Path, tmp_path: Path) -> None:
    marked(faulty, tmp_path / "marked.xlsx", "sq")
    assert sorted(codes(tmp_path / "marked.xlsx")) == sorted(codes(faulty)), "marks make no findings"
    mended = check(mend(tmp_path / "marked.xlsx", tmp_path / "mended.xlsx"))
    assert (mended.verdict, mended.findings) == ("accepted", ())


def test_marks_of_an_earlier_check_go_and_what_the_partner_wrote_stays(faulty: Path, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(faulty)
    book["arrests"]["C2"].comment = openpyxl.comments.Comment("Ask the court.", "desk")
    book.save(tmp_path / "own.xlsx")
    first = marked(tmp_path / "own.xlsx", tmp_path / "first.xlsx")
    assert first["arrests"]["C2"].comment.text.endswith("\nAsk the court.")
    mended = mend(tmp_path / "first.xlsx", tmp_path / "mended.xlsx")
    second = openpyxl.load_workbook(mended)
    second["arrests"]["F4"] = "2.000"
    second.save(mended)
    third = marked(mended, tmp_path / "third.xlsx")
    assert third["arrests"]["C2"].comment.text == "Ask the court."
    assert fill(third["arrests"]["C2"]) not in FILLS.values()
    assert third["arrests"]["A9"].comment is None and not third["arrests"]["A9"].font.bold
    status = third["cover"].cell(row_of(third, "arrests.status"), 2)
    assert fill(status) == fill(third["cover"].cell(row_of(third, "partner"), 2)), (
        "an input field looks like one"
    )
    assert third["arrests"]["F4"].comment.text.count("tesat") == 1
    assert third.sheetnames.count("findings") == 1


def test_several_findings_of_a_cell_are_one_comment(tmp_path: Path) -> None:
    path = filled(tmp_path / "x.xlsx")
    book = openpyxl.load_workbook(path)
    for column in "ABCDE":
        book["arrests"][f"{column}2"] = None
    book["arrests"]["A2"] = "xy"
    book["arrests"]["A3"] = book["arrests"]["A2"].value
    book.save(path)
    result = check(path)
    place = Place("arrests", "arrests", 2, "type_of_terrorism")
    more = [finding(CATALOG, "T1-date", place=place), finding(CATALOG, "T1-several-values", place=place)]
    write_annotated(path, tmp_path / "m.xlsx", result.with_findings(more), texts=translated(CATALOG, "en"))
    text = openpyxl.load_workbook(tmp_path / "m.xlsx")["arrests"]["A2"].comment.text
    assert [code in text for code in ("T1-unknown-code", "T1-date", "T1-several-values")] == [True] * 3


def test_boxes_of_comments_stand_beside_their_cells(faulty: Path, tmp_path: Path) -> None:
    marked(faulty, tmp_path / "marked.xlsx")
    with zipfile.ZipFile(tmp_path / "marked.xlsx") as book:
        drawn = b"".join(book.read(name) for name in book.namelist() if name.endswith(".vml")).decode()
    shapes = re.findall(
        r"<x:Anchor>([\d, ]+)</x:Anchor><x:AutoFill>False</x:AutoFill><x:Row>(\d+)</x:Row><x:Column>(\d+)<",
        drawn,
    )
    assert len(shapes) == len(
        {found.row and (found.sheet, found.row, found.column) for found in check(faulty).findings}
    )
    for anchor, row, column in shapes:
        left, _, top, _, right, _, bottom, _ = map(int, anchor.split(", "))
        assert left == int(column) + 1 and abs(top - int(row)) <= 1
        assert right >= left and bottom > top + 2
    assert len(set(re.findall(r'<v:shape id="(\w+)"', drawn))) == len(shapes)


def test_the_same_return_gives_the_same_bytes(faulty: Path, tmp_path: Path) -> None:
    for name in ("one.xlsx", "two.xlsx"):
        marked(faulty, tmp_path / name)
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()
    with zipfile.ZipFile(tmp_path / "one.xlsx") as book:
        assert {info.date_time[0] for info in book.infolist()} == {1980}
        changed = re.search(rb"modified[^>]*>([^<]+)<", book.read("docProps/core.xml"))
    own = openpyxl.load_workbook(faulty).properties.modified
    assert changed and own and changed[1].decode() == own.strftime("%Y-%m-%dT%H:%M:%SZ")


@pytest.mark.parametrize("language", known_languages(CATALOG))
def test_no_comment_reads_like_personal_data(language: str) -> None:
    """A marked workbook is screened like every other when it is handed in."""
    from pipelines.answer_words import said

    names = re.findall(r"{([a-z]+)}", (CATALOG.root / "findings.yaml").read_text(encoding="utf-8"))
    values = {name: 2025 for name in set(names) - {"column", "dataset", "sheet", "row"}}
    for code in CATALOG.findings:
        found: Finding = finding(CATALOG, code, place=Place("arrests", "arrests", 3, "sex"), **values)
        told = said(found, translated(CATALOG, language))
        for text in (told.rule, told.expected, told.remedy):
            assert not kinds_in(text, root=CATALOG.root), f"{language} {code}: {text}"


def test_a_return_without_findings_is_marked_as_accepted(tmp_path: Path) -> None:
    path = filled(tmp_path / "x.xlsx")
    book = marked(path, tmp_path / "marked.xlsx")
    assert book["findings"]["A1"].value.startswith("ACCEPTED")
    assert book["findings"].max_row == 5
    assert codes(tmp_path / "marked.xlsx") == []
