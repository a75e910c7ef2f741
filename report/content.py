"""What the chapters name: every figure, table and passage of an edition, as Markdown.

Belongs here: the door between a chapter's cell and the published files; `TESAT_RELEASE` and `TESAT_CONTRACTS` say
where they are. Tables are made in `tables.py`, sentences in `sentences.py`, whole pages in `pages_*.py`.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from data_contracts.catalog import load_catalog
from data_contracts.messages import say, speak
from report import (
    definitions,
    other_sources,
    pages_partners,
    pages_types,
    sentences,
    tables,
    tables_claims,
    tables_offences,
    tables_overview,
    tables_quality,
    tables_release,
    tables_revisions,
    terms,
)
from report import origins as origin
from report import web_edition as web
from report.edition import Edition
from report.editorial.annex import judgements_annex
from report.editorial.folder import read_texts
from report.editorial.prose import Prose
from report.editorial.setting import set_text
from report.keyed import restored
from report.markdown import Markdown, plain
from report.markdown import figure as figure_markdown

# The figures and tables that the report has written so far, with the keys of their numbers.
_WRITTEN: dict[str, list[str]] = {}


@cache
def edition() -> Edition:
    """The edition that is being rendered."""
    found = Edition(Path(os.environ["TESAT_RELEASE"]), load_catalog(Path(os.environ["TESAT_CONTRACTS"])))
    speak(found.language)
    return found


@cache
def _index() -> dict[str, Any]:
    path = edition().folder / "figures" / "index.json"
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def _noted(text: str) -> Markdown:
    """Text as Markdown; the figures and tables in it are known to the annex of sources."""
    for name, keys in origin.written_items(text, edition().folder / "figures", _index()["charts"]):
        _WRITTEN[name] = keys
    return Markdown(text)


@cache
def _texts() -> dict[str, Prose]:
    """The editors' texts by section."""
    folder = os.environ.get("TESAT_EDITORS_TEXT", "")
    return read_texts(Path(folder) if folder else None)


def _narrative(section: str) -> str:
    """The editors' text of a section; nothing where they wrote none."""
    found = _texts().get(section)
    return "" if found is None else set_text(section, found, edition())


def narrative(section: str, title: str = "", *, numbered: bool = True) -> Markdown:
    """The editors' text of a section; with a title it is a chapter of its own, which is left out without a text."""
    text = _narrative(section)
    if not (text and title):
        return Markdown(text)
    attributes = f"{'' if numbered else '.unnumbered '}#sec-{section.replace('_', '-')}"
    return Markdown(f"# {plain(say(title))} {{{attributes}}}\n\n{text}")


def judgements() -> Markdown:
    """The chapter on judgements, where there are any."""
    return Markdown(judgements_annex(edition(), passage=lambda name: sentences.passage(edition(), name)))


def figure(name: str) -> Markdown:
    """A chart by its name in `figures.yaml`; where no figure of it is published, a line that says so.

    Raises:
        ValueError: No chart has this name.
    """
    if name in _index()["left_out"]:
        found = _index()["left_out"][name]
        return Markdown(f"*{plain(restored(found['caption'], found['caption_numbers']))}*\n")
    if name not in _index()["charts"]:
        raise ValueError(f"there is no chart {name!r}; known are {', '.join(sorted(_index()['charts']))}")
    found = _index()["charts"][name]
    caption, title = (restored(found[part], found[f"{part}_numbers"]) for part in ("caption", "title"))
    return _noted(figure_markdown(name, caption, found["alt"], title=title))


def _profile(name: str) -> str:
    """A profile's chart; nothing where the region has too many partners for one each."""
    known = {*_index()["charts"], *_index()["left_out"]}
    return figure(name).text if name in known else ""


def sentence(name: str) -> Markdown:
    """A passage of `sentences.yaml`, with published figures filled in."""
    return Markdown(sentences.passage(edition(), name))


def key_points() -> Markdown:
    """The bullets of the key points."""
    return Markdown(sentences.key_points(edition(), drawn=set(_index()["charts"])))


def table(name: str) -> Markdown:
    """A table by name, as the `NAMED` of the modules of tables have them.

    Raises:
        KeyError: No table has this name.
    """
    return _noted(_named()[name](edition()))


def _named() -> dict[str, Callable[[Edition], str]]:
    modules = (
        tables, tables_overview, tables_claims, tables_offences, tables_quality, tables_revisions, other_sources, terms,
        origin,
    )  # fmt: skip
    return {name: made for module in modules for name, made in module.NAMED.items()}


def annex_tables() -> Markdown:
    """Every release table of every dataset, three years each."""
    return _noted(tables_release.release_tables(edition()))


def dataset_definitions() -> Markdown:
    """What each dataset counts, from its contract."""
    return Markdown(definitions.datasets(edition()))


def published_tables() -> Markdown:
    """Which tables are published, and how each is protected, from the contracts."""
    return Markdown(definitions.published_tables(edition()))


def left_out_tables() -> Markdown:
    """The tables that were left out by the audit, if any."""
    return Markdown(definitions.left_out(edition()) + "\n" + definitions.key(edition()))


def type_chapters() -> Markdown:
    """A chapter for every type of terrorism."""
    return _noted(pages_types.type_chapters(edition(), figure=_profile, text=_narrative))


def partner_pages() -> Markdown:
    """A page for every partner."""
    return _noted(pages_partners.partner_pages(edition(), figure=_profile, text=_narrative))


def released_files() -> Markdown:
    """The files of the report and its data."""
    reports = os.environ["TESAT_REPORTS"].split()
    return Markdown(web.released_files(edition(), reports=reports))


def chart_files() -> Markdown:
    """The charts that stand in the report and their files; a line that says so where no chart is published."""
    charts = {name: words for name, words in _index()["charts"].items() if f"fig-{name}" in _WRITTEN}
    return Markdown(web.chart_files(edition(), charts))


def citation() -> Markdown:
    """How the edition is cited."""
    return Markdown(web.citation(edition()))


def citation_files() -> Markdown:
    """The edition for reference managers."""
    return Markdown(web.citation_files(edition()))


def edition_list() -> Markdown:
    """The published editions, this one last."""
    return Markdown(tables_revisions.edition_list(edition()))


def origins() -> Markdown:
    """Where the figures and tables that stand before come from."""
    return Markdown(origin.notes(edition(), _WRITTEN))


def origin_records() -> Markdown:
    """The record of every dataset, area and period."""
    return Markdown(origin.records(edition()))
