"""The exact test gives the methodology's numbers, and a word only where it is licensed."""

from __future__ import annotations

import math

import polars as pl
import pytest

from data_contracts.catalog import load_catalog
from pipelines.trends import claims
from pipelines.trends_counts import (
    Count,
    Dispersion,
    benjamini_hochberg,
    compare,
    compare_batches,
    compare_counts,
    dispersion_of,
    holm,
    published_count,
)
from pipelines.trends_power import called, power, smallest_clear_rises

CATALOG = load_catalog()
REGION = CATALOG.region("western_balkans_gtd")
CONTRACT = CATALOG.contracts["incidents"]
FIRST, YEAR = 2012, 2017


def test_twelve_and_nineteen() -> None:
    found = compare_counts(12, 19)
    assert (round(found.p, 2), round(found.ratio, 2)) == (0.28, 1.58)
    assert (round(found.low, 2), round(found.high, 2)) == (0.73, 3.58)


def test_sixty_in_five_years_and_twenty_two_now() -> None:
    found = compare_counts(60, 22, periods_before=5)
    assert round(found.p, 3) == 0.027
    assert round(found.ratio, 2) == 1.83, (
        "22 to the mean of the five years before; 1.61 is to that of all six"
    )
    assert (round(found.low, 2), round(found.high, 2)) == (1.07, 3.03)


def test_p_is_below_alpha_exactly_when_the_interval_excludes_one() -> None:
    for before in range(30):
        for after in range(30):
            if before + after:
                found = compare_counts(before, after)
                assert (found.p < 0.05) == (found.low > 1 or found.high < 1), (before, after)


def test_of_batches_too() -> None:
    for factor in (1.0, 2.5):
        for before in range(0, 60, 7):
            for after in range(1, 60, 5):
                found = compare_batches(before, after, dispersion=Dispersion(factor, 4))
                assert (found.p < 0.05) == (found.low > 1 or found.high < 1), (before, after)


def test_zero_counts_have_an_interval() -> None:
    assert compare_counts(0, 6).p < 0.05 < compare_counts(0, 5).p
    assert math.isinf(compare_counts(0, 6).high)
    assert compare_counts(6, 0).low == 0


def test_smallest_clear_rises() -> None:
    table = smallest_clear_rises((1, 6), catalog=CATALOG, bases=[0, 1, 5, 12])
    single = table.filter(comparisons=1).select("before", "after")
    assert dict(single.iter_rows()) == {0: 6, 1: 8, 5: 15, 12: 25}
    assert all(
        row["after"] > single.filter(before=row["before"])["after"].item()
        for row in table.filter(comparisons=6).to_dicts()
    )


def test_the_power_curve_is_that_of_the_test() -> None:
    """A change that is none is called, on one side, in at most half of alpha."""
    assert called(10, 1.0, alpha=0.05) <= 0.025
    curve = power((1, 6), catalog=CATALOG).filter(comparison="previous_year")
    one = curve.filter(comparisons=1, ratio=2.0).sort("base")["probability"].to_list()
    assert one == sorted(one)
    assert one[-1] > 0.99
    both = curve.pivot("comparisons", index=["base", "ratio"], values="probability")
    assert (both["1"] >= both["6"]).all()


def test_holm() -> None:
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])


def test_benjamini_and_hochberg() -> None:
    assert benjamini_hochberg([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.04, 0.04])
    assert benjamini_hochberg([]) == []


@pytest.mark.parametrize(
    ("method", "low", "high"),
    [("", 20, 20), ("R5", 16, 24), ("R5W", 15, 25), ("R5x2", 12, 28), ("R5Wx3", 5, 35)],
)
def test_a_published_figure_allows_what_its_rounding_does(method: str, low: int, high: int) -> None:
    assert published_count(20.0, method) == Count(20, low, high)


def test_a_mean_is_no_count() -> None:
    with pytest.raises(ValueError, match="cannot be compared as a count"):
        published_count(5.5, "half_year_mean")


