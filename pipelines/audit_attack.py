"""What one coalition can prove about one characteristic of the others: the guarantee, cell by cell.

Belongs here: which bounds are safe, and the search for witnesses that show it. What was published is
`audit_figures.py`, the tables that agree with it `audit_model.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from pipelines.audit_knowledge import Knowledge, Unit
from pipelines.audit_model import Model, Relations, Table
from pipelines.audit_reach import Family, Reach
from pipelines.audit_views import View

WIDTH = 3
ROUNDS = 2


class Attack:
    """One coalition (nobody: a reader of the release) against one table of persons by characteristic."""

    def __init__(
        self, knowledge: Knowledge, view: View, coalition: Sequence[str], relations: Relations
    ) -> None:
        self.knowledge, self.view, self.coalition, self.relations = knowledge, view, coalition, relations
        self.model = Model(knowledge, view, coalition, relations)
        self.reach = Reach(self.model)
        self.witnesses: list[Table] = []
        self.baseline: Attack | None = None
        self.needed: dict[int, NDArray[np.int64]] = {}

    @property
    def targets(self) -> int:
        """How many cells and groups are looked at."""
        families = self.reach.families
        return sum(family.low.size + family.low.shape[0] for family in families)

    @property
    def solved(self) -> int:
        """How many programs were solved, those of its baseline included."""
        return self.model.solved + (self.baseline.solved if self.baseline is not None else 0)

    def leaks(self, known: Iterable[Table] = ()) -> int:
        """How many cells and groups leak. `known` are tables of the others that are known to agree."""
        if not self.model.others:
            return 0
        for table in known:
            self.reach.absorb(table)
        if not self.witnesses and not all(self._safe(f).all() for f in self.reach.families):
            self._search()
        cells = sum(self._leaks_cell(f, row, code) for f, row, code in list(self._open()))
        if not self.coalition:
            return cells
        return cells + sum(self._leaks_group(f, row) for f in self.reach.families for row in _open_groups(f))

    def _search(self) -> None:
        """Tables with as few, and as many, persons as possible in the cells that are not shown to be safe."""
        self._solve(np.where(np.arange(self.model.index.size) % 2 == 0, 1.0, -1.0))
        for _ in range(ROUNDS):
            for sign in (1.0, -1.0):
                wanted = np.zeros(self.model.index.size)
                for family, row, code in self._open():
                    wanted[self._cell(family, row, code)] += sign
                if not wanted.any():
                    return
                self._solve(wanted)

    def _solve(self, cost: NDArray[np.float64]) -> Table:
        table = self.model.solve(cost)
        self.witnesses.append(table)
        self.reach.absorb(table)
        return table

    def _extreme(self, variables: NDArray[np.int64], sign: float) -> None:
        cost = np.zeros(self.model.index.size)
        cost[variables] = sign
        self._solve(cost)

    def _cell(self, family: Family, row: int, code: int) -> NDArray[np.int64]:
        return family.variables(self.model.index, row)[..., code].ravel()

    def _safe(self, family: Family) -> NDArray[np.bool_]:
        """The cells whose bounds are wide enough: three integers, or for a coalition that nobody may be there."""
        if self.coalition:
            safe: NDArray[np.bool_] = (
                family.told | (family.low == 0) | (family.high - family.low + 1 >= WIDTH)
            )
            return safe
        if id(family) not in self.needed:
            self.needed[id(family)] = np.minimum(WIDTH, self.reach.caps(family) + 1)
        wide: NDArray[np.bool_] = family.high - family.low + 1 >= self.needed[id(family)]
        return wide | family.told

    def _open(self) -> Iterator[tuple[Family, int, int]]:
        for family in self.reach.families:
            for row, code in np.argwhere(~self._safe(family)):
                yield family, int(row), int(code)

    def _leaks_cell(self, family: Family, row: int, code: int) -> bool:
        """Whether exact bounds leave the cell open, and the figures released by consent alone do not."""
        variables = self._cell(family, row, code)
        for sign in (1.0, -1.0):
            if self._safe(family)[row, code]:
                return False
            self._extreme(variables, sign)
        if self._safe(family)[row, code]:
            return False
        low, high = family.low[row, code], family.high[row, code]
        least, most = self._by_consent(variables)
        if self.coalition:
            return not (least >= 1 and most - least + 1 < WIDTH)
        return bool(high - low < min(WIDTH - 1, most - least))

    def _by_consent(self, variables: NDArray[np.int64]) -> tuple[int, int]:
        """The bounds that the exact figures alone leave: no table that is left out could widen them."""
        return self._consent().model.bounds(variables)

    def _consent(self) -> Attack:
        if self.baseline is None:
            exact = tuple(
                s for s in self.knowledge.statements if s.interval.exact and self._is_consent(s.column)
            )
            only = replace(self.knowledge, statements=exact)
            self.baseline = Attack(only, self.view, self.coalition, self.relations)
        return self.baseline

    def _is_consent(self, column: str) -> bool:
        return not column or column in {view.column for view in self.knowledge.consent}

    def _leaks_group(self, family: Family, row: int) -> bool:
        """Whether a group provably has persons, and all of them with one code, by more than is released by consent."""
        if not self._all_in_one(family, row):
            return False
        same = next(
            f for f in self._consent().reach.families if (f.kind, f.units, f.by_spine) == _key(family)
        )
        return not self._consent()._all_in_one(same, row)

    def _all_in_one(self, family: Family, row: int) -> bool:
        variables = family.variables(self.model.index, row)
        if family.least[row] > 0:
            self._extreme(variables.ravel(), 1.0)
        if family.least[row] == 0:
            return False
        for code in range(family.high.shape[1]):
            if family.high[row, code] <= 0:
                self._extreme(variables[..., code].ravel(), -1.0)
            if (family.high[row] > 0).sum() > 1:
                return False
        return True

    def full_tables(self) -> Iterator[Table]:
        """The witnesses over all units, those of the coalition included as any table with their own margins."""
        units = self.knowledge.units
        own = {unit: self._own_table(unit) for unit in units if unit.partner in self.coalition}
        if any(table is None for table in own.values()):
            return
        for witness in self.witnesses:
            cells = witness.reshape(self.model.shape)
            yield np.stack(
                [own[u] if u in own else cells[self.model.position[u]] for u in units]  # type: ignore[misc]
            )

    def _own_table(self, unit: Unit) -> Table | None:
        """A table with the unit's own margins by spine and by code; nothing where it did not hand over both."""
        spine, known = self.knowledge.consent[0], self.knowledge.own
        if (unit, spine.column, spine.codes[0]) not in known or (
            unit, self.view.column, self.view.codes[0],
        ) not in known:  # fmt: skip
            return None
        down = [known[unit, spine.column, code] for code in spine.codes]
        across = [known[unit, self.view.column, code] for code in self.view.codes]
        return _northwest(down, across)


def _open_groups(family: Family) -> list[int]:
    """The rows that were not seen empty, nor with persons of two different codes."""
    return [int(row) for row in np.flatnonzero(((family.high > 0).sum(axis=1) < 2) & (family.least > 0))]


def _key(family: Family) -> tuple[str, tuple[int, ...], bool]:
    return family.kind, family.units, family.by_spine


def _northwest(down: Sequence[int], across: Sequence[int]) -> Table:
    """The table that fills rows and columns in order, up to their margins."""
    table = np.zeros((len(down), len(across)), dtype=np.int64)
    rows, columns = list(down), list(across)
    for row in range(len(rows)):
        for column in range(len(columns)):
            table[row, column] = min(rows[row], columns[column])
            rows[row] -= int(table[row, column])
            columns[column] -= int(table[row, column])
    return table
