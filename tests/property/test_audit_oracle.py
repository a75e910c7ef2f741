"""The audit's bounds are those of brute force: every integer table that agrees with what was published is looked at.

The oracle enumerates whole tables, the attackers' own cells included; the audit solves for the others only.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from pipelines.audit_attack import Attack
from pipelines.audit_knowledge import Interval, Knowledge, Statement, Unit
from pipelines.audit_views import View
from tests.proofs import CASES, SEED, seeded

PERSONS = 6
Tables = NDArray[np.int8]
Shape = tuple[int, int, int]


@cache
def every_table(shape: Shape) -> Tables:
    """All integer tables of a shape with at most `PERSONS` persons, one a row."""
    cells = int(np.prod(shape))
    rows = np.zeros((1, 0), dtype=np.int8)
    for _ in range(cells):
        left = PERSONS - rows.sum(axis=1, dtype=np.int16)
        repeated = np.repeat(rows, left + 1, axis=0)
        added = np.concatenate([np.arange(n + 1, dtype=np.int8) for n in left])
        rows = np.column_stack([repeated, added])
    return rows.reshape(-1, *shape)


def figure(value: int, draw: random.Random, *, hidden: bool = True) -> Interval:
    """A published figure on a true value: exact, rounded to five, or nothing."""
    kind = draw.choice(["exact", "exact", "rounded", "nothing"] if hidden else ["exact", "rounded"])
    if kind == "exact":
        return Interval(value, value, exact=True)
    if kind == "nothing":
        return Interval()
    shown = draw.choice([value // 5 * 5, -(-value // 5) * 5])
    return Interval(max(0, shown - 4), shown + 4)


def views(shape: Shape) -> tuple[View, View]:
    """The view published by partner, and the one for the region only."""
    return (
        View("by_type", "type", "", tuple(f"S{n}" for n in range(shape[1]))),
        View("by_sex", "sex", "", tuple(f"C{n}" for n in range(shape[2]))),
    )


def release(truth: NDArray[np.int64], draw: random.Random) -> Knowledge:
    """What is known of a true table: partner x spine, regional spine, and a regional table by characteristic."""
    spine, view = views(truth.shape)  # type: ignore[arg-type]
    units = tuple(Unit(2025, f"P{n}", 0) for n in range(truth.shape[0]))
    said: list[Statement] = []
    own: dict[tuple[Unit, str, str], int] = {}
    for p, unit in enumerate(units):
        said.append(Statement((unit,), "", (), figure(int(truth[p].sum()), draw), regional=False))
        own[unit, "", ""] = int(truth[p].sum())
        for s, code in enumerate(spine.codes):
            interval = figure(int(truth[p, s].sum()), draw)
            said.append(Statement((unit,), "type", (code,), interval, regional=False))
            own[unit, "type", code] = int(truth[p, s].sum())
        for c, code in enumerate(view.codes):
            own[unit, "sex", code] = int(truth[p, :, c].sum())
    for s, code in enumerate(spine.codes):
        said.append(Statement(units, "type", (code,), figure(int(truth[:, s].sum()), draw)))
    behind = units if draw.random() < 0.8 else units[:-1]
    for c, code in enumerate(view.codes):
        shown = int(truth[: len(behind), :, c].sum())
        said.append(Statement(behind, "sex", (code,), figure(shown, draw, hidden=draw.random() < 0.3)))
    said.append(Statement(units, "", (), Interval(int(truth.sum()), int(truth.sum()), exact=True)))
    return Knowledge((spine,), (view,), units, (units,), tuple(said), own)


def agreeing(knowledge: Knowledge, truth: NDArray[np.int64], coalition: Sequence[int]) -> Tables:
    """The tables that agree with every published figure and with what the coalition knows of itself."""
    tables = every_table(truth.shape)  # type: ignore[arg-type]
    kept = np.ones(len(tables), dtype=bool)
    spine, view = views(truth.shape)  # type: ignore[arg-type]
    for statement in knowledge.statements:
        part = tables[:, [knowledge.units.index(unit) for unit in statement.units]]
        if statement.column == "type":
            part = part[:, :, [spine.codes.index(code) for code in statement.codes]]
        elif statement.column == "sex":
            part = part[:, :, :, [view.codes.index(code) for code in statement.codes]]
        sums = part.reshape(len(tables), -1).sum(axis=1)
        kept &= (sums >= statement.interval.low) & (sums <= statement.interval.high)
    for p in coalition:
        for axis in (0, 1):
            same = tables[:, p].sum(axis=1 + axis) == truth[p].sum(axis=axis)
            kept &= same.all(axis=1)
    return tables[kept]


def coalitions(count: int) -> Iterator[tuple[int, ...]]:
    for size in range(min(2, count - 1) + 1):
        yield from itertools.combinations(range(count), size)


def drawn(draw: random.Random) -> NDArray[np.int64]:
    """A true table of up to 3 x 3 x 2 cells."""
    shape = (draw.randint(2, 3), draw.randint(1, 3), 2)
    truth = np.zeros(shape, dtype=np.int64)
    for _ in range(draw.randint(1, PERSONS)):
        truth[tuple(draw.randrange(size) for size in shape)] += 1
    return truth


@seeded(2000)
def test_bounds_are_those_of_brute_force() -> None:
    """Bounds of single cells equal the enumeration; what the attack calls safe is safe, and what leaks leaks."""
    draw = random.Random(SEED)
    compared = leaking = 0
    for _ in range(CASES["test_bounds_are_those_of_brute_force"]):
        truth = drawn(draw)
        knowledge = release(truth, draw)
        for coalition in coalitions(truth.shape[0]):
            names = [knowledge.units[p].partner for p in coalition]
            attack = Attack(knowledge, knowledge.breakdowns[0], names, {})
            tables = agreeing(knowledge, truth, coalition)
            assert len(tables), "the truth itself must agree"
            others = [p for p in range(truth.shape[0]) if p not in coalition]
            rest = tables[:, others].reshape(len(tables), -1)
            leaks = attack.leaks()
            leaking += leaks > 0
            for family in attack.reach.families:
                for row in range(family.low.shape[0]):
                    cells = family.variables(attack.model.index, row)
                    for code in range(family.low.shape[1]):
                        sums = rest[:, cells[..., code].ravel()].sum(axis=1)
                        low, high = int(sums.min()), int(sums.max())
                        assert low <= family.low[row, code] <= family.high[row, code] <= high, (
                            "no false witness"
                        )
                        compared += 1
                row = draw.randrange(family.low.shape[0])
                variables = family.variables(attack.model.index, row)[..., 0].ravel()
                sums = rest[:, variables].sum(axis=1)
                assert attack.model.bounds(variables) == (int(sums.min()), int(sums.max())), (
                    truth.tolist(),
                    knowledge,
                    names,
                )
            assert leaks >= false_safety(attack, rest), (truth.tolist(), knowledge, names)
    assert compared > 1000
    assert leaking > 20, "some of the releases must leak, or nothing was tried"


def false_safety(attack: Attack, rest: Tables) -> int:
    """One, if brute force finds a cell that breaks the guarantee beyond what exact figures give away; else nothing."""
    exact = [s for s in attack.knowledge.statements if s.interval.exact and s.column != "sex"]
    for family in attack.reach.families:
        for row in range(family.low.shape[0]):
            cells = family.variables(attack.model.index, row)
            for code in range(family.low.shape[1]):
                sums = rest[:, cells[..., code].ravel()].sum(axis=1)
                low, width = int(sums.min()), int(sums.max() - sums.min() + 1)
                broken = low >= 1 and width < 3 if attack.coalition else width < 3
                if broken and not excused(attack, exact, cells[..., code].ravel(), width):
                    return 1
    return 0


def excused(attack: Attack, exact: Sequence[Statement], variables: NDArray[np.int64], width: int) -> bool:
    """Whether the figures released as they are give the cell away already, by the baseline's own bounds."""
    low, high = attack._by_consent(variables)
    if attack.coalition:
        return low >= 1 and high - low + 1 < 3
    return width >= min(3, high - low + 1) or any(
        s.interval.low + 1 <= width and set(variables) <= set(found)
        for s in exact
        if (found := attack.model.variables(s.units, s.column, s.codes)) is not None
    )


