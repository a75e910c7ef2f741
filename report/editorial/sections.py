"""Where the editors' text can stand: the sections that the chapters call, the types and the partners of the edition.

Belongs here: the names of files, read off the chapters themselves, so that no text is written that is not printed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from report.building import wanted_lines
from report.edition import Edition
from report.pages_types import types_with_chapter

TYPES_FOLDER, PARTNERS_FOLDER = "types", "partners"
_CALL = re.compile(r"""^narrative\("([a-z_]+)"(?P<title>,\s*title=)?""", re.MULTILINE)
_INCLUDED = re.compile(r"include\s+(\S+)")


@dataclass(frozen=True)
class Sections:
    """The sections of a report project: those of this edition, those of any, and those that are chapters of their own.

    A section is named by its file without `.md`, such as `arrests`, `types/other` or `partners/ALB`.
    """

    printed: tuple[str, ...]
    known: tuple[str, ...]
    chapters: tuple[str, ...]


def sections_of(project: Path, edition: Edition) -> Sections:
    """The sections that an edition of a report project has room for."""
    printed, titled = _called(project, [project / "index.qmd", *_included(project, edition)])
    known, _ = _called(project, sorted(project.rglob("*.qmd")))
    own = [f"{TYPES_FOLDER}/{code}" for code in types_with_chapter(edition)]
    own += [f"{PARTNERS_FOLDER}/{code}" for code in edition.partners]
    return Sections(tuple([*printed, *own]), tuple([*known, *own]), tuple(titled))


def _included(project: Path, edition: Edition) -> Iterator[Path]:
    for line in wanted_lines(project, there=edition.there):
        found = _INCLUDED.search(line)
        if found is not None and (project / found[1]).is_file():
            yield project / found[1]


def _called(project: Path, chapters: list[Path]) -> tuple[list[str], list[str]]:
    """The sections that chapters call, each once, and those of them that the call gives a title."""
    found = [call for path in chapters for call in _CALL.finditer(path.read_text(encoding="utf-8"))]
    return list(dict.fromkeys(call[1] for call in found)), [call[1] for call in found if call["title"]]
