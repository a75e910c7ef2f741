"""What one coalition can prove about the figures of partners that did not release them as they are.

Belongs here: partner x type, partner x legal basis and the like, where a partner's consent is `protected` or
`region_only`. Characteristics of persons are `audit_attack.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipelines.audit_attack import WIDTH
from pipelines.audit_knowledge import UNBOUNDED, Knowledge, Unit
from pipelines.audit_model import Model, Relations


@dataclass(frozen=True)
class Hidden:
    """A figure that is not released: its table, its variables, and the smallest exactly known margin above it."""

    table: str
    variables: NDArray[np.int64]
    margin: int


class HiddenAttack:
    """One coalition (nobody: a reader of the release) against all figures of hidden partners."""

    def __init__(self, knowledge: Knowledge, coalition: Sequence[str], relations: Relations) -> None:
        self.knowledge, self.coalition = knowledge, tuple(coalition)
        self.model = Model(knowledge, None, coalition, relations)
        self.seen: list[NDArray[np.int64]] = []
        self.exact = {
            (s.units[0], s.column, s.codes): s.interval.low
            for s in knowledge.statements
            if s.interval.exact and not s.regional
        }

    @property
    def solved(self) -> int:
        """How many programs were solved."""
        return self.model.solved

    def targets(self) -> list[Hidden]:
        """Every figure of the others that are hidden: their persons, and those with each code of each view."""
        found = []
        for unit in self.model.others:
            if unit not in self.knowledge.hidden:
                continue
            for view in self.knowledge.consent:
                choices: list[tuple[str, ...]] = [(code,) for code in view.codes]
                for codes in choices:
                    variables = self.model.variables((unit,), view.column, codes)
                    if variables is not None:
                        margin = min(self._margin(unit, view.column, codes), self._margin(unit, "", ()))
                        found.append(Hidden(view.table, variables, margin))
            every = self.model.variables((unit,), "", ())
            if every is not None:
                table = self.knowledge.consent[0].table
                found.append(Hidden(table, every, self._margin(unit, "", ())))
        return found

    def _margin(self, unit: Unit, column: str, codes: tuple[str, ...]) -> int:
        """What exact figures of the region, less those of the partners released as they are, leave for the hidden."""
        margins = [UNBOUNDED]
        for statement in self.knowledge.statements:
            same = statement.column == column and statement.codes == codes
            if not (same and statement.regional and statement.interval.exact and unit in statement.units):
                continue
            rest = [u for u in statement.units if u not in self.knowledge.hidden]
            if all((u, column, codes) in self.exact for u in rest):
                margins.append(statement.interval.low - sum(self.exact[u, column, codes] for u in rest))
        return min(margins)

    def leaks(self) -> Iterator[str]:
        """The table of each figure that leaks."""
        targets = self.targets()
        if not targets:
            return
        every = np.unique(np.concatenate([target.variables for target in targets]))
        alternating = np.where(np.arange(every.size) % 2 == 0, 1.0, -1.0)
        for cost in (np.ones(every.size), -np.ones(every.size), alternating, -alternating):
            wanted = np.zeros(self.model.size)
            wanted[every] = cost
            self.seen.append(self.model.solve_all(wanted))
        yield from (target.table for target in targets if self._leaks(target))

    def _leaks(self, target: Hidden) -> bool:
        if self._safe(target):
            return False
        for sign in (1, -1):
            self.seen.append(self.model.extreme(target.variables, sign=sign))
            if self._safe(target):
                return False
        return True

    def _safe(self, target: Hidden) -> bool:
        values = [int(table[target.variables].sum()) for table in self.seen]
        width = max(values) - min(values) + 1
        if self.coalition:
            return min(values) == 0 or width >= WIDTH
        return width >= min(WIDTH, target.margin + 1)
