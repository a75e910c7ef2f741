"""Whether a count changed: one exact test, one licence, and the only place that yields a trend word.

Belongs here: two counts compared, claims, and their wording. Rates per inhabitant are in `rates.py`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import polars as pl
import yaml

from data_contracts.model import TOTAL, Catalog, HeadlineSeries, Region
from pipelines.exact import two_counts_p
from pipelines.protection import WIDE_METHOD
from pipelines.rounding import BASE

CLAIMS: dict[str, pl.DataType] = {
    "series": pl.String(),
    "label": pl.String(),
    "measure": pl.String(),
    "before_period": pl.String(),
    "before_value": pl.Float64(),
    "after_period": pl.String(),
    "after_value": pl.Float64(),
    "p": pl.Float64(),
    "p_adjusted": pl.Float64(),
    "ratio": pl.Float64(),
    "ratio_low": pl.Float64(),
    "ratio_high": pl.Float64(),
    "licensed": pl.Boolean(),
    "wording": pl.String(),
    "reason": pl.String(),
}


@dataclass(frozen=True)
class Comparison:
    """Two counts: exact p, the ratio of their rates and its interval (infinite where the first is 0)."""

    p: float
    ratio: float
    low: float
    high: float


@dataclass(frozen=True)
class Claim:
    """What may be said of a series between two periods; `reason` names why no word is licensed."""

    series: str
    label: str
    measure: str
    before_period: str
    before: float | None
    after_period: str
    after: float | None
    comparison: Comparison | None
    reason: str
    rounded: bool


def compare_counts(
    before: int, after: int, *, periods_before: float = 1.0, periods_after: float = 1.0, alpha: float = 0.05
) -> Comparison:
    """Exact conditional binomial test of two Poisson counts over given exposures.

    p is the doubled smaller tail, so that p < alpha exactly when the interval of the ratio excludes 1. The interval
    is Clopper and Pearson's for the share of the second count, transformed.

    Source: methodology, section 5; Clopper and Pearson (1934). The test itself is `exact.two_counts_p`.
    """
    from scipy.stats import beta

    if before + after == 0:
        return Comparison(1.0, math.nan, 0.0, math.inf)
    p = two_counts_p(before, after, periods_before=periods_before, periods_after=periods_after)
    low = float(beta.ppf(alpha / 2, after, before + 1)) if after else 0.0
    high = float(beta.ppf(1 - alpha / 2, after + 1, before)) if before else 1.0
    exposure = periods_before / periods_after
    ratio = math.inf if before == 0 else after / before * exposure
    return Comparison(p, ratio, _odds(low) * exposure, _odds(high) * exposure)


def _odds(share: float) -> float:
    return math.inf if share >= 1 else share / (1 - share)


def holm(p_values: Sequence[float]) -> list[float]:
    """Holm's adjusted p-values, in the order given.

    Source: Holm (1979); methodology, section 5.
    """
    order = sorted(range(len(p_values)), key=lambda index: p_values[index])
    adjusted, largest = [0.0] * len(p_values), 0.0
    for rank, index in enumerate(order):
        largest = max(largest, min(1.0, (len(p_values) - rank) * p_values[index]))
        adjusted[index] = largest
    return adjusted


def smallest_clear_rises(
    *, alpha: float = 0.05, comparisons: int = 1, bases: Sequence[int] = tuple(range(21))
) -> pl.DataFrame:
    """The smallest second count that is a clear rise from each first count, Bonferroni for `comparisons`.

    Grain: first count. Columns: before, after.
    """
    rows = []
    for before in bases:
        after = before + 1
        while compare_counts(before, after).p * comparisons >= alpha:
            after += 1
        rows.append({"before": before, "after": after})
    return pl.DataFrame(rows, schema={"before": pl.Int32, "after": pl.Int32})


def claims(
    published: Mapping[str, pl.DataFrame],
    returns: pl.DataFrame,
    *,
    region: Region,
    year: int,
    catalog: Catalog,
) -> pl.DataFrame:
    """Every comparison of the headline list between the edition's year and the one before.

    Grain: headline series. Columns: `CLAIMS`; `wording` is the only source of trend words. Holm's adjustment runs
    over all comparisons of the list.

    Source: methodology, section 5.
    """
    made = [
        _claim(series, published, returns, region=region, year=year, catalog=catalog)
        for series in region.headline_series
    ]
    adjusted = iter(holm([claim.comparison.p for claim in made if claim.comparison is not None]))
    words = yaml.safe_load((catalog.root / "trend_words.yaml").read_text(encoding="utf-8"))
    rows = []
    for claim in made:
        p_adjusted = next(adjusted) if claim.comparison is not None else None
        licensed = claim.reason == "" and p_adjusted is not None and p_adjusted < words["alpha"]
        rows.append(_row(claim, p_adjusted, licensed=licensed, words=words))
    return pl.DataFrame(rows, schema=CLAIMS, orient="row")


def _row(
    claim: Claim, p_adjusted: float | None, *, licensed: bool, words: Mapping[str, str]
) -> tuple[object, ...]:
    found = claim.comparison
    numbers = (None,) * 4 if found is None else (found.p, found.ratio, found.low, found.high)
    p, ratio, low, high = (None if n is None or not math.isfinite(n) else round(n, 4) for n in numbers)
    rounded_p = None if p_adjusted is None else round(p_adjusted, 4)
    reason = claim.reason or ("" if licensed else words["chance_reason"])
    return (
        claim.series, claim.label, claim.measure, claim.before_period, claim.before, claim.after_period, claim.after,
        p, rounded_p, ratio, low, high, licensed, wording(claim, licensed=licensed, words=words), reason,
    )  # fmt: skip


def wording(claim: Claim, *, licensed: bool, words: Mapping[str, str]) -> str:
    """The clause that a report may print of a claim; nothing else prints a trend word.

    The vocabulary is closed and lies in `data_contracts/trend_words.yaml`.
    """
    if claim.before is None or claim.after is None:
        return words["no_value"].format(reason=claim.reason)
    mark = words["rounded_mark"] if claim.rounded else ""
    values = {"before": f"{mark}{claim.before:.0f}", "after": f"{mark}{claim.after:.0f}"}
    periods = {"before_period": claim.before_period, "after_period": claim.after_period}
    if licensed:
        key = "rise" if claim.after > claim.before else "fall"
    else:
        key = "not_comparable" if claim.reason else "chance"
    return words[key].format(**values, **periods, reason=claim.reason)


def _claim(
    series: HeadlineSeries,
    published: Mapping[str, pl.DataFrame],
    returns: pl.DataFrame,
    *,
    region: Region,
    year: int,
    catalog: Catalog,
) -> Claim:
    before, after = (_observation(series, published, region=region, year=y) for y in (year - 1, year))
    words = yaml.safe_load((catalog.root / "trend_words.yaml").read_text(encoding="utf-8"))
    label = words["series"].get(series.name, series.name.replace("_", " "))
    reasons = list(
        _obstacles(series, (before, after), returns, region=region, year=year, catalog=catalog, words=words)
    )
    first, second = (None if row is None else float(str(row["obs_value"])) for row in (before, after))
    rounded = any(row is not None and row["obs_method"] != "" for row in (before, after))
    comparison = None
    if first is not None and second is not None:
        comparison = _worst(int(first), int(second), errors=[_error(row) for row in (before, after)])
    reason = words["joiner"].join(reasons)
    return Claim(
        series.name,
        label,
        series.measure,
        str(year - 1),
        first,
        str(year),
        second,
        comparison,
        reason,
        rounded,
    )


def _error(row: Mapping[str, object] | None) -> int:
    """How far a published count may be from the true one: less than the base, or the base where a step was added."""
    if row is None or row["obs_method"] == "":
        return 0
    return BASE if row["obs_method"] == WIDE_METHOD else BASE - 1


def _worst(before: int, after: int, *, errors: Sequence[int]) -> Comparison:
    """The comparison with the largest p over every value that the rounding allows."""
    spans = [
        range(max(0, value - error), value + error + 1)
        for value, error in zip((before, after), errors, strict=True)
    ]
    return max((compare_counts(b, a) for b in spans[0] for a in spans[1]), key=lambda found: found.p)


def _observation(
    series: HeadlineSeries, published: Mapping[str, pl.DataFrame], *, region: Region, year: int
) -> dict[str, object] | None:
    frame = published[series.dataset]
    fixed = {"dataset", "release_table", "ref_area", "time_period", "measure"}
    start = frame.columns.index("time_period") + 1
    dimensions = [name for name in frame.columns[start : frame.columns.index("measure")] if name not in fixed]
    codes = {name: series.filter.get(name, TOTAL) for name in dimensions}
    rows = frame.filter(
        [pl.col(name) == code for name, code in codes.items()],
        ref_area=region.ref_area, measure=series.measure, time_period=str(year),
    ).filter(pl.col("obs_value").is_not_null())  # fmt: skip
    return rows.row(0, named=True) if rows.height else None


def _obstacles(
    series: HeadlineSeries,
    pair: Sequence[Mapping[str, object] | None],
    returns: pl.DataFrame,
    *,
    region: Region,
    year: int,
    catalog: Catalog,
    words: Mapping[str, str],
) -> Iterator[str]:
    """Why no trend word is licensed, whatever the test says."""
    contract = catalog.contracts[series.dataset]
    if any(row is None for row in pair):
        yield words["suppressed"]
        return
    if contract.batched and series.measure != contract.tested_on:
        yield words["batched"]
    lines = returns.filter(pl.col("dataset") == series.dataset)
    for of_year in (year - 1, year):
        complete = lines.filter(
            (pl.col("reference_year") == of_year)
            & (
                (pl.col("status") == "nil")
                | ((pl.col("status") == "reported") & (pl.col("coverage") == "complete"))
            )
        )
        missing = [p.code for p in region.partners_in(of_year) if p.code not in complete["partner"].to_list()]
        if missing:
            yield words["incomplete"].format(year=of_year)
    breaks = lines.filter(
        (pl.col("reference_year") == year) & pl.col("break_in_series").fill_null(value=False)
    )
    if breaks.height:
        yield words["break"].format(year=year)
    if any("at_least" in str(row["obs_note"]) for row in pair if row is not None):
        yield words["at_least"]
