"""What is said of a return's timeliness and content, wherever it is said.

Belongs here: the words of the reporting table and of `tesat status`, and what they mean.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from data_contracts.model import Region

MISSING = "missing"


def deadline_of(region: Region, year: int) -> str | None:
    """The day until which returns for a reference year are in time (ISO); None where the region sets none."""
    return None if region.deadline is None else f"{year + 1}-{region.deadline}"


def is_late(received_at: str, deadline: str | None) -> bool | None:
    """Whether something was received after the deadline's day, in UTC; None without a deadline."""
    return None if deadline is None else date.fromisoformat(received_at[:10]) > date.fromisoformat(deadline)


def state_of(line: Mapping[str, object]) -> str:
    """The state of a dataset that was accepted, from its line of the cover."""
    partial = line["status"] == "reported" and line["coverage"] == "partial"
    return "partial" if partial else str(line["status"])
