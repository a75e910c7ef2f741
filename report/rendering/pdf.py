"""Writes the report as PDF/A-3a and PDF/UA-1, with typst.

Belongs here: how a figure, a table and a callout are written in typst. The page itself (cover, contents,
header, footer, styles) is `assets/report.typ`. Where typst cannot keep both standards, the build fails.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from report.rendering import pandoc, tree
from report.rendering.document import CELL_EDGES, Document, Grid, for_format, grid, letters, picture
from report.rendering.errors import ReportError
from report.rendering.pandoc import Node
from report.rendering.words import ASSETS, FONTS

STANDARDS: list[Literal["a-3a", "ua-1"]] = ["a-3a", "ua-1"]

# Points between the margins of A4, upright and on its side, and what a letter of the report's font takes of its size.
_UPRIGHT, _SIDEWAYS = 476.0, 723.0
_LETTER = 0.58
_SETTINGS = ((8.2, _UPRIGHT), (7.2, _UPRIGHT), (7.2, _SIDEWAYS), (6.4, _SIDEWAYS))
_SHORTEST_PIECE = 3


def write_pdf(document: Document, release: Path) -> Path:
    """Write `report.pdf`.

    Raises:
        ReportError: Typst fails, warns, or cannot keep the standards.
    """
    body = pandoc.write(pandoc.tree_of(_blocks(document)), "typst", arguments=["--wrap=none"]).decode()
    path = release / "report.pdf"
    with tempfile.TemporaryDirectory(prefix="tesat-pdf-") as private:
        folder = Path(private)
        shutil.copy(ASSETS / "report.typ", folder / "report.typ")
        for source in _sources(document):
            (folder / source).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(document.file(source), folder / source)
        (folder / "main.typ").write_text(_opening(document) + body, encoding="utf-8")
        path.write_bytes(_compiled(folder, document))
    return path


def _sources(document: Document) -> list[str]:
    return [picture(node).source for node in tree.walk(document.blocks) if node["t"] == "Figure"]


def _compiled(folder: Path, document: Document) -> bytes:
    import typst

    try:
        compiled, warnings = typst.compile_with_warnings(
            str(folder / "main.typ"),
            root=str(folder),
            font_paths=[str(FONTS)],
            ignore_system_fonts=True,
            pdf_standards=[*STANDARDS],
            timestamp=document.stamp,
        )
    except typst.TypstError as error:
        hints = " ".join(error.hints or [])
        raise ReportError(
            f"report.pdf: typst refuses: {error.message} {hints}\n{error.diagnostic}"
        ) from error
    if warnings:
        raise ReportError(f"report.pdf: typst warns: {'; '.join(warning.message for warning in warnings)}")
    return bytes(compiled)


def _quoted(value: str) -> str:
    """A typst string."""
    return json.dumps(value, ensure_ascii=False)


def _opening(document: Document) -> str:
    keys = ("title", "subtitle", "region", "edition_mark")
    given = {key.replace("_", "-"): _quoted(document.value(key)) for key in keys}
    words = ", ".join(f"{key}: {_quoted(word)}" for key, word in document.words.items() if key.isalpha())
    language, *variants = document.value("language").split("-")
    day = datetime.fromtimestamp(document.stamp, tz=UTC)
    given |= {
        "foot-text": _quoted(document.value("footnote")),
        "language": _quoted(language),
        "country": next((_quoted(part) for part in variants if len(part) == 2), "none"),
        "day": f"datetime(year: {day.year}, month: {day.month}, day: {day.day})",
        "shown-date": _quoted(document.shown_date),
        "words": f"({words})",
    }
    arguments = ",\n  ".join(f"{key}: {value}" for key, value in given.items())
    return f'#import "report.typ": report, callout, data-table, key-figures\n#show: report.with(\n  {arguments},\n)\n\n'


def _blocks(document: Document) -> list[Node]:
    def figure(node: Node) -> list[Node]:
        shown = picture(node)
        opened = (
            f"#figure(image({_quoted(shown.source)}, width: 100%, alt: {_quoted(shown.alt)}), "
            f"kind: image, caption: ["
        )
        return [_typst_paragraph(opened, shown.caption, f"]) <{shown.identifier}>")]

    def division(node: Node) -> list[Node] | None:
        table = grid(node)
        if table is not None:
            return _table(table)
        _, classes, pairs = tree.attributes(node)
        if "pagebreak" in classes:
            return [tree.raw("typst", "#pagebreak(weak: true)")]
        if "key-figures" in classes:
            return [tree.raw("typst", "#key-figures(["), *_between(node["c"][1]), tree.raw("typst", "])")]
        if "callout" not in classes:
            return None
        title = pairs["title"] or document.words[pairs["kind"]]
        opened = f"#callout({_quoted(pairs['kind'])}, {_quoted(title)})["
        return [tree.raw("typst", opened), *node["c"][1], tree.raw("typst", "]")]

    blocks: list[Node] = tree.rewritten(
        for_format(document, "pdf"), {"Figure": figure, "Div": division, "Header": _header}
    )
    return blocks


def _between(cards: Sequence[Node]) -> list[Node]:
    """Blocks with what parts them as the arguments of a function."""
    parted = [[tree.raw("typst", "],["), card] for card in cards]
    return [node for pair in parted for node in pair][1:]


def _header(node: Node) -> list[Node] | None:
    """Unnumbered headings say so; pandoc's own way loses the name that references need."""
    identifier, classes, _ = tree.attributes(node)
    if "unnumbered" not in classes:
        return None
    opened = f"#heading(level: {node['c'][0]}, numbering: none)["
    return [_typst_paragraph(opened, node["c"][2], f"] <{identifier}>")]


