"""The list of checksums of a release folder: writing it, and holding a folder to it.

Belongs here: `SHA256SUMS` alone, with nothing but the standard library, so that whoever has a release can verify it
with the light install.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

CHECKSUMS = "SHA256SUMS"


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def write_checksums(folder: Path) -> Path:
    """Writes `SHA256SUMS` over every file of a folder, in the form that `sha256sum --check` reads."""
    target = folder / CHECKSUMS
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path != target)
    lines = [f"{sha256_of(path)}  {path.relative_to(folder).as_posix()}\n" for path in files]
    target.write_text("".join(lines), encoding="utf-8")
    return target


def checksums_of(folder: Path) -> dict[str, str]:
    """The SHA-256 of each file that a release lists, by its path."""
    lines = (folder / CHECKSUMS).read_text(encoding="utf-8").splitlines()
    return {name: digest for digest, name in (line.split("  ", 1) for line in lines)}


def checksum_problems(folder: Path) -> list[str]:
    """What differs between a release folder and its `SHA256SUMS`, one sentence a file."""
    listed = checksums_of(folder)
    present = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    present -= {CHECKSUMS}
    problems = [f"{name}: listed, but not there" for name in sorted(set(listed) - present)]
    problems += [f"{name}: there, but not listed" for name in sorted(present - set(listed))]
    differ = [name for name in sorted(present & set(listed)) if sha256_of(folder / name) != listed[name]]
    return problems + [f"{name}: differs from its checksum" for name in differ]
