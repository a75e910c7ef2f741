"""What attackers know of persons: statements that published figures make, and what a partner knows of itself.

Belongs here: the shapes. Figures are read in `audit_figures.py`. Shares no code with the protection.

Persons of a partner and year are one unit, and another unit where the partner revised the year between two editions:
a figure says something of the unit that it was made from, and nothing of a later one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import polars as pl

from pipelines.audit_views import View

UNBOUNDED = 10_000


class Unit(NamedTuple):
    """The persons of one partner in one year; `vintage` counts the revisions of them."""

    year: int
    partner: str
    vintage: int


@dataclass(frozen=True)
class Interval:
    """The values that a published figure allows; `exact` where there is one."""

    low: int = 0
    high: int = UNBOUNDED
    exact: bool = False

    def less(self, known: int) -> Interval:
        """The interval of the rest when a part of it is known."""
        high = self.high if self.high >= UNBOUNDED else max(0, self.high - known)
        return Interval(max(0, self.low - known), high, self.exact)

    @property
    def says_something(self) -> bool:
        """Whether it excludes any count."""
        return self.low > 0 or self.high < UNBOUNDED


@dataclass(frozen=True)
class Statement:
    """The persons of some units with one of `codes` of a view lie in an interval; no column: all their persons."""

    units: tuple[Unit, ...]
    column: str
    codes: tuple[str, ...]
    interval: Interval
    regional: bool = True


@dataclass(frozen=True)
class Edition:
    """One dataset of one edition: its rows as in the release's CSV, and the partners' cells that it was made from.

    `cells` are those of `statistics.read_cells`: what each partner knows of itself, and which tables it handed over.
    None for a reader, who has the release alone.
    """

    rows: pl.DataFrame
    cells: pl.DataFrame | None


@dataclass(frozen=True)
class Knowledge:
    """All that editions say of a dataset's persons in some years.

    `scenes` are the sets of units that stand in one figure together. `own` is what a unit's partner knows:
    (unit, column, code) to persons. `hidden` are the units whose figures are not released as they are.
    """

    consent: tuple[View, ...]
    breakdowns: tuple[View, ...]
    units: tuple[Unit, ...]
    scenes: tuple[tuple[Unit, ...], ...]
    statements: tuple[Statement, ...]
    own: Mapping[tuple[Unit, str, str], int] = field(default_factory=dict)
    hidden: frozenset[Unit] = frozenset()

    @property
    def partners(self) -> tuple[str, ...]:
        """The partners that have persons in it, in order."""
        return tuple(dict.fromkeys(unit.partner for unit in self.units))
