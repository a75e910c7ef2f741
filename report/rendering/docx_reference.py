"""The reference document that pandoc takes page, styles and heading numbers from, header and footer with them.

It is made anew for each edition out of pandoc's own reference and `assets/docx_styles.xml`, so that no binary
file lies in the repository. Belongs here: the page and its styles; what runs along every page is in
`docx_running.py`.
"""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, Any

from report.rendering import pandoc
from report.rendering.document import Document
from report.rendering.docx_markup import (
    BOTTOM_MARGIN,
    EMU_PER_TWIP,
    PAGE_HEIGHT,
    PAGE_WIDTH,
    SIDE_MARGIN,
    TOP_MARGIN,
    rooted,
)
from report.rendering.docx_running import set_running_lines
from report.rendering.words import ASSETS

if TYPE_CHECKING:
    from docx.document import Document as WordFile

CALLOUTS = {
    "note": ("17559C", "EEF4FB"),
    "tip": ("1A7F4B", "EEF8F2"),
    "warning": ("8A4B00", "FDF4E7"),
    "caution": ("8A4B00", "FDF4E7"),
    "important": ("8A1429", "FCF0F2"),
}

_HEADER_FROM_EDGE, _FOOTER_FROM_EDGE = 624, 567
_NUMBER_WIDTHS = (700, 820, 960, 1100, 1240, 1380)


COUNTRIES = {"en": "GB", "sq": "AL", "sr-Latn": "RS", "sr-Cyrl": "RS"}


def write_reference(document: Document, path: Path) -> None:
    """Write the reference document of an edition."""
    import docx

    word = docx.Document(BytesIO(pandoc.run(["--print-default-data-file", "reference.docx"], b"")))
    _set_styles(word, document)
    _set_heading_numbers(word)
    _set_page(word)
    set_running_lines(word, document)
    word.save(str(path))


def language_tag(document: Document) -> str:
    """The language as Word knows it, with a country, without which it finds no dictionary."""
    language = document.value("language")
    return f"{language}-{COUNTRIES[language]}" if language in COUNTRIES else language


def _set_styles(word: WordFile, document: Document) -> None:
    from docx.oxml import parse_xml

    template = Template((ASSETS / "docx_styles.xml").read_text(encoding="utf-8"))
    callouts = "".join(_callout_styles(kind, line, wash) for kind, (line, wash) in CALLOUTS.items())
    given: Any = parse_xml(template.substitute(language=language_tag(document), callouts=callouts).encode())
    styles = word.styles.element
    for element in list(styles):
        styles.remove(element)
    styles.extend(list(given))


def _callout_styles(kind: str, line: str, wash: str) -> str:
    """The words and the title of one kind of callout: edge, fill and padding in its colours."""
    edges = {"top": (wash, 4, 5), "left": (line, 28, 8), "bottom": (wash, 4, 5), "right": (wash, 4, 8)}
    borders = "".join(
        f'<w:{side} w:val="single" w:sz="{size}" w:space="{space}" w:color="{colour}"/>'
        for side, (colour, size, space) in edges.items()
    )
    name = f"Callout {kind.capitalize()}"
    identifier = name.replace(" ", "")
    return (
        f'<w:style w:type="paragraph" w:customStyle="1" w:styleId="{identifier}"><w:name w:val="{name}"/>'
        f'<w:basedOn w:val="Callout"/><w:pPr><w:pBdr>{borders}</w:pBdr>'
        f'<w:shd w:val="clear" w:color="auto" w:fill="{wash}"/></w:pPr></w:style>'
        f'<w:style w:type="paragraph" w:customStyle="1" w:styleId="{identifier}Title">'
        f'<w:name w:val="{name} Title"/><w:basedOn w:val="{identifier}"/><w:next w:val="{identifier}"/>'
        f'<w:pPr><w:keepNext/><w:spacing w:before="240"/></w:pPr>'
        f'<w:rPr><w:b/><w:bCs/><w:color w:val="{line}"/></w:rPr></w:style>'
    )


def _set_heading_numbers(word: WordFile) -> None:
    from docx.oxml import parse_xml

    levels = "".join(
        f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="decimal"/>'
        f'<w:pStyle w:val="Heading{level + 1}"/>'
        f'<w:lvlText w:val="{".".join(f"%{number}" for number in range(1, level + 2))}"/><w:lvlJc w:val="left"/>'
        f'<w:pPr><w:ind w:left="{width}" w:hanging="{width}"/></w:pPr></w:lvl>'
        for level, width in enumerate(_NUMBER_WIDTHS)
    )
    numbering = word.part.numbering_part.element
    for element in list(numbering):
        numbering.remove(element)
    many = '<w:multiLevelType w:val="multilevel"/>'
    given: Any = parse_xml(
        rooted(
            "numbering",
            f'<w:abstractNum w:abstractNumId="1">{many}{levels}</w:abstractNum>'
            '<w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num>',
        )
    )
    numbering.extend(list(given))


def _set_page(word: WordFile) -> None:
    section = word.sections[0]
    lengths = {
        "page_width": PAGE_WIDTH,
        "page_height": PAGE_HEIGHT,
        "left_margin": SIDE_MARGIN,
        "right_margin": SIDE_MARGIN,
        "top_margin": TOP_MARGIN,
        "bottom_margin": BOTTOM_MARGIN,
        "header_distance": _HEADER_FROM_EDGE,
        "footer_distance": _FOOTER_FROM_EDGE,
        "gutter": 0,
    }
    for name, twips in lengths.items():
        setattr(section, name, twips * EMU_PER_TWIP)
    for element in section._sectPr.xpath("w:footnotePr"):
        section._sectPr.remove(element)
