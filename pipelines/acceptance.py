"""Accepts checked returns: one Parquet file per dataset, partner, year and submission, never overwritten.

Belongs here: what counts of the store. What was handed over is `register.py`; a year's aggregates are later
stages, which read only the files named here.

A return counts once its line in `returns/` lies there: cells are written before it, the ledger after it, so that
a crash leaves either nothing that counts or all of it.
"""

from __future__ import annotations

import functools
import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import polars as pl

from data_contracts.catalog import PACKAGE_ROOT
from data_contracts.model import Catalog
from pipelines.checking import LINE_SCHEMA, CheckResult
from pipelines.checksums import sha256_of
from pipelines.cover import load_cover_rules
from pipelines.errors import StoreError
from pipelines.findings import Place, finding
from pipelines.identity import NOBODY, Identity
from pipelines.register import Store
from pipelines.submission_numbers import (
    STANDINGS,
    accepted_before,
    accepted_numbers,
    is_withdrawn,
    missing_before,
    withdrawn,
)


@dataclass(frozen=True)
class Acceptance:
    """What became of a checked return.

    `unchanged`: the same content was accepted before; `pending`: accepted once the submission before it is there;
    `withdrawn`: its partner took it back.
    """

    status: Literal["accepted", "rejected", "unchanged", "pending", "withdrawn"]
    result: CheckResult
    cells: tuple[Path, ...] = ()


def accept(store: Store, result: CheckResult, *, catalog: Catalog) -> Acceptance:
    """Writes an accepted return's cells and its line, or its rejection; either is in the ledger.

    A submission number that is not above those accepted, with other content, is rejected here: only the store
    knows of it. One that is ahead of its predecessor waits. A return that is not accepted changes nothing that was
    accepted before.

    Raises:
        StoreError: The return was never received.
    """
    receipt = store.receipt(result.sha256)
    with store.locked():
        if is_withdrawn(store, result.sha256):
            return Acceptance("withdrawn", result)
        if _line_paths(store, result.sha256):
            _log_checked(store, result)
            _log_accepted(store, result)
            return Acceptance("unchanged", result)
        waits = False
        if result.verdict == "accepted":
            line = result.cover_lines.row(0, named=True)
            result = _judge_submission(store, result, line, catalog=catalog)
            waits = result.verdict == "accepted" and missing_before(store, line) is not None
        _log_checked(store, result)
        if result.verdict == "rejected" or waits:
            event: Literal["rejected", "pending"] = "pending" if waits else "rejected"
            _log_once(store, event, result)
            return Acceptance(event, result)
        return Acceptance("accepted", result, _write(store, result, received_at=receipt.received_at))


def _write(store: Store, result: CheckResult, *, received_at: str) -> tuple[Path, ...]:
    """The cells, then the line, which makes them count, then the ledger."""
    stem = _stem(result.cover_lines.row(0, named=True))
    cells = []
    for dataset, table in sorted(result.tables.items()):
        cells.append(store.root / "cells" / dataset / f"{stem}.parquet")
        store.keep(cells[-1], _parquet(table))
    line = result.cover_lines.with_columns(received_at=pl.lit(received_at))
    store.keep(store.root / "returns" / f"{stem}.parquet", _parquet(line))
    _log_accepted(store, result)
    return tuple(cells)


def _stem(line: Mapping[str, object]) -> str:
    return f"{line['partner']}-{line['reference_year']}-{line['submission']}-{str(line['sha256'])[:12]}"


def _line_paths(store: Store, sha256: str) -> list[Path]:
    return sorted((store.root / "returns").glob(f"*-{sha256[:12]}.parquet"))


def is_accepted(store: Store, sha256: str) -> bool:
    """Whether a return is accepted, by the last word of the ledger and by its line, and was not taken back."""
    last = store.ledger.newest(sha256, STANDINGS)
    if last is None or last["event"] != "accepted":
        return False
    return (store.root / "returns" / f"{_stem(last)}.parquet").is_file()


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


