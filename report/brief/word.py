"""Writes the brief as a Word file, in the styles of the Word report.

Belongs here: its blocks. How a Word file is made of blocks is in `report/rendering/docx.py`.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from report.brief.written import Written
from report.keyed import bare
from report.rendering import tree
from report.rendering.document import Document, grid
from report.rendering.docx import word_file
from report.rendering.docx_markup import TEXT_WIDTH, TWIPS_PER_POINT, mark, paragraph, run, styled
from report.rendering.docx_tables import plain_table
from report.rendering.pandoc import Node

FILE = "brief.docx"
_GAP = 12.0


def write_word(brief: Written, release: Path, edition: Document) -> Path:
    """Write `brief.docx`.

    Raises:
        ReportError: Pandoc fails or warns.
    """
    path = release / FILE
    with tempfile.TemporaryDirectory(prefix="tesat-brief-") as private:
        folder = Path(private)
        for chart in brief.brief.charts:
            shutil.copyfile(release / "figures" / f"{chart.name}.png", folder / f"{chart.name}.png")
        path.write_bytes(word_file(edition, _blocks(brief, edition), folder))
    return path


def _blocks(brief: Written, edition: Document) -> list[Node]:
    words, sections = brief.words, brief.sections
    return [
        tree.raw("openxml", _band(words["kind"], edition)),
        *_headed(words["points"], sections["points"]),
        *_headed(words["charts"], _charts(brief)),
        tree.raw("openxml", mark("pagebreak")),
        *_headed(words["partners"], tree.rewritten(sections["partners"], {"Div": _table})),
        tree.raw("openxml", mark("callout CalloutWarning")),
        styled("Callout Warning Title", [tree.paragraph([tree.text(words["limits"])])]),
        styled("Callout Warning", sections["limits"]),
        tree.raw("openxml", mark("end")),
        *_headed(words["marks"], _joined(sections["marks"])),
        *_headed(
            words["source"], [*sections["source"], tree.paragraph([tree.text(edition.value("citation"))])]
        ),
    ]


def _band(kind: str, edition: Document) -> str:
    line = f"{edition.value('subtitle')}, {edition.shown_date}"
    lines = [("BriefKind", kind), ("BriefTitle", edition.value("title")), ("BriefLine", line)]
    return "".join(paragraph(style, run(text)) for style, text in lines)


def _headed(title: str, blocks: list[Node]) -> list[Node]:
    unnumbered = tree.raw_inline("openxml", mark("unnumbered"))
    heading = {"t": "Header", "c": [2, tree.identified(), [unnumbered, tree.text(title)]]}
    return [heading, *blocks] if blocks else []


def _joined(blocks: list[Node]) -> list[Node]:
    """A list as one paragraph, so that it takes less than a page."""
    inlines: list[Node] = []
    for item in (item for block in blocks for item in block["c"]):
        inlines += [tree.text(";"), {"t": "Space"}] if inlines else []
        inlines += [inline for block in item for inline in block["c"]]
    return [tree.paragraph(inlines)] if inlines else []


def _table(node: Node) -> list[Node] | None:
    table = grid(node)
    return None if table is None else plain_table(table)


def _charts(brief: Written) -> list[Node]:
    """Title, number and drawing of each chart, side by side."""
    charts = brief.brief.charts
    if not charts:
        return []
    width = TEXT_WIDTH // max(len(charts), 2)
    size = {"width": f"{width / TWIPS_PER_POINT - _GAP:.1f}pt"}
    columns = "".join(f'<w:gridCol w:w="{width}"/>' for _ in charts)
    blocks = [
        tree.raw(
            "openxml",
            f'<w:tbl><w:tblPr><w:tblW w:w="{width * len(charts)}" w:type="dxa"/><w:tblLayout w:type="fixed"/>'
            f"</w:tblPr><w:tblGrid>{columns}</w:tblGrid><w:tr><w:trPr><w:cantSplit/></w:trPr>",
        )
    ]
    for chart in charts:
        drawing = {
            "t": "Image",
            "c": [tree.identified("", (), size), [tree.text(bare(chart.alt))], [f"{chart.name}.png", ""]],
        }
        blocks += [
            tree.raw("openxml", f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>'),
            styled("Brief Chart", [tree.paragraph(brief.titles[chart.name])]),
            styled("Brief Number", [tree.paragraph(brief.numbers[chart.name])]),
            styled("Brief Chart", [tree.paragraph([drawing])]),
            tree.raw("openxml", "</w:tc>"),
        ]
    return [*blocks, tree.raw("openxml", "</w:tr></w:tbl>")]
