"""What was handed over: every return of the inbox, registered by its content.

Grain of `received_returns`: one entry of the inbox. Whose return it is, and of which year, is only known once it is
read, in `returns.py`.
"""

from collections.abc import Sequence

import dagster as dg
import polars as pl

from assets.partitions import yearly
from assets.resources import Workspace
from assets.sparks import bars
from assets.tables import counts, kept, table
from data_contracts.model import Catalog, Region
from pipelines.inbox import inbox_entries
from pipelines.intake import receive_all

COLUMNS = {
    "name": "Name of the entry, below the inbox",
    "sha256": "Hash of the return's content; for a folder, of its files",
    "received_at": "When the return was first received, UTC",
    "status": "received, or refused: not to be handled here and not copied",
    "codes": "Codes of the findings that refused it",
}


def submission_assets(region: Region, catalog: Catalog) -> Sequence[dg.AssetsDefinition]:
    """The assets of this module for one region."""

    @yearly(
        region,
        "received_returns",
        after=[],
        kinds={"python"},
        description="Every return in the inbox, copied once into the content-addressed register.",
        code_version="1",
    )
    def received_returns(
        context: dg.AssetExecutionContext, workspace: Workspace
    ) -> dg.MaterializeResult[None]:
        year = int(context.partition_key)
        entries, others = inbox_entries(workspace.inbox_folder)
        received = receive_all(
            entries,
            store=workspace.store_folder,
            catalog=catalog,
            region=region.name,
            kept=workspace.kept(region.name, year, "received", catalog=catalog),
        )
        if others:
            context.log.warning(f"No returns, left where they are: {', '.join(others)}")
        path = workspace.table(region.name, year, "received_returns")
        return kept(received, path, columns=COLUMNS, shown=_shown(received, others))

    return [received_returns]


def _shown(received: pl.DataFrame, others: Sequence[str]) -> dict[str, dg.MetadataValue]:
    """The newest returns, and how many were received in each calendar year."""
    dated = received.with_columns(pl.col("received_at").str.head(4).alias("year"))
    newest = received.sort("received_at", "name", descending=[True, False])
    return {
        "received": bars("Returns by year of receipt", counts(dated, "year")),
        "newest": table(newest.select("name", "received_at", "status", "codes")),
        "refused": dg.MetadataValue.int(received.filter(status="refused").height),
        "not_returns": dg.MetadataValue.text(", ".join(others) or "none"),
    }
