"""A finding on the editors' text: file, line and column, what was seen, what to do.

Belongs here: the record, and its texts from `data_contracts/narrative/findings.yaml`. What is looked for is in
`lint*.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from data_contracts.frozen import Frozen
from data_contracts.strings import load_strings
from pipelines.narrative_words import FOLDER
from pipelines.screening_patterns import kinds_in

LONGEST_SEEN = 60
PERSONAL, HIDDEN = "N-personal-data", "…"


class FindingText(Frozen):
    """What a finding says and what to do, with places for what was seen."""

    says: str
    remedy: str


@dataclass(frozen=True)
class Hit:
    """Something that is wrong in one text, from one place to another; `values` fill the finding's texts."""

    code: str
    start: int
    end: int
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, order=True)
class EditorFinding:
    """A finding on a file of the editors' text."""

    file: str
    line: int
    column: int
    code: str
    says: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.code}: {self.says}. {self.remedy}"


@cache
def finding_texts(root: Path) -> Mapping[str, FindingText]:
    """The texts of all findings below a contracts folder."""
    loaded = load_strings((root / FOLDER / "findings.yaml").read_text(encoding="utf-8"))
    return {code: FindingText.model_validate(text) for code, text in loaded.items()}


def editor_finding(
    root: Path, code: str, *, file: str, line: int = 1, column: int = 1, beside: str = "", **values: str
) -> EditorFinding:
    """A finding in words; what was seen is shortened.

    Nothing is repeated that looks like personal data, nor what stands in a paragraph with such (`beside`).

    Raises:
        KeyError: There is no such code, or a text of it needs a value that was not given.
    """
    text = finding_texts(root)[code]
    filled = {"suggestion": "", **values}
    if "seen" in values:
        hidden = kinds_in(beside, root=root) or kinds_in(values["seen"], root=root)
        filled["seen"] = HIDDEN if hidden and code != PERSONAL else shortened(values["seen"])
    file = HIDDEN if kinds_in(file, root=root) else file
    return EditorFinding(file, line, column, code, text.says.format(**filled), text.remedy.format(**filled))


def shortened(text: str) -> str:
    """The beginning of a text on one line."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_SEEN else f"{line[:LONGEST_SEEN]}…"


def without_doubles(findings: Iterator[EditorFinding]) -> list[EditorFinding]:
    """The findings in the order of files and places, each once."""
    return sorted(set(findings))
