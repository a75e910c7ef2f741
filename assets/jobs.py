"""One job per region: from the inbox to the release of one year, in one process.

In-process on purpose: thirteen empty assets take 4 s so and 25 to 43 s with the multiprocess executor on two cores.
"""

from __future__ import annotations

from collections.abc import Sequence

import dagster as dg
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition

from data_contracts.model import Region

LOCATION, REPOSITORY = "assets.definitions", "__repository__"
PUBLISHED = "published_edition"
RUN_TAGS = {".dagster/repository": f"{REPOSITORY}@{LOCATION}"}


def edition_job_name(region: str) -> str:
    """The name of the job that builds an edition of a region."""
    return f"{region}_edition"


def publication_job_name(region: str) -> str:
    """The name of the job that publishes an edition of a region."""
    return f"{region}_publication"


def notices_job_name(region: str) -> str:
    """The name of the job that tells a region's network what its calendar says."""
    return f"{region}_notices"


def publication_job(region: Region) -> UnresolvedAssetJobDefinition:
    """The job that publishes a built edition; the gate is in the asset."""
    return dg.define_asset_job(
        publication_job_name(region.name),
        selection=dg.AssetSelection.assets(dg.AssetKey([region.name, PUBLISHED])),
        executor_def=dg.in_process_executor,
        description=f"Publishes one year's edition of {region.names['en']}, once nothing stands against it.",
        tags={"region": region.name},
    )


def edition_job(
    region: Region, assets: Sequence[dg.AssetsDefinition | dg.AssetSpec]
) -> UnresolvedAssetJobDefinition:
    """The job of one region, partitioned by year: every asset that runs, up to the draft of the release."""
    published = dg.AssetKey([region.name, PUBLISHED])
    executable = [
        asset for asset in assets if isinstance(asset, dg.AssetsDefinition) and asset.key != published
    ]
    return dg.define_asset_job(
        edition_job_name(region.name),
        selection=dg.AssetSelection.assets(*executable),
        executor_def=dg.in_process_executor,
        description=f"Builds one year's edition of {region.names['en']} from the returns in the inbox.",
        tags={"region": region.name},
    )


def file_under_location(instance: dg.DagsterInstance, run_id: str) -> None:
    """Files a run that `tesat build` made, and tagged with `RUN_TAGS`, under the code location of the UI.

    Without it the UI's timeline, which is its first page, and a job's own page leave such runs out. Dagster offers
    this only to `dagster run migrate-repository`.
    """
    from dagster._core.remote_origin import (
        ManagedGrpcPythonEnvCodeLocationOrigin,
        RemoteJobOrigin,
        RemoteRepositoryOrigin,
    )
    from dagster._core.types.loadable_target_origin import LoadableTargetOrigin

    run = instance.get_run_by_id(run_id)
    if run is not None:
        location = ManagedGrpcPythonEnvCodeLocationOrigin(
            LoadableTargetOrigin(module_name=LOCATION), LOCATION
        )
        origin = RemoteJobOrigin(RemoteRepositoryOrigin(location, REPOSITORY), run.job_name)
        instance.run_storage.replace_job_origin(run, origin)
