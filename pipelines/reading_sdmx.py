"""Turns our own SDMX-CSV, one row per measure, into the wide table of a contract, and keeps where each value stands.

Belongs here: how the form is told, its columns, and rows that are put together. Which rows are none of a return is
`reading_sdmx_rows.py`; the wide table is checked like every other.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from data_contracts.interface import load_interface
from data_contracts.model import Catalog, Contract
from data_contracts.words import meant
from pipelines.cover import load_cover_rules
from pipelines.findings import Finding, Place, clean
from pipelines.reading_cover import RawCover
from pipelines.reading_rows import first_with_content
from pipelines.reading_sdmx_rows import measure_codes, own_rows, repeated_keys
from pipelines.reading_table import Columns, empty_table

Origins = Mapping[tuple[int, str], int]
_TELLING = 2  # names of the form in a header that no header of a wide table has by chance
_ZERO = r"^[+]?0(?:[.,]0*)?$"
_KEY = "key_"


def is_sdmx(rows: pl.DataFrame, *, catalog: Catalog) -> bool:
    """Whether the header of raw rows (as in `reading_rows.py`) is that of observations."""
    start = first_with_content(rows)
    if start is None:
        return False
    due = load_cover_rules(catalog.root).sdmx.due
    return len({_name(cell) for cell in rows.row(start)} & set(due)) >= _TELLING


def sdmx_columns(contract: Contract, *, catalog: Catalog) -> Columns:
    """The columns of a dataset's observations; a dimension under its name in the contract."""
    due = load_cover_rules(catalog.root).sdmx.due
    dimensions = {name.upper(): name for name in contract.dimension_names}
    names = {name: dimensions.get(name, name) for name in load_interface(catalog.root).columns_of(contract)}
    missing = {
        names[name]: "L0-missing-column" if name in due or name in dimensions else None for name in names
    }
    return Columns(missing, lambda cell: names.get(_name(cell)))


def _name(cell: str) -> str:
    return clean(cell).upper().replace(" ", "_")


def wide_table(
    rows: pl.DataFrame, *, contract: Contract, cover: RawCover, place: Place, catalog: Catalog
) -> tuple[pl.DataFrame, Origins, list[Finding]]:
    """The table of the contract made of observations, and the findings about their rows.

    Takes the rows as `reading_table.py` reads them. Grain of the table: a combination of codes. Columns: `row` (that
    of the main measure, else of the first), the dimensions and measures (String, as written). A combination of which
    all counts are 0 is no row. The origins are the rows of the values that stand in another row than that, by it and
    the measure.
    """
    columns = sdmx_columns(contract, catalog=catalog)
    if any(code is not None and name not in rows.columns for name, code in columns.missing.items()):
        return empty_table(), {}, []
    absent = [pl.lit("").alias(name) for name in columns.missing if name not in rows.columns]
    observed = rows.with_columns(*absent, pl.col("MEASURE").str.to_uppercase())
    own, found = own_rows(observed, contract=contract, cover=cover, place=place, catalog=catalog)
    keyed = own.with_columns(_keys(own, contract, catalog=catalog))
    names = ["REF_AREA", "TIME_PERIOD", *(f"{_KEY}{name}" for name in contract.dimension_names)]
    once, repeated = repeated_keys(keyed, [*names, "MEASURE"], place=place, catalog=catalog)
    table, origins = _together(once, names, contract)
    return table, origins, [*found, *repeated]


def _keys(rows: pl.DataFrame, contract: Contract, *, catalog: Catalog) -> list[pl.Expr]:
    """The dimensions by what they mean, so that rows go together however their codes are written."""
    keys = []
    for column in contract.dimensions:
        codes = {}
        for word in rows[column.name].unique():
            known = meant(catalog, column, clean(word))
            codes[word] = known[0] if len(known) == 1 else clean(word).casefold()
        keys.append(
            pl.col(column.name)
            .replace_strict(codes, default=None, return_dtype=pl.String())
            .alias(f"{_KEY}{column.name}")
        )
    return keys


def _together(rows: pl.DataFrame, names: list[str], contract: Contract) -> tuple[pl.DataFrame, Origins]:
    """One row for each key: the words of the main measure's row, and each measure's value with its row."""
    codes = measure_codes(contract)
    main = contract.main_measure.name
    values = [
        pl.col("OBS_VALUE").filter(pl.col("MEASURE") == code).first().fill_null("").alias(name)
        for code, name in codes.items()
    ]
    places = [
        pl.col("row").filter(pl.col("MEASURE") == code).first().alias(f"row_{name}")
        for code, name in codes.items()
    ]
    first = pl.col("MEASURE").replace_strict(codes, default=None, return_dtype=pl.String()) != main
    table = (
        rows.sort(first, "row")
        .group_by(names, maintain_order=True)
        .agg(pl.col("row").first(), pl.col(*contract.dimension_names).first(), *values, *places)
        .filter(~_is_nothing(contract))
        .sort("row")
    )
    origins = {
        (row, name): place
        for name in codes.values()
        for row, place in table.select("row", f"row_{name}").iter_rows()
        if place is not None and place != row
    }
    return table.select("row", *(column.name for column in contract.columns)), origins


def _is_nothing(contract: Contract) -> pl.Expr:
    """Whether the main measure is 0 and no other says more."""
    others = [
        (pl.col(measure.name).str.strip_chars() == "") | pl.col(measure.name).str.contains(_ZERO)
        for measure in contract.measures
    ]
    return pl.col(contract.main_measure.name).str.contains(_ZERO) & pl.all_horizontal(others)
