"""What lies in the inbox: which entries are returns, and when each was received.

Belongs here: looking only. Nothing is opened, copied or changed; that is `register.py` and `reading.py`.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pipelines.screening_names import safe_name
from pipelines.signed_returns import signature_path

RECEIPTS = "received.csv"
FORMS = {".xlsx", ".xlsm", ".xls", ".zip", ".csv"}
COVER = "cover.yaml"


@dataclass(frozen=True)
class Entry:
    """A file or folder of the inbox that is one return, and its time of receipt where one is on record."""

    path: Path
    name: str
    received_at: str | None


def inbox_entries(inbox: Path) -> tuple[list[Entry], list[str]]:
    """The returns of an inbox, in the order of their names, and the names of what is no return.

    A link, pipe or device is no return, and is not followed or opened. The signature of a return is part of it. A
    name that seems to hold personal data is not repeated.

    A folder is one return if it holds a cover or a CSV file; otherwise it is looked into. Names that begin with
    a dot, and `received.csv`, are the system's own. Errors of a return itself are found when it is read.
    """
    receipts = _receipts(inbox)
    entries, others = [], []
    paths = list(_walk(inbox))
    signatures = {signature_path(path) for path in paths}
    for path in paths:
        if path in signatures and path.is_file() and not path.is_symlink():
            continue
        name = path.relative_to(inbox).as_posix()
        plain = not path.is_symlink() and (path.is_dir() or path.is_file())
        if plain and (path.is_dir() or path.suffix.lower() in FORMS):
            entries.append(Entry(path, safe_name(name), receipts.get(name)))
        else:
            others.append(safe_name(name))
    return entries, others


def _walk(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.name.startswith(".") or path.name == RECEIPTS:
            continue
        if path.is_dir() and not path.is_symlink() and not _is_return(path):
            yield from _walk(path)
        else:
            yield path


def _is_return(folder: Path) -> bool:
    names = {path.name.lower() for path in folder.iterdir() if path.is_file()}
    return COVER in names or any(name.endswith(".csv") and name != RECEIPTS for name in names)


def _receipts(inbox: Path) -> dict[str, str]:
    for path in (inbox / RECEIPTS, inbox.parent / RECEIPTS):
        if path.exists():
            with path.open(encoding="utf-8-sig", newline="") as handle:
                return {
                    row["path"].removeprefix(f"{inbox.name}/"): row["received_at"]
                    for row in csv.DictReader(handle)
                }
    return {}
