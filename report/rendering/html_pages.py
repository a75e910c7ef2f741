"""Cuts the report into the pages of its web edition, and finds the way from one page to another.

Belongs here: which page a heading, figure or table stands on, and links between pages. A page is a chapter, or a
section of the class `own-page`; the first page is the chapter of the class `home`, else the first chapter. What
stands on a page is written in `html_blocks.py`, what stands around it in `html_frame.py`.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from report.rendering import tree
from report.rendering.document import Document, for_format, heading_number
from report.rendering.pandoc import Node

FOLDER = "web"
HOME, OWN_PAGE = "home", "own-page"

_NAMED = {"Header", "Div", "Figure", "Span"}
_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:|//|/|#", re.IGNORECASE)


@dataclass(frozen=True)
class Section:
    """A heading: its name, its level in the report, its number (empty where it has none) and its words."""

    identifier: str
    level: int
    number: str
    title: str


@dataclass(frozen=True)
class SitePage:
    """One page: its file in the release, the headings on it (its own first) and its blocks."""

    file: str
    sections: tuple[Section, ...]
    blocks: tuple[Node, ...]
    web_only: bool = False

    @property
    def own(self) -> Section | None:
        """The heading that the page opens with; nothing where a report has none."""
        return self.sections[0] if self.sections else None

    @property
    def root(self) -> str:
        """The way from the page to the release folder."""
        return "../" * self.file.count("/")

    @property
    def is_home(self) -> bool:
        """Whether a reader begins here."""
        return not self.root

    def shift(self, level: int) -> int:
        """The level that a heading of the report has on the page: its own is the first, below the report's title."""
        own = self.own.level if self.own else 1
        return level - own + 1 + self.is_home

    def to(self, path: str) -> str:
        """The way from the page to a file of the release."""
        return posixpath.relpath(path, posixpath.dirname(self.file) or ".")


class Site:
    """The pages in the order of the report, and the page of every name."""

    def __init__(self, pages: Sequence[SitePage]) -> None:
        """Notes where every name stands."""
        self.pages = tuple(pages)
        self.home = next(page for page in pages if page.is_home)
        self._places: dict[str, SitePage] = {}
        for page in pages:
            for node in tree.walk(list(page.blocks)):
                if node["t"] in _NAMED and tree.attributes(node)[0]:
                    self._places[tree.attributes(node)[0]] = page

    @property
    def turned(self) -> tuple[SitePage, ...]:
        """The pages as one turns them: the first page, then the others in the order of the report."""
        return (self.home, *(page for page in self.pages if not page.is_home))

    def parent(self, page: SitePage) -> SitePage | None:
        """The chapter that a section with a page of its own belongs to."""
        if page.own is None or page.own.level == 1:
            return None
        before = self.pages[: self.pages.index(page)]
        return next((one for one in reversed(before) if one.own and one.own.level < page.own.level), None)

    def children(self, page: SitePage) -> tuple[SitePage, ...]:
        """The sections of a chapter that have pages of their own."""
        return tuple(one for one in self.pages if self.parent(one) is page)

    def href(self, identifier: str, here: SitePage) -> str:
        """The link from a page to a name."""
        page = self._places.get(identifier, here)
        return f"#{identifier}" if page is here else f"{here.to(page.file)}#{identifier}"

    def link(self, target: str, here: SitePage) -> str:
        """A link as an author writes it, from a page: to a name, to a file of the release, or elsewhere."""
        if target.startswith("#"):
            return self.href(target[1:], here)
        return target if _ELSEWHERE.match(target) or not target else here.to(target)


def site_of(document: Document) -> Site:
    """The pages of a report, those that only the web edition has last."""
    own = _cut(document.blocks, replace(document, labels=document.web_edition.labels), web_only=False)
    web = _cut(document.web, document.web_edition, web_only=True)
    home = next((page for page in own if HOME in _classes(page)), own[0])
    used: set[str] = {"index"}
    pages = []
    for number, page in enumerate([*own, *web], start=1):
        file = "index.html" if page is home else f"{FOLDER}/{_name(page, number, used)}.html"
        pages.append(replace(page, file=file))
    return Site(pages)


def _cut(blocks: Sequence[Node], document: Document, *, web_only: bool) -> list[SitePage]:
    """Blocks cut into pages; what stands before the first heading stands on the first page."""
    runs: list[list[Node]] = [[]]
    for node in for_format(replace(document, blocks=list(blocks)), "html"):
        if node["t"] == "Header" and (node["c"][0] == 1 or OWN_PAGE in tree.attributes(node)[1]):
            runs.append([])
        runs[-1].append(node)
    if len(runs) > 1 and not web_only:
        runs[:2] = [runs[0] + runs[1]]
    return [
        SitePage("", _sections(run, document), tuple(run), web_only) for run in runs if run or not web_only
    ]


def _sections(blocks: list[Node], document: Document) -> tuple[Section, ...]:
    headers = [node for node in tree.walk(blocks) if node["t"] == "Header"]
    return tuple(
        Section(
            tree.attributes(node)[0],
            node["c"][0],
            heading_number(document, node),
            " ".join(tree.plain_text(node["c"][2]).split()),
        )
        for node in headers
    )


def _name(page: SitePage, number: int, used: set[str]) -> str:
    """A file name from the name of the page's heading, or its place where that is none."""
    wanted = page.own.identifier.removeprefix("sec-") if page.own else ""
    name = wanted if _NAME.fullmatch(wanted) and wanted not in used else f"page-{number}"
    used.add(name)
    return name


def _classes(page: SitePage) -> list[str]:
    headers = [node for node in page.blocks if node["t"] == "Header"]
    return tree.attributes(headers[0])[1] if headers else []
