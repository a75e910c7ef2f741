"""A mean is published over enough cases with no dominant one, in half-years."""

from __future__ import annotations

import pytest

from data_contracts.catalog import load_catalog
from pipelines.averages import published_mean

AVERAGE = load_catalog().contracts["convictions"].averages[0]


@pytest.mark.parametrize(
    ("counts", "sums", "expected"),
    [
        ([1] * 10, [60.0] * 10, 5.0),
        ([1] * 9, [60.0] * 9, None),
        ([1] * 10, [71.0] * 10, 6.0),
        ([1] * 10, [480.0, 480.0] + [1.0] * 8, None),
        ([5, 5], [300.0, 300.0], None),
        ([], [], None),
    ],
)
def test_the_rule(counts: list[int], sums: list[float], expected: float | None) -> None:
    assert published_mean(counts, sums, average=AVERAGE) == expected
