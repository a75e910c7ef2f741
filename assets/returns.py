"""Verdicts on returns: each one checked by its contract, the accepted ones kept as Parquet.

A rejected return is a successful run with a failed, non-blocking check: it shows red and holds up nobody.
"""

from collections.abc import Iterator, Sequence

import dagster as dg
import polars as pl

from assets.partitions import partner_years, years
from assets.resources import Workspace
from assets.tables import table_metadata
from data_contracts.model import Catalog, Region
from pipelines.intake import judge_all
from pipelines.reporting import reporting_table


def returns_assets(region: Region, catalog: Catalog) -> Sequence[dg.AssetsDefinition | dg.AssetSpec]:
    """The assets of this module for one region."""

    @dg.asset(
        key_prefix=region.name,
        partitions_def=years(region),
        group_name="returns",
        kinds={"polars", "greatexpectations"},
        deps=[dg.AssetKey([region.name, "received_returns"])],
        check_specs=list(_checks(region)),
        description="Every registered return checked (levels 0 and 1), its verdict, and its cells where accepted.",
        owners=["team:regional-analysts"],
        code_version="1",
    )
    def return_verdicts(
        context: dg.AssetExecutionContext, workspace: Workspace
    ) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
        year = int(context.partition_key)
        received = pl.read_parquet(workspace.table(region.name, year, "received_returns"))
        verdicts = judge_all(
            received, store=workspace.store_folder, catalog=workspace.catalog(), region=region.name
        )
        verdicts.write_parquet(workspace.table(region.name, year, "return_verdicts"))
        _light(context, region, verdicts)
        yield dg.MaterializeResult(metadata=table_metadata(verdicts))
        yield from _results(region, verdicts, year)

    @dg.asset(
        key_prefix=region.name,
        partitions_def=years(region),
        group_name="returns",
        kinds={"polars"},
        deps=[return_verdicts],
        description="Who has reported what: partner x year x dataset, with late, rejected and missing returns.",
        owners=["team:regional-analysts"],
        code_version="1",
    )
    def reporting(context: dg.AssetExecutionContext, workspace: Workspace) -> dg.MaterializeResult[None]:
        year = int(context.partition_key)
        verdicts = pl.read_parquet(workspace.table(region.name, year, "return_verdicts"))
        table = reporting_table(verdicts, store=workspace.store_folder, region=region, year=year)
        table.write_parquet(workspace.table(region.name, year, "reporting"))
        return dg.MaterializeResult(metadata=table_metadata(table))

    accepted = [
        dg.AssetSpec(
            dg.AssetKey([region.name, dataset]),
            partitions_def=partner_years(region),
            group_name="returns",
            description=f"Accepted cells of {catalog.contracts[dataset].title.lower()}, by partner and reference year.",
            kinds={"parquet"},
            deps=[return_verdicts],
        )
        for dataset in region.datasets
    ]
    return [return_verdicts, reporting, *accepted]


def _checks(region: Region) -> Iterator[dg.AssetCheckSpec]:
    key = dg.AssetKey([region.name, "return_verdicts"])
    yield dg.AssetCheckSpec("return_verdicts__accepted", asset=key, description="Every return was accepted.")
    yield dg.AssetCheckSpec(
        "return_verdicts__gate_agrees",
        asset=key,
        description="Great Expectations comes to the same verdicts.",
    )
    for partner in region.partners:
        yield dg.AssetCheckSpec(
            f"return_verdicts__{partner.code.lower()}_has_reported",
            asset=key,
            description=f"{partner.names['en']} has an accepted return for the year.",
        )


def _results(region: Region, verdicts: pl.DataFrame, year: int) -> Iterator[dg.AssetCheckResult]:
    rejected = verdicts.filter(pl.col("verdict") != "accepted")
    yield dg.AssetCheckResult(
        check_name="return_verdicts__accepted",
        passed=rejected.is_empty(),
        severity=dg.AssetCheckSeverity.ERROR,
        metadata=table_metadata(rejected.select("name", "partner", "reference_year", "submission", "codes")),
    )
    disagreed = verdicts.filter(pl.col("gate") != "agrees")
    yield dg.AssetCheckResult(
        check_name="return_verdicts__gate_agrees",
        passed=disagreed.is_empty(),
        severity=dg.AssetCheckSeverity.ERROR,
        metadata={"returns": dg.MetadataValue.json(disagreed["name"].to_list())},
    )
    accepted = verdicts.filter((pl.col("verdict") == "accepted") & (pl.col("reference_year") == year))
    for partner in region.partners:
        yield dg.AssetCheckResult(
            check_name=f"return_verdicts__{partner.code.lower()}_has_reported",
            passed=partner.code in accepted["partner"].to_list() or not partner.reports_for(year),
            severity=dg.AssetCheckSeverity.WARN,
        )


def _light(context: dg.AssetExecutionContext, region: Region, verdicts: pl.DataFrame) -> None:
    """Lights partner x year for what was handed over and for each dataset that was accepted."""
    for row in verdicts.filter(pl.col("verdict") == "accepted").iter_rows(named=True):
        if row["reference_year"] not in region.years:
            continue
        partition = dg.MultiPartitionKey({"partner": row["partner"], "year": str(row["reference_year"])})
        for name in ("submissions", *row["datasets"]):
            context.log_event(
                dg.AssetMaterialization(
                    asset_key=dg.AssetKey([region.name, name]),
                    partition=partition,
                    metadata={"submission": row["submission"], "sha256": row["sha256"]},
                )
            )
