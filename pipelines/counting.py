"""A return that counts, and its counts by code: what later returns and other partners' are compared with.

Belongs here: the shape and the counts. Where such returns come from is `comparing.py` and, offline, `checking.py`;
what is asked of them is `checking_time.py` and `checking_partners.py`.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from data_contracts.model import NOT_SPECIFIED, TOTAL, Catalog, Contract
from pipelines.checking_rules import total_bits
from pipelines.reading import contract_for


@dataclass(frozen=True)
class Whose:
    """Which return it is: the number and the hash of a submission of a partner's for a year."""

    partner: str
    year: int
    submission: int
    sha256: str


@dataclass(frozen=True)
class Counted:
    """An accepted return: `lines` as in `CheckResult.cover_lines`, `tables` as in `CheckResult.tables`."""

    whose: Whose
    lines: pl.DataFrame
    tables: Mapping[str, pl.DataFrame]
    catalog: Catalog

    @property
    def partner(self) -> str:
        """Whose it is."""
        return self.whose.partner

    @property
    def year(self) -> int:
        """Its reference year."""
        return self.whose.year

    @property
    def sha256(self) -> str:
        """The hash of its content."""
        return self.whose.sha256

    @property
    def version(self) -> str:
        """The version of the definitions that it was prepared under."""
        return str(self.lines["definitions_version"][0])

    def contract(self, dataset: str) -> Contract:
        """The dataset's contract in that version."""
        return contract_for(self.catalog, dataset, version=self.version)

    def line(self, dataset: str) -> Mapping[str, Any] | None:
        """What the cover says of a dataset; None where it says nothing."""
        rows = self.lines.filter(pl.col("dataset") == dataset)
        return rows.row(0, named=True) if rows.height else None

    def by_code(self, dataset: str, column: str) -> dict[str, int]:
        """The main counts by code of a dimension; empty where the return does not break down by it."""
        if dataset not in self.tables or column not in self.tables[dataset].columns:
            return {}
        return code_counts(self.tables[dataset], self.contract(dataset), column)

    @functools.cached_property
    def unspecified(self) -> dict[tuple[str, str], tuple[int, int]]:
        """By dataset and dimension: how much of the count is not specified, and the count."""
        found = {}
        for dataset in self.tables:
            for column in self.contract(dataset).dimensions:
                counts = self.by_code(dataset, column.name) if column.not_specified else {}
                if counts:
                    found[dataset, column.name] = (counts.get(NOT_SPECIFIED, 0), sum(counts.values()))
        return found


def counted(lines: pl.DataFrame, tables: Mapping[str, pl.DataFrame], *, catalog: Catalog) -> Counted | None:
    """The return of these lines; None where its cover does not say whose it is, of which year or submission."""
    if lines.is_empty():
        return None
    line = lines.row(0, named=True)
    if any(line[name] is None for name in ("partner", "reference_year", "submission", "definitions_version")):
        return None
    return Counted(whose(lines), lines, tables, catalog=catalog)


def whose(lines: pl.DataFrame) -> Whose:
    """Which return its lines are of."""
    line = lines.row(0, named=True)
    return Whose(line["partner"], line["reference_year"], line["submission"], line["sha256"])


def code_counts(table: pl.DataFrame, contract: Contract, column: str) -> dict[str, int]:
    """Main counts by code of one dimension, from the largest table that breaks it down; empty where none does.

    Cells that are wrong are left out of no sum: with one of them there are no counts.
    """
    names, main = contract.dimension_names, contract.main_measure.name
    if any(table[name].null_count() for name in (*names, main)):
        return {}
    broken_down = table.filter(pl.col(column) != TOTAL)
    sums = broken_down.group_by(column, bits=total_bits(broken_down, names)).agg(pl.col(main).sum())
    if sums.is_empty():
        return {}
    largest = sums.group_by("bits").agg(pl.col(main).sum()).sort(main, "bits", descending=[True, False])
    chosen = sums.filter(pl.col("bits") == largest["bits"][0]).sort(column)
    return dict(chosen.select(column, main).iter_rows())


def newest(returns: Iterable[Whose]) -> dict[tuple[str, int], Whose]:
    """Of each partner and year the highest submission."""
    kept: dict[tuple[str, int], Whose] = {}
    for one in returns:
        other = kept.get((one.partner, one.year))
        if other is None or one.submission > other.submission:
            kept[one.partner, one.year] = one
    return kept
