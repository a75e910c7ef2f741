"""Detached SSH signatures over a hash: who vouches for it, by a key that was valid then.

Belongs here: signing and verifying any hash with OpenSSH's own program, and the files of known keys. Which hash, for
what, and what follows is `signed_returns.py`, `withdrawal.py`.

Keys lie in the store: `signers/<region>.allowed`, OpenSSH's allowed-signers file, whose principals are codes of
partners or names of offices, each with its validity; and `signers/<region>.revoked`, public keys that are no longer
trusted at all. Without the first nothing need be signed. What is signed is the hash in hexadecimal and a line end.

Source: ssh-keygen(1), sections ALLOWED SIGNERS and -Y verify; PROTOCOL.sshsig.
"""

from __future__ import annotations

import base64
import hashlib
import os
import re
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from pipelines.errors import SignatureError

RETURN, WITHDRAWAL, APPROVAL = "tesat-return", "tesat-withdrawal", "tesat-approval"
Outcome = Literal["good", "invalid", "not_by_signer", "not_valid_then", "revoked"]
# What a signature of an approval is that is not good.
NOT_GOOD = {
    "invalid": "is not one of this hash and for an approval",
    "not_by_signer": "is by a key that is not registered for the approver",
    "not_valid_then": "is by a key that was not valid then",
    "revoked": "is by a key that was revoked",
}
_PROGRAM = "ssh-keygen"
_SECONDS = {"sign": 300, "verify": 20}  # who signs may have to type a passphrase or touch a key
_MOST_BYTES = 16_384  # of a signature; one by an RSA key of 16,384 bits has about 6,000
_OPTIONS = re.compile(r'(?:namespaces|valid-after|valid-before)="[^"]*"(?:,|$)')
_KEY = re.compile(r"^(?:ssh|sk-ssh|ecdsa|sk-ecdsa)-[a-z0-9@.-]+$")


@dataclass(frozen=True)
class Verification:
    """What became of a signature, and the key that made it, where that can be told."""

    outcome: Outcome
    key: str = ""


@dataclass(frozen=True)
class Signers:
    """The known keys of a region: fingerprints by principal, and those revoked."""

    allowed: Path
    revoked: Path
    keys: Mapping[str, frozenset[str]]
    revoked_keys: frozenset[str]

    def needs(self, principal: str) -> bool:
        """Whether something of a principal must be signed: from the day that a key of it stands in the file."""
        return principal in self.keys


def signers_of(store: Path, region: str) -> Signers:
    """The keys that a store knows for a region; none where there is no file.

    Raises:
        SignatureError: A line cannot be read, or would let somebody sign whom it does not name.
    """
    allowed, revoked = (store / "signers" / f"{region}.{name}" for name in ("allowed", "revoked"))
    return signers_in(allowed, revoked)


def signers_in(allowed: Path, revoked: Path) -> Signers:
    """The keys in a file of allowed signers and one of revoked keys; none where there is no file.

    Raises:
        SignatureError: As `signers_of`.
    """
    keys: dict[str, set[str]] = {}
    for place, fields in _lines(allowed):
        names, key = _allowed(place, fields)
        for name in names:
            keys.setdefault(name, set()).add(key)
    known = {name: frozenset(found) for name, found in keys.items()}
    return Signers(allowed, revoked, known, frozenset(_key(*line) for line in _lines(revoked)))


def _lines(path: Path) -> list[tuple[str, list[str]]]:
    """The lines of a file of keys, as place and words; options may hold no blank."""
    if not path.exists():
        return []
    lines = enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
    return [
        (f"{path}, line {number}", line.split())
        for number, line in lines
        if line.strip() and not line.startswith("#")
    ]


