"""Takes returns in, publishes and restores, in a process whose files may not grow beyond a size: as on a full disk.

Run as a program by `test_disk.py`; every process is a fork of it. The first pass of each folder fails, the second is
not limited.
"""

from __future__ import annotations

import json
import resource
import shutil
import sys
from pathlib import Path

from tests.hostile.killed import handled
from tests.operation.killed_release import forked, released


def work(root: Path) -> None:
    """The intake of all returns, then the way of an edition to its readers."""
    handled(root, root.parent / "key")
    released(root / "edition")


def limited(root: Path, size: int) -> None:
    """The same, with files that may not grow beyond a size."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
    work(root)


if __name__ == "__main__":
    base, failed = Path(sys.argv[1]), []
    for size in json.loads(sys.argv[2]):
        place = shutil.copytree(base / "start", base / str(size))
        if forked(lambda place=place, size=size: limited(place, size)) != 0:  # type: ignore[misc]
            failed.append(size)
        assert forked(lambda place=place: work(place)) == 0, size  # type: ignore[misc]
    shutil.copytree(base / "start", base / "whole")
    assert forked(lambda: work(base / "whole")) == 0
    print(json.dumps(failed))
