"""Figures of other sources, as they were published: stocks and counts with source and period, and no balance of them.

Belongs here: tables of `data/other_sources.csv`. They are never added to returns, and nothing is computed from them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from data_contracts.messages import later, name_of, say, translated
from data_contracts.strings import load_values
from report.edition import Edition
from report.markdown import bullets, plain, table
from report.messages_found import TEXTS
from report.tables import areas

FILE = Path(__file__).parent / "other_sources.yaml"
NOTHING = "–"
ONLY_REAL = later(
    "All other figures of this book are invented, to show how it works. Those of this section are not: they are what "
    "the named sources have published."
)
Row = Mapping[str, str]


@cache
def _file() -> dict[str, Any]:
    loaded: dict[str, Any] = load_values(FILE.read_text(encoding="utf-8"))
    return loaded


def _settings() -> dict[str, Any]:
    return translated(_file(), TEXTS[FILE.name])


def real_figures(edition: Edition) -> str:
    """What a demonstration must say of figures that are not invented; nothing in any other edition."""
    if not edition.about["demonstration"]:
        return ""
    title = say("Real figures in a book of invented ones")
    return f'::: {{.callout-important title="{title}"}}\n{say(ONLY_REAL)}\n:::\n'


def table_named(edition: Edition, name: str) -> str:
    """One of the tables of `other_sources.yaml`: a row for each source that has a figure above 0 for it.

    Raises:
        ValueError: The data hold a measure that no table names.
    """
    _check_measures(edition)
    setting = _settings()["tables"][name]
    columns: dict[str, dict[str, str]] = setting["columns"]
    wanted = {measure for measures in columns.values() for measure in measures}
    lines = []
    for group in _groups(edition, wanted):
        if all(float(row["value"]) == 0 for row in group):
            continue
        cells = [_cell(edition, group, measures) for measures in columns.values()]
        lines.append([*_origin(edition, group[0]), *cells, _remarks(edition, group)])
    if not lines:
        return ""
    header = [say("Area"), say("Source: period"), *map(say, columns), say("Remarks")]
    return table(f"other-{name}".replace("_", "-"), setting["caption"], header, lines, words=len(header))


def none_reported(edition: Edition) -> str:
    """The sources that state that there was no attack: one line for each area, for a list of zeros says little."""
    wanted = {m for measures in _settings()["tables"]["events"]["columns"].values() for m in measures}
    items = []
    for area, label in areas(edition).items():
        said = [
            f"{edition.printed('other_sources', row, 'period')} ({edition.printed('other_sources', row, 'source')})"
            for row in edition.other_sources.filter(ref_area=area).iter_rows(named=True)
            if row["measure"] in wanted and float(row["value"]) == 0
        ]
        if said:
            items.append(plain(f"{label}: {'; '.join(said)}."))
    return f"{say('Sources that state that there was no attack:')}\n\n{bullets(items)}" if items else ""


def _check_measures(edition: Edition) -> None:
    named = {
        m
        for setting in _settings()["tables"].values()
        for columns in setting["columns"].values()
        for m in columns
    }
    unknown = sorted(set(edition.other_sources["measure"]) - named)
    if unknown:
        raise ValueError(f"no table of {FILE.name} names {', '.join(unknown)}; add it to a column there")


def _groups(edition: Edition, measures: set[str]) -> Iterator[list[Row]]:
    """The rows of each area, source and period, in the order of the areas and of the data."""
    for area in areas(edition):
        found: dict[tuple[str, str], list[Row]] = {}
        for row in edition.other_sources.filter(ref_area=area).iter_rows(named=True):
            if row["measure"] in measures:
                found.setdefault((row["source"], row["period"]), []).append(row)
        yield from found.values()


def _origin(edition: Edition, row: Row) -> list[str]:
    source, period = (edition.printed("other_sources", row, name) for name in ("source", "period"))
    return [areas(edition)[row["ref_area"]], f"{source}: {period}"]


def _cell(edition: Edition, rows: Sequence[Row], measures: Mapping[str, str]) -> str:
    """The figures of a column, each with what it counts behind it; the first needs no word."""
    parts = []
    for measure, counted in measures.items():
        for row in rows:
            if row["measure"] == measure:
                parts.append(f"{edition.printed('other_sources', row, 'value')} {counted}".strip())
    return ", ".join(parts) or NOTHING


def _remarks(edition: Edition, rows: Sequence[Row]) -> str:
    """What the source adds, and how certain the reading is, each once."""
    notes = list(
        {row["note"]: edition.printed("other_sources", row, "note") for row in rows if row["note"]}.values()
    )
    doubts = [
        name_of(doubt) for doubt in sorted({row["certainty"] for row in rows} - set(_settings()["certain"]))
    ]
    return "; ".join([*notes, *doubts]) or NOTHING


def _named(name: str) -> Callable[[Edition], str]:
    def made(edition: Edition) -> str:
        return table_named(edition, name)

    return made


NAMED: Mapping[str, Callable[[Edition], str]] = {
    f"other_{name}": _named(name)
    for name in ("foreign_fighters", "foreign_fighting_courts", "financing", "courts", "events")
} | {"real_figures": real_figures, "other_none": none_reported}
