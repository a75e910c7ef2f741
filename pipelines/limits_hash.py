"""The hash under which a thing handed over is known, without reading more of it than a return may have.

Belongs here: hashes of what is beyond the limits. Whatever is within them has the hash of its content,
`reading_content.content_sha256`.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from data_contracts.model import Catalog
from pipelines.cover import load_cover_rules
from pipelines.limits import inspect
from pipelines.limits_folder import walk
from pipelines.reading_content import content_sha256


def known_sha256(path: Path, *, catalog: Catalog) -> str:
    """The hash of its content; a pipe, device or link is never opened.

    Beyond the limits it is that of the size and the first bytes, and for a folder that of its first names and sizes.
    """
    if inspect(path, catalog=catalog).readable:
        return content_sha256(path)
    limits = load_cover_rules(catalog.root).limits
    digest = hashlib.sha256()
    if path.is_symlink() or not (path.is_file() or path.is_dir()):
        digest.update(b"neither file nor folder")
    elif path.is_dir():
        for entry, _, name in walk(path, limits.entries + 1):
            size = entry.stat(follow_symlinks=False).st_size
            digest.update(f"{name}\x00{size}\x00".encode(errors="surrogateescape"))
    else:
        size = path.stat().st_size
        with path.open("rb") as handle:
            content = handle.read(limits.file_bytes)
        digest.update(content if size <= limits.file_bytes else content + str(size).encode())
    return digest.hexdigest()
