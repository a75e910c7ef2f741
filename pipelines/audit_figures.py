"""What an outsider reads off a release and those before it: published figures as statements on persons.

Belongs here: rows of SDMX-CSV, one edition after another, as sums of persons that lie in an interval. What can be
proved from them is `audit.py`. Shares no code with the protection.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from data_contracts.model import Catalog, Contract, Region
from pipelines.audit_knowledge import UNBOUNDED, Edition, Interval, Knowledge, Statement, Unit
from pipelines.audit_rows import (
    ERROR_OF_METHOD,
    REPEATED,
    SAID_BEFORE,
    SUM_OF,
    Cells,
    Row,
    error_of,
    figures_of,
    interval_of,
    own_counts,
    row_of,
    state_of,
)
from pipelines.audit_views import View, breakdown_views, consent_views

NO_FIGURE = ("L", "M", "O")
IDENTITY = ("OBS_VALUE", "OBS_METHOD", "PARTNERS_REPORTING")


def read_knowledge(
    editions: Sequence[Edition],
    periods: Sequence[str],
    *,
    catalog: Catalog,
    contract: Contract,
    region: Region,
) -> Knowledge:
    """What the editions, oldest first, say of the persons of some years, and of their pooled period if it is named.

    A period is a year, or the first day of a pooled period with its length.
    """
    years = [int(period) for period in periods if period.isdigit()]
    pooled = [period for period in periods if not period.isdigit()]
    reader = _Reader(catalog, contract, region)
    for number, edition in enumerate(editions):
        for year in years:
            reader.read_year(number, edition, year)
        for period in pooled:
            reader.read_pooled(edition, period, years)
    return reader.knowledge()


class _Reader:
    """Goes through editions, oldest first, and keeps which unit each partner and year stands for by then."""

    def __init__(self, catalog: Catalog, contract: Contract, region: Region) -> None:
        self.contract, self.region = contract, region
        self.consent = consent_views(catalog, contract)
        self.breakdowns = breakdown_views(catalog, contract)
        self.seen: dict[tuple[int, str], tuple[Unit, object]] = {}
        self.statements: dict[Statement, None] = {}
        self.scenes: dict[tuple[Unit, ...], None] = {}
        self.own: dict[tuple[Unit, str, str], int] = {}
        self.members: dict[Unit, frozenset[str]] = {}
        self.hidden: set[Unit] = set()
        self.told: set[Unit] = set()
        self.repeated: set[tuple[str, ...]] = set()

    def knowledge(self) -> Knowledge:
        """All that was read."""
        units = tuple(dict.fromkeys(unit for scene in self.scenes for unit in scene))
        return Knowledge(
            self.consent,
            self.breakdowns,
            units,
            tuple(self.scenes),
            tuple(self.statements),
            self.own,
            frozenset(self.hidden - self.told),
        )

    def read_year(self, number: int, edition: Edition, year: int) -> None:
        """One year of an edition: partners first, then the region's figures on the same units."""
        cells = self._new_figures(edition, str(year))
        if not cells:
            return
        truth = None if edition.cells is None else edition.cells.filter(reference_year=year)
        units = []
        for partner in self.region.partners_in(year):
            if state_of(cells, partner.code, self.contract) in (None, *NO_FIGURE):
                continue
            unit = self._unit(number, cells, truth, Unit(year, partner.code, 0))
            units.append(unit)
            self._partner(cells, unit)
        if units:
            self.scenes[tuple(units)] = None
            self._region(cells, tuple(units), known=truth is not None)

    def read_pooled(self, edition: Edition, period: str, years: Sequence[int]) -> None:
        """The region's figures of a pooled period, on the units that its years stand for by then.

        Only partners with a figure in each of the years that they are members of are in it.
        """
        cells = self._new_figures(edition, period)
        units = []
        for partner in self.region.partners:
            due = [(year, partner.code) for year in years if partner.reports_for(year)]
            if due and all(key in self.seen for key in due):
                units += [self.seen[key][0] for key in due]
        if cells and units:
            self.scenes[tuple(units)] = None
            self._region(cells, tuple(units), known=edition.cells is not None)

    def _new_figures(self, edition: Edition, period: str) -> Cells:
        """The figures of a period, without rounded ones that an earlier edition has as they are.

        Rounded figures are never made again: such a one speaks of the persons that it was first made from.
        """
        cells = figures_of(edition.rows, self.contract, period)
        found: dict[tuple[str, tuple[str, ...]], Row] = {}
        for key, row in cells.items():
            said = (key[0], period, *key[1], *(row[name] for name in IDENTITY))
            if row["OBS_METHOD"] and SUM_OF not in row["OBS_METHOD"] and said in self.repeated:
                found[key] = {**row, REPEATED: "yes"}
            else:
                found[key] = {**row, SAID_BEFORE: "yes"} if said in self.repeated else row
            self.repeated.add(said)
        return found

    def _unit(self, number: int, cells: Cells, truth: pl.DataFrame | None, unit: Unit) -> Unit:
        """The unit of a partner and year: the one of the edition before, unless the year was revised since."""
        own = own_counts(truth, unit.partner, (*self.consent, *self.breakdowns), self.contract)
        visible = tuple(
            (codes, row["OBS_VALUE"], row["OBS_STATUS"])
            for (area, codes), row in cells.items()
            if area == unit.partner
        )
        known: object = visible if own is None else own
        before = self.seen.get((unit.year, unit.partner))
        if before is not None and before[1] == known:
            return before[0]
        kept = unit._replace(vintage=number)
        self.seen[unit.year, unit.partner] = (kept, known)
        if own is not None:
            self.own |= {(kept, column, code): count for (column, code), count in own.items()}
            self.members[kept] = frozenset(column for column, _ in own)
        return kept

    def _partner(self, cells: Cells, unit: Unit) -> None:
        row = row_of(cells, unit.partner, self.contract, {})
        total = interval_of(row)
        (self.told if total.exact else self.hidden).add(unit)
        self._state((unit,), "", (), total, regional=False, row=row)
        for view in self.consent:
            for code in view.codes:
                row = row_of(cells, unit.partner, self.contract, {view.dimension: code})
                self._state((unit,), view.column, (code,), interval_of(row), regional=False, row=row)

    def _region(self, cells: Cells, units: tuple[Unit, ...], *, known: bool) -> None:
        area, contract = self.region.ref_area, self.contract
        self._regional(cells, units, "", {}, known=known)
        for view in (*self.consent, *self.breakdowns):
            rows = [row_of(cells, area, contract, {view.dimension: code}) for code in view.codes]
            for code in view.codes:
                self._regional(cells, units, view.column, {view.dimension: code}, known=known)
            self._total_of(cells, units, view, [row for row in rows if row is not None], known=known)
        for average in contract.averages:
            row = row_of(cells, area, contract, average.where, measure=average.sdmx_measure)
            if row is not None and row["OBS_VALUE"] and REPEATED not in row:
                self._at_least(units, average.where, average.minimum_count)

    def _regional(
        self,
        cells: Cells,
        units: tuple[Unit, ...],
        column: str,
        where: Mapping[str, str],
        *,
        known: bool,
    ) -> None:
        row = row_of(cells, self.region.ref_area, self.contract, where)
        if row is None or not row["OBS_VALUE"]:
            return
        behind, complete = self._behind(units, column, row, known=known)
        interval = interval_of(row)
        if SUM_OF in row["OBS_METHOD"]:
            behind, interval = self._rest(cells, behind, where, row)
        said = interval if complete else Interval(interval.low)
        self._state(behind, column, tuple(where.values()), said, row=row)

    def _rest(
        self, cells: Cells, units: tuple[Unit, ...], where: Mapping[str, str], row: Row
    ) -> tuple[tuple[Unit, ...], Interval]:
        """What a sum of published figures says beyond its parts: the partners that give none, in one piece.

        The method says how many parts are rounded: one more than are seen, if those without a figure are.
        """
        rows = {unit: row_of(cells, unit.partner, self.contract, where) for unit in units}
        told = [found for found in rows.values() if found is not None and found["OBS_VALUE"]]
        silent = tuple(
            unit for unit, found in rows.items() if found is not None and found["OBS_STATUS"] == "Q"
        )
        rest = int(row["OBS_VALUE"]) - sum(int(found["OBS_VALUE"]) for found in told)
        method, _, parts = row["OBS_METHOD"].partition(SUM_OF)
        rounded = int(parts) > sum(found["OBS_METHOD"] != "" for found in told)
        said = ("rest", row["TIME_PERIOD"], *where, *where.values(), str(rest), str(rounded))
        if said in self.repeated:
            return silent, Interval()
        self.repeated.add(said)
        error = ERROR_OF_METHOD[method] if rounded else 0
        return silent, Interval(max(0, rest - error), rest + error, error == 0)

    def _total_of(
        self, cells: Cells, units: tuple[Unit, ...], view: View, rows: Sequence[Row], *, known: bool
    ) -> None:
        """A rounded table adds up to its own rounded total, which is as near to the truth as any of its figures.

        Only where the region's total is exact: else the table's total is not rounded, but the sum of its cells.
        """
        total = interval_of(row_of(cells, self.region.ref_area, self.contract, {}))
        if any(REPEATED in row for row in rows):
            return
        if not total.exact or len(rows) < len(view.codes) or not all(row["OBS_VALUE"] for row in rows):
            return
        error = max(error_of(row["OBS_METHOD"]) for row in rows)
        behind, complete = self._behind(units, view.column, rows[0], known=known)
        shown = sum(int(float(row["OBS_VALUE"])) for row in rows)
        high = shown + error if complete else UNBOUNDED
        again = rows[0] if all(SAID_BEFORE in row for row in rows) else None
        interval = Interval(max(0, shown - error), high, complete and error == 0)
        self._state(behind, "", (), interval, row=again)

    def _behind(
        self, units: tuple[Unit, ...], column: str, row: Row, *, known: bool
    ) -> tuple[tuple[Unit, ...], bool]:
        """The units behind a regional figure, and whether it is all of them for certain.

        Who handed a table over is no secret among partners. A reader knows it only where nobody is missing.
        """
        if known:
            missing = {u.partner for u in units if column and column not in self.members[u]}
            return tuple(u for u in units if u.partner not in missing), True
        reporting = int(row["PARTNERS_REPORTING"].split(" ")[0])
        return units, reporting == len({unit.partner for unit in units})

    def _at_least(self, units: tuple[Unit, ...], where: Mapping[str, str], count: int) -> None:
        """A published average says that there are enough cases."""
        for view in (*self.consent, *self.breakdowns):
            if view.dimension in where and not view.grouping:
                self._state(units, view.column, (where[view.dimension],), Interval(count))

    def _state(
        self,
        units: tuple[Unit, ...],
        column: str,
        codes: tuple[str, ...],
        interval: Interval,
        *,
        regional: bool = True,
        row: Row | None = None,
    ) -> None:
        """Keeps a statement that says something.

        A figure that an earlier edition has as it is, and that is not that of these units, is still of that edition's:
        what was new of its year was withheld.
        """
        again = row is not None and SAID_BEFORE in row
        if (
            units
            and interval.says_something
            and not (again and self._is_other(units, column, codes, interval))
        ):
            self.statements[Statement(units, column, codes, interval, regional)] = None

    def _is_other(
        self, units: tuple[Unit, ...], column: str, codes: tuple[str, ...], interval: Interval
    ) -> bool:
        """Whether the partners' own cells say that a figure is not one of them."""
        own = [self.own.get((unit, column, code)) for unit in units for code in (codes or ("",))]
        counts = [count for count in own if count is not None]
        return len(counts) == len(own) and not interval.low <= sum(counts) <= interval.high
