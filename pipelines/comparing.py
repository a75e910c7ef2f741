"""Compares a return with those that count already: the partner's earlier one (level 2) and the others' (level 4).

Belongs here: which returns are compared at the intake, from the store and from the same run. The questions are
`checking_time.py` and `checking_partners.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import polars as pl

from data_contracts.model import Catalog
from pipelines.acceptance import accepted_returns, cells_path
from pipelines.checking import CheckResult, compared
from pipelines.checking_partners import check_partners
from pipelines.checking_time import check_time
from pipelines.counting import Counted, counted, newest
from pipelines.reading import Return
from pipelines.register import Store

Known = Mapping[tuple[str, int], Counted]


def known_returns(store: Store, candidates: Iterable[CheckResult], *, catalog: Catalog) -> Known:
    """The returns that count, by partner and year: those of the store, and those about to be accepted.

    So that the returns of one run are compared with one another, whichever is accepted first.
    """
    run = {
        result.sha256: counted(result.cover_lines, result.tables, catalog=catalog) for result in candidates
    }
    lines = accepted_returns(store)
    stored = [
        _stored(store, of_return, catalog=catalog)
        for (sha256,), of_return in lines.group_by("sha256", maintain_order=True)
        if sha256 not in run
    ]
    return newest(one for one in (*stored, *run.values()) if one is not None)


def _stored(store: Store, lines: pl.DataFrame, *, catalog: Catalog) -> Counted | None:
    paths = {line["dataset"]: cells_path(store, line) for line in lines.iter_rows(named=True)}
    tables = {dataset: pl.read_parquet(path) for dataset, path in paths.items() if path.exists()}
    return counted(lines, tables, catalog=catalog)


def compare(ret: Return, result: CheckResult, known: Known, *, catalog: Catalog) -> CheckResult:
    """The result with levels 2 and 4; as it was where the cover does not say whose return it is."""
    now = counted(result.cover_lines, result.tables, catalog=catalog)
    if now is None:
        return result
    others = [one for key, one in sorted(known.items()) if one.year == now.year and key[0] != now.partner]
    findings = check_partners(ret, now, others, catalog=catalog)
    years = [year for partner, year in known if partner == now.partner and year < now.year]
    if years:
        findings += check_time(ret, now, known[now.partner, max(years)], catalog=catalog)
    return compared(result, findings, levels=(2, 4), catalog=catalog)
