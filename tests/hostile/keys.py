"""Keys of partners that tests sign with, and the files in which a store knows them."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

OPTIONS = 'namespaces="tesat-return,tesat-withdrawal",valid-after="20250101",valid-before="20270101"'


@dataclass(frozen=True)
class Key:
    """A pair of keys without a passphrase."""

    private: Path

    @property
    def public(self) -> str:
        """The public key as a line, without its comment."""
        return " ".join(self.private.with_suffix(".pub").read_text(encoding="utf-8").split()[:2])


def new_key(folder: Path, name: str) -> Key:
    path = folder / name
    command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", str(path)]
    subprocess.run(command, check=True)
    return Key(path)


def know(store: Path, region: str, keys: Mapping[str, str], *, revoked: str = "") -> None:
    """Writes the files of keys: principal to the rest of its line."""
    folder = store / "signers"
    folder.mkdir(parents=True, exist_ok=True)
    lines = ["# keys of the tests", "", *(f"{name} {rest}" for name, rest in keys.items())]
    (folder / f"{region}.allowed").write_text("\n".join(lines) + "\n", encoding="utf-8")
    if revoked:
        (folder / f"{region}.revoked").write_text(revoked + "\n", encoding="utf-8")
