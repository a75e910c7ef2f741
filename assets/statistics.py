"""Exact statistics of a year's edition, one table per dataset; they never leave the network as they stand."""

from collections.abc import Sequence

import dagster as dg

from assets.partitions import years
from assets.resources import Workspace
from assets.tables import table_metadata
from data_contracts.model import Catalog, Contract, Region
from pipelines.acceptance import accepted_cells, accepted_returns
from pipelines.register import Store
from pipelines.statistics import exact_observations


def statistics_assets(region: Region, catalog: Catalog) -> Sequence[dg.AssetsDefinition]:
    """One asset per dataset of a region."""
    return [_exact(region, catalog.contracts[dataset]) for dataset in region.datasets]


def _exact(region: Region, contract: Contract) -> dg.AssetsDefinition:
    name = f"exact_{contract.dataset}"

    @dg.asset(
        name=name,
        key_prefix=region.name,
        partitions_def=years(region),
        group_name="statistics",
        kinds={"duckdb"},
        deps=[dg.AssetKey([region.name, "return_verdicts"])],
        description=f"{contract.title}: totals by the contract's release tables, with the states of each figure.",
        owners=["team:regional-analysts"],
        code_version=f"1-{contract.version}",
    )
    def exact(context: dg.AssetExecutionContext, workspace: Workspace) -> dg.MaterializeResult[None]:
        year, store = int(context.partition_key), Store(workspace.store_folder)
        frame = exact_observations(
            accepted_cells(store, contract.dataset, year=year),
            accepted_returns(store, year=year),
            catalog=workspace.catalog(),
            contract=contract,
            region=region,
            year=year,
        )
        frame.write_parquet(workspace.table(region.name, year, name))
        return dg.MaterializeResult(metadata=table_metadata(frame, preview=contract.protects == "events"))

    return exact
