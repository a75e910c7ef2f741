"""The exact test gives the methodology's numbers, and a word only where it is licensed."""

from __future__ import annotations

import math

import polars as pl
import pytest

from data_contracts.catalog import load_catalog
from pipelines.trends import claims, compare_counts, holm, smallest_clear_rises

CATALOG = load_catalog()
REGION = CATALOG.region("western_balkans_gtd")
CONTRACT = CATALOG.contracts["incidents"]


def test_twelve_and_nineteen() -> None:
    found = compare_counts(12, 19)
    assert (round(found.p, 2), round(found.ratio, 2)) == (0.28, 1.58)
    assert (round(found.low, 2), round(found.high, 2)) == (0.73, 3.58)


def test_sixty_in_five_years_and_twenty_two_now() -> None:
    found = compare_counts(60, 22, periods_before=5)
    assert round(found.p, 3) == 0.027
    assert (round(found.low, 2), round(found.high, 2)) == (1.07, 3.03)


def test_p_is_below_alpha_exactly_when_the_interval_excludes_one() -> None:
    for before in range(30):
        for after in range(30):
            if before + after:
                found = compare_counts(before, after)
                assert (found.p < 0.05) == (found.low > 1 or found.high < 1), (before, after)


def test_zero_counts_have_an_interval() -> None:
    assert compare_counts(0, 6).p < 0.05 < compare_counts(0, 5).p
    assert math.isinf(compare_counts(0, 6).high)
    assert compare_counts(6, 0).low == 0


def test_smallest_clear_rises() -> None:
    rises = dict(smallest_clear_rises(bases=[0, 1, 5, 12]).iter_rows())
    assert rises == {0: 6, 1: 8, 5: 15, 12: 25}
    adjusted = dict(smallest_clear_rises(bases=[12], comparisons=6).iter_rows())
    assert adjusted[12] > 25


def test_holm() -> None:
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])


def attacks(before: float | None, after: float | None, **over: object) -> dict[str, pl.DataFrame]:
    rows = []
    for year, value in ((2016, before), (2017, after)):
        codes = {name: "_T" for name in CONTRACT.dimension_names}
        row = {
            "dataset": "incidents",
            "release_table": "x",
            "ref_area": REGION.ref_area,
            "time_period": str(year),
        }
        rest = {"measure": "ATTACKS", "obs_value": value, "obs_status": "A", "obs_method": "", "obs_note": ""}
        rows.append(row | codes | rest | over)
    return {"incidents": pl.DataFrame(rows, schema_overrides={"obs_value": pl.Float64})}


def lines(**over: object) -> pl.DataFrame:
    base = {"dataset": "incidents", "status": "reported", "coverage": "complete", "break_in_series": False}
    rows = [base | {"partner": p.code, "reference_year": y} for y in (2016, 2017) for p in REGION.partners]
    rows[-1] |= over
    return pl.DataFrame(rows)


def only(published: dict[str, pl.DataFrame], returns: pl.DataFrame) -> dict[str, object]:
    return claims(published, returns, region=REGION, year=2017, catalog=CATALOG).row(0, named=True)


def test_a_clear_rise_is_said_and_a_small_one_is_not() -> None:
    assert only(attacks(12, 25), lines())["wording"] == "rose from 12 to 25"
    assert only(attacks(25, 12), lines())["wording"] == "fell from 25 to 12"
    small = only(attacks(12, 19), lines())
    assert (small["licensed"], small["wording"]) == (
        False,
        "19 compared with 12; within what chance would explain",
    )


@pytest.mark.parametrize(
    ("over", "reason"),
    [
        ({"coverage": "partial"}, "not every partner reported completely for 2017"),
        ({"status": "not_available"}, "not every partner reported completely for 2017"),
        ({"break_in_series": True}, "counting changed in 2017"),
    ],
)
def test_incomplete_reporting_or_a_break_takes_the_word_away(over: dict[str, object], reason: str) -> None:
    found = only(attacks(12, 40), lines(**over))
    assert found["licensed"] is False
    assert reason in str(found["wording"])
    assert "rose" not in str(found["wording"])


def test_a_rounded_rise_must_be_clear_at_every_value_that_it_may_hide() -> None:
    assert only(attacks(15, 30, obs_method="R5"), lines())["licensed"] is False
    assert only(attacks(15, 60, obs_method="R5"), lines())["wording"] == "rose from ~15 to ~60"


def test_a_suppressed_figure_is_not_compared() -> None:
    assert only(attacks(None, 25), lines())["wording"] == "not compared, because a figure is not available"
