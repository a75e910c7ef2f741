"""Text that carries the keys of its numbers until it is written.

A printed number is made here, and nowhere else: `keyed("~25", key)` is text like any other, so it goes through
format strings, joins and tables, and every writer (Markdown, CSV, charts, alt texts) turns it into its own form.
Belongs here: making such text and taking it apart. What a key says is in `pipelines/figure_keys.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

# Private characters that no label holds: before the key, between key and text, after the text.
_OPEN, _MIDDLE, _CLOSE = "\ue000", "\ue001", "\ue002"
_KEYED = re.compile(f"{_OPEN}([^{_MIDDLE}]*){_MIDDLE}([^{_CLOSE}]*){_CLOSE}")


@dataclass(frozen=True)
class Piece:
    """A run of text with its key (empty where it has none) and the place at which it stands in the bare text."""

    text: str
    key: str
    at: int


def keyed(shown: str, key: str) -> str:
    """A printed number, or text with numbers in it, that says which published figure it is."""
    return f"{_OPEN}{key}{_MIDDLE}{shown}{_CLOSE}" if key else shown


def bare(text: str) -> str:
    """The text as it is read, without its keys."""
    return _KEYED.sub(r"\2", text)


def pieces(text: str) -> Iterator[Piece]:
    """The text in runs, in order: with a key, and between them without one."""
    at = end = 0
    for found in _KEYED.finditer(text):
        if found.start() > end:
            yield Piece(text[end : found.start()], "", at)
            at += found.start() - end
        yield Piece(found[2], found[1], at)
        at += len(found[2])
        end = found.end()
    if end < len(text):
        yield Piece(text[end:], "", at)


def restored(text: str, numbers: Sequence[Mapping[str, Any]]) -> str:
    """A bare text with the keys that stand beside it: `at`, `shown` and `key` of each number, in order."""
    parts, end = [], 0
    for number in numbers:
        parts += [text[end : number["at"]], keyed(number["shown"], number["key"])]
        end = number["at"] + len(number["shown"])
    return "".join([*parts, text[end:]])


def keys_of(text: str) -> list[str]:
    """The keys in a text, in order."""
    return [piece.key for piece in pieces(text) if piece.key]
