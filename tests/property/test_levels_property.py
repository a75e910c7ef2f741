"""Confirmations are read as they were meant, in both forms; more charged than arrested is never passed over."""

from __future__ import annotations

import re

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from data_contracts.catalog import load_catalog
from pipelines.checking import check_return
from pipelines.confirmations import read_confirmations
from pipelines.findings import Finding
from pipelines.reading import Return
from pipelines.reading_cover import RawCover, read_cover_yaml
from pipelines.reading_sheet import Sheet
from tests.mutation.returns import fields, row
from tests.proofs import proof

CATALOG = load_catalog()
REGION = CATALOG.region("western_balkans")
WARNINGS = [rule.code for rule in CATALOG.findings.values() if rule.severity == "warning"]
Answer = tuple[str, int | None, str | None, str]


def arrests(rows: list[dict[str, str]], cover: RawCover) -> Return:
    frame = pl.DataFrame(rows, schema=dict.fromkeys(rows[0], pl.String))
    frame = frame.with_row_index("row", offset=2).cast({"row": pl.Int32})
    return Return(cover, {"arrests": Sheet("arrests", "arrests", frame)}, "0" * 64, ())


def is_one_reason(text: str) -> bool:
    """Whether no part of a reason reads as a further answer."""
    return re.search(r"[A-Z][0-9]?-[a-z]", text) is None and bool(text.strip(" ;,"))


answers = st.tuples(
    st.sampled_from(WARNINGS),
    st.none() | st.integers(2, 99_999),
    st.none() | st.sampled_from([column.name for column in CATALOG.contracts["arrests"].columns]),
    st.text(st.characters(codec="ascii", exclude_categories=["Cc"]), min_size=1, max_size=40).filter(
        is_one_reason
    ),
)


def text_form(answer: Answer, word: str) -> str:
    code, number, column, reason = answer
    place = " ".join(filter(None, [f"{word} {number}" if number else "", column]))
    return f"{code}{'@' if place else ''}{place}: {reason.strip()}"


@proof(2000)
@given(
    st.lists(answers, min_size=1, max_size=4),
    st.sampled_from(["row", "rreshti", "ред"]),
    st.sampled_from(["; ", ";", "\n", ", "]),
)
def test_answers_are_read_as_they_were_meant(given_answers: list[Answer], word: str, between: str) -> None:
    text = between.join(text_form(answer, word) for answer in given_answers)
    ret = arrests([row("arrests", persons="14")], RawCover("cover", {"arrests.confirmations": text}))
    read, wrong = read_confirmations(ret, datasets=REGION.datasets, catalog=CATALOG)
    assert wrong == []
    assert [(one.code, one.row, one.column, one.dataset) for one in read] == [
        (code, number, column, "arrests") for code, number, column, _ in given_answers
    ]


@proof(1000)
@given(st.lists(answers, min_size=1, max_size=3))
def test_a_list_of_mappings_says_the_same(given_answers: list[Answer]) -> None:
    lines = ["datasets:", "  arrests:", "    confirmations:"]
    for code, number, column, reason in given_answers:
        place = " ".join(filter(None, [f"row {number}" if number else "", column]))
        quoted = reason.strip().replace("'", "''")
        lines += [f"      - code: {code}", f"        place: {place}", f"        reason: 'x {quoted}'"]
    cover, found = read_cover_yaml("\n".join(lines).encode(), catalog=CATALOG)
    ret = arrests([row("arrests", persons="14")], cover)
    read, wrong = read_confirmations(ret, datasets=REGION.datasets, catalog=CATALOG)
    assert (found, wrong) == ([], [])
    assert [(one.code, one.row, one.column) for one in read] == [answer[:3] for answer in given_answers]


counts = st.integers(1, 8)


@proof(1500)
@given(st.lists(st.tuples(counts, counts), min_size=4, max_size=4))
def test_more_charged_than_arrested_across_tables_is_always_found(drawn: list[tuple[int, int]]) -> None:
    """By sex, and by sex and age: whatever is charged in one table and exceeds the other has a finding."""
    codes = [
        {"sex": "male"},
        {"sex": "female"},
        {"sex": "male", "age_group": "18_24"},
        {"sex": "female", "age_group": "18_24"},
    ]
    rows = [
        row("arrests", persons=str(persons), charged=str(charged), **where)
        for (persons, charged), where in zip(drawn, codes, strict=True)
    ]
    total = drawn[0][0] + drawn[1][0]
    values = fields(
        arrests__total=str(total),
        operations="1",
        incidents__status="not_available",
        convictions__status="not_available",
    )
    found: tuple[Finding, ...] = check_return(
        arrests(rows, RawCover("cover", values)), catalog=CATALOG, region=REGION
    ).findings
    over = any(
        one[1] > other[0]
        for one, other in (
            (drawn[0], drawn[2]),
            (drawn[2], drawn[0]),
            (drawn[1], drawn[3]),
            (drawn[3], drawn[1]),
        )
    )
    named = {"T1-charged-over-persons", "T3-tables-disagree"}
    assert not over or named & {one.code for one in found}
