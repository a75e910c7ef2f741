"""Whether a count changed: claims, and the only place that yields a trend word.

Belongs here: from series to claims, their adjustment and their wording. Which series there are is `trends_series.py`,
their tests `trends_counts.py`, what stands in the way of a word `trends_licence.py`. Rates per inhabitant are in
`rates.py`, what the tests can find in `trends_power.py`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from data_contracts.model import Catalog, Region
from pipelines.trends_counts import Comparison, Count, Dispersion, benjamini_hochberg, compare, holm
from pipelines.trends_licence import Licence, Reporting, Years
from pipelines.trends_series import (
    EXPLORATORY,
    HEADLINE,
    Figures,
    Series,
    exploratory_series,
    headline_series,
)
from pipelines.trends_words import TrendWords, trend_words

CLAIMS: dict[str, pl.DataType] = {
    "claim": pl.String(),
    "family": pl.String(),
    "series": pl.String(),
    "label": pl.String(),
    "ref_area": pl.String(),
    "measure": pl.String(),
    "comparison": pl.String(),
    "before_period": pl.String(),
    "before_value": pl.Float64(),
    "before_rounded": pl.Boolean(),
    "after_period": pl.String(),
    "after_value": pl.Float64(),
    "after_rounded": pl.Boolean(),
    "test": pl.String(),
    "exposure": pl.Int32(),
    "dispersion": pl.Float64(),
    "p": pl.Float64(),
    "adjustment": pl.String(),
    "p_adjusted": pl.Float64(),
    "ratio": pl.Float64(),
    "ratio_low": pl.Float64(),
    "ratio_high": pl.Float64(),
    "completeness": pl.String(),
    "licensed": pl.Boolean(),
    "wording_key": pl.String(),
    "wording": pl.String(),
    "reason": pl.String(),
}
EXACT_TEST, BATCH_TEST = "exact_binomial", "quasi_poisson_f"
ADJUSTMENTS: Mapping[str, tuple[str, Callable[[Sequence[float]], list[float]]]] = {
    HEADLINE: ("holm", holm),
    EXPLORATORY: ("benjamini_hochberg", benjamini_hochberg),
}


@dataclass(frozen=True)
class Claim:
    """What may be said of a series between two periods, and all that it rests on.

    `obstacles` says why no word is licensed whatever the test says; `found` is the test, where there is one, and
    `p_adjusted` its p-value over its family.
    """

    series: Series
    comparison: str
    years: Years
    before: Count | None
    after: Count | None
    dispersion: Dispersion | None
    found: Comparison | None
    completeness: str
    obstacles: tuple[str, ...]
    p_adjusted: float | None = None

    @property
    def name(self) -> str:
        """The name by which the report's text refers to the claim; the same in every run."""
        return f"{self.series.name}.{self.years.after}.{self.comparison}"

    @property
    def before_period(self) -> str:
        """The earlier year, or its years."""
        first, last = self.years.before[0], self.years.before[-1]
        return str(first) if first == last else f"{first} to {last}"

    def wording_key(self, words: TrendWords) -> str:
        """Which wording is licensed."""
        if self.before is None or self.after is None:
            return "no_value"
        if self.obstacles or self.found is None or self.p_adjusted is None:
            return "not_comparable"
        if self.p_adjusted >= words.alpha:
            return "chance"
        return "rise" if self.found.ratio > 1 else "fall"

    def reason(self, words: TrendWords) -> str:
        """Why no trend word is licensed; nothing where one is."""
        key = self.wording_key(words)
        return words.reasons["chance"] if key == "chance" else words.joiner.join(self.obstacles)

    def wording(self, words: TrendWords) -> str:
        """The clause that a report may print; nothing else prints a trend word."""
        template = words.comparisons[self.comparison].wording(self.wording_key(words))
        counts = {"before": self.before, "after": self.after}
        shown = {name: "" if count is None else _shown(count, 1, words) for name, count in counts.items()}
        mean = "" if self.before is None else _shown(self.before, len(self.years.before), words)
        clause = template.format(
            **shown,
            mean=mean,
            before_period=self.before_period,
            after_period=self.years.after,
            reason=words.joiner.join(self.obstacles),
        )
        return words.exploratory.format(wording=clause) if self.series.family == EXPLORATORY else clause


