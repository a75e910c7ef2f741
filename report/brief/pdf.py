"""Writes the brief as PDF: two pages of A4 that keep PDF/A-3a and PDF/UA-1.

Belongs here: the arguments of `report/rendering/assets/brief.typ`, and the size of letters in which two pages hold it.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

from report.brief.written import Written
from report.keyed import bare
from report.rendering import pandoc, tree
from report.rendering.document import Document, grid
from report.rendering.errors import ReportError
from report.rendering.pandoc import Node
from report.rendering.pdf_tables import whole_table
from report.rendering.typesetting import call, listed, named, quoted, typeset
from report.rendering.words import ASSETS

FILE, PAGES = "brief.pdf", 2
# Points of the letters, the largest first.
_END = "// end of a part"
SIZES = (10.6, 10.0, 9.4, 8.8, 8.2)


def write_pdf(brief: Written, release: Path, edition: Document) -> Path:
    """Write `brief.pdf`, in the largest letters in which it has two pages.

    Raises:
        ReportError: Typst fails, warns or cannot keep the standards, or no size of letters gives two pages.
    """
    path = release / FILE
    with tempfile.TemporaryDirectory(prefix="tesat-brief-") as private:
        folder = Path(private)
        for name in ("report.typ", "brief.typ"):
            shutil.copyfile(ASSETS / name, folder / name)
        for chart in brief.brief.charts:
            shutil.copyfile(release / "figures" / f"{chart.name}.svg", folder / f"{chart.name}.svg")
        given = _arguments(brief, edition)
        for size in SIZES:
            text = call("brief", given | {"size": f"{size}pt"})
            (folder / "main.typ").write_text(text, encoding="utf-8")
            made = typeset(folder, FILE, stamp=edition.stamp)
            if _pages(made) == PAGES:
                path.write_bytes(made)
                return path
    raise ReportError(
        f"{FILE}: {_pages(made)} pages instead of {PAGES}; shorten brief.yaml: fewer points, shorter words."
    )


def _arguments(brief: Written, edition: Document) -> dict[str, str]:
    keys = ("title", "subtitle", "region", "network", "edition_mark", "footnote", "citation")
    given = {key.replace("_", "-"): quoted(edition.value(key)) for key in keys}
    sections = {name: blocks for name, blocks in brief.sections.items() if name != "marks"}
    inline = [
        [tree.plain(part[chart.name])]
        for chart in brief.brief.charts
        for part in (brief.titles, brief.numbers)
    ]
    marks = [item for block in brief.sections["marks"] for item in block["c"]]
    shown = iter(_typst([*sections.values(), *inline, *marks]))
    written = {name: next(shown) for name in sections}
    charts = [
        f"(title: {next(shown)}, number: {next(shown)}, "
        f"drawing: image({quoted(f'{chart.name}.svg')}, width: 100%, alt: {quoted(bare(chart.alt))}))"
        for chart in brief.brief.charts
    ]
    words = {key: text for key, text in brief.words.items() if "{" not in text}
    day, language = edition.day, edition.value("language").partition("-")[0]
    words = {key: text for key, text in brief.words.items() if "{" not in text}
    return {
        **given,
        **written,
        "charts": listed(charts),
        "marks": listed(list(shown)),
        "language": quoted(language),
        "words": named(words),
        "day": f"datetime(year: {day.year}, month: {day.month}, day: {day.day})",
        "shown-date": quoted(edition.shown_date),
    }


def _typst(parts: Sequence[list[Node]]) -> list[str]:
    """Parts as typst's content, which pandoc writes in one go."""

    def division(node: Node) -> list[Node] | None:
        table = grid(node)
        return None if table is None else [whole_table(table)]

    whole = [block for part in parts for block in (*part, tree.raw("typst", _END))]
    shown = tree.rewritten(whole, {"Div": division})
    text = pandoc.write(pandoc.tree_of(shown), "typst", arguments=["--wrap=none"]).decode()
    return [f"[{part.strip()}]" for part in text.split(_END)[:-1]]


def _pages(pdf: bytes) -> int:
    from pypdf import PdfReader

    return len(PdfReader(BytesIO(pdf)).pages)
