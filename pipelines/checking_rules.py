"""What the cells of a row, and the rows of a table, must hold together (level 1).

Belongs here: duplicate keys, the contract's row rules, control totals. Cells alone are `checking_values.py`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping

import polars as pl

from data_contracts.model import TOTAL, Catalog, Contract, Rule
from pipelines.findings import Finding, Place, finding
from pipelines.reading import Sheet


def check_rows(sheet: Sheet, typed: pl.DataFrame, contract: Contract, *, catalog: Catalog) -> list[Finding]:
    """Duplicate keys and the contract's row rules over the typed rows of a sheet."""
    found = duplicate_keys(sheet, typed, contract, catalog=catalog)
    for rule in contract.rules:
        found += _RULES[rule.kind](sheet, typed, rule, catalog=catalog)
    return found


def duplicate_keys(
    sheet: Sheet, typed: pl.DataFrame, contract: Contract, *, catalog: Catalog
) -> list[Finding]:
    """Rows whose codes all stand in an earlier row; a row with a wrong code is judged once it is mended."""
    keys = contract.dimension_names
    if any(name not in sheet.rows.columns for name in keys):
        return []
    repeated = (
        typed.drop_nulls(keys)
        .with_columns(first=pl.col("row").first().over(keys))
        .filter(pl.col("row") != pl.col("first"))
    )
    return [
        finding(catalog, "T1-duplicate-key", place=Place(sheet.dataset, sheet.sheet, row), first=first)
        for row, first in repeated.select("row", "first").iter_rows()
    ]


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
    main = contract.main_measure.name
    if any(name not in sheet.rows.columns for name in (*contract.dimension_names, main)):
        return []
    tables, doubtful = _tables(typed, contract)
    found = []
    for totals, rows in tables.items():
        near = [(low, count) for low, high, count in doubtful if low <= totals <= high]
        counts = [count for _, count in rows]
        if None in counts or None in [count for _, count in near]:
            continue
        certain = sum(count or 0 for count in counts)
        natural = certain + sum(count or 0 for low, count in near if low == totals)
        if total in (certain, natural, certain + sum(count or 0 for _, count in near)):
            continue
        place = Place(sheet.dataset, sheet.sheet, rows[0][0], main)
        named = ", ".join(name for name in contract.dimension_names if name not in totals) or "nothing"
        found.append(
            finding(
                catalog,
                "T1-control-total",
                place=place,
                seen=str(natural),
                total=total,
                table=named,
                rows=len(rows),
            )
        )
    return found


def _tables(
    typed: pl.DataFrame, contract: Contract
) -> tuple[
    dict[frozenset[str], list[tuple[int, int | None]]],
    list[tuple[frozenset[str], frozenset[str], int | None]],
]:
    """Rows and counts by the columns that hold `_T`; and of rows with wrong codes, the fewest and most such columns."""
    main = contract.main_measure.name
    tables: dict[frozenset[str], list[tuple[int, int | None]]] = defaultdict(list)
    doubtful: list[tuple[frozenset[str], frozenset[str], int | None]] = []
    for record in typed.iter_rows(named=True):
        totals = frozenset(name for name in contract.dimension_names if record[name] == TOTAL)
        wrong = frozenset(name for name in contract.dimension_names if record[name] is None)
        if wrong:
            doubtful.append((totals, totals | wrong, record[main]))
        else:
            tables[totals].append((record["row"], record[main]))
    return tables, doubtful
