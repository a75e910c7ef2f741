"""Has a partner's workbook read by a child process with limits on memory and time, and takes what it hands back.

Belongs here: starting the child and what becomes of one that does not finish. The child's side is
`sandbox_child.py`. Every workbook is read there, small ones too: the child imports nothing but parts of the
standard library and takes some 40 ms for 300 rows, of which 25 ms are its start. CSV and YAML are read in this
process: their cost grows with their bytes alone, and those are bounded (`limits_text.py`).
"""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pipelines.cover import Limits

_MOST_RETURNED = 256_000_000
_START = "import sys; sys.path.insert(0, {root!r}); from pipelines.sandbox_child import main; main()"


def read_in_child(
    path: Path, *, limits: Limits, columns: int, attributes: tuple[str, ...]
) -> Mapping[str, Any]:
    """What the child found: `sheets`, `texts` and `external`, or `stop`: a finding's code, what was seen, a sheet.

    `columns` is how many a sheet may have; `attributes` are those of the XML that may hold text of a person's making.
    """
    job = {
        "limits": {
            "elements": limits.elements,
            "cells": limits.cells,
            "unpacked": limits.unpacked_bytes,
            "rows": limits.rows,
            "columns": columns,
            "memory": limits.memory_bytes,
            "seconds": limits.seconds,
        },
        "attributes": attributes,
    }
    try:
        file = _opened(path)
    except OSError:
        return _stopped("L0-cannot-open")
    try:
        content, code, late = _run(file, json.dumps(job), seconds=limits.seconds)
    finally:
        os.close(file)
    if late or code == -getattr(signal, "SIGXCPU", 24):
        return _stopped("L0-too-slow")
    if len(content) > _MOST_RETURNED:
        return _stopped("L0-too-much-memory")
    try:
        found: Mapping[str, Any] = json.loads(content)
    except ValueError:
        return _stopped(
            "L0-too-much-memory" if code in (-signal.SIGABRT, -signal.SIGSEGV) else "L0-cannot-open"
        )
    return found


def _opened(path: Path) -> int:
    """A descriptor of a regular file, never of a link, a pipe or a device."""
    file = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0))
    if not stat.S_ISREG(os.fstat(file).st_mode):
        os.close(file)
        raise OSError("not a regular file")
    return file


def _run(file: int, job: str, *, seconds: int) -> tuple[bytes, int, bool]:
    """The child's output, its exit code, and whether its time was up."""
    root = str(Path(__file__).parents[1])
    kept = {name: os.environ[name] for name in ("SYSTEMROOT",) if name in os.environ}
    command = [sys.executable, "-I", "-S", "-c", _START.format(root=root), job]
    with subprocess.Popen(
        command, stdin=file, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=kept
    ) as child:
        late = threading.Event()

        def stop() -> None:
            late.set()
            child.kill()

        clock = threading.Timer(seconds, stop)
        clock.start()
        try:
            content = b"" if child.stdout is None else child.stdout.read(_MOST_RETURNED + 1)
            if len(content) > _MOST_RETURNED:
                child.kill()
            child.wait()
        finally:
            clock.cancel()
        return content, child.returncode, late.is_set()


def _stopped(code: str) -> Mapping[str, Any]:
    return {"stop": [code, "", ""]}
