"""One job per region: from the inbox to the release of one year, in one process.

In-process on purpose: thirteen empty assets take 4 s so and 25 to 43 s with the multiprocess executor on two cores.
"""

from __future__ import annotations

from collections.abc import Sequence

import dagster as dg
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition

from assets.partitions import years
from data_contracts.model import Region


def edition_job_name(region: str) -> str:
    """The name of the job that builds an edition of a region."""
    return f"{region}_edition"


def edition_job(region: Region, assets: Sequence[dg.AssetsDefinition]) -> UnresolvedAssetJobDefinition:
    """The job of one region, partitioned by year."""
    return dg.define_asset_job(
        edition_job_name(region.name),
        selection=dg.AssetSelection.assets(*assets),
        partitions_def=years(region),
        executor_def=dg.in_process_executor,
        description=f"Builds one year's edition of {region.names['en']} from the returns in the inbox.",
        tags={"region": region.name},
    )
