"""The contributions of the returns that count: what partners wrote for the editors, never published by itself.

Belongs here: finding them in the store. Their text was screened when the return was received.
"""

from __future__ import annotations

from data_contracts.model import Catalog
from pipelines.acceptance import accepted_returns
from pipelines.reading import read_contribution
from pipelines.register import Store


def contributions(store: Store, *, year: int, catalog: Catalog) -> dict[str, str]:
    """The contribution of each partner to a reference year, by its code; none where it wrote none.

    Raises:
        StoreError: The copy of an accepted return is missing.
        UnreadableReturn: It can no longer be read.
    """
    lines = accepted_returns(store, year=year).filter(reference_year=year)
    found = {}
    for partner, sha256 in lines.select("partner", "sha256").unique(maintain_order=True).iter_rows():
        text = read_contribution(store.object_path(sha256), catalog=catalog)
        if text:
            found[str(partner)] = text
    return found
