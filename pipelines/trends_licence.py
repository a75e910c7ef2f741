"""What stands between a comparison and a trend word, whatever its test says.

Belongs here: completeness, breaks, lower bounds, what is not specified, batches without a dispersion. The test is
`trends_counts.py`; the wording is chosen in `trends.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from data_contracts.model import NOT_SPECIFIED, TOTAL, Contract, Region
from pipelines.marks import MOST_UNSPECIFIED
from pipelines.trends_counts import Count, Dispersion, dispersion_of, published_count
from pipelines.trends_series import Figures, Row, Series
from pipelines.trends_words import TrendWords


@dataclass(frozen=True)
class Years:
    """The two periods of a comparison: some years, and the edition's."""

    before: tuple[int, ...]
    after: int

    @property
    def all(self) -> tuple[int, ...]:
        """Both periods, oldest first."""
        return (*self.before, self.after)


class Reporting:
    """Who has reported completely, and whose counting changed, by dataset and year."""

    def __init__(self, returns: pl.DataFrame, region: Region) -> None:
        """Takes up the returns that count."""
        self.region = region
        whole = (pl.col("status") == "nil") | (
            (pl.col("status") == "reported") & (pl.col("coverage") == "complete")
        )
        keys = ["dataset", "reference_year", "partner"]
        self._complete = set(returns.filter(whole).select(keys).iter_rows())
        self._broken = set(
            returns.filter(pl.col("break_in_series").fill_null(value=False)).select(keys).iter_rows()
        )

    def behind(self, series: Series, year: int) -> frozenset[str]:
        """The partners that a figure is of: one, or all members of the year."""
        if series.ref_area != self.region.ref_area:
            return frozenset({series.ref_area})
        return frozenset(partner.code for partner in self.region.partners_in(year))

    def complete(self, series: Series, year: int) -> int:
        """How many of them reported completely, or looked and had none."""
        return sum((series.dataset, year, partner) in self._complete for partner in self.behind(series, year))

    def broken(self, series: Series, year: int) -> bool:
        """Whether one of them counted otherwise than the year before."""
        return any((series.dataset, year, partner) in self._broken for partner in self.behind(series, year))


class Licence:
    """The obstacles to one series' comparisons, from its published figures and the returns behind them."""

    def __init__(
        self, series: Series, contract: Contract, figures: Figures, reporting: Reporting, words: TrendWords
    ) -> None:
        """Binds a series to its figures."""
        self.series, self.contract, self.words = series, contract, words
        self._figures, self._reporting = figures, reporting

    def count(self, years: Sequence[int]) -> Count | None:
        """The published count of some years together; nothing where one of them has none."""
        rows = [self._figures.of(self.series, year) for year in years]
        counts = [
            published_count(float(row["OBS_VALUE"]), row["OBS_METHOD"]) for row in rows if row is not None
        ]
        return sum(counts[1:], start=counts[0]) if len(counts) == len(rows) else None

    @property
    def batched(self) -> bool:
        """Whether the events of the series come in batches, so that only a dispersion can test them."""
        return self.contract.batched and self.series.measure != self.contract.tested_on

    def dispersion(self, year: int) -> Dispersion | None:
        """That of the complete years before an edition's; nothing where there are too few."""
        own = [
            self.count([earlier])
            for earlier in self._reporting.region.shown_years(year)[:-1]
            if self._reporting.complete(self.series, earlier)
            == len(self._reporting.behind(self.series, earlier))
        ]
        known = [count for count in own if count is not None]
        return dispersion_of(known) if len(known) >= self.words.fewest_own_years else None

    def untestable(self, years: Years) -> str:
        """Why there is no test; nothing where there is one."""
        reasons = self.words.reasons
        missing = [year for year in years.all if self._figures.of(self.series, year) is None]
        if missing:
            return reasons["not_published"].format(years=_listed(missing))
        if any(self._unspecified(period) > MOST_UNSPECIFIED for period in (years.before, (years.after,))):
            return reasons["unspecified"]
        if self.batched and self.dispersion(years.after) is None:
            return reasons["batched"].format(fewest=self.words.fewest_own_years)
        return ""

    def obstacles(self, years: Years) -> Iterator[str]:
        """Why a test that there is licenses no word."""
        reasons = self.words.reasons
        if len({self._reporting.behind(self.series, year) for year in years.all}) > 1:
            yield reasons["members"]
        incomplete = [year for year in years.all if self._known(year) < self._members(year)]
        if incomplete:
            yield reasons["incomplete"].format(years=_listed(incomplete))
        partly = [year for year in years.all if year not in incomplete and self._is_of_some(year)]
        if partly:
            yield reasons["some_partners"].format(years=_listed(partly))
        broken = [
            year
            for year in years.all[1:]
            if self._reporting.broken(self.series, year) or "break" in self._notes(year)
        ]
        if broken:
            yield reasons["break"].format(years=_listed(broken))
        if any("at_least" in self._notes(year) for year in years.all):
            yield reasons["at_least"]

    def completeness(self, years: Years) -> str:
        """How many partners are behind both periods; of several years that with the fewest."""
        fewest = min(years.before, key=lambda year: (self._behind(year), year))
        before, after = ((self._behind(year), self._members(year)) for year in (fewest, years.after))
        words = self.words.completeness
        if before == after:
            return words["same"].format(known=after[0], members=after[1])
        return words["different"].format(
            known_before=before[0], members_before=before[1], known_after=after[0], members_after=after[1]
        )

    def _members(self, year: int) -> int:
        return len(self._reporting.behind(self.series, year))

    def _known(self, year: int) -> int:
        return self._reporting.complete(self.series, year)

    def _behind(self, year: int) -> int:
        """How many partners reported completely and are in the figure."""
        row = self._figures.of(self.series, year)
        told = row["PARTNERS_REPORTING"].split(" ")[0] if row is not None else ""
        return min(self._known(year), int(told)) if told else self._known(year)

    def _is_of_some(self, year: int) -> bool:
        """Whether the published figure itself is that of fewer than all partners."""
        row = self._figures.of(self.series, year)
        told = row["PARTNERS_REPORTING"].split(" of ") if row is not None else []
        return len(told) > 1 and told[0] != told[1]

    def _notes(self, year: int) -> list[str]:
        row = self._figures.of(self.series, year)
        return row["OBS_NOTE"].split(";") if row is not None else []

    def _unspecified(self, period: Sequence[int]) -> float:
        """The largest share over a period that is not specified in a dimension of the series."""
        shares = [0.0]
        for name in self.series.codes:
            if self.contract.column(name).not_specified:
                parts = [self._figures.of(self.series, year, **{name: NOT_SPECIFIED}) for year in period]
                wholes = [self._figures.of(self.series, year, **{name: TOTAL}) for year in period]
                whole = _sum(wholes)
                shares.append(_sum(parts) / whole if whole else 0.0)
        return max(shares)


def _sum(rows: Sequence[Row | None]) -> float:
    return sum(float(row["OBS_VALUE"]) for row in rows if row is not None)


def _listed(years: Sequence[int]) -> str:
    """Years in words, consecutive ones as a span."""
    first, last = years[0], years[-1]
    if len(years) > 2 and last - first == len(years) - 1:
        return f"{first} to {last}"
    return ", ".join(str(year) for year in years)
