"""How many faults of one kind are listed one by one: a file made to do harm may have a million.

Belongs here: the cut, and the finding that says so.
"""

from __future__ import annotations

import polars as pl

from data_contracts.model import Catalog
from pipelines.cover import load_cover_rules
from pipelines.findings import Finding, Place, finding


def listed(cells: pl.DataFrame, place: Place, *, catalog: Catalog) -> tuple[pl.DataFrame, list[Finding]]:
    """The first of the faulty cells (column `row` and others), and a finding where there are more than are listed."""
    most = load_cover_rules(catalog.root).limits.listed_faults
    if cells.height <= most:
        return cells, []
    first = Place(place.dataset, place.sheet, cells["row"][most], place.column)
    seen = str(cells.height)
    return cells.head(most), [finding(catalog, "L0-too-many-faults", place=first, seen=seen, limit=most)]
