"""The gate before publication: whether an edition may be published now, and all that stands against it.

Belongs here: the reasons. It is the only way to a publication, from the command line, the user interface and the
calendar alike, and looks at everything anew: nothing that an earlier run has said is believed. What is published then,
and how, is `editions.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from data_contracts.model import Catalog
from pipelines import editions
from pipelines.audit_release import audit_release
from pipelines.editions import Publication
from pipelines.errors import ReleaseRefused, StoreError
from pipelines.latest import events_of, point
from pipelines.ledger import Event
from pipelines.ledger_verify import Head
from pipelines.register_verify import verify_store
from pipelines.release_reading import read_release
from pipelines.signatures import signers_of
from pipelines.signoff import PARTNER, PERSON, Draft, Standing, standings

NAMED = 5


@dataclass(frozen=True)
class Gate:
    """What an edition is held to: the contracts, the report that it was made from, a head that was noted elsewhere."""

    catalog: Catalog
    report: Path
    head: Head | None = None


def refusals(draft: Draft, gate: Gate, *, now: datetime, early: bool = False) -> list[str]:
    """All that stands against publishing an edition now; `early`: it is only made ready, before its hour.

    The audit takes the longest and is made last, where nothing else stands against the edition.
    """
    found = open_points(draft, now=now, head=gate.head, early=early)
    return found or list(_audit_points(draft, gate))


def open_points(draft: Draft, *, now: datetime, head: Head | None = None, early: bool = False) -> list[str]:
    """What stands against publishing but for the audit: the store, the approvals, the embargo."""
    found = [] if early else list(_embargo_points(draft, now))
    store = verify_store(draft.store.root, expected=head)
    found += [f"The store is not as its ledger says: {problem}." for problem in store.problems[:NAMED]]
    try:
        return found + list(_approval_points(draft))
    except ReleaseRefused as refused:
        return [*found, *refused.reasons]


def publish(
    draft: Draft, gate: Gate, *, now: datetime, actor: str, note: str = "", early: bool = False
) -> Publication:
    """Publishes an edition, or makes it ready where it is `early`; every version after the first has a note.

    Raises:
        ReleaseRefused: Something stands against it.
        StoreError: The store does not hold what its ledger says.
    """
    editions.made_ready_again(draft.store.root, draft.region.name, draft.year)
    again = editions.is_last(draft.folder, store=draft.store.root, region=draft.region.name, year=draft.year)
    reasons = (
        open_points(draft, now=now, head=gate.head) if again else refusals(draft, gate, now=now, early=early)
    )
    if events_of(draft.store, draft.region.name, draft.year) and not note and not again:
        reasons.append(
            "It was published before: say with --note what is corrected; the note is dated and kept."
        )
    if reasons:
        raise ReleaseRefused(*reasons)
    return editions.publish(
        draft.folder,
        store=draft.store.root,
        region=draft.region.name,
        year=draft.year,
        actor=actor,
        note=note,
        approvals=[one.asked.hash for one in standings(draft) if one.holds],
        prepare=early,
    )


def restore(draft: Draft, version: int, *, note: str, actor: str) -> Event:
    """Gives readers an earlier version again, at once; what was published stays where it is.

    It needs no approval: that version had them all.

    Raises:
        ReleaseRefused: There is no such version, or it is not as it was published.
    """
    known = {
        edition.version: edition
        for edition in editions.versions(draft.store.root, draft.region.name, draft.year)
    }
    if version not in known:
        versions = ", ".join(map(str, known)) or "none"
        raise ReleaseRefused(f"{draft.edition} has no version {version}. Versions: {versions}.")
    problems = editions.problems_of(known[version], store=draft.store)
    if problems:
        raise ReleaseRefused(*problems)
    values = {"region": draft.region.name, "year": draft.year, "version": version, "note": note}
    event = draft.store.append("restored", editions.identity(known[version].folder), actor=actor, **values)
    point(draft.store, draft.region.name, draft.year)
    return event


def _embargo_points(draft: Draft, now: datetime) -> Iterator[str]:
    calendar = draft.region.calendar
    if calendar is not None and now < calendar.embargo(draft.year):
        yield f"It may not be published before {calendar.embargo(draft.year):%Y-%m-%d %H:%M} UTC."


def _approval_points(draft: Draft) -> Iterator[str]:
    """What lacks of the approvals, each partner by itself where its own is needed."""
    found = standings(draft)
    if draft.region.approval is None:
        return
    partners = [one for one in found if one.asked.kind == PARTNER]
    holding = sum(one.holds for one in partners)
    needed = draft.region.approval.partners_needed(len(partners))
    if holding < needed:
        open_ = (f"{one.asked.approver} {one.why}" for one in partners if not one.holds)
        yield f"{holding} of {needed} partners have approved: {'; '.join(open_)}."
    persons = [one for one in found if one.asked.kind == PERSON]
    distinct = _distinct(draft, persons)
    if distinct < draft.region.approval.persons:
        open_persons = "".join(f"; {one.asked.approver} {one.why}" for one in persons if not one.holds)
        yield f"{distinct} of {draft.region.approval.persons} persons of the region have approved{open_persons}."


def _distinct(draft: Draft, persons: list[Standing]) -> int:
    """How many different persons have approved: once keys are registered, by different keys."""
    names = [one.asked.approver for one in persons if one.holds]
    keys = signers_of(draft.store.root, draft.region.name).keys
    by_key = {draft.events(PERSON, name)[-1].get("key", name) for name in names}
    return len(by_key) if keys else len(set(names))


def _audit_points(draft: Draft, gate: Gate) -> Iterator[str]:
    try:
        reading = read_release(draft.folder, report=gate.report, catalog=gate.catalog, region=draft.region)
    except FileNotFoundError as error:
        yield f"The audit could not be made: {error.filename} is missing. Build the edition again."
        return
    if not reading.passed:
        said = "; ".join(str(finding) for finding in reading.findings[:NAMED])
        yield f"{len(reading.findings)} places hold a number that is not explained: {said}."
    try:
        audits = audit_release(draft.folder, store=draft.store, catalog=gate.catalog, region=draft.region)
    except StoreError as error:
        yield f"The audit could not be made. {error}"
        return
    leaking = [f"{one.dataset}, {', '.join(one.periods)}" for one in audits if not one.passed]
    if leaking:
        yield f"The audit failed: cells can be proved more closely than the guarantee allows in {'; '.join(leaking)}."
