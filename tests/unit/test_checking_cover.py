"""The cover's rules, one by one: what breaks them, what stands at their edge, and what is said."""

from __future__ import annotations

import polars as pl
import pytest

from data_contracts.catalog import load_catalog
from pipelines.checking import CheckResult, check_return
from pipelines.cover import load_cover_rules
from pipelines.reading import Return
from pipelines.reading_cover import RawCover
from pipelines.reading_sheet import Sheet

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
    "incidents.status": "nil",
    "incidents.release": "exact",
    "arrests.status": "reported",
    "arrests.coverage": "complete",
    "arrests.total": "14",
    "arrests.release": "protected",
    "arrests.break_in_series": "false",
    "convictions.status": "not_available",
}
ROW = {
    "type_of_terrorism": "jihadist",
    "offence": "_T",
    "sex": "_T",
    "age_group": "_T",
    "citizenship": "_T",
    "persons": "14",
    "charged": "",
}


def check(
    rows: list[dict[str, str]] | None = None, region: str = "western_balkans", **over: str | list[str]
) -> CheckResult:
    """A return of one table of arrests; `__` in a name stands for the dot, an empty value leaves the field out."""
    changed = {name.replace("__", "."): value for name, value in over.items()}
    values = {name: value for name, value in (COVER | changed).items() if value != ""}
    frame = pl.DataFrame([ROW] if rows is None else rows, schema=dict.fromkeys(ROW, pl.String))
    frame = frame.with_row_index("row", offset=2).cast({"row": pl.Int32})
    sheets = {"arrests": Sheet("arrests", "arrests", frame)}
    positions = {name: number for number, name in enumerate(COVER, start=2)}
    ret = Return(RawCover("cover", values, positions), sheets, "0" * 64, ())
    return check_return(ret, catalog=CATALOG, region=CATALOG.region(region))


def test_the_example_of_the_methodology_is_accepted() -> None:
    result = check()
    assert (result.verdict, result.findings) == ("accepted", ())
    lines = result.cover_lines
    assert lines["dataset"].to_list() == ["incidents", "arrests", "convictions"]
    assert lines["total"].to_list() == [None, 14, None]
    assert lines["operations"].to_list() == [5, 5, 5]
    assert lines["prepared_on"].unique().to_list() == ["2026-02-14"]


@pytest.mark.parametrize(
    ("over", "code", "column"),
    [
        ({"partner": ""}, "C-missing-field", "partner"),
        ({"partner": "KOS"}, "C-partner-unknown", "partner"),
        ({"reference_year": "25"}, "C-year", "reference_year"),
        ({"reference_year": "last"}, "C-year", "reference_year"),
        ({"submission": "0"}, "C-below-minimum", "submission"),
        ({"submission": "first"}, "C-not-an-integer", "submission"),
        ({"submission": "1.5"}, "C-not-an-integer", "submission"),
        ({"prepared_on": "last week"}, "C-date", "prepared_on"),
        ({"prepared_on": "14.2.2026"}, "C-date-order", "prepared_on"),
        ({"prepared_on": "02/14/2026"}, "C-date-order", "prepared_on"),
        ({"prepared_on": "2026-02-30"}, "C-date-impossible", "prepared_on"),
        ({"prepared_on": "2026-00-12"}, "C-date-impossible", "prepared_on"),
        ({"prepared_on": "2025-12-31"}, "C-prepared-too-early", "prepared_on"),
        ({"contact_point": ""}, "C-missing-field", "contact_point"),
        ({"contact_point": "x" * 201}, "C-text-too-long", "contact_point"),
        ({"handling": "TLP:RED"}, "C-handling-refused", "handling"),
        ({"handling": "TLP:AMBER+STRICT"}, "C-handling-refused", "handling"),
        ({"handling": "RESTRICTED"}, "C-handling-refused", "handling"),
        ({"handling": "interno"}, "C-handling-refused", "handling"),
        ({"definitions_version": "99"}, "C-version-unknown", "definitions_version"),
        ({"operations": "-1"}, "C-not-an-integer", "operations"),
        ({"also_reported_by": "ALB, FRA"}, "C-partner-unknown", "also_reported_by"),
        ({"arrests__status": "yes"}, "C-unknown-code", "arrests.status"),
        ({"convictions__status": ""}, "C-status-missing", "convictions.status"),
        ({"convictions__status": "reported"}, "C-reported-without-rows", "convictions.status"),
        ({"arrests__coverage": ""}, "C-missing-field", "arrests.coverage"),
        ({"arrests__coverage": "most"}, "C-unknown-code", "arrests.coverage"),
        ({"arrests__coverage": "partial"}, "C-note-missing", "arrests.coverage_note"),
        ({"arrests__coverage_note": "x" * 501}, "C-text-too-long", "arrests.coverage_note"),
        ({"arrests__total": ""}, "C-missing-field", "arrests.total"),
        ({"arrests__total": "0"}, "C-below-minimum", "arrests.total"),
        ({"arrests__total": "1.000"}, "C-not-an-integer", "arrests.total"),
        ({"arrests__break_in_series": ""}, "C-missing-field", "arrests.break_in_series"),
        ({"arrests__break_in_series": "maybe"}, "C-yes-no", "arrests.break_in_series"),
        ({"arrests__break_in_series": "true"}, "C-note-missing", "arrests.break_note"),
        ({"arrests__release": ""}, "C-missing-field", "arrests.release"),
        ({"incidents__release": ""}, "C-missing-field", "incidents.release"),
        ({"arrests__release": "all"}, "C-unknown-code", "arrests.release"),
        ({"arrests__not_collected": "sex=unknown"}, "C-not-collected-unknown", "arrests.not_collected"),
        ({"arrests__not_collected": "sex=_T"}, "C-not-collected-unknown", "arrests.not_collected"),
        ({"convictions__total": "7"}, "C-count-without-rows", "convictions.total"),
    ],
)
def test_each_rule_is_found_and_located(over: dict[str, str], code: str, column: str) -> None:
    implied = [f"convictions.{name}" for name in ("coverage", "total", "release", "break_in_series")]
    result = check(**over)
    found = [(f.code, f.column) for f in result.findings if f.severity == "error"]
    assert (code, column) in found
    assert {other for other in found if other != (code, column)} <= {
        ("C-missing-field", name) for name in implied
    }
    assert result.verdict == "rejected"


