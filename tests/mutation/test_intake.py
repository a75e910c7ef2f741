"""At the intake every level is run, warnings are asked and answered, and nothing of a reason is kept in a verdict."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from pipelines.inbox import inbox_entries
from pipelines.intake import judge_all, receive_all
from tests.mutation.returns import CATALOG, REGION, Maker, folder, row

REASON = "the register was cleaned up in spring"
CHANGE, VICTIMS = f"T2-unlikely-change@total: {REASON}", "T3-victims-in-foiled@row 2: they died later"
FOILED = [row("incidents", attack_status="foiled", attacks="3", killed="2")]
COVERED = {"C-submission-not-new"}


def arrests(persons: int, *, unspecified: int = 0, **over: str) -> Maker:
    """A return with so many arrests, and with a warning on its incidents."""
    rows = [row("arrests", sex="male", persons=str(persons - unspecified))] if persons > unspecified else []
    rows += [row("arrests", sex="not_specified", persons=str(unspecified))] if unspecified else []
    year = int(over.get("reference_year", "2025"))
    tables = {"arrests": rows, "incidents": FOILED}
    whole = {"operations": "1", "prepared_on": f"{year + 1}-02-01"} | over
    return folder(tables=tables, **{"arrests__total": str(persons)} | whole)


class Intake:
    """An inbox and a store; `run` judges all that lies in the inbox."""

    def __init__(self, root: Path) -> None:
        self.inbox, self.store = root / "inbox", root / "store"
        self.inbox.mkdir()

    def add(self, name: str, make: Maker) -> None:
        root = self.inbox.parent / f"made-{name}"
        root.mkdir()
        make(root).rename(self.inbox / name)

    def run(self) -> dict[str, dict[str, Any]]:
        received = receive_all(inbox_entries(self.inbox)[0], store=self.store, catalog=CATALOG, region=REGION)
        verdicts = judge_all(received, store=self.store, catalog=CATALOG, region=REGION)
        assert set(verdicts["gate"]) == {"agrees"}
        return {line["name"]: line for line in verdicts.iter_rows(named=True)}

    def verdict(self, line: dict[str, Any]) -> dict[str, Any]:
        """The newest verdict file of a return."""
        paths = sorted(
            (self.store / "verdicts").glob(f"{line['sha256']}*.json"),
            key=lambda path: (len(path.stem), path.stem),
        )
        kept: dict[str, Any] = json.loads(paths[-1].read_text(encoding="utf-8"))
        return kept


@pytest.fixture
def intake(tmp_path: Path) -> Intake:
    return Intake(tmp_path)


def findings(verdict: dict[str, Any]) -> dict[str, bool]:
    """The codes found, and whether the cover answers them."""
    return {found["code"]: found["confirmed"] for found in verdict["findings"]}


def test_all_levels_are_run_and_ask_but_do_not_reject(intake: Intake) -> None:
    intake.add("earlier", arrests(2, reference_year="2023"))
    intake.add("now", arrests(29, unspecified=20, also_reported_by="ALB, SRB"))
    for partner in ("ALB", "MKD", "MNE"):
        intake.add(partner, arrests(30, partner=partner))
    lines = intake.run()
    assert {line["verdict"] for line in lines.values()} == {"accepted"}
    now = intake.verdict(lines["now"])
    assert now["levels_run"] == [0, 1, 2, 3, 4]
    assert findings(now) == dict.fromkeys(
        (
            "T2-unlikely-change",
            "T3-victims-in-foiled",
            "T4-unusual-unspecified",
            "T4-not-named-back",
            "T4-named-without-return",
        ),
        False,
    )
    assert (lines["now"]["warnings"], lines["now"]["confirmed"]) == (4, 0)
    assert set(findings(intake.verdict(lines["ALB"]))) == {"T3-victims-in-foiled"}
    assert all(
        "12" not in found["expected"] + found["rule"]
        for found in now["findings"]
        if found["code"][:2] == "T4"
    )


def test_an_answered_warning_is_shown_as_confirmed_and_its_reason_is_not_kept(intake: Intake) -> None:
    intake.add("earlier", arrests(2, reference_year="2024"))
    intake.add(
        "now",
        arrests(29, arrests__confirmations=CHANGE, incidents__confirmations=VICTIMS),
    )
    lines = intake.run()
    assert findings(intake.verdict(lines["now"])) == {
        "T2-unlikely-change": True,
        "T3-victims-in-foiled": True,
    }
    assert (lines["now"]["warnings"], lines["now"]["confirmed"]) == (2, 2)
    kept = "".join(path.read_text(encoding="utf-8") for path in intake.store.rglob("*.json*"))
    assert "register" not in kept and "died" not in kept


def test_an_answer_in_the_wrong_dataset_answers_nothing(intake: Intake) -> None:
    intake.add("earlier", arrests(2, reference_year="2024"))
    intake.add("now", arrests(29, incidents__confirmations=f"{CHANGE}; {VICTIMS}"))
    (line,) = [line for name, line in intake.run().items() if name == "now"]
    assert findings(intake.verdict(line)) == {
        "T2-unlikely-change": False,
        "C-confirmation-unused": False,
        "T3-victims-in-foiled": True,
    }


def test_the_others_are_looked_at_again_when_a_return_arrives(intake: Intake) -> None:
    intake.add("now", arrests(10, also_reported_by="ALB"))
    first = intake.verdict(intake.run()["now"])
    assert set(findings(first)) == {"T3-victims-in-foiled", "T4-named-without-return"}
    intake.add("ALB", arrests(10, partner="ALB", also_reported_by="XKX"))
    lines = intake.run()
    assert set(findings(intake.verdict(lines["now"]))) == {"T3-victims-in-foiled"}
    again = {path.name for path in (intake.store / "verdicts").iterdir()}
    intake.run()
    assert {path.name for path in (intake.store / "verdicts").iterdir()} == again


def test_a_verdict_that_changes_back_is_the_newest_event_again(intake: Intake) -> None:
    intake.add("now", arrests(10, also_reported_by="ALB"))
    intake.add("ALB", arrests(10, partner="ALB", also_reported_by="XKX"))
    for number, named in (("2", "SRB"), ("3", "XKX")):
        intake.run()
        intake.add(f"ALB{number}", arrests(10, partner="ALB", also_reported_by=named, submission=number))
    line = intake.run()["now"]
    events = [json.loads(text) for text in (intake.store / "ledger.jsonl").read_text("utf-8").splitlines()]
    verdicts = [
        event["verdict"]
        for event in events
        if event["sha256"] == line["sha256"] and event["event"] == "checked"
    ]
    assert len(verdicts) == 3 and verdicts[0] == verdicts[2] != verdicts[1]


def test_a_rejected_return_is_compared_and_is_compared_with_by_nobody(intake: Intake) -> None:
    intake.add("earlier", arrests(2, reference_year="2024"))
    intake.add("faulty", arrests(29, arrests__total="30"))
    intake.add("later", arrests(30, reference_year="2026"))
    lines = intake.run()
    assert lines["faulty"]["codes"] == ["T1-control-total"]
    assert intake.verdict(lines["faulty"])["levels_run"] == [0, 1, 2, 3, 4]
    assert findings(intake.verdict(lines["faulty"]))["T2-unlikely-change"] is False
    later = intake.verdict(lines["later"])["findings"]
    assert [found["rule"].partition(";")[0] for found in later if found["code"] == "T2-unlikely-change"] == [
        "The total of arrests was 2 for 2024 and is 30 for 2026"
    ]


def test_what_the_store_holds_is_compared_with_without_the_inbox(intake: Intake) -> None:
    intake.add("earlier", arrests(2, reference_year="2024"))
    intake.run()
    (intake.inbox / "earlier").rename(intake.inbox.parent / "gone")
    intake.add("now", arrests(29))
    assert "T2-unlikely-change" in findings(intake.verdict(intake.run()["now"]))


@pytest.mark.parametrize(("number", "codes"), [("1", ["C-submission-not-new"]), ("2", [])])
def test_a_submission_number_stands_once(intake: Intake, number: str, codes: list[str]) -> None:
    intake.add("first", arrests(10))
    intake.run()
    intake.add("second", arrests(11, submission=number))
    line = intake.run()["second"]
    assert (line["codes"], line["verdict"]) == (codes, "rejected" if codes else "accepted")


def test_the_line_of_a_return_holds_who_else_counts(intake: Intake) -> None:
    intake.add("now", arrests(10, also_reported_by="ALB"))
    intake.run()
    (path,) = (intake.store / "returns").iterdir()
    assert pl.read_parquet(path)["also_reported_by"].to_list() == [["ALB"]] * 3
