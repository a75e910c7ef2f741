"""Captions, their numbers, and the references to them: fields that Word can update, bookmarks they refer to.

Belongs here: what ties one place of the Word report to another.
"""

from __future__ import annotations

from collections.abc import Sequence

from report.rendering import tree
from report.rendering.document import Document
from report.rendering.docx_markup import bookmark_end, bookmark_start, field, link, run
from report.rendering.pandoc import Node


class Places:
    """The bookmarks that fields refer to, numbered by the order of the document.

    Word allows letters, digits and underscores only, 40 at most, hence not the report's own names.
    """

    def __init__(self, document: Document) -> None:
        self._numbers = {identifier: number for number, identifier in enumerate(document.labels, start=1)}

    def number(self, identifier: str) -> int:
        """The number of a labelled place."""
        return 2 * self._numbers[identifier]

    def reference(self, identifier: str) -> str:
        """The bookmark that references go to."""
        return f"_Ref{self._numbers[identifier]:09d}"

    def contents(self, identifier: str) -> str:
        """The bookmark of a heading that the table of contents goes to."""
        return f"_Toc{self._numbers[identifier]:09d}"


def caption(document: Document, places: Places, identifier: str, words: Sequence[Node]) -> list[Node]:
    """A caption whose number is a field; the bookmark holds what references repeat, `Figure 3`."""
    label = document.labels[identifier]
    number = places.number(identifier)
    sequence = document.words[label.kind].replace(" ", "_")
    look = "CaptionLabel"
    shown = (
        bookmark_start(number, places.reference(identifier))
        + run(label.shown.removesuffix(label.number), style=look)
        + field(f"SEQ {sequence} \\* ARABIC", label.number, style=look)
        + bookmark_end(number)
        + run(":", style=look)
    )
    return [tree.raw_inline("openxml", shown), {"t": "Space"}, *words]


def reference(document: Document, places: Places, node: Node) -> list[Node] | None:
    """A reference as a field that Word can update, inside a link that every reader can follow."""
    if "xref" not in tree.attributes(node)[1]:
        return None
    identifier = node["c"][2][0].removeprefix("#")
    label, name = document.labels[identifier], places.reference(identifier)
    if label.kind == "sec" and label.number:
        words = label.shown.removesuffix(label.number)
        content = run(words, style="Hyperlink") + field(
            f"REF {name} \\r \\h", label.number, style="Hyperlink"
        )
    else:
        content = field(f"REF {name} \\h \\* MERGEFORMAT", label.shown, style="Hyperlink")
    return [tree.raw_inline("openxml", link(name, content))]
