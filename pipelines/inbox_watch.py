"""Looks at the inbox over and over, and says which returns are whole and not yet taken in.

Belongs here: looking. Content alone decides, by its hash against the ledger: names and times of files never do, so
that an older file that comes late is not skipped, and neither a restart nor a clock that jumps does any harm. Sizes and
times of files say one thing only: that nothing has changed between two looks, so that a file that is still being copied
waits.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from data_contracts.model import Catalog, Region
from pipelines.errors import UnreadableReturn
from pipelines.identity import NOBODY, Identity, identity_of
from pipelines.inbox import Entry, inbox_entries
from pipelines.ledger import Kind
from pipelines.limits_hash import known_sha256
from pipelines.reading import read_cover
from pipelines.register import Store
from pipelines.signed_returns import signature_path

JUDGED: tuple[Kind, ...] = ("refused", "accepted", "rejected", "pending", "superseded", "withdrawn")
_READ = 20  # covers that one look reads, for the tags of the run; the run itself takes in all that there is


@dataclass(frozen=True)
class Due:
    """A return that is whole and has no verdict yet, and whose it says that it is."""

    sha256: str
    whose: Identity


@dataclass(frozen=True)
class Look:
    """What one look found: what is due, and what must be seen unchanged by the next look first."""

    due: tuple[Due, ...]
    waiting: Mapping[str, str]


class InboxWatch:
    """The looks at one inbox. Hashes of files that have not changed are remembered, for as long as the process runs."""

    def __init__(self, inbox: Path, store: Path, *, catalog: Catalog, region: Region) -> None:
        self._inbox, self._store = inbox, Store(store)
        self._catalog, self._region = catalog, region
        self._hashes: dict[tuple[str, str], str] = {}

    def look(self, before: Mapping[str, str]) -> Look:
        """What is due now; `before` is what waited at the look before this one."""
        due: dict[str, Entry] = {}
        waiting, seen = {}, {}
        for entry in inbox_entries(self._inbox)[0] if self._inbox.is_dir() else ():
            try:
                key = hashlib.sha256(str(entry.path.relative_to(self._inbox)).encode()).hexdigest()[:16]
                state = _state(entry.path)
                sha256 = self._hashes.get((key, state))
                if sha256 is None and before.get(key) != state:
                    waiting[key] = state
                    continue
                sha256 = sha256 or known_sha256(entry.path, catalog=self._catalog)
            except FileNotFoundError:  # taken away, or renamed, while we looked
                continue
            seen[key, state] = sha256
            if self._store.ledger.newest(sha256, JUDGED) is None:
                due[sha256] = entry
        self._hashes = seen
        ordered = sorted(due.items())
        named = [self._whose(entry.path) if at < _READ else NOBODY for at, (_, entry) in enumerate(ordered)]
        return Look(tuple(Due(one, whose) for (one, _), whose in zip(ordered, named, strict=True)), waiting)

    def _whose(self, path: Path) -> Identity:
        try:
            return identity_of(read_cover(path, catalog=self._catalog), region=self._region)
        except (UnreadableReturn, FileNotFoundError):
            return NOBODY


def _state(path: Path) -> str:
    """Size and time of every file of an entry, and of its signature, as one word."""
    text = "\n".join(_states(path))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _states(path: Path) -> Iterator[str]:
    signature = signature_path(path)
    found = sorted(path.rglob("*")) if path.is_dir() else [path]
    for part in (*found, *([signature] if signature.is_file() else [])):
        about = part.lstat()
        yield f"{part.name} {about.st_size} {about.st_mtime_ns} {about.st_ino}"
