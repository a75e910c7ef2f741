"""The gate as the intake asks it: which returns fail, in this process or in one that gets ready while returns are read.

Belongs here: frames in, hashes of returns out. What is expected of them is `expectations.py`. Great Expectations takes
seconds to import; a process of its own does that beside the reading, and takes its memory away with it.
"""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Protocol

from data_contracts.catalog import ContractError, load_catalog
from data_contracts.model import Catalog

if TYPE_CHECKING:
    import polars as pl

_PROGRAM = "from data_contracts.gate import answer; answer()"


class Gate(Protocol):
    """Says which returns the second reading of the contracts fails."""

    def __call__(
        self, frames: Mapping[str, pl.DataFrame], totals: pl.DataFrame, *, catalog: Catalog
    ) -> Callable[[], set[str]]:
        """Asks; the hashes of the returns that fail are there when they are called for.

        `frames` and `totals` as in `expectations.gate`.
        """
        ...


def gate_here(
    frames: Mapping[str, pl.DataFrame], totals: pl.DataFrame, *, catalog: Catalog
) -> Callable[[], set[str]]:
    """The gate in this process."""

    def failed() -> set[str]:
        from data_contracts.expectations import gate

        pandas = {dataset: rows.to_pandas() for dataset, rows in sorted(frames.items())}
        return {failure.return_id for failure in gate(pandas, totals.to_pandas(), catalog=catalog)}

    return failed


class GateProcess:
    """The gate in a process of its own, for one question; it gets ready at once and ends with this one."""

    def __init__(self) -> None:
        """Starts it."""
        self._pool = ThreadPoolExecutor(1)
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-c", _PROGRAM],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, "GX_ANALYTICS_ENABLED": "false"},
        )

    def __enter__(self) -> GateProcess:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stops it, whether it was asked or not."""
        self._process.kill()
        self._pool.shutdown()
        self._process.communicate()

    def __call__(
        self, frames: Mapping[str, pl.DataFrame], totals: pl.DataFrame, *, catalog: Catalog
    ) -> Callable[[], set[str]]:
        """Asks; whoever calls for the answer waits for it.

        Raises:
            ContractError: The process stopped, or an expectation could not be evaluated; where it is called for.
        """
        parts = [_written(rows) for rows in (*frames.values(), totals)]
        question = {
            "contracts": str(catalog.root.absolute()),
            "frames": list(frames),
            "sizes": [*map(len, parts)],
        }
        whole = json.dumps(question).encode() + b"\n" + b"".join(parts)
        asked = self._pool.submit(self._process.communicate, whole)

        def failed() -> set[str]:
            answer, said = asked.result()
            if self._process.returncode:
                last = said.decode("utf-8", "replace").strip().rpartition("\n")[2]
                raise ContractError(f"the gate's process ended with {self._process.returncode}: {last}")
            return set(json.loads(answer))

        return failed


def answer() -> None:
    """What the process does: gets ready, reads one question, answers it; ends where none comes."""
    import great_expectations  # noqa: F401
    import pandas  # noqa: F401
    import polars as pl

    line = sys.stdin.buffer.readline()
    if line:
        question = json.loads(line)
        parts = [pl.read_ipc(io.BytesIO(sys.stdin.buffer.read(size))) for size in question["sizes"]]
        frames = dict(zip(question["frames"], parts[:-1], strict=True))
        failed = gate_here(frames, parts[-1], catalog=load_catalog(Path(question["contracts"])))
        print(json.dumps(sorted(failed())))


def _written(frame: pl.DataFrame) -> bytes:
    buffer = io.BytesIO()
    frame.write_ipc(buffer)
    return buffer.getvalue()
