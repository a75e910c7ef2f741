"""Who has handed over what for a year: the shape of the answer and its words.

Belongs here: partners by datasets, and what each state means. The answer is found in `status_store.py` and shown by
`status_text.py` and `status_page.py`; the reporting table of an edition is `reporting.py`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Literal

from pipelines.reporting_states import MISSING

Outcome = Literal["accepted", "rejected", "pending", "withdrawn", "refused", "unchecked", "in_inbox"]
# What a dataset's state may be, with its words for readers; the first five are those of the reporting table.
LATE = "the first return that was accepted came after the deadline"
STATES = {
    "reported": "rows were accepted",
    "partial": "rows were accepted; the coverage is partial",
    "nil": "the partner looked, there were none",
    "not_available": "the partner does not know",
    "not_applicable": "does not exist with this partner",
    "rejected": "handed over and rejected; nothing was accepted",
    "pending": "waits for the submission before it",
    "withdrawn": "was taken back by the partner; the next submission will count",
    "unchecked": "taken in, no verdict yet",
    "in_inbox": "in inbox, not yet checked",
    MISSING: "nothing was handed over",
}
OUTCOMES: dict[Outcome, str] = {
    "accepted": "accepted",
    "rejected": "rejected",
    "pending": "pending",
    "withdrawn": "withdrawn",
    "refused": "refused: not taken in",
    "unchecked": "taken in, no verdict yet",
    "in_inbox": "in inbox, not yet checked",
}

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


@dataclass(frozen=True)
class Submission:
    """One return; `name` is that in the inbox, where it lies there; `late` is null without deadline or receipt.

    `waits_for`: the number that must be handed over before this one can be accepted.
    """

    sha256: str
    name: str | None
    submission: int | None
    received_at: str | None
    late: bool | None
    outcome: Outcome
    codes: tuple[str, ...]
    waits_for: int | None = None


@dataclass(frozen=True)
class DatasetStatus:
    """The state of one partner's dataset, and the warnings of the return that counts which it has not answered."""

    state: str
    open_warnings: int


@dataclass(frozen=True)
class PartnerStatus:
    """One partner: what counts, and all that it handed over for the year, in order.

    `received_at` and `late` are those of the first return that was accepted, else of the first handed over: a
    revision in time for the edition makes nobody late. `submission` is the one that counts.
    """

    partner: str
    name: str
    received_at: str | None
    late: bool | None
    submission: int | None
    open_warnings: int
    datasets: Mapping[str, DatasetStatus]
    submissions: tuple[Submission, ...]


@dataclass(frozen=True)
class Status:
    """A region's year. `unidentified`: what lies in the inbox and names no partner of the region or no year."""

    region: str
    name: str
    reference_year: int
    deadline: str | None
    datasets: Mapping[str, str]
    partners: tuple[PartnerStatus, ...]
    unidentified: tuple[Submission, ...]
    footnotes: tuple[str, ...]


def legend(status: Status) -> dict[str, str]:
    """The words that stand in the table, with their meaning."""
    found = {own.state for partner in status.partners for own in partner.datasets.values()}
    words = {state: meaning for state, meaning in STATES.items() if state in found}
    return words | ({"late": LATE} if any(partner.late for partner in status.partners) else {})


def outcome_in_words(entry: Submission) -> str:
    """What became of a return; of one that waits, for what."""
    waits = "" if entry.waits_for is None else f": waits for submission {entry.waits_for}"
    return OUTCOMES[entry.outcome] + waits


def date_in_words(day: str) -> str:
    """A day as people write it, such as 31 March 2026."""
    year, month, number = map(int, day.split("-"))
    return f"{number} {_MONTHS[month - 1]} {year}"


def summary(status: Status) -> str:
    """One sentence: how many partners have an accepted return, how many of them were late, and what is open."""
    accepted = [partner for partner in status.partners if partner.submission is not None]
    late = sum(bool(partner.late) for partner in accepted)
    warnings = sum(partner.open_warnings for partner in accepted)
    return (
        f"{len(accepted)} of {len(status.partners)} partners have an accepted return, {late} of them late. "
        f"Open warnings: {warnings}."
    )


def to_json_text(status: Status) -> str:
    """The status as JSON with stable keys, one line at the end."""
    named = {"summary": summary(status), "states": STATES}
    return json.dumps(asdict(status) | named, ensure_ascii=False, indent=2) + "\n"