def _typst_paragraph(opened: str, inlines: Sequence[Node], closed: str) -> Node:
    return tree.paragraph(
        [tree.raw_inline("typst", opened), *inlines, tree.raw_inline("typst", closed)],
    )


def _table(table: Grid) -> list[Node]:
    """A table that is not cut: set smaller, then on a sideways page, and at last with its longest words broken."""
    needed = sum(table.least_widths)
    for size, width in _SETTINGS:
        room = width / (size * _LETTER)
        if needed <= room:
            break
    widths = table.widths(room)
    columns = ", ".join(f"{share:.4f}fr" for share in widths)
    align = ", ".join("right" if right else "left" for right in table.right)
    opened = (
        f"#figure(kind: table, data-table(columns: ({columns},), align: ({align},), size: {size}pt, header: ("
    )
    inlines: list[Node] = [tree.raw_inline("typst", opened)]
    for cell, share in zip(table.header, widths, strict=True):
        inlines += _cell(cell, share)
    inlines.append(tree.raw_inline("typst", "), cells: ("))
    for row in table.rows:
        for cell, share in zip(row, widths, strict=True):
            inlines += _cell(cell, share)
    inlines.append(tree.raw_inline("typst", ")), caption: ["))
    closed = tree.raw_inline("typst", f"]) <{table.identifier}>")
    shown = tree.paragraph([*inlines, *table.caption, closed])
    if width == _UPRIGHT:
        return [shown]
    return [tree.raw("typst", "#page(flipped: true)["), shown, tree.raw("typst", "]")]


def _cell(inlines: Sequence[Node], width: float) -> list[Node]:
    """A cell; a word longer than the cell may be broken anywhere, for typst would print it over its neighbour."""
    room = width - CELL_EDGES + 0.01

    def broken(part: str) -> str:
        if letters(part) <= room:
            return part
        pieces = [""]
        for letter in part:
            if len(pieces[-1]) >= _SHORTEST_PIECE and letters(pieces[-1] + letter) > room - 1:
                pieces.append("")
            pieces[-1] += letter
        return "\u00ad".join(pieces)

    def breakable(node: Node) -> list[Node]:
        return [tree.text("-".join(broken(part) for part in node["c"].split("-")))]

    given = tree.rewritten(list(inlines), {"Str": breakable})
    return [tree.raw_inline("typst", "["), *given, tree.raw_inline("typst", "], ")]
