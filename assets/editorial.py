"""What the editors hand in beside the figures: their judgements, and the gate on their text.

The text itself goes into the report; its lint needs the published figures, so that it is a check of `release_data`.
"""

from collections.abc import Sequence
from pathlib import Path

import dagster as dg
import polars as pl

from assets.checks import blocking_check, check_name
from assets.partitions import yearly
from assets.resources import Workspace
from assets.sparks import bars
from assets.tables import annex_columns, counts, kept, table
from data_contracts.model import Catalog, Region
from pipelines.editions import last_of
from pipelines.judgements import judgement_scores, judgements
from pipelines.judgements_file import read_judgements
from pipelines.likelihood import load_likelihood
from report.edition import Edition
from report.editorial.lint import lint


def editorial_assets(region: Region, catalog: Catalog) -> Sequence[dg.AssetsDefinition]:
    """The assets of this module for one region."""
    return [_judgements(region, catalog), _scores(region, catalog)]


def _judgements(region: Region, catalog: Catalog) -> dg.AssetsDefinition:
    @yearly(
        region,
        "judgements",
        after=[],
        kinds={"yaml"},
        description="Forward-looking judgements of the editors, and what became of those of earlier editions.",
        code_version="1",
    )
    def asset(context: dg.AssetExecutionContext, workspace: Workspace) -> dg.MaterializeResult[None]:
        year = int(context.partition_key)
        own = read_judgements(workspace.editors_folder(region.name, year), load_likelihood(catalog.root))
        last = last_of(workspace.earlier_editions(region.name, year))
        frame = judgements(own, last, year=year, catalog=catalog)
        path = workspace.table(region.name, year, "judgements")
        shown = {
            "likelihoods": bars("Judgements by likelihood", counts(frame, "likelihood")),
            "judgements": table(frame.select("edition", "name", "likelihood", "confidence", "outcome")),
        }
        return kept(frame, path, columns=annex_columns(catalog, "judgements"), shown=shown)

    return asset


def _scores(region: Region, catalog: Catalog) -> dg.AssetsDefinition:
    @yearly(
        region,
        "judgement_scores",
        after=["judgements"],
        kinds={"polars"},
        description="How the judgements of earlier editions fared: how many happened, and their mean Brier score.",
        code_version="1",
    )
    def asset(context: dg.AssetExecutionContext, workspace: Workspace) -> dg.MaterializeResult[None]:
        year = int(context.partition_key)
        frame = judgement_scores(
            pl.read_parquet(workspace.table(region.name, year, "judgements")), catalog=catalog
        )
        path = workspace.table(region.name, year, "judgement_scores")
        decided = {row["edition"]: float(row["decided"]) for row in frame.iter_rows(named=True)}
        shown = {"decided": bars("Judgements decided, by edition", decided), "scores": table(frame)}
        return kept(frame, path, columns=annex_columns(catalog, "judgement_scores"), shown=shown)

    return asset


def text_spec(region: Region) -> dg.AssetCheckSpec:
    """The gate on the editors' text: nothing is rendered that its lint refuses."""
    says = (
        "The editors' text states no number, change or likelihood by hand, and its references lead somewhere."
    )
    return blocking_check(region, "release_data", "editors_text", says)


def text_result(
    folder: Path | None, release: Path, *, project: Path, catalog: Catalog
) -> dg.AssetCheckResult:
    """What the lint found, all at once, by file and line."""
    found = [str(finding) for finding in lint(folder, edition=Edition(release, catalog), project=project)]
    said = f"{len(found)} findings in the editors' text {folder}:" if found else "Nothing was found."
    rows = pl.DataFrame({"finding": found}, schema={"finding": pl.String})
    return dg.AssetCheckResult(
        check_name=check_name("release_data", "editors_text"),
        passed=not found,
        severity=dg.AssetCheckSeverity.ERROR,
        description="\n".join([said, *(f"  {line}" for line in found)]),
        metadata={"findings": table(rows, rows=rows.height)},
    )
