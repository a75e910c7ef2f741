"""The code location: the assets and jobs of every region, from the contracts that there are."""

from __future__ import annotations

import os

import dagster as dg

from assets.jobs import edition_job
from assets.protection import protection_assets
from assets.publication import publication_assets
from assets.resources import Workspace
from assets.returns import returns_assets
from assets.statistics import statistics_assets
from assets.submissions import submission_assets


def definitions(workspace: Workspace) -> dg.Definitions:
    """All definitions over one workspace."""
    catalog = workspace.catalog()
    assets: list[dg.AssetsDefinition | dg.AssetSpec] = []
    jobs = []
    for region in catalog.regions.values():
        own = [
            *submission_assets(region),
            *returns_assets(region, catalog),
            *statistics_assets(region, catalog),
            *protection_assets(region, catalog),
            *publication_assets(region),
        ]
        assets += own
        jobs.append(edition_job(region, [asset for asset in own if isinstance(asset, dg.AssetsDefinition)]))
    return dg.Definitions(
        assets=assets,
        jobs=jobs,
        resources={"workspace": workspace},
        executor=dg.in_process_executor,
    )


@dg.definitions
def defs() -> dg.Definitions:
    """What `dagster dev` loads; the folders come from the environment."""
    return definitions(
        Workspace(
            inbox=os.environ.get("TESAT_INBOX", "inbox"),
            output=os.environ.get("TESAT_OUTPUT", "build"),
            store=os.environ.get("TESAT_STORE", ""),
            contracts=os.environ.get("TESAT_CONTRACTS", ""),
            demonstration=os.environ.get("TESAT_DEMONSTRATION", "") == "true",
        )
    )
