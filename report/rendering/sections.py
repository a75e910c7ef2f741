"""Parses a manuscript in pieces, so that only those that changed since an earlier run are read by pandoc.

Belongs here: where a manuscript can be cut, and what is kept of a piece. A piece begins at a heading or at a table,
outside every division; it means the same alone as in the whole, because headings have names and a report has neither
footnotes nor links by name. A manuscript that has any is read whole.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from pathlib import Path

from pipelines.kept import Kept
from report.rendering import pandoc, tree
from report.rendering.execution import Manuscript
from report.rendering.pandoc import Node
from report.rendering.source import Line

CUT = "tesat-cut"

_BEGINS = re.compile(r"#{1,6} |:{3,} \{#tbl-")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_OPENED, _CLOSED = re.compile(r":{3,}\s*[^\s:]"), re.compile(r":{3,}\s*$")
# What means something only beside another piece: footnotes, links by name, numbered examples, unnamed headings.
_ELSEWHERE = re.compile(
    r"\[\^[^\]\s^]+\]|^ {0,3}\[[^\]]+\]:|^\s*\(@[\w-]*\)|^#{1,6} (?!.*\{[^}]*#[\w-]+[^}]*\}\s*$)",
    re.MULTILINE,
)


def kept_sections(folder: Path | None) -> Kept:
    """Pieces of an earlier run in a folder."""
    return Kept(folder, [f"pandoc {version('pypandoc_binary')}", pandoc.MARKDOWN])


def parse_sections(manuscript: Manuscript, kept: Kept) -> tuple[list[Node], list[str], Manuscript]:
    """The blocks of a manuscript, what pandoc warned of, and the part of the manuscript that its lines count in.

    Raises:
        ReportError: Pandoc failed.
    """
    pieces = list(_pieces(manuscript.lines))
    texts = [_text(piece) for piece in pieces]
    if not all(map(_stands_alone, texts)):
        blocks, warnings = pandoc.parse(manuscript.text)
        return blocks, warnings, manuscript
    found = [kept.find(text) for text in texts]
    new = [piece for piece, known in zip(pieces, found, strict=True) if known is None]
    read = Manuscript(tuple(_joined(new)), manuscript.metadata)
    blocks, warnings = pandoc.parse(read.text) if new else ([], [])
    parsed = iter(_divided(blocks))
    whole: list[Node] = []
    for text, known in zip(texts, found, strict=True):
        own = next(parsed) if known is None else json.loads(known)
        if known is None and not warnings:
            kept.keep(json.dumps(own, ensure_ascii=False, separators=(",", ":")).encode(), text)
        whole += own
    kept.forget_others()
    return whole, warnings, read


def _pieces(lines: Sequence[Line]) -> Iterator[list[Line]]:
    """The lines of a manuscript, cut where a piece may begin."""
    piece: list[Line] = []
    depth, fence, blank = 0, "", True
    for line in lines:
        first, *_ = line.text.splitlines() or [""]
        if piece and blank and not depth and not fence and _BEGINS.match(first):
            yield piece
            piece = []
        piece.append(line)
        for text in line.text.splitlines() or [""]:
            opened = _FENCE.match(text)
            if opened and (not fence or text.strip().startswith(fence)):
                fence = "" if fence else opened[1]
            elif not fence:
                depth += bool(_OPENED.match(text)) - bool(_CLOSED.match(text))
            blank = not text.strip()
    yield piece


def _text(lines: Sequence[Line]) -> str:
    return "\n".join(line.text for line in lines).strip("\n") + "\n"


def _stands_alone(text: str) -> bool:
    return not _ELSEWHERE.search(text) and text.count("<!--") == text.count("-->")


def _joined(pieces: Sequence[Sequence[Line]]) -> Iterator[Line]:
    """Pieces one after another, an empty division of its own class between them."""
    for number, piece in enumerate(pieces):
        if number:
            yield Line(f"\n::: {{.{CUT}}}\n:::\n", piece[0].place)
        yield from piece


def _divided(blocks: Sequence[Node]) -> list[list[Node]]:
    """Blocks as the pieces they were read from."""
    divided: list[list[Node]] = [[]]
    for node in blocks:
        if node["t"] == "Div" and tree.attributes(node)[1] == [CUT]:
            divided.append([])
        else:
            divided[-1].append(node)
    return divided
