"""Whether a store is whole: the chain of its ledger, and every file that the ledger names or does not name.

Belongs here: the store beside its ledger. The chain is `ledger_verify.py`, one release `checksums.py`. Nothing is
written. Each finding is a sentence with the place and what to do.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pipelines.checksums import CHECKSUMS, checksum_problems, sha256_of
from pipelines.ledger import Event
from pipelines.ledger_verify import Head, read_chain

_LEFT = "no entry names it: the ledger was cut, or a crash left it; run the build again, then verify again"


@dataclass(frozen=True)
class StoreReading:
    """What was found: problems, notes that are none, and the last good entry."""

    problems: tuple[str, ...]
    notes: tuple[str, ...]
    head: Head

    @property
    def passed(self) -> bool:
        """Whether the store is as its ledger says."""
        return not self.problems


def verify_store(root: Path, *, expected: Head | None = None) -> StoreReading:
    """Recomputes the ledger's chain and every hash of the store; `expected`: a head that was noted elsewhere.

    After a broken link the entries behind it are not believed, so that the files they name are not looked at.
    """
    chain = read_chain(root, expected=expected)
    torn = ("ledger.jsonl: half a line at its end, which a crash left; the next entry sets it aside",)
    found = [] if chain.problem is None else [f"{chain.problem}; restore the ledger from a backup"]
    found += [problem for event in chain.events for problem in _of_event(root, event)]
    if chain.problem is None:
        found += _without_entry(root, chain.events)
    return StoreReading(tuple(found), torn if chain.torn else (), chain.head)


def _of_event(root: Path, event: Event) -> Iterator[str]:
    """What is wrong with the files that an entry names."""
    place = f"ledger.jsonl, entry {event['number']}"
    files = dict(event.get("files", {}))
    if "verdict_sha256" in event:
        files[f"verdicts/{event['verdict']}"] = event["verdict_sha256"]
    for name, sha256 in sorted(files.items()):
        path = root / name
        if not path.is_file():
            yield f"{place}: {name} is missing; restore it from a backup"
        elif sha256_of(path) != sha256:
            yield f"{place}: {name} was changed; restore it from a backup"
    if event["event"] == "published":
        yield from (f"{place}: {problem}" for problem in _release(root, event))


def _release(root: Path, event: Event) -> Iterator[str]:
    folder = root / "releases" / f"{event['region']}-{event['year']}" / str(event["version"])
    name = folder.relative_to(root).as_posix()
    if not (folder / CHECKSUMS).is_file():
        yield f"{name} is missing; restore it from a backup"
    elif sha256_of(folder / CHECKSUMS) != event["sha256"]:
        yield f"{name} is not what was published; restore it from a backup"
    else:
        yield from (f"{name}/{problem}; restore it from a backup" for problem in checksum_problems(folder))


def _without_entry(root: Path, events: tuple[Event, ...]) -> Iterator[str]:
    """Files that no entry names."""
    named = {name for event in events for name in event.get("files", {})}
    named |= {f"verdicts/{event['verdict']}" for event in events if "verdict" in event}
    for pattern in ("objects/*/*", "cells/*/*", "returns/*", "verdicts/*", "signatures/*"):
        for path in sorted(root.glob(pattern)):
            name = path.relative_to(root).as_posix()
            if name not in named:
                yield f"{name}: {_LEFT}"
    published = {(e["region"], e["year"], e["version"]) for e in events if e["event"] == "published"}
    for folder in sorted((root / "releases").glob("*/[0-9]*")):
        region, _, year = folder.parent.name.rpartition("-")
        if (region, int(year), int(folder.name)) not in published:
            yield f"{folder.relative_to(root).as_posix()}: no entry names it; publish that edition again"
