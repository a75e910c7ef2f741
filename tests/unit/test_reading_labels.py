"""Words in place of codes: labels in every language and both scripts, however they are typed; ambiguous ones are not guessed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import polars as pl
import pytest

from data_contracts.catalog import PACKAGE_ROOT, load_catalog
from data_contracts.expectations import gate
from data_contracts.folding import fold
from data_contracts.model import NOT_SPECIFIED, TOTAL, Catalog
from data_contracts.translations import known_languages, translated
from data_contracts.words import ambiguous, meant, meant_partner
from pipelines.checking import CheckResult, check_path

CATALOG = load_catalog()
REGION = CATALOG.region("western_balkans")
LANGUAGES = known_languages(CATALOG)
CONTRACTS = [CATALOG.contracts[dataset] for dataset in REGION.datasets]
HEADER = "type_of_terrorism,offence,sex,age_group,citizenship,persons,charged"
COVER = """partner: {partner}
reference_year: 2025
submission: 1
prepared_on: 2026-02-14
contact_point: Statistics unit
handling: TLP:GREEN
definitions_version: "1"
also_reported_by: "{also}"
datasets:
  incidents: {{status: "{nil}", release: "{release}"}}
  arrests: {{status: "{reported}", coverage: "{coverage}", total: 14, release: "{release}", break_in_series: "{no}"}}
  convictions: {{status: not_available}}
