"""The way from a figure or table to the note that says where it comes from.

Belongs here: the link in a caption. A note is a place named `src-` and the name of the figure or table; where there
is none, nothing is added.
"""

from __future__ import annotations

from collections.abc import Sequence

from report.rendering import tree
from report.rendering.pandoc import Node
from report.rendering.words import Words

ANCHOR, LINK = "src-", "source-note"


def with_notes(blocks: Sequence[Node], words: Words) -> list[Node]:
    """The blocks with a link to its note at the end of each caption that has one."""
    named = (node for node in tree.walk(list(blocks)) if node["t"] == "Span")
    known = {identifier for identifier, _, _ in map(tree.attributes, named) if identifier.startswith(ANCHOR)}

    def link(identifier: str) -> list[Node]:
        target = f"{ANCHOR}{identifier}"
        if target not in known:
            return []
        return [{"t": "Space"}, tree.link([tree.text(words["source_note"])], f"#{target}", classes=[LINK])]

    def figure(node: Node) -> list[Node]:
        attributes, (short, caption), content = node["c"]
        more = link(attributes[0])
        if not more or not caption:
            return [node]
        *before, last = caption
        ended = [*before, {**last, "c": [*last["c"], *more]}]
        return [{"t": "Figure", "c": [attributes, [short, ended], content]}]

    def division(node: Node) -> list[Node]:
        attributes, content = node["c"]
        more = link(attributes[0])
        if not more or not content or content[-1]["t"] not in {"Para", "Plain"}:
            return [node]
        last = {**content[-1], "c": [*content[-1]["c"], *more]}
        return [{"t": "Div", "c": [attributes, [*content[:-1], last]]}]

    rewritten: list[Node] = tree.rewritten(list(blocks), {"Figure": figure, "Div": division})
    return rewritten


def without_note(caption: Sequence[Node]) -> list[Node]:
    """A caption as it was before the link to its note."""
    if caption and caption[-1]["t"] == "Link" and LINK in tree.attributes(caption[-1])[1]:
        return list(caption[:-2])
    return list(caption)
