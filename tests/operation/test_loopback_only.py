"""A whole build where there is no network, and the release made again from its tables.

The build runs in a network namespace that has loopback alone, up to the report in all formats; `strace` would need
rights that not everybody has, so that the calls themselves are looked at: none goes to an address outside, and no name
is looked up.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from assets.cli import app
from pipelines.checksums import write_checksums
from tests.assets.tiny import REGION, YEAR, contracts, hand_over
from tests.editions import ROOT

# Interface requests: SIOCGIFFLAGS, SIOCSIFFLAGS; IFF_UP and IFF_RUNNING.
PROGRAM = """
import fcntl, json, socket, struct, sys
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
    fcntl.ioctl(control, 0x8914, struct.pack("16sH14s", b"lo", 0x1 | 0x40, b""))
asked = []

def heard(event, given):
    if event in ("socket.connect", "socket.sendto", "socket.getaddrinfo", "socket.gethostbyname"):
        asked.append([event, repr(given[1] if event.startswith(("socket.c", "socket.s")) else given[0])])

sys.addaudithook(heard)
from assets.cli import app
try:
    sys.exit(app(sys.argv[1:], standalone_mode=False))
finally:
    print(json.dumps(asked))
"""


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("loopback")
    contracts(root / "contracts")
    for partner in ("AAA", "BBB"):
        hand_over(root / "inbox", partner, YEAR)
    return root


@pytest.fixture(scope="module")
def built(root: Path) -> list[Any]:
    """What a whole build asked of the network."""
    places = {"inbox": "inbox", "output": "out", "store": "store", "contracts": "contracts"}
    options = [f"--{name}={root / folder}" for name, folder in places.items()]
    build = ["build", "--region", REGION, "--year", str(YEAR), *options]
    command = ["unshare", "--map-root-user", "--net", sys.executable, "-c", PROGRAM, *build]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "DAGSTER_HOME": str(root / "home")}
    environment.pop("GX_ANALYTICS_ENABLED", None)
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stdout + done.stderr[-3000:]
    asked: list[Any] = json.loads(done.stdout.splitlines()[-1])
    return asked


@pytest.fixture
def release(root: Path, built: list[Any], tmp_path: Path) -> Path:
    assert built is not None
    return shutil.copytree(root / "out" / f"{REGION}-{YEAR}", tmp_path / f"{REGION}-{YEAR}")


def test_a_build_without_a_network_passes_and_asks_nobody(built: list[Any], release: Path) -> None:
    outside = [
        call
        for call in built
        if "127.0.0.1" not in call[1] and "localhost" not in call[1] and "/" not in call[1]
    ]
    assert outside == []
    for name in ("index.html", "report.pdf", "report.docx", "SHA256SUMS"):
        assert (release / name).is_file(), name


def test_its_tables_give_the_same_release_where_there_is_a_network(root: Path, release: Path) -> None:
    done = CliRunner().invoke(app, ["rebuild", str(release), "--contracts", str(root / "contracts")])
    assert done.exit_code == 0, done.output
    assert re.search(r": \d+ files made again byte for byte; 0 differ\.", done.output)


def test_a_release_that_says_other_than_its_tables_is_found(root: Path, release: Path) -> None:
    data = release / "data" / "arrests.csv"
    text = data.read_text(encoding="utf-8")
    row = next(line for line in text.splitlines() if re.search(rf",TINY,{YEAR},(_T,)+PERSONS,24,", line))
    data.write_text(text.replace(row, row.replace(",24,", ",25,")), encoding="utf-8")
    write_checksums(release)
    done = CliRunner().invoke(app, ["rebuild", str(release), "--contracts", str(root / "contracts")])
    assert done.exit_code == 1
    assert "has another text: '24' there, '25' made anew" in done.output, done.output
    changed = CliRunner().invoke(app, ["rebuild", str(release), "--narrative", str(root / "nowhere")])
    assert (changed.exit_code, "does not exist" in changed.output) == (2, True)
