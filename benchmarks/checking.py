"""Reading and checking returns: the light command, ten million rows, the gate. Each against a floor of the same run.

Run as `python -m benchmarks.checking`; writes `benchmarks/results/check.json`. Children that measure their own memory
are `python -m benchmarks.checking PART FOLDER` and print JSON.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from assets.start import OBJECTS
from benchmarks import returns
from benchmarks.places import RETURNS, ROOT
from data_contracts.catalog import load_catalog

RESULTS = ROOT / "benchmarks" / "results" / "check.json"
REGION, YEAR = "western_balkans", 2025
TIMES = 5
SMALL_ROWS, LARGE_ROWS, LARGE_RETURNS = 300, 12_500, 800
LARGE_DATASETS = ("incidents", "convictions")
AIMS = {
    "check_workbook_to_import_polars": 3,
    "check_csv_to_import_polars": 3,
    "ten_million_rows_to_duckdb": 4,
    "ten_million_rows_memory_gib": 4,
}


def measure() -> dict[str, Any]:
    """All timings of this module, as ratios with the seconds beside them."""
    with tempfile.TemporaryDirectory(prefix="tesat-bench-") as private:
        results = light_check(Path(private)) | ten_million_rows(Path(private)) | _child("gate", RETURNS)
    results["above_aim"] = [name for name, most in AIMS.items() if results[name] > most]
    RESULTS.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    return results


def light_check(folder: Path) -> dict[str, Any]:
    """`tesat check` of a return of 300 rows in both forms, against importing Polars and nothing else."""
    catalog = load_catalog()
    datasets = catalog.region(REGION).datasets
    rows = SMALL_ROWS // len(datasets)
    tables = {
        name: returns.table(catalog.contracts[name], rows=rows, number=0, catalog=catalog)
        for name in datasets
    }
    cover = returns.cover(tables, datasets, catalog=catalog, **_whole(0))
    returns.write_workbook(folder / "small.xlsx", tables, cover)
    returns.write_folder(folder / "small", tables, cover)
    tesat = str(Path(sys.executable).parent / "tesat")
    commands = {
        "import_polars": [sys.executable, "-c", "import polars"],
        "check_workbook": [tesat, "check", str(folder / "small.xlsx")],
        "check_csv": [tesat, "check", str(folder / "small")],
    }
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment["PYTHONPYCACHEPREFIX"] = str(folder / "bytecode")
    best = dict.fromkeys(commands, float("inf"))
    for _ in range(TIMES + 1):  # the first one warms up and writes the bytecode
        for name, command in commands.items():
            best[name] = min(best[name], _seconds(command, environment))
    floor = best["import_polars"]
    return {
        "check_workbook_to_import_polars": round(best["check_workbook"] / floor, 2),
        "check_csv_to_import_polars": round(best["check_csv"] / floor, 2),
        "check_seconds": {name: round(value, 3) for name, value in best.items()},
    }


def _whole(number: int) -> dict[str, object]:
    """Whose return it is, of which year, and its submission: each number another."""
    partners = load_catalog().region(REGION).partners
    year, submission = YEAR - number // len(partners) % 5, 1 + number // (5 * len(partners))
    return {"partner": partners[number % len(partners)].code, "year": year, "submission": submission}


def ten_million_rows(folder: Path) -> dict[str, Any]:
    """Reading, checking and keeping 800 returns, against DuckDB's reading and grouping of the same files.

    The check groups by the codes of a row within each return; the floor groups by file and codes, and a leaner one
    by codes alone over all files, which no check could do. Neither floor keeps anything; the check writes Parquet.
    """
    write_large(folder / "large")
    parts: dict[str, list[dict[str, float]]] = {"floor": [], "lean_floor": [], "check": []}
    for _ in range(3):
        for name, found in parts.items():
            found.append(_child(name, folder / "large"))
    best = {name: min(one["seconds"] for one in found) for name, found in parts.items()}
    memory = max(one["memory_gib"] for one in parts["check"])
    return {
        "ten_million_rows_to_duckdb": round(best["check"] / best["floor"], 2),
        "ten_million_rows_to_lean_duckdb": round(best["check"] / best["lean_floor"], 2),
        "ten_million_rows_memory_gib": round(memory, 2),
        "ten_million_rows_seconds": {name: round(value, 1) for name, value in best.items()},
        "ten_million_rows_cpu_seconds": {
            name: round(min(one["cpu"] for one in found), 1) for name, found in parts.items()
        },
    }


def write_large(folder: Path, count: int = LARGE_RETURNS, rows: int = LARGE_ROWS) -> None:
    """Writes returns with one CSV file each, the datasets in turn."""
    catalog = load_catalog()
    datasets = catalog.region(REGION).datasets
    for number in range(count):
        name = LARGE_DATASETS[number % len(LARGE_DATASETS)]
        table = returns.table(catalog.contracts[name], rows=rows, number=number, catalog=catalog)
        cover = returns.cover({name: table}, datasets, catalog=catalog, **_whole(number))
        returns.write_folder(folder / f"return-{number:03}", {name: table}, cover)


def _floor(folder: Path) -> dict[str, float]:
    return _grouped(folder, "filename, ")


def _lean_floor(folder: Path) -> dict[str, float]:
    return _grouped(folder, "")


def _grouped(folder: Path, first: str) -> dict[str, float]:
    """DuckDB's reading of all files and its sums by codes; `first`: what else it groups by."""
    import duckdb

    contracts = load_catalog().contracts
    start = time.perf_counter()
    for name in LARGE_DATASETS:
        keys, main = ", ".join(contracts[name].dimension_names), contracts[name].main_measure.name
        files = f"read_csv('{folder}/*/{name}.csv', filename = {bool(first)})"
        grouped = f"select {first}{keys}, sum({main}) as total from {files} group by all"
        duckdb.execute(f"select count(*), sum(total) from ({grouped})").fetchall()
    return _cost(start)


