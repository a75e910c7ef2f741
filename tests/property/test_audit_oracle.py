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

from pipelines.audit_figures import Breakdown, Interval, Published
from pipelines.audit_model import Attack
from tests.proofs import CASES, SEED, seeded

PERSONS = 6
TABLE = "arrests_by_sex"
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


def release(truth: NDArray[np.int64], draw: random.Random) -> Published:
    """A release on a true table: partner x spine, regional spine, and a regional table by characteristic."""
    partners, spine, codes = (
        tuple(f"{kind}{n}" for n in range(size)) for kind, size in zip("PSC", truth.shape, strict=True)
    )
    by_partner = {
        (partner, code): figure(int(truth[p, s].sum()), draw)
        for p, partner in enumerate(partners)
        for s, code in enumerate(spine)
    }
    total = int(truth.sum())
    shown = {code: figure(int(truth[:, :, c].sum()), draw) for c, code in enumerate(codes)}
    return Published(
        partners=partners,
        totals={partner: figure(int(truth[p].sum()), draw) for p, partner in enumerate(partners)},
        spine=spine,
        by_partner=by_partner,
        region={code: figure(int(truth[:, s].sum()), draw) for s, code in enumerate(spine)},
        region_total=Interval(total, total, exact=True),
        breakdowns=(Breakdown(TABLE, shown, complete=True),),
    )


def own_cells(truth: NDArray[np.int64], published: Published) -> dict[tuple[str, str, str], int]:
    """What each partner knows of itself: its margins, never its joint cells."""
    known = {}
    for p, partner in enumerate(published.partners):
        for s, code in enumerate(published.spine):
            known[(partner, "", code)] = int(truth[p, s].sum())
        for c, code in enumerate(published.breakdowns[0].codes):
            known[(partner, TABLE, code)] = int(truth[p, :, c].sum())
    return known


def agreeing(published: Published, truth: NDArray[np.int64], coalition: Sequence[int]) -> Tables:
    """The tables that agree with every published figure and with what the coalition knows of itself."""
    tables = every_table(truth.shape)  # type: ignore[arg-type]
    kept = np.ones(len(tables), dtype=bool)

    def hold(sums: NDArray[np.int64], interval: Interval) -> None:
        nonlocal kept
        kept &= (sums >= interval.low) & (sums <= interval.high)

    for p, partner in enumerate(published.partners):
        hold(tables[:, p].sum(axis=(1, 2)), published.totals[partner])
        for s, code in enumerate(published.spine):
            hold(tables[:, p, s].sum(axis=1), published.by_partner[(partner, code)])
    for s, code in enumerate(published.spine):
        hold(tables[:, :, s].sum(axis=(1, 2)), published.region[code])
    for c, interval in enumerate(published.breakdowns[0].codes.values()):
        hold(tables[:, :, :, c].sum(axis=(1, 2)), interval)
    hold(tables.sum(axis=(1, 2, 3)), published.region_total)
    for p in coalition:
        for axis in (0, 1):
            same = tables[:, p].sum(axis=1 + axis) == truth[p].sum(axis=axis)
            kept &= same.all(axis=1)
    return tables[kept]


def coalitions(count: int) -> Iterator[tuple[int, ...]]:
    for size in range(min(2, count - 1) + 1):
        yield from itertools.combinations(range(count), size)


@seeded(2000)
def test_bounds_are_those_of_brute_force() -> None:
    draw = random.Random(SEED)
    compared = 0
    for _ in range(CASES["test_bounds_are_those_of_brute_force"]):
        shape = (draw.randint(2, 3), draw.randint(1, 3), 2)
        truth = np.zeros(shape, dtype=np.int64)
        for _ in range(draw.randint(1, PERSONS)):
            truth[tuple(draw.randrange(size) for size in shape)] += 1
        published = release(truth, draw)
        own = own_cells(truth, published)
        for coalition in coalitions(shape[0]):
            names = [published.partners[p] for p in coalition]
            attack = Attack(published, 0, names, own)
            tables = agreeing(published, truth, coalition)
            assert len(tables), "the truth itself must agree"
            others = [p for p in range(shape[0]) if p not in coalition]
            rest = tables[:, others].reshape(len(tables), -1)
            for target in draw.sample(attack.targets, min(3, len(attack.targets))):
                sums = rest[:, list(target.variables)].sum(axis=1)
                assert attack.bounds(target) == (int(sums.min()), int(sums.max())), (
                    truth.tolist(),
                    published,
                    names,
                )
                compared += 1
    assert compared > 1000


def test_the_handbooks_attack_example() -> None:
    """Two partners, exact margins of 1 and a table by sex: all but one value of each cell is excluded.

    In the form of the attacker problem of Hundepool et al., Statistical Disclosure Control, section 4.3: the
    feasibility interval of a cell is found by minimising and maximising it under the published margins.
    """
    truth = np.array([[[1, 0]], [[0, 3]]])
    margins = {("P0", "S0"): Interval(1, 1, True), ("P1", "S0"): Interval(3, 3, True)}
    shown = {"C0": Interval(1, 1, True), "C1": Interval(3, 3, True)}
    published = Published(
        ("P0", "P1"), {"P0": Interval(1, 1, True), "P1": Interval(3, 3, True)}, ("S0",), margins,
        {"S0": Interval(4, 4, True)}, Interval(4, 4, True), (Breakdown(TABLE, shown, complete=True),),
    )  # fmt: skip
    reader = Attack(published, 0, [], own_cells(truth, published))
    assert [reader.bounds(target) for target in reader.targets[:4]] == [(0, 1), (0, 1), (0, 1), (2, 3)]
    partner = Attack(published, 0, ["P0"], own_cells(truth, published))
    assert [partner.bounds(target) for target in partner.targets[:2]] == [(0, 0), (3, 3)]
