"""A second outsider, who shares no code with the audit: bounds by an integer program over the release's rows.

One characteristic at a time, partner x type x code, from the CSV's columns alone. It knows less than the audit (no
contract, no other characteristic), so that nothing that it proves may escape the audit.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from scipy.optimize import Bounds, LinearConstraint, milp

TYPE = "TYPE_OF_TERRORISM"
MOST = 10_000


@dataclass
class Outsider:
    """What a coalition reads off the rows of one year about one characteristic of the others."""

    rows: pl.DataFrame
    cells: pl.DataFrame
    dimension: str
    column: str
    measure: str
    coalition: Sequence[str]

    def __post_init__(self) -> None:
        dims = self.rows.columns[6 : self.rows.columns.index("MEASURE")]
        one_way = pl.sum_horizontal([(pl.col(name) != "_T").cast(pl.Int8) for name in dims]) <= 1
        self.rows = self.rows.filter(one_way)
        beside = [name for name in dims if name not in (TYPE, self.dimension)]
        self.rows = self.rows.filter([pl.col(name) == "_T" for name in beside])
        self.partners = sorted(set(self.rows["REF_AREA"]) - {"WB6"})
        self.types = sorted(set(self.rows[TYPE]) - {"_T"})
        region = self.rows.filter(pl.col(self.dimension) != "_T", REF_AREA="WB6")
        self.told = set(self.rows.filter(pl.col("REF_AREA") != "WB6")[self.dimension])
        self.codes = sorted(set(region[self.dimension]) & set(self.cells[self.column]) | self._shown(region))
        self.shape = (len(self.partners), len(self.types), len(self.codes))
        self.index = np.arange(int(np.prod(self.shape))).reshape(self.shape)
        self.matrix: list[np.ndarray] = []
        self.consent: list[bool] = []
        self.low: list[float] = []
        self.high: list[float] = []
        self._read()

    def _shown(self, region: pl.DataFrame) -> set[str]:
        """The codes of the region's own table: those that no partner has a figure for."""
        return set(region[self.dimension]) - self.told

    def _say(self, variables: np.ndarray, low: float, high: float, *, consent: bool) -> None:
        row = np.zeros(self.index.size)
        row[variables.ravel()] = 1
        self.matrix.append(row)
        self.consent.append(consent)
        self.low.append(low)
        self.high.append(high)

    def _read(self) -> None:
        for row in self.rows.iter_rows(named=True):
            if not row["OBS_VALUE"] or "x" in row["OBS_METHOD"]:
                continue
            if row[self.dimension] != "_T" and row[self.dimension] not in self.codes:
                continue
            error = {"": 0, "R5": 4, "R5W": 5}[row["OBS_METHOD"]]
            value = int(row["OBS_VALUE"])
            part = (
                self.index if row["REF_AREA"] == "WB6" else self.index[[self.partners.index(row["REF_AREA"])]]
            )
            part = part if row[TYPE] == "_T" else part[:, [self.types.index(row[TYPE])]]
            if row[self.dimension] != "_T":
                part = part[:, :, [self.codes.index(row[self.dimension])]]
            consent = error == 0 and (row["REF_AREA"] != "WB6" or row[self.dimension] in self.told)
            self._say(part, value - error, value + error, consent=consent)
        for partner in self.coalition:
            own = self.cells.filter(partner=partner)
            place = self.partners.index(partner)
            for number, code in enumerate(self.types):
                count = own.filter(pl.col(TYPE.lower()) == code)[self.measure].sum()
                self._say(self.index[place, number], count, count, consent=True)
            for number, code in enumerate(self.codes):
                count = own.filter(pl.col(self.column) == code)[self.measure].sum()
                self._say(self.index[place, :, number], count, count, consent=True)

    def targets(self, draw: random.Random, *, most: int) -> list[np.ndarray]:
        """Partners' persons with a code, and the others' of a type with a code, so many drawn at random."""
        others = [n for n, partner in enumerate(self.partners) if partner not in self.coalition]
        codes, types = range(len(self.codes)), range(len(self.types))
        every = [self.index[p, :, c].ravel() for p in others for c in codes]
        every += [self.index[others][:, s, c].ravel() for s in types for c in codes]
        return draw.sample(every, min(most, len(every)))

    def bounds(self, variables: np.ndarray, *, consent: bool = False) -> tuple[int, int]:
        """The least and the largest number of persons that agrees with the rows, or with exact ones by consent alone."""
        ends = []
        kept = np.array([not consent or flag for flag in self.consent])
        for sign in (1, -1):
            cost = np.zeros(self.index.size)
            cost[variables] = sign
            said = LinearConstraint(
                np.array(self.matrix)[kept], np.array(self.low)[kept], np.array(self.high)[kept]
            )
            found = milp(cost, constraints=said, bounds=Bounds(0, MOST), integrality=np.ones(cost.size))
            assert found.success, "the truth must agree with the rows"
            ends.append(round(sign * found.fun))
        return ends[0], ends[1]
