"""Writes the report as a Word file with real fields, styles and headings, with pandoc and python-docx.

Belongs here: the order of the work. The report's blocks are in `docx_blocks.py`, cover and contents in
`docx_front.py`, page and styles in `docx_reference.py`; `docx_finish.py` mends the written file.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path

from report.rendering import pandoc, tree
from report.rendering.document import Document, for_format, picture
from report.rendering.docx_blocks import image_name, word_blocks
from report.rendering.docx_finish import finish
from report.rendering.docx_fonts import embed_fonts
from report.rendering.docx_front import front
from report.rendering.docx_package import describe, packed
from report.rendering.docx_reference import language_tag, write_reference
from report.rendering.errors import ReportError
from report.rendering.images import rasterised
from report.rendering.pandoc import Node

_DRAWERS = 2


def write_docx(document: Document, release: Path) -> Path:
    """Write `report.docx`.

    A figure is shown from `figures/NAME.png` where it exists, else drawn from its SVG.

    Raises:
        ReportError: Pandoc fails or warns, or a figure has no file that can be drawn.
    """
    path = release / "report.docx"
    with tempfile.TemporaryDirectory(prefix="tesat-docx-") as private:
        folder = Path(private)
        _collect_images(document, folder)
        blocks = [*front(document), *word_blocks(document, folder)]
        path.write_bytes(word_file(document, blocks, folder))
    return path


def word_file(document: Document, blocks: Sequence[Node], folder: Path) -> bytes:
    """Blocks as a Word file in the edition's styles; `folder` holds their pictures.

    Raises:
        ReportError: Pandoc fails or warns.
    """
    import docx

    write_reference(document, folder / "reference.docx")
    written = pandoc.write(
        pandoc.tree_of(blocks),
        "docx",
        arguments=[
            "--output=-",
            f"--reference-doc={folder / 'reference.docx'}",
            f"--resource-path={folder}",
        ],
        stamp=document.stamp,
    )
    word = docx.Document(BytesIO(written))
    finish(word)
    embed_fonts(word)
    describe(word, document, language_tag(document))
    return packed(word)


def _collect_images(document: Document, folder: Path) -> None:
    """The PNG of each figure, where `docx_blocks.image_name` says.

    The folder's own name must not reach the file, for it is another one each time.
    """
    figures = [node for node in tree.walk(for_format(document, "docx")) if node["t"] == "Figure"]
    sources = dict.fromkeys(picture(node).source for node in figures)

    def collect(source: str) -> None:
        name = image_name(source)
        ready = document.find(name)
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(ready.read_bytes() if ready else _drawn(document.file(source)))

    with ThreadPoolExecutor(max_workers=_DRAWERS) as pool:
        list(pool.map(collect, sources))


def _drawn(drawing: Path) -> bytes:
    import typst

    try:
        return rasterised(drawing)
    except typst.TypstError as error:
        raise ReportError(f"report.docx: {drawing.name} cannot be drawn: {error.message}") from error
