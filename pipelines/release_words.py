"""Numbers in running text: which words are numbers, and what stands beside them.

Belongs here: cutting a text into words and finding the numbers in it, as digits or as English number words. Which of
them may stand without a key is decided from the report's sources, in `release_sources.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

# Stands for text that is accounted for: a number with its key, a reference, a number of a heading.
KNOWN = "\ue010"
MASK = "#"
REACH = 2
NUMBER_WORDS = frozenset(
    [
        "zero",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "thirteen",
        "fourteen",
        "fifteen",
        "sixteen",
        "seventeen",
        "eighteen",
        "nineteen",
        "twenty",
        "thirty",
        "forty",
        "fifty",
        "sixty",
        "seventy",
        "eighty",
        "ninety",
        "hundred",
        "thousand",
        "million",
        "dozen",
        "once",
        "twice",
        "thrice",
    ]
)
_WORD = re.compile(rf"{KNOWN}|[^\W_]+(?:[.,/:–−-][^\W_]+)*")
_PART = re.compile(r"[.,/:–−-]")


@dataclass(frozen=True)
class Number:
    """A number in a text: its word, and up to two words before and after it, nearest first."""

    word: str
    before: tuple[str, ...]
    after: tuple[str, ...]


def words_of(text: str) -> list[str]:
    """The words of a text in lower case, what is accounted for as one word."""
    return [found[0].lower() for found in _WORD.finditer(text)]


def is_number(word: str, known: frozenset[str] = NUMBER_WORDS) -> bool:
    """Whether a word holds a digit in any script, or is a known number word or a compound of them."""
    if any(letter.isnumeric() for letter in word):
        return True
    return any(part in known for part in _PART.split(word))


def numbers_in(text: str, known: frozenset[str] = NUMBER_WORDS) -> Iterator[Number]:
    """The numbers of a text that are not accounted for, in order; `known` are the words for numbers."""
    if not text.strip(KNOWN + " "):
        return
    yield from numbers_among(words_of(text), known)


def numbers_among(words: Sequence[str], known: frozenset[str] = NUMBER_WORDS) -> Iterator[Number]:
    """The numbers among the words of one text, each with its neighbours."""
    for position, word in enumerate(words):
        if word != KNOWN and is_number(word, known):
            before = tuple(reversed(words[max(0, position - REACH) : position]))
            yield Number(word, before, tuple(words[position + 1 : position + 1 + REACH]))


def quoted(text: str) -> str:
    """The beginning of a text in quotation marks, its numbers masked: how a message names a place."""
    return f"“{masked(text)}”"


def masked(text: str, longest: int = 70) -> str:
    """The beginning of a text with every number as `#`, so that a message names a place and no value."""
    shown = _WORD.sub(lambda found: MASK if _hidden(found[0]) else found[0], " ".join(text.split()))
    return shown if len(shown) <= longest else f"{shown[:longest]}…"


def _hidden(word: str) -> bool:
    return word == KNOWN or is_number(word.lower())
