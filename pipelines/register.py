"""The register of returns: a content-addressed store, and what its ledger says of each thing handed over.

Belongs here: what was handed over, when, by whom, and that it is unchanged. Which cells of it count is `acceptance.py`,
the ledger's own form is `ledger.py`, the proof that all is whole is `register_verify.py`.

Layout below the root: `objects/<ab>/<sha256>.<xlsx|zip>`, `ledger.jsonl`, `ledger.head`, `verdicts/<sha256>.json`,
`signatures/<sha256>.sig`, and `cells/`, `returns/` (acceptance). Nothing is ever overwritten, and all is written under
one lock. Names from the sender are never paths: a folder is kept as a zip, under its hash.
"""

from __future__ import annotations

import io
import json
import os
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from data_contracts.model import Catalog, Region
from pipelines.checking_cover import handling_findings
from pipelines.checksums import sha256_of
from pipelines.errors import StoreError, UnreadableReturn
from pipelines.findings import Finding, to_json
from pipelines.identity import NOBODY, Identity, identity_of
from pipelines.ledger import INTAKE, Event, Kind, Ledger
from pipelines.limits_hash import known_sha256
from pipelines.locks import FolderLock
from pipelines.reading import read_return
from pipelines.reading_content import content_sha256, folder_files
from pipelines.screening import personal_data_in
from pipelines.signatures import signers_of
from pipelines.signed_returns import Vouched, vouched

_ZIP_TIME = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Receipt:
    """What the register says of one thing handed over; `path` is its copy, None where it was refused."""

    sha256: str
    received_at: str
    status: Literal["received", "known", "refused"]
    path: Path | None
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class _Looked:
    """What was found before anything was copied."""

    sha256: str
    findings: tuple[Finding, ...]
    whose: Identity = NOBODY

    @property
    def is_refused(self) -> bool:
        return any(found.severity == "error" for found in self.findings)


