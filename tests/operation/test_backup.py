"""A store is backed up, lost and restored: the same files, held to the head that was noted, and nothing overwritten."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.register_verify import verify_store
from tests.editions import ROOT
from tests.hostile.keys import new_key
from tests.hostile.killed import handled
from tests.hostile.test_kills import prepared

TESAT = Path(sys.executable).with_name("tesat")


def script(name: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = ["bash", str(ROOT / "deploy" / name), *map(str, arguments)]
    environment = {**os.environ, "TESAT": str(TESAT)}
    environment.pop("TESAT_PG_DATABASE", None)
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment, cwd=ROOT)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("network")
    key = new_key(root, "ALB")
    handled(prepared(root, key), key.private)
    (root / "store" / "rounding.key").write_text("ab" * 32)
    (root / "store" / "work").mkdir()
    (root / "store" / "work" / "exact.parquet").write_text("figures before protection")
    return root / "store"


def contents(folder: Path) -> dict[str, bytes]:
    kept = (path for path in folder.rglob("*") if path.is_file() and "work" not in path.parts)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in kept}


def test_a_backup_restores_the_store_as_it_was(store: Path, tmp_path: Path) -> None:
    made = script("backup.sh", store, tmp_path / "backups")
    assert made.returncode == 0, made.stderr
    archive = Path(made.stdout.strip())
    names = sorted(path.suffix for path in (tmp_path / "backups").iterdir())
    assert names == [".head", ".tar"]
    listed = subprocess.run(["tar", "-tf", archive], capture_output=True, text=True, check=True).stdout
    assert "rounding.key" not in listed and "work/" not in listed
    restored = script("restore.sh", archive, tmp_path / "again", store / "rounding.key")
    assert restored.returncode == 0, restored.stderr
    assert contents(tmp_path / "again") == contents(store)
    assert (tmp_path / "again" / "rounding.key").stat().st_mode & 0o777 == 0o600
    assert verify_store(tmp_path / "again").passed
    refused = script("restore.sh", archive, tmp_path / "again")
    assert (refused.returncode, "exists: move it away first" in refused.stderr) == (2, True)


def test_a_backup_that_was_cut_or_changed_is_not_restored(store: Path, tmp_path: Path) -> None:
    archive = Path(script("backup.sh", store, tmp_path / "backups").stdout.strip())
    folder = tmp_path / "changed"
    shutil.unpack_archive(archive, folder)
    lines = (folder / "ledger.jsonl").read_text().splitlines(keepends=True)
    (folder / "ledger.jsonl").write_text("".join(lines[:-1]))
    last = lines[-2].split('"hash": "')[1][:64]
    (folder / "ledger.head").write_text(f'{{"number": {len(lines) - 1}, "hash": "{last}"}}\n')
    subprocess.run(["tar", "-cf", archive, "-C", folder, "."], check=True)
    done = script("restore.sh", archive, tmp_path / "again")
    assert done.returncode == 1
    assert "the ledger was cut short" in done.stdout
    assert not (tmp_path / "again").exists()


def test_a_store_that_is_not_whole_is_not_backed_up(store: Path, tmp_path: Path) -> None:
    broken = Path(shutil.copytree(store, tmp_path / "store"))
    next((broken / "returns").iterdir()).write_bytes(b"")
    done = script("backup.sh", broken, tmp_path / "backups")
    assert done.returncode == 1
    assert "was changed; restore it from a backup" in done.stderr
    assert [path for path in (tmp_path / "backups").iterdir() if path.suffix] == []
