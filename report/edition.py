"""An edition as the report sees it: the published files of its release folder, and nothing else.

Belongs here: reading the data folder and finding one published figure in it. How a figure is drawn is in
`figures/`, how it is said in `sentences.py`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from data_contracts.interface import load_interface, said_interface
from data_contracts.messages import decimal, retold, say, speaking
from data_contracts.model import TOTAL, Catalog, Contract, Region
from pipelines.figure_keys import DERIVED, key_of
from pipelines.pooled import pooled_period
from pipelines.shown import letters_of, number_of
from pipelines.told import OF, told_key, told_rows
from report.keyed import keyed

_ROUNDING = re.compile(r"R\d+W?(x\d+)?$")
# A number with decimals, and the tables whose numbers are names: of articles, of versions.
_DECIMAL = re.compile(r"[~≥]?-?\d+\.\d+(?: ?%)?")
_VERBATIM = frozenset({"offences", "processing_steps", "counted_returns", "reporting"})


@dataclass(frozen=True)
class Figure:
    """One published figure with its state."""

    value: float | None
    status: str
    method: str
    note: str
    reporting: str
    key: str = ""

    @property
    def shown(self) -> str:
        """The figure as readers see it, with its key: its value with its marks, or the mark of a kind of no value."""
        marks = self.marks
        return keyed(f"{self._number}{' ' if marks else ''}{marks}", self.key)

    @property
    def behind(self) -> str:
        """How many partners stand behind a regional figure, such as 5 of 6, with its key."""
        shown = retold(self.reporting, (OF,))
        return keyed(shown, f"{self.key}.PARTNERS_REPORTING" if self.key else "")

    @property
    def marked(self) -> str:
        """The figure for a chart: its marks are small and raised, so that columns side by side keep their room."""
        raised = f"<sup>{self.marks}</sup>" if self.marks else ""
        return keyed(f"{self._number}{raised}", self.key)

    @property
    def marks(self) -> str:
        """The marks behind a value: break, low reliability, provisional, partial coverage, revised."""
        return letters_of(self.value, note=self.note)

    @property
    def _number(self) -> str:
        return decimal(number_of(self.value, status=self.status, method=self.method, note=self.note))

    @property
    def rounded(self) -> bool:
        """Whether the value was rounded at random to protect persons."""
        return bool(_ROUNDING.match(self.method))

    @property
    def notes(self) -> set[str]:
        """The notes on the figure."""
        return set(self.note.split(";")) - {""}


NOT_PUBLISHED = Figure(None, "O", "", "not_available", "")


class Edition:
    """All published tables of one edition, and what the catalog says of their codes."""

    def __init__(self, folder: Path, catalog: Catalog) -> None:
        """Reads the data folder of a release.

        Raises:
            FileNotFoundError: A file of the release is missing.
        """
        self.folder = folder
        self.catalog = catalog
        data = folder / "data"
        self.about: dict[str, Any] = json.loads((data / "edition.json").read_text(encoding="utf-8"))
        self.region: Region = catalog.region(self.about["region"])
        with speaking(self.language):
            self.contracts = {name: _said(catalog.contracts[name]) for name in self.about["datasets"]}
            self.interface = said_interface(load_interface(catalog.root))
        self.tables = {name: _read(data / f"{name}.csv") for name in self.contracts}
        self.reporting = _read(data / "reporting.csv")
        self._row_keys = {table.name: table.key for table in self.interface.annex}
        self.claims = self._told("claims")
        self.clear_rises = _read(data / "clear_rises.csv")
        self.power = _read(data / "power.csv")
        self.rates = _read(data / "rates.csv")
        self.revisions = self._told("revisions")
        self.triangle = _read(data / "revision_triangle.csv")
        self.quality = _read(data / "quality.csv")
        self.judgements = _read(data / "judgements.csv")
        self.judgement_scores = _read(data / "judgement_scores.csv")
        self.other_sources = self._told("other_sources")
        self.offences = self._told("offences")
        self.counted_returns = _read(data / "counted_returns.csv")
        self.processing_steps = self._told("processing_steps")
        self._figures = {name: self._index(name) for name in self.contracts}

    @property
    def year(self) -> int:
        """The reference year of the edition."""
        return int(self.about["year"])

    @property
    def years(self) -> list[int]:
        """The years that the edition shows, oldest first."""
        return [int(year) for year in self.about["years"]]

    @property
    def pooled_periods(self) -> dict[str, str]:
        """The pooled periods that the edition shows, oldest first: name to words."""
        return {
            pooled_period(first, last): say(
                "{first} to {last}", first=self.shown_year(first), last=self.shown_year(last)
            )
            for first, last in self.about["pooled_periods"]
        }

    @property
    def recent_years(self) -> list[int]:
        """The last three years, oldest first."""
        return self.years[-3:]

    @property
    def language(self) -> str:
        """The language of the report."""
        return str(self.about["language"])

    @property
    def area(self) -> str:
        """The code of the region as an area."""
        return str(self.about["ref_area"])

    @property
    def region_name(self) -> str:
        """The region's name."""
        return str(self.about["region_name"])

    @property
    def partners(self) -> dict[str, str]:
        """The partners of the edition's year: code to name, with the mark of a footnote where it has one."""
        return {partner["code"]: partner["name"] for partner in self.about["partners"]}

    @property
    def there(self) -> set[str]:
        """What the edition has: its datasets, and those of the tables beside returns that have rows."""
        beside = {"other_sources": self.other_sources, "offences": self.offences}
        return {*self.contracts, *(name for name, table in beside.items() if not table.is_empty())}

    def figure(self, dataset: str, *, area: str, period: int | str, measure: str, **codes: str) -> Figure:
        """One published figure; `_T` in every dimension that is not given."""
        contract = self.contracts[dataset]
        unknown = set(codes) - set(contract.dimension_names)
        if unknown:
            raise KeyError(f"{dataset} has no dimension {sorted(unknown)}")
        key = (area, str(period), measure, *(codes.get(name, TOTAL) for name in contract.dimension_names))
        return self._figures[dataset].get(key, NOT_PUBLISHED)

    def printed(self, table: str, row: Mapping[str, str], column: str, shown: str | None = None) -> str:
        """A value of an annex table as text that carries its key; `shown` is its form in print, if not as it is.

        Raises:
            KeyError: The interface has no such annex table, or the row lacks a column of its key.
        """
        key = key_of(table, [*(row[name] for name in self._row_keys[table]), column])
        text = told_key(table, column, row[column]) if shown is None else shown
        return keyed(decimal(text) if _DECIMAL.fullmatch(text) and table not in _VERBATIM else text, key)

    def derived(self, shown: object, *parts: str) -> str:
        """A number that follows from the edition's description or the state of reporting, with its key.

        Such are `zero` (the sign of a true zero), `year`, `years` and one of them, `version` and a dataset (that of
        its contract), `partners`, `returned`, `cells` and a state of reporting over the last three years, and `sum`,
        a table, its column, and what its rows hold, as column=code or column=code|code, and `share` and the keys of
        two observations.
        """
        return keyed(str(shown), key_of(DERIVED, parts))

    def shown_year(self, year: int) -> str:
        """A year of the edition as text with its key."""
        return self.derived(year, "years", str(year))

    @property
    def span(self) -> str:
        """The last three years, such as 2023 to 2025."""
        first = self.shown_year(self.recent_years[0])
        return say("{first} to {last}", first=first, last=self.shown_year(self.year))

    def codes(self, dataset: str, dimension: str, grouping: str = "") -> dict[str, str]:
        """The codes of a dimension (or of a grouping of it) and their labels, `not_specified` last where allowed."""
        column = self.contracts[dataset].column(dimension)
        name = grouping or str(column.code_list)
        found = {code.code: code.labels[self.language] for code in self.catalog.code_lists[name].codes}
        if column.not_specified:
            found["not_specified"] = self.catalog.label(name, "not_specified", self.language)
        return found

    def main_measure(self, dataset: str) -> str:
        """The measure that a dataset counts first."""
        return str(self.contracts[dataset].main_measure.sdmx_measure)

    def _told(self, table: str) -> pl.DataFrame:
        """An annex table with its words in the language of the edition; its key stays as it is."""
        found = _read(self.folder / "data" / f"{table}.csv")
        with speaking(self.language):
            rows = told_rows(table, found.to_dicts(), catalog=self.catalog, region=self.region)
        own = pl.DataFrame(rows, schema=found.schema)
        return own.with_columns(found[name] for name in self._row_keys[table])

    def _index(self, dataset: str) -> dict[tuple[str, ...], Figure]:
        dimensions = [name.upper() for name in self.contracts[dataset].dimension_names]
        return {
            (
                row["REF_AREA"],
                row["TIME_PERIOD"],
                row["MEASURE"],
                *(row[name] for name in dimensions),
            ): _figure(
                row,
                key_of(dataset, [row[name] for name in ("REF_AREA", "TIME_PERIOD", *dimensions, "MEASURE")]),
            )
            for row in self.tables[dataset].iter_rows(named=True)
        }


def _said(contract: Contract) -> Contract:
    """A contract with its texts in the language that is spoken."""
    texts = {
        name: say(getattr(contract, name)) for name in ("title", "description", "purpose", "limitations")
    }
    columns = tuple(
        column.model_copy(update={"description": say(column.description)}) for column in contract.columns
    )
    return contract.model_copy(update={**texts, "columns": columns})


def _read(path: Path) -> pl.DataFrame:
    return pl.read_csv(path, infer_schema=False).with_columns(pl.all().fill_null(""))


def _figure(row: Mapping[str, str], key: str) -> Figure:
    value = float(row["OBS_VALUE"]) if row["OBS_VALUE"] else None
    return Figure(
        value, row["OBS_STATUS"], row["OBS_METHOD"], row["OBS_NOTE"], row["PARTNERS_REPORTING"], key
    )
