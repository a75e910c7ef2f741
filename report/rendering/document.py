"""The document between the manuscript and its formats: parsed, checked, numbered, references resolved.

Belongs here: everything that is the same in every format. How a figure, a table or a heading is written in
one format lies in `html.py`, `pdf.py` and `docx.py`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Literal

from data_contracts.messages import locale_of
from pipelines.kept import NOTHING_KEPT, Kept
from report.rendering import tree
from report.rendering.checks import placed, problems_of, references
from report.rendering.errors import ReportError
from report.rendering.execution import Manuscript
from report.rendering.origins import with_notes
from report.rendering.pandoc import Node
from report.rendering.sections import parse_sections
from report.rendering.source import WEB_ONLY
from report.rendering.words import Words, read_words

Format = Literal["html", "pdf", "docx"]

_CALLOUT = re.compile(r"^callout-(note|tip|warning|important|caution)$")
_NUMBER = re.compile(r"^[\s(<>≤≥~≈+−–-]*\d[\d\s.,%)*–-]*\w{0,2}$|^[–—.:-]*$|^\[?[a-z]\]?$")


# Where a line may end: at a space (not at one that keeps a number together) and after a hyphen.
_BREAK = re.compile(r" |(?<=\w-)(?=\w)")

NARROW, WIDE = frozenset("iljtfI.,;:'|()[]! "), frozenset("mwMW@%—жшщюмфЖШЩЮМФЉЊ")
# What the edges of a cell take, in letters.
CELL_EDGES = 2.2
LONGEST_NAME = 24
# Columns from which a table lies on its side unless it has room for its names on one line.
MANY_COLUMNS = 7
# Spans of numbers with the key of the figure that they print, which only the web page holds.
KEYED = "fig"


@dataclass(frozen=True)
class Label:
    """What a reference to a figure, a table or a section says."""

    kind: str
    number: str
    shown: str


@dataclass(frozen=True)
class Document:
    """One checked report, ready to be written in any format; `web` holds the chapters of its web edition alone."""

    blocks: list[Node]
    labels: Mapping[str, Label]
    metadata: Mapping[str, str]
    words: Words
    folders: tuple[Path, ...]
    web: tuple[Node, ...] = ()

    @property
    def web_edition(self) -> Document:
        """The report with the chapters of its web edition, their figures and tables numbered after its own."""
        blocks = [*self.blocks, *self.web]
        return replace(self, blocks=blocks, labels=_labels(blocks, self.words))

    def find(self, name: str) -> Path | None:
        """The first file of this name in the release, else in the project."""
        return next((folder / name for folder in self.folders if (folder / name).is_file()), None)

    def file(self, name: str) -> Path:
        """The file of this name.

        Raises:
            ReportError: It lies neither in the release nor in the project.
        """
        path = self.find(name)
        if path is None:
            raise ReportError(f"{name}: not found in {' or '.join(str(item) for item in self.folders)}.")
        return path

    def value(self, key: str) -> str:
        """A metadata value, empty where it was not given."""
        return self.metadata.get(key, "")

    @property
    def day(self) -> date:
        """The edition's date; outputs know no other clock."""
        return date.fromisoformat(self.value("date"))

    @property
    def stamp(self) -> int:
        """The edition's date at midnight UTC, in seconds since 1970."""
        return int(datetime.combine(self.day, time(), tzinfo=UTC).timestamp())

    @property
    def shown_date(self) -> str:
        """The edition's date as the language writes it."""
        return long_date(self.day, self.value("language"))


def long_date(day: date, language: str) -> str:
    """A date as a language writes it, such as 30 June 2026."""
    from babel.dates import format_date

    return str(format_date(day, format="long", locale=locale_of(language)))


@dataclass(frozen=True)
class Grid:
    """A table as rows of cells; a cell is a list of inlines. `right` marks columns that are set right."""

    identifier: str
    caption: list[Node]
    header: list[list[Node]]
    rows: list[list[list[Node]]]
    right: list[bool]

    @property
    def least_widths(self) -> list[float]:
        """The characters that each column needs so that no word of it is broken."""
        return [_longest_word(cells) + CELL_EDGES for cells in self._texts]

    def widths(self, room: float) -> list[float]:
        """The width of each column in characters, where the table has room for `room` of them.

        A column is never narrower than its longest word unless all words together are wider than the table.
        """
        least = self.least_widths
        if sum(least) >= room:
            return [room * low / sum(least) for low in least]
        wanted = [_needed_width(cells) for cells in self._texts]
        if sum(wanted) <= room:
            return [room * want / sum(wanted) for want in wanted]
        more = [want - low for want, low in zip(wanted, least, strict=True)]
        rest = room - sum(least)
        return [low + rest * part / sum(more) for low, part in zip(least, more, strict=True)]

    def is_crowded(self, room: float) -> bool:
        """Whether there are so many columns that their names take several lines in a table of `room` characters."""
        wanted = sum(_needed_width(cells) for cells in self._texts)
        return len(self.header) >= MANY_COLUMNS and wanted > room

    @property
    def weights(self) -> list[float]:
        """The share of the width that each column needs, judged by its words; they add up to one."""
        needed = [_needed_width(cells) for cells in self._texts]
        return [share / sum(needed) for share in needed]

    @property
    def _texts(self) -> list[list[str]]:
        """The words of each column, its header first."""
        columns = zip(self.header, *self.rows, strict=True)
        return [[tree.plain_text(cell) for cell in column] for column in columns]


