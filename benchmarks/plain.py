"""The year's edition by the same pure functions and without Dagster: what `tesat build` is measured against.

Run as `python -m benchmarks.plain INBOX STORE OUTPUT REGION YEAR`.
"""

from __future__ import annotations

import sys
from pathlib import Path

import polars as pl

from data_contracts.catalog import load_catalog
from pipelines.acceptance import accepted_cells, accepted_returns
from pipelines.edition_data import published_tables, write_release_data
from pipelines.inbox import inbox_entries
from pipelines.intake import judge_all, receive_all
from pipelines.protected import protected_dataset
from pipelines.rates import rates
from pipelines.register import Store
from pipelines.release import publish_folder
from pipelines.reporting import reporting_table
from pipelines.statistics import exact_observations, read_cells
from pipelines.trends import claims
from report.building import draw_figures, render_report

FORMATS = ("html", "pdf", "docx")


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
        contract, cells = catalog.contracts[dataset], accepted_cells(Store(store), dataset, year=year)
        exact = exact_observations(
            cells, returns, catalog=catalog, contract=contract, region=region, year=year
        )
        frame, audit = protected_dataset(
            exact,
            cells=read_cells(cells, catalog=catalog, contract=contract),
            catalog=catalog,
            contract=contract,
            region=region,
            key=bytes(32),
        )
        if not audit.passed:
            raise SystemExit(f"{dataset}: the audit refused the release")
        _keep(frame, work, f"published_{dataset}")
    published = published_tables(work, datasets=region.datasets)
    _keep(claims(published, returns, region=region, year=year, catalog=catalog), work, "claims")
    _keep(rates(published, region=region, catalog=catalog, year=year), work, "rates")
    write_release_data(work, region=region, year=year, catalog=catalog, language="en", demonstration=True)
    draw_figures(work / "release", formats=FORMATS, catalog=catalog)
    render_report(work / "release", formats=FORMATS, catalog=catalog)
    return publish_folder(work / "release", output / f"{region_name}-{year}")


def _keep(frame: pl.DataFrame, work: Path, name: str) -> None:
    frame.write_parquet(work / f"{name}.parquet")


if __name__ == "__main__":
    given = [Path(argument) for argument in sys.argv[1:4]]
    build(given[0], given[1], given[2], region_name=sys.argv[4], year=int(sys.argv[5]))
