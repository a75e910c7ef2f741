"""Names of files and folders as texts: they stand in logs, tables and messages, and may name what they should not.

Belongs here: how a name is read, and what is shown in place of one that seems to hold personal data.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path, PurePosixPath

from data_contracts.catalog import PACKAGE_ROOT
from pipelines.screening_patterns import kinds_in

FILE_NAME = "file name"
_ENDING = re.compile(r"\.\w{1,5}$")
# The register's own name for a return: by chance one in some thousands has the form of a bank account.
_HASH = re.compile(r"[0-9a-f]{64}")


def readings_of_name(name: str) -> tuple[str, ...]:
    """A name as a text: as it is, and without its ending and underscores; none where it is a SHA-256."""
    last = PurePosixPath(name).name
    if _HASH.fullmatch(_ENDING.sub("", last)):
        return ()
    return last, _ENDING.sub("", last).replace("_", " ")


def safe_name(name: str, *, root: Path = PACKAGE_ROOT) -> str:
    """The name, or one made of its hash where a part of it seems to hold personal data.

    `root`: the contracts folder whose patterns it is held against.
    """
    parts = PurePosixPath(name).parts
    if not any(kinds_in(text, root=root) for part in parts for text in readings_of_name(part)):
        return name
    return f"name-not-repeated-{hashlib.sha256(name.encode(errors='surrogateescape')).hexdigest()[:12]}"
