"""Rates per 100,000 inhabitants, from published counts, with exact intervals.

Belongs here: counts over populations. Comparisons of two counts are in `trends.py`.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from data_contracts.model import TOTAL, Catalog, Region

PER = 100_000
OLDEST_POPULATION_YEARS = 2
RELIABLE_FROM = 20
RATES: dict[str, pl.DataType] = {
    "ref_area": pl.String(),
    "time_period": pl.String(),
    "dataset": pl.String(),
    "measure": pl.String(),
    "value": pl.Float64(),
    "per_100k": pl.Float64(),
    "low": pl.Float64(),
    "high": pl.Float64(),
    "population": pl.Int64(),
    "population_year": pl.Int32(),
    "reliability": pl.String(),
}


def poisson_interval(count: int, *, alpha: float = 0.05) -> tuple[float, float]:
    """The exact interval of a Poisson mean (Garwood 1936)."""
    from scipy.stats import chi2

    low = 0.0 if count == 0 else float(chi2.ppf(alpha / 2, 2 * count)) / 2
    return low, float(chi2.ppf(1 - alpha / 2, 2 * (count + 1))) / 2


def rates(
    published: Mapping[str, pl.DataFrame], *, region: Region, catalog: Catalog, year: int
) -> pl.DataFrame:
    """The rates of an edition's year: each dataset's main measure, for partners and the region.

    Grain: area x dataset. Columns: `RATES`; the population is at most two years older than the year and its year is
    given; the region's covers the partners that have a value. No population, or a rounded or missing count: no row.

    Source: methodology, section 5.
    """
    people = populations(region, catalog=catalog, year=year)
    rows: list[tuple[object, ...]] = []
    for dataset, frame in published.items():
        contract = catalog.contracts[dataset]
        totals = frame.filter(
            [pl.col(name) == TOTAL for name in contract.dimension_names],
            measure=contract.main_measure.sdmx_measure, time_period=str(year),
        ).unique("ref_area", keep="first", maintain_order=True)  # fmt: skip
        known = totals.filter(pl.col("obs_value").is_not_null() & (pl.col("obs_method") == ""))
        with_value = set(totals.filter(pl.col("obs_value").is_not_null())["ref_area"]) - {region.ref_area}
        for row in known.sort("ref_area").iter_rows(named=True):
            behind = with_value if row["ref_area"] == region.ref_area else {row["ref_area"]}
            if behind and behind <= set(people):
                inhabitants = sum(people[partner][0] for partner in behind)
                oldest = min(people[partner][1] for partner in behind)
                rows.append(_rate(row, inhabitants, oldest))
    return pl.DataFrame(rows, schema=RATES, orient="row")


def _rate(row: Mapping[str, object], inhabitants: int, population_year: int) -> tuple[object, ...]:
    count = int(float(str(row["obs_value"])))
    low, high = (bound * PER / inhabitants for bound in poisson_interval(count))
    reliability = "low" if count < RELIABLE_FROM else ""
    rate = round(count * PER / inhabitants, 3)
    return (
        row["ref_area"], row["time_period"], row["dataset"], row["measure"], float(count), rate, round(low, 3),
        round(high, 3), inhabitants, population_year, reliability,
    )  # fmt: skip


def populations(region: Region, *, catalog: Catalog, year: int) -> dict[str, tuple[int, int]]:
    """By partner, the newest population that is not too old for the year, and its year."""
    if region.population is None or not (catalog.root / region.population).exists():
        return {}
    frame = pl.read_csv(catalog.root / region.population)
    usable = frame.filter(pl.col("year").is_between(year - OLDEST_POPULATION_YEARS, year)).sort("year")
    return {row["partner"]: (row["population"], row["year"]) for row in usable.iter_rows(named=True)}
