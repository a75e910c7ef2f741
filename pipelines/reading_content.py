"""The bytes of a return, and their one hash whichever way they were packed.

Belongs here: files of a folder or zip by name, and the content hash that names a return everywhere. What the
files say is `reading.py`.
"""

from __future__ import annotations

import hashlib
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from pathlib import Path

DAMAGED = (zipfile.BadZipFile, zlib.error, OSError, NotImplementedError, RuntimeError, EOFError)
_HASHED_BYTES = 1 << 29  # a zip that declares more is refused by its limits; no need to unpack it for a hash


def content_sha256(path: Path) -> str:
    """The hash of what was handed over: of a workbook's bytes, of a folder's or zip's sorted names and bytes.

    A folder and the zip that was made of it thus have one hash. What cannot be unpacked is hashed as it is.
    """
    files = (
        folder_files(path) if path.is_dir() else _zip_files(path) if path.suffix.lower() == ".zip" else None
    )
    if files is None:
        digest = hashlib.sha256()
        with path.open("rb") as handle:
            while block := handle.read(1 << 20):
                digest.update(block)
        return digest.hexdigest()
    return files_sha256(files)


def files_sha256(files: Mapping[str, bytes]) -> str:
    """The hash of a folder's or zip's files: of their sorted names, without a top folder, and their bytes."""
    digest = hashlib.sha256()
    top = top_folder(files)
    for name, content in sorted((name.removeprefix(top), content) for name, content in files.items()):
        encoded = name.encode()
        digest.update(len(encoded).to_bytes(8) + encoded + len(content).to_bytes(8))
        digest.update(content)
    return digest.hexdigest()


def folder_files(path: Path) -> dict[str, bytes]:
    """The files below a folder, by name in it, sorted; links are left alone."""
    files = sorted(entry for entry in path.rglob("*") if entry.is_file() and not entry.is_symlink())
    return {entry.relative_to(path).as_posix(): entry.read_bytes() for entry in files}


def _zip_files(path: Path) -> dict[str, bytes] | None:
    """The files of a zip by name; None where it is damaged, too large or holds a name twice."""
    try:
        with zipfile.ZipFile(path) as archive:
            infos = [info for info in archive.infolist() if not info.is_dir()]
            names = {info.filename for info in infos}
            if sum(info.file_size for info in infos) > _HASHED_BYTES or len(names) != len(infos):
                return None
            return {info.filename: archive.read(info) for info in infos}
    except DAMAGED:
        return None


def top_folder(names: Iterable[str]) -> str:
    """The one folder, with its slash, that all files lie in; empty where they do not."""
    tops = {name.partition("/")[0] + "/" if "/" in name else "" for name in names}
    return tops.pop() if len(tops) == 1 else ""
