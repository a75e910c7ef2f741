"""Where each figure and table of the report comes from: one note for all that have the same origin.

Belongs here: the annex of sources, from `data/provenance.json` and the keys of what was written before it in the same
report. The way back from a figure to its note is made in `rendering/origins.py`.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from data_contracts.interface import load_interface
from pipelines.figure_keys import DERIVED, key_of, parse_key
from pipelines.pooled import pooled_period
from pipelines.provenance import TableOf
from report.edition import Edition
from report.markdown import plain, table
from report.tables import titled, words

ANCHOR = "src-"
DECISIONS = {
    "as_reported": "as reported",
    "sum_of_published": "sum of what is published of the partners",
    "rounded": "rounded",
    "withheld": "withheld by consent",
    "left_out": "left out by the audit",
    "mean": "mean over enough cases",
    "no_figure": "no figure",
}
NOTHING = "–"
_TABLE = re.compile(r"^::: \{#(tbl-[\w-]+)[^}]*\}\n(.*?)^:::$", re.MULTILINE | re.DOTALL)
_FIGURE = re.compile(r"\{#(fig-[\w-]+) ")
_KEY = re.compile(r'key="([^"]+)"')


@dataclass(frozen=True)
class Origin:
    """What a note says: the data, whose returns, how it was released, and by which steps it was made."""

    data: str
    returns: str
    released: str
    made: str


def written_items(text: str, figures: Path) -> Iterator[tuple[str, list[str]]]:
    """The figures and tables in Markdown, by name, each with the keys of its numbers."""
    for found in _TABLE.finditer(text):
        yield found[1], _KEY.findall(found[2])
    for name in _FIGURE.findall(text):
        path = figures / f"{name.removeprefix('fig-')}.keys.csv"
        if path.is_file():
            with path.open(encoding="utf-8-sig", newline="") as file:
                yield name, [key for row in csv.reader(file) for cell in row for key in cell.split()]


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
            *(plain(text) for text in (origin.data, origin.returns, origin.released, origin.made)),
        ]
        for origin, names in origins.items()
    ]
    header = ["Figures and tables", "Data", "Returns", "Released", "Steps"]
    return table("origins", "Sources of figures and tables", header, rows, words=len(header), links=True)


def _origin(edition: Edition, keys: list[str]) -> Origin | None:
    """The origin of some figures; nothing where they follow from the edition's description alone."""
    parsed = [parse_key(key) for key in dict.fromkeys(keys)]
    known = provenance(edition)
    data: dict[str, None] = {}
    decisions: dict[str, None] = {}
    steps: dict[str, None] = {}
    behind: dict[str, None] = {}
    for key in parsed:
        if key.table in edition.contracts:
            area, period = key.parts[:2]
            record = known["records"][key_of(key.table, [area, period])]
            name = _table_of(edition, key.table).of(_row(edition, key.table, key.parts))
            contract = edition.contracts[key.table]
            version = edition.derived(contract.version, "version", key.table)
            data[f"{contract.title} (contract, version {version}): {titled(words(name))}"] = None
            decisions[DECISIONS[record["tables"][name]["decision"]]] = None
            steps |= dict.fromkeys(known["datasets"][key.table]["tables"][name]["steps"])
            behind |= dict.fromkeys(record["returns"])
        elif key.table != DERIVED:
            data[_annex_title(edition, key.table)] = None
            steps |= dict.fromkeys(known["annex"][key.table]["steps"])
    if not data:
        return None
    made = [known["steps"][name]["title"] for name in known["steps"] if name in steps]
    return Origin(
        "; ".join(data), _returns(edition, list(behind)), "; ".join(decisions) or NOTHING, "; ".join(made)
    )


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
    return {one.name: one.title for one in load_interface(edition.catalog.root).annex}[name]


def _returns(edition: Edition, names: list[str]) -> str:
    """Whose returns of which years, such as all partners, 2023 to 2025; they are listed one by one beside."""
    if not names:
        return NOTHING
    partners = {name.partition("-")[0] for name in names}
    years = sorted({int(name.partition("-")[2]) for name in names})
    shown = [name for code, name in edition.partners.items() if code in partners]
    whose = "all partners" if len(shown) == len(edition.partners) else ", ".join(shown)
    first, last = (edition.derived(year, "years", str(year)) for year in (years[0], years[-1]))
    return f"{whose}, {first}" if years[0] == years[-1] else f"{whose}, {first} to {last}"


def counted_returns(edition: Edition) -> str:
    """The returns that count: a row a partner, a column a year, each with the number of its submission."""
    known = {
        (row["partner"], row["reference_year"]): row for row in edition.counted_returns.iter_rows(named=True)
    }
    years = sorted({year for _, year in known})
    rows = [
        [name, *(_submission(edition, known.get((code, year))) for year in years)]
        for code, name in edition.partners.items()
    ]
    header = ["Partner", *(edition.derived(year, "years", year) for year in years)]
    caption = "Returns that count: number of the submission, and fingerprint"
    return table("counted-returns", caption, header, rows, words=len(header))


def _submission(edition: Edition, row: Mapping[str, str] | None) -> str:
    if row is None:
        return NOTHING
    number = edition.printed("counted_returns", row, "submission")
    return f"no. {number}: {edition.printed('counted_returns', row, 'fingerprint')}"


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
    caption = "Steps that make figures, and the version of their query"
    return table("processing-steps", caption, ["Step", "What it does", "Version"], rows, words=3)


def records(edition: Edition) -> str:
    """The record of every dataset, area and period, a table for each dataset; a number's key leads to its row."""
    known, blocks = provenance(edition), []
    names = {**edition.partners, edition.area: edition.region_name}
    periods = {pooled_period(*map(int, p)): (p[0], p[1]) for p in edition.about["pooled_periods"]}
    for dataset, contract in edition.contracts.items():
        rows = []
        for key, record in known["records"].items():
            found = parse_key(key)
            if found.table != dataset or found.parts[0] not in names:
                continue
            area, period = found.parts
            said = [
                f"{titled(words(n))}: {DECISIONS[one['decision']]}" for n, one in record["tables"].items()
            ]
            anchor = f"[{plain(names[area])}]{{#{anchor_of(key)}}}"
            shown = " to ".join(edition.derived(y, "years", str(y)) for y in periods.get(period, (period,)))
            rows.append([anchor, *map(plain, (shown, _returns(edition, record["returns"]), "; ".join(said)))])
        caption = f"{contract.title}: where the figures come from"
        header = ["Area", "Period", "Returns", "Release tables and how they were released"]
        blocks.append(table(f"records-{dataset}", caption, header, rows, words=4, links=True))
    return "\n".join(blocks)


def anchor_of(key: str) -> str:
    """The name of a record's row on the page: `rec-` and its key in letters, digits and hyphens."""
    return "rec-" + re.sub(r"[^A-Za-z0-9]+", "-", key)