class Store:
    """A folder that holds all returns of one region."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.ledger = Ledger(root)
        self._lock = FolderLock(root / "ledger.lock")

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Holds the store for one who writes; what a killed one left half-written is removed."""
        with self._lock.held() as outermost:
            for left in self.root.glob("incoming.*") if outermost else ():
                left.unlink()
            yield

    def receive(self, path: Path, *, received_at: str, catalog: Catalog, region: Region) -> Receipt:
        """Takes a return into the store, once; limits, handling, personal data and signature come before any copy.

        `received_at` (ISO, UTC) is written at the first time only. A file that is no return, is beyond the limits, may
        not be handled here, seems to hold personal data or is not signed as it must be is refused: its hash and
        findings are kept, its content is not.

        Raises:
            StoreError: The file changed while it was copied; hand it over again once it is complete.
            SignatureError: The files of keys, or the program that reads signatures, are not as they must be.
        """
        looked = _look(path, catalog=catalog, region=region)
        known = self.ledger.newest(looked.sha256, ("received",))
        if known is None and not looked.is_refused:
            return self._take(path, looked, received_at=received_at, catalog=catalog, region=region)
        if known is None or looked.is_refused:
            return self._refuse(looked, received_at=received_at)
        return self._known(known)

    def _take(
        self, path: Path, looked: _Looked, *, received_at: str, catalog: Catalog, region: Region
    ) -> Receipt:
        signed = vouched(
            path,
            looked.sha256,
            partner=looked.whose.partner,
            received_at=received_at,
            signers=signers_of(self.root, region.name),
            catalog=catalog,
        )
        if signed.findings:
            return self._refuse(_Looked(looked.sha256, signed.findings), received_at=received_at)
        with self.locked():
            known = self.ledger.newest(looked.sha256, ("received",))
            if known is not None:
                return self._known(known)
            kept = self._keep(path, looked.sha256)
            signature = self._keep_signature(looked.sha256, signed)
            files = {self._name(one): sha256_of(one) for one in (kept, signature) if one is not None}
            by = {"actor": signed.signer, "key": signed.key} if signature is not None else {}
            self.append("received", looked.sha256, received_at=received_at, files=files, **by)
        return Receipt(looked.sha256, received_at, "received", kept)

    def _refuse(self, looked: _Looked, *, received_at: str) -> Receipt:
        with self.locked():
            known = self.ledger.newest(looked.sha256, ("received", "refused"))
            if known is None:
                verdict = self.write_verdict(looked.sha256, looked.findings, levels_run=(0,))
                known = self.append(
                    "refused", looked.sha256, received_at=received_at, **verdict, **looked.whose.values()
                )
        return Receipt(looked.sha256, known["received_at"], "refused", None, looked.findings)

    def _known(self, event: Event) -> Receipt:
        return Receipt(event["sha256"], event["received_at"], "known", self.object_path(event["sha256"]))

    def receipt(self, sha256: str) -> Receipt:
        """The receipt of a return that was received.

        Raises:
            StoreError: It never was.
        """
        known = self.ledger.newest(sha256, ("received",))
        if known is None:
            raise StoreError(
                f"{self.root}: no return {sha256[:12]} was received; hand it over with receive() first"
            )
        return self._known(known)

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

    def _keep(self, path: Path, sha256: str) -> Path:
        folder = path.is_dir()
        content = _as_zip(path) if folder else path.read_bytes()
        target = self.root / "objects" / sha256[:2] / f"{sha256}{'.zip' if folder else path.suffix.lower()}"
        return self.keep(target, content, sha256=sha256)

    def _keep_signature(self, sha256: str, signed: Vouched) -> Path | None:
        """Keeps the signature that was good."""
        return (
            self.keep(self.root / "signatures" / f"{sha256}.sig", signed.signature) if signed.signer else None
        )

    def _name(self, path: Path) -> str:
        return path.relative_to(self.root).as_posix()

    def write_verdict(
        self, sha256: str, findings: tuple[Finding, ...], *, levels_run: Sequence[int]
    ) -> dict[str, str]:
        """Keeps a verdict and returns its file's name and hash; a later, different verdict gets a number."""
        text = json.dumps(to_json(findings, levels_run=levels_run), ensure_ascii=False, indent=2) + "\n"
        number = 1
        while True:
            name = f"{sha256}.json" if number == 1 else f"{sha256}-{number}.json"
            target = self.keep(self.root / "verdicts" / name, text.encode())
            if target.read_bytes() == text.encode():
                return {"verdict": name, "verdict_sha256": sha256_of(target)}
            number += 1

    def events(self) -> Sequence[Event]:
        """The ledger's events, oldest first."""
        return self.ledger.events()

    def append(self, event: Kind, sha256: str, *, actor: str = INTAKE, **values: Any) -> Event:
        """Adds an event to the ledger."""
        with self.locked():
            return self.ledger.append(event, sha256, actor=actor, **values)

    def keep(self, target: Path, content: bytes, *, sha256: str | None = None) -> Path:
        """Writes a file under another name, waits until it is on disk, and renames it; an existing one stays.

        Raises:
            StoreError: It is not the return of that hash.
        """
        if target.exists():
            return target
        with self.locked():
            partial = self.root / f"incoming{target.suffix}"
            with partial.open("wb") as handle:
                handle.write(content)
                handle.flush()
                os.fsync(handle.fileno())
            if sha256 is not None and content_sha256(partial) != sha256:
                raise StoreError(
                    f"return {sha256[:12]}: changed while it was copied; hand it over again once it is complete"
                )
            target.parent.mkdir(parents=True, exist_ok=True)
            partial.rename(target)
            _folder_to_disk(target.parent)
        return target


def _look(path: Path, *, catalog: Catalog, region: Region) -> _Looked:
    try:
        ret = read_return(path, catalog=catalog)
    except UnreadableReturn as error:
        return _Looked(known_sha256(path, catalog=catalog), error.findings)
    handling = handling_findings(ret.fields, catalog=catalog)
    whose = identity_of(ret.fields, region=region)
    return _Looked(ret.sha256, (*handling, *personal_data_in(ret.findings)), whose)


def _folder_to_disk(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _as_zip(folder: Path) -> bytes:
    """A folder's files as a zip of always the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in folder_files(folder).items():
            archive.writestr(zipfile.ZipInfo(name, _ZIP_TIME), content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()
