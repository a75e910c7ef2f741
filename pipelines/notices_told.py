"""Which notices went out: one file each in the store, so that a machine that was set up anew tells nobody twice.

Belongs here: `STORE/notices/<key>`, written once a notice has gone out over all its channels.
"""

from __future__ import annotations

from pathlib import Path


def told(store: Path) -> frozenset[str]:
    """The keys of the notices that went out."""
    folder = store / "notices"
    return frozenset(path.name for path in folder.iterdir()) if folder.is_dir() else frozenset()


def tell_once(store: Path, key: str) -> Path:
    """Writes down that a notice went out."""
    target = store / "notices" / key
    target.parent.mkdir(parents=True, exist_ok=True)
    target.touch()
    return target
