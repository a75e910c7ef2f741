"""What the timings are taken on: builds of the demonstration edition, and the steps of a run as Dagster keeps them."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
RETURNS = ROOT / "examples" / "demonstration" / "returns"
REGION, YEAR = "western_balkans", 2025


def build_command(folder: Path, *, inbox: Path = RETURNS, formats: str = "html,pdf,docx") -> list[str]:
    """`tesat build` of the demonstration into a folder."""
    command = [str(Path(sys.executable).parent / "tesat"), "build", "--region", REGION, "--year", str(YEAR)]
    places = {"--inbox": inbox, "--output": folder / "output", "--store": folder / "store"}
    return [*command, *(str(part) for pair in places.items() for part in pair), "--formats", formats]


def timed(command: list[str], folder: Path) -> float:
    """Seconds of a command from start to end, its runs recorded below the folder."""
    folder.mkdir(exist_ok=True)
    environment = {**os.environ, "DAGSTER_HOME": str(folder / "home")}
    start = time.perf_counter()
    subprocess.run(command, check=True, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def stages(home: Path) -> dict[str, float]:
    """Seconds of each step of the newest run below a home of Dagster's, the longest first."""
    os.environ["DAGSTER_HOME"] = str(home)
    import dagster as dg

    with dg.DagsterInstance.get() as instance:
        run = instance.get_runs(limit=1)[0]
        steps: list[Any] = instance.get_run_step_stats(run.run_id)
        found = {step.step_key.split("__")[-1]: step.end_time - step.start_time for step in steps}
    return {name: round(seconds, 2) for name, seconds in sorted(found.items(), key=lambda item: -item[1])}
