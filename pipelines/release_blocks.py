"""Checks the web page of a release, block by block: every number has a key, or is explained by the page itself.

Belongs here: what text, headings, references, captions, data tables, attributes, scripts and drawings may hold. The
page is cut into blocks in `release_page.py`; the files of the charts are read in `release_charts.py`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from itertools import groupby
from pathlib import Path

from pipelines.release_charts import ChartFiles
from pipelines.release_findings import Notes, without
from pipelines.release_page import Block, Page
from pipelines.release_sources import REPORT
from pipelines.release_words import KNOWN, masked, quoted

PAGE = "index.html"
ASSETS = REPORT / "rendering" / "assets"
_FACE = re.compile(r"@font-face\{[^{}]*\}\s*")
_LABEL = re.compile(r"(?P<word>[^\W\d]+)\s(?P<number>\d+):")
_REFERENCE = re.compile(r"(?:[^\W\d]+\s)?(?P<number>\d+(?:\.\d+)*)")


class PageReading:
    """One pass over a page; `labels` are the numbers of its headings, figures and tables by name."""

    def __init__(self, page: Page, notes: Notes, charts: Mapping[str, ChartFiles]) -> None:
        """Looks at everything on the page, and notes figures and findings."""
        self.page, self.notes, self.charts = page, notes, charts
        self.labels: dict[str, str] = {}
        self.shown_labels: dict[str, str] = {}
        self._headings()
        self._captions()
        titles = {block.shown for _, block in page.headings}
        for item, blocks in groupby(page.blocks, lambda block: block.item):
            self._blocks(item, list(blocks), titles)
        self._attributes()
        self._code()
        self._drawings()
        for link in page.links:
            self._link(link)

    def _headings(self) -> None:
        """The numbers of headings follow one another."""
        counted = [0] * 6
        for name, block in self.page.headings:
            number = "".join(text for kind, _, text in block.generated if kind == "heading-number")
            if not number:
                continue
            level = int(block.tag[1:]) - 2
            counted[level] += 1
            counted[level + 1 :] = [0] * (len(counted) - level - 1)
            self.labels[name] = ".".join(str(part) for part in counted[: level + 1])
            self.notes.same(
                quoted(block.shown), number, self.labels[name], "a heading is numbered out of order"
            )

    def _captions(self) -> None:
        """The numbers of figures and tables follow one another."""
        counted = {"fig": 0, "tbl": 0}
        for block in self.page.blocks:
            for kind, _, text in block.generated:
                if kind != "caption-label":
                    continue
                found, sort = _LABEL.fullmatch(text), block.item.partition("-")[0]
                counted[sort] = counted.get(sort, 0) + 1
                self.labels[block.item] = str(counted[sort])
                self.shown_labels[block.item] = text.removesuffix(":")
                number = found["number"] if found else ""
                self.notes.same(self._place(block), number, str(counted[sort]), "is numbered out of order")

    def _blocks(self, item: str, blocks: list[Block], titles: set[str]) -> None:
        chart = self.charts.get(item.removeprefix("fig-")) if item.startswith("fig-") else None
        cells = [block for block in blocks if chart is not None and block.tag in {"td", "th"}]
        if chart is not None and cells:
            seen = [(block.shown, block.cell_key) for block in cells]
            place = f"data table of {self.shown_labels.get(item, item)}"
            self.notes.same(place, seen, chart.cells, f"differs from figures/{chart.name}.csv and its keys")
            for block in cells:
                self.notes.figures += chart.figures_of(PAGE, place, block.cell_key, block.shown)
        for block in blocks:
            if block not in cells:
                self._block(block, titles)

    def _block(self, block: Block, titles: set[str]) -> None:
        place = self._place(block)
        for key, shown in block.numbers:
            self.notes.figure(place, key, shown)
        for kind, href, text in block.generated:
            if kind == "xref":
                self._reference(place, href, text)
        repeats = block.tag not in {"h1", "h2", "h3", "h4", "h5", "h6"}
        if repeats and block.shown in titles:
            return
        if repeats and any(kind == "heading-number" for kind, _, _ in block.generated):
            self.notes.finding(place, "repeats no heading of the page")
        if block.editors:
            self.notes.editors_text(place, block.text)
        else:
            self.notes.text(place, self._own(block.item, block.text))

    def _own(self, item: str, text: str) -> str:
        """A text in which the label of the figure or table around it is accounted for."""
        return without(text, [" ".join(self.shown_labels.get(item, "").split())], KNOWN)

    def _reference(self, place: str, href: str, text: str) -> None:
        name = href.removeprefix("#")
        found = _REFERENCE.fullmatch(text)
        if found is None:
            self.notes.text(place, text)
        else:
            self.notes.same(
                place, found["number"], self.labels.get(name), "refers to another number than it leads to"
            )

    def _attributes(self) -> None:
        for words in self.page.words:
            chart = self.charts.get(words.item.removeprefix("fig-"))
            label = " ".join(self.shown_labels.get(words.item, "").split())
            text = " ".join(words.text.split())
            if chart is not None and label not in text.partition(":")[0].split("  ") and text == chart.alt:
                continue
            place = f"{masked(words.section)}, {label or words.tag}, {words.name}"
            if words.name == "data-alt":
                self.notes.finding(place, "is another description than that of figures/index.json")
            self.notes.text(place, self._own(words.item, text))

    def _code(self) -> None:
        """Scripts and styles are those of the report's sources; the charts' data are those of their files."""
        own = {_trimmed(ASSETS / "report.js"), _library()}
        style = _trimmed(ASSETS / "report.css")
        for raw in self.page.raws:
            text = raw.text.strip()
            chart = self.charts.get(raw.item.removeprefix("fig-"))
            place = f"{raw.tag} {self.shown_labels.get(raw.item, '')}"
            if raw.tag == "style":
                self.notes.same(place, _FACE.sub("", text).strip(), style, "is not the report's style")
            elif raw.kind == "spec" and chart is not None:
                same = json.loads(text) == chart.specification
                self.notes.same(place, same, True, f"holds other data than figures/{chart.name}.json")
            elif text and text not in own:
                self.notes.finding(place, "is no script of the report")

    def _drawings(self) -> None:
        known = {chart.drawing.strip() for chart in self.charts.values()}
        for number, drawing in enumerate(self.page.drawings, start=1):
            self.notes.same(
                f"drawing {number}", drawing.strip() in known, True, "is none of those in figures/"
            )

    def _link(self, link: str) -> None:
        local = (self.notes.release.folder / link).resolve()
        inside = local.is_relative_to(self.notes.release.folder.resolve()) and local.is_file()
        if not (link.startswith("#") or link == "data:," or inside or link in WRITTEN_LATER):
            self.notes.finding(f"link to {masked(link)}", "leads to no file of the release")

    def _place(self, block: Block) -> str:
        label = self.shown_labels.get(block.item, "")
        return ", ".join(part for part in (masked(block.section), label, quoted(block.shown)) if part)


WRITTEN_LATER = frozenset({"report.pdf", "report.docx"})


@cache
def _library() -> str:
    """The library that draws the charts, as the page holds it."""
    text = (files("plotly") / "package_data" / "plotly.min.js").read_text(encoding="utf-8")
    return text.strip().replace("</script", "<\\/script")


def _trimmed(path: Path) -> str:
    return path.read_text(encoding="utf-8").strip()
