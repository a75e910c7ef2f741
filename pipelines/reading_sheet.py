"""Reads one dataset of a return from raw rows, as a wide table or as observations, into the table of its contract.

Belongs here: the dataset as written, and which form it has. The forms are `reading_table.py` and `reading_sdmx.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import polars as pl

from data_contracts.model import Catalog, Contract
from pipelines.findings import Finding, Place
from pipelines.places import Header, header_of
from pipelines.reading_cover import RawCover
from pipelines.reading_sdmx import is_sdmx, sdmx_columns, wide_table
from pipelines.reading_sdmx_rows import measure_codes
from pipelines.reading_table import contract_columns, read_table
from pipelines.reading_workbook import RawSheet
from pipelines.screening_files import screen_table


@dataclass(frozen=True)
class Sheet:
    """A dataset of a return as written.

    `rows` has the grain of a row of the sheet; columns: `row` (Int32, 1-based in the sender's file, header
    counted) and the contract's columns that the sheet has (String). Where a row was put together of several
    (SDMX-CSV), `origins` has the row of a value that stands elsewhere, by the table's row and the measure.
    """

    dataset: str
    sheet: str
    rows: pl.DataFrame
    header: Header | None = None
    origins: Mapping[tuple[int, str], int] = field(default_factory=dict)

    def in_file(self, found: Finding) -> Finding:
        """A finding of this sheet in the row in which the sender's file has the value."""
        if found.sheet != self.sheet or found.row is None or found.column is None:
            return found
        return replace(found, row=self.origins.get((found.row, found.column), found.row))


def read_sheet(
    raw: RawSheet, contract: Contract, *, cover: RawCover, catalog: Catalog
) -> tuple[Sheet, list[Finding]]:
    """The dataset as written, and the findings about its form and the personal data in it."""
    observed = is_sdmx(raw.rows, catalog=catalog)
    columns = (sdmx_columns if observed else contract_columns)(contract, catalog=catalog)
    names = {"dataset": contract.dataset, "sheet": raw.name}
    rows, found = read_table(raw.rows, columns=columns, **names, catalog=catalog)
    found += screen_table(raw.rows, columns, **names, catalog=catalog)
    header = header_of(raw.rows, columns.meant)
    if not observed or header is None:
        return Sheet(contract.dataset, raw.name, rows, header), found
    place = Place(contract.dataset, raw.name)
    table, origins, more = wide_table(rows, contract=contract, cover=cover, place=place, catalog=catalog)
    values = {name: header.letters["OBS_VALUE"] for name in measure_codes(contract).values()}
    known = Header(header.row, {**header.letters, **values})
    return Sheet(contract.dataset, raw.name, table, known, origins), [*found, *more]
