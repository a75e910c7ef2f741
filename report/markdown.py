"""What a cell hands over: Markdown that names figures, and tables as Markdown.

Belongs here: the form only. Which figures and which words is decided in `content.py` and `tables.py`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from report.keyed import Piece, pieces

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>$@#|~^'\"])")


class Markdown:
    """Text that Jupyter, and so Quarto, takes as Markdown."""

    def __init__(self, text: str) -> None:
        """Keeps the text."""
        self.text = text

    def _repr_markdown_(self) -> str:
        return self.text


def plain(text: str) -> str:
    """Plain text as Markdown that shows exactly this text; what has a key becomes a span that holds it."""
    return "".join(_written(piece) for piece in pieces(text))


def _written(piece: Piece) -> str:
    shown = _SPECIAL.sub(r"\\\1", piece.text)
    return f'[{shown}]{{.fig key="{piece.key}"}}' if piece.key else shown


def figure(name: str, caption: str, alt: str, *, title: str = "") -> str:
    """A chart by name, with what is to be taken from it, its caption, and its description for who does not see it."""
    described = alt.replace("\\", "\\\\").replace('"', "'")
    taken = f"**{plain(title)}**. " if title else ""
    return f'![{taken}{plain(caption)}](figures/{name}.svg){{#fig-{name} fig-alt="{described}" .chart}}\n'


def table(
    name: str,
    caption: str,
    header: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    words: int = 1,
    links: bool = False,
) -> str:
    """A named table; the first `words` columns hold words, the others figures, which stand on the right."""
    shown = [list(row) if links else [plain(cell) for cell in row] for row in rows]
    marks = [":--" if number < words else "--:" for number in range(len(header))]
    lines = [_line([plain(cell) for cell in header]), _line(marks), *(_line(row) for row in shown)]
    return f"::: {{#tbl-{name}}}\n" + "\n".join(lines) + f"\n\n{plain(caption)}\n:::\n"


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def heading(level: int, text: str, name: str, *, own_page: bool = False) -> str:
    """A heading with its name; `own_page` gives its section a page of its own in the web edition."""
    return f"{'#' * level} {plain(text)} {{#sec-{name}{' .own-page' if own_page else ''}}}\n"


def bullets(items: Sequence[str]) -> str:
    """A list; the items are Markdown already."""
    return "".join(f"- {item}\n" for item in items) + "\n"
