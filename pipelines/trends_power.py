"""What the test can find: the smallest clear rises, and how often a true change is called.

Belongs here: properties of the exact test, computed exactly. Of an edition only the number of its comparisons counts.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence

import polars as pl

from data_contracts.model import Catalog
from pipelines.trends_series import HEADLINE
from pipelines.trends_words import trend_words

BASES = tuple(range(21))
POWER_BASES = (5, 10, 20, 50, 100)
RATIOS = (1.25, 1.5, 2.0, 3.0)
CLEAR_RISES: dict[str, pl.DataType] = {
    "before": pl.Int32(),
    "comparisons": pl.Int32(),
    "after": pl.Int32(),
}
POWER: dict[str, pl.DataType] = {
    "comparison": pl.String(),
    "comparisons": pl.Int32(),
    "base": pl.Int32(),
    "ratio": pl.Float64(),
    "probability": pl.Float64(),
}
_NEGLIGIBLE = 1e-12


def numbers_of_comparisons(claims: pl.DataFrame) -> tuple[int, ...]:
    """One, and how many comparisons of an edition's headline list have a test, where these are more."""
    tested = claims.filter(pl.col("p").is_not_null(), family=HEADLINE).height
    return (1, tested) if tested > 1 else (1,)


@functools.cache
def smallest_clear_rise(before: int, *, alpha: float, exposure: int = 1) -> int:
    """The smallest count that the exact test calls a rise over `before`, the count of `exposure` periods.

    The doubled upper tail of the binomial is an incomplete beta integral, which falls as the count grows.
    """
    from scipy.special import betainc

    share, after = 1 / (1 + exposure), before // exposure + 1
    while 2 * betainc(after, before + 1, share) >= alpha:
        after += 1
    return after


def smallest_clear_rises(
    comparisons: Sequence[int], *, catalog: Catalog, bases: Sequence[int] = BASES
) -> pl.DataFrame:
    """The smallest second count that is a clear rise from a first count, Bonferroni for each number of comparisons.

    Grain: first count x comparisons. Columns: `CLEAR_RISES`. Holm's first step is Bonferroni's.
    """
    alpha = trend_words(catalog.root).alpha
    rows = [
        (before, count, smallest_clear_rise(before, alpha=alpha / count))
        for count in comparisons
        for before in bases
    ]
    return pl.DataFrame(rows, schema=CLEAR_RISES, orient="row")


def power(comparisons: Sequence[int], *, catalog: Catalog) -> pl.DataFrame:
    """How often a true rise is called, by expected count of a year before, ratio and number of comparisons.

    Grain: comparison x comparisons x base x ratio. Columns: `POWER`. Both counts are Poisson; the sum over them is
    complete up to a probability of 1e-12. With several comparisons it is Bonferroni's, which Holm's is never below.
    """
    words = trend_words(catalog.root)
    rows = [
        (
            name,
            count,
            base,
            ratio,
            round(called(base, ratio, alpha=words.alpha / count, exposure=kind.years), 4),
        )
        for name, kind in words.comparisons.items()
        for count in comparisons
        for base in POWER_BASES
        for ratio in RATIOS
    ]
    return pl.DataFrame(rows, schema=POWER, orient="row")


def called(base: float, ratio: float, *, alpha: float, exposure: int = 1) -> float:
    """The probability that a rise is called: `base` is the expected count of a period before."""
    from scipy.stats import poisson

    mean = base * exposure
    first, last = (int(poisson.ppf(q, mean)) for q in (_NEGLIGIBLE / 2, 1 - _NEGLIGIBLE / 2))
    counts = range(first, last + 1)
    below = [smallest_clear_rise(before, alpha=alpha, exposure=exposure) - 1 for before in counts]
    return float(sum(poisson.pmf(counts, mean) * poisson.sf(below, base * ratio)))
