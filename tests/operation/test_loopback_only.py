"""A whole build where there is no network: nothing is fetched, nothing is told to anybody.

The build runs in a network namespace that has loopback alone; `strace` would need rights that not everybody has, so
that the calls themselves are looked at: none goes to an address outside, and no name is looked up.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.assets.tiny import REGION, YEAR, contracts, hand_over
from tests.editions import ROOT

PROGRAM = """
import json, sys
from pathlib import Path
asked = []

def heard(event, given):
    if event in ("socket.connect", "socket.sendto", "socket.getaddrinfo", "socket.gethostbyname"):
        asked.append([event, repr(given[1] if event.startswith(("socket.c", "socket.s")) else given[0])])

sys.addaudithook(heard)
from tests.operation.killed_build import built
built(Path(sys.argv[1]))
print(json.dumps(asked))
"""


def test_a_build_without_a_network_passes_and_asks_nobody(tmp_path: Path) -> None:
    contracts(tmp_path / "contracts")
    for partner in ("AAA", "BBB"):
        hand_over(tmp_path / "inbox", partner, YEAR)
    command = ["unshare", "--map-root-user", "--net", sys.executable, "-c", PROGRAM, str(tmp_path)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    environment.pop("GX_ANALYTICS_ENABLED", None)
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stderr[-3000:]
    asked = json.loads(done.stdout.splitlines()[-1])
    outside = [
        call
        for call in asked
        if "127.0.0.1" not in call[1] and "localhost" not in call[1] and "/" not in call[1]
    ]
    assert outside == []
    assert (tmp_path / "out" / f"{REGION}-{YEAR}" / "SHA256SUMS").is_file()
