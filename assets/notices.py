"""The job that tells the network what its calendar says.

Belongs here: one op. Words and channels are `pipelines/notices.py` and `pipelines/notifying.py`.
"""

from datetime import UTC, datetime

import dagster as dg

from assets.jobs import notices_job_name
from assets.resources import Workspace
from data_contracts.model import Region
from pipelines.notices import due_moments, notice_of
from pipelines.notices_told import tell_once, told
from pipelines.notifying import known_channels, notify


def notices_job(region: Region) -> dg.JobDefinition:
    """Sends each notice that is due, and writes down that it went out; one that did not is sent again."""

    @dg.op(name=f"{region.name}_tell", description="Sends the notices that are due and were not sent yet.")
    def tell(context: dg.OpExecutionContext, workspace: Workspace) -> None:
        store, channels = workspace.store_folder, known_channels(workspace.notify)
        for moment in due_moments(region, datetime.now(UTC), told=told(store)):
            notify(notice_of(moment, region=region, store=store), channels, log=context.log)
            tell_once(store, moment.key)

    @dg.job(
        name=notices_job_name(region.name),
        executor_def=dg.in_process_executor,
        tags={"region": region.name},
        description="Tells the network what the calendar says for today.",
    )
    def notices() -> None:
        tell()

    return notices
