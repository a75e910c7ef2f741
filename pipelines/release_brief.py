"""Reads the brief of a release: every number in its PDF and Word file is one of `brief.json`, where it has its key.

Belongs here: the texts of `brief.json` against the figures that they print, and the two files against the texts and
the drawings of the brief's charts.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pipelines.release_charts import ChartFiles, check_text
from pipelines.release_documents import Stretch, Told, compact, compare, is_repeated, pdf_lines, word_lines
from pipelines.release_findings import Notes
from pipelines.release_words import quoted

INDEX, PDF, WORD = "brief.json", "brief.pdf", "brief.docx"
FILES = frozenset({INDEX, PDF, WORD})
_TEXT, _MARKUP = re.compile(r"<text\b[^>]*>(.*?)</text>", re.DOTALL), re.compile(r"<[^>]*>")
_WHOLE = "the brief"


class BriefReading:
    """A brief that is being read; its `brief.json` must be there."""

    def __init__(self, folder: Path, charts: Mapping[str, ChartFiles], about: Mapping[str, Any]) -> None:
        """Reads the brief's texts."""
        self.folder = folder
        self.known = json.loads((folder / INDEX).read_text(encoding="utf-8"))
        self.charts = [charts[name] for name in self.known["charts"] if name in charts]
        head = f"{about['title']}, {about['subtitle']} {about['edition_mark']}"
        running = (head, f"{about['banner']} {about['footnote']}")
        self.told = Told((), (), tuple(compact(text) for text in running))

    def texts(self, notes: Notes) -> Notes:
        """Every number of a text has a key and is the value under it."""
        for name in self.known["charts"]:
            notes.same(
                f"chart {name}", name in {chart.name for chart in self.charts}, True, "is not in the release"
            )
        for text in self.known["texts"]:
            check_text(quoted(text["text"]), text["text"], text["text_numbers"], notes)
        return notes

    def pdf(self, notes: Notes) -> Notes:
        """The numbers of the PDF."""
        drawn = [_MARKUP.sub(" ", text) for chart in self.charts for text in _TEXT.findall(chart.drawing)]
        self._compare(pdf_lines(self.folder / PDF, self.told), drawn, notes)
        return notes

    def word(self, notes: Notes) -> Notes:
        """The numbers of the Word file, and the descriptions of its pictures."""
        lines, described = word_lines(self.folder / WORD)
        self._compare([line for line in lines if not is_repeated(line, self.told.running)], [], notes)
        known = {chart.alt for chart in self.charts}
        for text in (" ".join(text.split()) for text in described):
            notes.same(
                f"description {quoted(text)}", text in known, True, "is not that of a chart of the brief"
            )
        return notes

    def _compare(self, lines: list[str], drawn: list[str], notes: Notes) -> None:
        texts = [text["text"] for text in self.known["texts"]]
        compare([Stretch(_WHOLE, [*texts, *drawn])], [Stretch(_WHOLE, lines)], notes)
