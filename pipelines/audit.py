"""The attacker's audit: what a reader, each partner and each pair of partners can prove from published figures.

Belongs here: the guarantee, the attackers and the search for proofs. It reads a release as an outsider would, shares
no code with the protection, and names tables, never values. An integer table that agrees with all that was published
is a witness; a cell is safe once witnesses show that its value cannot be pinned down.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from data_contracts.model import TOTAL, Catalog, Contract, Region
from pipelines.audit_figures import Published, read_figures
from pipelines.audit_model import Attack, Target

WIDTH = 3


@dataclass(frozen=True)
class AuditResult:
    """Leaking cells by table (how many, never which value), and how much was looked at."""

    leaks: Mapping[str, int]
    targets: int
    solved: int

    @property
    def passed(self) -> bool:
        """Whether no cell leaks."""
        return not self.leaks


def audit(
    sdmx: pl.DataFrame,
    truth: pl.DataFrame,
    *,
    catalog: Catalog,
    contract: Contract,
    region: Region,
    period: str,
) -> AuditResult:
    """Audits one year of one dataset of a release.

    `sdmx` holds the published rows, with the columns of the release's CSV. `truth` is what the attackers know of
    themselves: accepted cells with a column `dimension__grouping` per grouping, `signature` and `breadth`. Where
    nothing is published beside the tables by consent, nothing but they can give anything away.

    Source: methodology, section 6, the guarantee and the audit; disclosure.md, sections 1 and 5.
    """
    published = read_figures(sdmx, catalog=catalog, contract=contract, region=region, period=period)
    if published is None or published == published.by_consent_only():
        return AuditResult({}, 0, 0)
    own = _own(truth.filter(pl.col("reference_year") == int(period)), published, contract=contract)
    leaks: dict[str, int] = {}
    targets = solved = 0
    for number in range(len(published.breakdowns)):
        for coalition in _coalitions(published.partners):
            attack = Attack(published, number, coalition, own)
            found = set(_leaking(attack))
            if found:
                found -= _by_consent(published, number, coalition, own, found)
            for target in found:
                leaks[target.table] = leaks.get(target.table, 0) + 1
            targets += len(attack.targets)
            solved += attack.solved
    return AuditResult(leaks, targets, solved)


def _coalitions(partners: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Pairs first, then each partner, then the reader who knows nothing of their own."""
    for size in (2, 1, 0):
        yield from itertools.combinations(partners, size)


def _leaking(attack: Attack) -> Iterator[Target]:
    if not attack.coalition:
        for target in attack.targets:
            needed = min(WIDTH, target.margin + 1)
            if not attack.has_width(target, needed):
                yield target
        return
    for target in attack.targets:
        if not (attack.can_be_zero(target) or attack.has_width(target, WIDTH)):
            yield target
    for group in attack.groups:
        if attack.is_all_in_one(group):
            yield group.target


def _by_consent(
    published: Published,
    number: int,
    coalition: tuple[str, ...],
    own: Mapping[tuple[str, str, str], int],
    leaking: set[Target],
) -> set[Target]:
    """The leaking targets that tables by consent give away by themselves: no table that is left out could help."""
    attack = Attack(published.by_consent_only(), number, coalition, own)
    return set(_leaking(attack)) & leaking


def _own(truth: pl.DataFrame, published: Published, *, contract: Contract) -> dict[tuple[str, str, str], int]:
    """What each partner knows of itself: (partner, table, code) to persons; the spine's table has no name."""
    tables = [("", contract.release_tables[0])]
    tables += [(t.name, t) for t in contract.release_tables if t.protection == "rounded"]
    tables += [
        (f"coarse:{t.dimensions[0]}", t)
        for t in contract.release_tables[1:]
        if t.areas == "partner" and t.dimensions
    ]
    known: dict[tuple[str, str, str], int] = {}
    for name, table in tables:
        if not table.dimensions:
            continue
        dimension = table.dimensions[0]
        column = f"{dimension}__{table.grouping[dimension]}" if table.grouping else dimension
        rows = truth.filter(pl.col(dimension) != TOTAL)
        first = (
            rows.sort("breadth", "signature")
            .group_by("partner", maintain_order=True)
            .agg(pl.col("signature").first())
        )
        chosen = rows.join(first, on=["partner", "signature"])
        counts = chosen.group_by("partner", column).agg(pl.col(contract.main_measure.name).sum().alias("n"))
        for partner, code, count in counts.iter_rows():
            known[(partner, name, code)] = count
    return known
