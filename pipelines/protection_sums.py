"""The region's totals where partners are hidden: sums of what is published, so that they tell nothing more.

Belongs here: the parts of a regional total. A total that is rounded on its own, beside a partner's rounded figure,
often leaves one or two values for it: the two intervals overlap in their ends. A sum of published figures cannot.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from data_contracts.model import Contract
from pipelines.frozen import Earlier
from pipelines.rounding import method_of_sum

Row = dict[str, Any]
Key = tuple[str, ...]
Rest = Mapping[str, tuple[int, str]]


class Parts:
    """Partners' figures as published, and the exact ones of those that give no figure, by period, table and codes."""

    def __init__(self, contract: Contract, earlier: Earlier) -> None:
        """Starts with no figure; `earlier` is the edition published before."""
        self.contract, self.earlier = contract, earlier
        self.told: dict[Key, list[Row]] = {}
        self.untold: dict[Key, int] = {}

    def add(self, exact: Sequence[Row], published: Sequence[Row]) -> None:
        """Takes up a partner's rows, exact and as published, in the same order."""
        for before, after in zip(exact, published, strict=True):
            if after["obs_value"] is not None:
                self.told.setdefault(self._key(after), []).append(after)
            elif before["obs_value"] is not None:
                self.untold[self._key(before)] = self.untold.get(self._key(before), 0) + int(
                    before["obs_value"]
                )

    def silent(self, group: Sequence[Row]) -> dict[str, int]:
        """The exact sums, by cell, of the partners that give no figure."""
        return {
            self._cell(row): self.untold.get(self._key(row), 0)
            for row in group
            if row["obs_value"] is not None
        }

    def rest(self, group: Sequence[Row]) -> Rest | None:
        """What the edition before has told of those who give no figure; nothing where it has not."""
        if not self.earlier.protected(group):
            return None
        return {self._cell(row): self.earlier.rest(row) for row in group if row["obs_value"] is not None}

    def summed(self, row: Row, rest: Rest | None) -> Row:
        """A regional row as the sum of its published parts, with their number in its method."""
        if row["obs_value"] is None:
            return row
        values = [(int(part["obs_value"]), part["obs_method"]) for part in self.told.get(self._key(row), [])]
        if rest is not None:
            values.append(rest[self._cell(row)])
        methods = [method for _, method in values if method]
        return row | {
            "obs_value": float(sum(value for value, _ in values)),
            "obs_method": method_of_sum(methods) if methods else "",
        }

    def _key(self, row: Row) -> Key:
        return (row["release_table"], row["time_period"], row["measure"], self._cell(row))

    def _cell(self, row: Row) -> str:
        return "|".join(row[name] for name in self.contract.dimension_names)
