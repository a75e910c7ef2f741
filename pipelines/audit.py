"""The attacker's audit: what a reader, each partner and each pair of partners can prove from published figures.

Belongs here: the guarantee over all attackers and tables of a dataset. It reads releases as an outsider would,
shares no code with the protection, and names tables, never values. An integer table that agrees with all that was
published is a witness; a cell is safe once witnesses show that its value cannot be pinned down.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from data_contracts.model import TOTAL, Catalog, Contract, Region, ReleaseTable
from pipelines.audit_attack import Attack
from pipelines.audit_figures import read_knowledge
from pipelines.audit_hidden import HiddenAttack
from pipelines.audit_knowledge import Edition, Knowledge
from pipelines.audit_model import Relations, Table
from pipelines.audit_views import View, breakdown_views, coarser, consent_views

LARGEST_COALITION = 2


@dataclass(frozen=True)
class AuditResult:
    """Leaking cells by table and period (how many, never which value), and how much was looked at."""

    leaks: Mapping[tuple[str, str], int]
    targets: int
    solved: int

    @property
    def passed(self) -> bool:
        """Whether no cell leaks."""
        return not self.leaks


def audit(
    editions: Sequence[Edition],
    periods: Sequence[str],
    *,
    catalog: Catalog,
    contract: Contract,
    region: Region,
) -> AuditResult:
    """Audits some years of one dataset, the newest edition with those published before it.

    `periods` are years that are looked at together, and the pooled period that binds them if there is one; `editions`
    go from the oldest to the newest. Without the partners' cells, a reader's bounds are all that can be found.

    Raises:
        ContradictionError: No integer table agrees with the figures.

    Source: methodology, section 6, the guarantee and the audit; disclosure.md, sections 1 and 5.
    """
    knowledge = read_knowledge(editions, periods, catalog=catalog, contract=contract, region=region)
    relations = view_relations(catalog, contract)
    largest = LARGEST_COALITION if all(edition.cells is not None for edition in editions) else 0
    found = _Tally(periods, _pooled_tables(editions[-1], periods, contract))
    if knowledge.units:
        for view in _published(knowledge):
            found.breakdown(knowledge, view, relations, largest)
        if knowledge.hidden:
            found.hidden(knowledge, relations, largest)
    return AuditResult(dict(found.leaks), found.targets, found.solved)


def view_relations(catalog: Catalog, contract: Contract) -> Relations:
    """Which code of a view published by partner each code of a view for the region lies in, where that is known."""
    pairs = itertools.product(breakdown_views(catalog, contract), consent_views(catalog, contract))
    found = {
        (fine.column, broad.column): coarser(fine, broad, catalog=catalog, contract=contract)
        for fine, broad in pairs
    }
    return {pair: mapping for pair, mapping in found.items() if mapping is not None}


def coalitions(partners: Sequence[str], *, largest: int) -> Iterator[tuple[str, ...]]:
    """Pairs first, then each partner, then the reader who knows nothing of their own."""
    for size in range(largest, -1, -1):
        yield from itertools.combinations(partners, size)


class _Tally:
    """Counts leaks by table and period."""

    def __init__(self, periods: Sequence[str], pooled: Mapping[str, str]) -> None:
        self.periods, self.pooled = periods, pooled
        self.leaks: Counter[tuple[str, str]] = Counter()
        self.targets = self.solved = 0

    def breakdown(self, knowledge: Knowledge, view: View, relations: Relations, largest: int) -> None:
        """One table by characteristic against all attackers; a witness against many serves against fewer."""
        known: list[tuple[tuple[str, ...], Table]] = []
        for coalition in coalitions(knowledge.partners, largest=largest):
            attack = Attack(knowledge, view, coalition, relations)
            served = [
                full[[u.partner not in coalition for u in knowledge.units]]
                for by, full in known
                if set(coalition) < set(by)
            ]
            self._count(view.table, attack.leaks(table.ravel() for table in served))
            known += [(coalition, full) for full in attack.full_tables()]
            self.targets += attack.targets
            self.solved += attack.solved

    def hidden(self, knowledge: Knowledge, relations: Relations, largest: int) -> None:
        """The figures of hidden partners against all attackers."""
        for coalition in coalitions(knowledge.partners, largest=largest):
            attack = HiddenAttack(knowledge, coalition, relations)
            for table in attack.leaks():
                self._count(table, 1)
            self.targets += len(attack.targets())
            self.solved += attack.solved

    def _count(self, table: str, leaks: int) -> None:
        """Leaks of years that a pooled period binds count against its table, or any table of it that is left."""
        if not leaks:
            return
        pooled = {table: self.pooled[table]} if table in self.pooled else self.pooled
        where = next(iter(sorted(pooled.items())), (table, self.periods[-1]))
        self.leaks[where] += leaks


def _published(knowledge: Knowledge) -> list[View]:
    """The views that some figure is published of."""
    columns = {statement.column for statement in knowledge.statements}
    return [view for view in knowledge.breakdowns if view.column in columns]


def _pooled_tables(newest: Edition, periods: Sequence[str], contract: Contract) -> dict[str, str]:
    """The tables that the newest edition has of a pooled period, with that period."""
    return {
        table.name: period
        for period in periods
        for table in contract.release_tables
        if not period.isdigit() and table.protection == "rounded" and _is_told(newest, period, table)
    }


def _is_told(edition: Edition, period: str, table: ReleaseTable) -> bool:
    of_table = edition.rows.filter(pl.col(table.dimensions[0].upper()) != TOTAL, TIME_PERIOD=period)
    return of_table.filter(pl.col("OBS_VALUE") != "").height > 0
