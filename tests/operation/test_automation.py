"""Schedules, sensors and notices of a region with a calendar, as the daemon evaluates them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from assets.definitions import definitions
from assets.jobs import edition_job_name
from assets.resources import Workspace
from tests.assets.tiny import REGION, contracts, hand_over
from tests.operation.calendar import ALWAYS_FROZEN, ALWAYS_OPEN, YEARS

NOW = datetime.now(UTC)
YEAR = NOW.year - 1


def workspace_in(root: Path, calendar: dict[str, Any], **over: Any) -> Workspace:
    (root / "inbox").mkdir(parents=True, exist_ok=True)
    made = contracts(root / "contracts", calendar=calendar, reference_years=YEARS)
    return Workspace(
        inbox=str(root / "inbox"),
        output=str(root / "out"),
        store=str(root / "store"),
        contracts=str(made),
        formats="",
        **over,
    )


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral(tempdir=str(tmp_path)) as made:
        yield made


def looked(workspace: Workspace, instance: dg.DagsterInstance, cursor: str | None = None) -> dg.SensorResult:
    sensor = definitions(workspace).resolve_sensor_def(f"{REGION}_inbox")
    found = sensor(dg.build_sensor_context(instance=instance, cursor=cursor))
    assert isinstance(found, dg.SensorResult)
    return found


def evaluated(workspace: Workspace, instance: dg.DagsterInstance, name: str, at: str) -> Any:
    schedule = definitions(workspace).resolve_schedule_def(f"{REGION}_{name}")
    time = datetime.fromisoformat(at).replace(tzinfo=UTC)
    return schedule(dg.build_schedule_context(instance=instance, scheduled_execution_time=time))


def test_a_new_return_asks_for_a_run_that_names_whose_it_is(
    tmp_path: Path, instance: dg.DagsterInstance
) -> None:
    workspace = workspace_in(tmp_path, ALWAYS_OPEN)
    hand_over(tmp_path / "inbox", "AAA", YEAR)
    first = looked(workspace, instance)
    assert first.run_requests == []
    second = looked(workspace, instance, first.cursor)
    assert json.loads(second.cursor or "") == {}
    (request,) = second.run_requests or []
    assert request.partition_key == str(YEAR)
    assert request.asset_selection is None
    tags = request.tags
    assert (tags["tesat/partner"], tags["tesat/reference_year"]) == ("AAA", str(YEAR))
    assert (tags["tesat/reason"], len(tags["tesat/return"])) == ("new return", 12)
    assert request.run_key == f"{tags['tesat/batch']}-1"


def test_a_run_that_died_is_tried_again_under_another_key_three_times(
    tmp_path: Path, instance: dg.DagsterInstance
) -> None:
    workspace = workspace_in(tmp_path, ALWAYS_OPEN)
    hand_over(tmp_path / "inbox", "AAA", YEAR)
    sensor = definitions(workspace).resolve_sensor_def(f"{REGION}_inbox")
    job = definitions(workspace).resolve_job_def(edition_job_name(REGION))
    cursor, keys = None, []
    for _ in range(5):
        found = sensor(dg.build_sensor_context(instance=instance, cursor=cursor))
        cursor = found.cursor
        for request in found.run_requests or []:
            keys.append(str(request.run_key).rpartition("-")[2])
            run = instance.create_run_for_job(job, tags=dict(request.tags))
            running = sensor(dg.build_sensor_context(instance=instance, cursor=cursor))
            assert running.skip_reason.skip_message == "A run takes them in already."
            instance.report_run_failed(run, "killed")
    assert keys == ["1", "2", "3"]
    assert "3 runs did not get to a verdict" in found.skip_reason.skip_message


def test_after_the_freeze_returns_are_taken_in_and_the_draft_stays(
    tmp_path: Path, instance: dg.DagsterInstance
) -> None:
    workspace = workspace_in(tmp_path, ALWAYS_FROZEN)
    hand_over(tmp_path / "inbox", "BBB", YEAR)
    (request,) = looked(workspace, instance, looked(workspace, instance).cursor).run_requests or []
    selected = {key.path[-1] for key in request.asset_selection or ()}
    assert selected == ({"received_returns", "return_verdicts"} if NOW.timetuple().tm_yday > 2 else set())


@pytest.mark.parametrize(
    "at, says",
    [
        ("2026-01-14T02:30", "no edition is open for returns"),
        ("2026-01-15T02:30", "2025"),
        ("2026-05-15T02:30", "2025"),
        ("2026-05-16T02:30", "no edition is open for returns"),
    ],
)
def test_drafts_are_built_every_night_from_the_opening_to_the_freeze(
    tmp_path: Path, instance: dg.DagsterInstance, at: str, says: str
) -> None:
    days = ALWAYS_OPEN | {"collection_opens": "01-15", "freeze": "05-15"}
    found = evaluated(workspace_in(tmp_path, days), instance, "nightly_draft", at)
    if isinstance(found, dg.SkipReason):
        assert says in str(found.skip_message)
    else:
        assert (found.partition_key, found.run_key) == (says, f"nightly-2025-{at[:10]}")
        assert found.tags["tesat/reason"] == "nightly draft"


def test_notices_are_sent_once_and_again_only_where_they_did_not_go_out(
    tmp_path: Path, instance: dg.DagsterInstance
) -> None:
    today = f"{NOW:%m-%d}"
    days = ALWAYS_OPEN | {"reminders": [today] if today != "02-29" else ["02-28"]}
    job = definitions(workspace_in(tmp_path / "a", days)).resolve_job_def(f"{REGION}_notices")
    broken = Workspace(**workspace_in(tmp_path / "b", days).model_dump() | {"notify": "file:///proc/none"})
    failed = job.execute_in_process(instance=instance, raise_on_error=False, resources={"workspace": broken})
    assert not failed.success
    works = Workspace(**broken.model_dump() | {"notify": f"file://{tmp_path}/notices"})
    for _ in range(2):
        assert job.execute_in_process(instance=instance, resources={"workspace": works}).success
    assert f"{YEAR}-reminder-{today}.txt" in {path.name for path in (tmp_path / "notices").iterdir()}
    at = NOW.replace(hour=23, minute=59).isoformat()[:16]
    later = evaluated(works, instance, "notices", at)
    assert isinstance(later, dg.SkipReason)
    assert later.skip_message == "Nothing of the calendar is due."


def test_a_run_that_fails_is_told_without_its_error(tmp_path: Path, instance: dg.DagsterInstance) -> None:
    workspace = workspace_in(tmp_path, ALWAYS_OPEN, notify=f"file://{tmp_path}/notices")
    loaded = definitions(workspace)

    @dg.op
    def breaks() -> None:
        raise ValueError("a figure: 4711")

    @dg.job(tags={"region": REGION})
    def breaking() -> None:
        breaks()

    result = breaking.execute_in_process(instance=instance, raise_on_error=False)
    event = next(event for event in result.all_events if event.is_job_failure)
    context = dg.build_run_status_sensor_context(
        "failures", dagster_event=event, dagster_instance=instance, dagster_run=result.dagster_run
    ).for_run_failure()
    loaded.resolve_sensor_def("failures")(context)
    (told,) = (tmp_path / "notices").glob("run-*.txt")
    text = told.read_text()
    assert "Tiny: a run failed (breaking, no year)" in text
    assert "failed at breaks" in text
    assert "4711" not in text


def test_nothing_is_switched_on_unless_the_operator_says_so(tmp_path: Path) -> None:
    for automatic, expected in ((False, "STOPPED"), (True, "RUNNING")):
        workspace = workspace_in(tmp_path / str(automatic), ALWAYS_OPEN, automatic=automatic)
        loaded = definitions(workspace)
        found = [*(loaded.schedules or []), *(loaded.sensors or [])]
        assert len(found) == 6
        assert {one.default_status.value for one in found} == {expected}  # type: ignore[union-attr]
