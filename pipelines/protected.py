"""Protection under audit: a table that leaks is left out, then the next, until the release holds.

Belongs here: the ladder. It never tries again with other random numbers, for the choice would tell.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from data_contracts.model import Catalog, Contract, Region
from pipelines.audit import AuditResult
from pipelines.audit_knowledge import Edition
from pipelines.audit_model import ContradictionError
from pipelines.audit_release import audited_periods
from pipelines.audits_kept import kept_audit
from pipelines.frozen import Earlier
from pipelines.kept import NOTHING_KEPT, Kept
from pipelines.protection import as_before, leave_out, protect
from pipelines.release import to_sdmx

PUBLISHED_BEFORE = "nothing new beside what was published before"
REFUSED = "refused"
FINAL = (PUBLISHED_BEFORE, REFUSED)


@dataclass(frozen=True)
class AuditOutcome:
    """Whether the release of a dataset holds, and a line per step of the ladder; tables are named, never values."""

    passed: bool
    report: list[dict[str, str]]


def protected_dataset(
    exact: pl.DataFrame,
    *,
    cells: pl.DataFrame,
    catalog: Catalog,
    contract: Contract,
    region: Region,
    key: bytes,
    before: Sequence[Edition] = (),
    kept: Kept = NOTHING_KEPT,
) -> tuple[pl.DataFrame, AuditOutcome]:
    """Protects a dataset, audits it, and leaves out the table with most leaking cells until nothing leaks.

    Grain and columns: as the observations. `cells` are those that count (`statistics.read_cells`), `before` the
    editions published before, oldest first, `kept` what earlier runs have audited. Datasets of events are public and
    need no audit.

    Source: methodology, section 6, "If it fails".
    """
    earlier = before[-1].rows if before else None
    published = protect(exact, catalog=catalog, contract=contract, region=region, key=key, before=earlier)
    if contract.protects == "events":
        return published, AuditOutcome(True, [{"step": "1", "outcome": "public events, released by consent"}])
    ladder = _Ladder(published, cells, before, catalog=catalog, contract=contract, region=region, kept=kept)
    held = [ladder.climb(periods) for periods in audited_periods(ladder.edition(), region)]
    kept.forget_others()
    return ladder.published, AuditOutcome(all(held), ladder.report)


class _Ladder:
    """Leaves tables out of what is published, one after another."""

    def __init__(
        self,
        published: pl.DataFrame,
        cells: pl.DataFrame,
        before: Sequence[Edition],
        *,
        catalog: Catalog,
        contract: Contract,
        region: Region,
        kept: Kept,
    ) -> None:
        self.published, self.cells, self.before = published, cells, tuple(before)
        self.catalog, self.contract, self.region, self.kept = catalog, contract, region, kept
        self.earlier = Earlier(before[-1].rows if before else None, contract)
        self.report: list[dict[str, str]] = []

    def climb(self, periods: Sequence[str]) -> bool:
        """Leaves tables of some periods out until they pass; false if they leak with all of them left out.

        A year that was published before cannot be made smaller: what is new of it is withheld instead, and what
        would leak from it then was published before.
        """
        while True:
            try:
                found = self._audit(periods)
            except ContradictionError as error:
                self.report.append({"period": periods[-1], "looked_at": str(error), "outcome": REFUSED})
                return False
            line = {"period": periods[-1], "looked_at": f"{found.targets} targets, {found.solved} programs"}
            if found.passed:
                self.report.append(line | {"outcome": "passed"})
                return True
            table, period = max(sorted(found.leaks), key=lambda where: found.leaks[where])
            outcome = self._mend(table, period)
            self.report.append(line | {"outcome": outcome})
            if outcome in FINAL:
                return outcome == PUBLISHED_BEFORE

    def _mend(self, table: str, period: str) -> str:
        if self.earlier.has(period):
            last = self.before[-1].rows
            left = as_before(self.published, last, contract=self.contract, period=period)
            if left.equals(self.published):
                return PUBLISHED_BEFORE
            self.published = left
            return f"{period} stays as published before"
        return f"left out {table}" if self._leave_out(table, period) else REFUSED

    def edition(self) -> Edition:
        """What is published as it stands, as an outsider has it."""
        return Edition(to_sdmx(self.published, contract=self.contract), self.cells)

    def _audit(self, periods: Sequence[str]) -> AuditResult:
        return kept_audit(
            [*self.before, self.edition()],
            periods,
            catalog=self.catalog,
            contract=self.contract,
            region=self.region,
            kept=self.kept,
        )

    def _leave_out(self, table: str, period: str) -> bool:
        """Suppresses the table in that period: of one by consent the region's figures first, then the hidden ones."""
        for areas in self._steps(table, period):
            left = leave_out(self.published, table, period=period, areas=areas)
            if not left.equals(self.published):
                self.published = left
                return True
        return False

    def _steps(self, table: str, period: str) -> Iterator[Sequence[str]]:
        release = next(t for t in self.contract.release_tables if t.name == table)
        if release.areas == "region":
            yield ()
            return
        yield [self.region.ref_area]
        of_table = self.published.filter(release_table=table, time_period=period)
        yield of_table.filter(pl.col("obs_method") != "")["ref_area"].unique(maintain_order=True).to_list()
