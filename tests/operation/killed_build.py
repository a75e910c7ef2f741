"""Builds the tiny region's year up to its data and puts it in place, killed from outside at any moment.

Run as a program by `test_kills.py`: every killed process is a fork of it, so that nothing is imported twice.
"""

from __future__ import annotations

import importlib
import json
import os
import signal
import sys
import time
from pathlib import Path

import dagster as dg

from assets.definitions import definitions
from assets.janitor import tidy_runs
from assets.jobs import edition_job_name
from assets.resources import KEY_FILE, Workspace, dagster_home
from pipelines.release import publish_folder
from tests.assets.tiny import REGION, TO_THE_DATA, YEAR, contracts, hand_over
from tests.operation.killed_release import forked


def prepared(root: Path) -> Path:
    """Returns of two partners and two years, one of them in two submissions, one rejected."""
    contracts(root / "contracts")
    for year in (YEAR - 1, YEAR):
        hand_over(root / "inbox", "AAA", year)
        hand_over(root / "inbox", "BBB", year, rows=[("jihadist", 6)])
    hand_over(root / "inbox", "AAA", YEAR, submission=2, rows=[("jihadist", 9)])
    hand_over(root / "inbox", "BBB", YEAR, submission=2, total=99)
    (root / "store").mkdir()
    (root / "store" / KEY_FILE).write_text("ab" * 32)
    receipts = [f"{path.name},2026-03-01T10:00:00Z" for path in sorted((root / "inbox").iterdir())]
    (root / "inbox" / "received.csv").write_text("\n".join(["path,received_at", *receipts]) + "\n")
    return root


def built(root: Path) -> None:
    """One build, as `tesat build` makes it, without the report."""
    workspace = Workspace(
        inbox=str(root / "inbox"),
        output=str(root / "out"),
        store=str(root / "store"),
        contracts=str(root / "contracts"),
    )
    os.environ["DAGSTER_HOME"] = str(root / "home")
    dagster_home(workspace.store_folder)
    catalog = workspace.catalog()
    with dg.DagsterInstance.get() as instance:
        tidy_runs(instance, workspace.store_folder)
        done = (
            definitions(workspace)
            .resolve_job_def(edition_job_name(REGION))
            .execute_in_process(
                instance=instance,
                partition_key=str(YEAR),
                resources={"workspace": workspace},
                asset_selection=[dg.AssetKey([REGION, name]) for name in TO_THE_DATA],
            )
        )
        assert done.success
        in_progress = dg.RunsFilter(statuses=[dg.DagsterRunStatus.STARTED])
        assert instance.get_runs_count(in_progress) == 0
    publish_folder(
        workspace.work_folder(REGION, YEAR) / "release",
        workspace.edition_folder(REGION, YEAR),
        name=REGION,
        title="Tiny report",
        year=YEAR,
        contracts=list(catalog.contracts.values()),
    )


def killed_after(root: Path, seconds: float) -> bool:
    """Begins a build, kills it after so many seconds; whether it was in progress still."""
    child = os.fork()
    if child == 0:
        os.setpgid(0, 0)
        try:
            built(root)
        finally:
            os._exit(0)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL


if __name__ == "__main__":
    for module in ("duckdb", "great_expectations", "highspy", "scipy.stats", "xlsxwriter"):
        importlib.import_module(module)  # once, before the forks
    base, draws = Path(sys.argv[1]), json.loads(sys.argv[2])
    prepared(base / "whole")
    started = time.monotonic()
    assert forked(lambda: built(base / "whole")) == 0
    whole = time.monotonic() - started
    killed = 0
    for number, fraction in enumerate(draws):
        place = prepared(base / str(number))
        killed += killed_after(place, fraction * whole)
        assert forked(lambda place=place: built(place)) == 0, fraction  # type: ignore[misc]
    print(f"{killed} {whole:.1f}")
