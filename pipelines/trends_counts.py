"""Two counts compared: exact where events are independent, by their own dispersion where they come in batches.

Belongs here: tests and intervals of published counts with what their rounding allows. p-values in plain Python are
`exact.py`; what may be said of a comparison is decided in `trends.py`.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

from pipelines.exact import two_counts_p
from pipelines.rounding import most_error

ALPHA = 0.05


@dataclass(frozen=True)
class Count:
    """A published count, with the smallest and the largest value that its rounding allows."""

    published: int
    low: int
    high: int

    @property
    def rounded(self) -> bool:
        """Whether it may be any of several values."""
        return self.low < self.high

    def __add__(self, other: Count) -> Count:
        return Count(self.published + other.published, self.low + other.low, self.high + other.high)


@dataclass(frozen=True)
class Dispersion:
    """Variance relative to the mean, and the degrees of freedom that it was estimated with."""

    factor: float
    degrees: int


@dataclass(frozen=True)
class Comparison:
    """Two counts: p, the ratio of their rates and its interval (infinite where the first is 0)."""

    p: float
    ratio: float
    low: float
    high: float


def published_count(value: float, method: str) -> Count:
    """A published figure as a count, with what its rounding allows.

    Raises:
        ValueError: The method is none of rounding.
    """
    published, error = int(value), most_error(method)
    return Count(published, max(0, published - error), published + error)


def compare_counts(
    before: int, after: int, *, periods_before: float = 1.0, periods_after: float = 1.0, alpha: float = ALPHA
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
    return Comparison(p, _ratio(before, after, exposure), _odds(low) * exposure, _odds(high) * exposure)


def compare_batches(
    before: int, after: int, *, dispersion: Dispersion, periods_before: float = 1.0, alpha: float = ALPHA
) -> Comparison:
    """F-test of the quasi-Poisson deviance of two counts, for events that come in batches.

    The deviance from equal rates, in units of the dispersion, against F with 1 and the dispersion's degrees of
    freedom; the interval holds the ratios that the test does not refuse, so that p < alpha exactly when it excludes 1.

    Source: McCullagh and Nelder (1989), Generalized Linear Models, sections 9.2 and 4.5; Tjur (1998), The American
    Statistician 52, on F instead of chi-square where the dispersion is estimated. Held to simulated batches in
    `tests/property/test_trends_property.py`.
    """
    from scipy.optimize import brentq
    from scipy.stats import f

    total = before + after
    if total == 0:
        return Comparison(1.0, math.nan, 0.0, math.inf)
    equal = 1 / (1 + periods_before)
    p = float(f.sf(_deviance(before, after, equal) / dispersion.factor, 1, dispersion.degrees))
    allowed = dispersion.factor * float(f.isf(alpha, 1, dispersion.degrees))

    def excess(share: float) -> float:
        return _deviance(before, after, share) - allowed

    middle, edge = after / total, 1e-12
    low = float(brentq(excess, edge, middle)) if after and excess(edge) > 0 else 0.0
    high = float(brentq(excess, middle, 1 - edge)) if before and excess(1 - edge) > 0 else 1.0
    ratio = _ratio(before, after, periods_before)
    return Comparison(p, ratio, _odds(low) * periods_before, _odds(high) * periods_before)


def _deviance(before: int, after: int, share: float) -> float:
    total = before + after
    of_after = after * math.log(after / (total * share)) if after else 0.0
    of_before = before * math.log(before / (total * (1 - share))) if before else 0.0
    return 2 * (of_after + of_before)


def _ratio(before: int, after: int, exposure: float) -> float:
    return math.inf if before == 0 else after / before * exposure


def _odds(share: float) -> float:
    return math.inf if share >= 1 else share / (1 - share)


def dispersion_of(years: Sequence[Count]) -> Dispersion:
    """Pearson's dispersion of yearly counts around their mean, at least 1 (below it, only chance is).

    Of rounded counts the largest that their rounding allows: variance over mean is quasi-convex, so that it is
    largest in a corner of what is allowed.
    """
    corners = itertools.product(*(sorted({year.low, year.high}) for year in years))
    degrees = len(years) - 1
    return Dispersion(max(1.0, *(_pearson(corner, degrees) for corner in corners)), degrees)


def _pearson(counts: Sequence[int], degrees: int) -> float:
    mean = sum(counts) / len(counts)
    return sum((count - mean) ** 2 for count in counts) / mean / degrees if mean else 1.0


def compare(
    before: Count, after: Count, *, exposure: float, dispersion: Dispersion | None, alpha: float = ALPHA
) -> Comparison:
    """Two published counts at every value that their rounding allows: the largest p, and the widest interval.

    p falls with the distance of the counts, on either side of equality. The largest is therefore that of the nearest
    corner of what is allowed, and 1 where equality lies within. `exposure` is how many periods the first count
    covers for one of the second.
    """

    def at(first: int, second: int) -> Comparison:
        if dispersion is None:
            return compare_counts(first, second, periods_before=exposure, alpha=alpha)
        return compare_batches(first, second, dispersion=dispersion, periods_before=exposure, alpha=alpha)

    lowest = at(before.high, after.low)
    highest = at(before.low, after.high) if before.rounded or after.rounded else lowest
    if after.low * exposure > before.high:
        p = lowest.p
    elif after.high * exposure < before.low:
        p = highest.p
    else:
        p = 1.0 if before.rounded or after.rounded else lowest.p
    ratio = (
        math.nan
        if before.published + after.published == 0
        else _ratio(before.published, after.published, exposure)
    )
    return Comparison(p, ratio, lowest.low, highest.high)


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


def benjamini_hochberg(p_values: Sequence[float]) -> list[float]:
    """Benjamini and Hochberg's adjusted p-values, in the order given.

    Source: Benjamini and Hochberg (1995), as in `scipy.stats.false_discovery_control`; methodology, section 5.
    """
    from scipy.stats import false_discovery_control

    return [float(p) for p in false_discovery_control(p_values)] if p_values else []
