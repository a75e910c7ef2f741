"""The exact tests in plain Python give what scipy's distributions give, from no events to a thousand million."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from scipy.stats import binom, hypergeom

from pipelines.exact import greater_share_p, two_counts_p


def test_two_counts_as_the_binomial_distribution_has_it() -> None:
    for before in range(31):
        for after in range(31):
            for share in (0.5, 1 / 6, 0.9):
                total = before + after
                tail = min(binom.cdf(after, total, share), binom.sf(after - 1, total, share))
                found = two_counts_p(before, after, periods_before=1 - share, periods_after=share)
                assert found == pytest.approx(min(1.0, 2 * tail), rel=1e-9), (before, after, share)


def test_two_counts_as_whole_numbers_have_it() -> None:
    exact = Fraction(2 * sum(math.comb(31, k) for k in range(13)), 2**31)
    assert two_counts_p(12, 19) == pytest.approx(float(exact), rel=1e-12)
    assert two_counts_p(0, 7) == pytest.approx(2 / 2**7, rel=1e-12)
    assert two_counts_p(8, 0) == two_counts_p(0, 8) == pytest.approx(2 / 2**8, rel=1e-12)
    assert two_counts_p(0, 0) == two_counts_p(7, 7) == 1.0


@pytest.mark.parametrize(
    ("before", "after"), [(4_000, 4_300), (1_000_000, 1_003_000), (999_999_999, 999_900_000)]
)
def test_large_counts_come_out_too(before: int, after: int) -> None:
    total = before + after
    tail = min(binom.cdf(after, total, 0.5), binom.sf(after - 1, total, 0.5))
    assert two_counts_p(before, after) == pytest.approx(2 * tail, rel=1e-4)
    assert two_counts_p(5, 999_999_999) == 0.0


def test_a_greater_share_as_the_hypergeometric_distribution_has_it() -> None:
    for count in range(13):
        for other in range(0, 41, 5):
            wanted = hypergeom.sf(count - 1, 52, count + other, 12)
            assert greater_share_p(count, 12, other, 40) == pytest.approx(wanted, rel=1e-8), (count, other)
    assert greater_share_p(0, 12, 40, 40) == pytest.approx(1.0)
    assert greater_share_p(12, 12, 0, 40) == pytest.approx(1 / math.comb(52, 12), rel=1e-9)
