"""Compares the numbers of the PDF and the Word document with those of the web edition.

Belongs here: the numbers of a format between two captions, and which of them the page does not have there. The
captions of figures and tables stand in every format in the same order; within such a stretch layout decides the order,
so that the numbers are compared as a count of each. Pictures of charts in the Word document are not read.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from data_contracts.messages import speaking
from pipelines.data_package import told_title
from pipelines.release_charts import ChartFiles
from pipelines.release_findings import Notes
from pipelines.release_page import Block, Page
from pipelines.release_words import NUMBER_WORDS, is_number, quoted, words_of

PDF, WORD = "report.pdf", "report.docx"
SURPLUS = "holds a number that the web page does not have there"
BREAK = "\f"
_LABEL = re.compile(r"(?<!\w)(?P<word>[^\W\d]+)\s+(?P<number>\d+):\s")
_DIGITS = re.compile(r"\d+(?:[.,/]\d+)*")
_TEXT = re.compile(r"<text\b[^>]*>(.*?)</text>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_ENTRY = re.compile(r"^(?P<title>.*?[^\s.])[\s.·…]*\s(?P<page>\d+)$")
_LISTED = re.compile(r"[^\W\d]+\d+")
# Lines over which an entry of a list may be broken.
LONGEST_ENTRY = 6


@dataclass
class Stretch:
    """What stands between two captions: its lines, and the numbers of table headers, which pages repeat."""

    label: str
    lines: list[str] = field(default_factory=list)
    header: list[str] = field(default_factory=list)

    @property
    def numbers(self) -> Counter[str]:
        """How often each number stands in it."""
        return Counter(number for line in self.lines for number in numbers_of(line))


def numbers_of(text: str) -> Iterator[str]:
    """The numbers of a text as runs of digits, and number words."""
    for word in words_of(text.replace("\u00ad", "")):
        if word in NUMBER_WORDS:
            yield word
        elif is_number(word):
            yield from _DIGITS.findall(word)


def page_stretches(pages: Iterable[Page], charts: Mapping[str, ChartFiles], *, drawn: bool) -> list[Stretch]:
    """The pages of the web edition in stretches, without their contents and the tables beneath charts.

    `drawn` takes in the numbers of headings, and the texts of the drawings, which stand before their captions: the
    PDF has both as text, the Word document neither.
    """
    found = [Stretch("the beginning")]
    for block in (block for page in pages for block in page.blocks if _is_report(page, block)):
        label = next((text for kind, _, text in block.generated if kind == "caption-label"), "")
        chart = charts.get(block.item.removeprefix("fig-")) if block.item.startswith("fig-") else None
        numbered = any(kind == "heading-number" for kind, _, _ in block.generated)
        heading = block.tag.startswith("h")
        if (chart is not None and not label) or (numbered and not heading):
            continue
        if label:
            if chart is not None and drawn:
                found[-1].lines += [_TAG.sub(" ", text) for text in _TEXT.findall(chart.drawing)]
            found.append(Stretch(" ".join(label.split())))
        found[-1].lines.append(block.text if numbered and not drawn else block.shown)
        if block.tag == "th":
            found[-1].header += numbers_of(block.shown)
    return found


def _is_report(page: Page, block: Block) -> bool:
    """Whether a block is of the report: what stands around it is on every page, and counts on the first one."""
    return block.part == "main" or (page.kind == "home" and block.part in {"header", "footer", ""})


def document_stretches(lines: Iterable[str], labels: Sequence[str]) -> list[Stretch]:
    """The lines of a document in stretches that begin where the next caption of the page is due."""
    found, due = [Stretch("the beginning")], list(labels)
    text = "\n".join(lines)
    start = 0
    while due:
        word, number = due[0].rstrip(":").split()
        label = re.compile(rf"(?<!\w){re.escape(word)}\s+{number}:").search(text, start)
        if label is None:
            break
        found[-1].lines += text[start : label.start()].split("\n")
        found.append(Stretch(due.pop(0)))
        start = label.start()
    found[-1].lines += text[start:].split("\n")
    return found


def compare(expected: Sequence[Stretch], seen: Sequence[Stretch], notes: Notes) -> None:
    """Notes every number of a document that the page does not have in the same stretch."""
    known = {stretch.label: stretch for stretch in expected}
    notes.same(
        "captions",
        [one.label for one in seen],
        [one.label for one in expected],
        "are other than those of the page",
    )
    for stretch in seen:
        own = known.get(stretch.label, Stretch(stretch.label))
        broken = any(BREAK in line for line in stretch.lines)
        again = Counter(own.header) if broken else Counter[str]()
        surplus = _without_joined(stretch.numbers - own.numbers, own.numbers + again - stretch.numbers)
        if broken:
            surplus = Counter(
                {number: count for number, count in surplus.items() if number not in own.header}
            )
        for number in surplus:
            line = next(line for line in reversed(stretch.lines) if number in numbers_of(line))
            notes.finding(f"after {stretch.label.rstrip(':')}, {quoted(line)}", SURPLUS)


@dataclass(frozen=True)
class Told:
    """What a PDF says beside the report's text: headings and captions, which its lists repeat, and running lines."""

    titles: tuple[str, ...]
    captions: tuple[str, ...]
    running: tuple[str, ...]


