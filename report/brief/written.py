"""The brief's sections as pandoc's blocks, and the numbers in them with their keys.

Belongs here: what PDF and Word have in common, and `brief.json`, which says of each text which figures it prints.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from report.brief.content import Brief
from report.figures.released import with_keys
from report.keyed import keyed
from report.markdown import plain
from report.rendering import pandoc, tree
from report.rendering.document import KEYED, Document
from report.rendering.errors import ReportError
from report.rendering.pandoc import Node

INDEX = "brief.json"
# Longer than the fence of a table, which stands inside.
_FENCE = ":::::"


@dataclass(frozen=True)
class Written:
    """A brief as blocks by section, and the inlines of its charts' titles and numbers, all without keys."""

    brief: Brief
    sections: Mapping[str, list[Node]]
    titles: Mapping[str, list[Node]]
    numbers: Mapping[str, list[Node]]

    @property
    def words(self) -> Mapping[str, str]:
        """The brief's own words."""
        return self.brief.words


def written(brief: Brief, edition: Document) -> Written:
    """The brief as blocks; `brief.json` is written beside.

    Raises:
        ReportError: A section is no Markdown that pandoc reads without complaint.
    """
    titles = {f"title {chart.name}": plain(chart.title) for chart in brief.charts}
    numbers = {f"number {chart.name}": plain(chart.number) for chart in brief.charts}
    texts = {**brief.sections, **titles, **numbers}
    blocks = _parsed(texts)
    said = [text for name in texts for text in _texts(blocks[name])]
    index = {
        "charts": [chart.name for chart in brief.charts],
        "texts": [with_keys("text", text) for text in (*said, *_plain(brief, edition))],
    }
    (edition.folders[0] / INDEX).write_text(
        json.dumps(index, ensure_ascii=False, indent=2, sort_keys=True) + "\n", "utf-8"
    )
    bare_blocks = {
        name: tree.rewritten(own, {"Span": _bare, "Cite": lambda _: []}) for name, own in blocks.items()
    }
    return Written(
        brief,
        {name: bare_blocks[name] for name in brief.sections},
        *(
            {chart.name: bare_blocks[f"{kind} {chart.name}"][0]["c"] for chart in brief.charts}
            for kind in ("title", "number")
        ),
    )


def _plain(brief: Brief, edition: Document) -> list[str]:
    """The brief's own words and those of the edition, which hold no figure."""
    own = [text for text in brief.words.values() if "{" not in text]
    keys = ("title", "subtitle", "network", "edition_mark", "footnote", "citation")
    return [*own, edition.shown_date, *filter(None, (edition.value(key) for key in keys))]


def _parsed(texts: Mapping[str, str]) -> dict[str, list[Node]]:
    """The blocks of each text, which pandoc reads in one go."""
    whole = "".join(f"{_FENCE} text\n\n{text}\n\n{_FENCE}\n\n" for text in texts.values())
    parsed, warnings = pandoc.parse(whole)
    if warnings:
        raise ReportError(f"brief: pandoc warns: {'; '.join(warnings)}")
    return {name: division["c"][1] for name, division in zip(texts, parsed, strict=True)}


def _texts(blocks: list[Node]) -> Iterator[str]:
    """The text of each paragraph, list item and cell, its numbers with their keys."""
    for node in tree.walk(blocks):
        if node["t"] in {"Para", "Plain"}:
            yield _keyed(node["c"])


def _keyed(value: Any) -> str:
    if isinstance(value, list):
        return "".join(_keyed(item) for item in value)
    if isinstance(value, dict) and value["t"] == "Span" and KEYED in tree.attributes(value)[1]:
        return keyed(tree.plain_text(value), tree.attributes(value)[2]["key"])
    if isinstance(value, dict) and value["t"] in {"Strong", "Emph"}:
        return _keyed(value["c"])
    return tree.plain_text(value)


def _bare(node: Node) -> list[Node] | None:
    inlines: list[Node] = node["c"][1]
    return inlines if KEYED in tree.attributes(node)[1] else None
