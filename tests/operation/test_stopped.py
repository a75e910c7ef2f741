"""A build that is stopped by hand says so in a sentence; that the next one goes on is `test_kills.py`."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from tests.assets.tiny import REGION, YEAR, contracts, hand_over
from tests.editions import ROOT

TESAT = Path(sys.executable).with_name("tesat")


def command(root: Path) -> list[str]:
    options = {"--region": REGION, "--year": YEAR, "--formats": "html", "--inbox": root / "inbox"}
    options |= {"--store": root / "store", "--contracts": root / "contracts", "--output": root / "out"}
    return [str(TESAT), "build", *(str(part) for pair in options.items() for part in pair)]


def test_a_build_that_is_stopped_says_so_and_holds_nothing_up(tmp_path: Path) -> None:
    contracts(tmp_path / "contracts")
    for partner in ("AAA", "BBB"):
        hand_over(tmp_path / "inbox", partner, YEAR)
    environment = {**os.environ, "DAGSTER_HOME": str(tmp_path / "home")}
    building = subprocess.Popen(
        command(tmp_path),
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    log = tmp_path / "store" / "work" / f"{REGION}-{YEAR}" / "run.log"
    for _ in range(1200):
        if log.exists() and "STEP_START" in log.read_text(encoding="utf-8"):
            break
        time.sleep(0.05)
    building.send_signal(signal.SIGINT)
    out, said = building.communicate(timeout=60)
    assert building.returncode == 130
    assert said.strip() == (
        "Stopped. No edition was replaced, and what was accepted stays accepted; run the command again."
    )
    assert out == "" and not (tmp_path / "out" / f"{REGION}-{YEAR}").exists()
    assert list((tmp_path / "store" / "work" / "running").iterdir()) == [], "it holds nothing up"