def told_by(pages: Sequence[Page], about: Mapping[str, Any], package: Mapping[str, Any]) -> Told:
    """What the lists and running lines of the edition's PDF say, from the web edition and what describes the data."""
    labelled = [
        block
        for page in pages
        for block in page.blocks
        if any(kind == "caption-label" for kind, _, _ in block.generated)
    ]
    headings = [block for page in pages for _, block in page.headings]
    names = []
    for block in headings:
        number = next((text for kind, _, text in block.generated if kind == "heading-number"), "")
        names.append(block.shown.removeprefix(number).strip())
    running = [f"{name} {about['edition_mark']}" for name in (about["title"], *names)]
    running += [f"{about['title']}, {about['subtitle']}", f"{about['banner']} {about['footnote']}"]
    running += [str(about["citation"]), *map(str, about["imprint"].values())]
    with speaking(str(about["language"])):
        running += [f"• {told_title(one['title'])} ({one['path']})" for one in package["resources"]]
    return Told(
        tuple(compact(block.shown) for block in headings),
        tuple(compact(block.shown).replace(":", "", 1) for block in labelled),
        tuple(compact(text) for text in running if text),
    )


def pdf_lines(path: Path, told: Told) -> list[str]:
    """The lines of a PDF without what pages repeat, their own numbers, and its lists.

    A page's last line ends with its number; an entry of a list is a heading of the web page, or the beginning of a
    caption, and the page on which it stands.
    """
    from pypdf import PdfReader

    pages = [page.extract_text() for page in PdfReader(path).pages]
    packed = [compact(text) for text in pages]
    lines: list[str] = []
    for number, text in enumerate(pages, start=1):
        own = [line for line in text.split("\n") if line.strip()]
        if own:
            own[-1] = own[-1].strip().removesuffix(f"{number} / {len(pages)}")
        kept = [line for line in own if line and not is_repeated(line, told.running)]
        lines += [*_without_lists(kept, told, packed), BREAK]
    return lines


def different_files(path: Path, folder: Path) -> list[str]:
    """The files attached to a PDF that are not those of the release."""
    from pypdf import PdfReader

    found = []
    for name, copies in PdfReader(path).attachments.items():
        own = (folder / name).resolve()
        known = own.is_relative_to(folder.resolve()) and own.is_file()
        if not known or copies != [own.read_bytes()]:
            found.append(name)
    return found


def _without_joined(surplus: Counter[str], lacking: Counter[str]) -> Counter[str]:
    """Leaves out a number that is two of the page's in one: of a drawing, a PDF holds letters and their places only."""
    left: Counter[str] = Counter()
    for number in surplus.elements():
        parts = ((number[:cut], number[cut:]) for cut in range(1, len(number)))
        joined = next((pair for pair in parts if not Counter(pair) - lacking), None)
        if joined is None:
            left[number] += 1
        else:
            lacking = lacking - Counter(joined)
    return left


def compact(text: str) -> str:
    """A text without its blanks, in which formats differ."""
    return "".join(text.split())


def is_repeated(line: str, running: Sequence[str]) -> bool:
    """Whether a line is part of what the edition says of itself."""
    bare = compact(line)
    return len(bare) > 3 and any(bare in text for text in running)


def _without_lists(lines: Sequence[str], told: Told, pages: Sequence[str]) -> Iterator[str]:
    """The lines that belong to no entry of a list; an entry may be broken over a few lines."""
    start = 0
    while start < len(lines):
        long = next(
            (
                n
                for n in range(1, LONGEST_ENTRY + 1)
                if _is_entry(" ".join(lines[start : start + n]), told, pages)
            ),
            0,
        )
        if not long:
            yield lines[start]
        start += max(long, 1)


def _is_entry(text: str, told: Told, pages: Sequence[str]) -> bool:
    found = _ENTRY.match(text.strip())
    if found is None or not 0 < int(found["page"]) <= len(pages):
        return False
    title, page = compact(found["title"]), pages[int(found["page"]) - 1]
    if title in told.titles:
        return title in page
    label = _LISTED.match(title)
    return (
        label is not None and f"{label[0]}:" in page and any(one.startswith(title) for one in told.captions)
    )


def word_lines(path: Path) -> tuple[list[str], list[str]]:
    """The lines of a Word document in order, and the descriptions of its pictures."""
    from docx import Document
    from docx.table import Table

    document = Document(str(path))
    lines: list[str] = []
    for element in document.iter_inner_content():
        if isinstance(element, Table):
            lines += [" ".join(cell.text for cell in row.cells) for row in element.rows]
        else:
            lines.append(element.text)
    described = [
        str(node.get("descr", ""))
        for node in document.element.body.iter()
        if str(node.tag).endswith("}docPr")
    ]
    return lines, described
