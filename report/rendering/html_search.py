"""The index of the full-text search: every passage of the pages with the heading it stands under.

Belongs here: what can be found. The index is a script, for a page that was opened from a folder may load no other
file; it is loaded when a reader begins to search, and read by `assets/search.js`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from html.parser import HTMLParser

from report.rendering.document import is_number

FILE = "web/search-index.js"
# Fewer letters than this in a cell of a table tell a reader nothing without the table.
LEAST = 4

_INLINE = frozenset(
    {"a", "abbr", "b", "code", "em", "i", "span", "strong", "sub", "sup", "time", "q", "cite"}
)
_LEFT_OUT = frozenset({"svg", "script", "details", "nav", "button"})
_VOID = frozenset({"br", "hr", "img", "input", "link", "meta", "wbr", "col"})
_UNSEEN = frozenset(
    {"unseen", "anchor", "here", "tools", "source", "up", "take", "footnote-back", "footnote-ref"}
)
_HEADING = re.compile("h[1-6]")


def search_index(pages: Mapping[str, str]) -> str:
    """The index over the main parts of pages, by file, as a script that hands it over."""
    sections: list[list[str]] = []
    passages: list[list[object]] = []
    for file, text in pages.items():
        reader = _Passages(text)
        for name, title in reader.sections:
            sections.append([file, name, title])
        first = len(sections) - len(reader.sections)
        passages += [[first + section, passage] for section, passage in reader.passages if reader.sections]
    known = {"sections": sections, "passages": passages}
    return f"tesatSearch({json.dumps(known, ensure_ascii=False, separators=(',', ':'))});\n"


class _Passages(HTMLParser):
    """The headings of a page, and each passage below them once."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.sections: list[tuple[str, str]] = []
        self.passages: list[tuple[int, str]] = []
        self._seen: set[tuple[int, str]] = set()
        self._open: list[tuple[str, bool]] = []
        self._name = ""
        self._text: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        pairs = dict(attrs)
        if tag in _VOID:
            self._text.append(" ")
            return
        if tag not in _INLINE:
            self._end()
        if tag == "section" or _HEADING.fullmatch(tag):
            self._name = pairs.get("id") or self._name
        hidden = tag in _LEFT_OUT or bool(_UNSEEN & set((pairs.get("class") or "").split()))
        self._open.append((tag, hidden or (bool(self._open) and self._open[-1][1])))

    def handle_endtag(self, tag: str) -> None:
        if tag in _VOID:
            return
        while self._open:
            opened, _ = self._open.pop()
            if opened not in _INLINE:
                self._end(opened)
            if opened == tag:
                return

    def handle_data(self, data: str) -> None:
        if not (self._open and self._open[-1][1]):
            self._text.append(data)

    def _end(self, tag: str = "") -> None:
        text = " ".join("".join(self._text).split())
        self._text = []
        if _HEADING.fullmatch(tag) and text:
            self.sections.append((self._name, text))
        elif len(text) >= LEAST and not is_number(text):
            found = (max(len(self.sections) - 1, 0), text)
            if found not in self._seen:
                self._seen.add(found)
                self.passages.append(found)
