"""Pooled periods: several years as one, fixed beforehand and never overlapping, for what is shown of the region only.

Belongs here: the partners' figures of such a period, and its name. Rolling windows would give cells away by their
differences; revisions of a year enter with the period that it belongs to.

Source: methodology, section 6, revisions and years; disclosure.md, section 4.
"""

from __future__ import annotations

import polars as pl

from data_contracts.model import Contract

# Why a code has no figure although its table was handed over; and what the other years then are.
OPEN_CODE, AT_LEAST = ("not_specified", "not_collected"), "at_least"


def pooled_period(first: int, last: int) -> str:
    """The name of a pooled period: its first day and its length (ISO 8601), as SDMX has it."""
    return f"{first}-01-01/P{last - first + 1}Y"


def pooled_figures(by_partner: pl.DataFrame, period: tuple[int, int], contract: Contract) -> pl.DataFrame:
    """The figures of each partner over the years of a period, in the tables that are rounded for the region.

    Grain: release table x partner x codes x measure; columns as `by_partner`, `reference_year` the last one. A
    partner without a figure in one of the years has none for the period. Where it handed over the table, and only the
    code was not collected or nothing specified in a year, the other years are a lower bound.
    """
    first, last = period
    tables = [table.name for table in contract.release_tables if table.protection == "rounded"]
    keys = ["release_table", "protection", "ref_area", *contract.dimension_names, "measure"]
    value, state = pl.col("obs_value"), pl.col("obs_status")
    open_code = pl.col("obs_note").is_in(OPEN_CODE)
    whole = (value.is_not_null() | open_code).all() & value.is_not_null().any()
    broken = state.eq("B").any() & whole
    missing = state.filter(value.is_null()).first()
    told = pl.when(whole & open_code).then(pl.lit(AT_LEAST)).otherwise(pl.col("obs_note"))
    notes = told.str.split(";").explode()
    return (
        by_partner.filter(
            pl.col("reference_year").is_between(first, last), pl.col("release_table").is_in(tables)
        )
        .sort(*keys, "reference_year")
        .group_by(keys, maintain_order=True)
        .agg(
            pl.lit(last, pl.Int32).alias("reference_year"),
            pl.when(whole).then(value.sum()).alias("obs_value"),
            pl.when(broken).then(pl.lit("B")).otherwise(missing).fill_null("A").alias("obs_status"),
            notes.filter(notes != "")
            .unique(maintain_order=True)
            .str.join(";")
            .fill_null("")
            .alias("obs_note"),
        )
    )
