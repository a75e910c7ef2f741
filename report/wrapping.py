"""Labels broken into lines, so that no chart cuts them."""

from __future__ import annotations

import re
import textwrap

# A syllable of the region's languages and scripts ends behind a vowel, before a consonant and a vowel.
_VOWELS = "aeiouyëаеиоу"
_SYLLABLE = re.compile(rf"(?<=[{_VOWELS}])(?=[^\W\d_{_VOWELS}][{_VOWELS}])", re.IGNORECASE)
# A word may be so much longer than its line.
OVER = 2
_WORD = re.compile(r"[^\W\d_]+")


def wrapped(label: str, width: int) -> str:
    """The label with line breaks of the charts' own markup; a word that fits no line is hyphenated."""
    fitting = _WORD.sub(lambda found: _hyphenated(found[0], width), label)
    return "<br>".join(textwrap.wrap(fitting, width, break_long_words=False)) or label


def _hyphenated(word: str, width: int) -> str:
    if len(word) <= width + OVER:
        return word
    ends = [found.start() for found in _SYLLABLE.finditer(word) if found.start() < width]
    return f"{word[: ends[-1]]}-{_hyphenated(word[ends[-1] :], width)}" if ends else word
