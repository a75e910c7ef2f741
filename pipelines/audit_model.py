"""The integer tables that agree with what was published, for one attacker and one characteristic.

Belongs here: variables, constraints and witnesses. Other characteristics meet this one only through the partners'
tables by the spine (for given margins a joint integer table always exists), so that each is solved on its own.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipelines.audit_figures import UNBOUNDED, Interval, Published, spread

Witness = NDArray[np.int64]
TOLERANCE = 1e-6


@dataclass(frozen=True)
class Target:
    """A sum of variables that must not be pinned down, the smallest exactly known margin above it, its table."""

    table: str
    variables: tuple[int, ...]
    margin: int


@dataclass(frozen=True)
class Group:
    """Persons of others who must not all be provably in one category: the variables by category."""

    target: Target
    categories: tuple[tuple[int, ...], ...]


class Attack:
    """All that one coalition can prove about one characteristic of the others.

    Variables are persons by partner (not of the coalition) x spine code x code of the characteristic.
    """

    def __init__(
        self,
        published: Published,
        number: int,
        coalition: Sequence[str],
        own: Mapping[tuple[str, str, str], int],
    ) -> None:
        self.published = published
        self.breakdown = published.breakdowns[number]
        self.coalition = tuple(coalition)
        self.own = own
        self.others = tuple(partner for partner in published.partners if partner not in coalition)
        self.codes = tuple(self.breakdown.codes)
        self.shape = (len(self.others), len(published.spine), len(self.codes))
        self.index = np.arange(int(np.prod(self.shape))).reshape(self.shape)
        self.witnesses: list[Witness] = []
        self.solved = 0
        if self.others:
            self._collect()

    @cached_property
    def targets(self) -> list[Target]:
        """Partner x code and spine x code over the others, and partner x spine where it is not by consent."""
        name, found = self.breakdown.table, []
        if not self.others:
            return []
        for p, partner in enumerate(self.others):
            for c, code in enumerate(self.codes):
                broader = self._broader(partner, code)
                if not (broader.exact and self._stands_alone(code)):
                    margin = min(_exact(self.published.totals[partner]), _exact(broader))
                    found.append(Target(name, _flat(self.index[p, :, c]), margin))
        for s, code in enumerate(self.published.spine):
            margin = _exact(self.published.region[code])
            for c in range(len(self.codes)):
                found.append(Target(name, _flat(self.index[:, s, c]), margin))
        return found

    def _broader(self, partner: str, code: str) -> Interval:
        """What the partner released on the coarser code that holds this one; anything, if there is none."""
        return self.breakdown.coarse_by_partner.get(
            (partner, self.breakdown.coarse.get(code, "")), Interval()
        )

    def _stands_alone(self, code: str) -> bool:
        """Whether the coarser code holds this one only, so that releasing it releases this one."""
        coarse = self.breakdown.coarse
        return code in coarse and sum(other == coarse[code] for other in coarse.values()) == 1

    @cached_property
    def groups(self) -> list[Group]:
        """Every other partner, and every spine code over the others."""
        if not self.others:
            return []
        slices = [self.index[p] for p in range(len(self.others))]
        slices += [self.index[:, s, :] for s in range(len(self.published.spine))]
        return [
            Group(
                Target(self.breakdown.table, _flat(part), UNBOUNDED),
                tuple(_flat(part[:, c]) for c in range(len(self.codes))),
            )
            for part in slices
        ]

    def bounds(self, target: Target) -> tuple[int, int]:
        """The smallest and the largest integer that the target can have."""
        low, high = (self._extreme(target.variables, sign=sign) for sign in (1, -1))
        return low, high

    def can_be_zero(self, target: Target) -> bool:
        """Whether some table has nobody in the target."""
        if any(self._value(witness, target.variables) == 0 for witness in self.witnesses):
            return True
        return self._extreme(target.variables, sign=1) == 0

    def has_width(self, target: Target, width: int) -> bool:
        """Whether at least `width` integers are possible for the target (all between two witnesses are)."""
        seen = [self._value(witness, target.variables) for witness in self.witnesses]
        if max(seen) - min(seen) + 1 >= width:
            return True
        high = max(*seen, self._extreme(target.variables, sign=-1))
        if high - min(seen) + 1 >= width:
            return True
        low = min(*seen, self._extreme(target.variables, sign=1))
        return high - low + 1 >= width

    def is_all_in_one(self, group: Group) -> bool:
        """Whether the group provably has persons, and all of them in one category."""
        seen: set[int] = set()
        for witness in self.witnesses:
            filled = {n for n, category in enumerate(group.categories) if self._value(witness, category)}
            seen |= filled
            if not filled or len(seen) > 1:
                return False
        only = seen.pop()
        rest = tuple(v for n, category in enumerate(group.categories) if n != only for v in category)
        if self._extreme(rest, sign=-1) > 0:
            return False
        return self._extreme(group.target.variables, sign=1) > 0

    def _collect(self) -> None:
        """The first witnesses: as few and as many persons in the open cells as possible, and both mixed."""
        every = np.ones(self.index.size)
        mixed = np.where(np.arange(self.index.size) % 2 == 0, 1.0, -1.0)
        for cost in (every, -every, mixed, -mixed):
            self._solve(cost)

    def _extreme(self, variables: Sequence[int], *, sign: int) -> int:
        cost = np.zeros(self.index.size)
        cost[list(variables)] = sign
        return self._value(self._solve(cost), variables)

    def _value(self, witness: Witness, variables: Sequence[int]) -> int:
        return int(witness[list(variables)].sum())

    def _solve(self, cost: NDArray[np.float64]) -> Witness:
        """A table with the least cost: the linear program first, the integer program where its vertex is fractional."""
        self.solved += 1
        model, columns = self._model, np.arange(len(cost), dtype=np.int32)
        model.changeColsCost(len(cost), columns, cost)
        model.run()
        values = self._values()
        if np.abs(values - np.round(values)).max() > TOLERANCE:
            self._set_integer(integer=True)
            model.run()
            values = self._values()
            self._set_integer(integer=False)
        witness: Witness = np.round(values).astype(np.int64)
        self.witnesses.append(witness)
        return witness

    def _values(self) -> NDArray[np.float64]:
        import highspy

        if self._model.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            raise ArithmeticError(f"{self.breakdown.table}: the published figures contradict each other")
        return np.array(self._model.getSolution().col_value)

    def _set_integer(self, *, integer: bool) -> None:
        import highspy

        kind = highspy.HighsVarType.kInteger if integer else highspy.HighsVarType.kContinuous
        count = self.index.size
        self._model.changeColsIntegrality(count, np.arange(count, dtype=np.int32), np.array([kind] * count))

    @cached_property
    def _model(self) -> Any:
        """The published figures as one model, whose cost alone changes from solve to solve."""
        import highspy

        with _without_banner():
            model: Any = highspy.Highs()  # type: ignore[no-untyped-call]
        model.setOptionValue("output_flag", False)
        model.setOptionValue("threads", 1)
        count = self.index.size
        model.addVars(count, np.zeros(count), np.full(count, float(UNBOUNDED)))
        for variables, interval in self._rows():
            if interval.low > 0 or interval.high < UNBOUNDED:
                high = float(interval.high) if interval.high < UNBOUNDED else highspy.kHighsInf
                model.addRow(
                    float(interval.low),
                    high,
                    len(variables),
                    np.array(variables, np.int32),
                    np.ones(len(variables)),
                )
        return model

    def _rows(self) -> list[tuple[tuple[int, ...], Interval]]:
        """Every published figure as bounds on a sum of variables."""
        figures, rows = self.published, []
        for p, partner in enumerate(self.others):
            rows.append((_flat(self.index[p]), figures.totals[partner]))
            rows += [
                (_flat(self.index[p, s]), figures.by_partner[(partner, code)])
                for s, code in enumerate(figures.spine)
            ]
            rows += self._coarse_rows(p, partner)
        for s, code in enumerate(figures.spine):
            rows.append((_flat(self.index[:, s]), figures.region[code].less(self._known("", code))))
        known = sum(self._known("", code) for code in figures.spine)
        rows.append((_flat(self.index), figures.region_total.less(known)))
        for other in figures.breakdowns:
            of_all = spread(other.codes.values())
            upper = of_all.high if other.complete else UNBOUNDED
            rows.append((_flat(self.index), Interval(of_all.low, upper).less(known)))
        for c, code in enumerate(self.codes):
            interval = self.breakdown.codes[code].less(self._known(self.breakdown.table, code))
            upper = interval.high if self.breakdown.complete else UNBOUNDED
            rows.append((_flat(self.index[:, :, c]), Interval(interval.low, upper)))
        return rows

    def _coarse_rows(self, p: int, partner: str) -> list[tuple[tuple[int, ...], Interval]]:
        rows = []
        for coarse in dict.fromkeys(self.breakdown.coarse.values()):
            members = [c for c, code in enumerate(self.codes) if self.breakdown.coarse.get(code) == coarse]
            interval = self.breakdown.coarse_by_partner[(partner, coarse)]
            rows.append((_flat(self.index[p][:, members]), interval))
        return rows

    def _known(self, table: str, code: str) -> int:
        return sum(self.own.get((partner, table, code), 0) for partner in self.coalition)


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


def _flat(part: NDArray[np.int64]) -> tuple[int, ...]:
    return tuple(int(variable) for variable in np.ravel(part))


def _exact(interval: Interval) -> int:
    return interval.high if interval.exact else UNBOUNDED