def _check(folder: Path) -> dict[str, float]:
    """The reading and checking of intake, and the cells of each return as Parquet, as the store keeps them.

    Garbage is looked for as often as in the command `tesat` (`assets/start.py`).
    """
    from pipelines.checking_many import check_paths
    from pipelines.errors import UnreadableReturn

    catalog = load_catalog()
    kept = folder.with_name(f"{folder.name}-kept-{os.getpid()}")
    kept.mkdir()
    gc.set_threshold(OBJECTS, 20, 20)
    paths = sorted(folder.iterdir())
    start = time.perf_counter()
    checked = check_paths(paths, catalog=catalog, region=catalog.region(REGION))
    for path, one in zip(paths, checked, strict=True):
        if isinstance(one, UnreadableReturn) or one[1].verdict != "accepted":
            raise SystemExit(f"{path}: {one if isinstance(one, UnreadableReturn) else one[1].findings[:3]}")
        for name, table in one[1].tables.items():
            table.write_parquet(kept / f"{path.name}-{name}.parquet", compression="zstd", statistics=False)
    return _cost(start)


def _cost(start: float) -> dict[str, float]:
    """Seconds since the start, and this process's time on all processors and its most memory."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    cpu = used.ru_utime + used.ru_stime
    return {"seconds": time.perf_counter() - start, "cpu": cpu, "memory_gib": used.ru_maxrss / (1 << 20)}


def _gate(inbox: Path) -> dict[str, Any]:
    """Seconds of Great Expectations over all returns of an inbox, beside those of its import."""
    from data_contracts import expectations
    from pipelines.inbox import inbox_entries
    from pipelines.intake import asked_gate
    from pipelines.reading import read_return

    catalog = load_catalog()
    read = [read_return(entry.path, catalog=catalog) for entry in inbox_entries(inbox)[0]]
    start = time.perf_counter()
    import great_expectations  # noqa: F401

    imported = time.perf_counter()
    sizes: list[int] = []
    run = expectations._run

    def counting(frame: Any, expected: list[Any], result_format: dict[str, Any]) -> list[Any]:
        sizes.append(len(expected))
        return run(frame, expected, result_format)

    expectations._run = counting
    asked_gate(read, catalog=catalog)()
    return {
        "gate_returns": len(read),
        "gate_validations": len(sizes),
        "gate_expectations": sum(sizes),
        "gate_seconds": {
            "import": round(imported - start, 2),
            "validations": round(time.perf_counter() - imported, 2),
        },
    }


def _seconds(command: list[str], environment: dict[str, str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, check=True, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def _child(part: str, folder: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.checking", part, str(folder)]
    done = subprocess.run(command, check=True, cwd=ROOT, capture_output=True, text=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


PARTS: dict[str, Callable[[Path], dict[str, Any]]] = {
    "floor": _floor,
    "lean_floor": _lean_floor,
    "check": _check,
    "gate": _gate,
}

if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(json.dumps(PARTS[sys.argv[1]](Path(sys.argv[2]))))
    else:
        print(json.dumps(measure(), indent=2))
