"""Takes a return back: from then on it counts no longer, and nothing of it is removed.

Belongs here: which return is meant, who may take it back, and the event. That nothing counts in its place until the
next submission is `acceptance.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from data_contracts.model import Region
from pipelines.errors import WithdrawalError
from pipelines.ledger import Event
from pipelines.register import Store
from pipelines.signatures import WITHDRAWAL, Signers, signers_of, verify
from pipelines.submission_numbers import STANDINGS

_SAID = {
    "invalid": "is not one of this return's hash and for a withdrawal",
    "not_by_signer": "is by a key that is not registered for the partner",
    "not_valid_then": "is by a key that is not valid now",
    "revoked": "is by a key that was revoked",
}


@dataclass(frozen=True)
class Meant:
    """Partner and reference year, and the number where it is not the last that is accepted or waits."""

    partner: str
    reference_year: int
    submission: int | None = None


def to_withdraw(store: Store, meant: Meant) -> Event:
    """The last event of the return that is meant; it must be accepted and count, or wait.

    Raises:
        WithdrawalError: There is none, or it was superseded, rejected or withdrawn.
    """
    own = [
        event
        for event in store.events()
        if event["event"] in STANDINGS
        and (event.get("partner"), event.get("reference_year")) == (meant.partner, meant.reference_year)
    ]
    newest = {event["sha256"]: event for event in own}
    open_ = [event for event in newest.values() if event["event"] in ("accepted", "pending")]
    counting = [e for e in open_ if store.ledger.newest(e["sha256"], ("superseded",)) is None]
    numbers = ", ".join(str(event["submission"]) for event in sorted(counting, key=_number)) or "none"
    chosen = [e for e in counting if meant.submission in (None, e["submission"])]
    if not chosen:
        which = "" if meant.submission is None else f", submission {meant.submission}"
        raise WithdrawalError(
            f"{meant.partner} {meant.reference_year}{which}: no return that counts or waits. "
            f"Submissions that can be withdrawn: {numbers}."
        )
    return max(chosen, key=_number)


def withdraw(
    store: Store, meant: Meant, *, region: Region, signature: bytes | None, at: str, actor: str
) -> Event:
    """Writes down that a return was taken back; signed by its partner, once a key of it is registered.

    Raises:
        WithdrawalError: It cannot be withdrawn, or the signature is not as it must be.
        SignatureError: The files of keys, or the program that reads signatures, are not as they must be.
    """
    signers = signers_of(store.root, region.name)
    with store.locked():
        event = to_withdraw(store, meant)
        values = {name: event[name] for name in ("partner", "reference_year", "submission")}
        if signers.needs(meant.partner):
            values["key"] = _signed(event, signature, meant.partner, at=at, signers=signers)
            actor = meant.partner
        return store.append("withdrawn", event["sha256"], actor=actor, **values)


def _signed(event: Event, signature: bytes | None, partner: str, *, at: str, signers: Signers) -> str:
    if signature is None:
        raise WithdrawalError(
            f"{partner} has a registered key, so that its withdrawals are signed: it makes the signature with "
            "`tesat sign RETURN --withdrawal --key KEY`; give the file with --signature."
        )
    found = verify(event["sha256"], signature, signer=partner, at=at, namespace=WITHDRAWAL, signers=signers)
    if found.outcome != "good":
        raise WithdrawalError(f"The signature {_SAID[found.outcome]}. Nothing was withdrawn.")
    return found.key


def _number(event: Mapping[str, Any]) -> tuple[int, int]:
    return event["submission"], event["number"]
