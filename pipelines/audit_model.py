"""The integer tables that agree with what was published, for one attacker and one characteristic.

Belongs here: variables, constraints and the solving of them. Which cells must not be pinned down is
`audit_targets.py`.

Other characteristics meet this one only through the partners' tables by consent: for given margins a joint integer
table always exists, so that each is solved on its own, with what the others say of the shared margins.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipelines.audit_knowledge import UNBOUNDED, Interval, Knowledge, Statement, Unit
from pipelines.audit_views import View

Table = NDArray[np.int64]
Relations = Mapping[tuple[str, str], Mapping[str, str]]
TOLERANCE = 1e-6


class ContradictionError(Exception):
    """No integer table agrees with all of the published figures."""


class Model:
    """The tables of one coalition's others, by unit x first consent view x the view in question.

    `relations` says, by (fine column, broad column), which code lies in which. Consent views that the view in
    question does not tell have variables of their own, unit x code, with the same persons in all.
    """

    def __init__(
        self, knowledge: Knowledge, view: View | None, coalition: Sequence[str], relations: Relations
    ) -> None:
        self.knowledge, self.view, self.coalition = knowledge, view, tuple(coalition)
        self.relations = relations
        self.others = tuple(unit for unit in knowledge.units if unit.partner not in self.coalition)
        self.position = {unit: number for number, unit in enumerate(self.others)}
        self.spine = knowledge.consent[0]
        self.codes = view.codes if view is not None else ("",)
        self.shape = (len(self.others), len(self.spine.codes), len(self.codes))
        self.index = np.arange(int(np.prod(self.shape))).reshape(self.shape)
        self.solved = 0
        self.beside = self._beside()
        self.size = self.index.size + sum(block.size for block in self.beside.values())

    def _beside(self) -> dict[str, NDArray[np.int64]]:
        """The variables of consent views that neither are the first nor follow from the view in question."""
        blocks, start = {}, self.index.size
        fine = self.view.column if self.view is not None else ""
        for view in self.knowledge.consent[1:]:
            if view.column == fine or (fine, view.column) in self.relations:
                continue
            count = len(self.others) * len(view.codes)
            blocks[view.column] = start + np.arange(count).reshape(len(self.others), len(view.codes))
            start += count
        return blocks

    def known(self, units: Sequence[Unit], column: str, codes: Sequence[str]) -> int:
        """The persons of the coalition's own among some units."""
        own = [unit for unit in units if unit.partner in self.coalition]
        return sum(self.knowledge.own[unit, column, code] for unit in own for code in (codes or ("",)))

    def variables(self, units: Sequence[Unit], column: str, codes: Sequence[str]) -> NDArray[np.int64] | None:
        """The variables whose sum a statement speaks of; nothing where its view is another characteristic's."""
        rows = [self.position[unit] for unit in units if unit in self.position]
        if not column:
            return self.index[rows].ravel()
        if column == self.spine.column:
            return self.index[rows][:, self._places(self.spine, codes)].ravel()
        if column in self.beside:
            view = next(view for view in self.knowledge.consent if view.column == column)
            return self.beside[column][rows][:, self._places(view, codes)].ravel()
        wanted = self.within(column, codes)
        return None if wanted is None else self.index[rows][:, :, wanted].ravel()

    def within(self, column: str, codes: Sequence[str]) -> list[int] | None:
        """The places of the view's codes that lie in codes of a column; nothing where that cannot be told."""
        if self.view is None:
            return None
        if column == self.view.column:
            return self._places(self.view, codes)
        broader = self.relations.get((self.view.column, column))
        if broader is None:
            return None
        return [number for number, code in enumerate(self.codes) if broader[code] in codes]

    @staticmethod
    def _places(view: View, codes: Sequence[str]) -> list[int]:
        return [view.codes.index(code) for code in codes]

    def rows(self) -> Iterator[tuple[NDArray[np.int64], Interval]]:
        """Every constraint: what the statements leave for the others, and equal persons in all views."""
        for statement in self.knowledge.statements:
            found = self.variables(statement.units, statement.column, statement.codes)
            if found is not None and found.size:
                yield found, self._rest(statement)
        for view in self.knowledge.breakdowns:
            if self.view is None or view.column != self.view.column:
                yield from self._shared(view)

    def _rest(self, statement: Statement) -> Interval:
        return statement.interval.less(self.known(statement.units, statement.column, statement.codes))

    def _shared(self, view: View) -> Iterator[tuple[NDArray[np.int64], Interval]]:
        """What a table by another characteristic says of the margins that it shares with this one."""
        targets: list[tuple[str, Mapping[str, str]]] = [("", dict.fromkeys(view.codes, ""))]
        targets += [
            (broad, mapping) for (fine, broad), mapping in self.relations.items() if fine == view.column
        ]
        tables: dict[tuple[Unit, ...], dict[str, Interval]] = {}
        for statement in self.knowledge.statements:
            if statement.column == view.column and len(statement.codes) == 1:
                tables.setdefault(statement.units, {})[statement.codes[0]] = self._rest(statement)
        for units, by_code in tables.items():
            for column, mapping in targets:
                for code in dict.fromkeys(mapping.values()):
                    parts = [by_code.get(fine, Interval()) for fine in mapping if mapping[fine] == code]
                    found = self.variables(units, column, (code,) if column else ())
                    if found is not None and found.size:
                        high = min(UNBOUNDED, sum(part.high for part in parts))
                        yield found, Interval(sum(part.low for part in parts), high)

    def solve(self, cost: NDArray[np.float64]) -> Table:
        """The table (of the view in question) with the least cost over its cells.

        The linear program first, the integer program where its vertex is fractional.

        Raises:
            ContradictionError: No table agrees with the figures.
        """
        return self.solve_all(np.concatenate([cost, np.zeros(self.size - cost.size)]))[: self.index.size]

    def solve_all(self, cost: NDArray[np.float64]) -> Table:
        """As `solve`, over the variables of all views."""
        self.solved += 1
        model = self._program
        model.changeColsCost(self.size, np.arange(self.size, dtype=np.int32), cost)
        model.run()
        values = self._values()
        if np.abs(values - np.round(values)).max() > TOLERANCE:
            self._set_integer(integer=True)
            model.run()
            values = self._values()
            self._set_integer(integer=False)
        table: Table = np.round(values).astype(np.int64)
        return table

    def extreme(self, variables: NDArray[np.int64], *, sign: int) -> Table:
        """A solution over all views in which the sum of some variables is least (1) or largest (-1)."""
        cost = np.zeros(self.size)
        cost[variables] = sign
        return self.solve_all(cost)

    def bounds(self, variables: NDArray[np.int64]) -> tuple[int, int]:
        """The smallest and the largest integer that a sum of variables can have."""
        low, high = (int(self.extreme(variables, sign=sign)[variables].sum()) for sign in (1, -1))
        return low, high

    def _values(self) -> NDArray[np.float64]:
        import highspy

        if self._program.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            raise ContradictionError("the published figures contradict each other")
        return np.array(self._program.getSolution().col_value)

    def _set_integer(self, *, integer: bool) -> None:
        import highspy

        kind = highspy.HighsVarType.kInteger if integer else highspy.HighsVarType.kContinuous
        columns = np.arange(self.size, dtype=np.int32)
        self._program.changeColsIntegrality(self.size, columns, np.array([kind] * self.size))

    @cached_property
    def _program(self) -> Any:
        """The published figures as one program, whose cost alone changes from solve to solve."""
        import highspy

        with _without_banner():
            program: Any = highspy.Highs()  # type: ignore[no-untyped-call]
        program.setOptionValue("output_flag", False)
        program.setOptionValue("threads", 1)
        program.addVars(self.size, np.zeros(self.size), np.full(self.size, float(UNBOUNDED)))
        for variables, interval in self.rows():
            if interval.says_something:
                high = float(interval.high) if interval.high < UNBOUNDED else highspy.kHighsInf
                ones = np.ones(variables.size)
                program.addRow(float(interval.low), high, variables.size, variables.astype(np.int32), ones)
        for block in self.beside.values():
            for number in range(len(self.others)):
                persons = self.index[number].ravel()
                columns = np.concatenate([persons, block[number]]).astype(np.int32)
                signs = np.concatenate([np.ones(persons.size), -np.ones(len(block[number]))])
                program.addRow(0.0, 0.0, columns.size, columns, signs)
        return program


@contextmanager
def _without_banner() -> Iterator[None]:
    """HiGHS greets on the process's standard output when it is made; machine-readable output must not hold that."""
    sys.stdout.flush()
    kept = os.dup(1)
    with Path(os.devnull).open("wb") as nothing:
        os.dup2(nothing.fileno(), 1)
        try:
            yield
        finally:
            os.dup2(kept, 1)
            os.close(kept)
