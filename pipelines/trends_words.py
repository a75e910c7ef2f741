"""The closed vocabulary of trends as data: what a claim may say, and the numbers of its licence.

Belongs here: reading `data_contracts/trend_words.yaml`. Which wording is licensed is decided in `trends.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from data_contracts.frozen import Frozen
from data_contracts.strings import load_values


class ComparisonWords(Frozen):
    """How many years the earlier period of a comparison has, and its wordings by key."""

    years: int
    rise: str
    fall: str
    chance: str
    not_comparable: str
    no_value: str

    def wording(self, key: str) -> str:
        """The template of a wording key.

        Raises:
            KeyError: There is no such key.
        """
        templates = self.model_dump(exclude={"years"})
        return str(templates[key])


class TrendWords(Frozen):
    """All of the vocabulary."""

    alpha: float
    fewest_own_years: int
    comparisons: Mapping[str, ComparisonWords]
    exploratory: str
    rounded_mark: str
    joiner: str
    reasons: Mapping[str, str]
    completeness: Mapping[str, str]
    labels: Mapping[str, str]
    series: Mapping[str, str]


def trend_words(root: Path) -> TrendWords:
    """The vocabulary below a contracts folder."""
    return TrendWords.model_validate(load_values((root / "trend_words.yaml").read_text(encoding="utf-8")))
