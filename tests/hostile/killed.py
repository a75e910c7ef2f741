"""Hands returns over and accepts them, and kills its own process before the line of code that it is told.

Run as a program by `test_kills.py`; `handled` is also what starts again after it, in the tests' own process.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType

from data_contracts.catalog import load_catalog
from pipelines.acceptance import accept
from pipelines.checking import check_path
from pipelines.handing_over import hand_over
from pipelines.inbox import inbox_entries
from pipelines.register import Store
from pipelines.submission_numbers import waiting
from pipelines.withdrawal import Meant, withdraw

AT, REGION = "2026-03-01T10:00:00Z", "western_balkans"
# Where something is written, or decided under the lock.
WRITERS = ("acceptance", "handing_over", "ledger", "locks", "register", "submission_numbers", "withdrawal")
WRITTEN = frozenset(f"{os.sep}pipelines{os.sep}{name}.py" for name in WRITERS)


def handled(root: Path, key: Path) -> None:
    """Submits all that lies in `returns`, takes in and judges what lies in the inbox, and takes one return back."""
    catalog = load_catalog()
    inbox, store, region = root / "inbox", Store(root / "store"), catalog.region(REGION)
    for path in sorted((root / "returns").iterdir()):
        signer = key if path.name.startswith("signed") else None
        hand_over(path, inbox=inbox, catalog=catalog, region_name=REGION, key=signer)
    entries, _ = inbox_entries(inbox)
    receipts = [store.receive(e.path, received_at=AT, catalog=catalog, region=region) for e in entries]
    taken = [receipt.sha256 for receipt in receipts if receipt.status != "refused"]
    for _ in range(2):  # as the next build meets what waits
        known = dict.fromkeys([*waiting(store), *taken])
        results = [check_path(store.object_path(one), catalog=catalog, region_name=REGION) for one in known]
        lines = [(result.cover_lines.row(0, named=True), result) for result in results]
        for _, result in sorted(
            lines, key=lambda one: (one[0]["partner"], one[0]["submission"], one[1].sha256)
        ):
            accept(store, result, catalog=catalog)
    if not any(event["event"] == "withdrawn" for event in store.events()):
        withdraw(store, Meant("MNE", 2025), region=region, signature=None, at=AT, actor="operator")


def killed_before(
    point: int, *, written: frozenset[str] = WRITTEN
) -> Callable[[FrameType, str, object], object]:
    """A trace that ends the process before the `point`-th line of the writers; the number so far is `seen`."""
    seen = 0

    def line(frame: FrameType, event: str, _: object) -> object:
        nonlocal seen
        if event == "line":
            seen += 1
            if seen == point:
                os.kill(os.getpid(), signal.SIGKILL)
            trace.seen = seen  # type: ignore[attr-defined]
        return line

    def trace(frame: FrameType, event: str, _: object) -> object:
        return line if any(frame.f_code.co_filename.endswith(name) for name in written) else None

    return trace


if __name__ == "__main__":
    tracer = killed_before(int(sys.argv[3]))
    sys.settrace(tracer)
    handled(Path(sys.argv[1]), Path(sys.argv[2]))
    sys.settrace(None)
    print(tracer.seen)  # type: ignore[attr-defined]
