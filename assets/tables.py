"""How a table shows itself in the Dagster UI: rows, columns, a few lines of it, a hash.

Belongs here: metadata only. Cells of persons are shown after protection, never before: see `preview`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import dagster as dg
import polars as pl

PREVIEW_ROWS = 8


def table_metadata(frame: pl.DataFrame, *, preview: bool = True) -> Mapping[str, dg.MetadataValue]:
    """Row count, column schema, content hash, and (where `preview`) the first rows."""
    columns = [dg.TableColumn(name, str(dtype)) for name, dtype in frame.schema.items()]
    schema = dg.TableSchema(columns=columns)
    metadata: dict[str, dg.MetadataValue] = {
        "dagster/row_count": dg.MetadataValue.int(frame.height),
        "dagster/column_schema": dg.MetadataValue.table_schema(schema),
        "sha256": dg.MetadataValue.text(frame_sha256(frame)),
    }
    if preview and frame.height:
        records = [
            dg.TableRecord({name: "" if value is None else str(value) for name, value in row.items()})
            for row in frame.head(PREVIEW_ROWS).iter_rows(named=True)
        ]
        text = dg.TableSchema(columns=[dg.TableColumn(name, "string") for name in frame.columns])
        metadata["preview"] = dg.MetadataValue.table(records=records, schema=text)
    return metadata


def frame_sha256(frame: pl.DataFrame) -> str:
    """The hash of a frame's content, the same for the same rows in the same order."""
    return hashlib.sha256(frame.write_ndjson().encode("utf-8")).hexdigest()


def data_version(frame: pl.DataFrame) -> dg.DataVersion:
    """The data version of a table: its content's hash, so that unchanged input makes no new work."""
    return dg.DataVersion(frame_sha256(frame)[:16])
