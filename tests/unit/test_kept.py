"""Results of an earlier run are found by all that they were made from, and what a run did not ask for is gone."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from data_contracts.catalog import ContractError
from data_contracts.gate import GateProcess, gate_here
from pipelines import audits_kept, tables_kept
from pipelines.audit import AuditResult
from pipelines.audit_figures import read_knowledge
from pipelines.audit_knowledge import Edition
from pipelines.audit_model import ContradictionError
from pipelines.audits_kept import kept_audit
from pipelines.kept import Kept, basis_of
from pipelines.protected import AuditOutcome, protected_dataset
from pipelines.protection import protect
from pipelines.release import to_sdmx
from pipelines.statistics import exact_observations
from pipelines.tables_kept import LINE_ONLY, NOTES, kept_observations, kept_protection
from tests.assets.tiny import contracts
from tests.unit.protection_builder import CATALOG, CONTRACT, KEY, REGION, exact, lines, persons


def test_a_result_is_found_by_all_that_it_was_made_from(tmp_path: Path) -> None:
    kept = Kept(tmp_path, ["code"])
    kept.keep_json({"leaks": 1}, "arrests", "2025")
    assert kept.find_json("arrests", "2025") == {"leaks": 1}
    assert kept.find("arrests2025") is None, "parts are not run together"
    assert Kept(tmp_path, ["other code"]).find("arrests", "2025") is None
    nothing = Kept(None, [])
    nothing.keep(b"x", "a")
    assert nothing.find("a") is None


def test_what_a_run_did_not_ask_for_is_gone_with_what_was_left_half_written(tmp_path: Path) -> None:
    Kept(tmp_path, []).keep(b"old", "2024")
    (tmp_path / "left.begun").write_bytes(b"half")
    now = Kept(tmp_path, [])
    now.keep(b"new", "2025")
    now.forget_others()
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"new"]


def test_results_depend_on_the_contracts(tmp_path: Path) -> None:
    root = contracts(tmp_path / "contracts")
    before = basis_of(root, "key")
    assert basis_of(root, "key") == before != basis_of(root, "another key")
    (root / "findings.yaml").write_text(
        (root / "findings.yaml").read_text("utf-8") + "# a word more\n", "utf-8"
    )
    assert basis_of(root, "key") != before


def rows(period: str, value: str) -> dict[str, str]:
    return {"TIME_PERIOD": period, "OBS_VALUE": value}


def test_a_year_is_audited_again_only_where_its_figures_or_cells_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []

    def counting(editions: list[Edition], periods: list[str], **_: object) -> AuditResult:
        asked.append(sum(edition.rows.height for edition in editions))
        if editions[0].rows["OBS_VALUE"][0] == "13":
            raise ContradictionError("no table agrees")
        return AuditResult({("arrests_by_sex", "2025"): 2}, targets=7, solved=3)

    monkeypatch.setattr(audits_kept, "audit", counting)

    def ask(of_year: str, before: str = "1", cells: int = 4) -> AuditResult:
        figures = pl.DataFrame([rows("2024", before), rows("2025", of_year)])
        truth = pl.DataFrame({"reference_year": [2025], "persons": [cells]})
        kept = Kept(tmp_path, [])
        edition = Edition(figures, truth)
        return kept_audit([edition], ["2025"], catalog=CATALOG, contract=CONTRACT, region=REGION, kept=kept)

    first = ask("5")
    assert asked == [1], "the audit sees the figures of its periods alone"
    assert ask("5") == ask("5", before="9") == first and len(asked) == 1
    ask("6")
    ask("5", cells=5)
    assert len(asked) == 3
    for _ in range(2):
        with pytest.raises(ContradictionError, match="no table agrees"):
            ask("13")
    assert len(asked) == 4, "a refusal is kept too"


def question() -> tuple[dict[str, pl.DataFrame], pl.DataFrame]:
    """Two returns with one arrest each; one of them has a code that nobody knows."""
    names = [column.name for column in CONTRACT.columns]
    cells = dict.fromkeys(names, "_T") | {"persons": "1", "charged": "1", "sex": "male"}
    frame = pl.DataFrame(
        [
            {"return_id": "good", "row": 2, "definitions_version": "1", **cells},
            {"return_id": "bad", "row": 2, "definitions_version": "1", **cells, "sex": "unheard_of"},
        ]
    )
    declared = {"return_id": ["good", "bad"], "dataset": ["arrests"] * 2, "total": ["1", "1"]}
    return {"arrests": frame}, pl.DataFrame(declared)


def test_the_gate_says_the_same_in_a_process_of_its_own() -> None:
    frames, totals = question()
    with GateProcess() as gate:
        apart = gate(frames, totals, catalog=CATALOG)()
    assert apart == gate_here(frames, totals, catalog=CATALOG)() == {"bad"}


def test_a_gate_that_stops_says_so_and_accepts_nothing() -> None:
    frames, totals = question()
    with (
        GateProcess() as gate,
        pytest.raises(ContractError, match=r"the gate's process ended with 1.*no_such"),
    ):
        gate({"no_such": frames["arrests"]}, totals, catalog=CATALOG)()


def test_the_gate_ends_with_the_process_that_started_it() -> None:
    """Killed at once, as by the kernel: nobody is left to stop it."""
    program = """
