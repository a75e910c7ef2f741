"""The Polars schemas of a contract: its rows as they are read, and its cells once they are accepted.

Belongs here: names and types of columns, derived from the contract alone. What a cell may hold is judged in
`pipelines/checking_values.py`.
"""

from __future__ import annotations

import polars as pl

from data_contracts.model import Contract

Schema = dict[str, pl.DataType]


def text_schema(contract: Contract) -> Schema:
    """The rows of a sheet as read: `row` (1-based in the sender's file), then every column as text."""
    return {"row": pl.Int32(), **{column.name: pl.String() for column in contract.columns}}


def value_schema(contract: Contract) -> Schema:
    """The contract's own columns with their types: dimensions as codes, measures as whole numbers."""
    return {
        column.name: pl.String() if column.role == "dimension" else pl.Int64() for column in contract.columns
    }


def cell_schema(contract: Contract) -> Schema:
    """The cells of an accepted return: whose they are, then the contract's columns in its order."""
    identity: Schema = {"partner": pl.String(), "reference_year": pl.Int32(), "submission": pl.Int32()}
    return {**identity, **value_schema(contract)}
