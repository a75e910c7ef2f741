"""Editions in which nothing changes, through the function that licenses trend words."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import polars as pl
import pytest

from data_contracts.catalog import load_catalog
from data_contracts.model import HeadlineSeries
from pipelines.rounding import METHOD, method_of_sum
from pipelines.trends import claims
from tests.proofs import CASES, SEED, seeded

CATALOG = load_catalog()
REGION = CATALOG.region("western_balkans")
YEAR = 2026
YEARS = REGION.shown_years(YEAR)
WORDS = ("rise", "fall")
Counts = Mapping[str, Sequence[int]]
RETURNS = pl.DataFrame(
    [
        {
            "dataset": dataset, "partner": partner.code, "reference_year": year, "status": "reported",
            "coverage": "complete", "break_in_series": False,
        }
        for dataset in REGION.datasets for year in YEARS for partner in REGION.partners_in(year)
    ]
)  # fmt: skip


def batches(draw: np.random.Generator, mean: float) -> tuple[list[int], list[int]]:
    """Operations, and the persons arrested in them: three on average, so that variance is several times the mean."""
    operations = draw.poisson(mean, len(YEARS))
    return operations.tolist(), [int(n + draw.poisson(2, n).sum()) for n in operations]


def unchanged(draw: np.random.Generator, mean: float) -> Counts:
    """The headline list with the same expected counts in every year; parts are drawn from their whole."""
    attacks, verdicts = (draw.poisson(mean * times, len(YEARS)) for times in (1, 2))
    operations, persons = batches(draw, mean / 2)
    return {
        "attacks": attacks.tolist(),
        "completed_attacks": draw.binomial(attacks, 0.5).tolist(),
        "arrest_operations": operations,
        "arrests_directive": persons,
        "verdicts_directive": draw.binomial(verdicts, 0.6).tolist(),
        "convictions": draw.binomial(verdicts, 0.9).tolist(),
    }


def observation(one: HeadlineSeries, year: int, value: float, method: str) -> dict[str, object]:
    contract = CATALOG.contracts[one.dataset]
    table = next(table.name for table in contract.release_tables if set(one.filter) <= set(table.dimensions))
    codes = {name: one.filter.get(name, "_T") for name in contract.dimension_names}
    return {
        "dataset": one.dataset, "release_table": table, "ref_area": REGION.ref_area, "time_period": str(year),
        "measure": one.measure, "obs_value": value, "obs_status": "A", "conf_status": "F", "obs_method": method,
        "obs_note": "", "partners_reporting": "6 of 6",
    } | codes  # fmt: skip


def words_of(counts: Counts, *, method: str = "") -> dict[str, str]:
    """By name of the claim, which wording of the headline list is licensed."""
    published = {
        dataset: pl.DataFrame(
            [
                observation(one, year, float(value), method)
                for one in REGION.headline_series
                if one.dataset == dataset
                for year, value in zip(YEARS, counts[one.name], strict=True)
            ]
        )
        for dataset in REGION.datasets
    }
    found = claims(published, RETURNS, region=REGION, year=YEAR, catalog=CATALOG).filter(family="headline")
    assert found["p"].null_count() == 0, "every series is tested, against one year and against five"
    return dict(found.select("claim", "wording_key").iter_rows())


def allowed(cases: int) -> float:
    """5 %, and three standard errors of so many simulated editions."""
    return 0.05 + 3 * math.sqrt(0.05 * 0.95 / cases)


@seeded(1000)
@pytest.mark.parametrize("mean", [6, 25], ids=["few", "many"])
def test_an_edition_in_which_nothing_changes_seldom_says_that_something_rose_or_fell(
    mean: float, record_property: Callable[[str, object], None]
) -> None:
    cases = CASES["test_an_edition_in_which_nothing_changes_seldom_says_that_something_rose_or_fell"]
    draw = np.random.default_rng(SEED)
    false = sum(any(word in WORDS for word in words_of(unchanged(draw, mean)).values()) for _ in range(cases))
    record_property("detail", f"{false} editions with a false word, {allowed(cases):.1%} allowed")
    assert false / cases <= allowed(cases)


def test_an_edition_in_which_attacks_tripled_says_so() -> None:
    """The list is not silent because it never speaks; persons of two large operations more are no rise."""
    counts = dict(unchanged(np.random.default_rng(SEED), 25))
    counts["attacks"] = [24, 26, 23, 25, 27, 75]
    counts["arrests_directive"] = [20, 45, 30, 15, 40, 60]
    found = words_of(counts)
    assert found["attacks.2026.previous_year"] == found["attacks.2026.five_years"] == "rise"
    assert found["arrests_directive.2026.previous_year"] == "chance"


@pytest.mark.parametrize(
    ("method", "word"), [("", "rise"), (METHOD, "rise"), (method_of_sum([METHOD] * 3), "chance")]
)
def test_a_rise_must_stand_at_every_value_that_the_partners_rounding_allows(method: str, word: str) -> None:
    counts = {one.name: [25, 25, 25, 25, 25, 25] for one in REGION.headline_series}
    counts["convictions"] = [25, 25, 25, 25, 25, 65]
    assert words_of(counts, method=method)["convictions.2026.previous_year"] == word
