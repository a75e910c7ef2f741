"""A correction of one return against a full build: the time until the updated HTML is there.

The correction is a new submission of one return with one more person arrested: its totals, the region's, the
sentences and the charts change with it. Both builds are commands of their own, with all that starts and ends them.
`python -m benchmarks.correcting`, a part of `make bench`; writes `results/correct.json`.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.places import RETURNS, ROOT, YEAR, build_command, stages, timed

PARTNER, SUBMISSION, PAIRS = "BIH", 2, 3
ONE_MORE = {
    "jihadist,travelling,_T,_T,_T,3,2": "jihadist,travelling,_T,_T,_T,4,2",
    "_T,_T,male,25_34,_T,8,4": "_T,_T,male,25_34,_T,9,4",
    "_T,_T,_T,_T,own,16,11": "_T,_T,_T,_T,own,17,11",
}


def measure() -> dict[str, Any]:
    """The median of some pairs: a full build in all formats, then the correction to HTML, in the same store."""
    full, corrected = [], []
    for _ in range(PAIRS):
        with tempfile.TemporaryDirectory(prefix="tesat-bench-") as private:
            folder = Path(private)
            inbox = shutil.copytree(RETURNS, folder / "returns")
            full.append(timed(build_command(folder, inbox=inbox), folder))
            correct(inbox)
            corrected.append(timed(build_command(folder, inbox=inbox, formats="html"), folder))
            longest = stages(folder / "home")
    return {
        "corrected_html_to_full_build": round(median(corrected) / median(full), 2),
        "full_build_seconds": round(median(full), 1),
        "corrected_html_seconds": round(median(corrected), 1),
        "stages_seconds": longest,
    }


def correct(inbox: Path) -> None:
    """Puts a new submission of one return beside the former."""
    former = inbox / str(YEAR) / f"{PARTNER}-{YEAR}-1"
    corrected = shutil.copytree(former, former.with_name(f"{PARTNER}-{YEAR}-{SUBMISSION}"))
    _replace(
        corrected / "cover.yaml", {"submission: 1": f"submission: {SUBMISSION}", "total: 22": "total: 23"}
    )
    _replace(corrected / "arrests.csv", ONE_MORE)


def _replace(path: Path, changes: dict[str, str]) -> None:
    text = path.read_text(encoding="utf-8")
    for before, after in changes.items():
        if text.count(before) != 1:
            raise ValueError(f"{path.name}: {before!r} is there {text.count(before)} times, expected once")
        text = text.replace(before, after)
    path.write_text(text, encoding="utf-8")


def main() -> None:
    """Measures, prints and keeps the results."""
    commit = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    results = {"commit": commit.stdout.strip(), "cores": os.cpu_count(), **measure()}
    text = json.dumps(results, indent=2)
    (ROOT / "benchmarks" / "results" / "correct.json").write_text(text + "\n", encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
