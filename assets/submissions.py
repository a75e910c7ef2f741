"""What was handed over: every return of the inbox, registered by its content.

Grain of `received_returns`: one entry of the inbox. Partner x year is lit as `submissions`, an external asset.
"""

from collections.abc import Sequence

import dagster as dg

from assets.partitions import partner_years, years
from assets.resources import Workspace
from assets.tables import table_metadata
from data_contracts.model import Region
from pipelines.inbox import inbox_entries
from pipelines.intake import receive_all


def submission_assets(region: Region) -> Sequence[dg.AssetsDefinition | dg.AssetSpec]:
    """The assets of this module for one region."""

    @dg.asset(
        key_prefix=region.name,
        partitions_def=years(region),
        group_name="submissions",
        kinds={"python"},
        description="Every return in the inbox, copied once into the content-addressed register.",
        owners=["team:regional-analysts"],
        code_version="1",
    )
    def received_returns(
        context: dg.AssetExecutionContext, workspace: Workspace
    ) -> dg.MaterializeResult[None]:
        entries, others = inbox_entries(workspace.inbox_folder)
        received = receive_all(
            entries, store=workspace.store_folder, catalog=workspace.catalog(), region=region.name
        )
        year = int(context.partition_key)
        received.write_parquet(workspace.table(region.name, year, "received_returns"))
        return dg.MaterializeResult(
            metadata={**table_metadata(received), "not_returns": dg.MetadataValue.json(others)}
        )

    external = dg.AssetSpec(
        dg.AssetKey([region.name, "submissions"]),
        partitions_def=partner_years(region),
        group_name="submissions",
        description="What each partner handed over, by reference year; lit when a return is accepted.",
        kinds={"xlsx"},
    )
    return [received_returns, external]
