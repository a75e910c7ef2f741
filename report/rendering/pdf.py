"""Writes the report as PDF/A-3a and PDF/UA-1, with typst.

Belongs here: how a figure, a heading and a callout are written in typst. Tables are in `pdf_tables.py`, what the file
says of itself and carries in `pdf_front.py`, the page (cover, contents, header, footer, styles) in `assets/report.typ`.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from report.rendering import pandoc, tree
from report.rendering.document import Document, for_format, grid, picture
from report.rendering.pandoc import Node
from report.rendering.pdf_front import attached_files, opening
from report.rendering.pdf_tables import said_as, table_blocks, turned_pages
from report.rendering.typesetting import quoted, typeset
from report.rendering.words import ASSETS


def write_pdf(document: Document, release: Path) -> Path:
    """Write `report.pdf`; the data that the release's `datapackage.json` describes go with it as attached files.

    Raises:
        ReportError: Typst fails, warns, or cannot keep the standards.
    """
    body = pandoc.write(pandoc.tree_of(_blocks(document)), "typst", arguments=["--wrap=none"]).decode()
    attached = attached_files(release)
    path = release / "report.pdf"
    with tempfile.TemporaryDirectory(prefix="tesat-pdf-") as private:
        folder = Path(private)
        shutil.copy(ASSETS / "report.typ", folder / "report.typ")
        sources = {source: document.file(source) for source in _sources(document)}
        for name, source in (sources | {file.path: release / file.path for file in attached}).items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, folder / name)
        (folder / "main.typ").write_text(opening(document, attached) + body, encoding="utf-8")
        path.write_bytes(typeset(folder, path.name, stamp=document.stamp))
    return path


def _sources(document: Document) -> list[str]:
    return [picture(node).source for node in tree.walk(document.blocks) if node["t"] == "Figure"]


def _blocks(document: Document) -> list[Node]:
    def figure(node: Node) -> list[Node]:
        shown = picture(node)
        drawing = f"image({quoted(shown.source)}, width: 100%, alt: {quoted(shown.alt)})"
        opened = tree.raw_inline("typst", f"#figure({drawing}, kind: image, caption: ")
        closed = tree.raw_inline("typst", f") <{shown.identifier}>")
        return [tree.paragraph([opened, *said_as(shown.caption), closed])]

    def division(node: Node) -> list[Node] | None:
        table = grid(node)
        if table is not None:
            return table_blocks(table)
        _, classes, pairs = tree.attributes(node)
        if "pagebreak" in classes:
            return [tree.raw("typst", "#pagebreak(weak: true)")]
        if "key-figures" in classes:
            return [tree.raw("typst", "#key-figures(["), *_between(node["c"][1]), tree.raw("typst", "])")]
        if "callout" not in classes:
            return None
        title = pairs["title"] or document.words[pairs["kind"]]
        opened = f"#callout({quoted(pairs['kind'])}, {quoted(title)})["
        return [tree.raw("typst", opened), *node["c"][1], tree.raw("typst", "]")]

    blocks: list[Node] = tree.rewritten(
        for_format(document, "pdf"), {"Figure": figure, "Div": division, "Header": _header}
    )
    return turned_pages(blocks)


def _between(cards: Sequence[Node]) -> list[Node]:
    """Blocks with what parts them as the arguments of a function."""
    parted = [[tree.raw("typst", "],["), card] for card in cards]
    return [node for pair in parted for node in pair][1:]


def _header(node: Node) -> list[Node] | None:
    """Unnumbered headings say so; pandoc's own way loses the name that references need."""
    identifier, classes, _ = tree.attributes(node)
    if "unnumbered" not in classes:
        return None
    opened = tree.raw_inline("typst", f"#heading(level: {node['c'][0]}, numbering: none)[")
    return [tree.paragraph([opened, *node["c"][2], tree.raw_inline("typst", f"] <{identifier}>")])]
