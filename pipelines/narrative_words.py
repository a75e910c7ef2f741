"""The words of the editor's text as data: what states a number, what says that something changed, what does neither.

Belongs here: reading `data_contracts/narrative/<language>.yaml`, and its lists as patterns. Which words stand in a text
is found in `narrative_numbers.py`, and what is wrong with that in `report/editorial/`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache, cached_property
from pathlib import Path
from typing import Literal

from data_contracts.frozen import Frozen
from data_contracts.strings import load_strings

FOLDER = "narrative"
# Ends the name of a folder with the demonstration's text, so that an invented text never stands in a real edition.
DEMONSTRATION = "-demonstration"
Direction = Literal["up", "down", "either"]
_YEAR = r"(?:19|20)\d\d"
_ITEM = r"\d{1,4}[a-z]?(?:\.\d{1,3})*(?:\(\w{1,3}\))*(?![\w%]|[.,]\d)"


class Recognised(Frozen):
    """A form of words with digits that state no statistic."""

    name: str
    pattern: str


class NarrativeWords(Frozen):
    """All words of a language that the lint knows."""

    counted: tuple[str, ...]
    months: tuple[str, ...]
    recognised: tuple[Recognised, ...]
    names: tuple[str, ...]
    number_words: tuple[str, ...]
    near_counted: tuple[str, ...]
    no_number: tuple[str, ...]
    denied: tuple[str, ...]
    nothing: tuple[str, ...]
    trend_words: Mapping[Direction, tuple[str, ...]]
    no_trend: tuple[str, ...]
    no_name: tuple[str, ...]

    @cached_property
    def no_statistic(self) -> tuple[re.Pattern[str], ...]:
        """What may hold digits: names first, then the recognised forms in their order."""
        parts = {
            "<counted>": self._near(self.counted),
            "<list>": rf"{_ITEM}(?:\s*(?:,|,?\s*and|,?\s*or|to|[–-])\s*{_ITEM}(?!\s+{self._near(self.counted)}))*",
            "<year>": _YEAR,
            "<month>": f"(?-i:{'|'.join(self.months)})",
        }
        found = [any_of(self.names)]
        for one in self.recognised:
            pattern = one.pattern
            for name, part in parts.items():
                pattern = pattern.replace(name, part)
            found.append(re.compile(rf"(?<![\w.,/-])(?:{pattern})(?!\w)", re.IGNORECASE))
        return tuple(found)

    @cached_property
    def numbers(self) -> re.Pattern[str]:
        """Words that state a number."""
        near = rf"(?:{_listed(self.near_counted)})(?=\s+of\s|\s+{self._near(self.counted)})"
        return re.compile(rf"{near}|{any_of(self.number_words).pattern}", re.IGNORECASE)

    @cached_property
    def harmless_numbers(self) -> re.Pattern[str]:
        """Phrases with such a word that state none."""
        return any_of(self.no_number)

    @cached_property
    def zeros(self) -> re.Pattern[str]:
        """A zero in words: a denial, and what is denied behind it."""
        return re.compile(rf"(?<!\w)(?:{_listed(self.nothing)})\s+{self._near(self.denied)}", re.IGNORECASE)

    @cached_property
    def harmless_trends(self) -> re.Pattern[str]:
        """Phrases with a word of change that say nothing of one."""
        return any_of(self.no_trend)

    @cached_property
    def harmless_names(self) -> re.Pattern[str]:
        """Phrases in which a name stands without its mark."""
        return any_of(self.no_name)

    @cached_property
    def trends(self) -> Mapping[Direction, re.Pattern[str]]:
        """Words of change by the way they point."""
        return {direction: any_of(words) for direction, words in self.trend_words.items()}

    def _near(self, nouns: tuple[str, ...]) -> str:
        """One of some nouns with up to two words before it."""
        return rf"(?:[^\W\d][\w*’'-]*\s+){{0,2}}(?:{_listed(nouns)})"


def any_of(words: Iterable[str]) -> re.Pattern[str]:
    """Any of some words or phrases, whole; the longest that matches."""
    return re.compile(rf"(?:{_listed(words)})", re.IGNORECASE)


def _listed(words: Iterable[str]) -> str:
    """Words as alternatives, the longest first, none within another word; a sign such as % may stand behind one."""
    ordered = sorted(words, key=len, reverse=True)
    return "|".join(
        (r"(?<!\w)" if word[:1].isalnum() else "")
        + r"\s+".join(map(re.escape, word.split()))
        + (r"(?!\w)" if word[-1:].isalnum() else "")
        for word in ordered
    )


@cache
def narrative_words(root: Path, language: str) -> NarrativeWords:
    """The words of a language below a contracts folder.

    Raises:
        FileNotFoundError: The language has none.
    """
    path = root / FOLDER / f"{language}.yaml"
    return NarrativeWords.model_validate(load_strings(path.read_text(encoding="utf-8")))
