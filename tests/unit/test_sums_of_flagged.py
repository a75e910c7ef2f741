"""Sums of flagged cells, by the written rules of the methodology, section 4: what a part says carries over."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from tests.unit.test_statistics import arrest, line, observations, one

PARTS: dict[str, dict[str, object]] = {
    "break": {"break_in_series": True},
    "partial": {"coverage": "partial"},
    "at_least": {},
}


def cells(partner: str, *, unspecified: bool) -> list[dict[str, object]]:
    """Five persons by type, two of them not specified where asked for."""
    rows = [arrest(partner=partner, type_of_terrorism="jihadist", persons=3)]
    other = "not_specified" if unspecified else "right_wing"
    return [*rows, arrest(partner=partner, type_of_terrorism=other, persons=2)]


@pytest.mark.parametrize("marks", [set(c) for n in range(4) for c in itertools.combinations(PARTS, n)])
def test_every_mark_of_a_part_carries_over_to_the_sum(tmp_path: Path, marks: set[str]) -> None:
    flagged: dict[str, object] = {}
    for mark in marks:
        flagged |= PARTS[mark]
    rows = [*cells("ALB", unspecified=False), *cells("BIH", unspecified="at_least" in marks)]
    frame = observations(tmp_path, rows, [line(), line(partner="BIH", **flagged)])
    jihadist = one(frame, "arrests_by_type", "WB6", type_of_terrorism="jihadist")
    assert jihadist["obs_value"] == 6
    assert set(str(jihadist["obs_note"]).split(";")) - {""} == marks
    assert jihadist["obs_status"] == ("B" if "break" in marks else "A")
    assert jihadist["partners_reporting"] == "2 of 6"
    total = one(frame, "arrests_by_type", "WB6")
    assert set(str(total["obs_note"]).split(";")) - {""} == marks - {"at_least"}


def test_a_part_without_a_figure_lends_the_sum_no_mark_and_is_not_counted(tmp_path: Path) -> None:
    lines = [line(), line(partner="BIH", status="not_available", coverage="partial", break_in_series=True)]
    frame = observations(tmp_path, cells("ALB", unspecified=False), lines)
    total = one(frame, "arrests_by_type", "WB6")
    assert (total["obs_value"], total["obs_status"], total["obs_note"]) == (5, "A", "")
    assert total["partners_reporting"] == "1 of 6"


def test_counts_of_the_cover_carry_the_marks_of_their_dataset(tmp_path: Path) -> None:
    lines = [line(), line(partner="BIH", coverage="partial", break_in_series=True)]
    rows = [*cells("ALB", unspecified=False), *cells("BIH", unspecified=False)]
    frame = observations(tmp_path, rows, lines)
    operations = one(frame, "cover", "WB6", measure="OPERATIONS")
    assert (operations["obs_value"], operations["obs_note"]) == (4, "break;partial")
