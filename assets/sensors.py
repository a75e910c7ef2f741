"""What runs because something happened: a return in the inbox, a run that failed.

Belongs here: when a run is asked for or a notice goes out, and with which tags. What is in the inbox is
`pipelines/inbox_watch.py`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, datetime

import dagster as dg

from assets.janitor import tidy_runs
from assets.jobs import edition_job_name
from assets.resources import Workspace
from assets.schedules import run_tags
from data_contracts.calendar import Calendar
from data_contracts.model import Catalog, Region
from pipelines.inbox_watch import Due, InboxWatch
from pipelines.notices import failure_notice, region_named
from pipelines.notifying import known_channels, notify

SECONDS_BETWEEN_LOOKS, ATTEMPTS, NAMED = 30, 3, 8
INTAKE = ("received_returns", "return_verdicts")


def sensors_of(region: Region, catalog: Catalog, workspace: Workspace) -> Sequence[dg.SensorDefinition]:
    """The sensors of a region; none without a calendar, which says which edition a return belongs to."""
    return [] if region.calendar is None else [_inbox(region, region.calendar, catalog, workspace)]


def _status(workspace: Workspace) -> dg.DefaultSensorStatus:
    return dg.DefaultSensorStatus.RUNNING if workspace.automatic else dg.DefaultSensorStatus.STOPPED


def _inbox(region: Region, calendar: Calendar, catalog: Catalog, workspace: Workspace) -> dg.SensorDefinition:
    watch = InboxWatch(workspace.inbox_folder, workspace.store_folder, catalog=catalog, region=region)

    @dg.sensor(
        name=f"{region.name}_inbox",
        job_name=edition_job_name(region.name),
        minimum_interval_seconds=SECONDS_BETWEEN_LOOKS,
        default_status=_status(workspace),
        description="Takes in what was handed over, once it is whole: by its content, never by its time.",
    )
    def inbox(context: dg.SensorEvaluationContext) -> dg.SensorResult:
        look = watch.look(json.loads(context.cursor or "{}"))
        cursor = json.dumps(look.waiting, sort_keys=True)
        request = _request(context.instance, look.due, region=region, calendar=calendar, catalog=catalog)
        if isinstance(request, dg.SkipReason):
            return dg.SensorResult(skip_reason=request, cursor=cursor)
        return dg.SensorResult(run_requests=[request], cursor=cursor)

    return inbox


def _request(
    instance: dg.DagsterInstance,
    due: Sequence[Due],
    *,
    region: Region,
    calendar: Calendar,
    catalog: Catalog,
) -> dg.RunRequest | dg.SkipReason:
    """The run that takes in what is due: of the whole draft while the collection is open, of the intake alone after.

    Dagster remembers keys of runs for ever, so that a key names the attempt, too.
    """
    today = datetime.now(UTC).date()
    year = calendar.edition_at(today, years=region.years)
    if not due or year is None:
        return dg.SkipReason("Nothing new in the inbox." if year else "No edition is open for returns yet.")
    versions = [f"{name}-{catalog.contracts[name].version}" for name in region.datasets]
    batch = hashlib.sha256("\n".join([*versions, *(one.sha256 for one in due)]).encode()).hexdigest()[:16]
    runs = instance.get_runs(dg.RunsFilter(tags={"tesat/batch": batch}))
    if any(not run.is_finished for run in runs):
        return dg.SkipReason("A run takes them in already.")
    if len(runs) >= ATTEMPTS:
        return dg.SkipReason(
            f"{ATTEMPTS} runs did not get to a verdict; see the last one's log, then run it by hand."
        )
    open_ = calendar.is_collecting(year, today)
    return dg.RunRequest(
        run_key=f"{batch}-{len(runs) + 1}",
        partition_key=str(year),
        tags=run_tags(region, year, reason="new return", batch=batch, **_whose(due)),
        asset_selection=None if open_ else [dg.AssetKey([region.name, name]) for name in INTAKE],
    )


def _whose(due: Sequence[Due]) -> dict[str, str]:
    """The tags that name the returns of a run."""
    partners = sorted({one.whose.partner for one in due if one.whose.partner is not None})
    years = sorted({str(one.whose.reference_year) for one in due if one.whose.reference_year is not None})
    hashes = [one.sha256[:12] for one in due]
    more = [f"and {len(hashes) - NAMED} more"] if len(hashes) > NAMED else []
    return {
        "partner": ", ".join(partners) or "not known",
        "reference_year": ", ".join(years) or "not known",
        "return": ", ".join([*hashes[:NAMED], *more]),
    }


def failure_sensor(catalog: Catalog, workspace: Workspace) -> dg.SensorDefinition:
    """Tells the operator of every run that failed, of whatever job, also of one that was killed."""

    @dg.run_failure_sensor(
        name="failures", default_status=_status(workspace), description="A notice for every run that failed."
    )
    def failures(context: dg.RunFailureSensorContext) -> None:
        run = context.dagster_run
        steps = [event.step_key for event in context.get_step_failure_events()]
        notice = failure_notice(
            region_named(catalog, run.tags),
            job=run.job_name,
            partition=run.tags.get("dagster/partition", "no year"),
            run=run.run_id[:8],
            step=", ".join(step for step in steps if step) or "no step: the run itself ended",
        )
        notify(notice, known_channels(workspace.notify), log=context.log)

    return failures


def janitor_sensor(workspace: Workspace) -> dg.SensorDefinition:
    """Clears up after processes that died, at the start of the daemon and from time to time."""

    @dg.sensor(
        name="janitor",
        minimum_interval_seconds=60,
        default_status=_status(workspace),
        description="Ends runs whose process is dead, and frees what they held.",
    )
    def janitor(context: dg.SensorEvaluationContext) -> dg.SkipReason:
        ended = tidy_runs(context.instance, workspace.store_folder)
        return dg.SkipReason(
            f"Ended: {', '.join(ended)}." if ended else "Every run that is in progress lives."
        )

    return janitor
