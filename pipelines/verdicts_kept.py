"""Verdicts of an earlier run on returns that were accepted and still are, so that they are not read again.

Belongs here: what is kept of a verdict, and when it holds: the return is accepted in the store, and contracts, code and
the returns that it was compared with are the same. Kept are codes and numbers, nothing of what a sender wrote. A return
that is not accepted is read again in each run.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pipelines.acceptance import is_accepted
from pipelines.kept import Kept
from pipelines.register import Store

PASSED, VERDICT = "passed", "verdict"
COLUMNS = (
    *("partner", "reference_year", "submission", "verdict", "gate"),
    *("errors", "warnings", "confirmed", "codes", "datasets"),
)


class KeptVerdicts:
    """What earlier runs said of the returns of a store."""

    def __init__(self, kept: Kept, store: Store) -> None:
        self._kept, self._store = kept, store

    def passed(self, sha256: str) -> bool:
        """Whether a return that is accepted has passed, by itself, both readers of its contracts."""
        return self._kept.find(PASSED, sha256) is not None and is_accepted(self._store, sha256)

    def find(self, sha256: str, beside: Sequence[str]) -> dict[str, Any] | None:
        """The verdict on such a return beside others, by their hashes; all but its name and time of receipt."""
        found: dict[str, Any] | None = self._kept.find_json(VERDICT, sha256, *beside)
        return found

    def keep(self, row: dict[str, Any], beside: Sequence[str]) -> None:
        """Keeps the verdict on a return that was accepted."""
        self._kept.keep(b"", PASSED, row["sha256"])
        self._kept.keep_json({name: row[name] for name in COLUMNS}, VERDICT, row["sha256"], *beside)
