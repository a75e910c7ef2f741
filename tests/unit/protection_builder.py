"""A small dataset of arrests, from cells to protected observations, for the tests of protection and audit."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import polars as pl

from data_contracts.catalog import load_catalog
from pipelines.statistics import exact_observations, read_cells

CATALOG = load_catalog()
REGION = CATALOG.region("western_balkans")
CONTRACT = CATALOG.contracts["arrests"]
KEY = bytes(range(32))


def persons(seed: int, *, mean: int = 8) -> list[dict[str, object]]:
    """Crossed cells of 2025 for every partner, from a seed."""
    draw = random.Random(seed)
    rows: dict[tuple[str, ...], int] = {}
    for partner in REGION.partners:
        for _ in range(draw.randint(0, 2 * mean)):
            codes = tuple(draw.choice(_codes(name)) for name in CONTRACT.dimension_names)
            rows[(partner.code, *codes)] = rows.get((partner.code, *codes), 0) + 1
    return [
        {"partner": key[0], "reference_year": 2025, "submission": 1}
        | dict(zip(CONTRACT.dimension_names, key[1:], strict=True))
        | {"persons": count, "charged": None}
        for key, count in sorted(rows.items())
    ]


def _codes(name: str) -> tuple[str, ...]:
    return CATALOG.code_lists[str(CONTRACT.column(name).code_list)].values[:3]


def lines(cells: list[dict[str, object]], release: dict[str, str]) -> pl.DataFrame:
    reporting = {row["partner"] for row in cells}
    rows = [
        {
            "partner": partner.code, "reference_year": 2025, "submission": 1, "dataset": "arrests",
            "status": "reported" if partner.code in reporting else "nil", "coverage": "complete",
            "break_in_series": False, "release": release.get(partner.code, "exact"), "not_collected": [],
            "operations": 1,
        }
        for partner in REGION.partners
    ]  # fmt: skip
    return pl.DataFrame(rows, schema_overrides={"not_collected": pl.List(pl.String)})


@contextmanager
def as_paths(cells: pl.DataFrame) -> Iterator[list[Path]]:
    """Cells as the file that the store would hold."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "cells.parquet"
        cells.write_parquet(path)
        yield [path]


def exact(
    cells: list[dict[str, object]], release: dict[str, str], folder: Path
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The exact observations and the truth that attackers know of themselves."""
    path = folder / "cells.parquet"
    pl.DataFrame(cells, schema_overrides={"persons": pl.Int64, "charged": pl.Int64}).write_parquet(path)
    truth = read_cells([path], catalog=CATALOG, contract=CONTRACT)
    frame = exact_observations(
        truth, lines(cells, release), catalog=CATALOG, contract=CONTRACT, region=REGION, year=2025
    )
    return frame.filter(time_period="2025"), truth
