"""A full disk, and a store that can only be read: one sentence with the place, and nothing half-written in its place."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines.checksums import checksum_problems
from pipelines.register_verify import verify_store
from tests.assets.tiny import REGION, YEAR, contracts, hand_over
from tests.editions import ROOT, TESAT
from tests.hostile import builders as b
from tests.hostile.keys import new_key
from tests.hostile.test_kills import prepared
from tests.operation.test_kills import told_apart
from tests.proofs import WHOLE

# A build on a small disk, and again once the disk is larger; arguments: folder, size, command.
ON_A_DISK = """
folder=$1 size=$2
shift 2
mount -t tmpfs -o size=$size tmpfs $folder/disk && cp -r $folder/start/. $folder/disk || exit 9
"$@"
echo $?
echo room again
mount -o remount,size=300m $folder/disk
"$@" && cp -r $folder/disk/out $folder/disk/store $folder
"""
SIZES = [40, 400, 1500, 4000] if not WHOLE else [*range(20, 1000, 90), *range(1000, 9000, 700)]


def test_what_a_full_disk_cut_off_is_made_whole_by_the_next_run(tmp_path: Path) -> None:
    key = new_key(tmp_path, "key")
    prepared(tmp_path / "start", key)
    command = [sys.executable, "-m", "tests.operation.full_disk", str(tmp_path), str(SIZES)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == str(SIZES), "each of the sizes cut something off"
    told_apart(tmp_path)


def limit_files() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))


def said(
    *arguments: str | Path, preexec: Callable[[], None] | None = None, alone: bool = False
) -> tuple[int, str]:
    """What a command answers; `alone`: without root's right to write where nobody may."""
    helpless = ["setpriv", "--bounding-set=-dac_override", "--inh-caps=-dac_override"]
    command = [*(helpless if alone and os.getuid() == 0 else []), str(TESAT), *map(str, arguments)]
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, "DAGSTER_HOME": ""} if alone else None,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=preexec,
    )
    assert "Traceback" not in done.stderr + done.stdout
    return done.returncode, (done.stdout + done.stderr).strip()


def test_a_return_that_finds_no_room_is_not_in_the_inbox_and_can_be_handed_over_again(tmp_path: Path) -> None:
    path, inbox = b.zipped(tmp_path / "return.zip"), tmp_path / "inbox"
    code, text = said("submit", path, "--inbox", inbox, preexec=limit_files)
    assert code == 2
    assert text.startswith("A file may not grow any further")
    assert text.endswith("mend that and run the command again.")
    assert [name for name in os.listdir(inbox) if not name.startswith(".")] == []  # noqa: PTH208
    assert said("submit", path, "--inbox", inbox)[0] == 0
    assert len([name for name in os.listdir(inbox) if not name.startswith(".")]) == 1  # noqa: PTH208


@pytest.mark.parametrize("command", ["build", "publish", "withdraw"])
def test_a_store_that_can_only_be_read_is_said_to_be(tmp_path: Path, command: str) -> None:
    store, output = tmp_path / "store", tmp_path / "out" / "western_balkans-2025"
    prepared(tmp_path, new_key(tmp_path, "key"))
    shutil.copytree(ROOT / "examples" / "demonstration" / "published" / "western_balkans-2024", output)
    (store / "ledger.jsonl").touch()
    store.chmod(0o555)
    places = {"build": ["--inbox", tmp_path / "returns", "--output", tmp_path / "out"]}
    places |= {"publish": ["--output", tmp_path / "out"], "withdraw": ["--partner", "ALB"]}
    try:
        code, text = said(command, "--year", "2025", "--store", store, *places[command], alone=True)
    finally:
        store.chmod(0o755)
    assert code in {1, 2}
    assert len(text.splitlines()) <= 4
    if command == "build":
        assert text.startswith(f"This account may not do that here ({store}")
    assert sorted(path.name for path in store.iterdir()) == ["ledger.jsonl", "signers"]


@pytest.mark.parametrize("size", ["40k", "400k", "3m"] if WHOLE else ["400k"])
def test_a_build_on_a_full_disk_says_so_and_passes_once_there_is_room(tmp_path: Path, size: str) -> None:
    """A disk of its own, in a namespace of mounts; the sizes are full in the intake, the data, the report."""
    contracts(tmp_path / "contracts")
    for partner in ("AAA", "BBB"):
        hand_over(tmp_path / "start" / "inbox", partner, YEAR)
    disk = tmp_path / "disk"
    disk.mkdir()
    folders = {"inbox": "inbox", "store": "store", "output": "out"}
    options = [f"--{name}={disk / folder}" for name, folder in folders.items()]
    build = ["build", f"--region={REGION}", f"--year={YEAR}", "--formats=html", *options]
    command = ["unshare", "--map-root-user", "--mount", "sh", "-c", ON_A_DISK, "sh", tmp_path, size]
    done = subprocess.run(
        [*map(str, command), str(TESAT), *build, f"--contracts={tmp_path / 'contracts'}"],
        cwd=ROOT,
        env={**os.environ, "DAGSTER_HOME": str(tmp_path / "home")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Traceback" not in done.stderr + done.stdout
    first, second = done.stdout.split("room again\n")
    assert first == "2\n"
    assert "The disk is full" in done.stderr
    assert second.startswith("2 returns: 2 accepted, 0 rejected.")
    assert checksum_problems(tmp_path / "out" / f"{REGION}-{YEAR}") == []
    assert verify_store(tmp_path / "store").problems == ()