def _allowed(place: str, fields: list[str]) -> tuple[list[str], str]:
    names = fields[0].split(",")
    if not all(re.fullmatch(r"[A-Za-z0-9_-]+", name) for name in names):
        raise SignatureError(f"{place}: name each signer by its code; patterns would let others sign for it")
    options = [] if len(fields) < 2 or _KEY.match(fields[1]) else [fields[1]]
    if options and not re.fullmatch(f"(?:{_OPTIONS.pattern})+", options[0]):
        raise SignatureError(
            f"{place}: use no options but namespaces, valid-after and valid-before, in quotes"
        )
    return names, _key(place, fields[1 + len(options) :])


def _key(place: str, fields: list[str]) -> str:
    """The fingerprint of a public key, as ssh-keygen shows it."""
    try:
        kind, blob = fields[0], base64.b64decode(fields[1], validate=True)
    except (IndexError, ValueError):
        kind, blob = "", b""
    if not _KEY.match(kind) or not blob:
        raise SignatureError(f"{place}: there is no public key; copy the line of the signer's .pub file")
    return "SHA256:" + base64.b64encode(hashlib.sha256(blob).digest()).decode().rstrip("=")


def sign(digest: str, *, key: Path, namespace: str) -> bytes:
    """The signature of a hash by a private key, or by the agent's where `key` is a public one.

    Raises:
        SignatureError: The key cannot be used.
    """
    done = _run("-Y", "sign", "-q", "-f", str(key), "-n", namespace, message=digest)
    if done.returncode or not done.stdout.startswith(b"-----BEGIN SSH SIGNATURE-----"):
        raise SignatureError(f"{key.name}: no signature could be made with it; name a private key of OpenSSH")
    return done.stdout


def verify(
    digest: str, signature: bytes, *, signer: str, at: str, namespace: str, signers: Signers
) -> Verification:
    """Whether a signature of a hash is by a key of the signer that was valid at a time (ISO, UTC) and is not revoked.

    OpenSSH's one answer decides; why it is no is found afterwards, for what is said.

    Raises:
        SignatureError: The program is missing or did not answer.
    """
    if len(signature) > _MOST_BYTES:
        return Verification("invalid")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "sig"
        file.write_bytes(signature)
        read = ("-n", namespace, "-s", str(file))
        checked = _run("-Y", "check-novalidate", *read, message=digest)
        found = re.search(rb"SHA256:[A-Za-z0-9+/]{43}", checked.stdout + checked.stderr)
        if checked.returncode or found is None:
            return Verification("invalid")
        key = found.group().decode()
        who = ("-I", signer, "-f", str(signers.allowed), "-O", f"verify-time={_moment(at)}")
        revoked = ("-r", str(signers.revoked)) if signers.revoked.exists() else ()
        good = _run("-Y", "verify", *who, *revoked, *read, message=digest).returncode == 0
    if good and key in signers.keys.get(signer, ()) and key not in signers.revoked_keys:
        return Verification("good", key)
    if key in signers.revoked_keys:
        return Verification("revoked", key)
    return Verification("not_valid_then" if key in signers.keys.get(signer, ()) else "not_by_signer", key)


def _moment(at: str) -> str:
    """A time as ssh-keygen reads it, in UTC; one without a zone is in UTC."""
    time = datetime.fromisoformat(at)
    return (time if time.tzinfo is None else time.astimezone(UTC)).strftime("%Y%m%d%H%M%S")


def _run(*arguments: str, message: str) -> subprocess.CompletedProcess[bytes]:
    """ssh-keygen over a hash, in UTC and English: days of validity are else those of the machine's zone."""
    environment = {**os.environ, "TZ": "UTC", "LC_ALL": "C"}
    seconds = _SECONDS["sign" if "sign" in arguments else "verify"]
    try:
        return subprocess.run(
            [_PROGRAM, *arguments],
            input=f"{message}\n".encode(),
            capture_output=True,
            timeout=seconds,
            env=environment,
            check=False,
        )
    except FileNotFoundError as error:
        raise SignatureError(
            f"{_PROGRAM} is missing, which signatures need; install OpenSSH's client"
        ) from error
    except subprocess.TimeoutExpired as error:
        raise SignatureError(
            f"{_PROGRAM} did not answer in {seconds} s; unlock the key with ssh-add first"
        ) from error
