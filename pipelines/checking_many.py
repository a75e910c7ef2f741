"""Reads and checks many returns, several at a time, and hands them on in order.

Belongs here: that and nothing else. One return is read in `reading.py` and checked in `checking.py`. Threads are
enough: Polars works outside Python's lock, and a workbook is read by a process of its own.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from data_contracts.model import Catalog, Region
from pipelines.checking import CheckResult, check_return
from pipelines.errors import UnreadableReturn
from pipelines.reading import Return, read_return

Checked = tuple[Return, CheckResult] | UnreadableReturn


def check_paths(paths: Iterable[Path], *, catalog: Catalog, region: Region) -> Iterator[Checked]:
    """Each return with its result, or why it is none, in the order of the paths.

    Only a few are held at a time, so that memory does not grow with their number.
    """
    workers = (os.cpu_count() or 1) + 1  # one waits for Python's lock or for a file
    with ThreadPoolExecutor(workers) as pool:
        waiting: deque[Future[Checked]] = deque()
        for path in paths:
            waiting.append(pool.submit(_checked, path, catalog=catalog, region=region))
            if len(waiting) > 2 * workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _checked(path: Path, *, catalog: Catalog, region: Region) -> Checked:
    try:
        ret = read_return(path, catalog=catalog)
    except UnreadableReturn as unreadable:
        return unreadable
    return ret, check_return(ret, catalog=catalog, region=region)
