"""The marks on published figures: provisional, of low reliability, revised; and the one status that comes of them.

Belongs here: marks that a reader could set alone, from the published figures and the table of reporting. Those that
come from the returns (break, partial, at least) are set where the figures are summed, in `statistics.py`.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from data_contracts.model import NOT_SPECIFIED, TOTAL, Contract, Region

BREAK, LOW_RELIABILITY, PROVISIONAL, REVISED = "break", "low_reliability", "provisional", "revised"
# Above this share the codes of a dimension say more of what is known than of what happened.
MOST_UNSPECIFIED = 0.2
RESTS_ON = ("reported", "partial", "nil")
# One status for all marks, the first that applies.
_STATUS_OF = {BREAK: "B", LOW_RELIABILITY: "U", PROVISIONAL: "P"}


def with_marks(
    figures: pl.DataFrame, reporting: pl.DataFrame, *, contract: Contract, region: Region, year: int
) -> pl.DataFrame:
    """SDMX-CSV with the marks `low_reliability` and `provisional` in the notes, and the status of all marks.

    Low reliability: more than 20 % of the count that is broken down is not specified. Provisional: the figure is of
    the edition's year and rests on a return with an unanswered warning about the dataset; a figure of the region
    does so with any of its partners. Grain and columns: unchanged.

    Source: methodology, section 4.
    """
    open_in = reporting.filter(
        pl.col("dataset") == contract.dataset,
        pl.col("reference_year") == year,
        pl.col("state").is_in(RESTS_ON),
        pl.col("open_warnings") > 0,
    )["partner"].to_list()
    areas = [*open_in, region.ref_area] if open_in else []
    provisional = pl.col("REF_AREA").is_in(areas) & (pl.col("TIME_PERIOD") == str(year))
    low = _low_reliability(figures, contract)
    marked = figures.with_columns(low.alias("low")).with_columns(
        _noted({LOW_RELIABILITY: pl.col("low"), PROVISIONAL: provisional})
    )
    return marked.drop("low").with_columns(_status())


def with_revised(figures: pl.DataFrame, revisions: pl.DataFrame, *, contract: Contract) -> pl.DataFrame:
    """SDMX-CSV with the note `revised` on every value that the last edition stated otherwise.

    `revisions` is the annex table, of all datasets. Grain and columns of the figures: unchanged.
    """
    names = contract.dimension_names
    codes = [
        pl.when(pl.col(name.upper()) != TOTAL).then(pl.concat_str(pl.lit(f"{name}="), name.upper()))
        for name in names
    ]
    keys = ["ref_area", "time_period", "codes", "measure"]
    own = figures.with_columns(
        pl.col("REF_AREA").alias("ref_area"),
        pl.col("TIME_PERIOD").alias("time_period"),
        pl.concat_str(codes, separator=";", ignore_nulls=True).alias("codes"),
        pl.col("MEASURE").alias("measure"),
    )
    hit = revisions.filter(dataset=contract.dataset).select(*keys, pl.lit(value=True).alias("hit"))
    joined = own.join(hit, on=keys, how="left", validate="1:1", maintain_order="left")
    noted = joined.with_columns(_noted({REVISED: pl.col("hit").fill_null(value=False)}))
    return noted.select(figures.columns)


def key_columns(contract: Contract) -> list[str]:
    """The columns of SDMX-CSV that name a figure."""
    return ["REF_AREA", "TIME_PERIOD", *(name.upper() for name in contract.dimension_names), "MEASURE"]


def _noted(marks: dict[str, pl.Expr]) -> pl.Expr:
    """The notes with the marks that apply; a figure without a value has none."""
    has_value = pl.col("OBS_VALUE").fill_null("") != ""
    notes = [pl.when(hit & has_value).then(pl.lit(note)) for note, hit in marks.items()]
    own = pl.when(pl.col("OBS_NOTE") != "").then(pl.col("OBS_NOTE"))
    return pl.concat_str([own, *notes], separator=";", ignore_nulls=True).alias("OBS_NOTE")


def _status() -> pl.Expr:
    """The status of a figure with a value, from its notes; other states stay."""
    notes = pl.col("OBS_NOTE").str.split(";")
    status = pl.lit("A")
    for note, code in reversed(_STATUS_OF.items()):
        status = pl.when(notes.list.contains(note)).then(pl.lit(code)).otherwise(status)
    has_value = pl.col("OBS_VALUE").fill_null("") != ""
    return pl.when(has_value).then(status).otherwise(pl.col("OBS_STATUS")).alias("OBS_STATUS")


def _low_reliability(figures: pl.DataFrame, contract: Contract) -> pl.Series:
    """For each figure, whether too much is not specified in a dimension that it is broken down by."""
    low = pl.Series("low", [False] * figures.height)
    for column in contract.dimensions:
        if column.not_specified:
            name = column.name.upper()
            keys = [key for key in key_columns(contract) if key != name]
            shares = unspecified_shares(figures, name, keys=keys).filter(pl.col("share") > MOST_UNSPECIFIED)
            hit = figures.join(shares, on=keys, how="left", validate="m:1", maintain_order="left")
            named = ~hit[name].is_in([TOTAL, NOT_SPECIFIED])
            low = low | (named & hit["share"].is_not_null())
    return low


def unspecified_shares(figures: pl.DataFrame, name: str, *, keys: Sequence[str]) -> pl.DataFrame:
    """How much of each published count is published as not specified in a dimension.

    Grain: the other columns of a figure's key. Columns: those, `share` (0 to 1), and `rounded` where one of the two
    was rounded to protect persons; where both are published and the count is not 0.
    """
    values = figures.with_columns(
        pl.col("OBS_VALUE").replace("", None).cast(pl.Float64).alias("value"),
        pl.col("OBS_METHOD").str.starts_with("R").alias("rounded"),
    )
    whole = values.filter(pl.col(name) == TOTAL).select(*keys, "value", "rounded")
    part = values.filter(pl.col(name) == NOT_SPECIFIED).select(*keys, "value", "rounded")
    both = part.join(whole, on=list(keys), how="inner", suffix="_whole", validate="1:1")
    return (
        both.drop_nulls()
        .filter(pl.col("value_whole") > 0)
        .select(
            *keys,
            (pl.col("value") / pl.col("value_whole")).alias("share"),
            (pl.col("rounded") | pl.col("rounded_whole")).alias("rounded"),
        )
    )
