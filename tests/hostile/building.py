"""Takes in and judges what lies in an inbox, over and over, until a file says to stop: what builds do with a register."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from data_contracts.catalog import load_catalog
from pipelines.inbox import inbox_entries
from pipelines.intake import judge_all, receive_all

REGION, PAUSE = "western_balkans", 1.0


def built(inbox: Path, store: Path) -> dict[str, str]:
    """One build's intake; what became of each return, by the name of its entry."""
    catalog = load_catalog()
    entries, others = inbox_entries(inbox) if inbox.exists() else ([], [])
    assert others == []
    received = receive_all(entries, store=store, catalog=catalog, region=REGION)
    verdicts = judge_all(received, store=store, catalog=catalog, region=REGION)
    return dict(verdicts.select("name", "verdict").iter_rows())


if __name__ == "__main__":
    root, rounds = Path(sys.argv[1]), 0
    while not (root / "stop").exists():
        built(root / "inbox", root / "store")
        rounds += 1
        time.sleep(PAUSE)
    print(rounds)
