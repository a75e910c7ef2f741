"""Dead runs are told from living ones by their locks, and what they left is cleared away under the edition's lock."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.events import DagsterEvent

from assets.janitor import KILLED, alone, living, tidy_runs
from assets.resources import KEY_BYTES, secret_key
from pipelines.errors import StoreError
from pipelines.locks import FolderLock
from pipelines.tidying import tidy


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral(tempdir=str(tmp_path)) as made:
        yield made


@dg.op
def nothing() -> None:
    pass


@dg.job
def idle() -> None:
    nothing()


def started(instance: dg.DagsterInstance) -> str:
    """A run that is said to be in progress."""
    run = instance.create_run_for_job(idle)
    instance.report_engine_event("started", run)
    instance.handle_run_event(
        run.run_id,
        DagsterEvent(event_type_value="PIPELINE_START", job_name="idle"),
    )
    return run.run_id


def status(instance: dg.DagsterInstance, run_id: str) -> str:
    run = instance.get_run_by_id(run_id)
    assert run is not None
    return run.status.value


def test_a_run_whose_lock_is_free_is_ended_and_one_that_holds_it_lives(
    tmp_path: Path, instance: dg.DagsterInstance
) -> None:
    dead, lives, young = (started(instance) for _ in range(3))
    lock = tmp_path / "work" / "running" / dead
    with FolderLock(lock).held():
        pass
    with living(tmp_path, lives):
        assert tidy_runs(instance, tmp_path) == [dead]
    assert [status(instance, run) for run in (dead, lives, young)] == ["FAILURE", "STARTED", "STARTED"]
    said = [str(entry) for entry in instance.all_logs(dead)]
    assert any(KILLED in message for message in said)
    assert not lock.exists()
    assert list((tmp_path / "work" / "running").iterdir()) == []


def test_an_edition_is_written_by_one_run_at_a_time_and_another_year_beside_it(tmp_path: Path) -> None:
    with alone(tmp_path, "tiny-2025"), alone(tmp_path, "tiny-2024"):
        for edition in ("tiny-2025", "tiny-2024"):
            with (tmp_path / "work" / f"{edition}.lock").open() as handle, pytest.raises(BlockingIOError):
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_an_edition_that_was_moved_aside_is_put_back_and_halves_are_removed(tmp_path: Path) -> None:
    output, releases = tmp_path / "out", tmp_path / "store" / "releases" / "tiny-2025"
    for folder in (output / ".tiny-2025.outgoing", output / ".tiny-2025.incoming", releases / ".2.incoming"):
        folder.mkdir(parents=True)
        (folder / "index.html").write_text(folder.name)
    (releases / ".latest.partial").symlink_to("2")
    (releases / ".2.prepared").mkdir()
    assert tidy(tmp_path / "store", output, edition="tiny-2025")
    assert (output / "tiny-2025" / "index.html").read_text() == ".tiny-2025.outgoing"
    assert [path.name for path in output.iterdir()] == ["tiny-2025"]
    assert sorted(path.name for path in releases.iterdir()) == [".2.prepared", ".lock"]


def test_a_key_is_made_once_readable_by_its_owner_and_half_a_key_is_refused(tmp_path: Path) -> None:
    first = secret_key(tmp_path)
    assert len(first) == KEY_BYTES
    assert secret_key(tmp_path) == first
    path = tmp_path / "rounding.key"
    assert path.stat().st_mode & 0o777 == 0o600
    assert [found.name for found in tmp_path.iterdir()] == ["rounding.key"]
    for left in ("", path.read_text()[:40]):
        path.write_text(left)
        with pytest.raises(StoreError, match="the key is cut off"):
            secret_key(tmp_path)
