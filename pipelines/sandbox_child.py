"""The child process that reads a partner's workbook: limits on itself first, then the file, then JSON on stdout.

Belongs here: the process. It is handed the open workbook as standard input and the job as its argument, and
opens, writes and calls nothing. Where the system has no such limits (Windows), the caps of `sandbox_*.py` and the
parent's clock remain.
"""

from __future__ import annotations

import json
import sys
import zipfile

from pipelines.sandbox_workbook import Workbook, read
from pipelines.sandbox_xml import Refused


def main() -> None:
    """Reads the job and the workbook, and writes what was found."""
    job = json.loads(sys.argv[1])
    _limit(job["limits"]["memory"], job["limits"]["seconds"])
    try:
        with open(0, "rb", closefd=False) as file, zipfile.ZipFile(file) as archive:
            found: dict[str, object] = read(Workbook(archive, job))
    except Refused as refused:
        found = {"stop": [refused.code, refused.seen, ""]}
    except (zipfile.BadZipFile, NotImplementedError, UnicodeDecodeError):
        found = {"stop": ["L0-cannot-open", "", ""]}
    except MemoryError:
        found = {"stop": ["L0-too-much-memory", "", ""]}
    try:
        content = json.dumps(found, ensure_ascii=False, separators=(",", ":")).encode()
    except MemoryError:
        content = b'{"stop":["L0-too-much-memory","",""]}'
    sys.stdout.buffer.write(content)


def _limit(memory: int, seconds: int) -> None:
    try:
        import resource
    except ImportError:
        return
    for kind, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, 0),
    ):
        _, hard = resource.getrlimit(kind)
        allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (allowed, allowed))
