"""Verdicts on returns: each one checked by its contract, the accepted ones kept as Parquet.

A rejected return is a successful run with a failed, non-blocking check: it shows red and holds up nobody.
"""

from collections.abc import Iterator, Sequence

import dagster as dg
import polars as pl

from assets.checks import of_edition, verdict_results, verdict_specs
from assets.partitions import partner_years, yearly
from assets.resources import Workspace
from assets.sparks import bars
from assets.tables import cell_columns, column_schema, contract_metadata, counts, kept, table
from data_contracts.gate import Gate
from data_contracts.model import Catalog, Contract, Region
from data_contracts.polars_schema import cell_schema
from pipelines.intake import judge_all

DATA_VERSION = "dagster/data_version"
COLUMNS = {
    "name": "Name of the entry, below the inbox",
    "sha256": "Hash of the return's content",
    "received_at": "When the return was first received, UTC",
    "partner": "Code of the partner, from the cover; empty where it cannot be read",
    "reference_year": "Reference year, from the cover; empty where it cannot be read",
    "submission": "Number of the submission, from the cover; empty where it cannot be read",
    "verdict": "accepted, rejected, pending (waits for the submission before it) or withdrawn",
    "gate": "Whether Great Expectations agrees: agrees, disagrees, or not_run on what cannot be read",
    "errors": "Number of errors",
    "warnings": "Number of warnings",
    "confirmed": "Number of warnings that the cover answers",
    "codes": "Codes of the errors",
    "datasets": "Datasets of which the return has cells",
}


def returns_assets(region: Region, catalog: Catalog) -> Sequence[dg.AssetsDefinition | dg.AssetSpec]:
    """The assets of this module for one region."""
    accepted = [_accepted(region, catalog, catalog.contracts[dataset]) for dataset in region.datasets]
    return [_verdicts(region, catalog), _submissions(region), *accepted]


def _verdicts(region: Region, catalog: Catalog) -> dg.AssetsDefinition:
    @yearly(
        region,
        "return_verdicts",
        after=["received_returns"],
        kinds={"polars", "greatexpectations"},
        check_specs=verdict_specs(region),
        description="Every registered return checked at all levels, its verdict, and its cells where accepted.",
        code_version="1",
    )
    def return_verdicts(
        context: dg.AssetExecutionContext, workspace: Workspace, gate: dg.ResourceParam[Gate]
    ) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
        year = int(context.partition_key)
        received = pl.read_parquet(workspace.table(region.name, year, "received_returns"))
        verdicts = judge_all(
            received,
            store=workspace.store_folder,
            catalog=catalog,
            region=region.name,
            gate=gate,
            kept=workspace.kept(region.name, year, "verdicts", catalog=catalog),
        )
        _name_rejected(context, of_edition(verdicts, region=region, year=year))
        _name_pending(context, of_edition(verdicts, region=region, year=year))
        _light(context, region, verdicts)
        path = workspace.table(region.name, year, "return_verdicts")
        yield kept(verdicts, path, columns=COLUMNS, shown=_shown(verdicts))
        yield from verdict_results(verdicts, region=region, year=year)

    return return_verdicts


def _submissions(region: Region) -> dg.AssetSpec:
    """What partners handed over, lit partner by year with the submission that counts."""
    return dg.AssetSpec(
        dg.AssetKey([region.name, "submissions"]),
        partitions_def=partner_years(region),
        deps=[dg.AssetKey([region.name, "return_verdicts"])],
        description="What each partner handed over, by reference year; lit when a return is accepted.",
        kinds={"excel", "csv"},
    )


def _accepted(region: Region, catalog: Catalog, contract: Contract) -> dg.AssetSpec:
    """The accepted cells of a dataset, lit partner by year; the run of `return_verdicts` writes them."""
    schema = column_schema(cell_schema(contract), cell_columns(contract))
    return dg.AssetSpec(
        dg.AssetKey([region.name, contract.dataset]),
        partitions_def=partner_years(region),
        deps=[dg.AssetKey([region.name, "return_verdicts"])],
        description=f"Accepted cells of {contract.title.lower()}, by partner and reference year.",
        kinds={"parquet"},
        metadata={**contract_metadata(catalog, contract), "dagster/column_schema": schema},
    )


