"""Where each figure and table of the report comes from: one note for all that have the same origin.

Belongs here: the annex of sources, from `data/provenance.json` and the keys of what was written before it in the same
report. The way back from a figure to its note is made in `rendering/origins.py`.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl

from data_contracts.messages import later, say
from pipelines.figure_keys import DERIVED, key_of, parse_key
from pipelines.pooled import pooled_period
from pipelines.provenance import TableOf
from report.edition import Edition
from report.markdown import bullets, plain, table
from report.tables import words

ANCHOR = "src-"
DECISIONS = {
    "as_reported": later("as reported"),
    "sum_of_published": later("sum of what is published of the partners"),
    "rounded": later("rounded"),
    "withheld": later("withheld by consent"),
    "left_out": later("left out by the audit"),
    "mean": later("mean over enough cases"),
    "no_figure": later("no figure"),
}
# Years whose fingerprints stand side by side in print.
YEARS_BESIDE = 8
# Numbers that are counted in the table of reporting; the words of a chart in the index.
CELLS, WORDS = "cells", ("title", "caption", "alt")
NOTHING, ALL = "–", later("all partners with a return")
RECORDS = later("The records that numbers of the web edition lead to, of every dataset, area and period:")
_TABLE = re.compile(r"^::: \{#(tbl-[\w-]+)[^}]*\}\n(.*?)^:::$", re.MULTILINE | re.DOTALL)
_FIGURE = re.compile(r"\{#(fig-[\w-]+) ")
_KEY = re.compile(r'key="([^"]+)"')


@dataclass(frozen=True)
class Origin:
    """What a note says: the data, whose returns, and how it was released."""

    data: str
    returns: str
    released: str


def written_items(
    text: str, figures: Path, charts: Mapping[str, Mapping[str, Any]]
) -> Iterator[tuple[str, list[str]]]:
    """The figures and tables in Markdown, by name, each with the keys of its numbers and of what describes it."""
    for found in _TABLE.finditer(text):
        yield found[1], _KEY.findall(found[2])
    for name in _FIGURE.findall(text):
        path = figures / f"{name.removeprefix('fig-')}.keys.csv"
        if path.is_file():
            with path.open(encoding="utf-8-sig", newline="") as file:
                keys = [key for row in csv.reader(file) for cell in row for key in cell.split()]
            told = charts[name.removeprefix("fig-")]
            yield name, [*keys, *(number["key"] for part in WORDS for number in told[f"{part}_numbers"])]


def notes(edition: Edition, items: Mapping[str, Iterable[str]]) -> str:
    """The table of notes: what has the same origin stands in one row, in the order of the report."""
    origins: dict[Origin, list[str]] = {}
    for name, keys in items.items():
        origin = _origin(edition, list(keys))
        if origin is not None:
            origins.setdefault(origin, []).append(name)
    rows = [
        [
            ", ".join(f"[@{name}]{{#{ANCHOR}{name}}}" for name in names),
            *(plain(text) for text in (origin.data, origin.returns, origin.released)),
        ]
        for origin, names in origins.items()
    ]
    header = [say("Figures and tables"), say("Data"), say("Returns"), say("Released")]
    return table("origins", say("Sources of figures and tables"), header, rows, words=len(header), links=True)


def _origin(edition: Edition, keys: list[str]) -> Origin | None:
    """The origin of some figures; nothing where they follow from the edition's description alone."""
    known = provenance(edition)
    data: dict[str, dict[str, None]] = {}
    decisions: dict[str, None] = {}
    behind: dict[str, None] = {}
    for key in (parse_key(key) for key in dict.fromkeys(keys)):
        if key.table in edition.contracts:
            record = known["records"][key_of(key.table, key.parts[:2])]
            name = _table_of(edition, key.table).of(_row(edition, key.table, key.parts))
            data.setdefault(key.table, {})[words(name)] = None
            decisions[say(DECISIONS[record["tables"][name]["decision"]])] = None
            behind |= dict.fromkeys(record["returns"])
        elif key.table != DERIVED:
            data.setdefault(key.table, {})
        elif key.parts[0] == CELLS:
            data.setdefault("reporting", {})
    if not data:
        return None
    shown = "; ".join(_data(edition, name, list(tables)) for name, tables in data.items())
    return Origin(shown, _returns(edition, list(behind)), "; ".join(decisions) or NOTHING)


def _data(edition: Edition, name: str, tables: list[str]) -> str:
    """A dataset with the version of its contract and its release tables, or the title of an annex table."""
    if name not in edition.contracts:
        return _annex_title(edition, name)
    version = edition.derived(edition.contracts[name].version, "version", name)
    text, title = later("{title} (contract {version}): {tables}"), edition.contracts[name].title
    return say(text, title=title, version=version, tables=", ".join(tables))


