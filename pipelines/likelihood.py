"""The closed scale of likelihood: its terms, their ranges, and the words that stand for them in a sentence.

Belongs here: reading `data_contracts/likelihood.yaml`. What is judged with it is `judgements.py`.
"""

from __future__ import annotations

import re
from functools import cache, cached_property
from pathlib import Path

from pydantic import Field

from data_contracts.frozen import Frozen
from data_contracts.strings import load_strings

FILE = "likelihood.yaml"


class Term(Frozen):
    """A term of the scale, its range as it is printed, and the words for it."""

    code: str
    label: str
    range: str = Field(pattern=r"^\d+ to \d+ %$")
    words: tuple[str, ...] = Field(min_length=1)

    @property
    def bounds(self) -> tuple[int, int]:
        """Lower and upper end of the range, in per cent."""
        low, _, high, _ = self.range.split()
        return int(low), int(high)


class Likelihood(Frozen):
    """The scale, and what else a judgement chooses from."""

    scale: tuple[Term, ...]
    confidence: tuple[str, ...]
    outcomes: tuple[str, ...]
    fewest_scored: int

    @property
    def terms(self) -> dict[str, Term]:
        """The terms by code."""
        return {term.code: term for term in self.scale}

    @cached_property
    def words(self) -> re.Pattern[str]:
        """Any word of the scale, the longest that matches."""
        known = sorted((word for term in self.scale for word in term.words), key=len, reverse=True)
        return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, known))})(?!\w)", re.IGNORECASE)

    def terms_in(self, text: str) -> list[str]:
        """The codes of the terms whose words stand in a text, in order."""
        code_of = {word: term.code for term in self.scale for word in term.words}
        return [code_of[found[0].lower()] for found in self.words.finditer(text)]


@cache
def load_likelihood(root: Path) -> Likelihood:
    """The scale below a contracts folder."""
    return Likelihood.model_validate(load_strings((root / FILE).read_text(encoding="utf-8")))
