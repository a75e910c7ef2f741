"""Which names of files and of entries in an archive are plain: they stay where they are on every system.

Belongs here: names only. They are compared, never used as paths.
"""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePosixPath

_DEVICES = re.compile(
    r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9\u00b9\u00b2\u00b3])", re.IGNORECASE
)
_LONGEST_PART = 200
_NO_NAME_HAS = frozenset('\\:*?"<>|')


def is_safe_name(name: str) -> bool:
    """Whether an entry's name stays inside its archive and is a plain name on every system."""
    parts = PurePosixPath(name).parts
    return bool(parts) and not name.startswith("/") and ".." not in parts and all(map(is_plain, parts))


def is_plain(part: str) -> bool:
    """Whether one part of a name is neither a device nor holds what is not seen or means something to a system."""
    if part != part.rstrip(" .") or len(part) > _LONGEST_PART or _NO_NAME_HAS & set(part):
        return False
    if any(unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Co") for letter in part):
        return False
    return _DEVICES.fullmatch(part.partition(".")[0].rstrip()) is None


def same(name: str) -> str:
    """What two names share that are one file on some system: case, width and composition of letters are left out."""
    return unicodedata.normalize("NFKC", name).casefold()
