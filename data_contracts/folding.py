"""How a word in a cell is compared with codes and labels, whatever keyboard, script or program wrote it.

Belongs here: the folding of text, and the folded words of one code list. What a word means in a column, or in a
field of the cover, is `words.py`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping

from data_contracts.transliteration import to_cyrillic

DASH = " – "  # between code and label, as the drop-downs of the template write it
_DASHES = re.compile(r"\s*[-\u2010-\u2015\u2212]\s*")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_SOUTH_SLAVIC_LATIN = ("bs", "cnr", "sr-Latn")  # languages that are also written in the same Cyrillic letters


def fold(text: str) -> str:
    """The text without what keyboards and programs change: case, accents, widths, kinds of blanks and dashes."""
    decomposed = unicodedata.normalize("NFKD", _INVISIBLE.sub("", text).casefold())
    letters = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return _DASHES.sub("-", " ".join(letters.replace("đ", "d").split()))


def words_of(labels: Mapping[str, Mapping[str, str]]) -> dict[str, frozenset[str]]:
    """Every folded word for a code, alone and as `code – label`, to all codes that it may mean.

    Args:
        labels: By code, its label in each language.
    """
    found: dict[str, set[str]] = {}
    for code, by_language in labels.items():
        for label in _in_both_scripts(by_language):
            for word in (label, f"{code}{DASH}{label}"):
                found.setdefault(fold(word), set()).add(code)
    return {word: frozenset(codes) for word, codes in found.items()}


def _in_both_scripts(labels: Mapping[str, str]) -> Iterable[str]:
    for language, label in labels.items():
        if label:
            yield label
            if language in _SOUTH_SLAVIC_LATIN:
                yield to_cyrillic(label)


def with_label(code: str, label: str) -> str:
    """A code and its label as the drop-downs of the template show them."""
    return f"{code}{DASH}{label}"
