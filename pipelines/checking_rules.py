"""What the cells of a row, and the rows of a table, must hold together (level 1).

Belongs here: duplicate keys, the contract's row rules, control totals. Cells alone are `checking_values.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import polars as pl

from data_contracts.model import TOTAL, Catalog, Contract, Rule
from pipelines.findings import Finding, Place, finding
from pipelines.reading_sheet import Sheet


def check_rows(sheet: Sheet, typed: pl.DataFrame, contract: Contract, *, catalog: Catalog) -> list[Finding]:
    """Duplicate keys and the contract's row rules over the typed rows of a sheet."""
    found = duplicate_keys(sheet, typed, contract, catalog=catalog)
    for rule in contract.row_rules:
        found += _RULES[rule.kind](sheet, typed, rule, catalog=catalog)
    return found


def duplicate_keys(
    sheet: Sheet, typed: pl.DataFrame, contract: Contract, *, catalog: Catalog
) -> list[Finding]:
    """Rows whose codes all stand in an earlier row, with other counts or with the same.

    A row with a wrong code, or with a wrong main count, is judged by what is right in it.
    """
    keys, measures = contract.dimension_names, [measure.name for measure in contract.measures]
    if any(name not in sheet.rows.columns for name in keys):
        return []
    if typed.select(keys).hash_rows().n_unique() == typed.height:  # equal rows have equal hashes
        return []
    marked = typed.drop_nulls(keys).with_columns(first=pl.col("row").first().over(keys))
    repeated = marked.filter(pl.col("row") != pl.col("first"))
    if repeated.is_empty():
        return []
    members = marked.filter(pl.col("first").is_in(repeated["first"].implode()))
    same = pl.col("row").first().over("first", *measures)
    known = pl.col(contract.main_measure.name).is_not_null()
    members = members.with_columns(same=pl.when(known).then(same).otherwise(pl.col("row")))
    found = []
    for row, first, equal in members.select("row", "first", "same").iter_rows():
        place = Place(sheet.dataset, sheet.sheet, row)
        if row != equal:
            found.append(finding(catalog, "T1-repeated-row", place=place, first=equal))
        elif row != first:
            found.append(finding(catalog, "T1-duplicate-key", place=place, first=first))
    return found


def _if_then(sheet: Sheet, typed: pl.DataFrame, rule: Rule, *, catalog: Catalog) -> list[Finding]:
    when = pl.all_horizontal(pl.col(name).is_in(codes) for name, codes in rule.parameters["when"].items())
    found = []
    for target, codes in rule.parameters["then"].items():
        broken = typed.filter(when & ~pl.col(target).is_in(codes))
        for row, seen in broken.select("row", target).iter_rows():
            place = Place(sheet.dataset, sheet.sheet, row, target)
            found.append(finding(catalog, rule.code, place=place, seen=seen, allowed=", ".join(codes)))
    return found


def _not_greater(sheet: Sheet, typed: pl.DataFrame, rule: Rule, *, catalog: Catalog) -> list[Finding]:
    column, than = rule.parameters["column"], rule.parameters["than"]
    broken = typed.filter(pl.col(column) > pl.col(than)).select("row", column, than)
    return [
        finding(
            catalog,
            rule.code,
            place=Place(sheet.dataset, sheet.sheet, row, column),
            seen=str(seen),
            limit=limit,
            than=than,
        )
        for row, seen, limit in broken.iter_rows()
    ]


_RULES: Mapping[str, Callable[..., list[Finding]]] = {"if_then": _if_then, "not_greater": _not_greater}


def control_totals(
    sheet: Sheet, typed: pl.DataFrame, contract: Contract, *, total: int, catalog: Catalog
) -> list[Finding]:
    """Each table of the sheet (rows with the same set of `_T` columns) must sum to the cover's total.

    A row with a wrong code may belong to several tables, as its author may have meant `_T`: a table is only
    called wrong if its sum is wrong with and without such rows. A table with a wrong count is not summed.
    """
    names, main = contract.dimension_names, contract.main_measure.name
    if any(name not in sheet.rows.columns for name in (*names, main)):
        return []
    sums = _sums(typed, names, main)
    doubtful = [row for row in sums if row["low"] != row["high"]]
    found = []
    for table in (row for row in sums if row["low"] == row["high"]):
        totals = table["low"]
        near = [row for row in doubtful if not row["low"] & ~totals and not totals & ~row["high"]]
        certain = table["sum"]
        natural = certain + sum(row["sum"] for row in near if row["low"] == totals)
        unknown = any(row["unknown"] for row in (table, *near))
        if unknown or total in (certain, natural, certain + sum(row["sum"] for row in near)):
            continue
        place = Place(sheet.dataset, sheet.sheet, table["row"], main)
        broken_down = [name for bit, name in enumerate(names) if not totals >> bit & 1]
        texts = {"total": total, "table": ", ".join(broken_down) or "nothing", "rows": table["rows"]}
        found.append(finding(catalog, "T1-control-total", place=place, seen=str(natural), **texts))
    return found


def total_bits(rows: pl.DataFrame, names: Sequence[str]) -> pl.Expr:
    """The set of columns that hold `_T`, as bits in the order of the names: rows with the same set form a table."""
    always, some = 0, []
    for bit, name in enumerate(names):
        totals = (rows[name] == TOTAL).sum()
        if totals == rows.height:
            always |= 1 << bit
        elif totals:
            some.append((pl.col(name) == TOTAL).fill_null(False).cast(pl.Int64) * (1 << bit))
    return pl.sum_horizontal(pl.lit(always, dtype=pl.Int64), *some)


def _sums(typed: pl.DataFrame, names: Sequence[str], main: str) -> list[dict[str, Any]]:
    """Sums by the columns that hold `_T`: surely (`low`), and at most, if wrong codes were meant so (`high`).

    Grain: a pair of such sets. Columns: `row` (the first one), `rows`, `sum` of the main measure, and `unknown`,
    how many counts are wrong. The sets are equal for all rows but those with a wrong code.
    """
    sets = {"low": total_bits(typed, names)}
    wrong = [
        pl.col(name).is_null().cast(pl.Int64) * (1 << bit)
        for bit, name in enumerate(names)
        if typed[name].null_count()
    ]
    if wrong:
        sets["high"] = sets["low"] + pl.sum_horizontal(wrong)
    sums = (
        typed.select("row", main, **sets)
        .group_by(*sets)
        .agg(
            pl.col("row").min(),
            pl.len().alias("rows"),
            pl.col(main).sum().alias("sum"),
            pl.col(main).null_count().alias("unknown"),
        )
        .sort("row")
    )
    return [{"high": row["low"], **row} for row in sums.iter_rows(named=True)]
