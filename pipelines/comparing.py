"""Compares a return with those that count already: the partner's earlier one (level 2) and the others' (level 4).

Belongs here: which returns are compared at the intake, from the store and from the same run. The questions are
`checking_time.py` and `checking_partners.py`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

import polars as pl

from data_contracts.model import Catalog
from pipelines.acceptance import accepted_returns, all_returns, cells_path
from pipelines.checking import CheckResult, compared
from pipelines.checking_partners import check_partners
from pipelines.checking_time import check_time
from pipelines.counting import Counted, Whose, counted, newest, whose
from pipelines.reading import Return
from pipelines.register import Store


class KnownReturns:
    """The returns that count, of each partner and year the highest submission: the store's, and those of this run.

    So that the returns of one run are compared with one another, whichever is accepted first. One of the store is read
    when another is compared with it.
    """

    def __init__(
        self,
        store: Store,
        candidates: Iterable[CheckResult],
        passed: Collection[str] = (),
        *,
        catalog: Catalog,
    ) -> None:
        """`candidates` are about to be accepted; `passed` are hashes of the run's returns that were accepted before."""
        self._store, self._catalog = store, catalog
        run = [counted(result.cover_lines, result.tables, catalog=catalog) for result in candidates]
        self._read = {one.sha256: one for one in run if one is not None}
        everything = all_returns(store)
        counting = {*accepted_returns(store)["sha256"], *passed} - set(self._read)
        self._lines = {
            str(sha256): lines
            for (sha256,), lines in everything.group_by("sha256", maintain_order=True)
            if sha256 in counting
        }
        stored = map(whose, self._lines.values())
        self._newest = newest([*stored, *(one.whose for one in self._read.values())])

    def beside(self, sha256: str) -> list[str]:
        """The hashes of all that a return, one of the candidates or of those accepted before, is compared with."""
        read = self._read.get(sha256)
        own = whose(self._lines[sha256]) if read is None else read.whose
        return [one.sha256 for one in (*self.others(own), *self.earlier(own))]

    def others(self, own: Whose) -> list[Whose]:
        """Those of the other partners of its year, in the order of their codes."""
        of_year = sorted(key for key in self._newest if key[1] == own.year and key[0] != own.partner)
        return [self._newest[key] for key in of_year]

    def earlier(self, own: Whose) -> list[Whose]:
        """Its partner's of the last year before it that has one, or none."""
        years = [year for partner, year in self._newest if partner == own.partner and year < own.year]
        return [self._newest[own.partner, max(years)]] if years else []

    def read(self, one: Whose) -> Counted:
        """One of these, with its cells."""
        if one.sha256 not in self._read:
            lines = self._lines[one.sha256]
            paths = {line["dataset"]: cells_path(self._store, line) for line in lines.iter_rows(named=True)}
            tables = {dataset: pl.read_parquet(path) for dataset, path in paths.items() if path.exists()}
            self._read[one.sha256] = Counted(one, lines, tables, catalog=self._catalog)
        return self._read[one.sha256]


def compare(ret: Return, result: CheckResult, known: KnownReturns, *, catalog: Catalog) -> CheckResult:
    """The result with levels 2 and 4; as it was where the cover does not say whose return it is."""
    now = counted(result.cover_lines, result.tables, catalog=catalog)
    if now is None:
        return result
    findings = check_partners(ret, now, [known.read(one) for one in known.others(now.whose)], catalog=catalog)
    for earlier in known.earlier(now.whose):
        findings += check_time(ret, now, known.read(earlier), catalog=catalog)
    return compared(result, findings, levels=(2, 4), catalog=catalog)
