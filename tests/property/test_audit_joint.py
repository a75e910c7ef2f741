"""Characteristics that meet only in the partners' margins can be solved apart: brute force over whole joint tables.

Persons of two partners by four characteristics at once (two published by partner, two for the region only) are
enumerated; the audit solves one characteristic at a time, with what the others say of the shared margins.
"""

from __future__ import annotations

import random
from functools import cache

import numpy as np
from numpy.typing import NDArray

from pipelines.audit_hidden import HiddenAttack
from pipelines.audit_knowledge import Interval, Knowledge, Statement, Unit
from pipelines.audit_model import Model, Relations
from pipelines.audit_views import View
from tests.proofs import CASES, SEED, seeded
from tests.property.test_audit_oracle import figure

PERSONS = 4
SHAPE = (2, 2, 2, 2, 2)
CODES = ("0", "1")
TYPE, BASIS = View("by_type", "type", "", CODES), View("by_basis", "basis", "", CODES)
SEX, AGE = View("by_sex", "sex", "", CODES), View("by_age", "age", "", CODES)
AXES = {"type": 1, "basis": 2, "sex": 3, "age": 4}
UNITS = (Unit(2025, "P0", 0), Unit(2025, "P1", 0))
Tables = NDArray[np.int8]


@cache
def every_table() -> Tables:
    """All joint tables of at most `PERSONS` persons."""
    rows = np.zeros((1, 0), dtype=np.int8)
    for _ in range(int(np.prod(SHAPE))):
        left = PERSONS - rows.sum(axis=1, dtype=np.int16)
        repeated = np.repeat(rows, left + 1, axis=0)
        rows = np.column_stack([repeated, np.concatenate([np.arange(n + 1, dtype=np.int8) for n in left])])
    return rows.reshape(-1, *SHAPE)


@cache
def sums() -> dict[tuple[int, str, int], NDArray[np.int64]]:
    """Of every table, the persons of each partner with each code of each characteristic, and all of them."""
    found: dict[tuple[int, str, int], NDArray[np.int64]] = {}
    tables = every_table()
    for p in range(SHAPE[0]):
        found[p, "", 0] = tables[:, p].sum(axis=(1, 2, 3, 4))
        for name, axis in AXES.items():
            for code in range(2):
                found[p, name, code] = np.take(tables[:, p], code, axis=axis).sum(axis=(1, 2, 3))
    return found


def release(truth: int, draw: random.Random) -> Knowledge:
    """What is known of one of the tables: figures by partner and of the region, exact, rounded or none."""
    counts = {key: int(values[truth]) for key, values in sums().items()}
    said = [Statement(UNITS, "", (), Interval(0, PERSONS))]
    for name in ("", "type", "basis"):
        for code in range(2 if name else 1):
            codes = (CODES[code],) if name else ()
            for p, unit in enumerate(UNITS):
                said.append(
                    Statement((unit,), name, codes, figure(counts[p, name, code], draw), regional=False)
                )
            said.append(
                Statement(UNITS, name, codes, figure(sum(counts[p, name, code] for p in range(2)), draw))
            )
    for name in ("sex", "age"):
        for code in range(2):
            shown = figure(sum(counts[p, name, code] for p in range(2)), draw, hidden=False)
            said.append(Statement(UNITS, name, (CODES[code],), shown))
    own = {(UNITS[p], name, CODES[code] if name else ""): n for (p, name, code), n in counts.items()}
    hidden = frozenset(s.units[0] for s in said if not s.column and not s.regional and not s.interval.exact)
    told = tuple(s for s in said if s.interval.says_something)
    return Knowledge((TYPE, BASIS), (SEX, AGE), UNITS, (UNITS,), told, own, hidden)


def agreeing(
    knowledge: Knowledge, truth: int, coalition: tuple[int, ...], *, tied: bool
) -> NDArray[np.bool_]:
    """Which of all tables agree with the figures and with what the coalition knows of itself."""
    kept = np.ones(len(every_table()), dtype=bool)
    for statement in knowledge.statements:
        code = int(statement.codes[0]) if statement.codes else 0
        shown = sum(sums()[UNITS.index(unit), statement.column, code] for unit in statement.units)
        kept &= (shown >= statement.interval.low) & (shown <= statement.interval.high)
    for p in coalition:
        for (partner, _, _), values in sums().items():
            kept &= (values == values[truth]) if partner == p else True
    return kept & _is_tied() if tied else kept


@cache
def _is_tied() -> NDArray[np.bool_]:
    """The tables in which sex follows from the legal basis, as penalties follow from acquittals."""
    tables = every_table()
    mixed = tables[:, :, :, 0, 1].sum(axis=(1, 2, 3)) + tables[:, :, :, 1, 0].sum(axis=(1, 2, 3))
    return np.asarray(mixed == 0)


@seeded(1000)
def test_bounds_of_one_characteristic_are_those_of_the_joint_tables() -> None:
    draw = random.Random(SEED)
    compared = 0
    for number in range(CASES["test_bounds_of_one_characteristic_are_those_of_the_joint_tables"]):
        tied = number % 2 == 0
        relations: Relations = {("sex", "basis"): {"0": "0", "1": "1"}} if tied else {}
        truths = np.flatnonzero(_is_tied()) if tied else np.arange(len(every_table()))
        truth = int(draw.choice(truths))
        knowledge = release(truth, draw)
        for coalition in ((), (0,)):
            kept = agreeing(knowledge, truth, coalition, tied=tied)
            assert kept[truth]
            names = [UNITS[p].partner for p in coalition]
            for view in (SEX, AGE):
                model = Model(knowledge, view, names, relations)
                code = draw.randrange(2)
                variables = model.variables((UNITS[1],), view.column, (CODES[code],))
                assert variables is not None
                shown = sums()[1, view.column, code][kept]
                assert model.bounds(variables) == (int(shown.min()), int(shown.max())), (
                    number,
                    knowledge,
                    names,
                )
                compared += 1
            compared += _hidden_agree(knowledge, names, relations, kept)
    assert compared > 100


def _hidden_agree(
    knowledge: Knowledge, names: list[str], relations: Relations, kept: NDArray[np.bool_]
) -> int:
    """Compares the bounds of the second partner's figures by basis, where they are hidden."""
    attack = HiddenAttack(knowledge, names, relations)
    if UNITS[1] not in knowledge.hidden:
        return 0
    for code in range(2):
        variables = attack.model.variables((UNITS[1],), "basis", (CODES[code],))
        assert variables is not None
        shown = sums()[1, "basis", code][kept]
        assert attack.model.bounds(variables) == (int(shown.min()), int(shown.max())), (knowledge, names)
    return 2


def test_an_interval_that_excludes_nothing_says_nothing() -> None:
    assert not Interval().says_something
    assert Interval(0, 4).says_something
