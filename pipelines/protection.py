"""What may leave the network: consent, rounding and suppression of exact observations.

Belongs here: which figure is published how. The arithmetic of rounding is in `rounding.py`, the region's totals over
hidden partners in `protection_sums.py`, years that were published before in `frozen.py`; whether the result protects
is proved by the audit, from the published figures alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import polars as pl

from data_contracts.model import TOTAL, Catalog, Contract, Region, ReleaseTable
from pipelines.frozen import SUPPRESSED, Earlier
from pipelines.protection_same import Same, same_figures
from pipelines.protection_sums import Parts
from pipelines.rounding import METHOD, WIDE_METHOD, RoundingError, Sum, round_cells
from pipelines.statistics import observation_columns

EXACT, PROTECTED = "exact", "protected"
# So many partners that give no figure at all are enough behind an exact regional total: two of them who put their own
# together still see the sum of two others.
PARTNERS_FOR_EXACT_TOTAL = 4
Row = dict[str, Any]


def protect(
    observations: pl.DataFrame,
    *,
    catalog: Catalog,
    contract: Contract,
    region: Region,
    key: bytes,
    before: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """Exact observations to published ones.

    Partners by consent: `exact` as reported, `protected` rounded with one rounded total for all of the partner's
    tables of a year, `region_only` suppressed. Regional tables by consent add up what is published of the partners,
    and those who give no figure as one rounded figure more (as it is, where they are four or more). Tables that are
    for the region only are rounded, each to its own total; where the region's total is not exact, to the sum of its
    cells. Measures beside the main one are published only where nobody behind them is hidden. States without a
    value, and derived figures, stay as they are.

    `before` holds the newest edition published before, with the columns of the release's CSV: what it has rounded or
    suppressed of a period stays as it was.

    Grain and columns: as `observation_columns`.

    Source: methodology, section 6.
    """
    same = {
        table.name: same_figures(table, catalog=catalog, contract=contract)
        for table in contract.release_tables
        if table.protection == "rounded"
    }
    earlier = Earlier(before, contract)
    protection = _Protection(observations.to_dicts(), contract, region, key=key, earlier=earlier, same=same)
    frame = pl.DataFrame(list(protection.published()), schema=observations.schema)
    columns = observation_columns(contract)
    return frame.select(columns).sort(columns[:4] + contract.dimension_names + ["measure"])


def leave_out(published: pl.DataFrame, table: str, *, period: str, areas: Sequence[str] = ()) -> pl.DataFrame:
    """The same observations with one release table of one period suppressed, as a whole or for some areas."""
    of_table = (pl.col("release_table") == table) & (pl.col("time_period") == period)
    hit = of_table & pl.col("obs_value").is_not_null()
    if areas:
        hit &= pl.col("ref_area").is_in(areas)
    return published.with_columns(
        pl.when(hit).then(pl.lit(value, dtype=published.schema[name])).otherwise(pl.col(name)).alias(name)
        for name, value in SUPPRESSED.items()
    )


def as_before(
    published: pl.DataFrame, before: pl.DataFrame, *, contract: Contract, period: str
) -> pl.DataFrame:
    """The same observations with every figure of one period as the edition published before has it."""
    earlier = Earlier(before, contract)
    of_period = published.filter(time_period=period)
    tables = of_period.partition_by("release_table", maintain_order=True)
    kept = [row for table in tables for row in earlier.kept(table.to_dicts(), revised=False)]
    frame = pl.concat([published.filter(pl.col("time_period") != period), _frame(kept, published)])
    return frame.sort(*published.columns[:4], *contract.dimension_names, "measure")


def _frame(rows: Sequence[Row], like: pl.DataFrame) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=like.schema)


class _Protection:
    """One dataset's rows on their way out: partners first, for the region's totals are made from theirs."""

    def __init__(
        self,
        rows: Sequence[Row],
        contract: Contract,
        region: Region,
        *,
        key: bytes,
        earlier: Earlier,
        same: Mapping[str, Mapping[str, Same]],
    ) -> None:
        self.contract, self.region, self.key, self.earlier, self.same = contract, region, key, earlier, same
        self.of_region: dict[tuple[str, str, str], Row] = {}
        self.main = contract.main_measure.sdmx_measure
        self.tables = {table.name: table for table in contract.release_tables}
        self.groups = _groups(rows)
        self.hidden = self._hidden(rows)
        self.revised = {group[0]["time_period"] for group in self.groups if earlier.is_revised(group)}

    def _hidden(self, rows: Iterable[Row]) -> dict[str, dict[str, str]]:
        """By period, the partners whose figures are there and are not released as they are, with their consent."""
        found: dict[str, dict[str, str]] = {}
        for row in rows:
            counts = row["obs_value"] is not None and row["measure"] == self.main
            if not counts or row["ref_area"] == self.region.ref_area:
                continue
            release = self.earlier.release(row["time_period"], row["ref_area"]) or row["release"]
            if release != EXACT:
                found.setdefault(row["time_period"], {})[row["ref_area"]] = release
        return found

    def published(self) -> Iterator[Row]:
        """Every row as it is published."""
        parts = Parts(self.contract, self.earlier)
        regional = []
        for group in self.groups:
            if group[0]["ref_area"] == self.region.ref_area:
                regional.append(group)
            else:
                kept = list(self._of_partner(group))
                parts.add(group, kept)
                yield from kept
        for group in sorted(regional, key=lambda rows: rows[0]["protection"] == "rounded"):
            for row in self._of_region(group, parts):
                self.of_region[row["release_table"], row["time_period"], _cell(row, self.contract)] = row
                yield row

    def _of_partner(self, group: Sequence[Row]) -> Iterable[Row]:
        first = group[0]
        if self.earlier.protected(group):
            return self._kept(group)
        if first["release"] in (EXACT, ""):
            return group
        if first["measure"] == self.main and first["release"] == PROTECTED:
            return self._rounded(group)
        return _suppressed(group)

    def _of_region(self, group: Sequence[Row], parts: Parts) -> Iterable[Row]:
        first = group[0]
        if first["protection"] != "consent" and self.earlier.protected(group):
            return self._kept(group)
        if first["protection"] == "derived":
            return group
        if first["protection"] == "rounded":
            return self._rounded(group, to_total=self._total_is_exact(first["time_period"]))
        if self._total_is_exact(first["time_period"]) and (
            first["measure"] == self.main or not self.hidden.get(first["time_period"])
        ):
            return group
        if first["measure"] != self.main:
            return _suppressed(group)
        return self._summed(group, parts)

    def _kept(self, group: Sequence[Row]) -> Iterable[Row]:
        """The rows as they were, but for those of a table by consent, which may have been revised openly."""
        kept = self.earlier.kept(group, revised=group[0]["time_period"] in self.revised)
        return [old | (self._same(row) or {}) for row, old in zip(group, kept, strict=True)]

    def _total_is_exact(self, period: str) -> bool:
        """Whether nobody is hidden, or so many that give no figure that each is lost among them."""
        behind = list(self.hidden.get(period, {}).values())
        return not behind or (PROTECTED not in behind and len(behind) >= PARTNERS_FOR_EXACT_TOTAL)

    def _summed(self, group: Sequence[Row], parts: Parts) -> Iterable[Row]:
        """The region's figures as sums of what is published, with the rest that gives no figure in one piece.

        What was withheld stays so, for it holds the rest of those who give no figure.
        """
        if self.earlier.withheld(group):
            return _suppressed(group)
        silent = [p for p, release in self.hidden[group[0]["time_period"]].items() if release != PROTECTED]
        rest = parts.rest(group)
        if rest is None and silent:
            try:
                rest = self._round(group, parts.silent(group), exact=len(silent) >= PARTNERS_FOR_EXACT_TOTAL)
            except RoundingError:
                return _suppressed(group)
        return [parts.summed(row, rest) for row in group]

    def _rounded(self, group: Sequence[Row], *, to_total: bool = True) -> Iterable[Row]:
        """Rows rounded together; those that a table by consent has too are taken from there."""
        taken = {id(row): same for row in group if (same := self._same(row)) is not None}
        total = next(
            (row for row in group if all(row[n] == TOTAL for n in self.contract.dimension_names)), None
        )
        free = total is not None and len(group) > 1 and (bool(taken) or not to_total)
        cells = {
            _cell(row, self.contract): int(row["obs_value"])
            for row in group
            if row["obs_value"] is not None and id(row) not in taken and not (free and row is total)
        }
        try:
            values = self._round(group, cells, own_total=to_total and bool(taken))
        except RoundingError:
            return _suppressed(group)
        published = {
            id(row): row | (taken.get(id(row)) or _text(values[_cell(row, self.contract)]))
            for row in group
            if row["obs_value"] is not None and not (free and row is total)
        }
        if free and total is not None and total["obs_value"] is not None:
            published[id(total)] = total | _sum_of(list(published.values()))
        return [published.get(id(row), row) for row in group]

    def _same(self, row: Row) -> Row | None:
        """The figure of a row that a table by consent publishes too."""
        table = self.tables.get(row["release_table"])
        if table is None or row["obs_value"] is None or row["release_table"] not in self.same:
            return None
        same = self.same[table.name].get(row[table.dimensions[0]])
        if same is None:
            return None
        name, dimension, code = same
        codes = dict.fromkeys(self.contract.dimension_names, TOTAL) | {dimension: code}
        found = self.of_region.get((name, row["time_period"], _cell(codes, self.contract)))
        if found is None or found["partners_reporting"] != row["partners_reporting"]:
            return None
        return {column: found[column] for column in SUPPRESSED}

    def _round(
        self,
        group: Sequence[Row],
        cells: Mapping[str, int],
        *,
        exact: bool = False,
        own_total: bool = False,
    ) -> dict[str, tuple[int, str]]:
        """Rounded values and their method by cell; the values as they are where `exact`.

        With a total of their own, the cells are rounded to it as if it were one of them.
        """
        if exact:
            return {cell: (value, "") for cell, value in cells.items()}
        first = group[0]
        table = first["release_table"] if first["protection"] == "rounded" else ""
        scope = "|".join(
            (self.contract.dataset, first["time_period"], first["ref_area"], table, first["measure"])
        )
        sums = list(self._sums(group, cells))
        if own_total and cells:
            sums.append(Sum("", tuple(cells)))
            cells = {**cells, "": sum(cells.values())}
        rounding = round_cells(cells, sums, key=self.key, scope=scope)
        method = WIDE_METHOD if rounding.wide else METHOD
        return {cell: (value, method) for cell, value in rounding.values.items()}

    def _sums(self, group: Sequence[Row], cells: Mapping[str, int]) -> Iterator[Sum]:
        """What adds up in each release table: every margin over one dimension more, where its parts are all there."""
        for name in sorted({row["release_table"] for row in group} & set(self.tables)):
            rows = [row for row in group if row["release_table"] == name]
            yield from _sums_of(rows, self.tables[name], self.contract, cells)


def _text(value: tuple[int, str]) -> Row:
    return {"obs_value": float(value[0]), "obs_method": value[1]}


def _sum_of(rows: Sequence[Row]) -> Row:
    """The total of a table as the sum of its cells, as near to the truth as the least exact of them."""
    if any(row["obs_value"] is None for row in rows):
        return SUPPRESSED
    return {
        "obs_value": sum(row["obs_value"] for row in rows),
        "obs_method": max((row["obs_method"] for row in rows), key=lambda method: (len(method), method)),
    }


def _groups(rows: Iterable[Row]) -> list[list[Row]]:
    """Rows that are protected together: an area's tables by consent share their total, others stand alone."""
    groups: dict[tuple[str, ...], list[Row]] = {}
    for row in rows:
        table = row["release_table"] if row["protection"] != "consent" else ""
        groups.setdefault(
            (row["ref_area"], row["time_period"], row["measure"], row["protection"], table), []
        ).append(row)
    return list(groups.values())


def _suppressed(group: Sequence[Row]) -> list[Row]:
    return [row if row["obs_value"] is None else row | SUPPRESSED for row in group]


def _cell(row: Mapping[str, Any], contract: Contract) -> str:
    return "|".join(row[name] for name in contract.dimension_names)


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