@dataclass(frozen=True)
class Picture:
    """A figure: its identifier (`fig-x`), its file, its words, and whether a chart stands behind it."""

    identifier: str
    source: str
    caption: list[Node]
    alt: str
    chart: bool

    @property
    def stem(self) -> str:
        """The file's name without folder and ending."""
        return Path(self.source).stem


def read_document(
    manuscript: Manuscript, folders: Sequence[Path], *, static: bool, kept: Kept = NOTHING_KEPT
) -> Document:
    """Parse, check and number a manuscript.

    Args:
        manuscript: The executed Markdown.
        folders: Where figure files are looked for, first found first taken.
        static: Whether a format is wanted that needs the static images.
        kept: What an earlier run has parsed.

    Raises:
        ReportError: All problems found, each with its place.
    """
    parsed, warnings, read = parse_sections(manuscript, kept)
    words = read_words(manuscript.metadata.get("language", "en"))
    own, web = _without_web(parsed)
    problems = [
        *placed(warnings, read),
        *problems_of([*own, *web], manuscript, folders, static=static),
        *references(own, manuscript),
    ]
    if problems:
        raise ReportError.of(list(dict.fromkeys(problems)))
    rewrites = {"Div": _callout, "RawBlock": _comment, "RawInline": _comment}
    blocks, web = with_notes(tree.rewritten(own, rewrites), words), tree.rewritten(web, rewrites)
    return Document(
        blocks, _labels(blocks, words), manuscript.metadata, words, tuple(folders), web=tuple(web)
    )


def _without_web(blocks: list[Node]) -> tuple[list[Node], list[Node]]:
    """The blocks of the report, and those of the chapters that only its web edition has."""
    marks = [
        at for at, node in enumerate(blocks) if node["t"] == "Div" and WEB_ONLY in tree.attributes(node)[1]
    ]
    return (blocks[: marks[0]], blocks[marks[0] + 1 :]) if marks else (blocks, [])


def for_format(document: Document, target: Format) -> list[Node]:
    """The blocks with references resolved and conditional content decided for one format."""

    def cite(node: Node) -> list[Node]:
        inlines: list[Node] = []
        for number, citation in enumerate(node["c"][0]):
            label = document.labels[citation["citationId"]]
            bare = citation["citationMode"]["t"] == "SuppressAuthor"
            shown = tree.text(label.number or label.shown if bare else label.shown)
            inlines += [tree.text(", ")] if number else []
            inlines += [*citation["citationPrefix"], tree.text(" ")] if citation["citationPrefix"] else []
            inlines.append(tree.link([shown], f"#{citation['citationId']}", classes=["xref"]))
            inlines += citation["citationSuffix"]
        return inlines

    def conditional(node: Node) -> list[Node] | None:
        _, classes, pairs = tree.attributes(node)
        if not {"content-visible", "content-hidden"} & set(classes):
            return None
        wanted = pairs.get("when-format", target) == target and pairs.get("unless-format") != target
        return node["c"][1] if wanted == ("content-visible" in classes) else []

    def number(node: Node) -> list[Node] | None:
        _, classes, _ = tree.attributes(node)
        return node["c"][1] if KEYED in classes and target != "html" else None

    blocks: list[Node] = tree.rewritten(document.blocks, {"Cite": cite, "Div": conditional, "Span": number})
    return blocks


def picture(node: Node) -> Picture:
    """A Figure node as the formats need it."""
    identifier, _, _ = tree.attributes(node)
    image = next(item for item in tree.walk(node["c"][2]) if item["t"] == "Image")
    _, classes, pairs = tree.attributes(image)
    return Picture(
        identifier=identifier,
        source=image["c"][2][0],
        caption=_inlines(node["c"][1][1]),
        alt=pairs["fig-alt"],
        chart="chart" in classes,
    )


