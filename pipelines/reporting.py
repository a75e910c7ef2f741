"""Who has reported what: the reporting table of an edition.

Belongs here: the state of each partner's reporting by year and dataset, with lateness and rejections. Codes of
findings are shown, never what was seen in a return.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from data_contracts.model import Region
from pipelines.acceptance import accepted_returns, all_returns
from pipelines.questions import Question, questions
from pipelines.register import Store
from pipelines.reporting_states import MISSING, deadline_of, is_late, state_of

COLUMNS = {
    "partner": pl.String,
    "reference_year": pl.Int32,
    "dataset": pl.String,
    "state": pl.String,
    "submission": pl.Int32,
    "received_at": pl.String,
    "late": pl.Boolean,
    "note": pl.String,
    "custodian": pl.String,
    "scope_note": pl.String,
    "rejected_codes": pl.String,
    "open_warnings": pl.Int32,
}


def reporting_table(verdicts: pl.DataFrame, *, store: Path, region: Region, year: int) -> pl.DataFrame:
    """The state of reporting over an edition's years.

    Grain: partner x reference year x dataset. Columns: `state` (reported, partial, nil, not_available,
    not_applicable, missing), `submission` that counts, `received_at` (UTC), `late`: whether the
    first return that was accepted came after the region's deadline, for a revision makes nobody late,
    `note` (coverage and breaks), `custodian` and `scope_note` in the partner's words, `rejected_codes` of
    rejected submissions,
    `open_warnings` of the submission that counts, those that concern the whole return with each dataset.
    """
    counting = accepted_returns(Store(store), year=year)
    asked = questions(Store(store), set(counting["sha256"]))
    accepted = {
        (line["partner"], line["reference_year"], line["dataset"]): line
        | {"open_warnings": _open(asked[line["sha256"]], line["dataset"])}
        for line in counting.iter_rows(named=True)
    }
    rejected, first = _rejected(verdicts), _first_received(Store(store))
    rows = []
    for of_year in region.shown_years(year):
        deadline = deadline_of(region, of_year)
        for partner in region.partners_in(of_year):
            for dataset in region.datasets:
                line = accepted.get((partner.code, of_year, dataset))
                codes = rejected.get((partner.code, of_year), "")
                received = first.get((partner.code, of_year))
                late = None if received is None else is_late(received, deadline)
                rows.append(_row(partner.code, of_year, dataset, line=line, codes=codes, late=late))
    return pl.DataFrame(rows, schema=COLUMNS, orient="row")


def _rejected(verdicts: pl.DataFrame) -> dict[tuple[str, int], str]:
    found: dict[tuple[str, int], set[str]] = {}
    for row in verdicts.filter(pl.col("verdict") == "rejected").iter_rows(named=True):
        found.setdefault((row["partner"], row["reference_year"]), set()).update(row["codes"])
    return {key: " ".join(sorted(codes)) for key, codes in found.items()}


def _first_received(store: Store) -> dict[tuple[str, int], str]:
    """When the first return was received that was accepted, by partner and year."""
    first = all_returns(store).group_by("partner", "reference_year").agg(pl.col("received_at").min())
    return {(partner, year): received for partner, year, received in first.iter_rows()}


def _open(asked: Sequence[Question], dataset: str) -> int:
    return sum(question.concerns(dataset) and not question.confirmed for question in asked)


def _row(
    partner: str, year: int, dataset: str, *, line: dict[str, object] | None, codes: str, late: bool | None
) -> tuple[object, ...]:
    if line is None:
        return partner, year, dataset, MISSING, None, None, None, "", "", "", codes, None
    received = str(line["received_at"])
    notes = [str(line[name]) for name in ("coverage_note", "break_note") if line[name]]
    shown = partner, year, dataset, state_of(line), line["submission"], received, late, " ".join(notes)
    return *shown, line["custodian"] or "", line["scope_note"] or "", codes, line["open_warnings"]
