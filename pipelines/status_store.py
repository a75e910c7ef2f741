"""Finds who has handed over what for a year, in the store and the inbox.

Belongs here: looking. Nothing is judged: verdicts are those of builds, and what lies in the inbox and was never
taken in is said to be so. The shape of the answer is `status.py`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from data_contracts.model import Catalog, Region
from data_contracts.words import meant_partner
from pipelines.acceptance import all_returns
from pipelines.errors import UnreadableReturn
from pipelines.findings import clean
from pipelines.inbox import Entry, inbox_entries
from pipelines.limits_hash import known_sha256
from pipelines.questions import questions
from pipelines.reading import read_cover
from pipelines.register import Store
from pipelines.reporting_states import MISSING, deadline_of, is_late, state_of
from pipelines.status import DatasetStatus, Outcome, PartnerStatus, Status, Submission


@dataclass(frozen=True)
class _Whose:
    partner: str | None = None
    year: int | None = None
    submission: int | None = None


def status_of(*, inbox: Path, store: Path, catalog: Catalog, region: Region, year: int) -> Status:
    """The state of all partners' returns for a reference year."""
    register = Store(store)
    names = {known_sha256(entry.path, catalog=catalog): entry for entry in inbox_entries(inbox)[0]}
    deadline = deadline_of(region, year)
    of_partner: dict[str, list[Submission]] = {member.code: [] for member in region.partners_in(year)}
    unidentified = []
    accepted = all_returns(register).to_dicts()
    known = {
        line["sha256"]: _Whose(line["partner"], line["reference_year"], line["submission"])
        for line in accepted
    }
    for submission, path in _submissions(register, names, deadline=deadline):
        whose = known.get(submission.sha256) or _whose(path, catalog=catalog, region=region)
        numbered = replace(submission, submission=whose.submission)
        if whose.partner in of_partner and whose.year == year:
            of_partner[str(whose.partner)].append(numbered)
        elif submission.name and (whose.partner is None or whose.year is None):
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
    judged: dict[str, Mapping[str, Any]] = {}
    for event in register.events():
        if event["event"] in ("received", "refused"):
            received[event["sha256"]] = event
        elif event["event"] in ("accepted", "rejected"):
            judged[event["sha256"]] = event
    for sha256, receipt in received.items():
        last = receipt if receipt["event"] == "refused" else judged.get(sha256)
        outcome: Outcome = "unchecked" if last is None else last["event"]
        name = names[sha256].name if sha256 in names else None
        at = receipt["received_at"]
        codes = () if last is None else _error_codes(register, last["verdict"])
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


def _whose(path: Path | None, *, catalog: Catalog, region: Region) -> _Whose:
    """Partner, year and number of a return as its cover has them, null where it has not."""
    if path is None:
        return _Whose()
    try:
        values = read_cover(path, catalog=catalog).values
    except UnreadableReturn:
        return _Whose()
    texts = {name: clean(value) for name, value in values.items() if isinstance(value, str)}
    partners = meant_partner(region, texts.get("partner", ""))
    return _Whose(
        partners[0] if len(partners) == 1 else None,
        _number(texts.get("reference_year", "")),
        _number(texts.get("submission", "")),
    )


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) <= 4 else None


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
    counting = {line["dataset"]: line for line in own if line["submission"] == number}
    warnings = _open_warnings(register, next((line["sha256"] for line in counting.values()), None))
    nothing = MISSING if counting or not ordered else ordered[-1].outcome
    first = next((entry for entry in ordered if entry.outcome == "accepted"), ordered[0] if ordered else None)
    names = {member.code: member.names["en"] for member in region.partners}
    return PartnerStatus(
        partner=code,
        name=names[code],
        received_at=first.received_at if first else None,
        late=first.late if first else None,
        submission=number,
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
