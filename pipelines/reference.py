"""What a region's edition publishes beside returns: figures of other sources, and national offences by article.

Belongs here: reading them from the region's reference files, as they stand. They are never added to returns, and
nothing is computed from them.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from data_contracts.model import Catalog, Region

OTHER_SOURCES = (
    "ref_area", "source", "period", "type_of_terrorism", "measure", "value", "certainty", "note", "address",
)  # fmt: skip
OFFENCES = ("partner", "act", "article", "label", "directive", "verified", "source")


def other_sources(region: Region, *, catalog: Catalog) -> pl.DataFrame:
    """Figures that other sources have published on a region.

    Grain: area x source x period x type x measure. Columns: `OTHER_SOURCES`, all text.
    """
    return _read(region.other_sources, OTHER_SOURCES, catalog)


def offences(region: Region, *, catalog: Catalog) -> pl.DataFrame:
    """The partners' offences by article of the Directive.

    Grain: partner x act x article. Columns: `OFFENCES`, all text.
    """
    return _read(region.offences, OFFENCES, catalog)


def _read(path: Path | None, columns: tuple[str, ...], catalog: Catalog) -> pl.DataFrame:
    """A reference file with exactly these columns; without rows where the region has none."""
    if path is None:
        return pl.DataFrame(schema=dict.fromkeys(columns, pl.String))
    frame = pl.read_csv(catalog.root / path, infer_schema=False).with_columns(pl.all().fill_null(""))
    return frame.select(pl.col(name) for name in columns)
