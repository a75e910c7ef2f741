"""Exact statistics of a year's edition, one table per dataset; they never leave the network as they stand.

The UI shows how many figures are in which state, never a figure.
"""

from collections.abc import Sequence

import dagster as dg
import polars as pl

from assets.partitions import yearly
from assets.resources import Workspace
from assets.sparks import bars
from assets.tables import (
    EXACT_COLUMNS,
    contract_metadata,
    kept,
    observation_columns,
    rows_by_state,
    state_words,
    table,
)
from data_contracts.model import Catalog, Contract, Region
from pipelines.acceptance import accepted_cells, accepted_returns
from pipelines.register import Store
from pipelines.statistics import read_cells
from pipelines.tables_kept import kept_observations


def statistics_assets(region: Region, catalog: Catalog) -> Sequence[dg.AssetsDefinition]:
    """One asset per dataset of a region."""
    return [_exact(region, catalog, catalog.contracts[dataset]) for dataset in region.datasets]


def _exact(region: Region, catalog: Catalog, contract: Contract) -> dg.AssetsDefinition:
    name = f"exact_{contract.dataset}"

    @yearly(
        region,
        name,
        after=["return_verdicts", contract.dataset],
        kinds={"duckdb"},
        description=f"{contract.title}: totals by the contract's release tables, with the states of each figure.",
        metadata=contract_metadata(catalog, contract),
        code_version=f"1-{contract.version}",
    )
    def exact(context: dg.AssetExecutionContext, workspace: Workspace) -> dg.MaterializeResult[None]:
        year, store = int(context.partition_key), Store(workspace.store_folder)
        paths = accepted_cells(store, contract.dataset, year=year)
        frame = kept_observations(
            read_cells(paths, catalog=catalog, contract=contract),
            accepted_returns(store, year=year),
            catalog=catalog,
            contract=contract,
            region=region,
            year=year,
            kept=workspace.kept(region.name, year, name, catalog=catalog),
        )
        path, key = workspace.table(region.name, year, name), workspace.rounding_key()
        columns = observation_columns(catalog, contract) | EXACT_COLUMNS
        return kept(frame, path, columns=columns, shown=_shown(frame, catalog), key=key)

    return exact


def _shown(frame: pl.DataFrame, catalog: Catalog) -> dict[str, dg.MetadataValue]:
    """How many figures are in which state, by release table; never a figure."""
    states = frame.group_by("release_table", "obs_status").len("figures").sort("release_table", "obs_status")
    by_table = states.pivot("obs_status", index="release_table", values="figures").fill_null(0)
    by_table = by_table.rename(state_words(catalog), strict=False)
    return {
        "states": bars("Figures by state", rows_by_state(frame, catalog)),
        "figures_by_release_table": table(by_table),
    }
