"""The headline series as every edition has stated them: the revision triangle.

Belongs here: edition by reference year, from published figures alone. Single figures that differ are `revisions.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import polars as pl

from data_contracts.model import TOTAL, Catalog, Contract, HeadlineSeries, Region
from pipelines.editions import PublishedEdition

TRIANGLE: dict[str, pl.DataType] = {
    "series": pl.String(),
    "reference_year": pl.Int32(),
    "edition": pl.String(),
    "value": pl.String(),
    "status": pl.String(),
    "method": pl.String(),
}


def revision_triangle(
    figures: Mapping[str, pl.DataFrame],
    editions: Sequence[PublishedEdition],
    *,
    year: int,
    catalog: Catalog,
    region: Region,
) -> pl.DataFrame:
    """What each edition states of each headline series.

    Grain: headline series x reference year x edition. Columns: `TRIANGLE`. `figures` is this edition's SDMX-CSV by
    dataset, `editions` all versions of earlier edition years.
    """
    rows: list[tuple[object, ...]] = []
    for series in region.headline_series:
        contract = catalog.contracts[series.dataset]
        for edition in editions:
            if edition.holds(series.dataset):
                rows += _rows(edition.figures(series.dataset), series, contract, region, edition.label)
        rows += _rows(figures[series.dataset], series, contract, region, str(year))
    order = {series.name: number for number, series in enumerate(region.headline_series)}
    frame = pl.DataFrame(rows, schema=TRIANGLE, orient="row")
    return frame.sort(
        pl.col("series").replace_strict(order, return_dtype=pl.Int32), "reference_year", maintain_order=True
    )


def _rows(
    figures: pl.DataFrame, series: HeadlineSeries, contract: Contract, region: Region, edition: str
) -> Iterator[tuple[object, ...]]:
    """A series in one edition; a dimension that the edition does not have is a total in it."""
    wanted = {name.upper(): series.filter.get(name, TOTAL) for name in contract.dimension_names}
    if any(name not in figures.columns and code != TOTAL for name, code in wanted.items()):
        return
    codes = {name: code for name, code in wanted.items() if name in figures.columns}
    found = figures.filter(
        pl.col("TIME_PERIOD").str.contains(r"^\d{4}$"),
        **codes,
        REF_AREA=region.ref_area,
        MEASURE=series.measure,
    )
    for row in found.sort("TIME_PERIOD").iter_rows(named=True):
        value = row["OBS_VALUE"] or ""
        yield series.name, int(row["TIME_PERIOD"]), edition, value, row["OBS_STATUS"], row["OBS_METHOD"]
