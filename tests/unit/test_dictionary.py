"""The data dictionary is what the contracts give, names all of them, and describes the files that are written."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest
import yaml

from data_contracts import dictionary
from data_contracts.catalog import PACKAGE_ROOT, ContractError, load_catalog
from data_contracts.dictionary import data_dictionary
from data_contracts.interface import load_interface, measures_of
from data_contracts.model import Contract
from data_contracts.polars_schema import cell_schema, text_schema, value_schema
from pipelines.averages import METHOD as MEAN
from pipelines.checking_values import parse
from pipelines.cover import load_cover_rules
from pipelines.edition_data import ANNEX_TABLES
from pipelines.frozen import NOTE as FIRST_PUBLISHED
from pipelines.frozen import SUPPRESSED
from pipelines.judgements import JUDGEMENTS, SCORES
from pipelines.marks import LOW_RELIABILITY, PROVISIONAL, REVISED
from pipelines.quality import QUALITY
from pipelines.rates import RATES
from pipelines.reading_sheet import Sheet
from pipelines.release import sdmx_columns
from pipelines.reporting import COLUMNS
from pipelines.revisions import REVISIONS
from pipelines.rounding import METHOD as ROUNDED
from pipelines.rounding import WIDE_METHOD as WIDER
from pipelines.rounding import method_of_sum
from pipelines.shown import number_of, shown
from pipelines.statistics import SQL, read_cells
from pipelines.trends import CLAIMS
from pipelines.triangle import TRIANGLE

ROOT = Path(__file__).parents[2]
CATALOG = load_catalog()
INTERFACE = load_interface(PACKAGE_ROOT)
COMMITTED = (ROOT / "docs" / "data_dictionary.md").read_text(encoding="utf-8")
EVERY_CONTRACT = pytest.mark.parametrize(
    "contract", CATALOG.versions.values(), ids=lambda c: f"{c.dataset}-{c.version}"
)


def section(heading: str) -> str:
    """The text below a heading of the committed page, up to the next one of its level or above."""
    level = heading.split(" ", maxsplit=1)[0]
    lines = COMMITTED.splitlines()
    start = lines.index(heading) + 1
    ends = (n for n, line in enumerate(lines[start:], start) if re.match(rf"#{{1,{len(level)}}} ", line))
    return "\n".join(lines[start : next(ends, len(lines))])


def of_dataset(contract: Contract) -> str:
    return section(f"### {contract.title}: `{contract.dataset}`, version {contract.version}")


def rows_of(text: str) -> dict[str, str]:
    """The rows of all tables of a text by the code in their first cell; the first row of a code counts."""
    found = [re.match(r"\| `([^`]+)` \|", line) for line in text.splitlines()]
    return {match[1]: match.string for match in reversed(found) if match}


def test_the_committed_page_is_what_the_contracts_give() -> None:
    assert data_dictionary(CATALOG) == COMMITTED, (
        "run: python -m data_contracts.dictionary > docs/data_dictionary.md"
    )


def test_the_module_prints_the_page(capsys: pytest.CaptureFixture[str]) -> None:
    dictionary.main()
    assert capsys.readouterr().out == COMMITTED


@EVERY_CONTRACT
def test_every_column_of_a_contract_has_its_row_with_description_and_role(contract: Contract) -> None:
    rows = rows_of(of_dataset(contract))
    for column in contract.columns:
        assert column.description in rows[column.name]
        assert f"| {column.role.replace('_', ' ')} |" in rows[column.name]
        if column.code_list is not None:
            assert f"(#code-list-{column.code_list})" in rows[column.name]


@EVERY_CONTRACT
def test_every_release_table_rule_cover_measure_and_average_is_named(contract: Contract) -> None:
    rows = rows_of(of_dataset(contract))
    for table in contract.release_tables:
        for name in (*table.dimensions, *table.measures):
            assert f"`{name}`" in rows[table.name]
        assert ("multiple of 5" in rows[table.name]) == (table.protection == "rounded")
        assert ("the region only" in rows[table.name]) == (table.areas == "region")
    for rule in contract.rules:
        assert rule.code in rows
    for field, measure in contract.cover_measures.items():
        assert f"`{measure}`" in rows[field]
    for average in contract.averages:
        assert f"`{average.sdmx_measure}`" in of_dataset(contract)
    assert contract.limitations in of_dataset(contract)


def test_every_code_of_every_list_stands_with_its_label() -> None:
    for name, code_list in CATALOG.code_lists.items():
        rows = rows_of(section(f"### Code list {name}"))
        assert list(reversed(rows)) == list(code_list.values)
        for code in code_list.codes:
            assert f"| {code.labels['en']} |" in rows[code.code]
            assert all(f"`{group}`" in rows[code.code] for group in code.groups.values())


def test_every_finding_stands_at_its_level_with_severity_and_remedy() -> None:
    page = section("## Findings of the check")
    rows = rows_of(page)
    assert set(rows) == set(CATALOG.findings)
    for rule in CATALOG.findings.values():
        assert f"| {rule.severity} |" in rows[rule.code]
        assert rule.rule in rows[rule.code]
        assert rule.remedy.removesuffix("{suggestion}") in rows[rule.code]
        levels = re.findall(r"### Level (\d)", page[: page.index(f"| `{rule.code}` |")])
        assert int(levels[-1]) == rule.level


def test_every_field_status_and_handling_of_the_cover_is_described() -> None:
    page, rules = section("## The cover of a return"), load_cover_rules(PACKAGE_ROOT)
    whole, _, of_datasets = page.partition("Fields of each dataset")
    rows = rows_of(of_datasets)
    for part, fields in ((whole, rules.fields), (of_datasets, rules.dataset_fields)):
        for field in fields:
            assert field.description in rows_of(part)[field.name]
    for status in rules.statuses:
        assert status.description in rows[status.code]
    for handling, releases in rules.handling.items():
        assert all(f"`{release}`" in rows[handling] for release in releases)


@EVERY_CONTRACT
def test_the_interface_has_the_columns_that_are_published(contract: Contract) -> None:
    assert INTERFACE.columns_of(contract) == sdmx_columns(contract)
    published = section("## Published files")
    for name in (*sdmx_columns(contract), *measures_of(contract)):
        assert f"`{name}`" in published


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("reporting", COLUMNS),
        ("claims", CLAIMS),
        ("rates", RATES),
        ("revisions", REVISIONS),
        ("revision_triangle", TRIANGLE),
        ("quality", QUALITY),
        ("judgements", JUDGEMENTS),
        ("judgement_scores", SCORES),
    ],
)
def test_annex_tables_have_the_columns_that_are_written(name: str, written: dict[str, object]) -> None:
    table = {table.name: table for table in INTERFACE.annex}[name]
    assert [column.name for column in table.columns] == list(written)
    rows = rows_of(section(f"### {table.title}: `data/{name}.csv`"))
    assert all(column.description in rows[column.name] for column in table.columns)


def test_every_annex_table_that_is_written_is_described() -> None:
    assert {table.name for table in INTERFACE.annex} == set(ANNEX_TABLES)


def written_in_sql(pattern: str) -> set[str]:
    return {found for path in SQL.glob("*.sql") for found in re.findall(pattern, path.read_text("utf-8"))}


def test_states_notes_and_methods_are_those_that_the_statistics_write() -> None:
    status, note, method = (INTERFACE.observation_column(n) for n in ("OBS_STATUS", "OBS_NOTE", "OBS_METHOD"))
    assert set(status.codes) == written_in_sql(r"(?:then|else) '([A-Z])'") | {
        SUPPRESSED["obs_status"],
        "U",
        "P",
    }
    later = {FIRST_PUBLISHED, LOW_RELIABILITY, PROVISIONAL, REVISED}
    assert set(note.codes) == written_in_sql(r"(?:then|else) '([a-z_]+)'") - {"value", "zero"} | later
    assert set(method.codes) == {ROUNDED, WIDER, MEAN} | {
        method_of_sum([one])[:-1] + "{n}" for one in (ROUNDED, WIDER)
    }
    assert set(INTERFACE.observation_column("CONF_STATUS").codes) == {"F", SUPPRESSED["conf_status"]}


def test_marks_are_those_that_the_report_prints() -> None:
    for value in INTERFACE.observation_column("OBS_STATUS").values:
        if value.mark:
            assert number_of(None, status=value.code, method="", note="") == value.mark
    for value in INTERFACE.observation_column("OBS_NOTE").values:
        assert shown(1.0, status="A", method="", note=value.code) in {
            f"{value.mark}1",
            f"1 {value.mark}".strip(),
        }


def test_reporting_states_are_the_statuses_of_the_cover_and_two_more() -> None:
    columns = {column.name: column for table in INTERFACE.annex for column in table.columns}
    statuses = {status.code for status in load_cover_rules(PACKAGE_ROOT).statuses}
    assert set(columns["state"].codes) == statuses | {"partial", "missing"}


def tables(text: str) -> Iterator[list[str]]:
    block: list[str] = []
    for line in [*text.splitlines(), ""]:
        if line.startswith("|"):
            block.append(line)
        elif block:
            yield block
            block = []


def test_every_row_of_a_table_has_as_many_cells_as_its_header() -> None:
    found = list(tables(COMMITTED))
    assert len(found) > 40
    for block in found:
        assert len({len(re.findall(r"(?<!\\)\|", line)) for line in block}) == 1, block[0]


def test_a_bar_in_a_description_does_not_break_a_table(tmp_path: Path) -> None:
    root = copied(tmp_path)
    path = root / "contracts" / "arrests" / "v1.yaml"
    path.write_text(path.read_text("utf-8").replace("Sex of the person", "Sex | gender"), "utf-8")
    assert r"| Sex \| gender |" in data_dictionary(load_catalog(root))


def copied(folder: Path) -> Path:
    root = folder / "contracts"
    shutil.copytree(PACKAGE_ROOT, root, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    return root


def test_labels_are_in_the_language_asked_for() -> None:
    page = data_dictionary(CATALOG, language="mk")
    assert "| `female` | Женски |" in page
    assert "Косово*" in page


def test_a_language_without_labels_is_refused() -> None:
    with pytest.raises(ContractError, match=r"no code labels in the language 'de'; take one of en, sq"):
        data_dictionary(CATALOG, language="de")


def test_a_broken_interface_is_refused_with_its_file(tmp_path: Path) -> None:
    root = copied(tmp_path)
    (root / "interface.yaml").write_text("observations: {before: [], after: []}\n")
    with pytest.raises(ContractError, match=r"(?s)interface\.yaml: .*annex.*Field required"):
        load_interface(root)
    (root / "interface.yaml").unlink()
    with pytest.raises(ContractError, match=r"interface\.yaml: the file is missing"):
        load_interface(root)


@EVERY_CONTRACT
def test_the_polars_schema_is_that_of_reading_parsing_and_statistics(contract: Contract) -> None:
    cells = {name: "_T" for name in contract.dimension_names} | {c.name: "3" for c in contract.measures}
    rows = pl.DataFrame([{"row": 2, **cells}], schema=text_schema(contract))
    typed, found = parse(Sheet(contract.dataset, contract.dataset, rows), contract, catalog=CATALOG)
    assert found == []
    assert dict(typed.schema) == {"row": pl.Int32(), **value_schema(contract)}
    read = read_cells([], catalog=CATALOG, contract=contract)
    assert list(read.schema.items())[: len(cell_schema(contract))] == list(cell_schema(contract).items())


def test_every_partner_and_headline_series_of_a_region_is_named() -> None:
    for name, region in CATALOG.regions.items():
        rows = rows_of(section(f"### Region {name}"))
        for partner in region.partners:
            assert f"| {partner.names['en']} |" in rows[partner.code]
        assert {series.name for series in region.headline_series} <= set(rows)


def test_trend_labels_name_headline_series_only() -> None:
    words = yaml.safe_load((PACKAGE_ROOT / "trend_words.yaml").read_text("utf-8"))
    known = {series.name for region in CATALOG.regions.values() for series in region.headline_series}
    assert known == set(words["series"])