import os, signal
from data_contracts.gate import GateProcess
print(GateProcess()._process.pid, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""
    done = subprocess.run(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False
    )
    command = Path(f"/proc/{int(done.stdout)}/cmdline")
    for _ in range(600):
        if not command.exists() or not command.read_bytes():
            return
        subprocess.run(["sleep", "0.1"], check=True)
    pytest.fail("the gate's process still runs after a minute")


def test_what_is_cut_away_before_an_audit_says_nothing_of_its_periods(tmp_path: Path) -> None:
    frame, cells = exact(persons(3), {"XKX": "protected"}, tmp_path)
    figures = to_sdmx(
        protect(frame, catalog=CATALOG, contract=CONTRACT, region=REGION, key=KEY), contract=CONTRACT
    )
    years = ("2025", "2024")
    whole = Edition(
        pl.concat(figures.with_columns(TIME_PERIOD=pl.lit(year)) for year in years),
        pl.concat(cells.with_columns(pl.lit(int(year), pl.Int32).alias("reference_year")) for year in years),
    )
    cut = audits_kept._of_periods(whole, ["2025"])
    assert whole.cells is not None and cut.cells is not None
    assert (cut.rows.height * 2, cut.cells.height * 2) == (whole.rows.height, whole.cells.height)
    told = [
        read_knowledge([edition], ["2025"], catalog=CATALOG, contract=CONTRACT, region=REGION)
        for edition in (whole, cut)
    ]
    assert told[0] == told[1] and told[0].statements


class Counted:
    """A function that says how often it was asked."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function, self.times = function, 0

    def __call__(self, *given: Any, **named: Any) -> Any:
        self.times += 1
        return self.function(*given, **named)


def test_a_dataset_is_summed_and_protected_again_only_where_its_returns_say_something_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    summed, protected = Counted(exact_observations), Counted(protected_dataset)
    monkeypatch.setattr(tables_kept, "exact_observations", summed)
    monkeypatch.setattr(tables_kept, "protected_dataset", protected)
    rules: dict[str, Any] = {"catalog": CATALOG, "contract": CONTRACT, "region": REGION}

    def ask(cells: pl.DataFrame, returns: pl.DataFrame) -> pl.DataFrame:
        figures = kept_observations(
            cells, returns, **rules, year=2025, kept=Kept(tmp_path / "exact", ["code"])
        )
        kept = Kept(tmp_path / "published", ["code"])
        return kept_protection(figures, cells=cells, **rules, key=KEY, kept=kept)[0]

    people = persons(1)
    _, cells = exact(people, {}, tmp_path)
    returns = lines(people, {})

    def sent(times: str) -> pl.DataFrame:
        return returns.with_columns(pl.lit(times).alias(name) for name in (*LINE_ONLY, *NOTES))

    first = ask(cells, sent("once"))
    assert ask(cells.with_columns(submission=pl.lit(2)), sent("twice")).equals(first)
    assert (summed.times, protected.times) == (1, 1)
    assert not ask(cells.with_columns(pl.col("persons") + 1), sent("once")).equals(first)
    assert (summed.times, protected.times) == (2, 2)
    assert not ask(cells, sent("once").with_columns(release=pl.lit("none"))).equals(first)
    assert (summed.times, protected.times) == (3, 3)


def test_a_table_that_failed_its_audit_is_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    frame, cells = exact(persons(1), {}, tmp_path)
    refused = Counted(lambda *_, **__: (frame, AuditOutcome(False, [{"outcome": "refused"}])))
    monkeypatch.setattr(tables_kept, "protected_dataset", refused)
    for _ in range(2):
        _, outcome = kept_protection(
            frame, cells=cells, catalog=CATALOG, contract=CONTRACT, region=REGION, key=KEY, kept=Kept(tmp_path / "k", [])
        )  # fmt: skip
        assert not outcome.passed
    assert refused.times == 2
