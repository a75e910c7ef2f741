"""Runs all timings and writes them to `benchmarks/results/`: `make bench`.

Each figure is a ratio of two things measured in this run, on this machine; the seconds beside it say how large they
are, and mean nothing elsewhere.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

from benchmarks import auditing, checking, correcting
from benchmarks.places import REGION, RETURNS, ROOT, YEAR, build_command, stages, timed
from benchmarks.rendering import FORMATS

PAIRS = 3


def main() -> None:
    """Measures, prints and keeps the results."""
    with tempfile.TemporaryDirectory(prefix="tesat-bench-") as private:
        folder = Path(private)
        built, plain = [], []
        for number in range(PAIRS):
            built.append(timed(build_command(folder / f"dagster-{number}"), folder / f"dagster-{number}"))
            plain.append(timed(_plain(folder / f"plain-{number}"), folder / f"plain-{number}"))
        longest = stages(folder / "dagster-0" / "home")
        release = folder / "dagster-0" / "output" / f"{REGION}-{YEAR}"
        rendering = json.loads(_output([sys.executable, "-m", "benchmarks.rendering", str(release)]))
    floor = rendering["batch"] + rendering["execution"]
    whole = rendering["figures"] + rendering["formats"]
    changed = rendering["changed_figures"] + rendering["changed_formats"]
    weights = rendering.pop("bytes")
    results = {
        "commit": _output(["git", "rev-parse", "HEAD"]).strip(),
        "cores": os.cpu_count(),
        "demonstration_seconds": round(median(built), 1),
        "stages_seconds": longest,
        "rendering_seconds": {name: round(value, 2) for name, value in rendering.items()},
        "renderer_to_floor": round(whole / floor, 2),
        "seconds_per_figure_and_format": round(whole / rendering["figures_drawn"] / len(FORMATS), 3),
        "changed_number_to_full_rendering": round(changed / whole, 2),
        "changed_number_to_full_build": round(changed / median(built), 2),
        "kilobytes": {name: round(size / 1000) for name, size in weights.items()},
        "dagster_to_plain": round(median(built) / median(plain), 2),
        "dagster_minus_plain_seconds": round(median(built) - median(plain), 1),
    }
    results["checking"] = checking.measure()
    results["auditing"] = auditing.measure()
    text = json.dumps(results, indent=2)
    (ROOT / "benchmarks" / "results" / "bench.json").write_text(text + "\n", encoding="utf-8")
    print(text)
    correcting.main()


def _plain(folder: Path) -> list[str]:
    places = [str(RETURNS), str(folder / "store"), str(folder / "output")]
    return [sys.executable, "-m", "benchmarks.plain", *places, REGION, str(YEAR)]


def _output(command: list[str]) -> str:
    return subprocess.run(command, check=True, cwd=ROOT, capture_output=True, text=True).stdout


if __name__ == "__main__":
    main()
