"""How tables and files show themselves in the Dagster UI: rows, columns in words, a few lines, a content hash.

Belongs here: metadata only. What may be shown of a table is chosen by the asset; before protection that is never
a figure on persons, and the content hash of such a table is keyed, for a plain hash of small counts can be guessed.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import warnings
from collections.abc import Iterable, Mapping
from pathlib import Path

import dagster as dg
import polars as pl

from assets.sparks import bars
from data_contracts.interface import load_interface
from data_contracts.model import Catalog, Contract
from pipelines.checksums import sha256_of

SHOWN_ROWS = 12
OBSERVATION_COLUMNS = {
    "dataset": "Dataset",
    "release_table": "Release table of the contract that the figure belongs to",
    "release": "The partner's consent; empty for the region",
    "protection": "How the release table is protected: consent or rounded",
}
EXACT_COLUMNS = {
    "obs_value": "The figure as reported, before protection; it never leaves the network",
    "obs_method": "Empty before protection",
    "conf_status": "F before protection",
}
CELL_COLUMNS = {
    "partner": "Code of the partner",
    "reference_year": "Reference year",
    "submission": "Number of the submission",
}


def kept(
    frame: pl.DataFrame,
    path: Path,
    *,
    columns: Mapping[str, str],
    shown: Mapping[str, dg.MetadataValue],
    key: bytes = b"",
) -> dg.MaterializeResult[None]:
    """Writes a table and tells the UI of it; its data version is its content's hash, keyed where a key is given."""
    partial = path.with_suffix(".partial")
    frame.write_parquet(partial)
    partial.replace(path)  # a table is there whole or not at all
    digest = content_hash(frame, key)
    metadata = {
        **shown,
        "dagster/row_count": dg.MetadataValue.int(frame.height),
        "dagster/column_schema": column_schema(frame.schema, columns),
        "content_hash": dg.MetadataValue.text(digest),
        "file": dg.MetadataValue.path(path),
    }
    return dg.MaterializeResult(metadata=metadata, data_version=dg.DataVersion(digest[:16]))


def kept_files(
    files: Iterable[Path], folder: Path, *, shown: Mapping[str, dg.MetadataValue]
) -> dg.MaterializeResult[None]:
    """Tells the UI of the files that an asset wrote below a folder; the data version is the hash of them all."""
    rows = [
        {"file": path.relative_to(folder).as_posix(), "bytes": path.stat().st_size, "sha256": sha256_of(path)}
        for path in sorted(files)
    ]
    frame = pl.DataFrame(rows, schema={"file": pl.String, "bytes": pl.Int64, "sha256": pl.String})
    largest = frame.sort("bytes", "file", descending=[True, False]).head(SHOWN_ROWS)
    digest = content_hash(frame, b"")
    metadata = {
        **shown,
        "sizes": bars("Largest files, kilobytes", _kilobytes(largest)),
        "files": table(largest.with_columns(pl.col("sha256").str.head(12))),
        "file_count": dg.MetadataValue.int(frame.height),
        "bytes": dg.MetadataValue.int(int(frame["bytes"].sum())),
        "content_hash": dg.MetadataValue.text(digest),
        "folder": dg.MetadataValue.path(folder),
    }
    return dg.MaterializeResult(metadata=metadata, data_version=dg.DataVersion(digest[:16]))


def content_hash(frame: pl.DataFrame, key: bytes) -> str:
    """The hash of a table's content, the same for the same rows in the same order."""
    content = frame.write_ndjson().encode()
    return (hmac.new(key, content, "sha256") if key else hashlib.sha256(content)).hexdigest()


def table(frame: pl.DataFrame, *, rows: int = SHOWN_ROWS) -> dg.MetadataValue:
    """The first rows of a table."""
    records = [
        dg.TableRecord({name: _text(value) for name, value in row.items()})
        for row in frame.head(rows).iter_rows(named=True)
    ]
    schema = dg.TableSchema(columns=[dg.TableColumn(name, "string") for name in frame.columns])
    return dg.MetadataValue.table(records=records, schema=schema)


def counts(frame: pl.DataFrame, column: str) -> dict[str, float]:
    """How many rows have each value of a column, in the order of the values."""
    found = frame.filter(pl.col(column).is_not_null()).group_by(column).len().sort(column)
    return {str(value): float(number) for value, number in found.iter_rows()}


def column_schema(types: Mapping[str, pl.DataType], columns: Mapping[str, str]) -> dg.MetadataValue:
    """The columns of a table with what they mean."""
    described = [
        dg.TableColumn(name, str(dtype), description=columns.get(name)) for name, dtype in types.items()
    ]
    return dg.MetadataValue.table_schema(dg.TableSchema(columns=described))


def contract_metadata(catalog: Catalog, contract: Contract) -> Mapping[str, dg.MetadataValue]:
    """The contract that an asset follows: its version, its file, and a link that opens it in an editor."""
    path = (catalog.root / "contracts" / contract.dataset / f"v{contract.version}.yaml").absolute()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", dg.BetaWarning)
        label = f"contract of {contract.dataset}"
        reference = dg.LocalFileCodeReference(file_path=str(path), line_number=1, label=label)
        references = dg.CodeReferencesMetadataValue(code_references=[reference])
    return {
        "contract": dg.MetadataValue.path(path),
        "contract_version": dg.MetadataValue.text(contract.version),
        "dagster/code_references": references,
    }


def cell_columns(contract: Contract) -> dict[str, str]:
    """What the columns of accepted cells mean, from the contract."""
    return CELL_COLUMNS | {column.name: column.description for column in contract.columns}


def observation_columns(catalog: Catalog, contract: Contract) -> dict[str, str]:
    """What the columns of observations mean, from the published interface and the contract."""
    interface = load_interface(catalog.root).observations
    published = {column.name.lower(): column.description for column in (*interface.before, *interface.after)}
    own = {column.name: column.description for column in contract.dimensions}
    return published | own | OBSERVATION_COLUMNS


def annex_columns(catalog: Catalog, name: str) -> dict[str, str]:
    """What the columns of an annex table mean, from the published interface."""
    annex = {table.name: table for table in load_interface(catalog.root).annex}
    return {column.name: column.description for column in annex[name].columns}


def rows_by_state(frame: pl.DataFrame, catalog: Catalog) -> dict[str, float]:
    """How many observations are in each state, in the words of the published interface."""
    words = state_words(catalog)
    return {words[code]: number for code, number in counts(frame, "obs_status").items()}


def state_words(catalog: Catalog) -> dict[str, str]:
    """The states of a figure in two or three words each."""
    states = load_interface(catalog.root).observation_column("OBS_STATUS").values
    return {state.code: f"{state.mark} {_short(state.description)}".strip() for state in states}


def _short(sentence: str) -> str:
    """The words in brackets where there are any, else those before the first comma or semicolon."""
    bracketed = re.search(r"\((.+?)\)", sentence)
    return bracketed.group(1) if bracketed else re.split("[;,]", sentence)[0]


def _kilobytes(files: pl.DataFrame) -> dict[str, float]:
    return {str(name): round(size / 1024, 1) for name, size in files.select("file", "bytes").iter_rows()}


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.0f}" if value.is_integer() else str(value)
    return ", ".join(value) if isinstance(value, list) else str(value)
