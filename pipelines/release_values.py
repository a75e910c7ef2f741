"""What a release says of each figure, as an outsider finds it: the CSV files of the data folder and edition.json.

Belongs here: the values by key, and whether a printed text is that value. Shares no code with what rounds, protects
or prints figures. Whether the files are sound in themselves is looked at in `release_files.py`.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

from data_contracts.interface import Interface, load_interface
from data_contracts.messages import ENGLISH, retold, speaking, text_language, undecimal
from data_contracts.model import Catalog, Region
from pipelines.figure_keys import DERIVED, FigureKey, parse_key
from pipelines.told import OF, TOLD, told_rows

OBSERVED, BEHIND = "OBS_VALUE", "PARTNERS_REPORTING"
# Columns that say how many of how many.
COUNTED = frozenset({BEHIND, "detail"})
YEARS_SHOWN_LAST = 3
NOT_BROKEN_DOWN = "O"
Row = Mapping[str, str]

_MARKUP = re.compile(r"<[^>]*>|\u200b")
_FIGURE = re.compile(r"(?P<least>≥?)(?P<rounded>~?)(?P<number>-?\d+(?:\.\d+)?)(?: ?[a-z]+)?")
_NUMBER = re.compile(r"(?P<rounded>~?)(?P<number>-?\d+(?:\.\d+)?)(?P<unit> ?%| [a-z]+)?")


@dataclass(frozen=True)
class Value:
    """A value of the release: its text in the CSV, its row, and whether it is an observation."""

    text: str
    row: Row
    observed: bool = False

    @property
    def method(self) -> str:
        """How the figure differs from what was reported, for an observation."""
        return self.row.get("OBS_METHOD", "") if self.observed else ""


class Release:
    """The tables of a release folder, and the value that a key leads to."""

    def __init__(self, folder: Path, *, catalog: Catalog, region: Region) -> None:
        """Reads `data/`.

        Raises:
            FileNotFoundError: There is no edition.json.
        """
        self.folder, self.catalog, self.region = folder, catalog, region
        self.interface: Interface = load_interface(catalog.root)
        data = folder / "data"
        self.about: dict[str, Any] = json.loads((data / "edition.json").read_text(encoding="utf-8"))
        self.language = text_language(str(self.about["language"]))
        self.keys = {dataset: self._dimensions(dataset) for dataset in region.datasets}
        self.keys |= {table.name: table.key for table in self.interface.annex}
        self.tables = {name: _rows(data / f"{name}.csv") for name in self.keys}
        self._values = {
            name: {tuple(row.get(part, "") for part in self.keys[name]): row for row in rows}
            for name, rows in self.tables.items()
        }
        self._status = {
            value.code: value.mark
            for value in self.interface.observation_column("OBS_STATUS").values
            if value.mark.startswith("[")
        }

    def _dimensions(self, dataset: str) -> tuple[str, ...]:
        names = (name.upper() for name in self.catalog.contracts[dataset].dimension_names)
        return ("REF_AREA", "TIME_PERIOD", *names, "MEASURE")

    def value(self, key: str) -> Value | None:
        """The value of a key; nothing where the key leads to none."""
        try:
            known = parse_key(key)
        except ValueError:
            return None
        if known.table == DERIVED:
            return self._derived(known)
        if known.table not in self._values:
            return None
        length = len(self.keys[known.table])
        row = self._values[known.table].get(known.parts[:length])
        if row is None:
            return None
        if known.table in self.region.datasets:
            column = OBSERVED if len(known.parts) == length else known.parts[-1]
            whole = len(known.parts) == length or known.parts[length:] == (BEHIND,)
            return Value(self._told(known.table, row, column), row, column == OBSERVED) if whole else None
        column = known.parts[-1]
        found = len(known.parts) == length + 1 and column in row
        return Value(self._told(known.table, row, column), row) if found else None

    def _told(self, table: str, row: Row, column: str) -> str:
        """What the report prints of a column: words are told in the language of the edition, figures as they are."""
        if self.language == ENGLISH or column == OBSERVED:
            return row[column]
        with speaking(self.language):
            if table in TOLD:
                return told_rows(table, [row], catalog=self.catalog, region=self.region)[0][column]
            return retold(row[column], (OF,)) if column in COUNTED else row[column]

    def _derived(self, key: FigureKey) -> Value | None:
        """A number that follows from the edition's description and the state of reporting; a closed set."""
        kind, *parts = key.parts
        if kind == "sum":
            return self._sum(*parts) if len(parts) > 1 and parts[0] in self.tables else None
        if kind == "share":
            return self._share(*parts) if len(parts) == 2 else None
        of_one = {"years": self._year, "cells": self._cells, "version": self._version}
        if kind in of_one:
            found = of_one[kind](parts[0]) if len(parts) == 1 else ""
        else:
            found = "" if parts else self._counted.get(kind, "")
        return Value(found, {}) if found else None

    @property
    def _counted(self) -> dict[str, str]:
        """The numbers of the edition that need nothing named: a true zero, its year, its partners, and who returned."""
        year, members = str(self.about["year"]), {partner["code"] for partner in self.about["partners"]}
        now = (row for row in self.tables["reporting"] if row["reference_year"] == year)
        missing = {row["partner"] for row in now if row["state"] == "missing"}
        return {
            "zero": "0",
            "year": year,
            "partners": str(len(members)),
            "returned": str(len(members - missing)),
        }

    def _year(self, year: str) -> str:
        pooled = (year for period in self.about["pooled_periods"] for year in period)
        return year if year in map(str, (*self.about["years"], *pooled)) else ""

    def _version(self, dataset: str) -> str:
        return self.catalog.contracts[dataset].version if dataset in self.region.datasets else ""

    def _cells(self, state: str) -> str:
        """How many cells of the matrix of reporting have a state, over the years shown last."""
        years = [str(year) for year in self.about["years"]][-YEARS_SHOWN_LAST:]
        members = [partner["code"] for partner in self.about["partners"]]
        known = {
            (r["partner"], r["reference_year"], r["dataset"]): r["state"] for r in self.tables["reporting"]
        }
        cells = product(members, years, self.region.datasets)
        return str(sum(known.get(cell, "missing") == state for cell in cells))

    def _sum(self, table: str, column: str, *conditions: str) -> Value | None:
        """Rows that hold, in each column named, one of the codes that `|` separates."""
        wanted = dict(condition.split("=", 1) for condition in conditions if "=" in condition)
        rows = [
            row
            for row in self.tables[table]
            if all(row.get(name) in codes.split("|") for name, codes in wanted.items())
        ]
        if not rows or len(wanted) != len(conditions) or column not in rows[0]:
            return None
        return Value(f"{sum(float(row[column] or 0) for row in rows):g}", {})

    def _share(self, part: str, whole: str) -> Value | None:
        """The share of one observation in another, both as reported."""
        found = [self.value(key) for key in (part, whole)]
        exact = [float(one.text) for one in found if one is not None and one.observed and one.text]
        methods = any(one is not None and one.method for one in found)
        return Value(str(exact[0] / exact[1]), {}) if len(exact) == 2 and exact[1] and not methods else None

    def prints(self, shown: str, value: Value) -> bool:
        """Whether a printed text is this value: number, rounding and kind of no value are the same."""
        text = " ".join(_MARKUP.sub("", shown).split())
        if not value.observed:
            if not value.text:
                return not any(letter.isnumeric() for letter in text)
            return any(_is_value(one, value.text) for one in (text, undecimal(text, self.language)))
        if not value.text:
            status = value.row["OBS_STATUS"]
            printed = self.region.court_tables.not_broken_down if status == NOT_BROKEN_DOWN else ""
            return text in {self._status.get(status), printed or None}
        found = _FIGURE.fullmatch(undecimal(text, self.language))
        return (
            found is not None
            and float(found["number"]) == float(value.text)
            and bool(found["rounded"]) == value.method.startswith("R")
            and bool(found["least"]) == ("at_least" in value.row["OBS_NOTE"].split(";"))
        )


def _is_value(text: str, value: str) -> bool:
    """Whether a text prints a value of an annex table.

    Equal, or joined otherwise (`;` and blanks as commas); the date of a timestamp; a number rounded to the decimals
    printed, a share in per cent, a negative number with its sign in words.
    """
    if text == value or re.split(r"[;,\s]+", text.lower()) == re.split(
        r"[;,\s]+", value.lower().replace("_", " ")
    ):
        return True
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return value.startswith(f"{text}T")
    found = _NUMBER.fullmatch(text)
    if found is None or not re.fullmatch(r"-?\d+(\.\d+)?(e-?\d+)?", value):
        return False
    scale = 100 if (found["unit"] or "").strip() == "%" else 1
    decimals = len(found["number"].partition(".")[2])
    number = float(value) * scale
    in_words = found["unit"] is not None and scale == 1
    difference = abs((abs(number) if in_words else number) - float(found["number"]))
    return difference <= 0.5 * 10.0**-decimals + 1e-9


def _rows(path: Path) -> list[Row]:
    """The rows of a CSV file; none where it is missing, which `release_files.py` reports."""
    if not path.is_file():
        return []
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))
