"""The template: what it may be made for, that it is plain, and that what its own drop-downs insert is accepted."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner

from assets.cli import app
from data_contracts.catalog import PACKAGE_ROOT, load_catalog
from data_contracts.model import NOT_SPECIFIED, TOTAL
from data_contracts.translations import known_languages
from data_contracts.words import column_meant, meant
from pipelines.checking import CheckResult, check_path
from pipelines.cover import load_cover_rules
from pipelines.template_example import TOTAL_COUNT
from tests.unit.template_filling import CATALOG, REGION, YEAR, dropdown, fill_cover, filled, template
from tests.unit.test_documents import examples_of

LANGUAGES = known_languages(CATALOG)
PREVIOUS = Path(__file__).parents[2] / "examples" / "demonstration" / "returns" / "2024" / "XKX-2024-1.zip"


def check(path: Path) -> CheckResult:
    return check_path(path, catalog=CATALOG, region_name=REGION.name)


def calc() -> bool:
    """Whether LibreOffice can open workbooks: its Writer alone cannot."""
    return shutil.which("soffice") is not None and any(
        Path("/usr/lib/libreoffice/program").glob("libsclo.so")
    )


def converted(path: Path, kind: str) -> Path:
    """The file as LibreOffice saves it, with a profile of its own, so that tests may run side by side."""
    assert calc(), "LibreOffice Calc is needed for this test: apt-get install libreoffice-calc-nogui"
    out = path.parent / kind
    profile = f"-env:UserInstallation=file://{path.parent}/profile"
    command = ["soffice", profile, "--headless", "--convert-to", kind, "--outdir", str(out), str(path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=180, check=True)
    assert (out / f"{path.stem}.{kind}").exists(), done.stderr
    return out / f"{path.stem}.{kind}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_fresh_template_lacks_only_what_the_partner_fills_in(tmp_path: Path, language: str) -> None:
    result = check(template(tmp_path / "t.xlsx", language=language))
    fields = {(found.code, found.column) for found in result.findings}
    required = {
        ("C-missing-field", entry.name) for entry in load_cover_rules(CATALOG.root).fields if entry.required
    }
    prefilled = {("C-missing-field", name) for name in ("partner", "reference_year", "definitions_version")}
    statuses = {("C-status-missing", f"{dataset}.status") for dataset in REGION.datasets}
    assert fields == required - prefilled | statuses


def test_same_inputs_same_bytes(tmp_path: Path) -> None:
    one = template(tmp_path / "one.xlsx", language="sq", previous=PREVIOUS).read_bytes()
    assert template(tmp_path / "two.xlsx", language="sq", previous=PREVIOUS).read_bytes() == one
    assert template(tmp_path / "three.xlsx", language="mk", previous=PREVIOUS).read_bytes() != one


def test_the_workbook_is_plain(tmp_path: Path) -> None:
    path = template(tmp_path / "t.xlsx", language="sr-Cyrl", previous=PREVIOUS)
    with zipfile.ZipFile(path) as archive:
        names = [name for name in archive.namelist() if not name.endswith((".rels", "sharedStrings.xml"))]
        parts = {name: archive.read(name).decode() for name in names}
    kinds = ("worksheets/sheet", "workbook.xml", "styles.xml", "theme", "docProps", "[Content_Types].xml")
    assert all(any(kind in name for kind in kinds) for name in names), names
    for text in parts.values():
        assert "<f>" not in text and "mergeCell" not in text and "hyperlink" not in text
        assert 'state="hidden"' not in text and 'hidden="1"' not in text and "externalLink" not in text
    book = openpyxl.load_workbook(path)
    assert list(book.defined_names) == []
    assert book.sheetnames == ["cover", *REGION.datasets, "contribution", "example", "codes", "reference"]
    ignored = set(load_cover_rules(CATALOG.root).ignored_sheets)
    assert ignored - set(book.sheetnames) == {"findings"}, "which only a marked workbook has"
    assert set(book.sheetnames) - {"cover", *REGION.datasets} <= ignored
    assert book.properties.creator in (None, "") and book.properties.created.year == 2000


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("dataset", REGION.datasets)
def test_what_the_drop_downs_insert_is_accepted(tmp_path: Path, language: str, dataset: str) -> None:
    result = check(filled(tmp_path / "t.xlsx", language=language, dataset=dataset))
    assert [
        (found.code, found.row, found.column) for found in result.findings if found.severity == "error"
    ] == []
    assert result.verdict == "accepted"
    table = result.tables[dataset]
    english = check(filled(tmp_path / "en.xlsx", dataset=dataset)).tables[dataset]
    assert table.equals(english)
    assert {TOTAL, *CATALOG.contracts[dataset].dimension_names} <= {*table.columns, *table.row(0)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_of_every_drop_down_means_its_own_code(tmp_path: Path, language: str) -> None:
    book = openpyxl.load_workbook(template(tmp_path / "t.xlsx", language=language))
    for contract in (CATALOG.contracts[dataset] for dataset in REGION.datasets):
        header = [cell.value for cell in book[contract.dataset][1]]
        assert [column_meant(CATALOG, contract, cell) for cell in header] == [
            c.name for c in contract.columns
        ]
        for position, column in enumerate(contract.columns):
            if column.role == "dimension":
                words = dropdown(book, contract.dataset, f"{'ABCDEFGHIJK'[position]}2000")
                assert [meant(CATALOG, column, word) for word in words] == [
                    (c,) for c in CATALOG.allowed(column)
                ]
                assert all("–" in word for word in words)


def test_drop_downs_messages_and_numbers_stand_on_every_row(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(template(tmp_path / "t.xlsx", language="sq"))
    for dataset in REGION.datasets:
        sheet, contract = book[dataset], CATALOG.contracts[dataset]
        assert sheet.freeze_panes == "A2"
        rules = sheet.data_validations.dataValidation
        assert len(rules) == 2 * len(contract.columns)
        for position, column in enumerate(contract.columns):
            cell = f"{'ABCDEFGHIJK'[position]}1500"
            (rule,) = [rule for rule in rules if cell in rule.sqref]
            assert rule.promptTitle and rule.prompt and rule.error
            if column.role == "dimension":
                assert rule.type == "list" and "_T" in rule.prompt
                assert (NOT_SPECIFIED in rule.prompt) == column.not_specified
            else:
                assert (rule.type, rule.errorStyle, int(rule.formula1)) == ("whole", None, column.minimum)


def test_the_worked_example_would_be_accepted(tmp_path: Path) -> None:
    path = template(tmp_path / "t.xlsx", language="mk")
    book = openpyxl.load_workbook(path)
    example, header = book["example"], [cell.value for cell in book["arrests"][1]]
    start = next(
        row[0].row for row in example.iter_rows() if [cell.value for cell in row[: len(header)]] == header
    )
    for number, row in enumerate(
        example.iter_rows(min_row=start + 1, max_col=len(header), values_only=True), start=2
    ):
        for position, value in enumerate(row, start=1):
            book["arrests"].cell(number, position).value = value
    fill_cover(book, "arrests", TOTAL_COUNT)
    rows = {row[0].value: row[0].row for row in book["cover"].iter_rows(max_col=1) if row[0].value}
    for field, value in example.iter_rows(max_row=start, max_col=2, values_only=True):
        if value is not None and field in rows:
            book["cover"][f"B{rows[field]}"] = value
    book.save(path)
    result = check(path)
    assert [found.code for found in result.findings] == [] and result.tables["arrests"].height == 4


def test_previous_figures_stand_on_a_sheet_that_is_not_read(tmp_path: Path) -> None:
    path = filled(tmp_path / "t.xlsx", language="hr", previous=PREVIOUS)
    sheet = openpyxl.load_workbook(path)["reference"]
    cells = [cell for row in sheet.iter_rows(values_only=True) for cell in row if cell is not None]
    earlier = check(PREVIOUS)
    assert "Podaci prijavljeni za 2024. godinu" in cells
    assert sum(1 for cell in cells if isinstance(cell, int)) == sum(
        table.select(c.name for c in CATALOG.contracts[name].measures).count().sum_horizontal().item()
        for name, table in earlier.tables.items()
    )
    assert check(path).verdict == "accepted"


def test_a_dataset_added_by_yaml_alone_has_its_sheet_in_every_language(tmp_path: Path) -> None:
    root = tmp_path / "contracts"
    shutil.copytree(PACKAGE_ROOT, root, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    blocks = examples_of("adding_a_dataset.md")
    for name in ("contracts/seizures/v1.yaml", "code_lists/item.csv"):
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text(blocks[name], encoding="utf-8")
    region = root / "regions" / "western_balkans.yaml"
    region.write_text(
        region.read_text("utf-8").replace("convictions]", "convictions, seizures]", 1), encoding="utf-8"
    )
    catalog = load_catalog(root)
    for language in LANGUAGES:
        path = template(tmp_path / "t.xlsx", language=language, catalog=catalog)
        book = openpyxl.load_workbook(path)
        assert book["seizures"]["A1"].value.startswith("type_of_terrorism –")
        assert dropdown(book, "seizures", "B2")[0].startswith(f"{catalog.code_lists['item'].values[0]} –")
        found = check_path(path, catalog=catalog, region_name=REGION.name).findings
        assert ("C-status-missing", "seizures.status") in {(f.code, f.column) for f in found}


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["template", *arguments])
    return result.exit_code, result.output


def test_the_command_writes_once_and_replaces_only_when_told(tmp_path: Path) -> None:
    wanted = ["--partner", "XKX", "--year", str(YEAR), "--language", "sq", "-o", str(tmp_path / "t.xlsx")]
    code, said = run(*wanted)
    assert code == 0 and f"tesat check {tmp_path / 't.xlsx'}" in said
    written = (tmp_path / "t.xlsx").read_bytes()
    (tmp_path / "t.xlsx").write_bytes(b"mine")
    assert run(*wanted) == (
        2,
        f"{tmp_path / 't.xlsx'} is there already. Name another file, or replace it with --force.\n",
    )
    assert (tmp_path / "t.xlsx").read_bytes() == b"mine"
    assert run(*wanted, "--force")[0] == 0 and (tmp_path / "t.xlsx").read_bytes() == written


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        (
            {"--partner": "AUT"},
            "western_balkans has no partner 'AUT'. Choose one of ALB, BIH, XKX, MNE, MKD, SRB.",
        ),
        ({"--year": "2019"}, "western_balkans has reference years 2021 to 2030, not 2019."),
        (
            {"--language": "de"},
            "western_balkans has no templates in 'de'. Choose one of en, bs, cnr, hr, mk, sq",
        ),
        ({"--region": "balkan"}, "There is no region 'balkan'."),
        ({"--region": "eu", "--partner": "GBR"}, "GBR does not report to eu for 2025."),
        (
            {"--region": "eu", "--partner": "AUT", "--language": "sq"},
            "eu has no templates in 'sq'. Choose one of en.",
        ),
        ({"--partner": "ALB", "--previous": str(PREVIOUS)}, "is of XKX for 2024. Give one of ALB"),
        (
            {"--year": "2024", "--previous": str(PREVIOUS)},
            "is of XKX for 2024. Give one of XKX for a year before 2024",
        ),
        ({"--previous": "absent.xlsx"}, "The previous return absent.xlsx does not exist"),
        ({"--previous": __file__}, "cannot be read"),
        ({"-o": "t.ods"}, "name a file that ends in .xlsx"),
    ],
)
def test_wrong_use_exits_2_says_why_and_writes_nothing(
    tmp_path: Path, wrong: dict[str, str], reason: str
) -> None:
    wanted = {"--partner": "XKX", "--year": str(YEAR), "-o": "t.xlsx"} | wrong
    wanted["-o"] = str(tmp_path / wanted["-o"])
    code, said = run(*(part for pair in wanted.items() for part in pair))
    assert code == 2 and reason in said, said
    assert list(tmp_path.iterdir()) == []


def test_a_previous_return_with_errors_is_not_shown_as_figures(tmp_path: Path) -> None:
    empty = template(tmp_path / "empty.xlsx")
    code, said = run(
        "--partner", "XKX", "--year", "2026", "-o", str(tmp_path / "t.xlsx"), "--previous", str(empty)
    )
    assert code == 2 and "empty.xlsx has errors. See them with: tesat check" in said


def test_a_template_needs_only_the_partner_s_install(tmp_path: Path) -> None:
    code = (
        "import sys; from assets.cli import app\n"
        "try: app()\nexcept SystemExit as done: assert not done.code, done.code\n"
        "heavy = {'dagster', 'great_expectations', 'pandas', 'scipy', 'pypandoc', 'openpyxl', 'plotly'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    wanted = ["template", "--partner", "XKX", "--year", str(YEAR), "--previous", str(PREVIOUS)]
    command = [sys.executable, "-c", code, *wanted, "-o", str(tmp_path / "t.xlsx")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(("language", "dataset"), [("sr-Cyrl", "arrests"), ("sq", "convictions")])
def test_filled_and_saved_by_libreoffice_it_still_reads(tmp_path: Path, language: str, dataset: str) -> None:
    path = filled(tmp_path / "t.xlsx", language=language, dataset=dataset, previous=PREVIOUS)
    saved = converted(path, "xlsx")
    assert saved.read_bytes() != path.read_bytes()
    before, after = check(path), check(saved)
    assert (after.verdict, after.findings) == ("accepted", before.findings)
    assert after.tables[dataset].equals(before.tables[dataset])
    rules = openpyxl.load_workbook(saved)[dataset].data_validations.dataValidation
    assert sum(rule.type == "list" for rule in rules) == len(CATALOG.contracts[dataset].dimensions)
    assert converted(path, "pdf").read_bytes().startswith(b"%PDF")
