"""What is handed out: the data of the release, its figures, the report, the release folder."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import dagster as dg
import polars as pl

from assets.checks import numbers_result, numbers_spec
from assets.editorial import text_result, text_spec
from assets.partitions import yearly
from assets.protection import published_names
from assets.resources import KEPT, Workspace
from assets.sparks import image
from assets.tables import kept_files, table
from data_contracts.model import Catalog, Region
from pipelines.edition_data import ANNEX_TABLES, write_release_data
from pipelines.release import publish_folder
from pipelines.release_reading import ReadingAhead
from report.building import draw_figures, render_report
from report.rendering.kernel import Kernel

CHARTS_SHOWN = 3


def publication_assets(region: Region, catalog: Catalog) -> Sequence[dg.AssetsDefinition]:
    """What is handed out for a region, in the order of the data."""
    return [
        _release_data(region, catalog),
        _figures(region, catalog),
        _report(region, catalog),
        _release(region, catalog),
    ]


def _release_data(region: Region, catalog: Catalog) -> dg.AssetsDefinition:
    @yearly(
        region,
        "release_data",
        after=[*published_names(region), *ANNEX_TABLES],
        kinds={"csv", "json"},
        check_specs=[text_spec(region)],
        description="The data annex: SDMX-CSV 2.0 per dataset with all marks, and the annex tables.",
        code_version="1",
    )
    def asset(
        context: dg.AssetExecutionContext, workspace: Workspace
    ) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
        year = int(context.partition_key)
        work = workspace.work_folder(region.name, year)
        files = write_release_data(
            work,
            region=region,
            year=year,
            catalog=catalog,
            language=workspace.language,
            demonstration=workspace.demonstration,
        )
        yield kept_files(files, work / "release", shown={})
        text = workspace.editors_folder(region.name, year)
        yield text_result(text, work / "release", project=workspace.report_project, catalog=catalog)

    return asset


def _figures(region: Region, catalog: Catalog) -> dg.AssetsDefinition:
    @yearly(
        region,
        "report_figures",
        after=["release_data"],
        kinds={"plotly"},
        description="Every chart of the report, drawn in one batch, with its data as CSV.",
        code_version="1",
    )
    def asset(context: dg.AssetExecutionContext, workspace: Workspace) -> dg.MaterializeResult[None]:
        work = workspace.work_folder(region.name, int(context.partition_key))
        folder = work / "release"
        drawn = draw_figures(
            folder,
            catalog=catalog,
            project=workspace.report_project,
            kept=work / KEPT,
        )
        files = (folder / "figures").iterdir()
        return kept_files(files, folder, shown=_charts(drawn, folder / "figures" / "index.json"))

    return asset


def _charts(drawn: Mapping[str, str | None], index: Path) -> dict[str, dg.MetadataValue]:
    """All charts with their captions, and the first as they stand in the report; none without a browser."""
    words = json.loads(index.read_text(encoding="utf-8"))["charts"]
    titles = [words[name]["caption"].split(". ")[0].rstrip(".") for name in words]
    listed = pl.DataFrame({"chart": list(words), "shows": titles})
    images = [(name, uri) for name, uri in drawn.items() if uri is not None]
    return {
        **{name: dg.MetadataValue.md(image(words[name]["alt"], uri)) for name, uri in images[:CHARTS_SHOWN]},
        "charts": table(listed, rows=listed.height),
        "chart_count": dg.MetadataValue.int(listed.height),
    }


def _report(region: Region, catalog: Catalog) -> dg.AssetsDefinition:
    @yearly(
        region,
        "report",
        after=["report_figures"],
        kinds={"quarto", "typst"},
        check_specs=[numbers_spec(region)],
        description="The Terrorist Situation and Trends Report in HTML, PDF and DOCX.",
        code_version="1",
    )
    def asset(
        context: dg.AssetExecutionContext, workspace: Workspace, kernel: dg.ResourceParam[Kernel]
    ) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
        work = workspace.work_folder(region.name, int(context.partition_key))
        folder = work / "release"
        project = workspace.report_project
        with ReadingAhead(folder, catalog=catalog, region=region, report=project) as ahead:
            files = render_report(
                folder,
                formats=workspace.chosen_formats,
                catalog=catalog,
                project=project,
                backend=workspace.renderer,
                text=workspace.editors_folder(region.name, int(context.partition_key)),
                kept=work / KEPT,
                kernel=kernel,
            )
            formats = dg.MetadataValue.text(", ".join(workspace.chosen_formats))
            yield kept_files(files, folder, shown={"formats": formats})
            pages = workspace.renderer == "embedded"
            reading = ahead.result(pages=pages)
        yield numbers_result(reading, pages=pages)

    return asset


def _release(region: Region, catalog: Catalog) -> dg.AssetsDefinition:
    @yearly(
        region,
        "release",
        after=["report"],
        kinds={"python"},
        description="The release folder: report, data, description and checksums, put in place in one step.",
        code_version="1",
    )
    def asset(context: dg.AssetExecutionContext, workspace: Workspace) -> dg.MaterializeResult[None]:
        year = int(context.partition_key)
        target = publish_folder(
            workspace.work_folder(region.name, year) / "release", workspace.edition_folder(region.name, year)
        )
        return kept_files([path for path in target.rglob("*") if path.is_file()], target, shown={})

    return asset
