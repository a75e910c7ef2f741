"""Finds who has handed over what for a year, in the store and the inbox.

Belongs here: looking. Nothing is judged: verdicts are those of builds, and what lies in the inbox and was never
taken in is said to be so. The shape of the answer is `status.py`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from data_contracts.model import Catalog, Region
from pipelines.acceptance import all_returns
from pipelines.errors import UnreadableReturn
from pipelines.identity import NOBODY, Identity, identity_of
from pipelines.inbox import Entry, inbox_entries
from pipelines.limits_hash import known_sha256
from pipelines.questions import questions
from pipelines.reading import read_cover
from pipelines.register import Store
from pipelines.reporting_states import MISSING, deadline_of, is_late, state_of
from pipelines.status import DatasetStatus, Outcome, PartnerStatus, Status, Submission
from pipelines.submission_numbers import STANDINGS, missing_before, withdrawn


def status_of(*, inbox: Path, store: Path, catalog: Catalog, region: Region, year: int) -> Status:
    """The state of all partners' returns for a reference year."""
    register = Store(store)
    names = {known_sha256(entry.path, catalog=catalog): entry for entry in inbox_entries(inbox)[0]}
    deadline = deadline_of(region, year)
    of_partner: dict[str, list[Submission]] = {member.code: [] for member in region.partners_in(year)}
    unidentified = []
    accepted = all_returns(register).to_dicts()
    known = {
        line["sha256"]: Identity(line["partner"], line["reference_year"], line["submission"])
        for line in accepted
    }
    for submission, path in _submissions(register, names, deadline=deadline):
        whose = known.get(submission.sha256) or _whose(path, catalog=catalog, region=region)
        numbered = replace(
            submission, submission=whose.submission, waits_for=_waits(register, submission, whose)
        )
        if whose.partner in of_partner and whose.reference_year == year:
            of_partner[str(whose.partner)].append(numbered)
        elif submission.name and (whose.partner is None or whose.reference_year is None):
            unidentified.append(numbered)
    lines = [line for line in accepted if line["reference_year"] == year]
    partners = tuple(
        _partner(code, found, lines, register, region=region) for code, found in of_partner.items()
    )
    return Status(
        region=region.name,
        name=region.names["en"],
        reference_year=year,
        deadline=deadline,
        datasets={dataset: catalog.contracts[dataset].title for dataset in region.datasets},
        partners=partners,
        unidentified=tuple(sorted(unidentified, key=lambda entry: entry.name or "")),
        footnotes=_footnotes(region, year),
    )


def _footnotes(region: Region, year: int) -> tuple[str, ...]:
    names = {member.footnote for member in region.partners_in(year)}
    return tuple(f"{note.mark} {note.text}" for name, note in region.footnotes.items() if name in names)


def _submissions(
    register: Store, names: Mapping[str, Entry], *, deadline: str | None
) -> Iterable[tuple[Submission, Path | None]]:
    """Every return of ledger and inbox, once, with where its cover can be read; a refused one is not read again."""
    received: dict[str, Mapping[str, Any]] = {}
    for event in register.events():
        if event["event"] in ("received", "refused"):
            received[event["sha256"]] = event
    for sha256, receipt in received.items():
        refused = receipt["event"] == "refused"
        last = receipt if refused else register.ledger.newest(sha256, STANDINGS)
        outcome: Outcome = "unchecked" if last is None else last["event"]
        name = names[sha256].name if sha256 in names else None
        at = receipt["received_at"]
        said = receipt if refused else register.ledger.newest(sha256, ("checked",))
        codes = () if said is None else _error_codes(register, said["verdict"])
        found = Submission(sha256, name, None, at, is_late(at, deadline), outcome, codes)
        yield found, None if outcome == "refused" else register.object_path(sha256)
    for sha256, entry in names.items():
        if sha256 not in received:
            at = entry.received_at
            late = None if at is None else is_late(at, deadline)
            yield Submission(sha256, entry.name, None, at, late, "in_inbox", ()), entry.path


def _findings(register: Store, verdict: str) -> list[Mapping[str, Any]]:
    path = register.root / "verdicts" / verdict
    found: list[Mapping[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["findings"]
    return found


def _error_codes(register: Store, verdict: str) -> tuple[str, ...]:
    found = _findings(register, verdict)
    return tuple(sorted({entry["code"] for entry in found if entry["severity"] == "error"}))


def _whose(path: Path | None, *, catalog: Catalog, region: Region) -> Identity:
    """Partner, year and number of a return as its cover has them, null where it has not."""
    if path is None:
        return NOBODY
    try:
        return identity_of(read_cover(path, catalog=catalog), region=region)
    except UnreadableReturn:
        return NOBODY


def _waits(register: Store, submission: Submission, whose: Identity) -> int | None:
    """The number that a return waits for; None where it does not wait."""
    return missing_before(register, whose.values()) if submission.outcome == "pending" else None


def _partner(
    code: str,
    found: Sequence[Submission],
    lines: Sequence[Mapping[str, Any]],
    register: Store,
    *,
    region: Region,
) -> PartnerStatus:
    ordered = sorted(found, key=lambda entry: (entry.submission or 0, entry.received_at or "", entry.sha256))
    own = [line for line in lines if line["partner"] == code]
    number = max((line["submission"] for line in own), default=None)
    gone = withdrawn(register)
    counting = {
        line["dataset"]: line for line in own if line["submission"] == number and line["sha256"] not in gone
    }
    warnings = _open_warnings(register, next((line["sha256"] for line in counting.values()), None))
    nothing = MISSING if counting or not ordered else ordered[-1].outcome
    first = next((entry for entry in ordered if entry.outcome == "accepted"), ordered[0] if ordered else None)
    names = {member.code: member.names["en"] for member in region.partners}
    return PartnerStatus(
        partner=code,
        name=names[code],
        received_at=first.received_at if first else None,
        late=first.late if first else None,
        submission=number if counting else None,
        open_warnings=len(warnings),
        datasets={
            dataset: DatasetStatus(
                state_of(counting[dataset]) if dataset in counting else nothing, warnings.count(dataset)
            )
            for dataset in region.datasets
        },
        submissions=tuple(ordered),
    )


def _open_warnings(register: Store, sha256: str | None) -> list[str | None]:
    """The dataset of each warning that was not answered, of the return that counts; None for the whole return."""
    asked = questions(register, [sha256] if sha256 else []).get(str(sha256), ())
    return [question.dataset for question in asked if not question.confirmed]
