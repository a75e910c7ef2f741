"""Serbian in Cyrillic from Serbian in Latin.

Belongs here: the letters, and what must stay in Latin: placeholders, codes, names of files and formats. Words
that stay are data, in `translations/sr-Cyrl.yaml`.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence

_DIGRAPHS = {"lj": "љ", "nj": "њ", "dž": "џ"}
_PAIRS = [
    (form(latin), cyrillic if form is str.lower else cyrillic.upper())
    for latin, cyrillic in _DIGRAPHS.items()
    for form in (str.lower, str.capitalize, str.upper)
]
_LATIN, _CYRILLIC = "abvgdđežzijklmnoprstćufhcčš", "абвгдђежзијклмнопрстћуфхцчш"
_SEPARATE = "\u200d"  # a zero-width joiner between n and j says that they are two letters, as in injekcija
_SINGLE = str.maketrans(_LATIN + _LATIN.upper(), _CYRILLIC + _CYRILLIC.upper(), _SEPARATE)
# Placeholders, code in backticks, names with an underscore, and names of files.
_CODES = r"\{[^}]*\}|`[^`]*`|<[^>]*>|\w*_\w+|\w+\.(?:yaml|csv|xlsx|zip|md|txt)\b|\.(?:yaml|csv|xlsx|zip)\b"


def to_cyrillic(text: str, *, keep: Sequence[str] = ()) -> str:
    """The text in Cyrillic letters; placeholders, codes and the words to keep stay as they are."""
    parts = _kept(tuple(keep)).split(text)
    return "".join(part if position % 2 else _letters(part) for position, part in enumerate(parts))


@functools.cache
def _kept(keep: tuple[str, ...]) -> re.Pattern[str]:
    words = "|".join(rf"(?<!\w){re.escape(word)}(?!\w)" for word in sorted(keep, key=len, reverse=True))
    return re.compile(f"({_CODES}|{words})" if words else f"({_CODES})")


def _letters(text: str) -> str:
    for pair, letter in _PAIRS:
        text = text.replace(pair, letter)
    return text.translate(_SINGLE)
