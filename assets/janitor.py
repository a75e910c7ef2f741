"""Runs that are in progress: each holds a lock while it lives, and one whose lock is free is dead.

Belongs here: those locks, and the end of dead runs. The system frees a lock however its holder ends, so that neither
process numbers nor clocks are asked. Files that a dead run left are cleared away by `pipelines/tidying.py`.
"""

from __future__ import annotations

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg

from pipelines.locks import FolderLock

# A run takes its lock within seconds of its start; one that has none after that never got so far.
SECONDS_WITHOUT_LOCK = 300
KILLED = "Its process ended without a word: it was killed, or the machine went down."
_IN_PROGRESS = [dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.CANCELING]


@contextmanager
def living(store: Path, run_id: str) -> Iterator[None]:
    """Holds the lock of a run while it is in progress."""
    path = _lock(store, run_id)
    with FolderLock(path).held():
        yield
        path.unlink(missing_ok=True)


@contextmanager
def alone(store: Path, edition: str) -> Iterator[None]:
    """Holds the lock of an edition: its tables are written by one run at a time, whoever started it."""
    with FolderLock(store / "work" / f"{edition}.lock").held():
        yield


def tidy_runs(instance: dg.DagsterInstance, store: Path) -> list[str]:
    """Ends runs that are said to be in progress and are dead, and frees the slots they held; returns their ids."""
    ended = []
    for record in instance.get_run_records(dg.RunsFilter(statuses=_IN_PROGRESS)):
        run = record.dagster_run
        if _is_dead(_lock(store, run.run_id), started=record.start_time or 0.0):
            instance.report_run_failed(run, KILLED)
            storage = instance.event_log_storage
            if storage.supports_global_concurrency_limits:
                storage.free_concurrency_slots_for_run(run.run_id)
            _lock(store, run.run_id).unlink(missing_ok=True)
            ended.append(run.run_id)
    return ended


def _is_dead(lock: Path, *, started: float) -> bool:
    if not lock.exists():
        return time.time() - started > SECONDS_WITHOUT_LOCK
    with lock.open("rb") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True


def _lock(store: Path, run_id: str) -> Path:
    return store / "work" / "running" / run_id
