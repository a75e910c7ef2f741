"""A process killed anywhere in submit and accept: after the next start the store is that of an undisturbed run."""

from __future__ import annotations

import json
import random
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from pipelines.register_verify import verify_store
from tests.editions import ROOT
from tests.hostile import builders as b
from tests.hostile.keys import OPTIONS, Key, know, new_key
from tests.hostile.killed import REGION, handled
from tests.proofs import CASES, SEED, seeded

OWN = {"at", "hash", "previous"}  # what of an event differs from run to run


def prepared(root: Path, key: Key) -> Path:
    """Returns of which each becomes something else, before anything is handed over."""
    know(root / "store", REGION, {"ALB": f"{OPTIONS} {key.public}"})
    returns = root / "returns"
    b.folder(returns / "accepted")
    revised = b.files(
        cover=b.cover_text(submission="2"), arrests=f"{b.HEADER}\n{b.ROW}\n".replace(",9", ",8")
    )
    b.zipped(returns / "superseding.zip", revised)
    b.folder(returns / "used number", b.files(cover=b.cover_text(submission="2")))
    b.folder(returns / "pending", b.files(cover=b.cover_text(partner="MKD", submission="2")))
    b.folder(returns / "withdrawn", b.files(cover=b.cover_text(partner="MNE")))
    b.folder(returns / "signed", b.files(cover=b.cover_text(partner="ALB")))
    b.folder(returns / "unsigned", b.files(cover=b.cover_text(partner="ALB", submission="2")))
    return root


def files(root: Path) -> dict[str, Any]:
    """All files of inbox and store; of the ledger what does not differ from run to run."""
    found: dict[str, Any] = {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }
    head = json.loads(found.pop("store/ledger.head"))
    events = [json.loads(line) for line in found["store/ledger.jsonl"].splitlines()]
    assert (head["number"], head["hash"]) == (len(events), events[-1]["hash"])
    found["store/ledger.jsonl"] = [
        {name: value for name, value in event.items() if name not in OWN} for event in events
    ]
    return found


def child(root: Path, key: Key, point: int) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tests.hostile.killed", str(root), str(key.private), str(point)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> Key:
    return new_key(tmp_path_factory.mktemp("keys"), "ALB")


@seeded(100)
def test_after_a_kill_anywhere_the_store_is_that_of_an_undisturbed_run(
    tmp_path: Path, key: Key, record_property: pytest.RecordProperty
) -> None:
    whole = prepared(tmp_path / "whole", key)
    done = child(whole, key, 0)
    assert done.returncode == 0, done.stderr
    lines, undisturbed = int(done.stdout), files(whole)
    kinds = [event["event"] for event in undisturbed["store/ledger.jsonl"]]
    assert set(kinds) == {
        *("received", "refused", "checked", "accepted", "rejected", "pending", "superseded", "withdrawn")
    }
    assert verify_store(whole / "store").passed
    count = CASES["test_after_a_kill_anywhere_the_store_is_that_of_an_undisturbed_run"]
    points = random.Random(SEED).sample(range(1, lines + 1), count)
    left = set()
    for point in points:
        root = prepared(tmp_path / str(point), key)
        assert child(root, key, point).returncode == -signal.SIGKILL, point
        left |= {path.name.partition(".")[0] for path in root.rglob("*") if "incoming" in path.name}
        handled(root, key.private)
        assert files(root) == undisturbed, point
        assert verify_store(root / "store").passed, point
        shutil.rmtree(root)
    record_property("detail", f"{lines} lines at which it could be killed")


def test_a_run_after_a_run_changes_nothing(tmp_path: Path, key: Key) -> None:
    root = prepared(tmp_path / "root", key)
    handled(root, key.private)
    before = files(root)
    handled(root, key.private)
    assert files(root) == before
