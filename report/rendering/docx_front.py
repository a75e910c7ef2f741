"""The first pages of the Word report: cover, imprint, table of contents, lists of figures and tables.

Belongs here: what stands before the report's own text. Its look is in `assets/docx_styles.xml`.
"""

from __future__ import annotations

from xml.sax.saxutils import escape

from report.rendering import tree
from report.rendering.document import Document, for_format, grid, heading_number, imprint, picture
from report.rendering.docx_markup import link, paragraph, run, tab
from report.rendering.docx_places import Places
from report.rendering.origins import without_note
from report.rendering.pandoc import Node

CONTENTS_DEPTH = 2

_IMPRINT = ("ImprintLabel", "ImprintText")

_CONTENTS_FIELD = f'TOC \\o "1-{CONTENTS_DEPTH}" \\h \\z \\u'


def front(document: Document) -> list[Node]:
    """Cover, imprint, contents and lists as blocks that pandoc passes through."""
    places = Places(document)
    lists = [_list(document, places, kind) for kind in ("fig", "tbl")]
    return [tree.raw("openxml", "".join([_cover(document), _imprint(document), _contents(document), *lists]))]


def _cover(document: Document) -> str:
    lines = [
        ("CoverRegion", document.value("region")),
        ("Title", document.value("title")),
        ("Subtitle", document.value("subtitle")),
        ("Date", document.shown_date),
        ("CoverNetwork", document.value("network")),
    ]
    return "".join(paragraph(style, run(words)) for style, words in lines if words or style == "CoverRegion")


def _imprint(document: Document) -> str:
    """How to cite, rights and contact, at the head of the page behind the cover; nothing where nothing is known."""
    lines = [(style, text) for said in imprint(document) for style, text in zip(_IMPRINT, said, strict=True)]
    return "".join(paragraph(style, run(text)) for style, text in lines)


def _list(document: Document, places: Places, kind: str) -> str:
    """The figures or the tables by the first sentence of their captions, as a field that is already filled in."""
    shown = [found for node in tree.walk(for_format(document, "docx")) if (found := _captioned(node, kind))]
    entries = [
        link(
            places.reference(identifier),
            run(document.labels[identifier].shown)
            + tab()
            + run(tree.plain_text(tree.first_sentence(without_note(words)))),
        )
        for identifier, words in shown
    ]
    field = f'TOC \\h \\z \\c "{document.words[kind].replace(" ", "_")}"'
    return _filled(document.words[f"list_{kind}"], field, [("TableofFigures", entry) for entry in entries])


def _captioned(node: Node, kind: str) -> tuple[str, list[Node]] | None:
    """Name and caption of a figure or a table; None for any other node."""
    if kind == "fig" and node["t"] == "Figure":
        shown = picture(node)
        return shown.identifier, shown.caption
    table = grid(node) if kind == "tbl" and node["t"] == "Div" else None
    return None if table is None else (table.identifier, table.caption)


def _contents(document: Document) -> str:
    """A contents field that is already filled in.

    Page numbers are known to nobody before Word or LibreOffice lays the pages out, and a wrong one would be
    worse than none: the entries are links, and updating the field in Word adds the numbers.
    """
    places = Places(document)
    entries = [
        _entry(document, places, node)
        for node in tree.walk(for_format(document, "docx"))
        if node["t"] == "Header" and node["c"][0] <= CONTENTS_DEPTH
    ]
    return _filled(document.words["contents"], _CONTENTS_FIELD, entries)


def _filled(title: str, field: str, entries: list[tuple[str, str]]) -> str:
    """A field of entries in their styles under a title; nothing where there are none."""
    if not entries:
        return ""
    code = f'<w:r><w:instrText xml:space="preserve"> {escape(field)} </w:instrText></w:r>'
    opened = [_mark("begin") + code + _mark("separate"), *[""] * (len(entries) - 1)]
    lines = [paragraph(style, start + entry) for start, (style, entry) in zip(opened, entries, strict=True)]
    return (
        '<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/><w:docPartUnique/>'
        "</w:docPartObj></w:sdtPr><w:sdtContent>"
        f"{paragraph('TOCHeading', run(title))}{''.join(lines)}"
        f"{paragraph('RunningEnd', _mark('end'))}</w:sdtContent></w:sdt>"
    )


def _mark(kind: str) -> str:
    return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'


def _entry(document: Document, places: Places, header: Node) -> tuple[str, str]:
    level, (identifier, _, _), inlines = header["c"]
    number = heading_number(document, header)
    words = run(tree.plain_text(inlines))
    shown = run(number) + tab() + words if number else words
    return f"TOC{level}", link(places.contents(identifier), shown)