@cache
def provenance(edition: Edition) -> dict[str, Any]:
    """The records of the edition."""
    text = (edition.folder / "data" / "provenance.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


@cache
def _table_of(edition: Edition, dataset: str) -> TableOf:
    return TableOf(edition.contracts[dataset], edition.catalog)


def _row(edition: Edition, dataset: str, parts: tuple[str, ...]) -> dict[str, str]:
    """The columns of an observation that its key names."""
    dimensions = [name.upper() for name in edition.contracts[dataset].dimension_names]
    return dict(zip(("REF_AREA", "TIME_PERIOD", *dimensions, "MEASURE"), parts, strict=False))


def _annex_title(edition: Edition, name: str) -> str:
    return {one.name: one.title for one in edition.interface.annex}[name]


def _returns(edition: Edition, names: list[str]) -> str:
    """Whose returns of which years, such as all partners, 2023 to 2025; they are listed one by one beside."""
    if not names:
        return NOTHING
    partners = {name.partition("-")[0] for name in names}
    years = sorted({int(name.partition("-")[2]) for name in names})
    counted = edition.counted_returns.filter(pl.col("reference_year").is_in([str(year) for year in years]))
    shown = [name for code, name in edition.partners.items() if code in partners]
    whose = say(ALL) if len(partners) > 1 and partners == {*counted["partner"]} else ", ".join(shown)
    first, last = (edition.derived(year, "years", str(year)) for year in (years[0], years[-1]))
    span = first if years[0] == years[-1] else say("{first} to {last}", first=first, last=last)
    return f"{whose}, {span}"


def counted_returns(edition: Edition) -> str:
    """The returns that count: a row a partner, a column a year, each with the number of its submission.

    Fingerprints are long: more years than a page holds side by side are so many tables.
    """
    known = {
        (row["partner"], row["reference_year"]): row for row in edition.counted_returns.iter_rows(named=True)
    }
    years = sorted({year for _, year in known})
    parts = [years[at : at + YEARS_BESIDE] for at in range(0, len(years), YEARS_BESIDE)] or [years]
    return "\n".join(
        _counted_of(edition, known, part, number=number, alone=len(parts) == 1)
        for number, part in enumerate(parts, start=1)
    )


def _counted_of(
    edition: Edition,
    known: Mapping[tuple[str, str], Mapping[str, str]],
    years: list[str],
    *,
    number: int,
    alone: bool,
) -> str:
    rows = [
        [name, *(_submission(edition, known.get((code, year))) for year in years)]
        for code, name in edition.partners.items()
    ]
    shown = [edition.derived(year, "years", year) for year in years]
    caption = say("Returns that count: number of the submission, and fingerprint")
    if not alone:
        caption += f", {say('{first} to {last}', first=shown[0], last=shown[-1])}"
    name = "counted-returns" if number == 1 else f"counted-returns-{number}"
    header = [say("Partner"), *shown]
    return table(name, caption, header, rows, words=len(header))


def _submission(edition: Edition, row: Mapping[str, str] | None) -> str:
    if row is None:
        return NOTHING
    number = edition.printed("counted_returns", row, "submission")
    fingerprint = edition.printed("counted_returns", row, "fingerprint")
    return say("no. {number}: {fingerprint}", number=number, fingerprint=fingerprint)


def steps(edition: Edition) -> str:
    """The steps that make figures, each with the version of its query."""
    rows = [
        [
            edition.printed("processing_steps", row, "title"),
            edition.printed("processing_steps", row, "does"),
            edition.printed("processing_steps", row, "version"),
        ]
        for row in edition.processing_steps.iter_rows(named=True)
    ]
    caption = say("Steps that make figures, and the version of their query")
    return table(
        "processing-steps", caption, [say("Step"), say("What it does"), say("Version")], rows, words=3
    )


def made_by(edition: Edition) -> str:
    """The release tables and annex tables with the steps that make them."""
    known = provenance(edition)
    titles = {name: say(step["title"]) for name, step in known["steps"].items()}
    rows: dict[tuple[str, str], list[str]] = {}
    for dataset, about in known["datasets"].items():
        for name, one in about["tables"].items():
            made = ", ".join(titles[step] for step in one["steps"])
            rows.setdefault((edition.contracts[dataset].title, made), []).append(words(name))
    lines = [
        [plain(dataset), plain(", ".join(names)), plain(made)] for (dataset, made), names in rows.items()
    ]
    for name, one in known["annex"].items():
        title = f"[{plain(_annex_title(edition, name))}]{{#{anchor_of(name)}}}"
        lines.append([title, NOTHING, plain(", ".join(titles[step] for step in one["steps"]))])
    header = [say("Dataset or annex table"), say("Release tables"), say("Steps, in order")]
    return table("made-by", say("Which steps make which tables"), header, lines, words=3, links=True)


def records(edition: Edition) -> str:
    """The record of every dataset, area and period, for the web edition: a number's key leads to its line."""
    known = provenance(edition)
    blocks = ['::: {.content-visible when-format="html"}', plain(say(RECORDS)) + "\n"]
    for dataset, contract in edition.contracts.items():
        blocks.append(f"**{plain(contract.title)}**\n")
        own = (key for key in known["records"] if parse_key(key).table == dataset)
        blocks.append(
            bullets([line for key in own if (line := _record(edition, key, known["records"][key]))])
        )
    return "\n".join([*blocks, ":::\n"])


def _record(edition: Edition, key: str, record: Mapping[str, Any]) -> str:
    """A record in one line; nothing for an area that is no partner of the edition's year."""
    names = {**edition.partners, edition.area: edition.region_name}
    pooled = {pooled_period(*map(int, period)): period for period in edition.about["pooled_periods"]}
    area, period = parse_key(key).parts
    if area not in names:
        return ""
    first, *more = (edition.derived(y, "years", str(y)) for y in pooled.get(period, (period,)))
    years = say("{first} to {last}", first=first, last=more[0]) if more else first
    tables = (f"{words(name)} {say(DECISIONS[one['decision']])}" for name, one in record["tables"].items())
    whose = _returns(edition, record["returns"])
    said = say(": returns of {whose}; {tables}", whose=whose, tables="; ".join(tables))
    return f"[{plain(f'{names[area]}, {years}')}]{{#{anchor_of(key)}}}{plain(said)}"


def anchor_of(key: str) -> str:
    """The name of a record's row on the page: `rec-` and its key in letters, digits and hyphens."""
    return "rec-" + re.sub(r"[^A-Za-z0-9]+", "-", key)


NAMED: Mapping[str, Callable[[Edition], str]] = {
    "counted_returns": counted_returns,
    "processing_steps": steps,
    "made_by": made_by,
}
