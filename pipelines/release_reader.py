"""A release folder that is being read, a part at a time: data, charts, page, documents.

Belongs here: which file is read by what. The result is put together in `release_reading.py`.
"""

from __future__ import annotations

import json
from functools import cached_property
from pathlib import Path

from data_contracts.model import Catalog, Region
from pipelines import release_brief
from pipelines.release_annex import check_annex
from pipelines.release_blocks import PageReading
from pipelines.release_charts import INDEX, ChartFiles, check_table, check_words, read_charts, unknown_files
from pipelines.release_documents import (
    PDF,
    WORD,
    Told,
    compare,
    different_files,
    document_stretches,
    is_repeated,
    page_stretches,
    pdf_lines,
    told_by,
    word_lines,
)
from pipelines.release_drawings import check_drawing
from pipelines.release_files import check_edition, check_observations
from pipelines.release_files import unknown_files as unknown_data
from pipelines.release_findings import Notes
from pipelines.release_forms import check_message, check_structure, check_workbook
from pipelines.release_plots import check_plot
from pipelines.release_provenance import check_provenance
from pipelines.release_site import FOLDER, PAGE, Numbering, Site, check_beside
from pipelines.release_sources import REPORT, Sources, sources_of
from pipelines.release_values import Release
from pipelines.release_words import quoted

DATA, PACKAGE = "data", "datapackage.json"
WORKBOOK = "data/tables.xlsx"
PROVENANCE, STRUCTURE = "data/provenance.json", "data/structure.json"
AT_THE_TOP = frozenset(
    {DATA, "figures", FOLDER, PAGE, PDF, WORD, PACKAGE, "SHA256SUMS", *release_brief.FILES}
)


