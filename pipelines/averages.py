"""Means that may be published: over enough cases, with no dominant one, rounded.

Belongs here: the rule of the contract's `averages`. Sums of sentences are never an observation.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import polars as pl

from data_contracts.model import TOTAL, Average, Contract, Region

METHOD = "half_year_mean"
STATES: dict[str, dict[str, str]] = {
    "A": {"obs_status": "A", "conf_status": "F", "obs_method": METHOD, "obs_note": ""},
    "O": {"obs_status": "O", "conf_status": "F", "obs_method": "", "obs_note": "not_available"},
    "Q": {"obs_status": "Q", "conf_status": "C", "obs_method": "", "obs_note": ""},
}


def average_observations(
    cells: pl.DataFrame, returns: pl.DataFrame, *, contract: Contract, region: Region, years: Sequence[int]
) -> pl.DataFrame:
    """Regional means of a dataset, one row per average and year; suppressed where the rule is not met.

    Grain: measure x year. Columns: as the exact observations. Unit: the average's, such as years.

    Source: methodology, section 6, derived figures (at least ten sentences, p % rule).
    """
    schema = {name: pl.String for name in _text_columns(contract)} | {"obs_value": pl.Float64}
    rows = []
    for average in contract.averages:
        frame = _rows_of(cells, average, contract=contract)
        for year in years:
            reported = returns.filter((pl.col("reference_year") == year) & (pl.col("status") == "reported"))
            of_year = frame.filter(pl.col("reference_year") == year)
            value = published_mean(
                of_year["count"].to_list(), of_year["numerator"].to_list(), average=average
            )
            state = "O" if of_year.is_empty() else "Q" if value is None else "A"
            row = _row(value, average, contract=contract, region=region, year=year, reporting=reported.height)
            rows.append({**row, **STATES[state]})
    return pl.DataFrame(rows, schema=schema)


def published_mean(counts: Sequence[int], sums: Sequence[float], *, average: Average) -> float | None:
    """The rounded mean over rows of `counts` cases that sum to `sums`, or nothing where it may not be told.

    A row's largest case is at most its sum, so a row is treated as one case: cautious, never too open.
    """
    total, cases = float(sum(sums)), int(sum(counts))
    if cases < average.minimum_count:
        return None
    largest = sorted((float(value) for value in sums), reverse=True)
    rest = total - sum(largest[:2])
    if len(largest) < 3 or rest < largest[0] * average.dominance_pct / 100:
        return None
    return math.floor(total / cases / average.per / average.round_to + 0.5) * average.round_to


def _rows_of(cells: pl.DataFrame, average: Average, *, contract: Contract) -> pl.DataFrame:
    """The rows that an average counts, from one submitted table of each partner and year (tables are never joined)."""
    rows = cells.filter([pl.col(name) == code for name, code in average.where.items()])
    tables = rows.group_by("partner", "reference_year", "signature", "breadth").agg(
        pl.col(average.numerator).null_count().alias("unknown")
    )
    chosen = tables.sort("unknown", "breadth", "signature").unique(
        ["partner", "reference_year"], keep="first"
    )
    rows = rows.join(
        chosen.select("partner", "reference_year", "signature"), on=["partner", "reference_year", "signature"]
    )
    return rows.filter(pl.col(average.numerator).is_not_null()).select(
        "reference_year",
        pl.col(contract.main_measure.name).alias("count"),
        pl.col(average.numerator).alias("numerator"),
    )


def _text_columns(contract: Contract) -> list[str]:
    return [
        "dataset", "release_table", "ref_area", "time_period", *contract.dimension_names, "measure", "obs_status",
        "conf_status", "obs_method", "obs_note", "partners_reporting", "release", "protection",
    ]  # fmt: skip


def _row(
    value: float | None, average: Average, *, contract: Contract, region: Region, year: int, reporting: int
) -> dict[str, object]:
    return {
        "dataset": contract.dataset,
        "release_table": "averages",
        "ref_area": region.ref_area,
        "time_period": str(year),
        **{name: average.where.get(name, TOTAL) for name in contract.dimension_names},
        "measure": average.sdmx_measure,
        "obs_value": value,
        "partners_reporting": f"{reporting} of {len(region.partners_in(year))}",
        "release": "",
        "protection": "derived",
    }
