"""The report's blocks as pandoc's Word writer needs them: captions, tables, figures, callouts, references.

Belongs here: which paragraph takes which style, and what pandoc cannot write by itself. Places that must be
mended once pandoc has written are marked with an instruction `<?tesat …?>`; `docx_finish.py` answers them.
"""

from __future__ import annotations

from pathlib import Path

from report.rendering import tree
from report.rendering.document import Document, Picture, for_format, grid, heading_number, picture
from report.rendering.docx_markup import (
    TEXT_WIDTH,
    TWIPS_PER_POINT,
    bookmark_end,
    bookmark_start,
    mark,
    style_id,
    styled,
)
from report.rendering.docx_places import Places, caption, reference
from report.rendering.docx_tables import table, turned_pages
from report.rendering.errors import ReportError
from report.rendering.pandoc import Node

_TALLEST = 11400
_TAB, _BREAK = "<w:r><w:tab/></w:r>", '<w:r><w:t xml:space="preserve"> · </w:t></w:r>'
_PNG_HEAD = b"\x89PNG\r\n\x1a\n"


def image_name(source: str) -> str:
    """The PNG that stands for a figure's source, such as `figures/trend.png`."""
    return Path(source).with_suffix(".png").as_posix()


def word_blocks(document: Document, folder: Path) -> list[Node]:
    """The report's body; `folder` holds the PNG of each figure."""
    places = Places(document)

    def figure(node: Node) -> list[Node]:
        return _figure(document, places, picture(node), folder)

    def division(node: Node) -> list[Node] | None:
        found = grid(node)
        if found is not None:
            return table(document, places, found)
        key_figure = "key-figure" in tree.attributes(node)[1]
        return _key_figure(node) if key_figure else _callout(document, node)

    def header(node: Node) -> list[Node]:
        return [_header(document, places, node)]

    def link(node: Node) -> list[Node] | None:
        return reference(document, places, node)

    blocks: list[Node] = tree.rewritten(
        for_format(document, "docx"),
        {"Figure": figure, "Div": division, "Header": header, "Link": link},
    )
    return turned_pages(blocks)


def _header(document: Document, places: Places, node: Node) -> Node:
    level, attributes, inlines = node["c"]
    identifier = attributes[0]
    number = places.number(identifier)
    unnumbered = "" if heading_number(document, node) else mark("unnumbered")
    opened = (
        unnumbered
        + bookmark_start(number, places.contents(identifier))
        + bookmark_start(number + 1, places.reference(identifier))
    )
    closed = bookmark_end(number + 1) + bookmark_end(number)
    inside = [tree.raw_inline("openxml", opened), *inlines, tree.raw_inline("openxml", closed)]
    return {"t": "Header", "c": [level, attributes, inside]}


def _figure(document: Document, places: Places, shown: Picture, folder: Path) -> list[Node]:
    name = image_name(shown.source)
    width, height = _printed_size(folder / name)
    size = {"width": f"{width:.1f}pt", "height": f"{height:.1f}pt"}
    drawing = {
        "t": "Image",
        "c": [tree.identified("", (), size), [tree.text(shown.alt)], [name, ""]],
    }
    words = caption(document, places, shown.identifier, shown.caption)
    blocks = [
        styled("Captioned Figure", [tree.paragraph([drawing])]),
        styled("Image Caption", [tree.paragraph(words)]),
    ]
    return [tree.division(blocks, shown.identifier)]


def _printed_size(image: Path) -> tuple[float, float]:
    """Width and height in points: the measure's full width, less where a page would not hold the picture.

    Raises:
        ReportError: The file is no PNG.
    """
    with image.open("rb") as file:
        head = file.read(24)
    if not head.startswith(_PNG_HEAD):
        raise ReportError(f"report.docx: {image.name} is not a PNG file; draw the figure again.")
    width, height = int.from_bytes(head[16:20]), int.from_bytes(head[20:24])
    scale = min(TEXT_WIDTH / width, _TALLEST / height) / TWIPS_PER_POINT
    return width * scale, height * scale


def _key_figure(node: Node) -> list[Node]:
    """A count in large, and on its line who stands behind it and the year before."""
    _, (card,) = node["c"]
    number, *rest = card["c"]
    said: list[Node] = []
    for inline in rest:
        breaks = inline["t"] == "LineBreak"
        said.append(tree.raw_inline("openxml", _TAB if not said else _BREAK) if breaks else inline)
    large = tree.span(number["c"], pairs={"custom-style": "Key Figure Number"})
    return [styled("Key Figure", [tree.paragraph([large, *said])])]


def _callout(document: Document, node: Node) -> list[Node] | None:
    identifier, classes, pairs = tree.attributes(node)
    if "pagebreak" in classes:
        return [tree.raw("openxml", mark("pagebreak"))]
    if "callout" not in classes:
        return None
    style = f"Callout {pairs['kind'].capitalize()}"
    title = pairs["title"] or document.words[pairs["kind"]]
    blocks = [
        tree.raw("openxml", mark(f"callout {style_id(style)}")),
        styled(f"{style} Title", [tree.paragraph([tree.text(title)])]),
        styled(style, node["c"][1]),
        tree.raw("openxml", mark("end")),
    ]
    return [tree.division(blocks, identifier)]
