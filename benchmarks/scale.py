"""The network grown: 40 partners and 20 years in one process, and by two runs at once over Postgres.

`python -m benchmarks.scale`, a part of `make proof`. The driver of Postgres is installed beside the environment, from
`deploy/postgres.lock`; the server is Debian's, started by `deploy/postgres.sh proof`. Writes `results/scale.json`.
"""

from __future__ import annotations

import hashlib
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
PARTNERS, FIRST, LAST = 40, 2006, 2025
PROGRAM = """
import sys
from pathlib import Path
from benchmarks.scale import run
run(Path(sys.argv[1]), int(sys.argv[2]))
"""


def main() -> None:
    """Measures, compares and keeps the results."""
    with tempfile.TemporaryDirectory(prefix="tesat-scale-") as private:
        base = Path(private)
        base.chmod(0o755)
        single, both = prepared(base / "single"), prepared(base / "both")
        started = time.monotonic()
        _finish([_start(single, LAST)])
        one = time.monotonic() - started
        processor = resource.getrusage(resource.RUSAGE_CHILDREN)
        _finish([_start(single, LAST - 1)])
        driver, settings = _driver(base / "driver"), _postgres(base / "postgres")
        (both / "home").mkdir()
        (both / "home" / "dagster.yaml").write_bytes((ROOT / "deploy" / "dagster.postgres.yaml").read_bytes())
        try:
            started = time.monotonic()
            _finish(
                [_start(both, year, PYTHONPATH=f"{ROOT}:{driver}", **settings) for year in (LAST, LAST - 1)]
            )
            two = time.monotonic() - started
        finally:
            _stop(base / "postgres")
        same = _data(single) == _data(both)
        results = {
            "partner_years": PARTNERS * (LAST - FIRST + 1),
            "single_process_seconds": round(one, 1),
            "single_process_cpu_seconds": round(processor.ru_utime + processor.ru_stime, 1),
            "two_runs_at_once_over_postgres_seconds": round(two, 1),
            "same_bytes": same,
            "cores": os.cpu_count(),
        }
    text = json.dumps(results, indent=2)
    (ROOT / "benchmarks" / "results" / "scale.json").write_text(text + "\n", encoding="utf-8")
    print(text)
    if not same:
        raise SystemExit("The two runs at once did not give the bytes of the single process.")


def prepared(root: Path) -> Path:
    """A region of many partners, and a return of each for every year."""
    from tests.assets.tiny import contracts, hand_over

    codes = [f"P{chr(65 + number // 26)}{chr(65 + number % 26)}" for number in range(PARTNERS)]
    contracts(
        root / "contracts",
        partners=[{"code": code, "names": {"en": f"Partner {code}"}} for code in codes],
        reference_years=[str(FIRST), str(LAST)],
        series_years=str(LAST - FIRST + 1),
    )
    for year in range(FIRST, LAST + 1):
        for number, code in enumerate(codes):
            hand_over(
                root / "inbox", code, year, rows=[("jihadist", 5 + number % 7), ("right_wing", 1 + year % 5)]
            )
    (root / "store").mkdir()
    (root / "store" / "rounding.key").write_text("ab" * 32)
    return root


def run(root: Path, year: int) -> None:
    """One year up to the accepted returns and their exact totals, on the instance of `root/home`."""
    import dagster as dg

    from assets.definitions import definitions
    from assets.jobs import edition_job_name
    from assets.resources import Workspace, dagster_home
    from tests.assets.tiny import REGION

    places = {name: str(root / name) for name in ("inbox", "store", "contracts")}
    workspace = Workspace(output=str(root / "out"), **places)
    os.environ["DAGSTER_HOME"] = str(root / "home")
    dagster_home(workspace.store_folder)
    names = ("received_returns", "return_verdicts", "exact_incidents", "exact_arrests")
    with dg.DagsterInstance.get() as instance:
        done = (
            definitions(workspace)
            .resolve_job_def(edition_job_name(REGION))
            .execute_in_process(
                instance=instance,
                partition_key=str(year),
                resources={"workspace": workspace},
                asset_selection=[dg.AssetKey([REGION, name]) for name in names],
            )
        )
        assert done.success


def _start(root: Path, year: int, **environment: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", PROGRAM, str(root), str(year)]
    return subprocess.Popen(command, cwd=ROOT, env={"PYTHONPATH": str(ROOT), **os.environ, **environment})


def _finish(processes: list[subprocess.Popen[bytes]]) -> None:
    codes = [process.wait() for process in processes]
    if any(codes):
        raise SystemExit(f"A run ended with {codes}.")


def _driver(target: Path) -> Path:
    lock = ROOT / "deploy" / "postgres.lock"
    options = ["--quiet", "--no-deps", "--require-hashes", "--target", str(target), "-r", str(lock)]
    subprocess.run(["uv", "pip", "install", "--python", sys.executable, *options], check=True)
    return target


def _postgres(folder: Path) -> dict[str, str]:
    done = subprocess.run(
        ["bash", str(ROOT / "deploy" / "postgres.sh"), "proof", str(folder)],
        capture_output=True,
        text=True,
        check=True,
    )
    return dict(line.split("=", 1) for line in done.stdout.splitlines() if "=" in line)


def _stop(folder: Path) -> None:
    number = int((folder / "data" / "postmaster.pid").read_text().split()[0])
    os.kill(number, 2)
    while (folder / "data" / "postmaster.pid").exists():
        time.sleep(0.2)


def _data(root: Path) -> dict[str, str]:
    """The hash of every accepted file and exact table."""
    kept = [
        *(root / "store" / "cells").rglob("*.parquet"),
        *(root / "store" / "work").rglob("exact_*.parquet"),
    ]
    return {path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in kept}


if __name__ == "__main__":
    main()
