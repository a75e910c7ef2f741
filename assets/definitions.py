"""The code location: the assets and jobs of every region, from the contracts that there are.

Belongs here: what holds for all assets at once, stated once: group, owner, region. The graph prints no key prefix,
so that a group names its region, briefly, and carries a number: the UI sorts by name.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import dagster as dg
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition

from assets.assessment import assessment_assets
from assets.editorial import editorial_assets
from assets.jobs import edition_job, publication_job
from assets.notices import notices_job
from assets.protection import protection_assets
from assets.provenance import provenance_assets
from assets.publication import publication_assets
from assets.publishing import publishing_assets
from assets.reference import reference_assets
from assets.resources import Workspace, kernel_of_run, workspace_of_environment
from assets.returns import returns_assets
from assets.schedules import schedules_of
from assets.sensors import failure_sensor, janitor_sensor, sensors_of
from assets.statistics import statistics_assets
from assets.submissions import submission_assets
from assets.vintages import vintage_assets
from data_contracts.gate import gate_here
from data_contracts.model import Catalog, Region

ANALYSTS, EDITORS = "team:regional-analysts", "team:editors"
STAGES = (
    ("1_submissions", ANALYSTS, submission_assets),
    ("2_returns", ANALYSTS, returns_assets),
    ("3_statistics", ANALYSTS, statistics_assets),
    ("4_protection", ANALYSTS, protection_assets),
    ("5_assessment", ANALYSTS, assessment_assets),
    ("5_assessment", ANALYSTS, vintage_assets),
    ("5_assessment", EDITORS, editorial_assets),
    ("5_assessment", ANALYSTS, reference_assets),
    ("5_assessment", ANALYSTS, provenance_assets),
    ("6_publication", EDITORS, publication_assets),
    ("7_readers", EDITORS, publishing_assets),
)


def region_assets(region: Region, catalog: Catalog) -> Iterator[dg.AssetsDefinition | dg.AssetSpec]:
    """The assets of a region in the order of the data, each with its group, owner and region."""
    for group, owner, stage in STAGES:

        def under_policy(spec: dg.AssetSpec, group: str = group, owner: str = owner) -> dg.AssetSpec:
            tagged = spec.merge_attributes(tags={"region": region.name})
            return tagged.replace_attributes(group_name=f"{region.ref_area}_{group}", owners=[owner])

        yield from dg.map_asset_specs(under_policy, stage(region, catalog))


def definitions(workspace: Workspace) -> dg.Definitions:
    """All definitions over one workspace."""
    catalog = workspace.catalog()
    by_region = [(region, list(region_assets(region, catalog))) for region in catalog.regions.values()]
    return dg.Definitions(
        assets=[asset for _, assets in by_region for asset in assets],
        jobs=[job for region, assets in by_region for job in _jobs(region, assets)],
        schedules=[one for region, _ in by_region for one in schedules_of(region, workspace)],
        sensors=[
            *(one for region, _ in by_region for one in sensors_of(region, catalog, workspace)),
            failure_sensor(catalog, workspace),
            janitor_sensor(workspace),
        ],
        resources={"workspace": workspace, "gate": gate_here, "kernel": kernel_of_run},
        executor=dg.in_process_executor,
    )


def _jobs(
    region: Region, assets: Sequence[dg.AssetsDefinition | dg.AssetSpec]
) -> list[dg.JobDefinition | UnresolvedAssetJobDefinition]:
    """The jobs of a region; notices only where a calendar says when."""
    notices = [] if region.calendar is None else [notices_job(region)]
    return [edition_job(region, assets), publication_job(region), *notices]


@dg.definitions
def defs() -> dg.Definitions:
    """What `dagster dev` loads; the folders come from the environment."""
    return definitions(workspace_of_environment())
