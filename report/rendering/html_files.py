"""Sizes and checksums of the release's files, filled into the page that lists them once all formats are written.

Belongs here: the form of a size, and the two places that a chapter can name: an empty span of the class `file-size`
or `file-sha256` with the file's path as `file`.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from data_contracts.messages import decimal
from report.rendering.errors import ReportError

_FACT = re.compile(r'(<span class="file-(size|sha256)" data-file="([^"]+)">)(</span>)')
_UNITS = ((1_000_000, "MB", 1), (1_000, "kB", 0))


def state_files(release: Path, page: Path) -> None:
    """Fill in what a page says of the files of the release.

    Raises:
        ReportError: A file that the page names does not exist.
    """

    def stated(found: re.Match[str]) -> str:
        path = release / found[3]
        if not path.is_file():
            raise ReportError(f"{page.name}: names {found[3]}, which the release does not hold.")
        content = path.read_bytes()
        fact = shown_size(len(content)) if found[2] == "size" else hashlib.sha256(content).hexdigest()
        return f"{found[1]}{fact}{found[4]}"

    text = page.read_text(encoding="utf-8")
    if _FACT.search(text):
        page.write_text(_FACT.sub(stated, text), encoding="utf-8")


def shown_size(size: int) -> str:
    """A number of bytes as readers know it, such as 1.4 MB or 12 kB."""
    for unit, name, decimals in _UNITS:
        if size >= unit:
            return f"{decimal(f'{size / unit:.{decimals}f}')}\u00a0{name}"
    return f"{size}\u00a0B"