def grid(node: Node) -> Grid | None:
    """A `tbl-` division as the formats need it; None for any other division."""
    identifier, _, _ = tree.attributes(node)
    if not identifier.startswith("tbl-"):
        return None
    table, caption = node["c"][1]
    _, _, columns, head, bodies, _ = table["c"]
    header = [_inlines(cell[4]) for cell in head[1][0][1]]
    rows = [[_inlines(cell[4]) for cell in row[1]] for body in bodies for row in body[3]]
    right = [
        column[0]["t"] == "AlignRight"
        or (
            column[0]["t"] == "AlignDefault"
            and number > 0
            and all(is_number(tree.plain_text(row[number])) for row in rows)
        )
        for number, column in enumerate(columns)
    ]
    return Grid(identifier, caption["c"], header, rows, right)


def labelled(document: Document, identifier: str, caption: Sequence[Node]) -> list[Node]:
    """A caption with its number in front: `Figure 3: …`."""
    shown = tree.span([tree.text(f"{document.labels[identifier].shown}:")], classes=["caption-label"])
    return [shown, {"t": "Space"}, *caption]


def is_number(text: str) -> bool:
    """Whether a cell holds a number with its marks, a mark alone, or nothing: such columns are set right."""
    return _NUMBER.match(text.strip()) is not None


def _inlines(blocks: Sequence[Node]) -> list[Node]:
    inlines: list[Node] = []
    for block in blocks:
        inlines += [{"t": "LineBreak"}, *block["c"]] if inlines else block["c"]
    return inlines


def letters(text: str) -> float:
    """How wide a text is, in letters of middling width."""
    return sum(0.5 if letter in NARROW else 1.5 if letter in WIDE else 1.0 for letter in text)


def _longest_word(cells: Sequence[str]) -> float:
    """The longest run of letters that is not broken: a word, or a number with its marks."""
    words = (word for cell in cells for word in ([cell] if is_number(cell) else _BREAK.split(cell)))
    return max((letters(word) for word in words), default=1.0)


def _needed_width(cells: Sequence[str]) -> float:
    """Room for names on one line, for longer words on a few, and for the longest word in any case."""
    header, *body = (len(cell) for cell in cells)
    longest = max(body, default=0)
    sentences = min(longest, 46) * 0.62 * min(2.0, max(1.0, (longest / 46) ** 0.5))
    names = longest + 1.0 if longest <= LONGEST_NAME else sentences
    return max(_longest_word(cells) + CELL_EDGES, min(header, 46) * 0.5, names, 4.0)


def _comment(node: Node) -> list[Node] | None:
    return [] if tree.is_comment(node) else None


def _callout(node: Node) -> list[Node] | None:
    """A callout with its title as an attribute, taken from a heading where it opens with one."""
    identifier, classes, pairs = tree.attributes(node)
    kinds = [found[1] for found in map(_CALLOUT.match, classes) if found]
    if not kinds:
        return None
    blocks: list[Node] = node["c"][1]
    title = pairs.get("title", "")
    if not title and blocks and blocks[0]["t"] == "Header":
        title, blocks = tree.plain_text(blocks[0]["c"][2]), blocks[1:]
    return [
        tree.division(
            blocks,
            identifier,
            classes=["callout", f"callout-{kinds[0]}"],
            pairs={"kind": kinds[0], "title": title},
        )
    ]


def _labels(blocks: Sequence[Node], words: Words) -> dict[str, Label]:
    labels: dict[str, Label] = {}
    counts = {"fig": 0, "tbl": 0}
    sections = [0] * 6
    for node in tree.walk(list(blocks)):
        if node["t"] == "Header":
            number = _section_number(node, sections)
            title = tree.plain_text(node["c"][2])
            shown = f"{words['section']}\u00a0{number}" if number else title
            labels[tree.attributes(node)[0]] = Label("sec", number, shown)
        elif node["t"] in {"Figure", "Div"}:
            identifier = tree.attributes(node)[0]
            kind = identifier.split("-")[0]
            if kind in counts:
                counts[kind] += 1
                shown = f"{words[kind]}\u00a0{counts[kind]}"
                labels[identifier] = Label(kind, str(counts[kind]), shown)
    return labels


def _section_number(header: Node, sections: list[int]) -> str:
    level: int = header["c"][0]
    if "unnumbered" in tree.attributes(header)[1]:
        return ""
    sections[level - 1] += 1
    sections[level:] = [0] * (6 - level)
    return ".".join(str(number) for number in sections[:level])


def imprint(document: Document) -> list[tuple[str, str]]:
    """What the imprint says, as label and text; only what is known of the edition."""
    keys = {"cite": "citation", "rights": "rights", "contact": "contact", "issn": "issn"}
    return [(document.words[word], document.value(key)) for word, key in keys.items() if document.value(key)]


def heading_number(document: Document, header: Node) -> str:
    """The number of a heading, empty where it is unnumbered."""
    return document.labels[tree.attributes(header)[0]].number
