"""Every rule of the cover: covers that break it and nothing else, and covers at its edge that pass."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.mutation.returns import (
    COVER,
    TABLES,
    Case,
    Maker,
    codes_of,
    counted,
    cover_yaml,
    each_case,
    fields,
    folder,
    row,
)

NIL = {f"arrests__{name}": "" for name in ("coverage", "total", "break_in_series")}
NIL |= {"arrests__status": "nil", "operations": ""}
UNKNOWN = NIL | {"arrests__status": "not_available", "arrests__release": ""}
NO_ARRESTS = {"arrests": []}
ONE_FOILED = [row("incidents", attack_status="foiled", attacks="3", killed="2")]
CONFIRM = "T3-victims-in-foiled"
WARNED = frozenset({CONFIRM})
INCIDENTS_ONLY = cover_yaml(
    {
        name: value
        for name, value in fields().items()
        if name.partition(".")[0] not in ("arrests", "convictions")
    }
)


def covers(**values: dict[str, str]) -> dict[str, Maker]:
    """One case for each set of cover fields, by the name that is given to it."""
    return {name: folder(**over) for name, over in values.items()}


def each(field: str, *words: str) -> dict[str, Maker]:
    """One case for each word in one field."""
    return {f"{field}={word!r}": folder(**{field: word}) for word in words}


def confirmation(*texts: str) -> dict[str, Maker]:
    """One case for each text of confirmations, on a return with a warning to confirm."""
    return {
        repr(text): folder(tables={"incidents": ONE_FOILED}, incidents__confirmations=text) for text in texts
    }


CASES = [
    Case(
        "C-missing-field",
        {
            f"no {name}": folder(**{name: ""})
            for name in COVER
            if name not in ("operations", "proceedings", "persons_tried")
        }
        | {
            f"no {name}": folder(**{f"arrests__{name}": ""})
            for name in ("coverage", "total", "break_in_series", "release")
        },
        covers(optional={"operations": "", "proceedings": "", "persons_tried": ""}),
    ),
    Case(
        "C-unknown-code",
        each("arrests__coverage", "most") | each("arrests__release", "all") | each("arrests__status", "yes"),
        each("arrests__coverage", " Complete\u00a0", "COMPLETE"),
    ),
    Case(
        "C-partner-unknown",
        each("partner", "KOS", "Serbia and", "RS") | each("also_reported_by", "ALB, FRA"),
        each("partner", " xkx\u00a0") | each("also_reported_by", "ALB; MKD", '["ALB", "MKD"]', "alb mkd"),
    ),
    Case(
        "C-year",
        each("reference_year", "25", "last", "2025/26", "1899", "2.025"),
        each("reference_year", "2025.0", " 2025 "),
    ),
    Case(
        "C-date",
        each("prepared_on", "last week", "2026", "14 February 2026", "20260214"),
        each("prepared_on", "2026-02-14 00:00:00"),
    ),
    Case(
        "C-date-order",
        each("prepared_on", "02/14/2026", "14.2.2026", "14. 2. 2026.", "2/3/26"),
        each("prepared_on", "2026-02-03"),
    ),
    Case(
        "C-date-impossible",
        each("prepared_on", "2026-00-12", "2026-02-30", "2026-13-01", "2026-01-00"),
        each("prepared_on", "2026-02-28"),
    ),
    Case(
        "C-prepared-too-early",
        each("prepared_on", "2025-12-31", "2025-02-14"),
        each("prepared_on", "2026-01-01"),
    ),
    Case(
        "C-not-an-integer",
        each("submission", "first", "1.5", "29.999998", "1.000")
        | each("operations", "-1", "n/a", "5 or 6")
        | each("arrests__total", "14 persons", "1,400", "14.5"),
        each("arrests__total", "14,0", "14.0", "+14"),
    ),
    Case(
        "C-below-minimum",
        each("submission", "0") | each("arrests__total", "0"),
        each("submission", "1") | each("operations", "0"),
    ),
    Case(
        "C-yes-no",
        each("arrests__break_in_series", "maybe", "2"),
        each("arrests__break_in_series", "ne", "Jo", "0"),
    ),
    Case(
        "C-text-too-long",
        {
            "contact_point": folder(contact_point="x" * 201),
            "coverage_note": folder(arrests__coverage="partial", arrests__coverage_note="x" * 501),
            "confirmations": folder(confirmations="T4-not-named-back: " + "x" * 1982),
        },
        {
            "contact_point": folder(contact_point="x" * 200),
            "coverage_note": folder(arrests__coverage="partial", arrests__coverage_note="x" * 500),
            "confirmations": folder(confirmations="T4-not-named-back: " + "x" * 1981),
        },
    ),
    Case(
        "C-handling-refused",
        each("handling", "TLP:RED", "TLP:AMBER+STRICT", "RESTRICTED", "interno"),
        each("handling", "tlp: clear", "TLP:GREEN "),
    ),
    Case(
        "C-handling-release",
        covers(
            amber={
                "handling": "TLP:AMBER",
                "incidents__release": "protected",
                "arrests__release": "region_only",
            }
        ),
        covers(amber={"handling": "TLP:AMBER"} | {f"{name}__release": "protected" for name in TABLES}),
    ),
    Case(
        "C-version-unknown",
        each("definitions_version", "99", "1.1", "v1"),
        each("definitions_version", "1.0", "1,0"),
    ),
    Case(
        "C-partner-not-member",
        {"after it left": folder(partner="GBR", reference_year="2020")},
        {"the last year": folder(partner="GBR", reference_year="2019")},
        region="eu",
    ),
    Case(
        "C-dataset-not-collected",
        {"a file and fields": folder(), "fields": folder(tables=NO_ARRESTS | {"convictions": []})},
        {"only what is collected": folder(without=("arrests.csv", "convictions.csv"), cover=INCIDENTS_ONLY)},
        region="western_balkans_gtd",
    ),
    Case(
        "C-status-missing",
        {"convictions": folder(tables=NO_ARRESTS, **NIL | {"arrests__status": ""})},
        {"nil": folder(tables=NO_ARRESTS, **NIL), "not available": folder(tables=NO_ARRESTS, **UNKNOWN)},
    ),
    Case(
        "C-reported-without-rows",
        {
            "no file": folder(tables=NO_ARRESTS),
            "header only": folder(files={"arrests.csv": ",".join(TABLES["arrests"][0])}),
        },
        {"one row": folder(tables={"arrests": [row("arrests", persons="14")]})},
    ),
    Case(
        "C-rows-without-reported",
        {"nil": folder(**NIL), "not available": folder(**UNKNOWN)},
        {
            "nil": folder(tables=NO_ARRESTS, **NIL),
            "only a header": folder(files={"arrests.csv": ",".join(TABLES["arrests"][0])}, **NIL),
        },
    ),
    Case(
        "C-count-without-rows",
        {"nil": folder(tables=NO_ARRESTS, **NIL | {"arrests__total": "7"})},
        {"nil": folder(tables=NO_ARRESTS, **NIL)},
    ),
    Case(
        "C-field-not-used",
        {
            "coverage": folder(tables=NO_ARRESTS, **NIL | {"arrests__coverage": "complete"}),
            "release": folder(tables=NO_ARRESTS, **UNKNOWN | {"arrests__release": "exact"}),
        },
        {"used with any status": folder(tables=NO_ARRESTS, arrests__custodian="Prosecution", **NIL)},
    ),
    Case(
        "C-note-missing",
        covers(partial={"arrests__coverage": "partial"}, a_break={"arrests__break_in_series": "da"}),
        covers(
            partial={"arrests__coverage": "partial", "arrests__coverage_note": "x"},
            a_break={"arrests__break_in_series": "po", "arrests__break_note": "x"},
        ),
    ),
    Case(
        "C-not-collected-unknown",
        each(
            "arrests__not_collected",
            "sex=unknown",
            "sex=_T",
            "charged=1",
            "sex",
            "Spol = Ženski; sex=unknown",
        ),
        each("arrests__not_collected", "AGE_GROUP = 18_24; citizenship=eu", '["age_group=18_24"]')
        | each(
            "arrests__not_collected",
            "Age group = 18_24, Citizenship=eu",
            "Grupmosha = 18 deri 24",
            "Возрасна група = 18 до 24; age_group=25_34",
        ),
    ),
    Case(
        "C-confirmation-form",
        confirmation(
            "yes",
            f"{CONFIRM} is right",
            f"{CONFIRM}@row 2:",
            f"{CONFIRM}@row 2 3: x",
            "we looked; all is right",
        ),
        confirmation(
            f"{CONFIRM}: they died in the arrest",
            f"{CONFIRM}@row 2: x; and y",
            f" {CONFIRM} @ 2 , killed : x;\n",
        ),
        WARNED,
    ),
    Case(
        "C-confirmation-code",
        confirmation("T3-victims: x", "T1-control-total: it is so", "T9-none@row 2: x"),
        confirmation(f"{CONFIRM}: x", f'[{{code: {CONFIRM}, place: row 2, reason: "x"}}]'),
        WARNED,
    ),
    Case(
        "C-confirmation-unused",
        confirmation(f"{CONFIRM}@row 3: x", f"{CONFIRM}@injured: x", "T3-tables-disagree: x"),
        confirmation(
            f"{CONFIRM}@rreshti 2: x",
            f"{CONFIRM}@killed: x",
            "T2-unlikely-change: x, where level 2 is not run",
        ),
        WARNED,
    ),
]

COVERED = {case.code for case in CASES}


@pytest.mark.parametrize(("case", "name", "kind"), each_case(CASES))
def test_each_cover_breaks_its_rule_and_nothing_else(
    case: Case, name: str, kind: str, tmp_path: Path
) -> None:
    case.holds(kind, codes_of(getattr(case, kind)[name], tmp_path, region=case.region))


def test_cases_of_the_cover_are_many() -> None:
    print(f"\ncover: {counted(CASES)}")
    assert all(case.broken and case.edge for case in CASES)
