"""What the tables of one dataset must hold together (level 3, within the return).

Belongs here: comparisons of one table with another. A table alone is `checking_rules.py`; datasets and cover
together are `checking_across.py`.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from data_contracts.model import TOTAL, Catalog, Contract
from pipelines.checking_rules import total_bits
from pipelines.findings import Finding, Place, finding
from pipelines.reading_sheet import Sheet


def tables_agree(sheet: Sheet, typed: pl.DataFrame, contract: Contract, *, catalog: Catalog) -> list[Finding]:
    """Two tables of a sheet must give the same counts wherever both can be asked.

    A table is what rows with the same set of `_T` columns form. They are only compared where all their codes and
    main counts are right.
    """
    names, main = contract.dimension_names, contract.main_measure.name
    if typed.is_empty() or any(typed[name].null_count() for name in (*names, main)):
        return []
    if all((typed[name] == TOTAL).sum() in (0, typed.height) for name in names):
        return []
    marked = typed.with_columns(table=total_bits(typed, names))
    tables = marked.partition_by("table", maintain_order=True)
    others = [measure.name for measure in contract.measures if measure.name != main]
    found = []
    for one, two in itertools.combinations(tables, 2):
        pair = _Pair(sheet, one, two, [n for n in names if one[n][0] != TOTAL and two[n][0] != TOTAL])
        found += _main_differs(pair, main, catalog=catalog)
        for measure in others:
            found += _measure_differs(pair, measure, catalog=catalog)
    return found


@dataclass(frozen=True)
class _Pair:
    """Two tables of a sheet, and the dimensions that both break down."""

    sheet: Sheet
    one: pl.DataFrame
    two: pl.DataFrame
    shared: list[str]

    def finding(self, code: str, measure: str, record: Mapping[str, object], *, catalog: Catalog) -> Finding:
        """That the tables differ in a measure for a combination of shared codes; `_T` where they share none."""
        key = ", ".join(f"{name}={record[name]}" for name in self.shared) or TOTAL
        place = Place(self.sheet.dataset, self.sheet.sheet, self.two["row"][0], measure)
        texts = {"key": key, "first": self.one["row"][0], "sum": record[measure]}
        return finding(catalog, code, place=place, seen=str(record[f"{measure}_right"]), **texts)


def _main_differs(pair: _Pair, main: str, *, catalog: Catalog) -> list[Finding]:
    """Where the main counts differ; a code without rows in one of the tables counts as 0 there."""
    if not pair.shared:
        return []  # the control total holds them together
    one, two = (table.group_by(pair.shared).agg(pl.col(main).sum()) for table in (pair.one, pair.two))
    both = one.join(two, on=pair.shared, how="full", coalesce=True, validate="1:1").fill_null(0)
    differ = both.filter(pl.col(main) != pl.col(f"{main}_right")).sort(pair.shared)
    return [
        pair.finding("T3-tables-disagree", main, row, catalog=catalog) for row in differ.iter_rows(named=True)
    ]


def _measure_differs(pair: _Pair, measure: str, *, catalog: Catalog) -> list[Finding]:
    """Where a measure beside the main one differs, or its known part in one table exceeds all of it in the other."""
    if any(table[measure].null_count() == table.height for table in (pair.one, pair.two)):
        return []
    keys = [*pair.shared, "all"]
    one, two = (
        table.with_columns(all=pl.lit(TOTAL))
        .group_by(keys)
        .agg(pl.col(measure).sum(), unknown=pl.col(measure).null_count())
        for table in (pair.one, pair.two)
    )
    both = one.join(two, on=keys, validate="1:1")
    left, right = pl.col(measure), pl.col(f"{measure}_right")
    whole, whole_right = pl.col("unknown") == 0, pl.col("unknown_right") == 0
    differ = both.filter((whole & (right > left)) | (whole_right & (left > right))).sort(keys)
    return [
        pair.finding("T3-measures-disagree", measure, row, catalog=catalog)
        for row in differ.iter_rows(named=True)
    ]


def not_collected_has_no_rows(
    sheet: Sheet, typed: pl.DataFrame, not_collected: tuple[str, ...], *, catalog: Catalog
) -> list[Finding]:
    """A code that the cover says is not collected cannot stand in a row."""
    found = []
    for pair in not_collected:
        name, _, code = pair.partition("=")
        for row in typed.filter(pl.col(name) == code)["row"]:
            place = Place(sheet.dataset, sheet.sheet, row, name)
            found.append(finding(catalog, "T3-not-collected-has-rows", place=place, seen=code))
    return found