def test_the_comparison_of_rounded_counts_is_the_worst_that_they_allow() -> None:
    before, after = Count(10, 6, 14), Count(30, 26, 34)
    worst = max(compare_counts(b, a).p for b in range(6, 15) for a in range(26, 35))
    assert compare(before, after, exposure=1, dispersion=None).p == pytest.approx(worst)
    assert compare(Count(10, 6, 14), Count(15, 11, 19), exposure=1, dispersion=None).p == 1.0


def test_a_dispersion_is_never_below_that_of_chance_and_takes_the_widest_rounding() -> None:
    even = [Count(n, n, n) for n in (10, 10, 10, 10, 10)]
    assert dispersion_of(even) == Dispersion(1.0, 4)
    rounded = [Count(10, 6, 14)] * 5
    assert dispersion_of(rounded).factor > 1.0


def attacks(counts: dict[int, float | None], **over: object) -> dict[str, pl.DataFrame]:
    """The region's total of each year."""
    rows = []
    for year, value in counts.items():
        codes = {name: "_T" for name in CONTRACT.dimension_names}
        row = {
            "dataset": "incidents",
            "release_table": "attacks_by_type_and_status",
            "ref_area": REGION.ref_area,
            "time_period": str(year),
        }
        rest = {
            "measure": "ATTACKS", "obs_value": value, "obs_status": "A", "conf_status": "F", "obs_method": "",
            "obs_note": "", "partners_reporting": "6 of 6",
        }  # fmt: skip
        rows.append(row | codes | rest | over)
    return {"incidents": pl.DataFrame(rows, schema_overrides={"obs_value": pl.Float64})}


def lines(*, without: tuple[str, int] | None = None, **over: object) -> pl.DataFrame:
    """What all covers say; `over` in the last line, which is the last partner's of the edition's year."""
    base = {"dataset": "incidents", "status": "reported", "coverage": "complete", "break_in_series": False}
    rows = [
        base | {"partner": partner.code, "reference_year": year}
        for year in range(FIRST, YEAR + 1)
        for partner in REGION.partners
        if (partner.code, year) != without
    ]
    rows[-1] |= over
    return pl.DataFrame(rows)


def claim(
    published: dict[str, pl.DataFrame], returns: pl.DataFrame, comparison: str = "previous_year"
) -> dict[str, object]:
    found = claims(published, returns, region=REGION, year=YEAR, catalog=CATALOG)
    return found.filter(family="headline", comparison=comparison, series="attacks").row(0, named=True)


def two(before: float | None, after: float | None, **over: object) -> dict[str, pl.DataFrame]:
    return attacks({2016: before, 2017: after}, **over)


def test_a_clear_rise_is_said_and_a_small_one_is_not() -> None:
    assert claim(two(12, 25), lines())["wording"] == "rose from 12 to 25"
    assert claim(two(25, 12), lines())["wording"] == "fell from 25 to 12"
    small = claim(two(12, 19), lines())
    assert (small["licensed"], small["wording"]) == (
        False,
        "19 compared with 12; within what chance would explain",
    )


def test_a_claim_says_all_that_it_rests_on() -> None:
    found = claim(two(12, 25), lines())
    assert found["claim"] == "attacks.2017.previous_year"
    assert (found["test"], found["exposure"], found["adjustment"]) == ("exact_binomial", 1, "holm")
    assert (found["completeness"], found["wording_key"]) == ("6 of 6 partners, both periods", "rise")


def test_the_five_years_before_are_compared_where_all_are_shown() -> None:
    years = attacks({2012: 12, 2013: 12, 2014: 12, 2015: 12, 2016: 12, 2017: 30})
    found = claim(years, lines(), "five_years")
    assert found["wording"] == "rose to 30, from 60 in the five years before (12 a year)"
    assert (found["before_period"], found["before_value"], found["exposure"]) == ("2012 to 2016", 60, 5)
    gap = attacks({2012: 12, 2013: 12, 2015: 12, 2016: 12, 2017: 30})
    assert claim(gap, lines(), "five_years")["wording_key"] == "no_value"


