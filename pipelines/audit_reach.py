"""How far each cell can go: from an integer table that agrees with the figures, by moving persons between codes.

Belongs here: bounds that witnesses give. A person who moves to another code of the same partner and type changes no
figure but those of the two codes, so that each table found stands for a whole neighbourhood of tables, and few
programs have to be solved.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipelines.audit_knowledge import Unit
from pipelines.audit_model import Model, Table

FAR = 10**6
Counts = NDArray[np.int64]


@dataclass
class Family:
    """Cells of one kind over the codes of the view, a row a group, and the bounds of each that are shown so far.

    Kind `unit`: each unit is a row. Kind `scene`: units that stand in one figure together, a row for each code of the
    spine or one for all. `least` is how few persons a row was seen to hold. `told` are cells of a code that a table by
    consent publishes too: they are that table's matter.
    """

    kind: str
    units: tuple[int, ...]
    by_spine: bool
    low: Counts
    high: Counts
    least: Counts
    told: NDArray[np.bool_]

    def variables(self, index: NDArray[np.int64], row: int) -> NDArray[np.int64]:
        """The variables of a row's cells, one column a code."""
        if self.kind == "unit":
            cells: NDArray[np.int64] = index[self.units[row]]
            return cells
        part = index[list(self.units)]
        chosen = part[:, row] if self.by_spine else part
        return chosen.reshape(-1, index.shape[2])

    def include(self, low: Counts, high: Counts, persons: Counts) -> None:
        """Widens the bounds by what a witness shows, and keeps how few persons a row was seen to hold."""
        self.low = np.minimum(self.low, low)
        self.high = np.maximum(self.high, high)
        self.least = np.minimum(self.least, persons)


class Reach:
    """The families of cells of one attacker and characteristic, and what the witnesses show of them."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.families = tuple(self._families())
        self.rows = tuple(self._code_rows())
        self.same = self._same_class()

    def _families(self) -> Iterator[Family]:
        """Unit x code; and in each scene, over the others: spine code x code, and code."""
        others, spine, codes = self.model.shape
        told = self._told()
        yield _family("unit", range(others), codes, rows=others, told=told)
        scenes = dict.fromkeys(self._others_of(scene) for scene in self.model.knowledge.scenes)
        for units in scenes:
            if units:
                yield _family("scene", units, codes, rows=spine, by_spine=True)
                every = np.array([told[list(units)].all(axis=0)])
                yield _family("scene", units, codes, rows=1, told=every)

    def _told(self) -> NDArray[np.bool_]:
        """Unit x code: whether a table by consent has the same persons, as they are or as those of a hidden partner."""
        view, knowledge = self.model.view, self.model.knowledge
        told = np.zeros((len(self.model.others), len(self.model.codes)), dtype=bool)
        exact = {
            (s.units[0], s.column, code)
            for s in knowledge.statements
            for code in s.codes
            if s.interval.exact and not s.regional
        }
        for (fine, broad), mapping in self.model.relations.items():
            for number, code in enumerate(
                self.model.codes if view is not None and fine == view.column else ()
            ):
                if sum(other == mapping[code] for other in mapping.values()) == 1:
                    for place, unit in enumerate(self.model.others):
                        hidden = unit in knowledge.hidden
                        told[place, number] |= hidden or (unit, broad, mapping[code]) in exact
        return told

    def _others_of(self, units: Sequence[Unit]) -> tuple[int, ...]:
        return tuple(self.model.position[unit] for unit in units if unit in self.model.position)

    def _code_rows(self) -> Iterator[tuple[list[int], int, int, int]]:
        """The figures of single codes: units, code, and what they leave for the others at least and at most."""
        view = self.model.view
        for statement in self.model.knowledge.statements:
            if view is None or statement.column != view.column or len(statement.codes) != 1:
                continue
            units = list(self._others_of(statement.units))
            known = self.model.known(statement.units, statement.column, statement.codes)
            rest = statement.interval.less(known)
            if units and rest.says_something:
                yield units, view.codes.index(statement.codes[0]), rest.low, rest.high

    def caps(self, family: Family) -> Counts:
        """The smallest exactly known margin above each cell, as single figures give it.

        Source: methodology, section 6, the guarantee (m).
        """
        caps = np.full(family.low.shape, FAR)
        for statement in self.model.knowledge.statements:
            if not statement.interval.exact:
                continue
            value = statement.interval.low
            places = self._others_of(statement.units)
            if family.kind == "unit" and not statement.regional and places:
                codes = self.model.within(statement.column, statement.codes) if statement.column else ...
                if codes is not None:
                    caps[places[0], codes] = np.minimum(caps[places[0], codes], value)
            elif family.kind == "scene" and set(family.units) <= set(places):
                row = self._spine_row(family, statement.column, statement.codes)
                caps[row] = np.minimum(caps[row], value)
        return caps

    def _spine_row(self, family: Family, column: str, codes: Sequence[str]) -> slice:
        """The rows of a family that lie within a figure of all persons, or of one code of the spine."""
        if not column:
            return slice(None)
        if family.by_spine and column == self.model.spine.column:
            place = self.model.spine.codes.index(codes[0])
            return slice(place, place + 1)
        return slice(0)

    def _same_class(self) -> NDArray[np.bool_]:
        """Which codes a person may move between without a change of a coarser figure."""
        view, codes = self.model.view, self.model.codes
        same = ~np.eye(len(codes), dtype=bool)
        for (fine, _), mapping in self.model.relations.items():
            if view is not None and fine == view.column:
                broad = np.array([mapping[code] for code in codes])
                same &= broad[:, None] == broad[None, :]
        return same

    def absorb(self, table: Table) -> None:
        """Widens all bounds by a table that agrees with the figures, given by its variables."""
        cells = table.reshape(self.model.shape)
        up, down = self._slack(cells)
        for family in self.families:
            if family.kind == "unit":
                held, more, less = cells.sum(axis=1), up, down
            else:
                part = cells[list(family.units)].sum(axis=0)
                held = part if family.by_spine else part.sum(axis=0, keepdims=True)
                more = np.broadcast_to(up[list(family.units)].min(axis=0), held.shape)
                less = np.broadcast_to(down[list(family.units)].min(axis=0), held.shape)
            given = np.minimum(held, less) @ self.same.T
            taken = np.minimum(more, FAR) @ self.same.T
            high = held + np.minimum(more, given)
            low = held - np.minimum(np.minimum(held, less), taken)
            family.include(low, high, held.sum(axis=1))

    def _slack(self, cells: Counts) -> tuple[Counts, Counts]:
        """How many persons each unit's code can take and give before a published figure no longer agrees."""
        by_code = cells.sum(axis=1)
        up, down = np.full(by_code.shape, FAR), np.full(by_code.shape, FAR)
        for units, code, low, high in self.rows:
            shown = int(by_code[units, code].sum())
            up[units, code] = np.minimum(up[units, code], high - shown)
            down[units, code] = np.minimum(down[units, code], shown - low)
        return up, down


def _family(
    kind: str,
    units: Sequence[int],
    codes: int,
    *,
    rows: int,
    by_spine: bool = False,
    told: NDArray[np.bool_] | None = None,
) -> Family:
    shape = (rows, codes)
    return Family(
        kind,
        tuple(units),
        by_spine,
        low=np.full(shape, FAR),
        high=np.full(shape, -1),
        least=np.full(rows, FAR),
        told=np.zeros(shape, dtype=bool) if told is None else told,
    )
