"""Every rule in time, across tables and across partners: returns that break it alone, and returns at its edge."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from data_contracts.model import Catalog
from pipelines.checking import check_path
from pipelines.checking_partners import check_partners
from pipelines.counting import Counted
from pipelines.counting import counted as counted_return
from pipelines.reading import read_return
from tests.mutation.returns import (
    CATALOG,
    REGION,
    TABLES,
    Case,
    Maker,
    Row,
    codes_of,
    counted,
    each_case,
    folder,
    row,
)

ARRESTS_NIL = {f"arrests__{name}": "" for name in ("coverage", "total", "break_in_series")}
ARRESTS_NIL |= {"arrests__status": "nil", "operations": "0"}


def incidents(*rows: Row, **over: str) -> Maker:
    return folder(tables={"incidents": list(rows)}, **over)


def foiled(**over: str) -> Row:
    return row("incidents", **{"attack_status": "foiled", "attacks": "3"} | over)


def arrests(*rows: Row, total: int = 14, **over: str) -> Maker:
    return folder(tables={"arrests": list(rows)}, arrests__total=str(total), **over)


def arrested(persons: int, charged: str = "", **codes: str) -> Row:
    return row("arrests", persons=str(persons), charged=charged, **codes)


def twice(cells: dict[str, int], other: dict[str, int]) -> Maker:
    """Arrests and convictions by type, with these counts."""
    one = [row("arrests", type_of_terrorism=code, persons=str(count)) for code, count in cells.items()]
    two = [row("convictions", type_of_terrorism=code, verdicts=str(count)) for code, count in other.items()]
    totals = {"arrests__total": str(sum(cells.values())), "convictions__total": str(sum(other.values()))}
    return folder(
        tables={"arrests": one, "convictions": two},
        operations="1",
        proceedings="",
        persons_tried="",
        **totals,
    )


MALE, FEMALE = {"sex": "male"}, {"sex": "female"}
FOUR = {"jihadist": 4, "right_wing": 1, "other": 2, "not_specified": 1}
ACROSS_TABLES = [
    Case(
        "T3-tables-disagree",
        {
            "one more": arrests(
                arrested(12, **MALE),
                arrested(2, **FEMALE),
                arrested(13, **MALE, age_group="18_24"),
                arrested(1, **FEMALE, age_group="18_24"),
            ),
            "a code lost": arrests(
                arrested(12, **MALE), arrested(2, **FEMALE), arrested(14, **MALE, age_group="18_24")
            ),
        },
        {
            "they agree": arrests(
                arrested(12, **MALE),
                arrested(2, **FEMALE),
                arrested(12, **MALE, age_group="18_24"),
                arrested(2, **FEMALE, age_group="18_24"),
            ),
            "nothing shared": arrests(
                arrested(12, **MALE), arrested(2, **FEMALE), arrested(14, age_group="18_24")
            ),
        },
    ),
    Case(
        "T3-measures-disagree",
        {
            "sums differ": arrests(
                arrested(12, "9", **MALE), arrested(2, "1", **FEMALE), arrested(14, "9", age_group="18_24")
            ),
            "a code differs": arrests(
                arrested(12, "9", **MALE),
                arrested(2, "1", **FEMALE),
                arrested(12, "8", **MALE, age_group="18_24"),
                arrested(2, "2", **FEMALE, age_group="18_24"),
            ),
            "the known part exceeds the whole": arrests(
                arrested(12, "9", **MALE), arrested(2, **FEMALE), arrested(14, "8", age_group="18_24")
            ),
        },
        {
            "sums agree": arrests(
                arrested(12, "9", **MALE), arrested(2, "1", **FEMALE), arrested(14, "10", age_group="18_24")
            ),
            "a part is unknown": arrests(
                arrested(12, "9", **MALE), arrested(2, **FEMALE), arrested(14, "9", age_group="18_24")
            ),
            "one is unknown": arrests(
                arrested(12, "9", **MALE), arrested(2, "1", **FEMALE), arrested(14, age_group="18_24")
            ),
        },
    ),
    Case(
        "T3-not-collected-has-rows",
        {
            "a code": folder(arrests__not_collected="sex=female"),
            "two": folder(arrests__not_collected="sex=female, sex=male"),
        },
        {
            "another code": folder(arrests__not_collected="age_group=18_24"),
            "another dataset": folder(convictions__not_collected="sex=female"),
        },
    ),
    Case(
        "T3-same-table-twice",
        {"four cells": twice(FOUR, FOUR)},
        {
            "one differs": twice(FOUR, FOUR | {"jihadist": 1, "other": 5}),
            "three cells": twice(dict(list(FOUR.items())[:3]), dict(list(FOUR.items())[:3])),
        },
    ),
    Case(
        "T3-victims-in-foiled",
        {"killed": incidents(foiled(killed="1")), "injured": incidents(foiled(injured="2"))},
        {
            "none": incidents(foiled(killed="0", injured="0")),
            "unknown": incidents(foiled()),
            "completed": incidents(foiled(attack_status="completed", killed="4")),
            "not broken down": incidents(foiled(attack_status="_T", killed="4")),
        },
    ),
    Case(
        "T3-count-over-total",
        {
            "operations": folder(operations="15"),
            "proceedings": folder(proceedings="6"),
            "persons tried": folder(persons_tried="6"),
            "nil": folder(tables={"arrests": []}, **ARRESTS_NIL | {"operations": "1"}),
        },
        {
            "equal": folder(operations="14", proceedings="5"),
            "nil": folder(tables={"arrests": []}, **ARRESTS_NIL),
            "partial": folder(
                operations="15", arrests__coverage="partial", arrests__coverage_note="one body is missing"
            ),
        },
    ),
]


@pytest.mark.parametrize(("case", "name", "kind"), each_case(ACROSS_TABLES))
def test_each_return_breaks_its_rule_across_tables_and_nothing_else(
    case: Case, name: str, kind: str, tmp_path: Path
) -> None:
    case.holds(kind, codes_of(getattr(case, kind)[name], tmp_path))


def year(number: int, total: int, *rows: Row, **over: str) -> Maker:
    """A return of one year, with arrests of that total; nil where there are none."""
    base = {"reference_year": str(number), "prepared_on": f"{number + 1}-02-01"}
    if total == 0:
        return folder(tables={"arrests": []}, **base | ARRESTS_NIL | over)
    found = [arrested(total, **MALE)] if not rows else list(rows)
    return folder(tables={"arrests": found}, arrests__total=str(total), operations="1", **base | over)


def by_type(number: int, jihadist: int, other: int, **over: str) -> Maker:
    counts = {"jihadist": jihadist, "other": other}
    rows = [arrested(count, type_of_terrorism=code) for code, count in counts.items() if count]
    return year(number, jihadist + other, *rows, **over)


BREAK = {"arrests__break_in_series": "yes", "arrests__break_note": "persons, not operations"}
PARTIAL = {"arrests__coverage": "partial", "arrests__coverage_note": "one body is missing"}
# Now, and the previous return, by name. 0 to 8 has p 0.0078, 0 to 7 has 0.0156; 10 to 26 has 0.0113, to 27 has 0.0078.
IN_TIME = {
    "T2-unlikely-change": (
        {
            "0 to 8": (year(2025, 8), year(2024, 0)),
            "8 to 0": (year(2025, 0), year(2024, 8)),
            "10 to 27": (year(2025, 27), year(2024, 10)),
            "two years before": (year(2025, 27), year(2023, 10)),
        },
        {
            "0 to 7": (year(2025, 7), year(2024, 0)),
            "10 to 26": (year(2025, 26), year(2024, 10)),
            "equal": (year(2025, 14), year(2024, 14)),
            "a break": (year(2025, 27, **BREAK), year(2024, 10)),
            "other coverage": (year(2025, 10, **PARTIAL), year(2024, 27)),
            "not available": (
                folder(
                    tables={"arrests": []},
                    **ARRESTS_NIL | {"arrests__status": "not_available", "arrests__release": ""},
                ),
                year(2024, 27),
            ),
        },
    ),
    "T2-code-disappeared": (
        {"8 and none": (by_type(2025, 0, 14), by_type(2024, 8, 6))},
        {
            "7 and none": (by_type(2025, 0, 14), by_type(2024, 7, 7)),
            "8 and one": (by_type(2025, 1, 13), by_type(2024, 8, 6)),
            "no longer broken down": (year(2025, 14), by_type(2024, 8, 6)),
            "no longer collected": (
                by_type(2025, 0, 14, arrests__not_collected="type_of_terrorism=jihadist"),
                by_type(2024, 8, 6),
            ),
            "a break": (by_type(2025, 0, 14, **BREAK), by_type(2024, 8, 6)),
        },
    ),
}
TIMES = [
    (code, kind, name)
    for code, kinds in IN_TIME.items()
    for kind, cases in enumerate(kinds)
    for name in cases
]


@pytest.mark.parametrize(("code", "kind", "name"), TIMES)
def test_each_change_breaks_its_rule_in_time_and_nothing_else(
    code: str, kind: int, name: str, tmp_path: Path
) -> None:
    now, previous = IN_TIME[code][kind][name]
    assert codes_of(now, tmp_path, previous=previous) == (set() if kind else {code})


def a_return(root: Path, partner: str, make: Maker, catalog: Catalog = CATALOG) -> Counted:
    """An accepted return of a partner."""
    root.mkdir()
    path = make(root)
    result = check_path(path, catalog=catalog, region_name=REGION)
    assert result.verdict == "accepted", result.findings
    found = counted_return(result.cover_lines, result.tables, catalog=catalog)
    assert found is not None and found.partner == partner
    return found


def unspecified(partner: str, count: int, total: int = 14) -> Maker:
    """A return in which that part of the sex of persons is not specified."""
    rows = [arrested(total - count, **MALE)] + ([arrested(count, sex="not_specified")] if count else [])
    return arrests(*rows, total=total, partner=partner)


def naming(partner: str, *others: str) -> Maker:
    return folder(partner=partner, also_reported_by=", ".join(others))


# XKX, and the others. 4 of 14 beside 0 of 28: p 0.0089; 6 of 14: p 0.00057.
ACROSS_PARTNERS: dict[
    str, tuple[dict[str, tuple[Maker, dict[str, Maker]]], dict[str, tuple[Maker, dict[str, Maker]]]]
] = {
    "T4-unusual-unspecified": (
        {"6 of 14": (unspecified("XKX", 6), {"ALB": unspecified("ALB", 0), "MKD": unspecified("MKD", 0)})},
        {
            "4 of 14": (unspecified("XKX", 4), {"ALB": unspecified("ALB", 0), "MKD": unspecified("MKD", 0)}),
            "as the others": (
                unspecified("XKX", 6),
                {"ALB": unspecified("ALB", 6), "MKD": unspecified("MKD", 6)},
            ),
            "less than the others": (
                unspecified("XKX", 0),
                {"ALB": unspecified("ALB", 13), "MKD": unspecified("MKD", 13)},
            ),
            "one other only": (unspecified("XKX", 13), {"ALB": unspecified("ALB", 0)}),
        },
    ),
    "T4-not-named-back": (
        {
            "named": (naming("XKX", "ALB"), {"ALB": naming("ALB", "MKD")}),
            "named, none named": (naming("XKX", "ALB"), {"ALB": folder(partner="ALB")}),
        },
        {
            "named back": (naming("XKX", "ALB"), {"ALB": naming("ALB", "MKD", "XKX")}),
            "none named": (folder(), {"ALB": naming("ALB", "XKX")}),
        },
    ),
    "T4-named-without-return": (
        {
            "no return": (naming("XKX", "ALB"), {"MKD": folder(partner="MKD")}),
            "of two": (naming("XKX", "ALB", "MKD"), {"MKD": naming("MKD", "XKX")}),
        },
        {"a return": (naming("XKX", "ALB"), {"ALB": naming("ALB", "XKX")})},
    ),
}
PARTNERS = [
    (code, kind, name)
    for code, kinds in ACROSS_PARTNERS.items()
    for kind, cases in enumerate(kinds)
    for name in cases
]


@pytest.mark.parametrize(("code", "kind", "name"), PARTNERS)
def test_each_return_breaks_its_rule_beside_the_others_and_nothing_else(
    code: str, kind: int, name: str, tmp_path: Path
) -> None:
    make, others = ACROSS_PARTNERS[code][kind][name]
    now = a_return(tmp_path / "now", "XKX", make)
    beside = [a_return(tmp_path / partner, partner, other) for partner, other in others.items()]
    ret = read_return(tmp_path / "now" / "return", catalog=CATALOG)
    found = check_partners(ret, now, beside, catalog=CATALOG)
    assert {one.code for one in found} == (set() if kind else {code})
    assert all(one.severity != "error" for one in found)


@pytest.mark.parametrize(
    ("own", "others", "asked"), [("1", "2", True), ("2", "1", False), ("2", "2", False), ("2", "10", True)]
)
def test_older_definitions_are_asked_about_and_newer_ones_are_not(
    own: str, others: str, asked: bool, tmp_path: Path
) -> None:
    now = a_return(tmp_path / "now", "XKX", folder())
    other = a_return(tmp_path / "other", "ALB", folder(partner="ALB"))
    ret = read_return(tmp_path / "now" / "return", catalog=CATALOG)
    one, two = (
        replace(found, lines=found.lines.with_columns(definitions_version=pl.lit(version)))
        for found, version in ((now, own), (other, others))
    )
    found = check_partners(ret, one, [two], catalog=CATALOG)
    assert [(f.code, f.seen) for f in found] == ([("T4-older-definitions", own)] if asked else [])


COVERED = (
    {case.code for case in ACROSS_TABLES} | set(IN_TIME) | set(ACROSS_PARTNERS) | {"T4-older-definitions"}
)


def test_cases_across_tables_time_and_partners_are_many() -> None:
    print(
        f"\nacross tables: {counted(ACROSS_TABLES)}; in time and across partners: rules {len(IN_TIME) + len(ACROSS_PARTNERS) + 1}, cases {len(TIMES) + len(PARTNERS) + 4}"
    )
    assert all(case.broken and case.edge for case in ACROSS_TABLES)
    assert all(broken and edge for broken, edge in (*IN_TIME.values(), *ACROSS_PARTNERS.values()))
    assert TABLES["arrests"]
