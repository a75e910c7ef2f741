"""Markdown as the data dictionary writes it: codes and tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence


def _text(value: object) -> str:
    """Text that stays within its cell of a table."""
    return " ".join(str(value).split()).replace("|", "\\|")


def coded(value: object) -> str:
    """A code, set as code."""
    return f"`{value}`"


def table_lines(header: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """The lines of a table, with an empty line after it."""
    yield f"| {' | '.join(header)} |"
    yield "|" + "---|" * len(header)
    for row in rows:
        yield f"| {' | '.join(_text(cell) for cell in row)} |"
    yield ""
