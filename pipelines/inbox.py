"""What lies in the inbox: which entries are returns, and when each was received.

Belongs here: looking only. Nothing is opened, copied or changed; that is `register.py` and `reading.py`.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pipelines.errors import InboxError
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
    known = receipts(inbox)
    entries, others = [], []
    paths = list(_walk(inbox))
    signatures = {signature_path(path) for path in paths}
    for path in paths:
        if path in signatures and path.is_file() and not path.is_symlink():
            continue
        name = path.relative_to(inbox).as_posix()
        plain = not path.is_symlink() and (path.is_dir() or path.is_file())
        if plain and (path.is_dir() or path.suffix.lower() in FORMS):
            entries.append(Entry(path, safe_name(name), known.get(name)))
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


def receipts(inbox: Path) -> dict[str, str]:
    """The times of receipt on record (ISO, UTC), by the path of a return below the inbox.

    They stand in `received.csv`, columns `path` and `received_at`, in the inbox or beside it.

    Raises:
        InboxError: The file cannot be read, lacks a column, or a line has no time with its zone.
    """
    path = next((one for one in (inbox / RECEIPTS, inbox.parent / RECEIPTS) if one.exists()), None)
    if path is None:
        return {}
    try:
        with path.open(encoding="utf-8-sig", newline="") as handle:
            lines = csv.DictReader(handle)
            lacking = {"path", "received_at"} - set(lines.fieldnames or ())
            rows = [] if lacking else list(lines)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InboxError(f"{path}: cannot be read as CSV in UTF-8 ({type(error).__name__}).") from error
    if lacking:
        raise InboxError(
            f"{path}: lacks {' and '.join(sorted(lacking))}. Its columns are path and received_at."
        )
    times = {number: _utc(row["received_at"]) for number, row in enumerate(rows, start=2)}
    wrong = [str(number) for number, time in times.items() if time is None]
    if wrong:
        raise InboxError(
            f"{path}, line {', '.join(wrong)}: received_at is not a time with its zone. "
            "Write it as 2026-03-02T09:30:00Z."
        )
    return {
        str(row["path"]).removeprefix(f"{inbox.name}/"): str(time)
        for row, time in zip(rows, times.values(), strict=True)
    }


def _utc(text: str | None) -> str | None:
    """A time with its zone, as ISO in UTC; None where it is none."""
    try:
        time = datetime.fromisoformat((text or "").strip())
    except ValueError:
        return None
    return None if time.tzinfo is None else f"{time.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