def test_holm_runs_over_all_comparisons_of_the_headline_list() -> None:
    years = attacks({2012: 12, 2013: 12, 2014: 12, 2015: 12, 2016: 12, 2017: 25})
    one, other = claim(years, lines()), claim(years, lines(), "five_years")
    assert [one["p_adjusted"], other["p_adjusted"]] == pytest.approx(
        holm([float(str(one["p"])), float(str(other["p"]))]), rel=1e-3
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
    assert claim(two(12, 40), lines())["wording"] == "rose from 12 to 40"
    found = claim(two(12, 40), lines(**over))
    assert (found["licensed"], found["wording_key"]) == (False, "not_comparable")
    assert reason in str(found["wording"])
    assert "rose" not in str(found["wording"])


def test_a_return_that_is_removed_takes_the_word_away() -> None:
    last = REGION.partners[-1].code
    found = claim(two(12, 40, partners_reporting="5 of 6"), lines(without=(last, 2016)))
    assert found["wording_key"] == "not_comparable"
    assert "not every partner reported completely for 2016" in str(found["reason"])
    assert "rose" not in str(found["wording"])


@pytest.mark.parametrize(
    ("over", "reason"),
    [
        ({"obs_note": "at_least"}, "a figure is a lower bound"),
        ({"partners_reporting": "5 of 6"}, "the figure of 2016, 2017 is that of some partners only"),
    ],
)
def test_what_the_figure_itself_says_takes_the_word_away(over: dict[str, object], reason: str) -> None:
    found = claim(two(12, 40, **over), lines())
    assert (found["wording_key"], found["reason"]) == ("not_comparable", reason)


def test_a_break_in_a_later_year_of_five_takes_the_word_away() -> None:
    years = attacks({2012: 12, 2013: 12, 2014: 12, 2015: 12, 2016: 12, 2017: 40})
    broken = lines().with_columns(
        pl.when((pl.col("reference_year") == 2014) & (pl.col("partner") == REGION.partners[0].code))
        .then(pl.lit(value=True)).otherwise("break_in_series").alias("break_in_series")
    )  # fmt: skip
    assert claim(years, broken)["wording_key"] == "rise", "the year before and this one are alike"
    assert "counting changed in 2014" in str(claim(years, broken, "five_years")["reason"])


def test_a_rounded_rise_must_be_clear_at_every_value_that_it_may_hide() -> None:
    assert claim(two(15, 30, obs_method="R5"), lines())["licensed"] is False
    assert claim(two(15, 60, obs_method="R5"), lines())["wording"] == "rose from ~15 to ~60"
    assert claim(two(15, 45, obs_method="R5"), lines())["licensed"] is True
    assert claim(two(15, 45, obs_method="R5x3"), lines())["licensed"] is False


def test_each_figure_says_of_itself_whether_it_was_rounded() -> None:
    both = two(15, 60)["incidents"]
    hidden = pl.when(pl.col("time_period") == "2017").then(pl.lit("R5x2")).otherwise(pl.lit(""))
    found = claim({"incidents": both.with_columns(obs_method=hidden)}, lines())
    assert (found["before_rounded"], found["after_rounded"]) == (False, True)
    assert found["wording"] == "rose from 15 to ~60"


def test_a_suppressed_figure_is_not_compared() -> None:
    found = claim(two(None, 25), lines())
    assert found["wording"] == "not compared, because no figure is published for 2016"


def test_exploratory_series_are_adjusted_apart_and_say_so() -> None:
    found = claims(two(12, 25), lines(), region=REGION, year=YEAR, catalog=CATALOG)
    others = found.filter(family="exploratory")
    assert set(others["adjustment"]) <= {"", "benjamini_hochberg"}
    assert all(str(wording).startswith("exploratory: ") for wording in others["wording"])
    assert not set(others["claim"]) & set(found.filter(family="headline")["claim"])
