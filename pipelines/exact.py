"""Exact tests of counts in plain Python, so that a partner's light install has them too.

Belongs here: p-values alone. Intervals and trend words are `trends.py`; what a check asks about is `checking_time.py`
and `checking_partners.py`.
"""

from __future__ import annotations

import math

_NEGLIGIBLE = 1e-18  # of the sum so far; below what a float can hold


def two_counts_p(
    before: int, after: int, *, periods_before: float = 1.0, periods_after: float = 1.0
) -> float:
    """Exact conditional binomial test of two Poisson counts over given exposures: the doubled smaller tail.

    Given their sum, the second count is binomial with its share of the exposure.

    Source: methodology, section 5; Przyborowski and Wilenski (1940).
    """
    total = before + after
    if total == 0:
        return 1.0
    share = periods_after / (periods_before + periods_after)
    if (
        after > total * share
    ):  # the tail that leads away from the mean is the smaller one, or both exceed a half
        return min(1.0, 2 * _binomial_tail(before, total, 1 - share))
    return min(1.0, 2 * _binomial_tail(after, total, share))


def _binomial_tail(count: int, total: int, share: float) -> float:
    """The probability of at most `count` successes, summed from `count` downwards."""
    log = _log_choose(total, count) + count * math.log(share) + (total - count) * math.log1p(-share)
    term = math.exp(log)
    tail, odds = term, (1 - share) / share
    for successes in range(count, 0, -1):
        term *= successes / (total - successes + 1) * odds
        tail += term
        if term < tail * _NEGLIGIBLE:
            break
    return tail


def greater_share_p(count: int, total: int, other_count: int, other_total: int) -> float:
    """Fisher's exact test, one-sided: how likely a share of `count` in `total` or more is, if all have one share.

    Source: Fisher (1935); the counts are hypergeometric given the margins.
    """
    marked, everything = count + other_count, total + other_total
    log = (
        _log_choose(marked, count)
        + _log_choose(everything - marked, total - count)
        - _log_choose(everything, total)
    )
    term = math.exp(log)
    tail, last = term, min(marked, total)
    for drawn in range(count, last):
        ratio = (marked - drawn) * (total - drawn) / ((drawn + 1) * (everything - marked - total + drawn + 1))
        term *= ratio
        tail += term
        if ratio < 1 and term < tail * _NEGLIGIBLE:
            break
    return min(1.0, tail)


def _log_choose(total: int, count: int) -> float:
    return math.lgamma(total + 1) - math.lgamma(count + 1) - math.lgamma(total - count + 1)
