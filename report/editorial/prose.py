"""One text of the editors as the lint and the setting take it: comments, references and prose told apart.

Belongs here: where things stand. Every place in the prose is the place in the file, for what is no prose is filled in.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from pipelines.narrative_numbers import FILLER, filled

COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_OPEN_COMMENT = "<!--"
_REFERENCE = re.compile(r"\{\{([^{}\n]*)\}\}")
_FORM = re.compile(r"\s*(?P<kind>fig|state|claim|judgement):(?P<target>\S+)\s*")
_HEADING_NUMBER = re.compile(r"^(#{1,6}\s+)(\d+(?:\.\d+)*\.?)(?=\s)", re.MULTILINE)
_NOTE_MARK = re.compile(r"\[\^[^\]\s]+\]:?")
_LIST_NUMBER = re.compile(r"(?:(?<=\n\n)|\A|(?<=\n))[ ]{0,3}\d{1,3}[.)](?=[ ])")
_LIST_ITEM = re.compile(r"[ ]{0,3}(?:[-*+]|\d{1,3}[.)])[ ]|[ ]{2,}\S|\s*$")
_SENTENCE_END = re.compile(
    r"""(?<=[.!?])["'”’)*_]*\s+(?=[^\W\d_a-z]|[{("“‘*_\ue012])|\n[ \t]*\n|\n(?=[ ]{0,3}(?:[-*+]|\d{1,3}[.)]|\#)[ ])"""
)


@dataclass(frozen=True)
class Reference:
    """A reference to a figure, a claim or a judgement; no kind where it has not the form of one."""

    kind: str
    target: str
    start: int
    end: int
    text: str


@dataclass(frozen=True)
class Prose:
    """A text and what it is made of."""

    raw: str

    @cached_property
    def commented(self) -> str:
        """The text with its comments filled in."""
        return COMMENT.sub(filled, self.raw)

    @cached_property
    def open_comment(self) -> int | None:
        """Where a comment opens that is never closed."""
        place = self.commented.find(_OPEN_COMMENT)
        return None if place < 0 else place

    @cached_property
    def references(self) -> tuple[Reference, ...]:
        """All references, in order."""
        return tuple(
            _reference(found[1], *found.span(), found[0]) for found in _REFERENCE.finditer(self.commented)
        )

    @cached_property
    def text(self) -> str:
        """The prose alone: comments and references filled in."""
        return _REFERENCE.sub(filled, self.commented)

    @cached_property
    def unnumbered(self) -> str:
        """The prose without the numbers of headings, of lists and of footnotes."""
        text = _HEADING_NUMBER.sub(lambda found: found[1] + FILLER * len(found[2]), self.text)
        text = _NOTE_MARK.sub(filled, text)
        return _LIST_NUMBER.sub(
            lambda found: filled(found) if self._is_item(found.start()) else found[0], text
        )

    def _is_item(self, start: int) -> bool:
        """Whether a list may begin or go on at a place: above it stands nothing, or another item."""
        above = self.text[:start].split("\n")[:-1]
        return not above or _LIST_ITEM.match(above[-1]) is not None

    @cached_property
    def sentences(self) -> tuple[tuple[int, int], ...]:
        """Where each sentence begins and ends."""
        ends = [found.span() for found in _SENTENCE_END.finditer(self.text)]
        starts = [0, *(end for _, end in ends)]
        stops = [*(start for start, _ in ends), len(self.text)]
        return tuple(zip(starts, stops, strict=True))

    def paragraph_at(self, place: int) -> str:
        """The paragraph that holds a place, on one line, with its comments."""
        start = self.raw.rfind("\n\n", 0, place) + 1
        end = self.raw.find("\n\n", place)
        return " ".join(self.raw[start : end if end >= 0 else None].split())

    def references_in(self, start: int, end: int) -> list[Reference]:
        """The references between two places."""
        return [reference for reference in self.references if start <= reference.start < end]

    def sentence_at(self, place: int) -> tuple[int, int]:
        """The sentence that holds a place."""
        return next(span for span in self.sentences if span[0] <= place <= span[1])

    def line_and_column(self, place: int) -> tuple[int, int]:
        """Line and column of a place, counted from one."""
        before = self.raw[:place]
        return before.count("\n") + 1, place - (before.rfind("\n") + 1) + 1


def _reference(inside: str, start: int, end: int, text: str) -> Reference:
    form = _FORM.fullmatch(inside)
    if form is None:
        return Reference("", "", start, end, text)
    return Reference(form["kind"], form["target"], start, end, text)
