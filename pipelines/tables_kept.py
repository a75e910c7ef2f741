"""Tables of a dataset whose returns did not change since an earlier run: its exact figures and its published ones.

Belongs here: what each table depends on. A release is audited afresh, from its folder, before it is published
(`audit_release.py`), whatever was kept here.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from data_contracts.model import Catalog, Contract, Region
from pipelines.audit_knowledge import Edition
from pipelines.kept import NOTHING_KEPT, Kept, digest_of
from pipelines.protected import AuditOutcome, protected_dataset
from pipelines.statistics import exact_observations

OUTCOME = "outcome"
# What of a return says which it is and how it came, but nothing of its figures: a correction of one dataset comes with
# the others as they were.
LINE_ONLY = ("sha256", "submission", "received_at", "prepared_on", "handling")
NOTES = ("coverage_note", "break_note", "custodian", "scope_note")
SUBMISSION = "submission"


def kept_observations(
    cells: pl.DataFrame,
    returns: pl.DataFrame,
    *,
    catalog: Catalog,
    contract: Contract,
    region: Region,
    year: int,
    kept: Kept,
) -> pl.DataFrame:
    """As `exact_observations`, from what was kept where cells and lines of the dataset's returns say the same."""
    cells = cells.drop(SUBMISSION)
    lines = returns.filter(pl.col("dataset") == contract.dataset).drop(*LINE_ONLY, *NOTES)
    made_from = (contract.dataset, region.name, str(year), digest_of([cells, lines]))
    found = kept.find_frame(*made_from)
    if found is None:
        found = exact_observations(cells, lines, catalog=catalog, contract=contract, region=region, year=year)
        kept.keep_frame(found, *made_from)
    kept.forget_others()
    return found


def kept_protection(
    exact: pl.DataFrame,
    *,
    cells: pl.DataFrame,
    catalog: Catalog,
    contract: Contract,
    region: Region,
    key: bytes,
    before: Sequence[Edition] = (),
    kept: Kept,
    audits: Kept = NOTHING_KEPT,
) -> tuple[pl.DataFrame, AuditOutcome]:
    """As `protected_dataset`, from what was kept where figures, cells and earlier editions are the same.

    A table that failed its audit is not kept. `kept` belongs to the key of the rounding.
    """
    cells = cells.drop(SUBMISSION)
    editions = [frame for edition in before for frame in (edition.rows, edition.cells)]
    made_from = (contract.dataset, region.name, digest_of([exact, cells, *editions]))
    found, report = kept.find_frame(*made_from), kept.find_json(*made_from, OUTCOME)
    if found is not None and report is not None:
        outcome = AuditOutcome(True, report)
    else:
        found, outcome = protected_dataset(
            exact,
            cells=cells,
            catalog=catalog,
            contract=contract,
            region=region,
            key=key,
            before=before,
            kept=audits,
        )
        if outcome.passed:
            kept.keep_frame(found, *made_from)
            kept.keep_json(outcome.report, *made_from, OUTCOME)
    kept.forget_others()
    return found, outcome
