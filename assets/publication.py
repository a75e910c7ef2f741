"""What is said and handed out: claims, rates, the data of the release, its figures, the report, the release."""

from collections.abc import Sequence

import dagster as dg
import polars as pl

from assets.partitions import years
from assets.resources import Workspace
from assets.tables import table_metadata
from data_contracts.model import Region
from pipelines.acceptance import accepted_returns
from pipelines.edition_data import published_tables, write_release_data
from pipelines.rates import rates
from pipelines.register import Store
from pipelines.release import publish_folder
from pipelines.trends import claims
from report.building import draw_figures, render_report


def publication_assets(region: Region) -> Sequence[dg.AssetsDefinition]:
    """The assets of this module for one region, in the order of the data."""
    return [
        _claims(region),
        _rates(region),
        _release_data(region),
        _figures(region),
        _report(region),
        _release(region),
    ]


def _key(region: Region, name: str) -> dg.AssetKey:
    return dg.AssetKey([region.name, name])


def _published_keys(region: Region) -> list[dg.AssetKey]:
    return [_key(region, f"published_{dataset}") for dataset in region.datasets]


def _claims(region: Region) -> dg.AssetsDefinition:
    @dg.asset(
        name="claims",
        key_prefix=region.name,
        partitions_def=years(region),
        group_name="assessment",
        kinds={"scipy"},
        deps=_published_keys(region),
        description="Every comparison that the report may put into words, with its exact test and its licence.",
        owners=["team:regional-analysts"],
        code_version="1",
    )
    def asset(context: dg.AssetExecutionContext, workspace: Workspace) -> dg.MaterializeResult[None]:
        year = int(context.partition_key)
        published = published_tables(workspace.work_folder(region.name, year), datasets=region.datasets)
        returns = accepted_returns(Store(workspace.store_folder), year=year)
        frame = claims(published, returns, region=region, year=year, catalog=workspace.catalog())
        frame.write_parquet(workspace.table(region.name, year, "claims"))
        return dg.MaterializeResult(metadata=table_metadata(frame))

    return asset


def _rates(region: Region) -> dg.AssetsDefinition:
    @dg.asset(
        name="rates",
        key_prefix=region.name,
        partitions_def=years(region),
        group_name="assessment",
        kinds={"scipy"},
        deps=_published_keys(region),
        description="Rates per 100,000 inhabitants with exact Poisson intervals, from published counts.",
        owners=["team:regional-analysts"],
        code_version="1",
    )
    def asset(context: dg.AssetExecutionContext, workspace: Workspace) -> dg.MaterializeResult[None]:
        year = int(context.partition_key)
        published = published_tables(workspace.work_folder(region.name, year), datasets=region.datasets)
        frame = rates(published, region=region, catalog=workspace.catalog(), year=year)
        frame.write_parquet(workspace.table(region.name, year, "rates"))
        return dg.MaterializeResult(metadata=table_metadata(frame))

    return asset


def _release_data(region: Region) -> dg.AssetsDefinition:
    deps = [*_published_keys(region), *(_key(region, name) for name in ("reporting", "claims", "rates"))]

    @dg.asset(
        name="release_data",
        key_prefix=region.name,
        partitions_def=years(region),
        group_name="publication",
        kinds={"csv"},
        deps=deps,
        description="The data annex: SDMX-CSV 2.0 per dataset, reporting, claims and rates.",
        owners=["team:editors"],
        code_version="1",
    )
    def asset(context: dg.AssetExecutionContext, workspace: Workspace) -> dg.MaterializeResult[None]:
        year = int(context.partition_key)
        files = write_release_data(
            workspace.work_folder(region.name, year),
            region=region,
            year=year,
            catalog=workspace.catalog(),
            language=workspace.language,
            demonstration=workspace.demonstration,
        )
        return dg.MaterializeResult(metadata={"files": dg.MetadataValue.json([path.name for path in files])})

    return asset


def _figures(region: Region) -> dg.AssetsDefinition:
    @dg.asset(
        name="report_figures",
        key_prefix=region.name,
        partitions_def=years(region),
        group_name="publication",
        kinds={"plotly"},
        deps=[_key(region, "release_data")],
        description="Every chart of the report, drawn in one batch, with its data as CSV.",
        owners=["team:editors"],
        code_version="1",
    )
    def asset(context: dg.AssetExecutionContext, workspace: Workspace) -> dg.MaterializeResult[None]:
        folder = workspace.work_folder(region.name, int(context.partition_key)) / "release"
        drawn = draw_figures(folder, formats=workspace.formats.split(","))
        metadata: dict[str, dg.MetadataValue] = {"figures": dg.MetadataValue.json(sorted(drawn))}
        first = next(iter(sorted(drawn)), None)
        if first is not None and drawn[first] is not None:
            metadata["chart"] = dg.MetadataValue.md(f"![{first}]({drawn[first]})")
        return dg.MaterializeResult(metadata=metadata)

    return asset


def _report(region: Region) -> dg.AssetsDefinition:
    @dg.asset(
        name="report",
        key_prefix=region.name,
        partitions_def=years(region),
        group_name="publication",
        kinds={"quarto", "typst"},
        deps=[_key(region, "report_figures")],
        description="The Terrorist Situation and Trends Report in HTML, PDF and DOCX.",
        owners=["team:editors"],
        code_version="1",
    )
    def asset(context: dg.AssetExecutionContext, workspace: Workspace) -> dg.MaterializeResult[None]:
        folder = workspace.work_folder(region.name, int(context.partition_key)) / "release"
        files = render_report(folder, formats=workspace.formats.split(","))
        sizes = {path.name: path.stat().st_size for path in files}
        return dg.MaterializeResult(metadata={"bytes": dg.MetadataValue.json(sizes)})

    return asset


def _release(region: Region) -> dg.AssetsDefinition:
    @dg.asset(
        name="release",
        key_prefix=region.name,
        partitions_def=years(region),
        group_name="publication",
        kinds={"python"},
        deps=[_key(region, "report"), _key(region, "return_verdicts")],
        description="The release folder: report, data, description and checksums, put in place in one step.",
        owners=["team:editors"],
        code_version="1",
    )
    def asset(context: dg.AssetExecutionContext, workspace: Workspace) -> dg.MaterializeResult[None]:
        year = int(context.partition_key)
        work = workspace.work_folder(region.name, year)
        target = workspace.edition_folder(region.name, year)
        contracts = [workspace.catalog().contracts[dataset] for dataset in region.datasets]
        publish_folder(
            work / "release",
            target,
            name=region.name,
            title=region.report_title,
            year=year,
            contracts=contracts,
        )
        verdicts = pl.read_parquet(workspace.table(region.name, year, "return_verdicts"))
        rejected = verdicts.filter(pl.col("verdict") == "rejected")
        return dg.MaterializeResult(
            metadata={
                "folder": dg.MetadataValue.path(str(target)),
                "rejected": table_metadata(rejected)["dagster/row_count"],
            }
        )

    return asset