def _shown(verdicts: pl.DataFrame) -> dict[str, dg.MetadataValue]:
    rejected, pending = (verdicts.filter(verdict=name) for name in ("rejected", "pending"))
    latest = verdicts.sort("received_at", "name", descending=[True, False])
    columns = ["name", "partner", "reference_year", "submission", "verdict", "codes"]
    return {
        "verdicts": bars("Returns by verdict", counts(verdicts, "verdict")),
        "rejected": table(rejected.select(columns).drop("verdict")),
        "pending": table(pending.select(columns).drop("verdict", "codes")),
        "newest": table(latest.select(columns)),
        "returns_accepted": dg.MetadataValue.int(verdicts.filter(verdict="accepted").height),
        "returns_rejected": dg.MetadataValue.int(rejected.height),
        "returns_pending": dg.MetadataValue.int(pending.height),
    }


def _name_rejected(context: dg.AssetExecutionContext, verdicts: pl.DataFrame) -> None:
    """Names each rejected return in the run's log, with its codes and what to do."""
    for row in verdicts.filter(verdict="rejected").iter_rows(named=True):
        codes = ", ".join(row["codes"]) or "the two readers of the contract disagree"
        context.log.warning(
            f"Rejected: {row['name']} ({codes}). What was accepted before stands; "
            f"see `tesat check` on the return, and ask its partner for a new submission."
        )


def _name_pending(context: dg.AssetExecutionContext, verdicts: pl.DataFrame) -> None:
    """Names each return that waits in the run's log, and for what."""
    for row in verdicts.filter(verdict="pending").iter_rows(named=True):
        context.log.warning(
            f"Pending: {row['name']}, submission {row['submission']}: one before it was never handed over. It is "
            f"accepted as soon as that is there; `tesat status` says which."
        )


def _light(context: dg.AssetExecutionContext, region: Region, verdicts: pl.DataFrame) -> None:
    """Lights partner x year with the submission that counts, where it is not lit with that return already."""
    counting = (
        verdicts.filter(
            pl.col("reference_year").is_in(region.years), pl.col("verdict").is_in(["accepted", "withdrawn"])
        )
        .sort("partner", "reference_year", "submission")
        .unique(["partner", "reference_year"], keep="last", maintain_order=True)
        .filter(verdict="accepted")
    )
    names = ("submissions", *region.datasets)
    lit = {name: _lit_with(context.instance, dg.AssetKey([region.name, name])) for name in names}
    for row in counting.iter_rows(named=True):
        partition = dg.MultiPartitionKey({"partner": row["partner"], "year": str(row["reference_year"])})
        for name in ("submissions", *row["datasets"]):
            key = dg.AssetKey([region.name, name])
            if lit[name].get(partition) != _version(row):
                context.log_event(_lit(key, partition, row))


def _lit_with(instance: dg.DagsterInstance, key: dg.AssetKey) -> dict[str, str]:
    """The data version of the return that each partition of an asset is lit with, in one question for all of them."""
    event = dg.DagsterEventType.ASSET_MATERIALIZATION
    tags = instance.event_log_storage.get_latest_tags_by_partition(key, event, [DATA_VERSION])
    return {partition: of_partition[DATA_VERSION] for partition, of_partition in tags.items()}


def _version(row: dict[str, object]) -> str:
    """The data version of a return: the beginning of its hash, as Dagster shows it."""
    return str(row["sha256"])[:16]


def _lit(key: dg.AssetKey, partition: str, row: dict[str, object]) -> dg.AssetMaterialization:
    return dg.AssetMaterialization(
        asset_key=key,
        partition=partition,
        description=f"{row['name']}, submission {row['submission']}",
        metadata={
            "submission": dg.MetadataValue.int(int(str(row["submission"]))),
            "received_at": dg.MetadataValue.text(str(row["received_at"])),
            "sha256": dg.MetadataValue.text(str(row["sha256"])),
        },
        tags={DATA_VERSION: _version(row)},
    )
