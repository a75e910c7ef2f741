"""The region in a table: the lines of `overview.yaml` over the last three years.

Belongs here: setting those lines. What is said of them in words is in `sentences.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from data_contracts.messages import translated
from data_contracts.strings import load_values
from report.edition import Edition, Figure
from report.messages_found import TEXTS
from report.tables import summary

FILE = Path(__file__).parent / "overview.yaml"


@cache
def _file() -> dict[str, Any]:
    loaded: dict[str, Any] = load_values(FILE.read_text(encoding="utf-8"))
    return loaded


def _settings() -> dict[str, Any]:
    return translated(_file(), TEXTS[FILE.name])


def overview(edition: Edition, name: str) -> str:
    """A table of the overview by name; nothing where no line of it has a value."""
    setting = _settings()[name]
    lines = list(_lines(edition, setting["lines"]))
    if not lines:
        return ""
    caption = str(setting["caption"]).format(region=edition.region_name, span=edition.span)
    return summary(edition, name.replace("_", "-"), caption, lines)


def _lines(edition: Edition, specs: list[Mapping[str, str]]) -> Iterator[tuple[str, list[Figure]]]:
    for spec in specs:
        dataset = spec["dataset"]
        if dataset not in edition.contracts:
            continue
        dimensions = edition.contracts[dataset].dimension_names
        codes = {name: code for name, code in spec.items() if name in dimensions}
        measure = spec.get("measure", edition.main_measure(dataset))
        figures = [
            edition.figure(dataset, area=edition.area, period=year, measure=measure, **codes)
            for year in edition.recent_years
        ]
        if any(figure.value is not None for figure in figures):
            yield spec["label"], figures


def _named(name: str) -> Callable[[Edition], str]:
    def made(edition: Edition) -> str:
        return overview(edition, name)

    return made


NAMED: Mapping[str, Callable[[Edition], str]] = {
    name: _named(name)
    for name in (
        "attacks_and_victims",
        "arrests_overview",
        "court_proceedings",
        "foreign_fighting",
        "financing",
    )
}
