"""Years that were published before: what was rounded or suppressed of them stays as it was.

Belongs here: the protected figures of the edition published before. A second rounding of the same persons would
narrow them down; a revision of them shows in the figures released by consent, and in the next pooled period.

Source: methodology, section 6, revisions and years; disclosure.md, section 3.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import polars as pl

from data_contracts.model import TOTAL, Contract
from pipelines.rounding import METHOD

Row = dict[str, Any]
Key = tuple[str, ...]
SUPPRESSED = {"obs_value": None, "obs_status": "Q", "conf_status": "C", "obs_method": "", "obs_note": ""}
STATE = ("obs_status", "conf_status", "obs_method", "obs_note", "partners_reporting")
NOTE = "first_published"
# What an edition says of its own figures, and does not hand on.
OF_ITS_EDITION = {"provisional", "revised"}


class Earlier:
    """The newest edition published before, by area, period, codes and measure; empty where there is none."""

    def __init__(self, rows: pl.DataFrame | None, contract: Contract) -> None:
        """Takes the rows of the edition's CSV of one dataset, all columns as text."""
        self.contract = contract
        self.main = str(contract.main_measure.sdmx_measure)
        self.own_totals = {table.name for table in contract.release_tables if table.protection == "rounded"}
        self.cells: dict[Key, Mapping[str, str]] = {}
        for row in () if rows is None else rows.iter_rows(named=True):
            codes = (row[name.upper()] for name in contract.dimension_names)
            self.cells[row["REF_AREA"], row["TIME_PERIOD"], row["MEASURE"], *codes] = row

    def has(self, period: str) -> bool:
        """Whether it holds figures of a period."""
        return any(key[1] == period for key in self.cells)

    def protected(self, group: Sequence[Row]) -> bool:
        """Whether some figure of rows that are protected together was published rounded or suppressed."""
        return any(row["OBS_METHOD"] != "" or row["OBS_STATUS"] == "Q" for row in self._all_of(group))

    def withheld(self, group: Sequence[Row]) -> bool:
        """Whether some figure of rows that are protected together was withheld."""
        return any(row["OBS_STATUS"] == "Q" for row in self._all_of(group))

    def kept(self, group: Sequence[Row], *, revised: bool) -> list[Row]:
        """The rows as they were; those without a figure then are suppressed, for nothing may be added to a year.

        `revised` says that returns of the year have changed since.
        """
        kept = {id(row): self._kept(row, revised=revised) for row in group if not self._is_own_total(row)}
        values = [row["obs_value"] for row in kept.values()]
        whole = None if any(value is None for value in values) else sum(values)
        methods = {row["obs_method"] for row in kept.values()}
        return [
            kept[id(row)] if id(row) in kept else self._total(row, whole, methods=methods) for row in group
        ]

    def _total(self, row: Row, whole: float | None, *, methods: Iterable[str]) -> Row:
        return row | (SUPPRESSED if whole is None else {"obs_value": whole, "obs_method": max(methods)})

    def release(self, period: str, area: str) -> str | None:
        """The consent that a partner's figures of a period were published under, if they were not exact."""
        row = self.cells.get((area, period, self.main, *(TOTAL for _ in self.contract.dimension_names)))
        if row is None or (row["OBS_METHOD"] == "" and row["OBS_STATUS"] != "Q"):
            return None
        return "region_only" if row["OBS_STATUS"] == "Q" else "protected"

    def rest(self, row: Row) -> tuple[int, str]:
        """What the region's figure told of the partners that gave none: itself, less what the others told."""
        key = self._key(row)
        whole = self.cells[key]
        told = [
            other
            for other, cell in self.cells.items()
            if other[1:] == key[1:] and other[0] != key[0] and cell["OBS_VALUE"]
        ]
        rounded = sum(self.cells[other]["OBS_METHOD"] != "" for other in told)
        value = int(whole["OBS_VALUE"] or 0) - sum(int(self.cells[other]["OBS_VALUE"]) for other in told)
        parts = int(whole["OBS_METHOD"].partition("x")[2] or 0)
        return value, METHOD if parts > rounded else ""

    def is_revised(self, rows: Iterable[Row]) -> bool:
        """Whether a figure released as it is differs from what was published of it."""
        for row in rows:
            before = self._of(row)
            if before is None or before["OBS_METHOD"] or not before["OBS_VALUE"] or row["release"] != "exact":
                continue
            if row["obs_value"] is None or float(before["OBS_VALUE"]) != row["obs_value"]:
                return True
        return False

    def _kept(self, row: Row, *, revised: bool) -> Row:
        before = self._of(row)
        if before is None:
            return row | SUPPRESSED
        value = float(before["OBS_VALUE"]) if before["OBS_VALUE"] else None
        state: Row = {name: before[name.upper()] for name in STATE}
        notes = dict.fromkeys(before["OBS_NOTE"].split(";"))
        if revised and value is not None:
            notes[NOTE] = None
        state["obs_note"] = ";".join(note for note in notes if note and note not in OF_ITS_EDITION)
        if state["obs_status"] == "P":
            state["obs_status"] = "A"
        return row | state | {"obs_value": value}

    def _all_of(self, group: Iterable[Row]) -> Iterator[Mapping[str, str]]:
        """What was published of rows that are protected together."""
        found = (self._of(row) for row in group if not self._is_own_total(row))
        return (row for row in found if row is not None)

    def _of(self, row: Row) -> Mapping[str, str] | None:
        return self.cells.get(self._key(row))

    def _key(self, row: Row) -> Key:
        codes = (row[name] for name in self.contract.dimension_names)
        return (row["ref_area"], row["time_period"], row["measure"], *codes)

    def _is_own_total(self, row: Row) -> bool:
        """Whether the row is the total of a table that is for the region only: it is not published, its cells are."""
        is_total = all(row[name] == TOTAL for name in self.contract.dimension_names)
        return is_total and row["release_table"] in self.own_totals
