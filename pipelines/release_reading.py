"""Reads a release folder as an outsider does: every number that it publishes, in every file, with its meaning.

Belongs here: the result of the reading. Files are read in `release_*.py`, in the order of `release_reader.py`; what can
be proved from the figures is asked by the audit. Shares no code with what rounds and protects figures.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from data_contracts.model import Catalog, Region
from pipelines.figure_keys import parse_key
from pipelines.release_findings import ReadFigure, ReadingFinding
from pipelines.release_reader import ReleaseReader
from pipelines.release_sources import REPORT
from pipelines.release_values import OBSERVED, Release

_MARKUP, _NUMBER = re.compile(r"<[^>]*>"), re.compile(r"-?\d+(?:\.\d+)?")


@dataclass(frozen=True)
class ReleaseReading:
    """What was read from a release.

    `figures`: grain printed or listed figure. Columns: `file`, `place` (numbers masked), `key`, `dataset` (or annex
    table), then the SDMX columns of `data/<dataset>.csv`, `value` (as it was read, null where there is none) and
    `method`. `findings`: every number that is not explained.
    """

    figures: pl.DataFrame
    findings: tuple[ReadingFinding, ...]

    @property
    def passed(self) -> bool:
        """Whether every number is explained."""
        return not self.findings


class ReadingAhead:
    """The reading of a release that is still being rendered: data and charts at once, its pages when they are there."""

    def __init__(self, folder: Path, *, catalog: Catalog, region: Region, report: Path = REPORT) -> None:
        """Begins; rendering waits mostly for other programs, so that there is time.

        Raises:
            FileNotFoundError: edition.json is missing.
        """
        self._reader = ReleaseReader(folder, catalog=catalog, region=region, report=report)
        self._pool = ThreadPoolExecutor(1)
        self._ahead = self._pool.submit(lambda: [*self._reader.data(), *self._reader.charts()])

    def __enter__(self) -> ReadingAhead:
        return self

    def __exit__(self, *_: object) -> None:
        """Waits for what was begun."""
        self._pool.shutdown()

    def result(self, *, pages: bool = True) -> ReleaseReading:
        """The whole reading; without `pages` that of data and charts, for pages that another renderer has set.

        Raises:
            FileNotFoundError: figures/index.json is missing.
        """
        notes = [*self._ahead.result(), *self._reader.rendered(pages=pages)]
        figures = [figure for note in notes for figure in note.figures]
        findings = sorted({finding for note in notes for finding in note.findings})
        rows = [*_observations(self._reader.release), *_printed(self._reader.release, figures)]
        return ReleaseReading(pl.DataFrame(rows, infer_schema_length=None), tuple(findings))


def read_release(folder: Path, *, catalog: Catalog, region: Region, report: Path = REPORT) -> ReleaseReading:
    """Reads a release folder; `report` holds the chapters that it was rendered from.

    Raises:
        FileNotFoundError: edition.json or figures/index.json is missing.
    """
    with ReadingAhead(folder, catalog=catalog, region=region, report=report) as reading:
        return reading.result()


def _observations(release: Release) -> Iterator[dict[str, Any]]:
    for dataset in release.region.datasets:
        for row in release.tables[dataset]:
            place = {"file": f"data/{dataset}.csv", "place": "", "key": ""}
            yield {**place, **_read(dataset, dict(row), row[OBSERVED])}


def _printed(release: Release, figures: list[ReadFigure]) -> Iterator[dict[str, Any]]:
    for figure in figures:
        known = release.value(figure.key)
        if known is not None:
            own = dict(known.row) if known.observed else {}
            found = _NUMBER.search(_MARKUP.sub("", figure.shown))
            place = {"file": figure.file, "place": figure.place, "key": figure.key}
            yield {**place, **_read(parse_key(figure.key).table, own, found[0] if found else "")}


def _read(dataset: str, row: dict[str, str], number: str) -> dict[str, Any]:
    return {
        "dataset": dataset,
        **row,
        "value": float(number) if number else None,
        "method": row.get("OBS_METHOD", ""),
    }
