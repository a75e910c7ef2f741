"""Pandoc's syntax tree: walking it, and the few nodes that the renderer makes itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from report.rendering.pandoc import Node

Rewrite = Callable[[Node], list[Node] | None]
Attributes = tuple[str, list[str], dict[str, str]]

_TEXTLESS = {"Note", "RawInline", "Image"}


def walk(value: Any) -> Iterator[Node]:
    """Every node below a value, parents first, in the order of the document."""
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict):
            if "t" in item:
                yield item
            content = item.get("c", "") if "t" in item else list(item.values())
            if not isinstance(content, str):
                waiting.append(content)
        elif isinstance(item, list):
            waiting += item[::-1]


def rewritten(value: Any, rewrites: Mapping[str, Rewrite]) -> Any:
    """A copy with nodes replaced, children first; a rewrite gives the nodes that stand instead, None keeps.

    Only nodes that stand in a list (blocks, inlines) are rewritten; words and spaces are not copied.
    """
    if isinstance(value, dict):
        if isinstance(value.get("c", ""), str):
            return value
        return {key: rewritten(item, rewrites) for key, item in value.items()}
    if not isinstance(value, list):
        return value
    items: list[Any] = []
    for item in value:
        below = rewritten(item, rewrites)
        given = _given(below, rewrites) if isinstance(below, dict) else None
        items.extend([below] if given is None else given)
    return items


def _given(node: Node, rewrites: Mapping[str, Rewrite]) -> list[Node] | None:
    rewrite = rewrites.get(node.get("t", ""))
    return rewrite(node) if rewrite else None


def is_comment(node: Node) -> bool:
    """Whether a raw node is a comment of the author, which is never published."""
    target, content = node["c"]
    return bool(target == "html" and content.strip().startswith("<!--"))


def plain_text(value: Any) -> str:
    """The words of inlines or blocks, without notes."""
    if isinstance(value, list):
        return "".join(plain_text(item) for item in value)
    if not isinstance(value, dict) or value.get("t") in _TEXTLESS:
        return ""
    kind = value["t"]
    content: Any = value.get("c")
    if kind == "Str":
        return str(content)
    if kind in {"Space", "SoftBreak", "LineBreak"}:
        return " "
    if kind in {"Code", "Math"}:
        return str(content[1])
    return plain_text(content)


def first_sentence(inlines: Sequence[Node]) -> list[Node]:
    """The inlines up to the first full stop that a space follows, without it."""
    ends = (
        number
        for number, (node, after) in enumerate(pairwise(inlines))
        if node["t"] == "Str" and node["c"].endswith(".") and after["t"] in {"Space", "SoftBreak"}
    )
    *before, last = inlines[: next(ends, len(inlines) - 1) + 1]
    return [*before, text(last["c"].removesuffix(".")) if last["t"] == "Str" else last]


def attributes(node: Node) -> Attributes:
    """Identifier, classes and key-values of a Header, Div, Figure, Image, Table, Span or Link."""
    identifier, classes, pairs = node["c"][1] if node["t"] == "Header" else node["c"][0]
    return identifier, classes, dict(pairs)


def identified(
    identifier: str = "", classes: Sequence[str] = (), pairs: Mapping[str, str] | None = None
) -> list[Any]:
    """An attribute triple as pandoc writes it."""
    return [identifier, list(classes), [list(pair) for pair in (pairs or {}).items()]]


def text(value: str) -> Node:
    """A run of text that pandoc does not read further."""
    return {"t": "Str", "c": value}


def raw(target: str, value: str) -> Node:
    """A block written into one format as it is."""
    return {"t": "RawBlock", "c": [target, value]}


def raw_inline(target: str, value: str) -> Node:
    """An inline written into one format as it is."""
    return {"t": "RawInline", "c": [target, value]}


def plain(inlines: Sequence[Node]) -> Node:
    """Inlines as a block without a paragraph's space."""
    return {"t": "Plain", "c": list(inlines)}


def paragraph(inlines: Sequence[Node]) -> Node:
    """Inlines as a paragraph."""
    return {"t": "Para", "c": list(inlines)}


def span(
    inlines: Sequence[Node],
    identifier: str = "",
    *,
    classes: Sequence[str] = (),
    pairs: Mapping[str, str] | None = None,
) -> Node:
    """A named run of inlines."""
    return {"t": "Span", "c": [identified(identifier, classes, pairs), list(inlines)]}


def division(
    blocks: Sequence[Node],
    identifier: str = "",
    *,
    classes: Sequence[str] = (),
    pairs: Mapping[str, str] | None = None,
) -> Node:
    """A named run of blocks."""
    return {"t": "Div", "c": [identified(identifier, classes, pairs), list(blocks)]}


def link(inlines: Sequence[Node], target: str, *, classes: Sequence[str] = ()) -> Node:
    """A link; `#name` goes to a place in the document."""
    return {"t": "Link", "c": [identified("", classes), list(inlines), [target, ""]]}
