"""What an edition says of earlier ones, and how good its figures are: revisions, the triangle, quality.

All three read published figures; the quality report counts receipts and questions of the intake besides.
"""

from collections.abc import Mapping, Sequence

import dagster as dg
import polars as pl

from assets.partitions import yearly
from assets.protection import published_names
from assets.resources import Workspace
from assets.sparks import bars
from assets.tables import annex_columns, counts, kept, table
from data_contracts.model import Catalog, Region
from pipelines.edition_data import edition_figures
from pipelines.editions import last_of
from pipelines.quality import quality
from pipelines.quality_intake import intake_of
from pipelines.register import Store
from pipelines.revisions import revisions
from pipelines.triangle import revision_triangle


def vintage_assets(region: Region, catalog: Catalog) -> Sequence[dg.AssetsDefinition]:
    """The assets of this module for one region."""
    return [_revisions(region, catalog), _triangle(region, catalog), _quality(region, catalog)]


def _revisions(region: Region, catalog: Catalog) -> dg.AssetsDefinition:
    @yearly(
        region,
        "revisions",
        after=[*published_names(region), "reporting"],
        kinds={"polars"},
        description="Published figures that the last edition of an earlier year stated otherwise, and why.",
        code_version="1",
    )
    def asset(context: dg.AssetExecutionContext, workspace: Workspace) -> dg.MaterializeResult[None]:
        year = int(context.partition_key)
        frame = revisions(
            _figures(workspace, region, catalog, year),
            pl.read_parquet(workspace.table(region.name, year, "reporting")),
            last_of(workspace.earlier_editions(region.name, year)),
            catalog=catalog,
            region=region,
        )
        path = workspace.table(region.name, year, "revisions")
        shown = {
            "revised": bars("Revised figures by reference year", counts(frame, "time_period")),
            "reasons": bars("Revised figures by reason", counts(frame, "reasons")),
            "editions": dg.MetadataValue.int(len(workspace.earlier_editions(region.name, year))),
            "first": table(frame),
        }
        return kept(frame, path, columns=annex_columns(catalog, "revisions"), shown=shown)

    return asset


def _triangle(region: Region, catalog: Catalog) -> dg.AssetsDefinition:
    @yearly(
        region,
        "revision_triangle",
        after=[*published_names(region), "reporting"],
        kinds={"polars"},
        description="The headline series as every published edition, and this one, states them.",
        code_version="1",
    )
    def asset(context: dg.AssetExecutionContext, workspace: Workspace) -> dg.MaterializeResult[None]:
        year = int(context.partition_key)
        frame = revision_triangle(
            _figures(workspace, region, catalog, year),
            workspace.earlier_editions(region.name, year),
            year=year,
            catalog=catalog,
            region=region,
        )
        path = workspace.table(region.name, year, "revision_triangle")
        shown = {
            "editions": bars(
                "Figures with a value by edition", counts(frame.filter(pl.col("value") != ""), "edition")
            ),
            "triangle": table(_wide(frame), rows=frame.height),
        }
        return kept(frame, path, columns=annex_columns(catalog, "revision_triangle"), shown=shown)

    return asset


def _wide(triangle: pl.DataFrame) -> pl.DataFrame:
    """A column for each reference year."""
    return triangle.pivot("reference_year", index=["series", "edition"], values="value").fill_null("")


def _quality(region: Region, catalog: Catalog) -> dg.AssetsDefinition:
    @yearly(
        region,
        "quality",
        after=[*published_names(region), "reporting", "return_verdicts"],
        kinds={"polars"},
        description="Completeness, punctuality, non-response, revisions and validation, by partner and region.",
        code_version="1",
    )
    def asset(context: dg.AssetExecutionContext, workspace: Workspace) -> dg.MaterializeResult[None]:
        year = int(context.partition_key)
        frame = quality(
            _figures(workspace, region, catalog, year),
            pl.read_parquet(workspace.table(region.name, year, "reporting")),
            intake_of(Store(workspace.store_folder), catalog=catalog, region=region, year=year),
            last_of(workspace.earlier_editions(region.name, year)),
            catalog=catalog,
            region=region,
            year=year,
        )
        path = workspace.table(region.name, year, "quality")
        shown = {
            "data_completeness": bars("Share of datasets reported", _by_area(frame, "data_completeness")),
            "days_after_deadline": bars("Days after the deadline", _by_area(frame, "days_after_deadline")),
            "indicators": table(frame.filter(ref_area=region.ref_area), rows=frame.height),
        }
        return kept(frame, path, columns=annex_columns(catalog, "quality"), shown=shown)

    return asset


def _by_area(quality: pl.DataFrame, indicator: str) -> Mapping[str, float]:
    """An indicator of whole returns, by partner."""
    found = quality.filter(pl.col("value") != "", indicator=indicator, dataset="")
    return {area: float(value) for area, value in found.select("ref_area", "value").iter_rows()}


def _figures(workspace: Workspace, region: Region, catalog: Catalog, year: int) -> dict[str, pl.DataFrame]:
    work = workspace.work_folder(region.name, year)
    return edition_figures(work, region=region, year=year, catalog=catalog)
