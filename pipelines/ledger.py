"""The ledger: what happened to every return and edition, an event a line, each chained to the hash of the one before.

Belongs here: adding and reading events. Which events there are, and when, is `register.py`, `acceptance.py`,
`withdrawal.py` and `editions.py`; whether the chain holds is `ledger_verify.py`.

`ledger.jsonl` is only ever appended to. `ledger.head` names its last event, so that a shortened ledger is seen; a crash
can leave it behind the ledger, never ahead of it.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

Event = dict[str, Any]
# What can happen; `refused`: not taken in, only its hash and findings are kept.
Kind = Literal[
    "received",
    "refused",
    "checked",
    "accepted",
    "rejected",
    "pending",
    "superseded",
    "withdrawn",
    "approved",
    "unapproved",
    "published",
    "restored",
]
START = "0" * 64
INTAKE = "intake"  # who acts where no person does
_BLOCK = 4096  # bytes; an event has about 500


class Ledger:
    """The events of one store, read as far as they have grown since the last look."""

    def __init__(self, root: Path) -> None:
        self.path = root / "ledger.jsonl"
        self.head = root / "ledger.head"
        self._read_to = 0
        self._events: list[Event] = []
        self._of: dict[str, list[Event]] = {}

    def events(self) -> Sequence[Event]:
        """All events, oldest first."""
        self._refresh()
        return self._events

    def of(self, sha256: str) -> Sequence[Event]:
        """The events of one return or edition, oldest first."""
        self._refresh()
        return self._of.get(sha256, ())

    def newest(self, sha256: str, kinds: Sequence[Kind]) -> Event | None:
        """The last event of these kinds on a return or edition; None where there is none."""
        return next((event for event in reversed(self.of(sha256)) if event["event"] in kinds), None)

    def _refresh(self) -> None:
        """Reads what was added; what a crash left behind the last line end never was an event."""
        size = self.path.stat().st_size if self.path.exists() else 0
        if size < self._read_to:
            self._read_to, self._events, self._of = 0, [], {}
        if size == self._read_to:
            return
        with self.path.open("rb") as handle:
            handle.seek(self._read_to)
            content = handle.read()
        whole = content[: content.rfind(b"\n") + 1]
        for line in whole.splitlines():
            event = json.loads(line)
            self._events.append(event)
            self._of.setdefault(event["sha256"], []).append(event)
        self._read_to += len(whole)

    def append(self, event: Kind, sha256: str, *, actor: str, **values: Any) -> Event:
        """Adds an event and waits until it is on disk; only for who holds the store's lock."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        last = self._last_line()
        before: Event = json.loads(last) if last else {"number": 0, "hash": START}
        entry = {"number": before["number"] + 1, "event": event, "sha256": sha256, **values}
        entry |= {"actor": actor, "at": now(), "previous": before["hash"]}
        entry["hash"] = entry_hash(entry)
        line = json.dumps(entry, ensure_ascii=False, sort_keys=True)
        with self.path.open("ab") as handle:
            handle.write(line.encode() + b"\n")
            handle.flush()
            os.fsync(handle.fileno())
        self._name_head(entry)
        return entry

    def _name_head(self, entry: Event) -> None:
        partial = self.head.with_name("incoming.head")
        named = {name: entry[name] for name in ("number", "hash")}
        partial.write_text(json.dumps(named) + "\n", encoding="ascii")
        partial.replace(self.head)

    def _last_line(self) -> bytes:
        """The last whole line, from the ledger's end alone, for a ledger only grows; empty where there is none.

        A crash can leave half a line, which never was an event; it is set aside, not kept in the chain.
        """
        if not self.path.exists():
            return b""
        size = self.path.stat().st_size
        content, length = b"", min(size, _BLOCK)
        with self.path.open("rb") as handle:
            while length and (content.count(b"\n") < 2 and len(content) < size):
                handle.seek(-length, os.SEEK_END)
                content, length = handle.read(), min(2 * length, size)
        whole, _, torn = content.rpartition(b"\n")
        if torn:
            aside = f"ledger.torn-{hashlib.sha256(torn).hexdigest()[:12]}"
            self.path.with_name(aside).write_bytes(torn)
            os.truncate(self.path, size - len(torn))
        return whole.rpartition(b"\n")[2]


def now() -> str:
    """The time of an event by this machine's clock (UTC, ISO); what counts is the order of the events."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def entry_hash(entry: Event) -> str:
    """The hash of an event without its own hash; it covers the hash of the event before."""
    kept = {name: value for name, value in entry.items() if name != "hash"}
    return hashlib.sha256(json.dumps(kept, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
