"""XML in the child process: no DTD, no entity, no more elements than a return can have.

Belongs here: how a part is parsed, and its texts where only those matter. The refusals are those of `defusedxml`,
set on expat itself: its ElementTree falls back to the slow parser in Python. A part is parsed in one piece, for
expat reads a long token anew with every further piece.
"""

from __future__ import annotations

import pyexpat

_OUT_OF_MEMORY = 1


class Refused(Exception):
    """The workbook breaks a limit: the code of its finding, and what was seen (a number)."""

    def __init__(self, code: str, seen: str = "") -> None:
        super().__init__(code)
        self.code, self.seen = code, seen


class Reader:
    """Takes the events of a parser; counts elements over all parts of the workbook in `limits["left"]`."""

    def __init__(self, limits: dict[str, int]) -> None:
        self.limits = limits
        self.remarks: list[str] = []

    def remark(self, *texts: str) -> None:
        """A comment or instruction of the XML, which no program shows."""
        self.count()
        self.remarks += texts

    def count(self) -> None:
        """One element more.

        Raises:
            Refused: There are more than a return can have.
        """
        self.limits["left"] -= 1
        if self.limits["left"] < 0:
            raise Refused("L0-sheet-too-large", str(self.limits["elements"]))

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins."""

    def end(self, tag: str) -> None:
        """An element ends."""

    def data(self, text: str) -> None:
        """Text between elements."""


class TextReader(Reader):
    """Collects the texts of a part in order, with the element or attribute that each stands in.

    `reference` is the cell that a comment belongs to, carried to all texts below it.
    """

    def __init__(self, limits: dict[str, int], attributes: frozenset[str]) -> None:
        super().__init__(limits)
        self.attributes = attributes
        self.texts: list[tuple[str, str, str]] = []
        self._reference = ""
        self._block: list[str] = []
        self._runs = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        self.count()
        name = local(tag)
        if name in ("comment", "threadedComment"):
            self._reference = attributes.get("ref", "")
        if name in ("comment", "si", "p"):
            self._close(name)
        self.texts += [
            (key, self._reference, text) for key, text in attribute_texts(attributes, self.attributes)
        ]

    def end(self, tag: str) -> None:
        """An element ends; the runs of one text are one text, for a number may be split between them."""
        name = local(tag)
        if name not in ("t", "r", "rPr", "a"):
            self._close(name)

    def data(self, text: str) -> None:
        """Text between elements."""
        if not text.isspace():
            self._block.append(text)

    def _close(self, name: str) -> None:
        if self._block:
            self.texts.append((name, self._reference, "".join(self._block)))
            self._block = []


class ElementReader(Reader):
    """Keeps every element's local name and attributes, for the few small parts that say where things are."""

    def __init__(self, limits: dict[str, int]) -> None:
        super().__init__(limits)
        self.elements: list[tuple[str, dict[str, str]]] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        self.count()
        self.elements.append((local(tag), {local(key): text for key, text in attributes.items()}))


def local(tag: str) -> str:
    """The name without its prefix."""
    return tag.rpartition(":")[2]


def attribute_texts(attributes: dict[str, str], names: frozenset[str]) -> list[tuple[str, str]]:
    """The attributes that may hold text of a person's making, by local name."""
    return [
        (local(key), text)
        for key, text in attributes.items()
        if key in names or (":" in key and local(key) in names)
    ]


def parse(xml: bytes, reader: Reader) -> None:
    """Sends a part's events to a reader.

    Raises:
        Refused: It is not well-formed, or declares a document type or entities.
    """
    parser = pyexpat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.data
    parser.CommentHandler = reader.remark
    parser.ProcessingInstructionHandler = reader.remark
    parser.StartDoctypeDeclHandler = _refuse_declaration
    parser.EntityDeclHandler = _refuse_declaration
    parser.ExternalEntityRefHandler = _refuse_declaration
    try:
        parser.Parse(xml, True)
    except pyexpat.ExpatError as error:
        if error.code == _OUT_OF_MEMORY:
            raise MemoryError from None
        raise Refused("L0-cannot-open") from None


def _refuse_declaration(*_: object) -> int:
    raise Refused("L0-xml-entities")