def test_the_handbooks_attack_example() -> None:
    """Two partners, exact margins of 1 and a table by sex: all but one value of each cell is excluded.

    In the form of the attacker problem of Hundepool et al., Statistical Disclosure Control, section 4.3: the
    feasibility interval of a cell is found by minimising and maximising it under the published margins.
    """
    spine, view = View("by_type", "type", "", ("S0",)), View("by_sex", "sex", "", ("C0", "C1"))
    first, second = Unit(2025, "P0", 0), Unit(2025, "P1", 0)
    one, three = Interval(1, 1, exact=True), Interval(3, 3, exact=True)
    said = (
        Statement((first,), "", (), one, regional=False),
        Statement((second,), "", (), three, regional=False),
        Statement((first, second), "sex", ("C0",), one),
        Statement((first, second), "sex", ("C1",), three),
    )
    own = {(first, "", ""): 1, (first, "type", "S0"): 1, (first, "sex", "C0"): 1, (first, "sex", "C1"): 0}
    knowledge = Knowledge((spine,), (view,), (first, second), ((first, second),), said, own)
    reader = Attack(knowledge, view, [], {}).model
    assert [reader.bounds(np.array([n])) for n in range(4)] == [(0, 1), (0, 1), (0, 1), (2, 3)]
    partner = Attack(knowledge, view, ["P0"], {}).model
    assert [partner.bounds(np.array([n])) for n in range(2)] == [(0, 0), (3, 3)]
