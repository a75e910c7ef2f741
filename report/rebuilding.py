"""Makes a release again from its published tables, as anybody can, and says what differs.

Belongs here: the second making and the comparison. Only `data/` of the release and its description are read; charts,
pages and lists are made anew with the same contracts and chapters. Whether the tables themselves agree is asked by the
audit.
"""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

from data_contracts.model import Catalog
from pipelines.checksums import CHECKSUMS, checksums_of
from pipelines.edition_data import PACKAGE
from pipelines.release import publish_folder
from report.building import draw_figures, render_report
from report.editorial.folder import text_folder

FORMATS = {"html": "index.html", "pdf": "report.pdf", "docx": "report.docx"}
PICTURES = frozenset({".svg", ".png"})
_SILENT = frozenset({"script", "style", "svg"})


@dataclass(frozen=True)
class Comparison:
    """What became of the second making: how many files have the same bytes, and what of the others differs."""

    same: int
    other_bytes: tuple[str, ...]
    differences: tuple[str, ...]


def rebuild(
    folder: Path, target: Path, *, catalog: Catalog, project: Path, narrative: Path | None = None
) -> Comparison:
    """Makes the release of a folder again below `target` and compares the two.

    `narrative` holds the editors' text by language; default: that of the report project, if it has one.

    Raises:
        ReportError: It could not be made; the message says why.
    """
    formats = [name for name, file in FORMATS.items() if (folder / file).is_file()]
    staging = target / "staging"
    shutil.copytree(folder / "data", staging / "data")
    shutil.copy(folder / PACKAGE, staging / PACKAGE)
    draw_figures(staging, catalog=catalog, project=project)
    render_report(
        staging,
        formats=formats,
        catalog=catalog,
        project=project,
        text=_text_of(folder, project, narrative),
    )
    made = publish_folder(staging, target / folder.name)
    return compared(folder, made)


def _text_of(folder: Path, project: Path, given: Path | None) -> Path | None:
    about = json.loads((folder / "data" / "edition.json").read_text(encoding="utf-8"))
    edition = f"{about['region']}-{about['year']}"
    demonstration = bool(about["demonstration"])
    return text_folder(project, edition, about["language"], demonstration=demonstration, given=given)


def compared(folder: Path, made: Path) -> Comparison:
    """Compares two folders of one edition, file by file: bytes first, then what people read."""
    was, now = checksums_of(folder), checksums_of(made)
    differ = [name for name in sorted(set(was) | set(now)) if was.get(name) != now.get(name)]
    problems = {name: _problem(folder / name, made / name) for name in differ}
    problems.pop(CHECKSUMS, None)
    return Comparison(
        same=sum(was.get(name) == digest for name, digest in now.items()),
        other_bytes=tuple(name for name, problem in problems.items() if problem is None),
        differences=tuple(f"{name}: {problem}" for name, problem in problems.items() if problem is not None),
    )


def _problem(was: Path, now: Path) -> str | None:
    """What differs between two files that have not the same bytes; None where only their form does."""
    if not now.is_file():
        return "is not made by these tables, contracts and chapters"
    if not was.is_file():
        return "is made by these tables, contracts and chapters, and lacks"
    if was.suffix in PICTURES:
        return (
            None  # another browser draws another picture of the same data, which are compared by themselves
        )
    if was.suffix in {".html", ".pdf", ".docx"}:
        first = next(
            (pair for pair in zip(_words(was), _words(now), strict=False) if pair[0] != pair[1]), None
        )
        lengths = len(list(_words(was))), len(list(_words(now)))
        if first is None and lengths[0] == lengths[1]:
            return None
        said = (
            f"{first[0]!r} there, {first[1]!r} made anew"
            if first
            else f"{lengths[0]} words there, {lengths[1]} made"
        )
        return f"has another text: {said}"
    return "has other bytes"


def _words(path: Path) -> Iterator[str]:
    """The words of a page or document, in order."""
    if path.suffix == ".html":
        page = _Text()
        page.feed(path.read_text(encoding="utf-8"))
        yield from " ".join(page.found).split()
    elif path.suffix == ".pdf":
        from pypdf import PdfReader

        for sheet in PdfReader(path).pages:
            yield from sheet.extract_text().split()
    else:
        with zipfile.ZipFile(path) as archive:
            document = _Text()
            document.feed(archive.read("word/document.xml").decode("utf-8"))
        yield from " ".join(document.found).split()


class _Text(HTMLParser):
    """The text of a page without scripts, styles and drawings."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in _SILENT

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in _SILENT

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.found.append(data)
