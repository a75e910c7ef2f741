"""A rejected return is named, changes nothing that was accepted, and holds up no other partner."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from tests.assets.tiny import YEAR, Place, Run, hand_over, rows_of

FAULTY = {
    "AAA-2025-2": ("cells", ["T1-unknown-code"]),
    "AAA-2025-3": ("cells", ["T1-duplicate-key"]),
    "AAA-2025-4": ("cells", ["T1-control-total"]),
    "AAA-2025-5": ("cover", ["C-rows-without-reported"]),
}


def accepted_files(store: Path) -> dict[str, str]:
    return {
        path.relative_to(store).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for folder in ("cells", "returns", "objects")
        for path in sorted((store / folder).rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="module")
def before(place: Place) -> dict[str, str]:
    hand_over(place.inbox, "AAA", YEAR)
    place.run(["received_returns", "return_verdicts"])
    return accepted_files(place.workspace.store_folder)


@pytest.fixture(scope="module")
def run(place: Place, before: dict[str, str]) -> Run:
    hand_over(place.inbox, "AAA", YEAR, submission=2, rows=[("jihadistic", 8), ("right_wing", 4)])
    hand_over(place.inbox, "AAA", YEAR, submission=3, rows=[("jihadist", 8), ("jihadist", 4)])
    hand_over(place.inbox, "AAA", YEAR, submission=4, total=13)
    hand_over(place.inbox, "AAA", YEAR, submission=5, status="nil")
    hand_over(place.inbox, "BBB", YEAR)
    hand_over(place.inbox, "BBB", YEAR, submission=3, rows=[("jihadist", 9), ("right_wing", 4)])
    return place.run()


def test_the_run_succeeds_and_no_other_partner_is_held_up(run: Run) -> None:
    assert run.result.success
    assert "submissions BBB|2025" in run.materialized
    assert run.checks["reporting__bbb_has_reported"].passed


def test_what_was_accepted_before_stands_untouched(place: Place, before: dict[str, str], run: Run) -> None:
    after = accepted_files(place.workspace.store_folder)
    assert before.items() <= after.items()
    new = {name for name in set(after) - set(before) if not name.startswith("objects/")}
    assert new and all("/BBB-2025-1-" in name for name in new)
    assert run.checks["reporting__aaa_has_reported"].passed
    reporting = place.table("reporting").filter(partner="AAA", reference_year=YEAR, dataset="arrests")
    assert reporting.select("state", "submission").row(0) == ("reported", 1)


@pytest.mark.parametrize("name", FAULTY)
def test_each_is_named_with_its_codes_in_the_log_and_in_the_failed_check(run: Run, name: str) -> None:
    family, codes = FAULTY[name]
    assert [line for line in run.warnings if line.startswith(f"Rejected: {name} ({', '.join(codes)}).")]
    failed = run.checks[f"return_verdicts__{family}"]
    assert not failed.passed
    assert not failed.blocking
    row = next(row for row in rows_of(failed.metadata, "returns") if row["name"] == name)
    assert row == {
        "name": name,
        "partner": "AAA",
        "reference_year": "2025",
        "submission": name[-1],
        "codes": ", ".join(codes),
    }
    assert f"{name} ({', '.join(codes)})" in str(failed.description)
    pages = {row["what it is, and what to do"] for row in rows_of(failed.metadata, "findings")}
    assert {f"docs/findings/{code}.md" for code in codes} <= pages


def test_a_submission_ahead_of_its_predecessor_is_shown_as_pending_and_does_not_count(
    place: Place, run: Run
) -> None:
    assert [line for line in run.warnings if line.startswith("Pending: BBB-2025-3, submission 3: ")]
    made = run.materialized["return_verdicts"].metadata
    (row,) = rows_of(made, "pending")
    assert (row["name"], made["returns_pending"].value) == ("BBB-2025-3", 1)
    assert run.materialized["submissions BBB|2025"].metadata["submission"].value == 1
    reporting = place.table("reporting").filter(partner="BBB", reference_year=YEAR, dataset="arrests")
    assert reporting.select("state", "submission").row(0) == ("reported", 1)


def test_families_that_nothing_broke_pass_and_both_readers_agree(run: Run) -> None:
    for rule in ("file", "tables_agree", "gate_agrees"):
        assert run.checks[f"return_verdicts__{rule}"].passed, rule


def test_a_partner_without_a_return_is_a_warning_and_another_years_rejection_is_not_shown(
    place: Place, run: Run
) -> None:
    hand_over(place.inbox, "BBB", YEAR + 1, rows=[("jihadistic", 1)])
    other = place.run(["received_returns", "return_verdicts", "reporting"])
    assert other.result.success
    named = rows_of(other.checks["return_verdicts__cells"].metadata, "returns")
    assert {row["name"] for row in named} == {"AAA-2025-2", "AAA-2025-3", "AAA-2025-4"}
    later = place.run(["received_returns", "return_verdicts", "reporting"], year=YEAR + 1)
    silent = later.checks["reporting__bbb_has_reported"]
    assert (silent.passed, silent.severity.value) == (False, "WARN")
    assert silent.description == "Bland: no accepted return for 2026."
    assert any("BBB-2026-1" in line for line in later.warnings)