@pytest.mark.parametrize(
    "over",
    [
        {"reference_year": "2025.0", "submission": "2", "prepared_on": "2026-01-01 00:00:00"},
        {"partner": " xkx\u00a0", "handling": "tlp: clear"},
        {"definitions_version": "1.0"},
        {"operations": "0", "also_reported_by": ["ALB", "MKD"]},
        {"arrests__coverage": "Partial", "arrests__coverage_note": "x" * 500},
        {"arrests__break_in_series": "DA", "arrests__break_note": "new register"},
        {"arrests__total": "14,0"},
        {"arrests__not_collected": "SEX = female; age_group=18_24"},
        {"arrests__custodian": "Prosecution"},
        {"incidents__not_collected": ["means=drone"]},
    ],
)
def test_what_stands_at_the_edge_passes(over: dict[str, str]) -> None:
    assert check(**over).findings == ()


def test_amber_allows_no_exact_release() -> None:
    result = check(handling="TLP:AMBER")
    assert [(f.code, f.column) for f in result.findings] == [("C-handling-release", "incidents.release")]
    assert check(handling="TLP:AMBER", incidents__release="region_only").verdict == "accepted"


@pytest.mark.parametrize("status", ["nil", "not_available", "not_applicable"])
def test_rows_without_reported(status: str) -> None:
    found = check(arrests__status=status, arrests__total="").findings
    errors = [f.code for f in found if f.severity == "error"]
    assert errors == ["C-rows-without-reported"]
    assert {f.code for f in found} - {"C-rows-without-reported"} == {"C-field-not-used"}


def test_a_partner_reports_only_for_years_of_its_membership() -> None:
    over = {"reference_year": "2020", "partner": "GBR", "prepared_on": "2021-01-05"}
    assert "C-partner-not-member" in {f.code for f in check(region="eu", **over).findings}
    assert check(region="eu", **(over | {"reference_year": "2019"})).findings == ()


def test_all_faults_come_at_once_with_their_rows() -> None:
    result = check(partner="KOS", submission="0", arrests__release="", rows=[ROW | {"sex": "femle"}, ROW])
    assert {(f.code, f.sheet, f.row) for f in result.findings} == {
        ("C-partner-unknown", "cover", 2),
        ("C-below-minimum", "cover", 4),
        ("C-missing-field", "cover", 15),
        ("T1-unknown-code", "arrests", 2),
    }


def test_a_code_not_collected_has_no_rows() -> None:
    rows = [ROW | {"sex": "male", "persons": "9"}, ROW | {"sex": "female", "persons": "5"}]
    found = check(rows, arrests__not_collected="sex=female").findings
    assert [(f.code, f.row, f.column) for f in found] == [("T3-not-collected-has-rows", 3, "sex")]


def test_tables_that_share_a_dimension_agree_on_it() -> None:
    def row(sex: str, kind: str, persons: str) -> dict[str, str]:
        return ROW | {"sex": sex, "type_of_terrorism": kind, "persons": persons}

    by_sex = [row("male", "_T", "9"), row("female", "_T", "5")]
    crossed = [row("male", "jihadist", "8"), row("male", "other", "2"), row("female", "other", "4")]
    (first, second) = check([*by_sex, *crossed]).findings
    assert {(f.code, f.severity, f.row, f.seen) for f in (first, second)} == {
        ("T3-tables-disagree", "warning", 4, "4"),
        ("T3-tables-disagree", "warning", 4, "10"),
    }
    assert "sex=female" in second.rule and second.expected == "5, as in the table that begins in row 2."
    agreeing = [row("male", "jihadist", "8"), row("male", "other", "1"), row("female", "other", "5")]
    assert check([*by_sex, *agreeing]).findings == ()
    no_female = [row("male", "jihadist", "14")]
    assert len(check([*by_sex, *no_female]).findings) == 2
    other_dimension = [row("_T", "jihadist", "14")]
    assert check([*by_sex, *other_dimension]).findings == ()


def test_every_status_and_field_of_the_cover_is_described() -> None:
    rules = load_cover_rules(CATALOG.root)
    (status,) = [field for field in rules.dataset_fields if field.name == "status"]
    assert status.codes == tuple(known.code for known in rules.statuses)
    assert all(entry.description for entry in (*rules.fields, *rules.dataset_fields))
    measures = {name for contract in CATALOG.versions.values() for name in contract.cover_measures}
    assert measures <= set(rules.counts)