def _shown(count: Count, years: int, words: TrendWords) -> str:
    return f"{words.rounded_mark if count.rounded else ''}{count.published / years:.4g}"


def claims(
    published: Mapping[str, pl.DataFrame],
    returns: pl.DataFrame,
    *,
    region: Region,
    year: int,
    catalog: Catalog,
) -> pl.DataFrame:
    """Every comparison of an edition's year: the headline list, and all other series as exploratory.

    Each series is compared with the year before, and with the five years before, where the edition shows them all.
    Holm's adjustment runs over all comparisons of the headline list that have a test, Benjamini and Hochberg's over
    the exploratory ones.

    Grain: series x comparison. Columns: `CLAIMS`; `wording` is the only source of trend words.

    Source: methodology, section 5.
    """
    words, figures, reporting = (
        trend_words(catalog.root),
        Figures(published, catalog),
        Reporting(returns, region),
    )
    series = headline_series(region, words) + exploratory_series(region, catalog, words, figures, year)
    made = [
        claim
        for one in series
        for claim in _claims(
            Licence(one, catalog.contracts[one.dataset], figures, reporting, words), region, year
        )
    ]
    return pl.DataFrame([_row(claim, words) for claim in adjusted(made)], schema=CLAIMS, orient="row")


def _claims(licence: Licence, region: Region, year: int) -> Iterator[Claim]:
    for name, comparison in licence.words.comparisons.items():
        years = Years(tuple(range(year - comparison.years, year)), year)
        if years.before[0] not in region.shown_years(year):
            continue
        untestable = licence.untestable(years)
        before, after = licence.count(years.before), licence.count([year])
        dispersion = licence.dispersion(year) if licence.batched and not untestable else None
        found = None
        if before is not None and after is not None and not untestable:
            alpha = licence.words.alpha
            found = compare(before, after, exposure=comparison.years, dispersion=dispersion, alpha=alpha)
        yield Claim(
            licence.series,
            name,
            years,
            before,
            after,
            dispersion,
            found,
            licence.completeness(years),
            (untestable,) if untestable else tuple(licence.obstacles(years)),
        )


def adjusted(made: Sequence[Claim]) -> list[Claim]:
    """The same claims with their p-values adjusted over each family."""
    p_values: dict[str, float] = {}
    for family, (_, adjust) in ADJUSTMENTS.items():
        tested = [claim for claim in made if claim.series.family == family and claim.found is not None]
        p_of = adjust([claim.found.p for claim in tested if claim.found is not None])
        p_values |= {claim.name: p for claim, p in zip(tested, p_of, strict=True)}
    return [
        replace(claim, p_adjusted=p_values[claim.name]) if claim.name in p_values else claim for claim in made
    ]


def _row(claim: Claim, words: TrendWords) -> tuple[object, ...]:
    series, found, key = claim.series, claim.found, claim.wording_key(words)
    numbers = [None] * 4 if found is None else [found.p, found.ratio, found.low, found.high]
    p, ratio, low, high = (_digits(number) for number in numbers)
    test = "" if found is None else EXACT_TEST if claim.dispersion is None else BATCH_TEST
    adjustment = "" if found is None else ADJUSTMENTS[series.family][0]
    before, after = _value(claim.before), _value(claim.after)
    return (
        claim.name, series.family, series.name, series.label, series.ref_area, series.measure, claim.comparison,
        claim.before_period, *before, str(claim.years.after), *after, test, len(claim.years.before),
        _digits(None if claim.dispersion is None else claim.dispersion.factor), p,
        adjustment, _digits(claim.p_adjusted), ratio, low, high, claim.completeness,
        key in ("rise", "fall"), key, claim.wording(words), claim.reason(words),
    )  # fmt: skip


def _value(count: Count | None) -> tuple[float | None, bool]:
    """A count as published, and whether it was rounded to protect persons."""
    return (None, False) if count is None else (float(count.published), count.rounded)


def _digits(number: float | None) -> float | None:
    """Four significant digits; nothing where it is not finite."""
    return None if number is None or not math.isfinite(number) else float(f"{number:.4g}")
