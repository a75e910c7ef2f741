"""Numbers that a text states by hand, told apart from years, dates, references to law and numbers of lists.

Belongs here: finding them, for the lint of the editor's text and for the reading of a release. The words and forms are
data (`narrative_words.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from pipelines.narrative_words import NarrativeWords

# Stands for text that is accounted for; it is no letter, so that words end at it, and every place stays where it is.
FILLER = "\ue012"
_EDGES = ".,;:!?\"'’”“‘()[]*_"


@dataclass(frozen=True)
class TypedNumber:
    """A number that is stated by hand: its kind, and where it stands in the text."""

    kind: Literal["number", "zero"]
    start: int
    end: int


def without_known(text: str, words: NarrativeWords) -> str:
    """The text with what may hold digits or number words filled in; as long as before."""
    for pattern in words.no_statistic:
        text = pattern.sub(filled, text)
    return text


def filled(found: re.Match[str]) -> str:
    """As many fillers as the match has characters; line ends stay."""
    return "".join("\n" if letter == "\n" else FILLER for letter in found[0])


def typed_numbers(text: str, words: NarrativeWords) -> Iterator[TypedNumber]:
    """The numbers that a text states, in order; what is filled in already is left aside."""
    rest = without_known(text, words)
    found = [TypedNumber("zero", *match.span()) for match in words.zeros.finditer(rest)]
    rest = words.harmless_numbers.sub(filled, words.zeros.sub(filled, rest))
    found += [TypedNumber("number", *match.span()) for match in words.numbers.finditer(rest)]
    found += _digits(words.numbers.sub(filled, rest))
    yield from sorted(found, key=lambda number: number.start)


def _digits(text: str) -> Iterator[TypedNumber]:
    """Words with a digit in any script, a fraction or a numeral of another kind."""
    for match in re.finditer(rf"[^\s{FILLER}]+", text):
        word = match[0]
        if any(letter.isnumeric() for letter in word):
            start = match.start() + len(word) - len(word.lstrip(_EDGES))
            yield TypedNumber("number", start, start + len(word.strip(_EDGES)))
