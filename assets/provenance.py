"""Where an edition's figures come from: the returns that count, and the steps that make figures of them."""

from collections.abc import Sequence

import dagster as dg

from assets.partitions import yearly
from assets.resources import Workspace
from assets.sparks import bars
from assets.tables import annex_columns, counts, kept, table
from data_contracts.model import Catalog, Region
from pipelines.provenance_returns import counted_returns
from pipelines.provenance_steps import processing_steps
from pipelines.register import Store


def provenance_assets(region: Region, catalog: Catalog) -> Sequence[dg.AssetsDefinition]:
    """The assets of this module for one region."""
    return [_counted_returns(region, catalog), _processing_steps(region, catalog)]


def _counted_returns(region: Region, catalog: Catalog) -> dg.AssetsDefinition:
    @yearly(
        region,
        "counted_returns",
        after=["return_verdicts"],
        kinds={"polars"},
        description="The return that counts of each partner and year, with a fingerprint that only the key can make.",
        code_version="1",
    )
    def asset(context: dg.AssetExecutionContext, workspace: Workspace) -> dg.MaterializeResult[None]:
        year, store = int(context.partition_key), Store(workspace.store_folder)
        frame = counted_returns(store, region=region, year=year, key=workspace.rounding_key())
        shown = {
            "returns": bars("Returns that count by reference year", counts(frame, "reference_year")),
            "first": table(frame),
        }
        path = workspace.table(region.name, year, "counted_returns")
        return kept(frame, path, columns=annex_columns(catalog, "counted_returns"), shown=shown)

    return asset


def _processing_steps(region: Region, catalog: Catalog) -> dg.AssetsDefinition:
    @yearly(
        region,
        "processing_steps",
        after=[],
        kinds={"python"},
        description="The steps that make figures, each with the version of its query.",
        code_version="1",
    )
    def asset(context: dg.AssetExecutionContext, workspace: Workspace) -> dg.MaterializeResult[None]:
        frame = processing_steps()
        path = workspace.table(region.name, int(context.partition_key), "processing_steps")
        shown = {"steps": table(frame.select("step", "title", "version"), rows=frame.height)}
        return kept(frame, path, columns=annex_columns(catalog, "processing_steps"), shown=shown)

    return asset
