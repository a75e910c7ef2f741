"""Random rounding to a base, additive within a table, by a secret key.

Belongs here: one set of linked cells to rounded cells. Which cells are rounded is decided in `protection.py`; that
they protect is proved in `audit.py`, which shares no code with this module.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

BASE = 5
# What a published figure says of its rounding; the second where a step more was needed for the sums to hold.
METHOD, WIDE_METHOD = f"R{BASE}", f"R{BASE}W"
_OF_PARTS = re.compile(rf"({METHOD}|{WIDE_METHOD})(?:x(\d+))?")


@dataclass(frozen=True)
class Sum:
    """A cell that is the sum of other cells."""

    total: str
    parts: tuple[str, ...]


@dataclass(frozen=True)
class Rounding:
    """Rounded values by cell, and whether exact multiples had to move by one step for the sums to hold."""

    values: Mapping[str, int]
    wide: bool


def method_of_sum(methods: Sequence[str]) -> str:
    """The method of a sum of rounded figures: that of its widest part, and how many of them it holds."""
    return f"{WIDE_METHOD if WIDE_METHOD in methods else METHOD}x{len(methods)}"


def most_error(method: str) -> int:
    """How far a published count may be from the true one by its method: less than the base, the base with the step
    more, and so many times as much as it is a sum of so many rounded figures.

    Raises:
        ValueError: The method is none of rounding.
    """
    if method == "":
        return 0
    found = _OF_PARTS.fullmatch(method)
    if found is None:
        raise ValueError(
            f"OBS_METHOD {method!r} is no rounding; a mean or a rate cannot be compared as a count"
        )
    return (BASE if found[1] == WIDE_METHOD else BASE - 1) * int(found[2] or 1)


class RoundingError(Exception):
    """No additive rounding exists, with the step more either."""


def round_cells(cells: Mapping[str, int], sums: Sequence[Sum], *, key: bytes, scope: str) -> Rounding:
    """Rounds every cell to a neighbouring multiple of the base so that all sums hold.

    A multiple stays as it is. Each cell goes up or down at random, with the probability that leaves it unbiased,
    by HMAC of key, scope and cell; sums are kept by moving as few cells as possible away from their draw. Where no
    solution exists, exact multiples may move by one base too, so that no value is ever further from the truth than
    the base. A true zero stays.

    Args:
        cells: The exact values, by cell name.
        sums: What adds up, in the exact values.
        key: The secret key.
        scope: Dataset, period, area and table; part of the random draw.

    Raises:
        RoundingError: There is no solution with one step more either.

    Source: methodology, section 6, rounding; Hundepool et al., Statistical Disclosure Control, section 5.4.
    """
    if not cells:
        return Rounding({}, wide=False)
    names = sorted(cells)
    draws = {name: _draw(key, scope, name) for name in names}
    for wide in (False, True):
        found = _solve(names, cells, sums, draws=draws, wide=wide)
        if found is not None:
            return Rounding(found, wide)
    raise RoundingError(f"{scope}: no additive rounding to {BASE}; the table has to be left out")


def _draw(key: bytes, scope: str, cell: str) -> float:
    digest = hmac.new(key, f"{scope}|{cell}".encode(), hashlib.sha256).digest()
    return int.from_bytes(digest[:8]) / 2**64


def _solve(
    names: Sequence[str],
    cells: Mapping[str, int],
    sums: Sequence[Sum],
    *,
    draws: Mapping[str, float],
    wide: bool,
) -> dict[str, int] | None:
    """The rounding nearest to the draws, in units of the base above the floor; nothing if there is none."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    floors = np.array([cells[name] // BASE for name in names])
    rest = np.array([cells[name] % BASE for name in names])
    drawn_up = np.array([draws[name] for name in names]) < rest / BASE
    noise = np.array([draws[name] for name in names]) / 1000
    multiple = (rest == 0) & (floors > 0) & wide
    upper = np.where((rest > 0) | multiple, 1, 0)
    lower = np.where(multiple, -1, 0)
    cost = np.where(drawn_up, -1.0, 1.0) + noise
    position = {name: number for number, name in enumerate(names)}
    matrix = np.zeros((len(sums), len(names)))
    for row, relation in enumerate(sums):
        matrix[row, position[relation.total]] = 1
        for part in relation.parts:
            matrix[row, position[part]] -= 1
    target = -matrix @ floors
    constraints = [LinearConstraint(matrix, target, target)] if len(sums) else []
    result = milp(cost, constraints=constraints, bounds=Bounds(lower, upper), integrality=np.ones(len(names)))
    if not result.success:
        return None
    units = floors + np.round(result.x).astype(int)
    return {name: int(units[position[name]] * BASE) for name in names}
