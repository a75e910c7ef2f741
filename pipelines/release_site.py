"""The web edition of a release: its pages in order, the numbering of headings and captions, and what lies beside.

Belongs here: what is true of the pages together. What stands on one page is read in `release_blocks.py`.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Mapping
from functools import cached_property
from importlib.resources import files
from pathlib import Path

from pydantic import BaseModel, ValidationError

from pipelines.release_findings import Notes
from pipelines.release_page import Page
from pipelines.release_sources import REPORT
from pipelines.release_words import masked, quoted

PAGE, FOLDER = "index.html", "web"
SEARCH, LIBRARY = f"{FOLDER}/search-index.js", f"{FOLDER}/plotly.js"
WEB_ONLY = "web-only"
ASSETS, FONTS = REPORT / "rendering" / "assets", REPORT / "fonts"
LABEL = re.compile(r"(?P<word>[^\W\d]+)\s(?P<number>\d+):")
_INDEX = re.compile(r"tesatSearch\((?P<index>\{.*\})\);\n", re.DOTALL)


class Site:
    """All pages by their files, in the order of the contents."""

    def __init__(self, folder: Path) -> None:
        """Reads every page that the contents of the first one lead to."""
        self.folder = folder
        home = self._page(PAGE)
        targets = (resolved(PAGE, href)[0] for href in home.contents)
        found = [name for name in dict.fromkeys(targets) if name != PAGE and (folder / name).is_file()]
        order = [*dict.fromkeys(resolved(PAGE, href)[0] for href in home.contents)]
        at = order.index(PAGE) if PAGE in order else 0
        before = [name for name in order[:at] if name in found]
        after = [name for name in found if name not in before]
        self.pages = {name: home if name == PAGE else self._page(name) for name in [*before, PAGE, *after]}

    @property
    def chapters(self) -> list[Page]:
        """The pages of the report, without those that only the web edition has."""
        return [page for page in self.pages.values() if page.kind != WEB_ONLY]

    @cached_property
    def titles(self) -> frozenset[str]:
        """Every heading as readers see it."""
        return frozenset(block.shown for page in self.pages.values() for _, block in page.headings)

    def _page(self, name: str) -> Page:
        return Page((self.folder / name).read_text(encoding="utf-8"), name)


def resolved(file: str, href: str) -> tuple[str, str]:
    """The file of the release that a link on a page leads to, and the name in it."""
    path, _, name = href.partition("#")
    return posixpath.normpath(posixpath.join(posixpath.dirname(file), path)) if path else file, name


class Numbering:
    """The numbers of headings, figures and tables by name: they follow one another from page to page."""

    def __init__(self, site: Site, notes_of: Callable[[str], Notes]) -> None:
        """Counts through all pages, and notes what is out of order."""
        self.labels: dict[str, str] = {}
        self.shown: dict[str, str] = {}
        self.places: dict[str, str] = {}
        self._sections = [0] * 6
        self._counted = {"fig": 0, "tbl": 0}
        for page in site.pages.values():
            self._headings(page, notes_of(page.file))
            self._captions(page, notes_of(page.file))
            self.places |= {name: page.file for name in page.names}

    def _headings(self, page: Page, notes: Notes) -> None:
        for name, block in page.headings:
            number = "".join(text for kind, _, text in block.generated if kind == "heading-number")
            if not number:
                continue
            level = min(number.count("."), 5)
            self._sections[level] += 1
            self._sections[level + 1 :] = [0] * (5 - level)
            self.labels[name] = ".".join(str(part) for part in self._sections[: level + 1])
            notes.same(quoted(block.shown), number, self.labels[name], "a heading is numbered out of order")

    def _captions(self, page: Page, notes: Notes) -> None:
        for block in page.blocks:
            for kind, _, text in block.generated:
                if kind != "caption-label":
                    continue
                found, sort = LABEL.fullmatch(text), block.item.partition("-")[0]
                self._counted[sort] = self._counted.get(sort, 0) + 1
                self.labels[block.item] = str(self._counted[sort])
                self.shown[block.item] = text.removesuffix(":")
                number = found["number"] if found else ""
                place = ", ".join(part for part in (masked(block.section), quoted(block.shown)) if part)
                notes.same(place, number, str(self._counted[sort]), "is numbered out of order")


def check_beside(site: Site, notes_of: Callable[[str], Notes]) -> None:
    """What lies beside the pages is the report's own: styles, scripts, fonts, listings of a page, the search index."""
    known = _own_files()
    listings = {block.shown for page in site.pages.values() for block in page.blocks if block.tag == "pre"}
    for path in sorted((site.folder / FOLDER).glob("**/*")):
        name = path.relative_to(site.folder).as_posix()
        if name in site.pages:
            continue
        if name == SEARCH:
            _check_index(site, path.read_text(encoding="utf-8"), notes_of(name))
        elif name == LIBRARY:
            notes_of(name).same("the file", path.read_text(encoding="utf-8") == library(), True, _OTHER)
        elif name in known:
            notes_of(name).same("the file", path.read_bytes() == known[name].read_bytes(), True, _OTHER)
        elif (
            not path.is_file()
            or " ".join(path.read_bytes().decode("utf-8", "replace").split()) not in listings
        ):
            notes_of(FOLDER).finding(f"file {masked(path.name)}", "is no page, and belongs to none")


_OTHER = "is not that of the report"


def _check_index(site: Site, text: str, notes: Notes) -> None:
    """Whatever can be searched for stands on a page, as it is found."""
    index = _read_index(text)
    if index is None:
        notes.finding("the file", "is no search index")
        return
    shown = {name: {block.shown for block in page.blocks} for name, page in site.pages.items()}
    for file, name, title in index.sections:
        known = name in site.pages[file].names if file in site.pages else False
        notes.same(quoted(title), known and title in shown[file], True, "is no heading of a page")
    for section, passage in index.passages:
        file, _, title = index.sections[section]
        place = f"{quoted(title)}, {quoted(passage)}"
        notes.same(place, passage in shown.get(file, ()), True, "stands on no page")


class _Index(BaseModel, extra="forbid"):
    """The search index: headings as file, name and title, and passages with the number of their heading."""

    sections: list[tuple[str, str, str]]
    passages: list[tuple[int, str]]


def _read_index(text: str) -> _Index | None:
    """The search index, or nothing where the file holds anything else."""
    found = _INDEX.fullmatch(text)
    try:
        index = _Index.model_validate_json(found["index"]) if found else None
    except ValidationError:
        return None
    inside = index is not None and all(0 <= at < len(index.sections) for at, _ in index.passages)
    return index if inside else None


def _own_files() -> Mapping[str, Path]:
    shared = [*ASSETS.glob("*.js"), *ASSETS.glob("*.css"), *FONTS.glob("*.woff2")]
    return {f"{FOLDER}/{path.name}": path for path in shared}


def library() -> str:
    """The library that draws the charts."""
    return (files("plotly") / "package_data" / "plotly.min.js").read_text(encoding="utf-8")
