"""What an outsider reads off a release: published figures as intervals of the true counts.

Belongs here: reading SDMX-CSV rows of one dataset and year into bounds. What can be proved from them is `audit.py`.
Shares no code with the protection.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import polars as pl

from data_contracts.model import NOT_SPECIFIED, TOTAL, Catalog, Contract, Region

# A figure with this method differs from the truth by at most so many.
ERROR_OF_METHOD = {"": 0, "R5": 4, "R5W": 5}
UNBOUNDED = 10_000


@dataclass(frozen=True)
class Interval:
    """The values that a published figure allows; `exact` where there is one."""

    low: int = 0
    high: int = UNBOUNDED
    exact: bool = False

    def less(self, known: int) -> Interval:
        """The interval of the rest when a part of it is known."""
        return Interval(max(0, self.low - known), max(0, self.high - known), self.exact)


@dataclass(frozen=True)
class Breakdown:
    """A regional table of persons by one characteristic.

    `codes` to intervals of the region; `coarse` maps a code to a coarser one that is published by partner.
    `complete` says whether all partners with a figure are in it: else the intervals bound from below only.
    """

    table: str
    codes: Mapping[str, Interval]
    complete: bool
    coarse: Mapping[str, str] = field(default_factory=dict)
    coarse_by_partner: Mapping[tuple[str, str], Interval] = field(default_factory=dict)


@dataclass(frozen=True)
class Published:
    """All that one release says of a dataset's persons in one year."""

    partners: tuple[str, ...]
    totals: Mapping[str, Interval]
    spine: tuple[str, ...]
    by_partner: Mapping[tuple[str, str], Interval]
    region: Mapping[str, Interval]
    region_total: Interval
    breakdowns: tuple[Breakdown, ...]

    def by_consent_only(self) -> Published:
        """The same release without its regional tables by characteristic."""
        blank = tuple(
            replace(table, codes=dict.fromkeys(table.codes, Interval()), complete=False)
            for table in self.breakdowns
        )
        return replace(self, breakdowns=blank)


def read_figures(
    sdmx: pl.DataFrame, *, catalog: Catalog, contract: Contract, region: Region, period: str
) -> Published | None:
    """One year of a dataset's published figures, or nothing where no partner has one.

    `sdmx` has the columns of the release's CSV. The spine is the first dimension that is published by partner.
    """
    rows = [
        row for row in sdmx.filter(TIME_PERIOD=period, MEASURE=contract.main_measure.sdmx_measure).to_dicts()
    ]
    cells = {(row["REF_AREA"], _codes(row, contract)): row for row in rows}
    partners = tuple(
        p.code for p in region.partners if _state(cells, p.code, contract) not in (None, "L", "M", "O")
    )
    if not partners:
        return None
    consent = [t for t in contract.release_tables if t.areas == "partner" and len(t.dimensions) == 1]
    spine_name = consent[0].dimensions[0]
    spine = tuple(sorted({row[spine_name.upper()] for row in rows} - {TOTAL}))
    areas = (*partners, region.ref_area)
    by_area = {
        (area, code): _interval(cells.get((area, _at(contract, {spine_name: code}))))
        for area in areas
        for code in spine
    }
    tables = [t for t in contract.release_tables if t.protection == "rounded"]
    return Published(
        partners=partners,
        totals={area: _interval(cells.get((area, _at(contract, {})))) for area in partners},
        spine=spine,
        by_partner={key: value for key, value in by_area.items() if key[0] != region.ref_area},
        region={code: by_area[(region.ref_area, code)] for code in spine},
        region_total=_interval(cells.get((region.ref_area, _at(contract, {})))),
        breakdowns=tuple(
            _breakdown(
                cells,
                t.name,
                t.dimensions[0],
                t.grouping,
                partners=partners,
                catalog=catalog,
                contract=contract,
                region=region,
            )
            for t in tables
        ),
    )


def _breakdown(
    cells: Mapping[tuple[str, tuple[str, ...]], dict[str, str]],
    table: str,
    dimension: str,
    grouping: Mapping[str, str],
    *,
    partners: Sequence[str],
    catalog: Catalog,
    contract: Contract,
    region: Region,
) -> Breakdown:
    column = contract.column(dimension)
    code_list = catalog.code_lists[str(column.code_list)]
    codes = code_list.group_values(grouping[dimension]) if dimension in grouping else code_list.values
    codes = (*codes, *((NOT_SPECIFIED,) if column.not_specified else ()))
    found = {code: cells.get((region.ref_area, _at(contract, {dimension: code}))) for code in codes}
    reporting = {
        int(row["PARTNERS_REPORTING"].split(" ")[0]) for row in found.values() if row and row["OBS_VALUE"]
    }
    coarse, by_partner = _coarse(
        cells, dimension, grouping, partners=partners, catalog=catalog, contract=contract
    )
    intervals = {code: _interval(row) for code, row in found.items()}
    return Breakdown(table, intervals, reporting == {len(partners)}, coarse, by_partner)


def _coarse(
    cells: Mapping[tuple[str, tuple[str, ...]], dict[str, str]],
    dimension: str,
    grouping: Mapping[str, str],
    *,
    partners: Sequence[str],
    catalog: Catalog,
    contract: Contract,
) -> tuple[dict[str, str], dict[tuple[str, str], Interval]]:
    """Where a coarser grouping of the same dimension is published by partner: which code lies in which."""
    for table in contract.release_tables:
        if table.areas != "partner" or table.dimensions != (dimension,):
            continue
        code_list = catalog.code_lists[str(contract.column(dimension).code_list)]
        fine = (
            code_list.group_of(grouping[dimension])
            if dimension in grouping
            else {c: c for c in code_list.values}
        )
        broad = (
            code_list.group_of(table.grouping[dimension])
            if table.grouping
            else {c: c for c in code_list.values}
        )
        coarse = {fine[code]: broad[code] for code in code_list.values} | {NOT_SPECIFIED: NOT_SPECIFIED}
        by_partner = {
            (p, code): _interval(cells.get((p, _at(contract, {dimension: code}))))
            for p in partners
            for code in dict.fromkeys(coarse.values())
        }
        return coarse, by_partner
    return {}, {}


def _codes(row: Mapping[str, str], contract: Contract) -> tuple[str, ...]:
    return tuple(row[name.upper()] for name in contract.dimension_names)


def _at(contract: Contract, codes: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(codes.get(name, TOTAL) for name in contract.dimension_names)


def _state(
    cells: Mapping[tuple[str, tuple[str, ...]], dict[str, str]], area: str, contract: Contract
) -> str | None:
    row = cells.get((area, _at(contract, {})))
    return None if row is None else row["OBS_STATUS"]


def _interval(row: Mapping[str, str] | None) -> Interval:
    if row is None or not row["OBS_VALUE"]:
        return Interval()
    value, error = int(float(row["OBS_VALUE"])), ERROR_OF_METHOD[row["OBS_METHOD"] or ""]
    return Interval(max(0, value - error), value + error, error == 0)


def spread(intervals: Iterable[Interval]) -> Interval:
    """The interval of a sum of figures."""
    known = list(intervals)
    return Interval(sum(i.low for i in known), min(UNBOUNDED, sum(i.high for i in known)))
