"""Clears away what a killed process left half-done, before the next one begins.

Belongs here: temporary files and folders of the store and of the editions, by the names that their writers give them.
Only for who holds the lock of the edition: what is removed here is nobody's work in progress.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from pipelines.locks import FolderLock
from pipelines.register import Store


def tidy(store: Path, output: Path, *, edition: str) -> list[str]:
    """Removes what was left, and puts an edition back that was moved aside and not yet replaced; returns its names."""
    done = _tidy_output(output, edition) + _tidy_releases(store / "releases" / edition)
    if (store / "ledger.jsonl").exists():
        with Store(store).locked():  # removes what was on its way into the store
            pass
    return done


def _tidy_output(output: Path, edition: str) -> list[str]:
    target = output / edition
    incoming, outgoing = (output / f".{edition}.{state}" for state in ("incoming", "outgoing"))
    done = []
    if outgoing.is_dir() and not target.exists():
        outgoing.rename(target)
        done.append(f"{target.name} (put back)")
    return done + _removed(incoming, outgoing)


def _tidy_releases(releases: Path) -> list[str]:
    if not releases.is_dir():
        return []
    with FolderLock(releases / ".lock").held():
        return _removed(*sorted([*releases.glob(".*.incoming"), *releases.glob(".*.partial")]))


def _removed(*paths: Path) -> list[str]:
    there = [path for path in paths if path.exists() or path.is_symlink()]
    for path in there:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
    return [path.name for path in there]
