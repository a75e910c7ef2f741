"""Who vouches for a return: its detached signature, and what is found where it is not as it must be.

Belongs here: the signature beside a return in the inbox, and its findings. Keys and signatures themselves are
`signatures.py`. It is `NAME.sig` beside the file or folder NAME, over the hash of the return's content, so that
neither renaming nor packing touches it.
"""

from __future__ import annotations

import stat
from dataclasses import dataclass
from pathlib import Path

from data_contracts.model import Catalog
from pipelines.findings import Finding, Place, finding
from pipelines.reading import read_return
from pipelines.signatures import RETURN, WITHDRAWAL, Outcome, Signers, sign, verify

ENDING = ".sig"
_MOST_BYTES = 65_536
_CODES: dict[Outcome, str] = {
    "invalid": "L0-signature-invalid",
    "not_by_signer": "L0-signature-not-by-partner",
    "not_valid_then": "L0-signature-not-valid-then",
    "revoked": "L0-signature-revoked",
}


@dataclass(frozen=True)
class Vouched:
    """Who signed a return, by which key; empty where it need not be signed, or the findings say what is wrong."""

    signer: str = ""
    key: str = ""
    signature: bytes = b""
    findings: tuple[Finding, ...] = ()


def signature_path(path: Path) -> Path:
    """Where the signature of a return lies."""
    return path.with_name(path.name + ENDING)


def signature_of(path: Path) -> bytes | None:
    """The signature beside a return; None where there is none. A link, pipe or device is none."""
    beside = signature_path(path)
    try:
        kind = beside.lstat().st_mode
    except OSError:
        return None
    if not stat.S_ISREG(kind):
        return None
    with beside.open("rb") as handle:
        return handle.read(_MOST_BYTES)


def write_signature(path: Path, *, key: Path, withdrawal: bool, catalog: Catalog) -> Path:
    """Signs a return, or its withdrawal, and writes the signature beside it.

    Raises:
        UnreadableReturn: It is not a return at all.
        SignatureError: The key cannot be used.
    """
    digest = read_return(path, catalog=catalog).sha256
    target = path.with_name(f"{path.name}.withdrawal{ENDING}") if withdrawal else signature_path(path)
    target.write_bytes(sign(digest, key=key, namespace=WITHDRAWAL if withdrawal else RETURN))
    return target


def vouched(
    path: Path, sha256: str, *, partner: str | None, received_at: str, signers: Signers, catalog: Catalog
) -> Vouched:
    """Judges the signature of a return that says that it is a partner's, at the time it was received.

    It must be there once a key of the partner is registered; before that it is not looked at.
    """
    if partner is None or not signers.needs(partner):
        return Vouched()
    signature = signature_of(path)
    if signature is None:
        return Vouched(findings=(finding(catalog, "L0-signature-missing", place=Place(), partner=partner),))
    found = verify(sha256, signature, signer=partner, at=received_at, namespace=RETURN, signers=signers)
    if found.outcome == "good":
        return Vouched(partner, found.key, signature)
    code = _CODES[found.outcome]
    return Vouched(findings=(finding(catalog, code, place=Place(), partner=partner),))
