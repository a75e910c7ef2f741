"""The contribution of a return: at most five headed paragraphs, whose hash is kept; its text is for the editors.

Belongs here: its text, length and hash. It is screened for personal data like all texts of the return.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from data_contracts.model import Catalog
from pipelines.cover import load_cover_rules
from pipelines.findings import Finding, Place, clean, finding

_ENDINGS = (".md", ".txt")


@dataclass(frozen=True)
class Contribution:
    """The contribution, how long it is, and the hash of its text; no hash where there is none."""

    sha256: str | None = None
    paragraphs: int = 0
    characters: int = 0
    place: str = ""
    text: str = ""

    def findings(self, catalog: Catalog) -> list[Finding]:
        """Whether it is longer than it may be."""
        limits = load_cover_rules(catalog.root).limits
        if self.paragraphs <= limits.paragraphs and self.characters <= limits.contribution_characters:
            return []
        texts = {"limit": limits.contribution_characters, "paragraphs": limits.paragraphs}
        seen = f"{self.paragraphs} paragraphs, {self.characters} characters"
        place = Place(sheet=self.place)
        return [finding(catalog, "L0-contribution-too-long", place=place, seen=seen, **texts)]


def contribution_of_file(files: Mapping[str, bytes], *, name: str) -> Contribution:
    """The contribution of a folder or zip; a line that begins with # is the heading of a paragraph."""
    for path, content in sorted(files.items()):
        file = PurePosixPath(path).name.casefold()
        if file in [name + ending for ending in _ENDINGS] and content.strip():
            text = content.decode("utf-8", errors="replace")
            headed = sum(line.startswith("#") for line in text.splitlines())
            return Contribution(hashlib.sha256(content).hexdigest(), headed, len(text), file, text)
    return Contribution()


def contribution_of_rows(rows: Sequence[Sequence[str]], *, sheet: str) -> Contribution:
    """The contribution of a workbook: below the template's header, a heading and a paragraph in each row."""
    cells = [[clean(cell) for cell in row[:2]] for row in rows]
    header = next((number for number, row in enumerate(cells) if len(row) == 2 and all(row)), None)
    filled = [] if header is None else [row for row in cells[header + 1 :] if any(row)]
    if not filled:
        return Contribution()
    text = "\n".join("\n".join(row) for row in filled)
    headed = sum(len(row) == 2 and bool(row[1]) for row in filled)
    shown = "\n\n".join(f"# {row[0]}\n\n{''.join(row[1:])}" for row in filled)
    return Contribution(hashlib.sha256(text.encode()).hexdigest(), headed, len(text), sheet, shown)
