"""Long proofs: a seeded tenth in every test run, the whole with `make proof`, which keeps what it found."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import seed, settings

WHOLE = os.environ.get("TESAT_PROOF") == "1"
SEED = 20261124
RESULTS = Path(__file__).parents[1] / "benchmarks" / "results"


CASES: dict[str, int] = {}
Test = Callable[..., None]


def proof(count: int) -> Callable[[Test], Test]:
    """A test over `count` seeded cases: all of them with `make proof`, else a tenth."""

    def decorated(test: Test) -> Test:
        CASES[test.__name__] = count if WHOLE else count // 10
        drawn = settings(max_examples=CASES[test.__name__])(test)
        return pytest.mark.proof(seed(SEED)(drawn))

    return decorated


def seeded(count: int) -> Callable[[Test], Test]:
    """A test that draws its own cases from `SEED`: `CASES[name]` says how many, all of them with `make proof`."""

    def decorated(test: Test) -> Test:
        CASES[test.__name__] = count if WHOLE else count // 10
        return pytest.mark.proof(test)

    return decorated


def keep(outcomes: Mapping[str, Mapping[str, object]]) -> Path:
    """Writes what became of the proofs that were run whole, each with the commit and the seed; keeps the others."""
    commit = subprocess.run(
        ["git", "rev-parse", "HEAD"], capture_output=True, text=True, check=True
    ).stdout.strip()
    path = RESULTS / "proofs.json"
    kept = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    kept |= {name: {"commit": commit, "seed": SEED, **outcome} for name, outcome in outcomes.items()}
    path.write_text(json.dumps(dict(sorted(kept.items())), indent=2) + "\n", encoding="utf-8")
    return path
