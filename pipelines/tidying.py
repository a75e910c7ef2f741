"""Clears away what a killed process left half-done, before the next one begins.

Belongs here: temporary files and folders of the store and of the editions, by the names that their writers give them.
Only for who holds the lock of the edition: what is removed here is nobody's work in progress.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from pipelines.editions import made_ready_again
from pipelines.latest import events_of, point
from pipelines.locks import FolderLock
from pipelines.register import Store


def tidy(store: Path, output: Path, *, edition: str) -> list[str]:
    """Removes what was left, and puts an edition back that was moved aside and not yet replaced; returns its names.

    Readers get the version that the ledger says, also where a process died between its entry and the switch.
    """
    done = _tidy_output(output, edition) + _tidy_releases(store / "releases" / edition)
    if (store / "ledger.jsonl").exists():
        register = Store(store)
        with register.locked():  # removes what was on its way into the store
            pass
        region, _, year = edition.rpartition("-")
        if year.isdecimal():
            ready = made_ready_again(store, region, int(year))
            done += [f"{edition}, version {ready} (made ready again)"] if ready else []
            if events_of(register, region, int(year)):
                point(register, region, int(year))
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
