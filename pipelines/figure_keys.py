"""Keys of published figures: the name by which a printed number says which figure it is.

`arrests:WB6.2025._T._T.female._T._T.PERSONS` is an observation (area, period, dimensions in the order of the
contract, measure), `claims:attacks.p` a value of an annex table (the columns of its `key`, then the column), and
`edition:year` a number that follows from the edition's description and the state of reporting. Belongs here: the
form of a key. What a key leads to is looked up in `pipelines/release_values.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote, unquote

DERIVED = "edition"
_KEPT = "-_=;*"


@dataclass(frozen=True)
class FigureKey:
    """A table of the release and the parts that lead to one value in it."""

    table: str
    parts: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.table}:{'.'.join(_quoted(part) for part in self.parts)}"


def key_of(table: str, parts: Sequence[str]) -> str:
    """The key of a value as text."""
    return str(FigureKey(table, tuple(parts)))


def parse_key(text: str) -> FigureKey:
    """A key from its text.

    Raises:
        ValueError: The text is no key.
    """
    table, colon, rest = text.partition(":")
    if not table or not colon or not rest:
        raise ValueError(f"{text[:60]!r} is no key of a figure; expected TABLE:PART.PART")
    return FigureKey(table, tuple(unquote(part) for part in rest.split(".")))


def _quoted(part: str) -> str:
    return quote(part, safe=_KEPT).replace(".", "%2E")
