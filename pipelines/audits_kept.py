"""The audit of some years of a dataset, once for the same figures and cells.

Belongs here: what an audit depends on, and what of it is kept: tables, periods and how many cells leak, never a value.
A release is audited afresh, from its folder, before it is published (`audit_release.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import polars as pl

from data_contracts.model import Catalog, Contract, Region
from pipelines.audit import AuditResult, audit
from pipelines.audit_knowledge import Edition
from pipelines.audit_model import ContradictionError
from pipelines.kept import Kept, digest_of


def kept_audit(
    editions: Sequence[Edition],
    periods: Sequence[str],
    *,
    catalog: Catalog,
    contract: Contract,
    region: Region,
    kept: Kept,
) -> AuditResult:
    """As `audit`, from what was kept where figures and cells of these periods are the same.

    Raises:
        ContradictionError: No integer table agrees with the figures.
    """
    seen = [_of_periods(edition, periods) for edition in editions]
    made_from = (contract.dataset, region.name, *periods, digest_of(_frames(seen)))
    found = kept.find_json(*made_from)
    if found is None:
        found = _audited(seen, periods, catalog=catalog, contract=contract, region=region)
        kept.keep_json(found, *made_from)
    if "contradiction" in found:
        raise ContradictionError(found["contradiction"])
    leaks = {(table, period): cells for table, period, cells in found["leaks"]}
    return AuditResult(leaks, found["targets"], found["solved"])


def _audited(
    editions: Sequence[Edition],
    periods: Sequence[str],
    *,
    catalog: Catalog,
    contract: Contract,
    region: Region,
) -> dict[str, Any]:
    try:
        result = audit(editions, periods, catalog=catalog, contract=contract, region=region)
    except ContradictionError as error:
        return {"contradiction": str(error)}
    leaks = [[table, period, cells] for (table, period), cells in result.leaks.items()]
    return {"leaks": leaks, "targets": result.targets, "solved": result.solved}


def _of_periods(edition: Edition, periods: Sequence[str]) -> Edition:
    """What an edition says of the periods, and the cells of their years: all that the audit looks at."""
    years = [int(period) for period in periods if period.isdigit()]
    cells = edition.cells
    return Edition(
        edition.rows.filter(pl.col("TIME_PERIOD").is_in(periods)),
        None if cells is None else cells.filter(pl.col("reference_year").is_in(years)),
    )


def _frames(editions: Iterable[Edition]) -> Iterator[pl.DataFrame | None]:
    for edition in editions:
        yield from (edition.rows, edition.cells)
