"""The first pages of the Word report: cover and table of contents.

Belongs here: what stands before the report's own text. Its look is in `assets/docx_styles.xml`.
"""

from __future__ import annotations

from report.rendering import tree
from report.rendering.document import Document, for_format, heading_number
from report.rendering.docx_markup import link, paragraph, run, tab
from report.rendering.docx_places import Places
from report.rendering.pandoc import Node

CONTENTS_DEPTH = 2

_CONTENTS_FIELD = f'TOC \\o "1-{CONTENTS_DEPTH}" \\h \\z \\u'


def front(document: Document) -> list[Node]:
    """Cover and contents as blocks that pandoc passes through."""
    return [tree.raw("openxml", _cover(document) + _contents(document))]


def _cover(document: Document) -> str:
    lines = [
        ("CoverRegion", document.value("region")),
        ("Title", document.value("title")),
        ("Subtitle", document.value("subtitle")),
        ("Date", document.shown_date),
    ]
    return "".join(paragraph(style, run(words)) for style, words in lines if words or style == "CoverRegion")


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
    code = f'<w:r><w:instrText xml:space="preserve"> {_CONTENTS_FIELD} </w:instrText></w:r>'
    opened = [_mark("begin") + code + _mark("separate"), *[""] * len(entries)]
    lines = [paragraph(style, start + entry) for start, (style, entry) in zip(opened, entries, strict=False)]
    if not lines:
        return ""
    return (
        '<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/><w:docPartUnique/>'
        "</w:docPartObj></w:sdtPr><w:sdtContent>"
        f"{paragraph('TOCHeading', run(document.words['contents']))}{''.join(lines)}"
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
