"""What is published beside returns: figures of other sources and national offences, as the region's files have them."""

from collections.abc import Callable, Sequence

import dagster as dg
import polars as pl

from assets.partitions import yearly
from assets.resources import Workspace
from assets.sparks import bars
from assets.tables import annex_columns, counts, kept, table
from data_contracts.model import Catalog, Region
from pipelines.reference import offences, other_sources


def reference_assets(region: Region, catalog: Catalog) -> Sequence[dg.AssetsDefinition]:
    """The assets of this module for one region."""
    return [
        _as_it_stands(
            region,
            catalog,
            "other_sources",
            read=lambda: other_sources(region, catalog=catalog),
            description="Figures that other sources have published on the region; never added to returns.",
        ),
        _as_it_stands(
            region,
            catalog,
            "offences",
            read=lambda: offences(region, catalog=catalog),
            description="The partners' offences by article of Directive (EU) 2017/541, and what was verified.",
        ),
    ]


def _as_it_stands(
    region: Region, catalog: Catalog, name: str, *, read: Callable[[], pl.DataFrame], description: str
) -> dg.AssetsDefinition:
    @yearly(region, name, after=[], kinds={"csv"}, description=description, code_version="1")
    def asset(context: dg.AssetExecutionContext, workspace: Workspace) -> dg.MaterializeResult[None]:
        frame = read()
        path = workspace.table(region.name, int(context.partition_key), name)
        by_area = counts(frame, frame.columns[0])
        shown = {"rows_by_area": bars("Rows by area", by_area), name: table(frame)}
        return kept(frame, path, columns=annex_columns(catalog, name), shown=shown)

    return asset
