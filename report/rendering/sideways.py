"""Tables that lie on their side, as pages: those that follow one another together, headings with what they head.

Belongs here: which blocks share such pages. How a format turns a page is in `pdf_tables.py` and `docx_tables.py`.
"""

from __future__ import annotations

from collections.abc import Sequence

from report.rendering import tree
from report.rendering.pandoc import Node

_TURNED = "turned"


def turned(blocks: Sequence[Node]) -> Node:
    """Blocks that lie on their side."""
    return tree.division(blocks, classes=[_TURNED])


def on_pages(blocks: Sequence[Node], opened: Node, closed: Node) -> list[Node]:
    """The blocks with what turns a page before and after those that lie on their side."""
    pages: list[Node] = []
    headings: list[Node] = []
    sideways = False
    for block in blocks:
        if _is_heading(block):
            headings.append(block)
            continue
        lies = block["t"] == "Div" and _TURNED in tree.attributes(block)[1]
        if lies != sideways:
            pages.append(opened if lies else closed)
        sideways = lies
        pages += [*headings, *(block["c"][1] if lies else [block])]
        headings.clear()
    return [*pages, *([closed] if sideways else []), *headings]


def _is_heading(block: Node) -> bool:
    """Whether a block is a heading, numbered or written by `pdf.py` without a number."""
    first = block["c"][0] if block["t"] == "Para" and block["c"] else {}
    return block["t"] == "Header" or (first.get("t") == "RawInline" and first["c"][1].startswith("#heading("))
