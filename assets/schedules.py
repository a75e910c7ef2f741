"""What runs by the calendar of a region: drafts every night, notices in the morning, publication at its hour.

Belongs here: when something is asked for, and with which tags. Which days there are stands in the region's file; what
is done is in the assets, and in `notices.py`. A schedule that was missed, because the machine was down, is made up for:
a draft by the next night's, a notice by the next morning's, the publication by the next look.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import dagster as dg

from assets.jobs import edition_job_name, notices_job_name, publication_job_name
from assets.resources import Workspace
from data_contracts.calendar import MORNING, Calendar
from data_contracts.model import Region
from pipelines.editions import published_editions
from pipelines.notices import due_moments
from pipelines.notices_told import told
from pipelines.register import Store
from pipelines.release_gate import open_points
from pipelines.signoff import Draft
from pipelines.signoff_content import whole_hash

EVERY_TEN_MINUTES = "*/10 * * * *"


def schedules_of(region: Region, workspace: Workspace) -> Sequence[dg.ScheduleDefinition]:
    """The schedules of a region; none without a calendar."""
    if region.calendar is None:
        return []
    status = dg.DefaultScheduleStatus.RUNNING if workspace.automatic else dg.DefaultScheduleStatus.STOPPED
    return [
        _nightly(region, region.calendar, status),
        _notices(region, workspace, status),
        _publication(region, region.calendar, workspace, status),
    ]


def run_tags(region: Region, year: int, *, reason: str, **more: str) -> dict[str, str]:
    """What tells a run that nobody started by hand: region, year, reason, and what else is known."""
    return {"region": region.name, "tesat/year": str(year), "tesat/reason": reason} | {
        f"tesat/{name}": value for name, value in more.items()
    }


def _nightly(region: Region, calendar: Calendar, status: dg.DefaultScheduleStatus) -> dg.ScheduleDefinition:
    hour, minute = calendar.nightly.split(":")

    @dg.schedule(
        name=f"{region.name}_nightly_draft",
        cron_schedule=f"{int(minute)} {int(hour)} * * *",
        job_name=edition_job_name(region.name),
        execution_timezone="UTC",
        default_status=status,
        description="The draft of the edition that is being made, every night from the opening of the collection "
        "to the freeze.",
    )
    def nightly(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        today = context.scheduled_execution_time.astimezone(UTC).date()
        year = calendar.edition_at(today, years=region.years)
        if year is None or not calendar.is_collecting(year, today):
            return dg.SkipReason(f"{today}: no edition is open for returns.")
        tags = run_tags(region, year, reason="nightly draft")
        return dg.RunRequest(run_key=f"nightly-{year}-{today}", partition_key=str(year), tags=tags)

    return nightly


def _notices(region: Region, workspace: Workspace, status: dg.DefaultScheduleStatus) -> dg.ScheduleDefinition:
    hour, minute = MORNING.split(":")

    @dg.schedule(
        name=f"{region.name}_notices",
        cron_schedule=f"{int(minute)} {int(hour)} * * *",
        job_name=notices_job_name(region.name),
        execution_timezone="UTC",
        default_status=status,
        description="Tells the network what the calendar says: opening, reminders, deadline, freeze, sign-off, "
        "publication.",
    )
    def notices(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        now = context.scheduled_execution_time.astimezone(UTC)
        due = due_moments(region, now, told=told(workspace.store_folder))
        if not due:
            return dg.SkipReason("Nothing of the calendar is due.")
        tags = run_tags(region, due[-1].year, reason=", ".join(moment.event for moment in due))
        return dg.RunRequest(run_key=f"notices-{now.date()}", tags=tags)

    return notices


def _publication(
    region: Region, calendar: Calendar, workspace: Workspace, status: dg.DefaultScheduleStatus
) -> dg.ScheduleDefinition:
    @dg.schedule(
        name=f"{region.name}_publication",
        cron_schedule=EVERY_TEN_MINUTES,
        job_name=publication_job_name(region.name),
        execution_timezone="UTC",
        default_status=status,
        description="Publishes the edition at its hour, where all have approved; until then it is refused.",
    )
    def publication(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        now = context.scheduled_execution_time.astimezone(UTC)
        year = _publishable(region, calendar, workspace, now)
        if year is None:
            return dg.SkipReason("No edition waits for its publication.")
        draft = Draft(
            workspace.edition_folder(region.name, year), Store(workspace.store_folder), region, year
        )
        points = open_points(draft, now=now)
        if points:
            return dg.SkipReason(" ".join(points))
        release = whole_hash(draft.folder)[:16]
        if context.instance.get_runs_count(dg.RunsFilter(tags={"tesat/release": release})):
            return dg.SkipReason(
                f"A run has tried to publish release {release}; see why, then build or publish by hand."
            )
        tags = run_tags(region, year, reason="publication", release=release)
        return dg.RunRequest(run_key=f"publication-{release}", partition_key=str(year), tags=tags)

    return publication


def _publishable(region: Region, calendar: Calendar, workspace: Workspace, now: datetime) -> int | None:
    """The edition whose hour has come and which was not published yet; corrections are published by hand."""
    year = calendar.edition_at(now.date(), years=region.years)
    if year is None or now < calendar.embargo(year):
        return None
    published = published_editions(workspace.store_folder, region=region.name, until=year)
    return None if any(edition.year == year for edition in published) else year