def files_of(store: Store, sha256: str) -> dict[str, str]:
    """The files of an accepted return, by their place below the store, with their hashes."""
    paths = [*(store.root / "cells").glob(f"*/*-{sha256[:12]}.parquet"), *_line_paths(store, sha256)]
    return {path.relative_to(store.root).as_posix(): sha256_of(path) for path in sorted(paths)}


def _log_checked(store: Store, result: CheckResult) -> None:
    """Adds what the checks found unless the newest such event on the return says the same.

    A verdict can change back: a warning beside the other partners' returns goes and comes with their submissions.
    """
    verdict = store.write_verdict(result.sha256, result.findings, levels_run=result.levels_run)
    newest = store.ledger.newest(result.sha256, ("checked",))
    if newest is None or newest["verdict"] != verdict["verdict"]:
        store.append("checked", result.sha256, **verdict)


def _log_once(store: Store, event: Literal["accepted", "rejected", "pending"], result: CheckResult) -> None:
    """Adds what became of a return unless it stands there."""
    newest = store.ledger.newest(result.sha256, STANDINGS)
    if newest is None or newest["event"] != event:
        files: dict[str, Any] = {"files": files_of(store, result.sha256)} if event == "accepted" else {}
        store.append(event, result.sha256, **_identity(result).values(), **files)


def _log_accepted(store: Store, result: CheckResult) -> None:
    """Adds that a return is accepted, and that those before it are superseded, where a crash has left it out."""
    _log_once(store, "accepted", result)
    line = result.cover_lines.row(0, named=True)
    for number, sha256 in accepted_before(store, line):
        if store.ledger.newest(sha256, ("superseded", "withdrawn")) is None:
            whose = _identity(result).values() | {"submission": number}
            store.append("superseded", sha256, by=result.sha256, **whose)


def _identity(result: CheckResult) -> Identity:
    if result.cover_lines.is_empty():
        return NOBODY
    line = result.cover_lines.row(0, named=True)
    return Identity(line["partner"], line["reference_year"], line["submission"])


def _judge_submission(
    store: Store, result: CheckResult, line: Mapping[str, Any], *, catalog: Catalog
) -> CheckResult:
    accepted = max(accepted_numbers(store, line), default=0)
    if line["submission"] > accepted:
        return result
    place = Place(sheet=load_cover_rules(catalog.root).sheet, column="submission")
    seen = str(line["submission"])
    return result.with_findings(
        [finding(catalog, "C-submission-not-new", place=place, seen=seen, accepted=accepted)]
    )


@functools.cache
def _line(path: Path, written: int) -> pl.DataFrame:
    """An accepted return's line, read once: a year's stages ask for all of them many times."""
    return pl.read_parquet(path)


def all_returns(store: Store) -> pl.DataFrame:
    """Every submission ever accepted.

    Grain: accepted return × dataset. Columns: those of `CheckResult.cover_lines`, `received_at` as ISO text
    (UTC). Sorted by year, partner, submission, dataset.
    """
    counts = load_cover_rules(PACKAGE_ROOT).counts
    empty = pl.DataFrame(schema={**LINE_SCHEMA, **dict.fromkeys(counts, pl.Int64())})
    paths = sorted((store.root / "returns").glob("*.parquet"))
    lines = [_line(path, path.stat().st_mtime_ns) for path in paths]
    frame = pl.concat([empty, *lines], how="diagonal")
    return frame.sort("reference_year", "partner", "submission", "dataset")


def accepted_returns(store: Store, *, year: int | None = None) -> pl.DataFrame:
    """The returns that count: of each partner and reference year the highest submission accepted.

    Where that one was withdrawn none counts, for those before it were replaced as wrong; the next one will.

    Grain: partner × reference year × dataset, up to and including `year`; columns as in `all_returns`.
    """
    frame = all_returns(store)
    if year is not None:
        frame = frame.filter(pl.col("reference_year") <= year)
    last = pl.col("submission") == pl.col("submission").max().over("partner", "reference_year")
    return frame.filter(last & ~pl.col("sha256").is_in(withdrawn(store)))


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
