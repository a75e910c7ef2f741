"""Reads the files of a release's charts: data with keys, captions and alt texts.

Belongs here: `figures/*.csv` with their `.keys.csv`, and `figures/index.json`. The charts' own data and drawings are
read in `release_plots.py`, what the web page shows of them in `release_blocks.py`.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipelines.release_findings import Notes, ReadFigure
from pipelines.release_words import KNOWN, masked

FIGURES, INDEX = "figures", "figures/index.json"
SHAPE = "has another shape than its keys"
FORMS = frozenset({".csv", ".json", ".svg", ".png"})
Table = list[list[str]]


@dataclass(frozen=True)
class ChartFiles:
    """The files of one chart, read."""

    name: str
    rows: Table
    keys: Table
    specification: Mapping[str, Any]
    drawing: str
    words: Mapping[str, Any]

    @property
    def alt(self) -> str:
        """The description of the chart."""
        return " ".join(str(self.words.get("alt", "")).split())

    @property
    def cells(self) -> list[tuple[str, str]]:
        """Every cell that shows something, with its keys, row by row."""
        pairs = (
            (text, key)
            for row, keys in zip(self.rows, self.keys, strict=False)
            for text, key in zip(row, keys, strict=False)
        )
        return [(" ".join(text.split()), key) for text, key in pairs if text.strip() or key]

    @property
    def labels(self) -> frozenset[str]:
        """The texts of the header and of the first column."""
        return frozenset(
            " ".join(text.split()) for text in [*self.rows[0], *(row[0] for row in self.rows if row)]
        )

    def figures_of(self, file: str, place: str, keys: str, shown: str) -> Iterator[ReadFigure]:
        """A cell as figures that were read at a place, where it prints one."""
        if keys and " " not in keys:
            yield ReadFigure(file, masked(place), keys, shown)


def read_charts(folder: Path) -> dict[str, ChartFiles]:
    """The charts of a release by name, in the order of their names."""
    index = json.loads((folder / INDEX).read_text(encoding="utf-8"))
    return {name: _chart(folder / FIGURES, name, words) for name, words in sorted(index["charts"].items())}


def _chart(folder: Path, name: str, words: Mapping[str, Any]) -> ChartFiles:
    drawing = folder / f"{name}.svg"
    return ChartFiles(
        name,
        _rows(folder / f"{name}.csv"),
        _rows(folder / f"{name}.keys.csv"),
        json.loads((folder / f"{name}.json").read_text(encoding="utf-8")),
        drawing.read_text(encoding="utf-8") if drawing.is_file() else "",
        words,
    )


def _rows(path: Path) -> Table:
    if not path.is_file():
        return []
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def check_table(chart: ChartFiles, notes: Notes) -> None:
    """Every number in a chart's CSV has a key and is the value under it."""
    shape, of_keys = ([len(row) for row in rows] for rows in (chart.rows, chart.keys))
    notes.same("the file", shape, of_keys, SHAPE)
    for number, (row, keys) in enumerate(zip(chart.rows, chart.keys, strict=False)):
        for column, (text, key) in enumerate(zip(row, keys, strict=False), start=1):
            where = f"row of {masked(row[0])}" if number else "header"
            notes.cell(f"{where}, column {chr(64 + column) if column < 27 else column}", text, key)


def check_words(folder: Path, notes: Notes) -> None:
    """Every number in a caption or an alt text has a key and is the value under it, in order."""
    index = json.loads((folder / INDEX).read_text(encoding="utf-8"))
    for group in ("charts", "left_out"):
        for name, words in index[group].items():
            for kind in ("caption", "alt"):
                if kind in words:
                    check_text(f"{kind} of {name}", words[kind], words.get(f"{kind}_numbers", ()), notes)


def check_text(place: str, text: str, numbers: Any, notes: Notes) -> None:
    """Every number listed stands where it says and is the value under its key; all else needs none."""
    rest, end = [], 0
    for number in numbers:
        at, shown = int(number["at"]), str(number["shown"])
        if at < end or text[at : at + len(shown)] != shown:
            notes.finding(place, "lists a number that does not stand where it says")
            continue
        notes.figure(place, str(number["key"]), shown)
        rest += [text[end:at], KNOWN]
        end = at + len(shown)
    notes.text(place, "".join([*rest, text[end:]]))


def unknown_files(folder: Path, charts: Mapping[str, ChartFiles], notes: Notes) -> None:
    """Every file of the folder belongs to a chart of the index."""
    allowed = {f"{name}{form}" for name in charts for form in FORMS} | {f"{name}.keys.csv" for name in charts}
    for path in sorted((folder / FIGURES).iterdir()):
        if path.name not in allowed | {"index.json"}:
            notes.finding(f"file {path.name}", "belongs to no chart of the index")