"""
CODES = {
    "partner": "XKX",
    "also": "ALB, SRB",
    "nil": "nil",
    "reported": "reported",
    "release": "protected",
    "coverage": "complete",
    "no": "no",
}


def folder(path: Path, rows: list[str], *, header: str = HEADER, **over: str) -> Path:
    path.mkdir(parents=True)
    (path / "cover.yaml").write_text(COVER.format(**(CODES | over)), encoding="utf-8")
    (path / "arrests.csv").write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


def check(path: Path, catalog: Catalog = CATALOG) -> CheckResult:
    return check_path(path, catalog=catalog, region_name="western_balkans")


def codes(result: CheckResult) -> list[tuple[str, int | None, str | None]]:
    return [(found.code, found.row, found.column) for found in result.findings]


def changed(tmp_path: Path, name: str, old: str, new: str) -> Catalog:
    """The contracts with one text of one code list replaced."""
    root = tmp_path / "contracts"
    shutil.copytree(PACKAGE_ROOT, root, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    path = root / "code_lists" / f"{name}.csv"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    return load_catalog(root)


@pytest.mark.parametrize("language", LANGUAGES)
def test_labels_of_every_code_mean_it_however_they_are_typed(language: str) -> None:
    for contract in CONTRACTS:
        for column in contract.dimensions:
            for code in CATALOG.allowed(column):
                label = CATALOG.label(str(column.code_list), code, language)
                typed = [
                    label,
                    label.upper(),
                    label.lower(),
                    f"\u00a0 {label.replace(' ', chr(0xA0))} ",
                    label.replace(" ", "  "),
                    f"{code} – {label}",
                    f"{code}-{label}",
                    f"{code} \u2014  {label.upper()}",
                ]
                assert {meant(CATALOG, column, word) for word in typed} == {(code,)}, (column.name, code)


@pytest.mark.parametrize(
    "word",
    ["Džihadistički", "DZIHADISTICKI", "Џихадистички", "ｊｉｈａｄｉｓｔ", "Xhihadist", "Džihadistički"],
)
def test_accents_widths_and_scripts_do_not_matter(word: str) -> None:
    column = CATALOG.contracts["arrests"].column("type_of_terrorism")
    assert meant(CATALOG, column, word) == ("jihadist",)


def test_bosnian_and_montenegrin_labels_are_read_in_cyrillic_too() -> None:
    column = CATALOG.contracts["arrests"].column("type_of_terrorism")
    assert meant(CATALOG, column, "Љевичарски и анархистички") == ("left_wing_anarchist",)


def test_a_label_that_is_no_code_of_the_column_means_nothing() -> None:
    column = CATALOG.contracts["convictions"].column("verdict")
    words = ["Not specified", "Nije navedeno", "Ženski", "acquitted – Osuđen", "convicted –", "", " ", "–"]
    assert [meant(CATALOG, column, word) for word in words] == [()] * len(words)
    assert meant(CATALOG, column, "Ukupno (nije raščlanjeno)") == (TOTAL,)


def test_no_label_is_ambiguous_and_none_is_another_code_of_its_column() -> None:
    for contract in CONTRACTS:
        for column in contract.dimensions:
            assert ambiguous(CATALOG, column) == ()
            names = {fold(code): code for code in CATALOG.allowed(column)}
            for code in CATALOG.allowed(column):
                for language in LANGUAGES:
                    label = fold(CATALOG.label(str(column.code_list), code, language))
                    assert names.get(label, code) == code, (column.name, code, label)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_return_of_labels_is_the_return_of_their_codes(tmp_path: Path, language: str) -> None:
    texts = translated(CATALOG, language)
    columns = {column.name: column for column in CATALOG.contracts["arrests"].columns}

    def row(kind: str, count: int, sex: str = TOTAL) -> str:
        wanted = {
            "type_of_terrorism": kind,
            "offence": TOTAL,
            "sex": sex,
            "age_group": TOTAL,
            "citizenship": TOTAL,
        }
        cells = [f'"{texts.code(str(columns[name].code_list), code)}"' for name, code in wanted.items()]
        return ",".join([*cells, str(count), ""])

    rows = [row("jihadist", 9), row("right_wing", 5), row(TOTAL, 11, "male"), row(TOTAL, 3, NOT_SPECIFIED)]
    header = ",".join(f'"{texts.column("arrests", name).label}"' for name in columns)
    words = {
        "partner": texts.partner(REGION.partners[2]),
        "also": f"{texts.partner(REGION.partners[0])}; {texts.partner(REGION.partners[5])}",
        "nil": texts.code("status", "nil"),
        "reported": f"reported – {texts.code('status', 'reported')}",
        "release": texts.code("release", "protected").upper(),
        "coverage": texts.code("coverage", "complete"),
        "no": f"no – {texts.code('yes_no', 'no')}",
    }
    result = check(folder(tmp_path / "labels", rows, header=header, **words))
    plain = [
        "jihadist,_T,_T,_T,_T,9,",
        "right_wing,_T,_T,_T,_T,5,",
        "_T,_T,male,_T,_T,11,",
        "_T,_T,not_specified,_T,_T,3,",
    ]
    expected = check(folder(tmp_path / "codes", plain))
    assert (codes(result), result.verdict) == (codes(expected), "accepted")
    assert result.tables["arrests"].equals(expected.tables["arrests"])
    assert result.cover_lines.drop("sha256").equals(expected.cover_lines.drop("sha256"))
    assert result.cover_lines["partner"].unique().to_list() == ["XKX"]


def test_partners_are_named_with_and_without_the_footnote_s_mark() -> None:
    assert {
        meant_partner(REGION, word)
        for word in ("XKX", "xkx", "Kosova*", "Kosovo", "КОСОВО *", "XKX – Kosovo*")
    } == {("XKX",)}
    assert meant_partner(REGION, "Austria") == ()


def test_an_ambiguous_label_is_an_error_that_names_the_codes_and_both_readers_find_it(tmp_path: Path) -> None:
    catalog = changed(tmp_path, "sex", "Male,Mashkull", "Male,Femër")
    rows = ["_T,_T,femër,_T,_T,9,", "_T,_T,male – Femër,_T,_T,5,"]
    result = check(folder(tmp_path / "r", rows), catalog)
    (found,) = [found for found in result.findings if found.code.startswith("T1-")]
    assert (found.code, found.row, found.column, found.expected) == (
        "T1-ambiguous-label", 2, "sex", "One of the codes female, male.",
    )  # fmt: skip
    assert result.tables["arrests"]["sex"].to_list() == [None, "male"]
    names = HEADER.split(",")
    frame = pd.DataFrame([["r", number, *row.split(",")] for number, row in enumerate(rows, start=2)])
    frame.columns = pd.Index(["return_id", "row", *names])
    totals = pd.DataFrame({"return_id": ["r"], "dataset": ["arrests"], "total": ["14"]})
    failures = gate({"arrests": frame}, totals, catalog=catalog)
    assert [(f.code, f.row, f.column) for f in failures] == [("T1-ambiguous-label", 2, "sex")]


def test_an_ambiguous_label_on_the_cover_is_an_error(tmp_path: Path) -> None:
    catalog = changed(tmp_path, "coverage", "partial,Partial", "partial,Complete")
    rows = ["jihadist,_T,_T,_T,_T,14,"]
    assert codes(check(folder(tmp_path / "code", rows), catalog)) == []
    catalog = changed(tmp_path / "again", "coverage", "partial,Partial,E pjesshme", "partial,Partial,E plotë")
    found = check(folder(tmp_path / "r", rows, coverage="E plotë"), catalog).findings
    assert [(f.code, f.column, f.expected) for f in found if f.severity == "error"] == [
        ("C-ambiguous-label", "arrests.coverage", "One of the codes complete, partial.")
    ]


def test_the_gate_reads_labels_as_the_interpreter_does() -> None:
    rows = [
        ["r", 2, "Xhihadist", "Укупно (није рашчлањено)", "_T", "_T", "_T", "9", ""],
        ["r", 3, "right_wing – Десничарски", " _t\u00a0", "_T", "_T", "_T", "5", ""],
        ["r", 4, "Džihadistički", "_T", "_T", "_T", "_T", "1", ""],
        ["r", 5, "Xhihadistt", "_T", "_T", "_T", "_T", "1", ""],
    ]
    frame = pl.DataFrame(rows, schema=["return_id", "row", *HEADER.split(",")], orient="row").to_pandas()
    totals = pd.DataFrame({"return_id": ["r"], "dataset": ["arrests"], "total": ["15"]})
    failures = gate({"arrests": frame}, totals, catalog=CATALOG)
    assert {(f.code, f.row, f.column) for f in failures} == {
        ("T1-unknown-code", 5, "type_of_terrorism"),
        ("T1-duplicate-key", 4, None),
    }
