"""Where a return stands among the submissions of its partner and year: accepted, waiting, superseded, withdrawn.

Belongs here: the order of numbers, from the names of accepted lines and the ledger. A partner's first return is number
1, and each that replaces it one more. A number is settled once a return of it was accepted, rejected, refused or
withdrawn; one that is ahead of a number that is not settled waits, so that the order of arrival changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pipelines.ledger import Kind
from pipelines.register import Store

# What may be the last word on a return that was taken in.
STANDINGS: tuple[Kind, ...] = ("accepted", "rejected", "pending", "withdrawn")


def accepted_numbers(store: Store, line: Mapping[str, Any]) -> list[int]:
    """The numbers ever accepted of the line's partner and year, withdrawn ones too: a number is used once."""
    paths = (store.root / "returns").glob(f"{line['partner']}-{line['reference_year']}-*.parquet")
    return [int(path.stem.split("-")[2]) for path in paths]


def accepted_before(store: Store, line: Mapping[str, Any]) -> list[tuple[int, str]]:
    """Number and hash of the accepted submissions that the line's replaces, in order."""
    accepted = (event for event in store.events() if event["event"] == "accepted")
    own = {
        (event["submission"], event["sha256"])
        for event in accepted
        if (event.get("partner"), event.get("reference_year")) == (line["partner"], line["reference_year"])
    }
    return sorted(known for known in own if known[0] < line["submission"])


def missing_before(store: Store, line: Mapping[str, Any]) -> int | None:
    """The first number below the line's that nothing was handed over for; None where it need not wait."""
    settled = {
        event["submission"]
        for event in store.events()
        if event["event"] in ("rejected", "refused", "withdrawn")
        and (event.get("partner"), event.get("reference_year")) == (line["partner"], line["reference_year"])
    }
    first = max(accepted_numbers(store, line), default=0) + 1
    return next((number for number in range(first, line["submission"]) if number not in settled), None)


def withdrawn(store: Store) -> list[str]:
    """The hashes of the returns that were taken back."""
    return [event["sha256"] for event in store.events() if event["event"] == "withdrawn"]


def is_withdrawn(store: Store, sha256: str) -> bool:
    """Whether a return was taken back; the same bytes stay so for ever."""
    return store.ledger.newest(sha256, ("withdrawn",)) is not None


def waiting(store: Store) -> list[str]:
    """The hashes of the returns taken in that have no last word yet: pending, or not yet judged."""
    received = dict.fromkeys(event["sha256"] for event in store.events() if event["event"] == "received")
    newest = {sha256: store.ledger.newest(sha256, STANDINGS) for sha256 in received}
    return [sha256 for sha256, last in newest.items() if last is None or last["event"] == "pending"]
