"""What may be published: disclosure control of every dataset, and the attacker's audit that gates the release."""

from collections.abc import Iterator, Sequence

import dagster as dg
import polars as pl

from assets.partitions import years
from assets.resources import Workspace
from assets.tables import table_metadata
from data_contracts.model import Catalog, Contract, Region
from pipelines.acceptance import accepted_cells
from pipelines.protected import protected_dataset
from pipelines.register import Store


def protection_assets(region: Region, catalog: Catalog) -> Sequence[dg.AssetsDefinition]:
    """One asset per dataset of a region, each with its audit."""
    return [_published(region, catalog.contracts[dataset]) for dataset in region.datasets]


def _published(region: Region, contract: Contract) -> dg.AssetsDefinition:
    name, source = f"published_{contract.dataset}", f"exact_{contract.dataset}"
    key = dg.AssetKey([region.name, name])

    @dg.asset(
        name=name,
        key_prefix=region.name,
        partitions_def=years(region),
        group_name="protection",
        kinds={"python"},
        deps=[dg.AssetKey([region.name, source])],
        check_specs=[
            dg.AssetCheckSpec(
                f"{name}__audit",
                asset=key,
                blocking=True,
                description="No reader, partner or pair of partners can prove more than the guarantee allows.",
            )
        ],
        description=f"{contract.title}: what is published, after protection and audit.",
        owners=["team:regional-analysts"],
        code_version=f"1-{contract.version}",
    )
    def published(
        context: dg.AssetExecutionContext, workspace: Workspace
    ) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
        year, store = int(context.partition_key), Store(workspace.store_folder)
        frame, audit = protected_dataset(
            pl.read_parquet(workspace.table(region.name, year, source)),
            cells=accepted_cells(store, contract.dataset, year=year),
            catalog=workspace.catalog(),
            contract=contract,
            region=region,
            key=workspace.rounding_key(),
        )
        frame.write_parquet(workspace.table(region.name, year, name))
        yield dg.MaterializeResult(metadata=table_metadata(frame))
        yield dg.AssetCheckResult(
            check_name=f"{name}__audit",
            passed=audit.passed,
            metadata={"tables": dg.MetadataValue.json(audit.report)},
        )

    return published
