"""Screens the texts of one return for personal data and for letters that are not what they seem.

Belongs here: what a hit becomes. It rejects, says where and of what kind, and never repeats or keeps the text. The
patterns are `screening_patterns.py`; which texts a return has is `screening_*.py`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

from data_contracts.model import Catalog
from pipelines.cover import load_cover_rules
from pipelines.findings import Finding, Place, clean, finding
from pipelines.screening_patterns import is_heading, is_worth, kinds_in

PREFIX = "P0-"
_TOO_MUCH = "L0-too-much-text"
_EACH = 50  # what a text costs beside its letters, in letters; and how many letters without digits cost one
_COUNT = re.compile(r"[+-]?(?:0|[1-9]\d{0,8})(?:[.,]\d{1,6})?")
_BETWEEN_CELLS = " ¦ "
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]")
_UNSEEN = re.compile(
    "[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e0fff]"
)
_OUTER = "\u200b\ufeff\u00a0\u202f\u2007 \t\r\n"
_LETTERS = re.compile(r"[^\W\d_]+")


class Screening:
    """Collects the hits of one return, one finding for each kind and column, with the first row and their number."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog
        self.root = catalog.root
        self.left = load_cover_rules(catalog.root).limits.screened_characters
        self._known: dict[str, frozenset[str]] = {}
        self._hits: dict[tuple[str, str | None, str | None, str | None], tuple[int | None, int]] = {}

    def text(self, text: str, place: Place, *, context: str = "") -> bool:
        """Screens a text, with what stands before it; whether something was found."""
        kinds = self.kinds(text, context=context)
        for code in kinds:
            self.hit(code, place)
        return bool(kinds)

    def kinds(self, text: str, *, context: str = "") -> frozenset[str]:
        """The codes of what a text seems to hold; numbers as counts are written are not looked at.

        What exceeds the limit is not looked at either, which is a finding of its own and keeps the return out.
        """
        whole = f"{context}{_BETWEEN_CELLS}{text}" if context else text
        if self.left < 0 or len(text) < 4 or _COUNT.fullmatch(text):
            return frozenset()
        if whole in self._known:
            return self._known[whole]
        self.left -= len(text) + _EACH if is_worth(text) else len(text) // _EACH
        if self.left < 0:
            return frozenset()
        self._known[whole] = kinds_in(whole, root=self.root)
        return self._known[whole]

    def row(self, cells: Sequence[str], place: Place, columns: Sequence[str]) -> None:
        """Screens the cells of a row, each alone, then together: a number behind the word that says what it is."""
        filled = [(cell, column) for cell, column in zip(cells, columns, strict=False) if cell]
        hits = [
            self.text(cell, Place(place.dataset, place.sheet, place.row, column)) for cell, column in filled
        ]
        if len(filled) > 1 and not any(hits):
            self.text(_BETWEEN_CELLS.join(cell for cell, _ in filled), place)

    def heading(self, text: str, place: Place) -> None:
        """A column's heading."""
        self.text(text, place)
        if is_heading(text, root=self.root):
            self.hit("P0-person-column", place)

    def code(self, text: str, place: Place) -> None:
        """A cell that should hold a code: no letters that are not seen, none that only look like others."""
        for code in deceptions_in(text):
            self.hit(code, place)

    def prose(self, text: str, place: Place) -> None:
        """A text that may be printed: nothing that turns the direction of reading."""
        if _TURNING.search(text):
            self.hit("L0-invisible-characters", place)

    def hit(self, code: str, place: Place, *, times: int = 1) -> None:
        """Counts a hit."""
        key = (code, place.dataset, place.sheet, place.column)
        first, count = self._hits.get(key, (place.row, 0))
        rows = [row for row in (first, place.row) if row is not None]
        self._hits[key] = (min(rows, default=None), count + times)

    def findings(self) -> list[Finding]:
        """One finding for each kind and column; what is seen is how many texts."""
        found = []
        if self.left < 0:
            limit = load_cover_rules(self.root).limits.screened_characters
            found = [finding(self.catalog, _TOO_MUCH, place=Place(), limit=limit)]
        return found + [
            finding(self.catalog, code, place=Place(dataset, sheet, row, column), seen=str(count))
            for (code, dataset, sheet, column), (row, count) in self._hits.items()
        ]


def deceptions_in(text: str) -> list[str]:
    """The codes of what in a code is not what it seems."""
    if text.isascii():
        return []
    found = ["L0-invisible-characters"] if _UNSEEN.search(text.strip(_OUTER)) else []
    mixed = any(len(_alphabets(word)) > 1 for word in _LETTERS.findall(clean(text)))
    return [*found, "L0-mixed-alphabets"] if mixed else found


def personal_data_in(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Those of the findings that speak of personal data, or of text that was not screened for it.

    With any of them, a return is not copied anywhere.
    """
    return tuple(found for found in findings if found.code.startswith(PREFIX) or found.code == _TOO_MUCH)


def _alphabets(word: str) -> set[str]:
    names = (unicodedata.name(letter, "").partition(" ")[0] for letter in word)
    return {name for name in names if name in ("LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE")}
