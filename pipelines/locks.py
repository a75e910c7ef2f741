"""One lock on a folder for all processes, which the system itself frees when its holder ends, however it ends.

Belongs here: the lock. What is done under it is `register.py`, `editions.py` and the inbox's `handing_over.py`.
"""

from __future__ import annotations

import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class FolderLock:
    """An exclusive lock on a file; a thread that holds it may take it again.

    The file is only opened for reading, so that whoever may read it can take its turn, and it is never removed: two
    processes would else hold locks on two files of one name.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._within = threading.RLock()
        self._depth = 0

    @contextmanager
    def held(self) -> Iterator[bool]:
        """Waits for the lock and holds it; the value says whether this is the outermost hold."""
        with self._within:
            handle = None if self._depth else _locked(self._path)
            self._depth += 1
            try:
                yield handle is not None
            finally:
                self._depth -= 1
                if handle is not None:
                    os.close(handle)


def _locked(path: Path) -> int:
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        handle = os.open(path, os.O_RDONLY | os.O_CREAT, 0o644)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
    except BaseException:
        os.close(handle)
        raise
    return handle
