"""Checks a page of the web edition, block by block: every number has a key, or is explained by the page itself.

Belongs here: what text, references, captions, data tables, attributes, scripts and drawings may hold. The page is cut
into blocks in `release_page.py`; the order of pages and their numbering are read in `release_site.py`, the files of
the charts in `release_charts.py`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from itertools import groupby

from data_contracts.messages import undecimal
from pipelines.checksums import sha256_of
from pipelines.release_charts import ChartFiles
from pipelines.release_findings import Notes, without
from pipelines.release_page import Block, Page
from pipelines.release_site import Numbering, Site, resolved
from pipelines.release_words import KNOWN, masked, quoted

_REFERENCE = re.compile(r"(?:[^\W\d]+\s)?(?P<number>\d+(?:\.\d+)*)")
_SIZE = re.compile(r"(?P<number>\d+(?P<decimals>\.\d+)?)\s(?P<unit>B|kB|MB)")
_UNITS = {"B": 1, "kB": 1_000, "MB": 1_000_000}


class PageReading:
    """One pass over a page."""

    def __init__(
        self, page: Page, notes: Notes, charts: Mapping[str, ChartFiles], *, site: Site, numbering: Numbering
    ) -> None:
        """Looks at everything on the page, and notes figures and findings."""
        self.page, self.notes, self.charts = page, notes, charts
        self.site, self.numbering = site, numbering
        for item, blocks in groupby(page.blocks, lambda block: block.item):
            self._blocks(item, list(blocks))
        self._attributes()
        self._code()
        self._drawings()
        for link in page.links:
            self._link(link)

    def _blocks(self, item: str, blocks: list[Block]) -> None:
        chart = self.charts.get(item.removeprefix("fig-")) if item.startswith("fig-") else None
        cells = [block for block in blocks if chart is not None and block.tag in {"td", "th"}]
        if chart is not None and cells:
            seen = [(block.shown, block.cell_key) for block in cells]
            place = f"data table of {self.numbering.shown.get(item, item)}"
            self.notes.same(place, seen, chart.cells, f"differs from figures/{chart.name}.csv and its keys")
            for block in cells:
                self.notes.figures += chart.figures_of(self.page.file, place, block.cell_key, block.shown)
        for block in blocks:
            if block not in cells:
                self._block(block)

    def _block(self, block: Block) -> None:
        place = self._place(block)
        for key, shown in block.numbers:
            self.notes.figure(place, key, shown)
        for kind, href, text in block.generated:
            if kind == "xref":
                self._reference(place, href, text)
            elif kind in {"file-size", "file-sha256"}:
                self._fact(place, kind, href, text)
        repeats = block.tag not in {"h1", "h2", "h3", "h4", "h5", "h6"}
        if repeats and block.shown in self.site.titles:
            return
        if repeats and any(kind == "heading-number" for kind, _, _ in block.generated):
            self.notes.finding(place, "repeats no heading of the report")
        if block.editors:
            self.notes.editors_text(place, block.text)
        else:
            self.notes.text(place, self._own(block.item, block.text))

    def _own(self, item: str, text: str) -> str:
        """A text in which the label of the figure or table around it is accounted for."""
        return without(text, [" ".join(self.numbering.shown.get(item, "").split())], KNOWN)

    def _reference(self, place: str, href: str, text: str) -> None:
        file, name = resolved(self.page.file, href)
        found = _REFERENCE.fullmatch(text)
        if found is None:
            self.notes.text(place, text)
            return
        led = self.numbering.labels.get(name) if self.numbering.places.get(name) == file else None
        self.notes.same(place, found["number"], led, "refers to another number than it leads to")

    def _fact(self, place: str, kind: str, file: str, text: str) -> None:
        """The size or the checksum of a file of the release."""
        path = self.notes.release.folder / file
        if not path.is_file():
            self.notes.finding(place, "states a fact of no file of the release")
        elif kind == "file-sha256":
            self.notes.same(place, text, sha256_of(path), "is not the checksum of the file")
        else:
            found = _SIZE.fullmatch(undecimal(text, self.notes.release.language))
            unit = _UNITS[found["unit"]] if found else 1
            step = unit / 10 ** len((found["decimals"] or ".")[1:]) if found else 0
            told = float(found["number"]) * unit if found else -1
            near = abs(told - path.stat().st_size) <= step / 2
            self.notes.same(place, near, True, "is not the size of the file")

    def _attributes(self) -> None:
        for words in self.page.words:
            chart = self.charts.get(words.item.removeprefix("fig-"))
            label = " ".join(self.numbering.shown.get(words.item, "").split())
            text = " ".join(words.text.split())
            if chart is not None and label not in text.partition(":")[0].split("  ") and text == chart.alt:
                continue
            place = f"{masked(words.section)}, {label or words.tag}, {words.name}"
            if words.name == "data-alt":
                self.notes.finding(place, "is another description than that of figures/index.json")
            self.notes.text(place, self._own(words.item, text))

    def _code(self) -> None:
        """A page holds no scripts and no styles, but for the data of its charts, which are those of their files."""
        for raw in self.page.raws:
            chart = self.charts.get(raw.item.removeprefix("fig-"))
            place = f"{raw.tag} {self.numbering.shown.get(raw.item, '')}"
            if raw.kind == "spec" and chart is not None:
                same = json.loads(raw.text) == chart.specification
                self.notes.same(place, same, True, f"holds other data than figures/{chart.name}.json")
            elif raw.text.strip():
                self.notes.finding(place, "is no part of the report")

    def _drawings(self) -> None:
        known = {chart.drawing.strip() for chart in self.charts.values()}
        for number, drawing in enumerate(self.page.drawings, start=1):
            self.notes.same(
                f"drawing {number}", drawing.strip() in known, True, "is none of those in figures/"
            )

    def _link(self, link: str) -> None:
        if link == "data:,":
            return
        file, name = resolved(self.page.file, link)
        if file in self.site.pages:
            here = not name or name in self.site.pages[file].names
            self.notes.same(f"link to {masked(link)}", here, True, "leads to no place of the page")
            return
        local = (self.notes.release.folder / file).resolve()
        inside = local.is_relative_to(self.notes.release.folder.resolve()) and local.is_file()
        if not (inside or file in WRITTEN_LATER):
            self.notes.finding(f"link to {masked(link)}", "leads to no file of the release")

    def _place(self, block: Block) -> str:
        label = self.numbering.shown.get(block.item, "")
        return ", ".join(part for part in (masked(block.section), label, quoted(block.shown)) if part)


# Written over a release when it is put in place, after its pages.
WRITTEN_LATER = frozenset({"datapackage.json", "SHA256SUMS"})
