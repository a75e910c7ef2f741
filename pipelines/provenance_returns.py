"""The returns that an edition rests on, each with a fingerprint that tells it and does not give it away.

Belongs here: the annex table `counted_returns`. The hash of a return of few counts could be found by trying what it
may hold; its keyed hash cannot, and the network can still show with its key which file it is.

Source: methodology, section 7, provenance.
"""

from __future__ import annotations

import hmac

import polars as pl

from data_contracts.model import Region
from pipelines.acceptance import accepted_returns
from pipelines.register import Store

PURPOSE = b"tesat: fingerprint of a return\0"
DIGITS = 16
COLUMNS = ("partner", "reference_year", "submission", "received_at", "definitions_version", "fingerprint")


def fingerprint(sha256: str, *, key: bytes) -> str:
    """What an edition calls a return by: the beginning of a keyed hash of its content's hash."""
    return hmac.new(key, PURPOSE + sha256.encode("ascii"), "sha256").hexdigest()[:DIGITS]


def counted_returns(store: Store, *, region: Region, year: int, key: bytes) -> pl.DataFrame:
    """The returns that count in an edition: of every partner and year shown, and of the years of pooled periods.

    Grain: partner x reference year. Columns: `submission`, `received_at` (UTC), `definitions_version`,
    `fingerprint`. Sorted by year, then in the order of the region's partners.
    """
    shown = region.shown_years(year)
    years = sorted({*shown, *(y for a, b in region.pooled_until(shown) for y in range(a, b + 1))})
    found = accepted_returns(store, year=year).unique(
        ["partner", "reference_year"], keep="first", maintain_order=True
    )
    known = {(row["partner"], row["reference_year"]): row for row in found.iter_rows(named=True)}
    counting = [
        known[partner.code, of_year]
        for of_year in years
        for partner in region.partners_in(of_year)
        if (partner.code, of_year) in known
    ]
    rows = [(*(row[name] for name in COLUMNS[:-1]), fingerprint(row["sha256"], key=key)) for row in counting]
    return pl.DataFrame(rows, schema=_SCHEMA, orient="row")


_SCHEMA = dict.fromkeys(COLUMNS, pl.String) | {"reference_year": pl.Int32, "submission": pl.Int32}
