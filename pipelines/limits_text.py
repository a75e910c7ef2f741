"""What the bytes of a text file may be before they are parsed: that alone bounds what parsing them costs.

Belongs here: sizes, lines, cells. CSV and YAML are parsed in this process, in time and memory that grow with these
numbers only.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath

from data_contracts.model import Catalog
from pipelines.cover import CoverRules
from pipelines.errors import UnreadableReturn
from pipelines.findings import Finding, Place, echo, finding


def refuse_beyond(files: Mapping[str, bytes], *, rules: CoverRules, catalog: Catalog) -> None:
    """Stops before a file is parsed or screened that would take too long.

    Raises:
        UnreadableReturn: A file other than a table is too large, a line is too long, or a table has too many cells.
    """
    found = []
    for name, content in files.items():
        file = PurePosixPath(name).name
        most = rules.limits.file_bytes if file.casefold().endswith(".csv") else rules.limits.text_bytes
        place = Place(sheet=echo(file))
        if len(content) > most:
            seen = str(len(content))
            found.append(finding(catalog, "L0-too-large", place=place, seen=seen, limit=most))
        elif file not in rules.ignored_files:
            found += _lines_and_cells(content, place, rules=rules, catalog=catalog)
    if found:
        raise UnreadableReturn(tuple(found))


def _lines_and_cells(content: bytes, place: Place, *, rules: CoverRules, catalog: Catalog) -> list[Finding]:
    limits = rules.limits
    if _has_longer_line(content, limits.line_bytes):  # old line ends are rare, and slower to look for
        longest = max(map(len, content.splitlines()))
        if longest > limits.line_bytes:
            seen = str(longest)
            return [finding(catalog, "L0-line-too-long", place=place, seen=seen, limit=limits.line_bytes)]
    if len(content) <= limits.cells:
        return []
    cells = sum(content.count(separator) for separator in (b",", b";", b"\t", b"\n"))
    if cells > limits.cells:
        texts = {"seen": str(cells), "limit": f"{limits.rows} rows and {limits.cells} cells"}
        return [finding(catalog, "L0-sheet-too-large", place=place, **texts)]
    return []


def _has_longer_line(content: bytes, most: int) -> bool:
    """Whether a line is longer; looks for one line end in each such length, not for all of them."""
    start = 0
    while len(content) - start > most:
        end = content.rfind(b"\n", start, start + most + 1)
        if end < 0:
            return True
        start = end + 1
    return False