class ReleaseReader:
    """A release folder that is being read, a part at a time."""

    def __init__(self, folder: Path, *, catalog: Catalog, region: Region, report: Path = REPORT) -> None:
        """Reads the data."""
        self.folder, self.report = folder, report
        self.release = Release(folder, catalog=catalog, region=region)

    def rendered(self, *, pages: bool) -> list[Notes]:
        """What lies in the folder itself; `pages` takes in the web edition, the documents and the brief."""
        found = self.top()
        if pages and (self.folder / PAGE).is_file():
            found += [*self.site(), *self.documents()]
        if pages and (self.folder / release_brief.INDEX).is_file():
            found += self.brief()
        return found

    def data(self) -> list[Notes]:
        """The CSV files and edition.json, and the other forms of them."""
        release = self.release
        about = self._notes("data/edition.json")
        check_edition(release, about)
        folder = self._notes(DATA)
        unknown_data(release, folder)
        found = [about, folder]
        for name in release.keys:
            notes = self._notes(f"data/{name}.csv")
            observed = name in release.region.datasets
            (check_observations if observed else check_annex)(release, name, notes)
            found.append(notes)
            message = self.folder / DATA / f"{name}.json"
            if message.is_file():
                found.append(self._notes(f"data/{name}.json"))
                check_message(release, name, message, found[-1])
        if (self.folder / WORKBOOK).is_file():
            found.append(self._notes(WORKBOOK))
            check_workbook(release, self.folder / WORKBOOK, found[-1])
        for name, check in ((PROVENANCE, check_provenance), (STRUCTURE, check_structure)):
            if (self.folder / name).is_file():
                found.append(self._notes(name))
                check(release, self.folder / name, found[-1])
        return found

    def charts(self) -> list[Notes]:
        """The files in `figures/`."""
        index = self._notes(INDEX)
        check_words(self.folder, index)
        unknown_files(self.folder, self.known_charts, index)
        return [index, *(notes for chart in self.known_charts.values() for notes in self.chart(chart))]

    def chart(self, chart: ChartFiles) -> list[Notes]:
        """The files of one chart."""
        table, plot, drawing = (
            self._notes(f"figures/{chart.name}.{form}") for form in ("csv", "json", "svg")
        )
        check_table(chart, table)
        check_plot(chart, plot)
        check_drawing(chart, drawing)
        return [table, plot, drawing]

    def site(self) -> list[Notes]:
        """Every page of the web edition, and what lies beside them."""
        notes: dict[str, Notes] = {}

        def notes_of(file: str) -> Notes:
            return notes.setdefault(file, self._notes(file))

        numbering = Numbering(self.known_site, notes_of)
        for file, page in self.known_site.pages.items():
            PageReading(page, notes_of(file), self.known_charts, site=self.known_site, numbering=numbering)
        check_beside(self.known_site, notes_of)
        return list(notes.values())

    def documents(self) -> list[Notes]:
        """PDF and Word, where they were made, against the web edition."""
        made = {PDF: self._pdf, WORD: self._word}
        return [read(self._notes(name)) for name, read in made.items() if (self.folder / name).is_file()]

    def brief(self) -> list[Notes]:
        """The two-page brief, in the formats in which it was made."""
        reading = release_brief.BriefReading(self.folder, self.known_charts, self.release.about)
        made = {
            release_brief.INDEX: reading.texts,
            release_brief.PDF: reading.pdf,
            release_brief.WORD: reading.word,
        }
        return [read(self._notes(name)) for name, read in made.items() if (self.folder / name).is_file()]

    def top(self) -> list[Notes]:
        """The folder itself holds what a release has, and nothing else."""
        notes = self._notes(".")
        for path in sorted(self.folder.iterdir()):
            if path.name not in AT_THE_TOP:
                notes.finding(f"file {path.name}", "is none of the files that a release has")
        return [notes]

    @cached_property
    def sources(self) -> Sources:
        """What the report's sources say."""
        return _sources(self.release, self.report)

    @cached_property
    def known_charts(self) -> dict[str, ChartFiles]:
        """The charts of the index."""
        return read_charts(self.folder)

    @cached_property
    def known_site(self) -> Site:
        """The pages of the web edition, cut into blocks."""
        return Site(self.folder)

    @cached_property
    def known_words(self) -> Told:
        """What the PDF and the Word file repeat of the pages and of edition.json."""
        package = json.loads((self.folder / PACKAGE).read_text(encoding="utf-8"))
        return told_by(self.known_site.chapters, self.release.about, package)

    def _notes(self, file: str) -> Notes:
        return Notes(file, self.release, self.sources)

    def _pdf(self, notes: Notes) -> Notes:
        path = self.folder / PDF
        expected = page_stretches(self.known_site.chapters, self.known_charts, drawn=True)
        lines = pdf_lines(path, self.known_words)
        compare(expected, document_stretches(lines, [one.label for one in expected[1:]]), notes)
        for name in different_files(path, self.folder):
            notes.finding(f"attached file {name}", "is not the file of the release")
        return notes

    def _word(self, notes: Notes) -> Notes:
        expected = page_stretches(self.known_site.chapters, self.known_charts, drawn=False)
        lines, described = word_lines(self.folder / WORD)
        lines = [line for line in lines if not is_repeated(line, self.known_words.running)]
        compare(expected, document_stretches(lines, [one.label for one in expected[1:]]), notes)
        known = {chart.alt for chart in self.known_charts.values()}
        for text in (" ".join(text.split()) for text in described):
            if text not in known:
                notes.text(f"description {quoted(text)}", text)
        return notes


def _sources(release: Release, report: Path) -> Sources:
    """The report's sources, and what edition.json says of the edition: its date as it is written and as it is cited."""
    from datetime import date

    from babel.dates import format_date

    about = release.about
    day, language = date.fromisoformat(str(about["date"])), str(about["language"])
    locales = (
        {language.replace("-", "_"), "en_GB"} if language.startswith("en") else {language.replace("-", "_")}
    )
    days = [str(format_date(day, format="long", locale=locale)) for locale in sorted(locales)]
    name = f"{str(about['region']).replace('_', '-')}-{about['year']}"
    cited = [name, f"year {day.year}", f"PY {day.year}", f"DA {day:%Y/%m/%d}"]
    texts = [*days, *cited, *(str(value) for value in about.values() if isinstance(value, str))]
    return sources_of(
        release.catalog,
        release.region,
        report=report,
        year=int(about["year"]),
        language=release.language,
        more=texts,
    )
