"""A process killed anywhere in a build, or between approval and publication: the next one makes it whole.

The intake is killed line by line in `tests/hostile/test_kills.py`; the three together are 200 kills.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from pipelines.register_verify import verify_store
from tests.editions import ROOT
from tests.proofs import CASES, SEED, seeded

# What of an event differs from run to run, and what is there to work with, not to keep.
OWN = {"at", "hash", "previous"}
BY_THE_WAY = ("/store/work/", "/store/ledger.head", "/store/ledger.torn-", "/home/", "/made/", "/contracts/")


def ran(module: str, root: Path, count: int) -> str:
    """Runs one of the programs that are killed, with so many draws."""
    draw = random.Random(SEED)
    draws = json.dumps([draw.random() for _ in range(count)])
    command = [sys.executable, "-m", f"tests.operation.{module}", str(root), draws]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()[-1]


def files(root: Path) -> dict[str, Any]:
    """All that is kept below a folder; of the ledger, and what is made of it, what does not differ from run to run."""
    found: dict[str, Any] = {}
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root).as_posix()
        if path.is_symlink():
            found[name] = f"-> {path.readlink()}"
        elif path.is_file() and not any(part in f"/{name}" for part in BY_THE_WAY):
            found[name] = path.read_bytes()
    for name in [name for name in found if name.endswith(("ledger.jsonl", "versions.json"))]:
        lines = found[name].splitlines() if name.endswith("jsonl") else []
        entries = [json.loads(line) for line in lines] or json.loads(found[name])["history"]
        found[name] = [{key: value for key, value in one.items() if key not in OWN} for one in entries]
    return found


def told_apart(root: Path) -> None:
    """Every run that was killed left, after the next one, what an undisturbed one leaves."""
    whole = files(root / "whole")
    for folder in sorted(path for path in root.iterdir() if path.name.isdigit()):
        found = files(folder)
        assert sorted(found) == sorted(whole), folder
        assert found == whole, folder
        assert verify_store(folder / "store").problems == (), folder


@seeded(80)
def test_a_kill_between_approval_and_publication(
    tmp_path: Path, record_property: pytest.RecordProperty
) -> None:
    lines = ran("killed_release", tmp_path, CASES["test_a_kill_between_approval_and_publication"])
    told_apart(tmp_path)
    releases = tmp_path / "whole" / "store" / "releases" / "western_balkans-2025"
    assert {path.name for path in releases.iterdir()} == {"1", "2", "latest", "versions.json", ".lock"}
    record_property("detail", f"{lines} lines at which it could be killed")


@seeded(20)
def test_a_kill_in_a_build(tmp_path: Path, record_property: pytest.RecordProperty) -> None:
    points = ran("killed_build", tmp_path, CASES["test_a_kill_in_a_build"])
    told_apart(tmp_path)
    assert not list((tmp_path / "0" / "store" / "work" / "running").iterdir())
    record_property("detail", f"{points} points at which it could be killed")
