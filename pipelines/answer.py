"""What a check answers to the contact point: its findings by place and kind, in the partner's language.

Belongs here: the answer that terminal, page and marked workbook show. Their forms are `answer_*.py` and
`annotated*.py`; the verdict itself is made in `checking.py`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from data_contracts.translations import Translated
from pipelines.answer_words import address_in_words, said
from pipelines.checking import CheckResult
from pipelines.errors import UnreadableReturn
from pipelines.findings import Finding
from pipelines.places import Address, Header, address_of

Kind = Literal["error", "warning", "confirmed", "information"]
KINDS: tuple[Kind, ...] = ("error", "warning", "confirmed", "information")
HEADINGS: Mapping[Kind, str] = {
    "error": "errors",
    "warning": "warnings",
    "confirmed": "confirmed_warnings",
    "information": "informations",
}


@dataclass(frozen=True)
class Spot:
    """One place of a finding: where it is, in words too, what was seen there, and what may have been meant."""

    address: Address
    where: str
    seen: str
    hint: str


@dataclass(frozen=True)
class Entry:
    """All places of one sheet with the same finding and the same texts."""

    kind: Kind
    code: str
    dataset: str | None
    sheet: str | None
    rule: str
    expected: str
    remedy: str
    spots: tuple[Spot, ...]


@dataclass(frozen=True)
class Answer:
    """The answer on one return; `name` is that of its file, as it may be shown.

    `verdict` is a word of the translations: accepted, rejected, unreadable.
    """

    name: str
    verdict: Literal["accepted", "rejected", "unreadable"]
    levels_run: tuple[int, ...]
    entries: tuple[Entry, ...]
    texts: Translated
    counts: Mapping[Kind, int] = field(default_factory=dict)


def answer_of(name: str, result: CheckResult, *, texts: Translated) -> Answer:
    """The answer on a return that could be read."""
    entries = _entries(result.findings, result.headers, texts)
    return Answer(name, result.verdict, result.levels_run, entries, texts, _counts(entries))


def answer_unreadable(name: str, unreadable: UnreadableReturn, *, texts: Translated) -> Answer:
    """The answer on what is not a return at all."""
    entries = _entries(unreadable.findings, {}, texts)
    return Answer(name, "unreadable", (0,), entries, texts, _counts(entries))


def kind_of(found: Finding) -> Kind:
    """A finding's severity, with confirmed warnings as a kind of their own."""
    if found.confirmed:
        return "confirmed"
    return next(kind for kind in KINDS if kind == found.severity)


def _entries(
    findings: Sequence[Finding], headers: Mapping[str, Header], texts: Translated
) -> tuple[Entry, ...]:
    """The findings by kind, sheet, code and texts; the whole file and the cover before the tables."""
    groups: dict[Entry, list[Spot]] = {}
    for found in findings:
        told = said(found, texts)
        address = address_of(found, headers=headers, catalog=texts.catalog)
        spot = Spot(address, address_in_words(address, texts), told.seen, told.hint)
        entry = Entry(
            kind_of(found),
            found.code,
            found.dataset,
            found.sheet,
            told.rule,
            told.expected,
            told.remedy,
            spots=(),
        )
        groups.setdefault(entry, []).append(spot)
    entries = [replace(entry, spots=tuple(spots)) for entry, spots in groups.items()]

    def rank(entry: Entry) -> tuple[int, int, str, str, int]:
        part = 0 if entry.sheet is None else 2 if entry.sheet in headers else 1
        row = entry.spots[0].address.row or 0
        return KINDS.index(entry.kind), part, entry.sheet or "", entry.code, row

    return tuple(sorted(entries, key=rank))


def _counts(entries: Sequence[Entry]) -> Mapping[Kind, int]:
    return {kind: sum(len(entry.spots) for entry in entries if entry.kind == kind) for kind in KINDS}
