"""The register of returns: a content-addressed store and an append-only, hash-chained ledger.

Belongs here: what was handed over, when, and that it is unchanged. Which cells of it count is `acceptance.py`.

Layout below the root: `objects/<ab>/<sha256>.<xlsx|zip>`, `ledger.jsonl`, `verdicts/<sha256>.json`, and
`cells/`, `returns/` (acceptance). Nothing is ever overwritten. Names from the sender are never paths: a folder
is kept as a zip, under its hash.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from data_contracts.model import Catalog
from pipelines.checking_cover import handling_findings
from pipelines.errors import StoreError, UnreadableReturn
from pipelines.findings import Finding, to_json
from pipelines.limits_hash import known_sha256
from pipelines.reading import read_return
from pipelines.reading_content import content_sha256, folder_files
from pipelines.screening import personal_data_in

_START = "0" * 64
_BLOCK = 4096  # bytes; an event has about 400
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Receipt:
    """What the register says of one thing handed over; `path` is its copy, None where it was refused."""

    sha256: str
    received_at: str
    status: Literal["received", "known", "refused"]
    path: Path | None
    findings: tuple[Finding, ...] = ()


class Store:
    """A folder that holds all returns of one region."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.ledger = root / "ledger.jsonl"

    def receive(self, path: Path, *, received_at: str, catalog: Catalog) -> Receipt:
        """Takes a return into the store, once; limits, handling and personal data come before any copy.

        `received_at` (ISO, UTC) is written at the first time only. A file that is no return, is beyond the
        limits, may not be handled here or seems to hold personal data is refused: its hash and findings are kept,
        its content is not.

        Raises:
            StoreError: The file changed while it was copied; hand it over again once it is complete.
        """
        try:
            ret = read_return(path, catalog=catalog)
            handling = tuple(handling_findings(ret.fields, catalog=catalog))
            findings = (*handling, *personal_data_in(ret.findings))
            sha256 = ret.sha256
        except UnreadableReturn as error:
            findings = error.findings
            sha256 = known_sha256(path, catalog=catalog)
        known = self._event(sha256, ("received", "refused"))
        if any(found.severity == "error" for found in findings):
            if known is None:
                verdict_file = self.write_verdict(sha256, findings, levels_run=(0,))
                known = self.append("refused", sha256, received_at=received_at, verdict=verdict_file)
            return Receipt(sha256, known["received_at"], "refused", None, findings)
        if known is not None and known["event"] == "received":
            return Receipt(sha256, known["received_at"], "known", self.object_path(sha256))
        self._keep(path, sha256)
        self.append("received", sha256, received_at=received_at)
        return Receipt(sha256, received_at, "received", self.object_path(sha256))

    def receipt(self, sha256: str) -> Receipt:
        """The receipt of a return that was received.

        Raises:
            StoreError: It never was.
        """
        known = self._event(sha256, ("received",))
        if known is None:
            raise StoreError(
                f"{self.root}: no return {sha256[:12]} was received; hand it over with receive() first"
            )
        return Receipt(sha256, known["received_at"], "known", self.object_path(sha256))

    def receipts(self) -> list[Receipt]:
        """The receipts of all returns received, in the order of the ledger."""
        received = [event for event in self.events() if event["event"] == "received"]
        return [
            Receipt(event["sha256"], event["received_at"], "known", self.object_path(event["sha256"]))
            for event in received
        ]

    def object_path(self, sha256: str) -> Path:
        """Where the copy of a received return lies.

        Raises:
            StoreError: It is missing.
        """
        found = sorted((self.root / "objects" / sha256[:2]).glob(f"{sha256}.*"))
        if len(found) != 1:
            raise StoreError(
                f"{self.root}: {len(found)} objects {sha256[:12]}, expected 1; restore it from a backup"
            )
        return found[0]

    def _keep(self, path: Path, sha256: str) -> None:
        folder = path.is_dir()
        content = _as_zip(path) if folder else path.read_bytes()
        target = self.root / "objects" / sha256[:2] / f"{sha256}{'.zip' if folder else path.suffix.lower()}"
        write_once(target, content)
        if content_sha256(target) != sha256:
            target.unlink()
            raise StoreError(
                f"{path.name}: changed while it was copied; hand it over again once it is complete"
            )

    def write_verdict(self, sha256: str, findings: tuple[Finding, ...], *, levels_run: Sequence[int]) -> str:
        """Keeps a verdict and returns its file's name; a later, different verdict gets a number."""
        text = json.dumps(to_json(findings, levels_run=levels_run), ensure_ascii=False, indent=2) + "\n"
        number = 1
        while True:
            name = f"{sha256}.json" if number == 1 else f"{sha256}-{number}.json"
            target = self.root / "verdicts" / name
            if not target.exists():
                write_once(target, text.encode())
            if target.read_bytes() == text.encode():
                return name
            number += 1

    def events(self) -> list[dict[str, Any]]:
        """The ledger's events, oldest first."""
        return [json.loads(line) for line in self._lines()]

    def _lines(self) -> list[bytes]:
        """The ledger's whole lines; what a crash left behind the last line end never was an event."""
        content = self.ledger.read_bytes() if self.ledger.exists() else b""
        return content[: content.rfind(b"\n") + 1].splitlines()

    def _event(self, sha256: str, kinds: tuple[str, ...]) -> dict[str, Any] | None:
        named = (json.loads(line) for line in reversed(self._lines()) if sha256.encode() in line)
        return next((e for e in named if e["sha256"] == sha256 and e["event"] in kinds), None)

    def append(self, event: str, sha256: str, **values: Any) -> dict[str, Any]:
        """Adds a line to the ledger, chained to the hash of the line before, and waits until it is on disk."""
        self.root.mkdir(parents=True, exist_ok=True)
        with self._locked():
            last = self._last_line()
            before: dict[str, Any] = json.loads(last) if last else {"number": 0, "hash": _START}
            entry = {"number": before["number"] + 1, "event": event, "sha256": sha256, **values}
            entry["previous"] = before["hash"]
            entry["hash"] = _entry_hash(entry)
            line = json.dumps(entry, ensure_ascii=False, sort_keys=True)
            with self.ledger.open("ab") as handle:
                handle.write(line.encode() + b"\n")
                handle.flush()
                os.fsync(handle.fileno())
        return entry

    @contextmanager
    def _locked(self) -> Iterator[None]:
        import fcntl

        with (self.root / "ledger.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _last_line(self) -> bytes:
        """The ledger's last whole line, from its end alone, for a ledger only grows; empty where there is none.

        A crash can leave half a line, which never was an event; it is set aside, not kept in the chain.
        """
        if not self.ledger.exists():
            return b""
        size = self.ledger.stat().st_size
        content, length = b"", min(size, _BLOCK)
        with self.ledger.open("rb") as handle:
            while length and (content.count(b"\n") < 2 and len(content) < size):
                handle.seek(-length, os.SEEK_END)
                content, length = handle.read(), min(2 * length, size)
        whole, _, torn = content.rpartition(b"\n")
        if torn:
            write_once(self.root / f"ledger.torn-{hashlib.sha256(torn).hexdigest()[:12]}", torn)
            os.truncate(self.ledger, size - len(torn))
        return whole.rpartition(b"\n")[2]

    def verify_ledger(self) -> int:
        """Checks the chain and every object; returns the number of events.

        Raises:
            StoreError: A line was changed, left out or moved, or an object is not what its hash says.
        """
        previous = _START
        events = self.events()
        for number, entry in enumerate(events, start=1):
            linked = entry["previous"] == previous and entry["number"] == number
            if not linked or entry["hash"] != _entry_hash(entry):
                raise StoreError(
                    f"{self.ledger}:{number}: the chain breaks here; restore the ledger from a backup"
                )
            sha256 = entry["sha256"]
            if entry["event"] == "received" and content_sha256(self.object_path(sha256)) != sha256:
                raise StoreError(f"{self.ledger}:{number}: the object {sha256[:12]} was changed; restore it")
            previous = entry["hash"]
        return len(events)


def _entry_hash(entry: dict[str, Any]) -> str:
    """The hash of an event without its own hash; it covers the hash of the event before."""
    kept = {name: value for name, value in entry.items() if name != "hash"}
    return hashlib.sha256(json.dumps(kept, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def write_once(target: Path, content: bytes) -> None:
    """Writes a file under another name, waits until it is on disk, and renames it; an existing one stays."""
    if target.exists():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f".{target.name}.{os.getpid()}.partial")
    with partial.open("wb") as handle:
        handle.write(content)
        handle.flush()
        os.fsync(handle.fileno())
    partial.rename(target)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _as_zip(folder: Path) -> bytes:
    """A folder's files as a zip of always the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in folder_files(folder).items():
            archive.writestr(zipfile.ZipInfo(name, _ZIP_TIME), content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()
