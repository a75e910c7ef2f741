"""What a folder holds, seen without opening more than the first bytes of its files.

Belongs here: number, size, depth, names and kinds of its entries. The walk stops at the limits, follows no link
and opens no pipe or device.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from data_contracts.model import Catalog
from pipelines.cover import CoverRules
from pipelines.findings import Finding, Place, echo, finding
from pipelines.limits_names import is_plain, same
from pipelines.limits_zip import ARCHIVES


def folder_findings(path: Path, *, rules: CoverRules, catalog: Catalog) -> list[Finding]:
    """Every reason not to read a folder."""
    found: list[Finding] = []
    limits = rules.limits
    total, count, names = 0, 0, Counter[str]()
    for entry, depth, name in walk(path, limits.entries + 1):
        count += 1
        code = _fault(entry, deep=depth > limits.depth, ignored=rules.ignored_files)
        if code is not None:
            seen = "" if code == "L0-nested-archive" else echo(entry.name)
            found.append(finding(catalog, code, place=Place(), seen=seen, limit=limits.depth))
        elif entry.is_file(follow_symlinks=False):
            total += entry.stat(follow_symlinks=False).st_size
        names[same(name)] += 1
    found += [
        finding(catalog, "L0-repeated-entry", place=Place(), seen=str(number))
        for number in names.values()
        if number > 1
    ]
    if total > limits.file_bytes:
        seen = str(total)
        found.append(finding(catalog, "L0-too-large", place=Place(), seen=seen, limit=limits.file_bytes))
    if count > limits.entries:
        found.append(finding(catalog, "L0-too-many-entries", place=Place(), limit=limits.entries))
    return found


def walk(path: Path, most: int) -> Iterator[tuple[os.DirEntry[str], int, str]]:
    """The entries below a folder with their depth and name in it, level by level, at most so many."""
    level = [(str(path), "")]
    depth = 0
    while level and most > 0:
        below = []
        for folder, prefix in level:
            with os.scandir(folder) as entries:
                for entry in entries:
                    if most <= 0:
                        return
                    most -= 1
                    yield entry, depth, prefix + entry.name
                    if entry.is_dir(follow_symlinks=False):
                        below.append((entry.path, f"{prefix}{entry.name}/"))
        level = below
        depth += 1


def _fault(entry: os.DirEntry[str], *, deep: bool, ignored: tuple[str, ...]) -> str | None:
    if entry.is_symlink() or not is_plain(entry.name):
        return "L0-unsafe-name"
    if entry.is_dir(follow_symlinks=False):
        return "L0-too-deep" if deep else None
    if not entry.is_file(follow_symlinks=False):
        return "L0-special-file"
    if entry.name in ignored:
        return None
    with Path(entry.path).open("rb") as handle:
        return "L0-nested-archive" if handle.read(6).startswith(ARCHIVES) else None
