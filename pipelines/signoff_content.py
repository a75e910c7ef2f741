"""What an edition says of a partner, exactly: the figures and the passages that name it, and their hash.

Belongs here: finding them in a built release folder. Who approves them, and whether the approval holds, is
`signoff.py`. A figure names a partner where a line of a CSV file has its code or its name; a passage where it says the
name, or stands below a heading that does. Regional figures name nobody: the persons of the region approve the whole.
"""

from __future__ import annotations

import csv
import hashlib
import json
import re
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

from data_contracts.model import Partner
from pipelines.checksums import CHECKSUMS, sha256_of

_PASSAGES = frozenset({"p", "li", "tr", "dt", "dd", "figcaption", "caption", "blockquote", "title"})
_HEADING = re.compile("h([1-6])")
_SILENT = frozenset({"script", "style", "svg"})


@dataclass(frozen=True)
class Named:
    """What names a partner: lines of data as `file: line`, and passages of the report, in the order of the files."""

    figures: tuple[str, ...]
    passages: tuple[str, ...]


def what_names(folder: Path, partner: Partner, *, language: str) -> Named:
    """The figures and passages of a release that name a partner."""
    name = re.compile(rf"\b{re.escape(bare_name(partner, language))}\b")
    figures: list[str] = []
    for path in sorted([*folder.glob("data/*.csv"), *folder.glob("figures/*.csv")]):
        with path.open(encoding="utf-8", newline="") as handle:
            for cells in csv.reader(handle):
                if any(cell == partner.code or name.search(cell) for cell in cells):
                    figures.append(
                        f"{path.relative_to(folder).as_posix()}: {json.dumps(cells, ensure_ascii=False)}"
                    )
    passages: list[str] = []
    for path in sorted(folder.rglob("*.html")):
        reader = _Reader(name)
        reader.feed(path.read_text(encoding="utf-8"))
        reader.close()
        passages += reader.ended()
    return Named(tuple(figures), tuple(passages))


def bare_name(partner: Partner, language: str) -> str:
    """The name of a partner without the mark of its footnote."""
    return partner.names.get(language, partner.names["en"]).rstrip("*")


def approval_hash(kind: str, *, edition: str, approver: str, content: str, withdrawn: int) -> str:
    """The hash that an approval signs.

    `withdrawn` counts how often the approver has taken one back for this edition: a signature that was given before
    is then of no use.
    """
    said = {
        "kind": kind,
        "edition": edition,
        "approver": approver,
        "content": content,
        "withdrawn": withdrawn,
    }
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def content_hash(named: Named) -> str:
    """The hash of what names a partner."""
    return hashlib.sha256(
        json.dumps([named.figures, named.passages], ensure_ascii=False).encode()
    ).hexdigest()


def whole_hash(folder: Path) -> str:
    """The hash of a whole release: of its list of checksums, which covers every byte of it."""
    return sha256_of(folder / CHECKSUMS)


class _Reader(HTMLParser):
    """Collects the passages of a page that have a name in them, or stand below a heading that has."""

    def __init__(self, name: re.Pattern[str]) -> None:
        super().__init__(convert_charrefs=True)
        self._name = name
        self._found: list[str] = []
        self._text: list[str] = []
        self._below: int | None = None
        self._heading: int | None = None
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in _SILENT
        heading = _HEADING.fullmatch(tag)
        if tag in _PASSAGES or heading:
            self._end()
        if heading:
            self._heading = int(heading[1])
            if self._below is not None and self._heading <= self._below:
                self._below = None
        elif tag in {"td", "th"}:
            self._text.append(" | ")
        alternative = dict(attrs).get("alt") or dict(attrs).get("aria-label")
        if alternative:
            self._text.append(f" {alternative} ")

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in _SILENT
        if tag in _PASSAGES or _HEADING.fullmatch(tag):
            self._end()

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self._text.append(data)

    def ended(self) -> list[str]:
        """All passages that were found."""
        self._end()
        return self._found

    def _end(self) -> None:
        text = " ".join("".join(self._text).split())
        named = bool(text) and self._name.search(text) is not None
        if named and self._heading is not None and self._below is None:
            self._below = self._heading
        if text and (named or self._below is not None):
            self._found.append(text)
        self._text, self._heading = [], None
