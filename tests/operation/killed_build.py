"""Builds the tiny region's year up to its data and puts it in place, killed at any moment.

Run as a program by `test_kills.py`: every killed process is a fork of it, so that nothing is imported twice.
"""

from __future__ import annotations

import importlib
import json
import os
import signal
import sys
from pathlib import Path

import dagster as dg

from assets.definitions import definitions
from assets.janitor import tidy_runs
from assets.jobs import edition_job_name
from assets.resources import KEY_FILE, Workspace, dagster_home
from pipelines.release import publish_folder
from tests.assets.tiny import REGION, TO_THE_DATA, YEAR, contracts, hand_over
from tests.operation.killed_release import forked

TOUCHING = frozenset(
    {"open", "os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.truncate", "sqlite3.connect"}
)


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
    publish_folder(workspace.work_folder(REGION, YEAR) / "release", workspace.edition_folder(REGION, YEAR))


def counted(root: Path, point: int) -> list[int]:
    """Kills this process before the `point`-th time that it opens, makes, renames or removes something of the test."""
    seen, own = [0], os.fspath(root)

    def heard(event: str, given: tuple[object, ...]) -> None:
        if event in TOUCHING and str(given[0]).startswith(own):
            seen[0] += 1
            if seen[0] == point:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(heard)
    return seen


def whole(root: Path) -> None:
    """An undisturbed build, which writes down how often it could have been killed."""
    seen = counted(root, 0)
    built(root)
    (root.parent / "points").write_text(str(seen[0]))


def killed_at(root: Path, point: int) -> None:
    """A build that is killed."""
    counted(root, point)
    built(root)


if __name__ == "__main__":
    for module in ("duckdb", "great_expectations", "highspy", "scipy.stats", "xlsxwriter"):
        importlib.import_module(module)  # once, before the forks
    base, draws = Path(sys.argv[1]), json.loads(sys.argv[2])
    prepared(base / "whole")
    assert forked(lambda: whole(base / "whole")) == 0
    points = int((base / "points").read_text())
    for number, fraction in enumerate(draws):
        place, at = prepared(base / str(number)), 1 + int(fraction * (points - 1))
        status = forked(lambda place=place, at=at: killed_at(place, at))  # type: ignore[misc]
        assert status == -signal.SIGKILL, (at, status)
        assert forked(lambda place=place: built(place)) == 0, at  # type: ignore[misc]
    print(points)
