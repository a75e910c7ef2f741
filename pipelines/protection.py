"""What may leave the network: consent, rounding and suppression of exact observations.

Belongs here: which figure is published how. The arithmetic of rounding is in `rounding.py`; whether the result
protects is proved by the audit, from the published figures alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import polars as pl

from data_contracts.model import TOTAL, Contract, Region, ReleaseTable
from pipelines.rounding import BASE, RoundingError, Sum, round_cells
from pipelines.statistics import observation_columns

METHOD, WIDE_METHOD = f"R{BASE}", f"R{BASE}W"
EXACT, PROTECTED = "exact", "protected"
# With fewer partners than this behind it, an exact regional total gives the hidden figures of one or two away.
PARTNERS_FOR_EXACT_TOTAL = 4
SUPPRESSED = {"obs_value": None, "obs_status": "Q", "conf_status": "C", "obs_method": "", "obs_note": ""}
Row = dict[str, Any]


def protect(observations: pl.DataFrame, *, contract: Contract, region: Region, key: bytes) -> pl.DataFrame:
    """Exact observations to published ones.

    Partners by consent: `exact` as reported, `protected` rounded with one rounded total for all of the partner's
    tables of a year, `region_only` suppressed. Regional tables by consent are exact while no partner, or at least
    four, are not exact; else rounded. Tables that are for the region only are rounded, each to its own total.
    Measures beside the main one are published only where nobody behind them is hidden. States without a value, and
    derived figures, stay as they are.

    Grain and columns: as `observation_columns`.

    Source: methodology, section 6.
    """
    rows = observations.to_dicts()
    hidden = _hidden(rows, contract=contract, region=region)
    published = [
        row for group in _groups(rows).values() for row in _protect(group, contract, region, hidden, key)
    ]
    frame = pl.DataFrame(published, schema=observations.schema)
    columns = observation_columns(contract)
    return frame.select(columns).sort(columns[:4] + contract.dimension_names + ["measure"])


def leave_out(published: pl.DataFrame, table: str, *, period: str) -> pl.DataFrame:
    """The same observations with one release table of one period suppressed as a whole."""
    of_table = (pl.col("release_table") == table) & (pl.col("time_period") == period)
    hit = of_table & pl.col("obs_value").is_not_null()
    return published.with_columns(
        pl.when(hit).then(pl.lit(value, dtype=published.schema[name])).otherwise(pl.col(name)).alias(name)
        for name, value in SUPPRESSED.items()
    )


def _hidden(rows: Iterable[Row], *, contract: Contract, region: Region) -> dict[str, set[str]]:
    """By period, the partners whose figures are there and are not released as they are."""
    main = contract.main_measure.sdmx_measure
    found: dict[str, set[str]] = {}
    for row in rows:
        counts = (
            row["obs_value"] is not None and row["measure"] == main and row["ref_area"] != region.ref_area
        )
        if counts and row["release"] != EXACT:
            found.setdefault(row["time_period"], set()).add(row["ref_area"])
    return found


def _groups(rows: Iterable[Row]) -> Mapping[tuple[str, ...], list[Row]]:
    """Rows that are protected together: an area's tables by consent share their total, others stand alone."""
    groups: dict[tuple[str, ...], list[Row]] = {}
    for row in rows:
        table = row["release_table"] if row["protection"] != "consent" else ""
        groups.setdefault(
            (row["ref_area"], row["time_period"], row["measure"], row["protection"], table), []
        ).append(row)
    return groups


def _protect(
    group: Sequence[Row], contract: Contract, region: Region, hidden: Mapping[str, set[str]], key: bytes
) -> Iterator[Row]:
    first = group[0]
    behind = hidden.get(first["time_period"], set())
    is_main = first["measure"] == contract.main_measure.sdmx_measure
    regional = first["ref_area"] == region.ref_area
    if first["protection"] == "derived":
        yield from group
    elif first["protection"] == "rounded":
        yield from _rounded(group, contract, key)
    elif _as_it_is(first, behind, regional=regional, is_main=is_main):
        yield from group
    elif is_main and (regional or first["release"] == PROTECTED):
        yield from _rounded(group, contract, key)
    else:
        yield from (row if row["obs_value"] is None else row | SUPPRESSED for row in group)


def _as_it_is(first: Row, behind: set[str], *, regional: bool, is_main: bool) -> bool:
    """Whether consent, or enough partners that are hidden in a total, allow the exact figures."""
    if not regional:
        return first["release"] in (EXACT, "")
    return not behind or (is_main and len(behind) >= PARTNERS_FOR_EXACT_TOTAL)


def _rounded(group: Sequence[Row], contract: Contract, key: bytes) -> Iterator[Row]:
    cells = {_cell(row, contract): int(row["obs_value"]) for row in group if row["obs_value"] is not None}
    first = group[0]
    table = first["release_table"] if first["protection"] == "rounded" else ""
    scope = "|".join((contract.dataset, first["time_period"], first["ref_area"], table, first["measure"]))
    try:
        rounding = round_cells(cells, list(_sums(group, contract, cells)), key=key, scope=scope)
    except RoundingError:
        yield from (row if row["obs_value"] is None else row | SUPPRESSED for row in group)
        return
    method = WIDE_METHOD if rounding.wide else METHOD
    for row in group:
        if row["obs_value"] is None:
            yield row
        else:
            yield row | {"obs_value": float(rounding.values[_cell(row, contract)]), "obs_method": method}


def _cell(row: Row, contract: Contract) -> str:
    return "|".join(row[name] for name in contract.dimension_names)


def _sums(group: Sequence[Row], contract: Contract, cells: Mapping[str, int]) -> Iterator[Sum]:
    """What adds up within each release table: every margin over one dimension more, where its parts are all there."""
    tables = {table.name: table for table in contract.release_tables}
    for name in sorted({row["release_table"] for row in group} & set(tables)):
        rows = [row for row in group if row["release_table"] == name]
        yield from _sums_of(rows, tables[name], contract, cells)


def _sums_of(
    rows: Sequence[Row], table: ReleaseTable, contract: Contract, cells: Mapping[str, int]
) -> Iterator[Sum]:
    for dimension in table.dimensions:
        families: dict[str, list[Row]] = {}
        for row in rows:
            if row[dimension] != TOTAL:
                families.setdefault(_cell(row | {dimension: TOTAL}, contract), []).append(row)
        for total, members in sorted(families.items()):
            parts = tuple(_cell(row, contract) for row in members)
            if (
                total in cells
                and all(part in cells for part in parts)
                and sum(cells[p] for p in parts) == cells[total]
            ):
                yield Sum(total, parts)
