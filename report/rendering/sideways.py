"""Tables that lie on their side, as pages: those that follow one another together, headings with what they head.

Belongs here: which blocks share such pages. How a format turns a page is in `pdf_tables.py` and `docx_tables.py`.
"""

from __future__ import annotations

from collections.abc import Sequence

from report.rendering import tree
from report.rendering.pandoc import Node

_TURNED, _UPRIGHT = "turned", "upright"


def table_on(blocks: Sequence[Node], *, sideways: bool) -> Node:
    """A table that lies on its side, or stands upright."""
    return tree.division(blocks, classes=[_TURNED if sideways else _UPRIGHT])


def on_pages(blocks: Sequence[Node], opened: Node, closed: Node) -> list[Node]:
    """The blocks with what turns a page before and after those that lie on their side.

    An upright table between two that lie on their side lies with them, for it would have a page of its own.
    """
    pages: list[Node] = []
    headings: list[Node] = []
    sideways = False
    for number, block in enumerate(blocks):
        if _is_heading(block):
            headings.append(block)
            continue
        lies = _is(block, _TURNED) or (
            sideways and _is(block, _UPRIGHT) and _turns_soon(blocks[number + 1 :])
        )
        if lies != sideways:
            pages.append(opened if lies else closed)
        sideways = lies
        pages += [*headings, *(block["c"][1] if _is(block, _TURNED) or _is(block, _UPRIGHT) else [block])]
        headings.clear()
    return [*pages, *([closed] if sideways else []), *headings]


def _is(block: Node, kind: str) -> bool:
    return block["t"] == "Div" and kind in tree.attributes(block)[1]


def _turns_soon(blocks: Sequence[Node]) -> bool:
    """Whether a table that lies on its side follows, upright tables and headings left aside."""
    following = (block for block in blocks if not (_is(block, _UPRIGHT) or _is_heading(block)))
    return _is(next(following, {"t": ""}), _TURNED)


def _is_heading(block: Node) -> bool:
    """Whether a block is a heading, numbered or written by `pdf.py` without a number."""
    first = block["c"][0] if block["t"] == "Para" and block["c"] else {}
    return block["t"] == "Header" or (first.get("t") == "RawInline" and first["c"][1].startswith("#heading("))
