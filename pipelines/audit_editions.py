"""The editions published before, as the audit reads them: their figures, and the cells that they were made from.

Belongs here: from the store to the audit's editions. What is proved from them is `audit.py`.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import polars as pl

from data_contracts.model import Catalog, Contract
from pipelines.audit_knowledge import Edition
from pipelines.editions import PublishedEdition
from pipelines.errors import StoreError
from pipelines.register import Store
from pipelines.statistics import read_cells


def editions_before(
    store: Store, editions: Iterable[PublishedEdition], *, catalog: Catalog, contract: Contract
) -> list[Edition]:
    """One dataset of each edition, in the order given, with the submissions that counted when it was made.

    Raises:
        StoreError: The cells of a submission that it names are missing.
    """
    return [
        Edition(edition.figures(contract.dataset), _cells(store, edition, catalog=catalog, contract=contract))
        for edition in editions
        if edition.holds(contract.dataset)
    ]


def _cells(store: Store, edition: PublishedEdition, *, catalog: Catalog, contract: Contract) -> pl.DataFrame:
    reporting = edition.figures("reporting").filter(pl.col("dataset") == contract.dataset)
    counted = reporting.filter(pl.col("state").is_in(("reported", "partial")))
    paths = [_path(store, contract.dataset, line) for line in counted.iter_rows(named=True)]
    return read_cells(paths, catalog=catalog, contract=contract)


def _path(store: Store, dataset: str, line: dict[str, str]) -> Path:
    stem = f"{line['partner']}-{line['reference_year']}-{line['submission']}"
    found = sorted((store.root / "cells" / dataset).glob(f"{stem}-*.parquet"))
    if not found:
        raise StoreError(
            f"{store.root / 'cells' / dataset}: the cells of {stem}, which a published edition was made from, are "
            "missing; restore them from a backup"
        )
    return found[0]
