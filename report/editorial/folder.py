"""Reads the editors' folder: one Markdown file for each section, and nothing else but `judgements.yaml`.

Belongs here: which files there are, and that each can be read. What they say is looked at in `lint.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pipelines.judgements_file import FILE as JUDGEMENTS
from pipelines.narrative_words import DEMONSTRATION
from report.editorial.findings import EditorFinding, editor_finding
from report.editorial.prose import Prose
from report.editorial.sections import Sections

LARGEST_KB = 200
_SUFFIX = ".md"
_IGNORED = ("README.md", ".DS_Store", "Thumbs.db", ".gitkeep")


@dataclass(frozen=True)
class EditorsText:
    """The texts by section, and what is wrong with the files themselves."""

    texts: Mapping[str, Prose] = field(default_factory=dict)
    findings: tuple[EditorFinding, ...] = ()


def text_folder(
    project: Path, edition: str, language: str, *, demonstration: bool, given: Path | None = None
) -> Path | None:
    """The folder of an edition's text in a language, `given` or that of the report project; none where it has none.

    `edition` is region and year; the text of the demonstration is never taken for another edition.
    """
    own = project / "narrative" / f"{edition}{DEMONSTRATION if demonstration else ''}"
    folder = (given or own) / language
    return folder if folder.is_dir() else None


def read_texts(folder: Path | None) -> dict[str, Prose]:
    """The texts of a folder that was found to be in order, by section; none where there is no folder."""
    if folder is None:
        return {}
    paths = sorted(folder.rglob(f"*{_SUFFIX}"))
    named = {path.relative_to(folder).as_posix(): path for path in paths if path.name not in _IGNORED}
    return {
        name.removesuffix(_SUFFIX): Prose(path.read_text(encoding="utf-8-sig"))
        for name, path in named.items()
    }


def read_folder(folder: Path | None, sections: Sections, *, root: Path) -> EditorsText:
    """The texts that can be read, and a finding for every other file."""
    texts: dict[str, Prose] = {}
    findings: list[EditorFinding] = []
    files = [] if folder is None else sorted(path for path in folder.rglob("*") if path.is_file())
    for path in files:
        name = path.relative_to(folder or path).as_posix()
        if path.name in _IGNORED or name == JUDGEMENTS:
            continue
        section = name.removesuffix(_SUFFIX)
        if not name.endswith(_SUFFIX) or section not in sections.known:
            known = ", ".join([*(f"{one}{_SUFFIX}" for one in sections.known), JUDGEMENTS])
            findings.append(editor_finding(root, "N-unknown-file", file=name, seen=name, known=known))
        elif section not in sections.printed:
            known = ", ".join(f"{one}{_SUFFIX}" for one in sections.printed)
            findings.append(editor_finding(root, "N-not-printed", file=name, seen=name, known=known))
        else:
            try:
                texts[section] = Prose(_content(path))
            except ValueError as error:
                limit = str(LARGEST_KB)
                found = editor_finding(root, "N-unreadable", file=name, seen=str(error), limit=limit)
                findings.append(found)
    return EditorsText(texts, tuple(findings))


def _content(path: Path) -> str:
    """The text of a file with line ends of one kind.

    Raises:
        ValueError: It is too large, or no UTF-8.
    """
    content = path.read_bytes()
    if len(content) > LARGEST_KB * 1024:
        raise ValueError("it is larger than a text may be")
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        raise ValueError(f"byte {error.start} is no UTF-8") from error
