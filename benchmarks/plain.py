"""The year's edition by the same pure functions and without Dagster: what `tesat build` is measured against.

Run as `python -m benchmarks.plain INBOX STORE OUTPUT REGION YEAR`.
"""

from __future__ import annotations

import sys
from pathlib import Path

import polars as pl

from data_contracts.catalog import load_catalog
from data_contracts.model import Catalog, Region
from pipelines.acceptance import accepted_cells, accepted_returns
from pipelines.edition_data import edition_figures, published_tables, write_release_data
from pipelines.inbox import inbox_entries
from pipelines.intake import judge_all, receive_all
from pipelines.judgements import judgement_scores, judgements
from pipelines.judgements_file import read_judgements
from pipelines.likelihood import load_likelihood
from pipelines.protected import protected_dataset
from pipelines.provenance_returns import counted_returns
from pipelines.provenance_steps import processing_steps
from pipelines.quality import quality
from pipelines.quality_intake import intake_of
from pipelines.rates import rates
from pipelines.reference import offences, other_sources
from pipelines.register import Store
from pipelines.release import publish_folder
from pipelines.release_reading import read_release
from pipelines.reporting import reporting_table
from pipelines.revisions import revisions
from pipelines.statistics import exact_observations, read_cells
from pipelines.trends import claims
from pipelines.trends_power import numbers_of_comparisons, power, smallest_clear_rises
from pipelines.triangle import revision_triangle
from report.building import PROJECT, draw_figures, render_report
from report.edition import Edition
from report.editorial.lint import lint

FORMATS = ("html", "pdf", "docx")
KEY = bytes(32)


def build(inbox: Path, store: Path, output: Path, *, region_name: str, year: int) -> Path:
    """Builds an edition from an inbox and returns its folder."""
    catalog = load_catalog()
    region = catalog.region(region_name)
    work = store / "work" / f"{region_name}-{year}"
    work.mkdir(parents=True)
    entries, _ = inbox_entries(inbox)
    received = receive_all(entries, store=store, catalog=catalog, region=region_name)
    verdicts = judge_all(received, store=store, catalog=catalog, region=region_name)
    _keep(reporting_table(verdicts, store=store, region=region, year=year), work, "reporting")
    returns = accepted_returns(Store(store), year=year)
    for dataset in region.datasets:
        contract, paths = catalog.contracts[dataset], accepted_cells(Store(store), dataset, year=year)
        cells = read_cells(paths, catalog=catalog, contract=contract)
        exact = exact_observations(
            cells, returns, catalog=catalog, contract=contract, region=region, year=year
        )
        frame, audit = protected_dataset(
            exact,
            cells=cells,
            catalog=catalog,
            contract=contract,
            region=region,
            key=KEY,
        )
        if not audit.passed:
            raise SystemExit(f"{dataset}: the audit refused the release")
        _keep(frame, work, f"published_{dataset}")
    published = published_tables(work, datasets=region.datasets)
    _keep(claims(published, returns, region=region, year=year, catalog=catalog), work, "claims")
    _keep(rates(published, region=region, catalog=catalog, year=year), work, "rates")
    _annex(work, Store(store), catalog, region, year)
    write_release_data(work, region=region, year=year, catalog=catalog, language="en", demonstration=False)
    release = work / "release"
    if lint(None, edition=Edition(release, catalog), project=PROJECT):
        raise SystemExit("the lint refused the editors' text")
    draw_figures(release, catalog=catalog)
    render_report(release, formats=FORMATS, catalog=catalog)
    if not read_release(release, catalog=catalog, region=region).passed:
        raise SystemExit("a number of the release is not explained")
    return publish_folder(release, output / f"{region_name}-{year}")


def _annex(work: Path, store: Store, catalog: Catalog, region: Region, year: int) -> None:
    """The annex tables of an edition that has no earlier one."""
    reporting = pl.read_parquet(work / "reporting.parquet")
    figures = edition_figures(work, region=region, year=year, catalog=catalog)
    about = {"catalog": catalog, "region": region}
    compared = numbers_of_comparisons(pl.read_parquet(work / "claims.parquet"))
    intake = intake_of(store, catalog=catalog, region=region, year=year)
    own = judgements(read_judgements(None, load_likelihood(catalog.root)), None, year=year, catalog=catalog)
    tables = {
        "clear_rises": smallest_clear_rises(compared, catalog=catalog),
        "power": power(compared, catalog=catalog),
        "revisions": revisions(figures, reporting, None, **about),
        "revision_triangle": revision_triangle(figures, (), year=year, **about),
        "quality": quality(figures, reporting, intake, None, year=year, **about),
        "counted_returns": counted_returns(store, region=region, year=year, key=KEY),
        "processing_steps": processing_steps(),
        "judgements": own,
        "judgement_scores": judgement_scores(own, catalog=catalog),
        "other_sources": other_sources(region, catalog=catalog),
        "offences": offences(region, catalog=catalog),
    }
    for name, frame in tables.items():
        _keep(frame, work, name)


def _keep(frame: pl.DataFrame, work: Path, name: str) -> None:
    frame.write_parquet(work / f"{name}.parquet")


if __name__ == "__main__":
    given = [Path(argument) for argument in sys.argv[1:4]]
    build(given[0], given[1], given[2], region_name=sys.argv[4], year=int(sys.argv[5]))
