"""What the brief says: key points, partners' counts, what cannot be said, what the marks mean.

Belongs here: choosing passages, figures and reasons of an edition for two pages, as Markdown. Words are in
`brief.yaml`, passages in `report/sentences.yaml`; how it looks is in `report/rendering/assets/brief.typ`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from data_contracts.messages import translated
from data_contracts.strings import load_values
from report.edition import Edition
from report.keyed import bare, restored
from report.markdown import bullets, plain, table
from report.messages_found import TEXTS
from report.rendering.errors import ReportError
from report.sentences import COMPARED, passage

TABLE = "brief-partners"
# A printed number with its key, as `report.markdown.plain` writes it.
_NUMBER = re.compile(r"\[((?:\\.|[^\]\\])*)\]\{\.fig key=\"([^\"]+)\"\}")
_MARK = re.compile(r"\[[a-z]\]|[^\d\s.\[\]]")


@dataclass(frozen=True)
class ChartWords:
    """A chart of the brief: its name, its title, the figure of the edition's year, its description, all with keys."""

    name: str
    title: str
    number: str
    alt: str


@dataclass(frozen=True)
class Brief:
    """The brief of an edition: its words, its charts, and its sections as Markdown."""

    words: Mapping[str, str]
    charts: tuple[ChartWords, ...]
    sections: Mapping[str, str]


def brief_of(edition: Edition, path: Path) -> Brief:
    """The brief of an edition by the `brief.yaml` of a project; its figures must be drawn.

    Raises:
        ReportError: A mark occurs that `brief.yaml` does not explain.
    """
    known: dict[str, Any] = translated(load_values(path.read_text(encoding="utf-8")), TEXTS["brief.yaml"])
    charts = tuple(_charts(edition, known["charts"]))
    partners = edition.partners if len(edition.partners) <= known["most_partners"] else {}
    cells = [list(row) for row in _rows(edition, partners)]
    sections = {
        "points": bullets(list(_points(edition, known))[: known["most_points"]]),
        "partners": _table(edition, known, cells),
        "limits": bullets(list(_limits(edition, known, cells))),
    }
    printed = "".join([*sections.values(), *(plain(chart.alt) for chart in charts)])
    sections["marks"] = _marks(known["marks"], printed, datasets=edition.contracts)
    sections["source"] = plain(known["source"])
    return Brief(known["words"], charts, sections)


def _charts(edition: Edition, datasets: Mapping[str, str]) -> Iterator[ChartWords]:
    """The charts that are drawn, by name and dataset, each under the first sentence of its caption."""
    index = json.loads((edition.folder / "figures" / "index.json").read_text(encoding="utf-8"))["charts"]
    for name, dataset in ((name, dataset) for name, dataset in datasets.items() if name in index):
        known = index[name]
        caption, alt = (restored(known[kind], known[f"{kind}_numbers"]) for kind in ("caption", "alt"))
        title = caption.partition(". ")[0].removesuffix(".")
        yield ChartWords(name, title, _main_count(edition, dataset, edition.area), alt)


def _main_count(edition: Edition, dataset: str, area: str) -> str:
    measure = edition.main_measure(dataset)
    return edition.figure(dataset, area=area, period=edition.year, measure=measure).shown


def _points(edition: Edition, known: Mapping[str, Any]) -> Iterator[str]:
    """The comparisons that are licensed or within chance, then the passages whose figures all have a value."""
    for row in edition.claims.filter(family="headline", comparison="previous_year").iter_rows(named=True):
        if row["wording_key"] in COMPARED:
            yield f"{plain(row['label'])}: {plain(edition.printed('claims', row, 'wording'))}."
    yield from filter(None, (passage(edition, name) for name in known["points"]))


def _rows(edition: Edition, partners: Mapping[str, str]) -> Iterator[tuple[str, ...]]:
    """The main count of each dataset in the edition's year: a row for each of the partners, the region last."""
    for area, name in {**partners, edition.area: edition.region_name}.items():
        yield name, *(_main_count(edition, dataset, area) for dataset in edition.contracts)


def _table(edition: Edition, known: Mapping[str, Any], cells: list[list[str]]) -> str:
    header = [known["words"]["partner"], *(contract.title for contract in edition.contracts.values())]
    caption = known["words"]["caption"].format(year=edition.shown_year(edition.year))
    return table(TABLE, caption, header, cells)


def _limits(edition: Edition, known: Mapping[str, Any], cells: list[list[str]]) -> Iterator[str]:
    texts = known["limits"]
    absent = edition.reporting.filter(
        (pl.col("reference_year") == str(edition.year)) & (pl.col("state") == "missing")
    )["partner"]
    missing = [name for code, name in edition.partners.items() if code in set(absent)]
    if missing:
        listed = ", ".join(plain(name) for name in missing)
        yield texts["missing"].format(missing=listed, year=plain(edition.shown_year(edition.year)))
    for reason, series in _not_compared(edition).items():
        yield texts["not_compared"].format(reason=plain(reason), series=plain("; ".join(series)))
    if len(edition.partners) > known["most_partners"]:
        yield texts["partners_elsewhere"]
    if any(cell == "[c]" for row in cells for cell in map(bare, row)):
        yield texts["withheld"]
    yield from texts["always"]


def _not_compared(edition: Edition) -> dict[str, list[str]]:
    """The series of the headline list that are not compared with the year before, by the reason."""
    found: dict[str, list[str]] = {}
    for row in edition.claims.filter(family="headline", comparison="previous_year").iter_rows(named=True):
        if row["wording_key"] not in COMPARED:
            found.setdefault(row["reason"], []).append(row["label"])
    keyed = {
        row["reason"]: edition.printed("claims", row, "reason")
        for row in edition.claims.iter_rows(named=True)
        if row["reason"] in found
    }
    return {keyed[reason]: series for reason, series in found.items()}


def _marks(explained: Mapping[str, str], printed: str, *, datasets: Container[str]) -> str:
    """The marks on the figures that are printed, in the order of `brief.yaml`."""
    occurring = {
        mark
        for shown, key in _NUMBER.findall(printed)
        if key.partition(":")[0] in datasets and not key.endswith(".PARTNERS_REPORTING")
        for mark in _MARK.findall(re.sub(r"\\(.)", r"\1", shown))
    }
    unknown = sorted(occurring - set(explained))
    if unknown:
        raise ReportError(
            f"brief.yaml: {', '.join(unknown)} occur on figures of the brief; explain them under `marks`."
        )
    return bullets(
        [f"**{plain(mark)}** {plain(says)}" for mark, says in explained.items() if mark in occurring]
    )
