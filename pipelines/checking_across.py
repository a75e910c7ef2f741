"""What the datasets of a return, and its cover, must hold together (level 3).

Belongs here: the contracts' rules of the return, and one table in two datasets. Tables of one dataset are
`checking_tables.py`.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import polars as pl

from data_contracts.model import Catalog, Contract, Rule
from pipelines.checking_cover import Cover
from pipelines.checking_rules import total_bits
from pipelines.findings import Finding, Place, finding
from pipelines.reading import Return, contract_for
from pipelines.reading_sheet import Sheet

_PASTED = "T3-same-table-twice"


def check_across(
    ret: Return, cover: Cover, typed: Mapping[str, pl.DataFrame], *, catalog: Catalog
) -> list[Finding]:
    """The rules of the return over its typed sheets and its cover; all findings at once."""
    found: list[Finding] = []
    for dataset in cover.datasets:
        contract = contract_for(catalog, dataset, version=ret.version)
        for rule in contract.return_rules:
            if rule.kind == "cover_not_greater":
                found += _cover_not_greater(ret, cover, dataset, rule, catalog=catalog)
            elif dataset in typed:
                found += _zero_where(ret.sheets[dataset], typed[dataset], rule, catalog=catalog)
    for one, two in itertools.combinations(sorted(typed), 2):
        found += _same_tables(ret, (one, two), typed, catalog=catalog)
    return found


def _zero_where(sheet: Sheet, typed: pl.DataFrame, rule: Rule, *, catalog: Catalog) -> list[Finding]:
    """Rows with one of the codes, in which a measure that must then be 0 or unknown is above it."""
    conditions = rule.parameters["when"].items()
    when = pl.all_horizontal(pl.col(name).is_in(codes) for name, codes in conditions)
    texts = {"when": " and ".join(f"{name} is {' or '.join(codes)}" for name, codes in conditions)}
    found = []
    for column in rule.parameters["columns"]:
        for row, seen in typed.filter(when & (pl.col(column) > 0)).select("row", column).iter_rows():
            place = Place(sheet.dataset, sheet.sheet, row, column)
            found.append(finding(catalog, rule.code, place=place, seen=str(seen), **texts))
    return found


def _cover_not_greater(
    ret: Return, cover: Cover, dataset: str, rule: Rule, *, catalog: Catalog
) -> list[Finding]:
    """A count of the cover against the dataset's total; nil is 0. With partial coverage they may differ."""
    values, count = cover.datasets[dataset], cover.whole.get(rule.parameters["field"])
    nil = values.get("status") == "nil" and dataset not in ret.sheets
    total = 0 if nil else values.get("total")
    if not isinstance(count, int) or not isinstance(total, int):
        return []
    if count <= total or values.get("coverage") == "partial":
        return []
    place = ret.fields.place(rule.parameters["field"], dataset=dataset)
    return [finding(catalog, rule.code, place=place, seen=str(count), total=total)]


@dataclass(frozen=True)
class _Table:
    """A table of a sheet by what tells it from others: dimensions broken down, rows, sum; and where it begins."""

    names: tuple[str, ...]
    rows: int
    sum: int
    bits: int
    first: int


def _same_tables(
    ret: Return, pair: tuple[str, str], typed: Mapping[str, pl.DataFrame], *, catalog: Catalog
) -> Iterator[Finding]:
    """Tables of two datasets with the same dimensions that are the same, cell by cell."""
    one, two = (contract_for(catalog, dataset, version=ret.version) for dataset in pair)
    known = {table.names: table for table in _tables(typed[pair[0]], one)}
    for table in _tables(typed[pair[1]], two):
        other = known.get(table.names)
        if other is None or (other.rows, other.sum) != (table.rows, table.sum):
            continue
        if table.rows < catalog.findings[_PASTED].limit:
            continue
        cells = _cells(typed[pair[0]], one, other).join(
            _cells(typed[pair[1]], two, table), on=[*table.names, "count"]
        )
        if cells.height == table.rows:
            sheet = ret.sheets[pair[1]]
            place = Place(sheet.dataset, sheet.sheet, table.first)
            names = ", ".join(table.names)
            yield finding(catalog, _PASTED, place=place, seen=str(table.rows), table=names, other=pair[0])


def _tables(typed: pl.DataFrame, contract: Contract) -> list[_Table]:
    """The tables of a sheet whose codes and main counts are all right."""
    names, main = contract.dimension_names, contract.main_measure.name
    if any(typed[name].null_count() for name in (*names, main)):
        return []
    sums = typed.group_by(bits=total_bits(typed, names)).agg(
        pl.len(), pl.col(main).sum(), pl.col("row").min()
    )
    return [
        _Table(tuple(name for bit, name in enumerate(names) if not bits >> bit & 1), rows, total, bits, first)
        for bits, rows, total, first in sums.iter_rows()
    ]


def _cells(typed: pl.DataFrame, contract: Contract, table: _Table) -> pl.DataFrame:
    """The cells of one table: its dimensions and `count`."""
    rows = typed.filter(total_bits(typed, contract.dimension_names) == table.bits)
    return rows.select(*table.names, count=pl.col(contract.main_measure.name))
