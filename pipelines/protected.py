"""Protection under audit: a table that leaks is left out, then the next, until the release holds.

Belongs here: the ladder. It never tries again with other random numbers, for the choice would tell.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from data_contracts.model import Catalog, Contract, Region
from pipelines.audit import audit
from pipelines.protection import leave_out, protect
from pipelines.release import to_sdmx
from pipelines.statistics import read_cells


@dataclass(frozen=True)
class AuditOutcome:
    """Whether the release of a dataset holds, and a line per step of the ladder; tables are named, never values."""

    passed: bool
    report: list[dict[str, str]]


def protected_dataset(
    exact: pl.DataFrame,
    *,
    cells: Sequence[Path],
    catalog: Catalog,
    contract: Contract,
    region: Region,
    key: bytes,
) -> tuple[pl.DataFrame, AuditOutcome]:
    """Protects a dataset, audits it, and leaves out the table with most leaking cells until nothing leaks.

    Grain and columns: as the observations. Datasets of events are public and need no audit.

    Source: methodology, section 6, "If it fails".
    """
    published = protect(exact, contract=contract, region=region, key=key)
    if contract.protects == "events":
        return published, AuditOutcome(True, [{"step": "1", "outcome": "public events, released by consent"}])
    truth = read_cells(cells, catalog=catalog, contract=contract)
    report: list[dict[str, str]] = []
    passed = True
    for period in sorted(set(published["time_period"])):
        published, held = _ladder(
            published, truth, period=period, report=report, catalog=catalog, contract=contract, region=region
        )
        passed = passed and held
    return published, AuditOutcome(passed, report)


def _ladder(
    published: pl.DataFrame,
    truth: pl.DataFrame,
    *,
    period: str,
    report: list[dict[str, str]],
    catalog: Catalog,
    contract: Contract,
    region: Region,
) -> tuple[pl.DataFrame, bool]:
    """Leaves tables of one period out until it passes; false if it leaks with all of them left out."""
    rounded = [table.name for table in contract.release_tables if table.protection == "rounded"]
    for _ in range(len(rounded) + 1):
        sdmx = to_sdmx(published, contract=contract)
        found = audit(sdmx, truth, catalog=catalog, contract=contract, region=region, period=period)
        looked_at = f"{found.targets} targets, {found.solved} programs"
        if found.passed:
            report.append({"period": period, "outcome": "passed", "looked_at": looked_at})
            return published, True
        worst = max(sorted(found.leaks), key=lambda name: found.leaks[name])
        report.append({"period": period, "outcome": f"left out {worst}", "looked_at": looked_at})
        published = leave_out(published, worst, period=period)
    return published, False
