"""Control totals, summed by columns at once, are those that a loop over rows and sets of columns finds."""

from __future__ import annotations

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from data_contracts.catalog import load_catalog
from data_contracts.model import TOTAL
from pipelines.checking_rules import control_totals
from pipelines.reading_sheet import Sheet

CATALOG = load_catalog()
CONTRACT = CATALOG.contracts["arrests"]
NAMES, MAIN = CONTRACT.dimension_names, CONTRACT.main_measure.name
Row = tuple[list[str | None], int | None]
CELLS = st.lists(st.sampled_from([TOTAL, TOTAL, "a", None]), min_size=len(NAMES), max_size=len(NAMES))
ROWS = st.lists(st.tuples(CELLS, st.sampled_from([1, 2, 3, 4, None])), min_size=1, max_size=8)


def by_hand(rows: list[Row], total: int) -> set[tuple[int, str, frozenset[str]]]:
    """First row, sum and broken-down columns of each table that cannot sum to the total."""
    tables: dict[frozenset[str], list[tuple[int, int | None]]] = {}
    doubtful: list[tuple[frozenset[str], frozenset[str], int | None]] = []
    for number, (cells, count) in enumerate(rows, start=2):
        totals = frozenset(name for name, cell in zip(NAMES, cells, strict=True) if cell == TOTAL)
        wrong = frozenset(name for name, cell in zip(NAMES, cells, strict=True) if cell is None)
        if wrong:
            doubtful.append((totals, totals | wrong, count))
        else:
            tables.setdefault(totals, []).append((number, count))
    found = set()
    for totals, members in tables.items():
        near = [(low, count) for low, high, count in doubtful if low <= totals <= high]
        if None in [count for _, count in (*members, *near)]:
            continue
        certain = sum(count or 0 for _, count in members)
        natural = certain + sum(count or 0 for low, count in near if low == totals)
        if total not in (certain, natural, certain + sum(count or 0 for _, count in near)):
            found.add((members[0][0], str(natural), frozenset(NAMES) - totals))
    return found


@given(ROWS, st.integers(1, 12))
def test_the_same_tables_are_wrong(rows: list[Row], total: int) -> None:
    columns = dict(zip(NAMES, zip(*(cells for cells, _ in rows), strict=True), strict=True))
    typed = pl.DataFrame(
        {"row": range(2, len(rows) + 2), **columns, MAIN: [count for _, count in rows]},
        schema={"row": pl.Int32, **dict.fromkeys(NAMES, pl.String), MAIN: pl.Int64},
    )
    sheet = Sheet("arrests", "arrests", typed)
    findings = control_totals(sheet, typed, CONTRACT, total=total, catalog=CATALOG)
    told = {
        (found.row, found.seen, frozenset(name for name in NAMES if name in found.rule)) for found in findings
    }
    assert len(findings) == len(told)
    assert told == by_hand(rows, total)
