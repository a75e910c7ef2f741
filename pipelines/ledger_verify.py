"""Whether a ledger is the one that was written: every line's hash, every link, and that none is missing at the end.

Belongs here: the chain. Whether the store holds what the ledger says is `register_verify.py`. Nothing is written, and
lines are read anew, as bytes.

A changed, left out, moved or doubled line breaks the chain at a place that is named. A ledger that was shortened at its
end keeps its chain; `ledger.head` gives it away, and a head that was noted elsewhere gives away who shortens both.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipelines.ledger import START, Event, entry_hash


@dataclass(frozen=True)
class Head:
    """The last event of a ledger, by number and hash."""

    number: int
    hash: str


@dataclass(frozen=True)
class Chain:
    """What was read: the events up to the first that is bad, what is bad, and whether half a line follows."""

    events: tuple[Event, ...]
    problem: str | None
    torn: bool

    @property
    def head(self) -> Head:
        """The last good event."""
        return Head(self.events[-1]["number"], self.events[-1]["hash"]) if self.events else Head(0, START)


def read_chain(root: Path, *, expected: Head | None = None) -> Chain:
    """Reads a store's ledger up to its first bad entry; `expected`: a head that was noted elsewhere."""
    path = root / "ledger.jsonl"
    content = path.read_bytes() if path.exists() else b""
    *lines, torn = content.split(b"\n")
    entries = [_entry(line) for line in lines]
    good: list[Event] = []
    for position, entry in enumerate(entries, start=1):
        problem = _broken(entry, good, entries[position:])
        if entry is None or problem is not None:
            return Chain(tuple(good), f"ledger.jsonl, line {position}: {problem}", bool(torn))
        good.append(entry)
    return Chain(tuple(good), _shortened(root / "ledger.head", good, expected), bool(torn))


def _entry(line: bytes) -> Event | None:
    """A line as an event; None where it is none."""
    try:
        entry: Any = json.loads(line)
    except ValueError:
        return None
    needed = {"number": int, "event": str, "sha256": str, "previous": str, "hash": str}
    if isinstance(entry, dict) and all(isinstance(entry.get(name), kind) for name, kind in needed.items()):
        return entry
    return None


def _broken(entry: Event | None, good: list[Event], rest: list[Event | None]) -> str | None:
    """What is wrong with an event after those that are good; None where it follows them."""
    number = len(good) + 1
    if entry is None:
        return f"entry {number} cannot be read; it was changed"
    if entry_hash(entry) != entry["hash"]:
        return f"entry {number} was changed: it has not the hash that it names"
    if entry["number"] != number:
        return _out_of_place(entry, good, rest)
    if entry["previous"] != (good[-1]["hash"] if good else START):
        return f"entry {number} does not follow entry {number - 1}; one of the two was changed or replaced"
    return None


def _out_of_place(entry: Event, good: list[Event], rest: list[Event | None]) -> str:
    """What is said of an event that has another number than its place."""
    own, number = entry["number"], len(good) + 1
    if any(known["hash"] == entry["hash"] for known in good):
        return f"entry {own} stands there a second time"
    if own < number:
        return f"a second entry {own}: the ledger forks after entry {own - 1}"
    if any(later is not None and later["number"] == number for later in rest):
        return f"entry {own} stands where entry {number} belongs; entries were put in another order"
    missing = f"entry {number} is" if own == number + 1 else f"entries {number} to {own - 1} are"
    return f"{missing} missing before entry {own}"


def _shortened(path: Path, good: list[Event], expected: Head | None) -> str | None:
    named = _named_head(path)
    if good and named is None:
        return "ledger.head, which names the last entry, is missing or cannot be read"
    for what, head in (("ledger.head", named), ("the head that was noted", expected)):
        if head is None or head.number == 0:
            continue
        if head.number > len(good):
            first = len(good) + 1
            missing = f"entry {first} is" if head.number == first else f"entries {first} to {head.number} are"
            return f"the ledger was cut short: {missing} missing at its end, by {what}"
        if good[head.number - 1]["hash"] != head.hash:
            return f"entry {head.number} is not the one that {what} names; the ledger was replaced or forks before it"
    return None


def _named_head(path: Path) -> Head | None:
    try:
        named: Mapping[str, Any] = json.loads(path.read_text("ascii"))
        return Head(int(named["number"]), str(named["hash"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
