"""Rows of a release's SDMX-CSV, and of a partner's own cells, as the audit reads them.

Belongs here: one row, or one partner's margins. What rows together say is `audit_figures.py`. Shares no code with the
protection.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias

import polars as pl

from data_contracts.model import TOTAL, Contract
from pipelines.audit_knowledge import Interval
from pipelines.audit_views import View

# A figure with this method differs from the truth by at most so many; a sum of n such figures, marked `xn`, by n times.
ERROR_OF_METHOD = {"": 0, "R5": 4, "R5W": 5}
SUM_OF = "x"
REPEATED, SAID_BEFORE = "REPEATED", "SAID_BEFORE"
Row: TypeAlias = Mapping[str, str]
Cells: TypeAlias = Mapping[tuple[str, tuple[str, ...]], Mapping[str, str]]


def error_of(method: str) -> int:
    """How far a published figure may be from the true one."""
    kind, _, parts = method.partition(SUM_OF)
    return ERROR_OF_METHOD[kind] * int(parts or 1)


def figures_of(rows: pl.DataFrame, contract: Contract, period: str) -> dict[tuple[str, tuple[str, ...]], Row]:
    """The rows of a period by area and codes; measures beside the main one by their name before the codes."""
    main = contract.main_measure.sdmx_measure
    found: dict[tuple[str, tuple[str, ...]], Row] = {}
    for row in rows.filter(TIME_PERIOD=period).iter_rows(named=True):
        codes = tuple(row[name.upper()] for name in contract.dimension_names)
        key = codes if row["MEASURE"] == main else (row["MEASURE"], *codes)
        found[row["REF_AREA"], key] = row
    return found


def row_of(
    cells: Cells, area: str, contract: Contract, where: Mapping[str, str], *, measure: str = ""
) -> Row | None:
    """The row of an area with some codes, all others total; of the main measure unless another is named."""
    codes = tuple(where.get(name, TOTAL) for name in contract.dimension_names)
    return cells.get((area, (measure, *codes) if measure else codes))


def state_of(cells: Cells, area: str, contract: Contract) -> str | None:
    """The state of an area's total."""
    row = row_of(cells, area, contract, {})
    return None if row is None else row["OBS_STATUS"]


def interval_of(row: Row | None) -> Interval:
    """What a row says of the true count; nothing where it has no value, or repeats one of an earlier edition."""
    if row is None or not row["OBS_VALUE"] or REPEATED in row:
        return Interval()
    value, error = int(float(row["OBS_VALUE"])), error_of(row["OBS_METHOD"])
    return Interval(max(0, value - error), value + error, error == 0)


def own_counts(
    cells: pl.DataFrame | None, partner: str, views: Iterable[View], contract: Contract
) -> dict[tuple[str, str], int] | None:
    """What a partner knows of itself: (column, code) to persons, by every view that it handed a table over for."""
    if cells is None:
        return None
    rows = cells.filter(partner=partner)
    return dict(_margins(rows, views, contract.main_measure.name))


def _margins(
    rows: pl.DataFrame, views: Iterable[View], measure: str
) -> Iterator[tuple[tuple[str, str], int]]:
    first = rows.sort("breadth", "signature")["signature"].first() if rows.height else None
    yield ("", ""), int(rows.filter(signature=first)[measure].sum()) if rows.height else 0
    if rows.is_empty():
        yield from (((view.column, code), 0) for view in views for code in view.codes)
        return
    for view in views:
        tables = rows.filter(pl.col(view.dimension) != TOTAL)
        if tables.is_empty():
            continue
        first = tables.sort("breadth", "signature")["signature"][0]
        counts = dict(tables.filter(signature=first).group_by(view.column).agg(pl.col(measure).sum()).rows())
        yield from (((view.column, code), int(counts.get(code, 0))) for code in view.codes)
