"""The renderer's own words, by language; a further language is a further entry in `assets/words.yaml`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import yaml

from report.rendering.errors import ReportError

ASSETS = Path(__file__).parent / "assets"
FONTS = Path(__file__).parents[1] / "fonts"

Words = Mapping[str, str]


def known_languages() -> list[str]:
    """The languages that the renderer has words for."""
    return list(yaml.safe_load((ASSETS / "words.yaml").read_text(encoding="utf-8")))


def read_words(language: str) -> Words:
    """The words of a language.

    Raises:
        ReportError: `assets/words.yaml` does not hold the language.
    """
    known = yaml.safe_load((ASSETS / "words.yaml").read_text(encoding="utf-8"))
    base = language.split("-", maxsplit=1)[0]
    if base not in known:
        raise ReportError(
            f"language {language!r}: assets/words.yaml holds {', '.join(known)}; add the renderer's words there."
        )
    words: Words = known[base]
    return words
