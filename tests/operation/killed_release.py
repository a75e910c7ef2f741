"""Approves, makes ready, publishes, corrects and restores an edition, and kills its own process where it is told.

Run as a program by `test_kills.py`: every killed process is a fork of it, so that nothing is imported twice.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from data_contracts.catalog import load_catalog
from pipelines.checksums import write_checksums
from pipelines.editions import publish
from pipelines.register import Store
from pipelines.release_gate import open_points, restore
from pipelines.signoff import PARTNER, PERSON, Draft, approve, asked_of, standings
from pipelines.tidying import tidy
from tests.hostile.killed import killed_before

REGION = load_catalog().region("western_balkans")
YEAR, EDITION = 2025, "western_balkans-2025"
NOW, AT = datetime(2026, 6, 23, tzinfo=UTC), "2026-06-20T10:00:00Z"
WRITERS = ("editions", "latest", "ledger", "locks", "register", "release_gate", "signoff", "tidying")
WRITTEN = frozenset(f"{os.sep}pipelines{os.sep}{name}.py" for name in WRITERS)


def drafted(root: Path, number: str) -> Draft:
    """The edition as a build leaves it, with one number in it."""
    folder, made = root / "out" / EDITION, root / "made" / EDITION
    about = {"region": REGION.name, "year": YEAR, "language": "en"}
    (made / "data").mkdir(parents=True, exist_ok=True)
    (made / "data" / "edition.json").write_text(json.dumps(about), encoding="utf-8")
    (made / "index.html").write_text(f"<p>In Albania {number}.</p>", encoding="utf-8")
    write_checksums(made)
    if not folder.exists() or (folder / "index.html").read_bytes() != (made / "index.html").read_bytes():
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(made, folder)
    return Draft(folder, Store(root / "store"), REGION, YEAR)


def released(root: Path) -> None:
    """What the network does from the first draft to an emergency; done again, only what is not done yet."""
    tidy(root / "store", root / "out", edition=EDITION)
    store = root / "store"
    for version, number in enumerate("34", start=1):
        if sum(event["event"] == "published" for event in Store(store).events()) >= version:
            continue
        draft = drafted(root, number)
        _all_approve(draft)
        assert open_points(draft, now=NOW) == []
        about = {"store": store, "region": REGION.name, "year": YEAR, "note": f"version {version}"}
        publish(draft.folder, **about, prepare=True)
        publish(draft.folder, **about)
    if not any(event["event"] == "restored" for event in Store(store).events()):
        restore(drafted(root, "4"), 1, note="the first again", actor="clerk")


def _all_approve(draft: Draft) -> None:
    holding = {(one.asked.kind, one.asked.approver) for one in standings(draft) if one.holds}
    asked = [(PARTNER, member.code) for member in REGION.partners] + [(PERSON, "anna"), (PERSON, "boris")]
    for kind, approver in asked:
        if (kind, approver) not in holding:
            approve(draft, asked_of(draft, kind, approver), signature=None, at=AT, actor="clerk")


def forked(work: Callable[[], None]) -> int:
    """Runs something in a fork of this process; its exit status, negative where it was killed."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            work()
            status = 0
        except Exception:  # noqa: BLE001
            traceback.print_exc()
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def killed_at(root: Path, point: int) -> None:
    """One run that is killed before a line, counted over what writes."""
    sys.settrace(killed_before(point, written=WRITTEN))
    released(root)


def lines_of(root: Path) -> int:
    """How many lines of the writers a whole run passes."""
    trace = killed_before(0, written=WRITTEN)
    sys.settrace(trace)
    released(root)
    sys.settrace(None)
    return int(trace.seen)  # type: ignore[attr-defined]


if __name__ == "__main__":
    base, draws = Path(sys.argv[1]), json.loads(sys.argv[2])
    counted = lines_of(base / "whole")
    for number, fraction in enumerate(draws):
        place, at = base / str(number), 1 + int(fraction * (counted - 1))
        status = forked(lambda place=place, at=at: killed_at(place, at))  # type: ignore[misc]
        assert status == -signal.SIGKILL, (at, status)
        assert forked(lambda place=place: released(place)) == 0, at  # type: ignore[misc]
    print(counted)
