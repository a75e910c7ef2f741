"""The renderer's own words: `assets/words.yaml`, in the language of the edition."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from data_contracts.messages import ENGLISH, speaking, text_languages, translated
from data_contracts.strings import load_values
from report.messages_found import TEXTS
from report.rendering.errors import ReportError

ASSETS = Path(__file__).parent / "assets"
FONTS = Path(__file__).parents[1] / "fonts"

Words = Mapping[str, str]


def read_words(language: str) -> Words:
    """The words of a language.

    Raises:
        ReportError: There is no catalog of the language.
    """
    if language not in text_languages() and language.partition("-")[0] != ENGLISH:
        raise ReportError(
            f"language {language!r}: there are catalogs for {', '.join(text_languages())}; add one of its own."
        )
    known = load_values((ASSETS / "words.yaml").read_text(encoding="utf-8"))
    with speaking(language):
        words: Words = translated(known[ENGLISH], TEXTS["words.yaml"] | known[ENGLISH].keys())
    return words
