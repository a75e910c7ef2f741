"""What may be said of an edition: who has reported, which comparisons may be put into words, and rates.

Claims and rates read published figures only.
"""

from collections.abc import Iterator, Sequence

import dagster as dg
import polars as pl

from assets.checks import reporting_results, reporting_specs
from assets.partitions import yearly
from assets.protection import published_names
from assets.resources import Workspace
from assets.sparks import bars
from assets.tables import annex_columns, counts, kept, table
from data_contracts.model import Catalog, Region
from pipelines.acceptance import accepted_returns
from pipelines.edition_data import published_tables
from pipelines.rates import rates
from pipelines.register import Store
from pipelines.reporting import reporting_table
from pipelines.trends import claims
from pipelines.trends_power import numbers_of_comparisons, power, smallest_clear_rises
from pipelines.trends_series import HEADLINE

PREVIOUS_YEAR, RISES_APART = "previous_year", 4


def assessment_assets(region: Region, catalog: Catalog) -> Sequence[dg.AssetsDefinition]:
    """The assets of this module for one region."""
    return [
        _reporting(region, catalog),
        _claims(region, catalog),
        _clear_rises(region, catalog),
        _power(region, catalog),
        _rates(region, catalog),
    ]


def _reporting(region: Region, catalog: Catalog) -> dg.AssetsDefinition:
    @yearly(
        region,
        "reporting",
        after=["return_verdicts"],
        kinds={"polars"},
        check_specs=reporting_specs(region),
        description="Who has reported what: partner x year x dataset, with late, rejected and missing returns.",
        code_version="1",
    )
    def reporting(
        context: dg.AssetExecutionContext, workspace: Workspace
    ) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
        year = int(context.partition_key)
        verdicts = pl.read_parquet(workspace.table(region.name, year, "return_verdicts"))
        frame = reporting_table(verdicts, store=workspace.store_folder, region=region, year=year)
        shown = {
            "states": bars("Partners' datasets by state of reporting", counts(frame, "state")),
            "year": table(_by_partner(frame.filter(reference_year=year)), rows=len(region.partners)),
        }
        path = workspace.table(region.name, year, "reporting")
        yield kept(frame, path, columns=annex_columns(catalog, "reporting"), shown=shown)
        yield from reporting_results(frame, region=region, year=year)

    return reporting


def _by_partner(reporting: pl.DataFrame) -> pl.DataFrame:
    """One row per partner, the state of each dataset in a column of its own."""
    whole = ["partner", "submission", "received_at", "late", "rejected_codes"]
    return reporting.pivot("dataset", index=whole, values="state")


def _claims(region: Region, catalog: Catalog) -> dg.AssetsDefinition:
    @yearly(
        region,
        "claims",
        after=published_names(region),
        kinds={"scipy"},
        description="Every comparison that the report may put into words, with its exact test and its licence.",
        code_version="1",
    )
    def asset(context: dg.AssetExecutionContext, workspace: Workspace) -> dg.MaterializeResult[None]:
        year = int(context.partition_key)
        published = published_tables(workspace.work_folder(region.name, year), datasets=region.datasets)
        returns = accepted_returns(Store(workspace.store_folder), year=year)
        frame = claims(published, returns, region=region, year=year, catalog=catalog)
        path = workspace.table(region.name, year, "claims")
        return kept(frame, path, columns=annex_columns(catalog, "claims"), shown=_licences(frame))

    return asset


def _licences(comparisons: pl.DataFrame) -> dict[str, dg.MetadataValue]:
    """The headline list as the report words it, and how many comparisons of each family have which wording."""
    headline = comparisons.filter(family=HEADLINE)
    keys = comparisons.select(pl.concat_str("family", "wording_key", separator=": ").alias("wording"))
    return {
        "wordings": bars("Comparisons by wording", counts(keys, "wording")),
        "comparisons": table(
            headline.select("label", "p_adjusted", "licensed", "wording"), rows=headline.height
        ),
        "claims_licensed": dg.MetadataValue.int(headline.filter("licensed").height),
    }


def _clear_rises(region: Region, catalog: Catalog) -> dg.AssetsDefinition:
    @yearly(
        region,
        "clear_rises",
        after=["claims"],
        kinds={"scipy"},
        description="The smallest clear rise from each count, alone and beside the edition's other comparisons.",
        code_version="1",
    )
    def asset(context: dg.AssetExecutionContext, workspace: Workspace) -> dg.MaterializeResult[None]:
        year = int(context.partition_key)
        comparisons = numbers_of_comparisons(pl.read_parquet(workspace.table(region.name, year, "claims")))
        frame = smallest_clear_rises(comparisons, catalog=catalog)
        path = workspace.table(region.name, year, "clear_rises")
        alone = frame.filter(pl.col("before") % RISES_APART == 0, comparisons=1).select("before", "after")
        drawn = bars("Smallest clear rise from a count", {str(b): float(a) for b, a in alone.iter_rows()})
        shown = {"clear_rises": drawn, "rises": table(frame)}
        return kept(frame, path, columns=annex_columns(catalog, "clear_rises"), shown=shown)

    return asset


def _power(region: Region, catalog: Catalog) -> dg.AssetsDefinition:
    @yearly(
        region,
        "power",
        after=["claims"],
        kinds={"scipy"},
        description="How often the test calls a true rise, alone and beside the edition's other comparisons.",
        code_version="1",
    )
    def asset(context: dg.AssetExecutionContext, workspace: Workspace) -> dg.MaterializeResult[None]:
        year = int(context.partition_key)
        comparisons = numbers_of_comparisons(pl.read_parquet(workspace.table(region.name, year, "claims")))
        frame = power(comparisons, catalog=catalog)
        path = workspace.table(region.name, year, "power")
        doubled = frame.filter(comparison=PREVIOUS_YEAR, comparisons=1, ratio=2.0).select(
            "base", "probability"
        )
        drawn = bars("How often a doubling is called, by base", {str(b): p for b, p in doubled.iter_rows()})
        shown = {"power_of_a_doubling": drawn, "power": table(frame)}
        return kept(frame, path, columns=annex_columns(catalog, "power"), shown=shown)

    return asset


def _rates(region: Region, catalog: Catalog) -> dg.AssetsDefinition:
    @yearly(
        region,
        "rates",
        after=published_names(region),
        kinds={"scipy"},
        description="Rates per 100,000 inhabitants with exact Poisson intervals, from published counts.",
        code_version="1",
    )
    def asset(context: dg.AssetExecutionContext, workspace: Workspace) -> dg.MaterializeResult[None]:
        year = int(context.partition_key)
        published = published_tables(workspace.work_folder(region.name, year), datasets=region.datasets)
        frame = rates(published, region=region, catalog=catalog, year=year)
        path = workspace.table(region.name, year, "rates")
        return kept(frame, path, columns=annex_columns(catalog, "rates"), shown=_highest(frame))

    return asset


def _highest(per_area: pl.DataFrame) -> dict[str, dg.MetadataValue]:
    """The highest rates, and all with their intervals."""
    labels = pl.concat_str("ref_area", "dataset", separator=" ")
    highest = per_area.sort("per_100k", descending=True).select(labels, "per_100k").rows()
    columns = ["ref_area", "dataset", "value", "per_100k", "low", "high"]
    return {
        "highest": bars("Highest rates per 100,000", dict(highest)),
        "intervals": table(per_area.select(columns), rows=per_area.height),
    }
