"""Forms of a return: workbook, folder and zip say the same; what is wrong with a form is found and located."""

from __future__ import annotations

import zipfile
from pathlib import Path

import openpyxl
import pytest

from data_contracts.catalog import load_catalog
from pipelines.checking import CheckResult, check_path, check_return
from pipelines.errors import UnreadableReturn
from pipelines.findings import Finding
from pipelines.reading import read_return

CATALOG = load_catalog()
COVER = {
    "partner": "XKX",
    "reference_year": "2025",
    "submission": "1",
    "prepared_on": "2026-02-14",
    "contact_point": "Statistics unit",
    "handling": "TLP:GREEN",
    "definitions_version": "1",
    "operations": "5",
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
HEADER = ["type_of_terrorism", "offence", "sex", "age_group", "citizenship", "persons", "charged"]
ROWS = [["jihadist", "_T", "_T", "_T", "_T", "10", "3"], ["right_wing", "_T", "_T", "_T", "_T", "4", ""]]


def cover_yaml(**over: str) -> str:
    lines = [f"{name}: {value}" for name, value in (COVER | over).items()]
    lines.append("datasets:")
    for dataset, fields in DATASETS.items():
        lines.append(f"  {dataset}: {{{', '.join(f'{name}: {value}' for name, value in fields.items())}}}")
    return "\n".join(lines) + "\n"


def csv_text(rows: list[list[str]], separator: str = ",") -> str:
    return "".join(separator.join(row) + "\r\n" for row in rows)


def folder(path: Path, *, csv: bytes | None = None, cover: str | None = None) -> Path:
    path.mkdir(parents=True)
    (path / "cover.yaml").write_text(cover_yaml() if cover is None else cover, encoding="utf-8")
    (path / "arrests.csv").write_bytes(csv_text([HEADER, *ROWS]).encode() if csv is None else csv)
    return path


def workbook(path: Path, *, rows: list[list[object]] | None = None) -> openpyxl.Workbook:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "cover"
    sheet.append(["field", "value", "what it means"])
    for name, value in COVER.items():
        sheet.append([name, int(value) if value.isdecimal() else value, "explained"])
    sheet.append([])
    sheet.append(["Datasets", None, "a heading"])
    for dataset, fields in DATASETS.items():
        for name, text in fields.items():
            sheet.append([f"{dataset}.{name}", int(text) if text.isdecimal() else text])
    arrests = book.create_sheet("arrests")
    arrests.append(HEADER)
    for row in rows or [
        [int(cell) if str(cell).isdecimal() else cell or None for cell in row] for row in ROWS
    ]:
        arrests.append(row)
    book.create_sheet("codes").append(["anything", "at all", "=1+1"])
    book.save(path)
    return book


def check(path: Path) -> CheckResult:
    return check_path(path, catalog=CATALOG, region_name="western_balkans")


def codes(findings: tuple[Finding, ...]) -> list[str]:
    return [found.code for found in findings]


def unreadable(path: Path) -> tuple[Finding, ...]:
    with pytest.raises(UnreadableReturn) as caught:
        read_return(path, catalog=CATALOG)
    return caught.value.findings


def test_all_forms_say_the_same(tmp_path: Path) -> None:
    source = folder(tmp_path / "return")
    workbook(tmp_path / "return.xlsx")
    for name, prefix in (("flat.zip", ""), ("nested.zip", "return 2025/")):
        with zipfile.ZipFile(tmp_path / name, "w") as archive:
            for file in source.iterdir():
                archive.write(file, prefix + file.name)
    results = [check(tmp_path / name) for name in ("return", "return.xlsx", "flat.zip", "nested.zip")]
    assert [(result.verdict, codes(result.findings)) for result in results] == [("accepted", [])] * 4
    for other in results[1:]:
        assert other.tables["arrests"].equals(results[0].tables["arrests"])
        assert other.cover_lines.drop("sha256").equals(results[0].cover_lines.drop("sha256"))
    assert len({result.sha256 for result in (results[0], results[2], results[3])}) == 1


def test_typed_table_keeps_empty_as_unknown_and_spells_codes_as_the_contract(tmp_path: Path) -> None:
    rows = [
        HEADER,
        [" Jihadist\u00a0", "_t", "_T", "_T", "_T", "10,0", "3.0"],
        ["RIGHT_WING", "_T", "_T", "_T", "_T", "4", ""],
    ]
    table = check(folder(tmp_path / "r", csv=csv_text(rows, ";").encode())).tables["arrests"]
    assert table.columns[:3] == ["partner", "reference_year", "submission"]
    assert table["type_of_terrorism"].to_list() == ["jihadist", "right_wing"]
    assert table["offence"].to_list() == ["_T", "_T"]
    assert table["persons"].to_list() == [10, 4]
    assert table["charged"].to_list() == [3, None]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_separators_and_byte_order_mark(tmp_path: Path, separator: str, mark: bytes) -> None:
    result = check(folder(tmp_path / "r", csv=mark + csv_text([HEADER, *ROWS], separator).encode()))
    assert (result.verdict, codes(result.findings)) == ("accepted", [])


@pytest.mark.parametrize(
    ("word", "encoding"),
    [
        ("muškarac", "windows-1250"),
        ("мушкарац", "windows-1251"),
        ("mashkull ë", "windows-1250"),
        ("male", "utf-16"),
    ],
)
def test_other_encodings_are_recognised_and_named(tmp_path: Path, word: str, encoding: str) -> None:
    rows = [HEADER, *ROWS, ["jihadist", "_T", word, "_T", "_T", "14", ""]]
    result = check(folder(tmp_path / "r", csv=csv_text(rows).encode(encoding)))
    (found,) = [found for found in result.findings if found.code == "L0-encoding"]
    assert (found.severity, found.seen, found.sheet) == ("information", encoding, "arrests")


def test_rows_are_those_of_the_senders_file(tmp_path: Path) -> None:
    lines = ["sep=;", "", ";".join(HEADER), "", ";".join(ROWS[0]), ";;;;;;", "nonsense;_T;_T;_T;_T;4;"]
    result = check(folder(tmp_path / "r", csv="\r\n".join(lines).encode()))
    assert [(f.code, f.row, f.column, f.seen) for f in result.findings] == [
        ("T1-unknown-code", 7, "type_of_terrorism", "text (not repeated)")
    ]


def test_rows_of_a_sheet_count_empty_rows_above(tmp_path: Path) -> None:
    book = workbook(tmp_path / "r.xlsx")
    book["arrests"].insert_rows(1, 2)
    book["arrests"]["A7"] = "zzz"
    book.save(tmp_path / "r.xlsx")
    assert {f.row for f in check(tmp_path / "r.xlsx").findings if f.sheet == "arrests"} == {7}


def test_header_faults_come_together_and_other_columns_are_still_checked(tmp_path: Path) -> None:
    header = [
        "type of terrorism",
        "offence",
        "sexx",
        "age_group",
        "citizenship",
        "persons",
        "persons",
        "",
        "name of the person",
    ]
    row = ["jihadist", "_T", "female", "_T", "nowhere", "14", "14", "7", "Ana"]
    found = check(folder(tmp_path / "r", csv=csv_text([header, row]).encode())).findings
    assert {(f.code, f.row, f.column) for f in found} == {
        ("L0-unknown-column", 1, "sexx"),
        ("L0-missing-column", 1, "sex"),
        ("L0-repeated-column", 1, "persons"),
        ("L0-cell-without-column", 2, None),
        ("L0-unknown-column", 1, "text (not repeated)"),
        ("P0-person-column", 1, "I"),
        ("L0-optional-column-missing", 1, "charged"),
        ("T1-unknown-code", 2, "citizenship"),
    }
    assert "Did you mean sex?" in next(f.remedy for f in found if f.column == "sexx")
    assert "Ana" not in str(found)


def test_missing_header(tmp_path: Path) -> None:
    found = check(folder(tmp_path / "r", csv=csv_text(ROWS).encode())).findings
    assert set(codes(found)) == {"L0-missing-header", "C-reported-without-rows"}


def test_other_files_and_sheets_are_named_unless_known(tmp_path: Path) -> None:
    source = folder(tmp_path / "r")
    for name in ("contribution.md", ".DS_Store", "arests.csv", "list of persons.docx"):
        (source / name).write_bytes(b"x")
    found = check(source).findings
    assert [(f.code, f.seen) for f in found] == [
        ("L0-unknown-file", "arests.csv"),
        ("L0-unknown-file", "text (not repeated)"),
    ]
    assert "arrests.csv" in found[0].remedy
    book = workbook(tmp_path / "r.xlsx")
    book.create_sheet("Sheet4")
    book.create_sheet("arrest")["A1"] = "x"
    book.save(tmp_path / "r.xlsx")
    assert [(f.code, f.seen) for f in check(tmp_path / "r.xlsx").findings] == [("L0-unknown-sheet", "arrest")]


def test_words_of_yaml_stay_words(tmp_path: Path) -> None:
    text = cover_yaml().replace("break_in_series: false", "break_in_series: no")
    ret = read_return(folder(tmp_path / "r", cover=text), catalog=CATALOG)
    assert ret.cover["datasets"]["arrests"]["break_in_series"] == "no"
    assert ret.cover["datasets"]["incidents"]["status"] == "nil"
    assert ret.cover["reference_year"] == "2025"
    result = check_return(ret, catalog=CATALOG, region=CATALOG.region("western_balkans"))
    assert result.cover_lines.filter(dataset="arrests")["break_in_series"].to_list() == [False]


def test_cover_fields_unknown_repeated_and_nested(tmp_path: Path) -> None:
    text = cover_yaml() + "submision: 2\npartner: ALB\noperations: {a: 1}\n"
    found = check(folder(tmp_path / "r", cover=text.replace("operations: 5\n", ""))).findings
    assert [(f.code, f.column) for f in found] == [
        ("L0-unknown-field", "submision"),
        ("L0-repeated-field", "partner"),
        ("L0-field-form", "operations"),
    ]
    assert "Did you mean submission?" in found[0].remedy


@pytest.mark.parametrize("text", ["a: [", "- list", "", "partner: \x00", "a: &a [*a]"])
def test_cover_that_is_no_cover(tmp_path: Path, text: str) -> None:
    path = folder(tmp_path / "r", cover=text)
    try:
        found = check(path).findings
    except UnreadableReturn as error:
        found = error.findings
    assert "error" in {f.severity for f in found}


def test_no_cover_and_not_a_return(tmp_path: Path) -> None:
    (folder(tmp_path / "r") / "cover.yaml").unlink()
    assert codes(unreadable(tmp_path / "r")) == ["L0-no-cover"]
    (tmp_path / "notes.txt").write_text("x")
    assert codes(unreadable(tmp_path / "notes.txt")) == ["L0-not-a-return"]
    assert codes(unreadable(tmp_path / "absent.xlsx")) == ["L0-not-a-return"]
    openpyxl.Workbook().save(tmp_path / "empty.xlsx")
    assert codes(unreadable(tmp_path / "empty.xlsx")) == ["L0-no-cover"]


@pytest.mark.parametrize("content", [b"\x00\x01binary", b'persons,"unclosed\r\n1,2'])
def test_csv_that_is_none(tmp_path: Path, content: bytes) -> None:
    found = check(folder(tmp_path / "r", csv=content)).findings
    assert {"L0-not-text", "L0-not-csv"} & set(codes(found))


def test_a_dataset_twice_in_a_workbook(tmp_path: Path) -> None:
    book = workbook(tmp_path / "r.xlsx")
    again = book.create_sheet("ARRESTS ")
    again.append(HEADER)
    book.save(tmp_path / "r.xlsx")
    assert codes(check(tmp_path / "r.xlsx").findings) == ["L0-repeated-sheet"]
