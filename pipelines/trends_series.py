"""Which series are compared: the headline list of a region, and all others that its contracts yield.

Belongs here: series and their published figures. Their tests are `trends_counts.py`, their licence `trends_licence.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from data_contracts.model import TOTAL, Catalog, Contract, Region, ReleaseTable
from pipelines.release import to_sdmx
from pipelines.trends_words import TrendWords

HEADLINE, EXPLORATORY = "headline", "exploratory"
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Series:
    """A count of one area over the years; `codes` holds the dimensions that are not a total."""

    name: str
    label: str
    family: str
    dataset: str
    ref_area: str
    measure: str
    codes: Mapping[str, str] = field(default_factory=dict)


class Figures:
    """The published figures of an edition by key, as its CSV files have them."""

    def __init__(self, published: Mapping[str, pl.DataFrame], catalog: Catalog) -> None:
        """Takes one figure for each key, from the release table that the CSV takes it from."""
        self._dimensions = {name: catalog.contracts[name].dimension_names for name in published}
        self._rows: dict[tuple[str, ...], Row] = {}
        for dataset, frame in published.items():
            keys = ["REF_AREA", "TIME_PERIOD", "MEASURE", *(n.upper() for n in self._dimensions[dataset])]
            for row in to_sdmx(frame, contract=catalog.contracts[dataset]).iter_rows(named=True):
                self._rows[(dataset, *(row[key] for key in keys))] = row

    def of(self, series: Series, year: int, **codes: str) -> Row | None:
        """The figure of a series in a year, where one with a value is published; `codes` stand in for its own."""
        wanted = {**series.codes, **codes}
        key = [wanted.get(name, TOTAL) for name in self._dimensions[series.dataset]]
        row = self._rows.get((series.dataset, series.ref_area, str(year), series.measure, *key))
        return row if row is not None and row["OBS_VALUE"] else None


def headline_series(region: Region, words: TrendWords) -> list[Series]:
    """The headline list."""
    return [
        Series(
            name=one.name,
            label=words.series.get(one.name, one.name.replace("_", " ")),
            family=HEADLINE,
            dataset=one.dataset,
            ref_area=region.ref_area,
            measure=one.measure,
            codes=one.filter,
        )
        for one in region.headline_series
    ]


def exploratory_series(
    region: Region, catalog: Catalog, words: TrendWords, figures: Figures, year: int
) -> list[Series]:
    """Every other series that the contracts yield: one-way tables and the total of the region, totals of partners.

    Partners' only where their figure of the year is released as it is. A series of the headline list is not repeated.
    """
    known = [
        (one.dataset, one.ref_area, one.measure, dict(one.codes)) for one in headline_series(region, words)
    ]
    found = []
    for dataset in region.datasets:
        contract = catalog.contracts[dataset]
        candidates = [
            *_regional(contract, region, catalog, words),
            *_of_partners(contract, region, words, figures, year),
        ]
        for series in candidates:
            key = (series.dataset, series.ref_area, series.measure, dict(series.codes))
            if key not in known:
                known.append(key)
                found.append(series)
    return found


def _regional(contract: Contract, region: Region, catalog: Catalog, words: TrendWords) -> Iterator[Series]:
    measure = str(contract.main_measure.sdmx_measure)
    label = words.labels["total"].format(title=contract.title)
    yield Series(f"{contract.dataset}-total", label, EXPLORATORY, contract.dataset, region.ref_area, measure)
    for table in contract.release_tables:
        for dimension in table.dimensions if contract.main_measure.name in table.measures else ():
            for code, text in _codes(contract, table, dimension, catalog):
                label = words.labels["breakdown"].format(
                    title=contract.title, dimension=dimension.replace("_", " "), code=text
                )
                name = f"{contract.dataset}-{dimension}-{code}"
                codes = {dimension: code}
                yield Series(name, label, EXPLORATORY, contract.dataset, region.ref_area, measure, codes)


def _codes(
    contract: Contract, table: ReleaseTable, dimension: str, catalog: Catalog
) -> Iterator[tuple[str, str]]:
    """The codes of a dimension as a table is published by it, with their labels; not specified is no series."""
    code_list = catalog.code_lists[str(contract.column(dimension).code_list)]
    grouping = table.grouping.get(dimension)
    shown = code_list if grouping is None else catalog.code_lists[grouping]
    for code in code_list.values if grouping is None else code_list.group_values(grouping):
        yield code, shown.label(code)


def _of_partners(
    contract: Contract, region: Region, words: TrendWords, figures: Figures, year: int
) -> Iterator[Series]:
    """The main count of each partner, and what its batches are tested on."""
    main = str(contract.main_measure.sdmx_measure)
    tested_on = [contract.tested_on] if contract.tested_on is not None else []
    for partner in region.partners_in(year):
        for measure in (main, *tested_on):
            name = f"{contract.dataset}-{partner.code}" + ("" if measure == main else f"-{measure.lower()}")
            label = words.labels["partner" if measure == main else "tested_on"].format(
                title=contract.title, partner=partner.names["en"], measure=measure.lower().replace("_", " ")
            )
            series = Series(name, label, EXPLORATORY, contract.dataset, partner.code, measure)
            row = figures.of(series, year)
            if row is not None and row["OBS_METHOD"] == "":
                yield series
