"""The attacker's audit of a whole release folder, as it lies there.

Belongs here: the datasets of persons of a folder, read from its CSV files, with the editions published before. What
else is printed in a release is read by `release_reading.py`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from data_contracts.model import Catalog, Contract, Region
from pipelines.audit import AuditResult, audit
from pipelines.audit_editions import editions_before
from pipelines.audit_knowledge import Edition
from pipelines.audit_model import ContradictionError
from pipelines.checksums import CHECKSUMS
from pipelines.editions import PublishedEdition, published_editions
from pipelines.pooled import pooled_period
from pipelines.register import Store


@dataclass(frozen=True)
class PeriodAudit:
    """What was found for some periods of a dataset that are looked at together; no result where figures contradict."""

    dataset: str
    periods: tuple[str, ...]
    result: AuditResult | None

    @property
    def passed(self) -> bool:
        """Whether nothing leaks and nothing contradicts."""
        return self.result is not None and self.result.passed


def audit_release(
    folder: Path, *, catalog: Catalog, region: Region, store: Store | None = None
) -> list[PeriodAudit]:
    """Audits each dataset of persons of a release folder, every year by itself and pooled periods with their years.

    With a `store`, the editions published before count, and what each partner knows of itself; without one the
    audit is that of a reader who has this folder alone.

    Raises:
        StoreError: A file of the folder is not what its checksums say, or the store misses cells.
        FileNotFoundError: The folder is no release.

    Source: methodology, section 6, the audit.
    """
    year = int(json.loads((folder / "data" / "edition.json").read_text(encoding="utf-8"))["year"])
    here = PublishedEdition(region.name, year, 0, folder)
    editions = (*_before(store, here), here)
    found = []
    for dataset in region.datasets:
        contract = catalog.contracts[dataset]
        if contract.protects == "persons" and here.holds(dataset):
            read = _read(store, editions, catalog=catalog, contract=contract)
            for periods in audited_periods(read[-1], region):
                result = _audit(read, periods, catalog=catalog, contract=contract, region=region)
                found.append(PeriodAudit(dataset, periods, result))
    return found


def audited_periods(edition: Edition, region: Region) -> Iterator[tuple[str, ...]]:
    """The periods that are audited together: every year by itself, then each pooled period with its years.

    What leaks with a pooled period leaks by it, for its years hold without it.
    """
    periods = set(edition.rows["TIME_PERIOD"])
    yield from ((period,) for period in sorted(periods) if period.isdigit())
    for first, last in region.pooled_periods:
        if (name := pooled_period(first, last)) in periods:
            yield (*(str(year) for year in range(first, last + 1)), name)


def _before(store: Store | None, here: PublishedEdition) -> list[PublishedEdition]:
    """The editions published before, without this one."""
    if store is None:
        return []
    own = (here.folder / CHECKSUMS).read_bytes()
    editions = published_editions(store.root, region=here.region, until=here.year)
    return [edition for edition in editions if (edition.folder / CHECKSUMS).read_bytes() != own]


def _read(
    store: Store | None, editions: Sequence[PublishedEdition], *, catalog: Catalog, contract: Contract
) -> list[Edition]:
    if store is None:
        return [Edition(edition.figures(contract.dataset), None) for edition in editions]
    return editions_before(store, editions, catalog=catalog, contract=contract)


def _audit(
    read: Sequence[Edition], periods: Sequence[str], *, catalog: Catalog, contract: Contract, region: Region
) -> AuditResult | None:
    try:
        return audit(read, periods, catalog=catalog, contract=contract, region=region)
    except ContradictionError:
        return None
