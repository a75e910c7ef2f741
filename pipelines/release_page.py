"""Reads a page of a release's web edition: sentences, tables, headings, references, descriptions, charts, scripts.

Belongs here: cutting the page into blocks of text with the keys in them. What a block may hold is decided in
`release_blocks.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser

from pipelines.release_drawings import without_drawings
from pipelines.release_words import KNOWN

INLINE = frozenset(
    {"a", "abbr", "b", "code", "em", "i", "span", "strong", "sub", "sup", "time", "wbr", "q", "cite"}
)
# Attributes that hold names, places and styles, never words for readers.
STRUCTURAL = frozenset(
    [
        "aria-describedby",
        "aria-labelledby",
        "charset",
        "class",
        "colspan",
        "datetime",
        "download",
        "for",
        "href",
        "http-equiv",
        "id",
        "lang",
        "name",
        "rel",
        "role",
        "rowspan",
        "scope",
        "style",
        "tabindex",
        "type",
    ]
)
EDITORS = "narrative"
LISTS = frozenset({"ol", "ul"})
VOID = frozenset({"br", "hr", "img", "input", "link", "meta", "wbr", "col"})
# Text that accounts for itself: numbers of headings, captions and references, sizes and checksums of files.
GENERATED = frozenset({"heading-number", "caption-label", "xref", "file-size", "file-sha256"})
CONTENTS = "contents"
# The parts of a page; the contents are the navigation of that name.
PARTS = frozenset({"header", "nav", "main", "footer", "dialog"})
_HEADING = re.compile("h[1-6]")


@dataclass
class Block:
    """A run of text between two block elements; `part` is the part of the page that it stands in.

    `text` has `KNOWN` where keyed or generated text stands; `whole` is the text as it is read; `editors` says that it
    stands in a text of the editors.
    """

    tag: str
    section: str
    item: str
    pieces: list[str] = field(default_factory=list)
    whole: list[str] = field(default_factory=list)
    numbers: list[tuple[str, str]] = field(default_factory=list)
    generated: list[tuple[str, str, str]] = field(default_factory=list)
    cell_key: str = ""
    part: str = ""
    editors: bool = False

    @property
    def text(self) -> str:
        """The text without what is accounted for."""
        return " ".join("".join(self.pieces).split())

    @property
    def shown(self) -> str:
        """The text as readers see it."""
        return " ".join("".join(self.whole).split())


@dataclass(frozen=True)
class Raw:
    """The content of a script or a style, with the class of the element and the figure it stands in."""

    tag: str
    kind: str
    item: str
    text: str


@dataclass(frozen=True)
class Words:
    """Words in an attribute, and the figure or table it stands in."""

    tag: str
    name: str
    item: str
    section: str
    text: str


class Page(HTMLParser):
    """The blocks, the words in attributes, the scripts and the drawings of a page, and where its links lead."""

    def __init__(self, text: str, file: str) -> None:
        """Reads a page; `file` is its path in the release."""
        super().__init__(convert_charrefs=True)
        self.drawings, rest = without_drawings(text)
        self.blocks: list[Block] = []
        self.words: list[Words] = []
        self.raws: list[Raw] = []
        self.links: list[str] = []
        self.contents: list[str] = []
        self.names: set[str] = set()
        self.file, self.kind = file, ""
        self.headings: list[tuple[str, Block]] = []
        self._open: list[tuple[str, str, str, str]] = []
        self._section = self._name = ""
        self._items: list[str] = []
        self._parts: list[str] = [""]
        self._lists: list[int] = []
        self._block = Block("", "", "")
        self.feed(rest)
        self.close()
        self._end_block()

    @property
    def item(self) -> str:
        """The name of the figure or table that is being read."""
        return next((name for name in reversed(self._items) if name), "")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begins an element."""
        pairs = {name: value or "" for name, value in attrs}
        for name, value in pairs.items():
            if name in {"data-key", "data-file", "src"}:
                continue
            if name not in STRUCTURAL and not (name == "content" and "http-equiv" in pairs):
                self.words.append(Words(tag, name, self.item, self._section, value))
        self._note(tag, pairs)
        if tag in VOID:
            self._block.pieces.append(" ")
            self._block.whole.append(" ")
            return
        kind, key = pairs.get("class", ""), pairs.get("data-key", "")
        if pairs.get("id") and (tag == "section" or _HEADING.fullmatch(tag)):
            self._name = pairs["id"]
        if tag not in INLINE:
            self._end_block()
            self._items.append(pairs.get("id", "") if tag == "figure" else "")
            self._parts.append(_part(tag, pairs) or self._parts[-1])
            cell_key = key if tag in {"td", "th"} else ""
            self._block = Block(tag, self._section, self.item, cell_key=cell_key, part=self._parts[-1])
            self._block.editors = any(EDITORS in one[1].split() for one in self._open)
            self._count(tag)
        target = pairs.get("href", "") or pairs.get("data-file", "")
        self._open.append((tag, kind, key if tag in INLINE else "", target))

    def _note(self, tag: str, pairs: Mapping[str, str]) -> None:
        """Notes where a link or a script leads, what can be linked to, and what kind of page it is."""
        self.links += [pairs[name] for name in ("href", "src") if name in pairs]
        self.names |= {pairs["id"]} if "id" in pairs else set()
        if self._parts[-1] == CONTENTS and "href" in pairs:
            self.contents.append(pairs["href"])
        if tag == "body":
            self.kind = pairs.get("class", "")

    def handle_endtag(self, tag: str) -> None:
        """Ends an element; one that was not closed before it ends with it."""
        if tag in VOID:
            return
        while self._open:
            opened, *_ = self._open.pop()
            if opened not in INLINE:
                self._end_block()
                self._lists = self._lists[:-1] if opened in LISTS else self._lists
                self._items.pop()
                self._parts.pop()
                self._block = Block("", self._section, self.item, part=self._parts[-1])
            if opened == tag:
                return

    def _count(self, tag: str) -> None:
        """Numbers the items of lists in the editors' text, which browsers do; bullets have none."""
        if tag in LISTS:
            self._lists.append(0 if tag == "ol" else -1)
        elif tag == "li" and self._block.editors and self._lists and self._lists[-1] >= 0:
            self._lists[-1] += 1
            self._block.whole.append(f"{self._lists[-1]}. ")

    def handle_data(self, data: str) -> None:
        """Takes text in."""
        if self._open and self._open[-1][0] in {"script", "style"}:
            self.raws.append(Raw(self._open[-1][0], self._open[-1][1], self.item, data))
            return
        self._block.whole.append(data)
        tag, kind, key, href = next(self._told(), ("", "", "", ""))
        if not tag:
            self._block.pieces.append(data)
            return
        self._block.pieces.append(KNOWN)
        if key:
            self._block.numbers.append((key, data))
        else:
            self._block.generated.append((kind, href, data))

    def handle_comment(self, data: str) -> None:
        """Takes a comment in as words, which nobody sees and anybody can read."""
        self.words.append(Words("", "comment", self.item, self._section, data))

    def _told(self) -> Iterator[tuple[str, str, str, str]]:
        """The inline elements around the text that account for it, the nearest first."""
        for element in reversed(self._open):
            tag, kind, key, _ = element
            if tag not in INLINE:
                return
            if key or kind in GENERATED:
                yield element

    def _end_block(self) -> None:
        block = self._block
        if not block.shown and not block.cell_key:
            return
        if _HEADING.fullmatch(block.tag):
            self._section = block.section = block.shown
            self.headings.append((self._name, block))
        self.blocks.append(block)
        self._block = Block("", self._section, self.item, part=self._parts[-1])


def _part(tag: str, pairs: Mapping[str, str]) -> str:
    """The part of the page that an element opens, nothing where it opens none."""
    if tag == "nav" and pairs.get("id") == CONTENTS:
        return CONTENTS
    return tag if tag in PARTS else ""
