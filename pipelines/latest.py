"""Which version of an edition readers get: the link `latest`, and the list of all versions with their notes.

Belongs here: both are made from the ledger, again and again if need be, so that a crash between publishing and this
leaves nothing that the next call does not mend. The switch is one renaming: readers see the old version or the new
one. Who may switch is `release_gate.py`.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path

from pipelines.ledger import Event
from pipelines.register import Store
from pipelines.release_signatures import signed_approvals

LATEST, VERSIONS = "latest", "versions.json"


def events_of(store: Store, region: str, year: int) -> list[Event]:
    """What became of an edition's versions, oldest first."""
    own = {"region": region, "year": year}
    kinds = ("published", "restored")
    return [event for event in store.events() if event["event"] in kinds and own.items() <= event.items()]


def point(store: Store, region: str, year: int) -> int:
    """Lets `latest` lead to the version that was published or restored last, and lists all; returns that version."""
    folder = store.root / "releases" / f"{region}-{year}"
    events = events_of(store, region, year)
    version = int(events[-1]["version"])
    text = json.dumps(_listed(store, events, version), ensure_ascii=False, indent=2) + "\n"
    _replace_text(folder / VERSIONS, text)
    if not (folder / LATEST).is_symlink() or (folder / LATEST).readlink() != Path(str(version)):
        partial = folder / f".{LATEST}.partial"
        partial.unlink(missing_ok=True)
        partial.symlink_to(str(version))
        os.replace(partial, folder / LATEST)  # noqa: PTH105
    return version


def _listed(store: Store, events: Sequence[Event], latest: int) -> dict[str, object]:
    shown = {
        "published": ("version", "at", "note", "sha256", "number", "hash"),
        "restored": ("version", "at", "note", "number", "hash"),
    }
    history = [
        {"event": event["event"]}
        | {name: event[name] for name in shown[event["event"]] if name in event}
        | ({"signed": signed} if (signed := signed_approvals(store, event)) else {})
        for event in events
    ]
    return {"latest": latest, "history": history}


def _replace_text(path: Path, text: str) -> None:
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return
    partial = path.with_name(f".{path.name}.partial")
    partial.write_text(text, encoding="utf-8")
    partial.replace(path)
