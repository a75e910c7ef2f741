"""Published observations as files: SDMX-CSV 2.0, and the data package's description.

Belongs here: the form of the release folder's data. Which figures there are was decided in `protection.py`;
the report is made from these files by `report/`. The list of checksums is `checksums.py`.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from data_contracts.model import TOTAL, Contract
from pipelines.checksums import sha256_of, write_checksums
from pipelines.statistics import observation_columns

HEAD = ["STRUCTURE", "STRUCTURE_ID", "ACTION", "FREQ", "REF_AREA", "TIME_PERIOD"]
TAIL = ["MEASURE", "OBS_VALUE", "OBS_STATUS", "CONF_STATUS", "OBS_METHOD", "OBS_NOTE", "PARTNERS_REPORTING"]
FREQUENCY_OF_BLOCKS = "A3"


def sdmx_columns(contract: Contract) -> list[str]:
    """The columns of a dataset's SDMX-CSV file, in the interface's order."""
    return [*HEAD, *(name.upper() for name in contract.dimension_names), *TAIL]


def to_sdmx(observations: pl.DataFrame, *, contract: Contract) -> pl.DataFrame:
    """Published observations as SDMX-CSV 2.0 text, one row per key.

    Grain: REF_AREA x TIME_PERIOD x dimensions x MEASURE. A total that several release tables share is written once,
    from the table by consent: a rounded table adds up to its own total, which its cells give.

    Source: SDMX-CSV 2.0 field guide; methodology, section 4.
    """
    tables = [table.name for table in contract.release_tables]
    order = {name: number for number, name in enumerate(tables)}
    keys = ["ref_area", "time_period", *contract.dimension_names, "measure"]
    rounded = {table.name for table in contract.release_tables if table.protection == "rounded"}
    is_total = pl.all_horizontal([pl.col(name) == TOTAL for name in contract.dimension_names])
    dataflow = f"TESAT:DF_{contract.dataset.upper()}({contract.version}.0)"
    chosen = (
        observations.select(observation_columns(contract))
        .with_columns(pl.col("release_table").replace_strict(order, default=len(order)).alias("position"))
        .filter(~(is_total & pl.col("release_table").is_in(rounded)) | pl.lit(rounded == set(tables)))
        .sort(*keys, "position")
        .unique(keys, keep="first", maintain_order=True)
    )
    return chosen.select(
        pl.lit("dataflow").alias("STRUCTURE"),
        pl.lit(dataflow).alias("STRUCTURE_ID"),
        pl.lit("I").alias("ACTION"),
        pl.when(pl.col("time_period").str.contains("/"))
        .then(pl.lit(FREQUENCY_OF_BLOCKS))
        .otherwise(pl.lit("A"))
        .alias("FREQ"),
        pl.col("ref_area").alias("REF_AREA"),
        pl.col("time_period").alias("TIME_PERIOD"),
        *[pl.col(name).alias(name.upper()) for name in contract.dimension_names],
        pl.col("measure").alias("MEASURE"),
        number_text("obs_value").alias("OBS_VALUE"),
        *[pl.col(name).fill_null("").alias(name.upper()) for name in observation_columns(contract)[-5:]],
    )


def number_text(column: str) -> pl.Expr:
    """A number as text: integers without `.0`, no value as nothing."""
    value = pl.col(column)
    return (
        pl.when(value == value.round())
        .then(value.cast(pl.Int64, strict=False).cast(pl.String))
        .otherwise(value.cast(pl.String))
    )


def write_csv(frame: pl.DataFrame, path: Path) -> Path:
    """Writes a frame as UTF-8 CSV, the same bytes for the same frame."""
    path.parent.mkdir(parents=True, exist_ok=True)
    frame.write_csv(path)
    return path


def write_json(content: Mapping[str, Any], path: Path) -> Path:
    """Writes JSON, sorted and indented, the same bytes for the same content."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        json.dumps(content, ensure_ascii=False, indent=2, sort_keys=True) + "\n", encoding="utf-8"
    )
    return path


def data_package(
    folder: Path, *, name: str, title: str, year: int, contracts: Sequence[Contract]
) -> dict[str, Any]:
    """The Frictionless description of a release folder's CSV files."""
    resources = []
    for path in sorted(folder.glob("data/*.csv")):
        with path.open(encoding="utf-8") as handle:
            header = handle.readline().strip().split(",")
        fields = [
            {"name": column, "type": "number" if column == "OBS_VALUE" else "string"} for column in header
        ]
        described = {contract.dataset: contract for contract in contracts}.get(path.stem)
        resources.append(
            {
                "name": path.stem.replace("_", "-"),
                "path": path.relative_to(folder).as_posix(),
                "title": described.title if described else path.stem.replace("_", " ").capitalize(),
                "format": "csv",
                "mediatype": "text/csv",
                "encoding": "utf-8",
                "hash": f"sha256:{sha256_of(path)}",
                "bytes": path.stat().st_size,
                "schema": {"fields": fields, "missingValues": [""]},
            }
        )
    return {
        "name": f"{name}-{year}".replace("_", "-"),
        "title": title,
        "profile": "tabular-data-package",
        "version": str(year),
        "resources": resources,
    }


def publish_folder(staging: Path, target: Path) -> Path:
    """Completes a staged release with its checksums and puts it in place by renaming.

    An edition that stood there before is replaced as a whole; a crash leaves the old one or the new one.
    """
    write_checksums(staging)
    incoming, outgoing = (target.with_name(f".{target.name}.{state}") for state in ("incoming", "outgoing"))
    for folder in (incoming, outgoing):
        shutil.rmtree(folder, ignore_errors=True)
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copytree(staging, incoming)
    if target.exists():
        target.rename(outgoing)
    incoming.rename(target)
    shutil.rmtree(outgoing, ignore_errors=True)
    return target
