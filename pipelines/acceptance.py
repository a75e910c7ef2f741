"""Accepts checked returns: one Parquet file per dataset, partner, year and submission, never overwritten.

Belongs here: what counts of the store. What was handed over is `register.py`; a year's aggregates are later
stages, which read only the files named here.

A return counts once its line in `returns/` lies there: cells are written before it, the ledger after it, so that
a crash leaves either nothing that counts or all of it.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import polars as pl

from data_contracts.catalog import PACKAGE_ROOT
from data_contracts.model import Catalog
from pipelines.checking import LINE_SCHEMA, CheckResult
from pipelines.cover import load_cover_rules
from pipelines.errors import StoreError
from pipelines.findings import Place, finding
from pipelines.register import Store, write_once


@dataclass(frozen=True)
class Acceptance:
    """What became of a checked return; `unchanged` where the same content was accepted before."""

    status: Literal["accepted", "rejected", "unchanged"]
    result: CheckResult
    cells: tuple[Path, ...]


def accept(store: Store, result: CheckResult, *, catalog: Catalog) -> Acceptance:
    """Writes an accepted return's cells and its line, or its rejection; either is in the ledger.

    A submission number that is not above those accepted, with other content, is rejected here: only the store
    knows of it. A rejected return changes nothing that was accepted before.

    Raises:
        StoreError: The return was never received.
    """
    receipt = store.receipt(result.sha256)
    if _line_paths(store, result.sha256):
        _log_once(store, "accepted", result)
        return Acceptance("unchanged", result, ())
    if result.verdict == "accepted":
        result = _judge_submission(store, result, catalog=catalog)
    if result.verdict == "rejected":
        _log_once(store, "rejected", result)
        return Acceptance("rejected", result, ())
    stem = _stem(result.cover_lines.row(0, named=True))
    cells = []
    for dataset, table in sorted(result.tables.items()):
        cells.append(store.root / "cells" / dataset / f"{stem}.parquet")
        write_once(cells[-1], _parquet(table))
    line = result.cover_lines.with_columns(received_at=pl.lit(receipt.received_at))
    write_once(store.root / "returns" / f"{stem}.parquet", _parquet(line))
    _log_once(store, "accepted", result)
    return Acceptance("accepted", result, tuple(cells))


def _stem(line: Mapping[str, object]) -> str:
    return f"{line['partner']}-{line['reference_year']}-{line['submission']}-{str(line['sha256'])[:12]}"


def _line_paths(store: Store, sha256: str) -> list[Path]:
    return sorted((store.root / "returns").glob(f"*-{sha256[:12]}.parquet"))


def cells_path(store: Store, line: Mapping[str, object]) -> Path:
    """Where the cells of a dataset lie, by its line among the accepted returns."""
    return store.root / "cells" / str(line["dataset"]) / f"{_stem(line)}.parquet"


def definitions_of(cells: Path) -> str:
    """The version of the definitions that accepted cells were handed over under, from the line beside them."""
    line = pl.read_parquet(cells.parents[2] / "returns" / cells.name)
    return str(line["definitions_version"][0])


def _parquet(frame: pl.DataFrame) -> bytes:
    buffer = io.BytesIO()
    frame.write_parquet(buffer, compression="zstd", statistics=False)
    return buffer.getvalue()


def _log_once(store: Store, event: str, result: CheckResult) -> None:
    """Adds the verdict to the ledger unless its newest event on the return says the same.

    A verdict can change back: a warning beside the other partners' returns goes and comes with their submissions.
    """
    verdict = store.write_verdict(result.sha256, result.findings, levels_run=result.levels_run)
    own = (e for e in reversed(store.events()) if e["sha256"] == result.sha256)
    newest = next((e for e in own if e["event"] in ("accepted", "rejected")), None)
    if newest is None or (newest["event"], newest.get("verdict")) != (event, verdict):
        store.append(event, result.sha256, verdict=verdict)


def _judge_submission(store: Store, result: CheckResult, *, catalog: Catalog) -> CheckResult:
    line = result.cover_lines.row(0, named=True)
    earlier = (store.root / "returns").glob(f"{line['partner']}-{line['reference_year']}-*.parquet")
    numbers = [int(path.stem.split("-")[2]) for path in earlier]
    if not numbers or line["submission"] > max(numbers):
        return result
    place = Place(sheet=load_cover_rules(catalog.root).sheet, column="submission")
    seen = str(line["submission"])
    return result.with_findings(
        [finding(catalog, "C-submission-not-new", place=place, seen=seen, accepted=max(numbers))]
    )


def all_returns(store: Store) -> pl.DataFrame:
    """Every submission ever accepted.

    Grain: accepted return × dataset. Columns: those of `CheckResult.cover_lines`, `received_at` as ISO text
    (UTC). Sorted by year, partner, submission, dataset.
    """
    counts = load_cover_rules(PACKAGE_ROOT).counts
    empty = pl.DataFrame(schema={**LINE_SCHEMA, **dict.fromkeys(counts, pl.Int64())})
    lines = [pl.read_parquet(path) for path in sorted((store.root / "returns").glob("*.parquet"))]
    frame = pl.concat([empty, *lines], how="diagonal")
    return frame.sort("reference_year", "partner", "submission", "dataset")


def accepted_returns(store: Store, *, year: int | None = None) -> pl.DataFrame:
    """The returns that count: of each partner and reference year the highest submission accepted.

    Grain: partner × reference year × dataset, up to and including `year`; columns as in `all_returns`.
    """
    frame = all_returns(store)
    if year is not None:
        frame = frame.filter(pl.col("reference_year") <= year)
    return frame.filter(pl.col("submission") == pl.col("submission").max().over("partner", "reference_year"))


def accepted_cells(store: Store, dataset: str, *, year: int | None = None) -> list[Path]:
    """The cell files of a dataset that count, by year and partner; nil and not available have none.

    Raises:
        StoreError: A return with a control total has no cell file.
    """
    lines = accepted_returns(store, year=year).filter(pl.col("dataset") == dataset)
    paths = []
    for line in lines.iter_rows(named=True):
        path = cells_path(store, line)
        if path.exists():
            paths.append(path)
        elif line["total"] is not None:
            raise StoreError(
                f"{path}: the cells of an accepted return are missing; restore them from a backup"
            )
    return paths
