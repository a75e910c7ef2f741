"""What the tables of one dataset must hold together, and with the cover (level 3, within the return).

Belongs here: comparisons of one table with another. A table alone is `checking_rules.py`.
"""

from __future__ import annotations

import itertools

import polars as pl

from data_contracts.model import TOTAL, Catalog, Contract
from pipelines.findings import Finding, Place, finding
from pipelines.reading import Sheet


def tables_agree(sheet: Sheet, typed: pl.DataFrame, contract: Contract, *, catalog: Catalog) -> list[Finding]:
    """Two tables that share dimensions must give the same count for each of their codes.

    A table is what rows with the same set of `_T` columns form. It is only compared where all its cells are
    right; a code without rows in one of the tables counts as 0 there.
    """
    names, main = contract.dimension_names, contract.main_measure.name
    if typed.is_empty() or typed.select(pl.any_horizontal(pl.col(*names, main).is_null()).any()).item():
        return []
    marked = typed.with_columns(table=pl.concat_str([pl.col(name) == TOTAL for name in names]))
    tables = marked.partition_by("table", maintain_order=True)
    found = []
    for one, two in itertools.combinations(tables, 2):
        shared = [name for name in names if one[name][0] != TOTAL and two[name][0] != TOTAL]
        if not shared:
            continue
        sums = [table.group_by(shared).agg(pl.col(main).sum()) for table in (one, two)]
        both = sums[0].join(sums[1], on=shared, how="full", coalesce=True, validate="1:1").fill_null(0)
        differ = both.filter(pl.col(main) != pl.col(f"{main}_right")).sort(shared)
        for record in differ.iter_rows(named=True):
            key = ", ".join(f"{name}={record[name]}" for name in shared)
            place = Place(sheet.dataset, sheet.sheet, two["row"][0], main)
            texts = {"key": key, "first": one["row"][0], "sum": record[main]}
            seen = str(record[f"{main}_right"])
            found.append(finding(catalog, "T3-tables-disagree", place=place, seen=seen, **texts))
    return found


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
