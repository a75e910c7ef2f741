"""The edition as readers get it: published by a run of its own, and only once nothing stands against it.

Belongs here: one asset, which no build touches. The gate is `pipelines/release_gate.py`, whoever asks: the calendar,
the user interface or the command line.
"""

from collections.abc import Sequence
from datetime import UTC, datetime

import dagster as dg
import polars as pl

from assets.jobs import PUBLISHED
from assets.partitions import yearly
from assets.resources import Workspace
from assets.tables import kept_files, table
from data_contracts.model import Catalog, Region
from pipelines.errors import ReleaseRefused
from pipelines.register import Store
from pipelines.release_gate import Gate, publish
from pipelines.signoff import Draft, standings


def publishing_assets(region: Region, catalog: Catalog) -> Sequence[dg.AssetsDefinition]:
    """The asset of this module for one region."""

    @yearly(
        region,
        PUBLISHED,
        after=["release"],
        kinds={"python"},
        description="The edition as readers get it; refused until all have approved, at its hour, with a passed audit.",
        code_version="1",
    )
    def published_edition(
        context: dg.AssetExecutionContext, workspace: Workspace
    ) -> dg.MaterializeResult[None]:
        year = int(context.partition_key)
        store = Store(workspace.store_folder)
        draft = Draft(workspace.edition_folder(region.name, year), store, region, year)
        gate = Gate(catalog, workspace.report_project)
        try:
            done = publish(draft, gate, now=datetime.now(UTC), actor="user interface or calendar")
        except ReleaseRefused as refused:
            raise dg.Failure(f"Not published: {refused}", allow_retries=False) from None
        files = [path for path in done.edition.folder.rglob("*") if path.is_file()]
        shown = {
            "version": dg.MetadataValue.int(done.edition.version),
            "became": dg.MetadataValue.text(done.status),
            "approvals": table(_approvals(draft), rows=len(region.partners) + 4),
        }
        return kept_files(files, done.edition.folder, shown=shown)

    return [published_edition]


def _approvals(draft: Draft) -> pl.DataFrame:
    """Who has approved, and what is open."""
    rows = [(one.asked.approver, one.asked.kind, one.why) for one in standings(draft)]
    return pl.DataFrame(rows, schema=["approver", "kind", "standing"], orient="row")
