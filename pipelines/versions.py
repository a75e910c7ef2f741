"""Returns of earlier versions of a contract beside those of the newest: cells carried over, gaps and breaks stated.

Belongs here: what becomes of a return's cells and figures. What becomes of a code is `data_contracts/versions.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl

from data_contracts.model import NOT_SPECIFIED, TOTAL, Catalog, Contract
from data_contracts.versions import carried, fates, involved, unreachable
from pipelines.acceptance import definitions_of
from pipelines.reading import contract_for


def read_newest(path: Path, *, catalog: Catalog, contract: Contract) -> pl.DataFrame:
    """The cells of an accepted return in the columns and codes of the newest contract.

    A dimension that the return's version did not have is a total; a code that became one of several is not
    specified; a measure that it did not have is unknown.
    """
    cells = pl.read_parquet(path)
    if not _has_versions(catalog, contract):
        return cells
    version = contract_for(catalog, contract.dataset, version=definitions_of(path)).version
    old = catalog.contract(contract.dataset, version)
    known = {TOTAL: TOTAL, NOT_SPECIFIED: NOT_SPECIFIED}
    mapped = [
        pl.col(name).replace_strict(
            known
            | {code: carried(fate) for code, fate in fates(catalog, contract.dataset, version, name).items()},
            return_dtype=pl.String,
        )
        for name in old.dimension_names
    ]
    new = [pl.lit(TOTAL).alias(name) for name in contract.dimension_names if name not in old.dimension_names]
    measures = [
        pl.lit(None, dtype=pl.Int64).alias(column.name)
        for column in contract.measures
        if column.name not in cells.columns
    ]
    return cells.with_columns(*mapped, *new, *measures)


def with_uncollected(lines: pl.DataFrame, *, catalog: Catalog, contract: Contract) -> pl.DataFrame:
    """The lines of accepted returns with the codes that a return of its version cannot hold as not collected.

    Codes that the partner named itself are carried over. Grain and columns: those of `acceptance.accepted_returns`.
    """
    if not _has_versions(catalog, contract):
        return lines
    kept = [_uncollected(row, catalog, contract) for row in lines.iter_rows(named=True)]
    return lines.with_columns(pl.Series("not_collected", kept, dtype=pl.List(pl.String)))


def _uncollected(line: Mapping[str, Any], catalog: Catalog, contract: Contract) -> list[str]:
    version = _version(line["definitions_version"], catalog, contract)
    found: dict[str, None] = {}
    for entry in line["not_collected"] or ():
        dimension, _, code = entry.partition("=")
        fate = fates(catalog, contract.dataset, version, dimension).get(code, frozenset({code}))
        found |= {f"{dimension}={new}": None for new in sorted(fate)}
    for dimension in catalog.contract(contract.dataset, version).dimension_names:
        codes = unreachable(catalog, contract.dataset, version, dimension)
        found |= {f"{dimension}={code}": None for code in sorted(codes)}
    return list(found)


def with_breaks(
    by_partner: pl.DataFrame, lines: pl.DataFrame, *, catalog: Catalog, contract: Contract
) -> pl.DataFrame:
    """Figures by partner with a break in the first year under a new version, where a mapped code is involved.

    Grain and columns: unchanged. `lines` are the accepted returns of the dataset.

    Source: methodology, section 2, "Versions".
    """
    if not _has_versions(catalog, contract):
        return by_partner
    hit = pl.lit(value=False)
    for partner, year, before in _changes(lines, catalog, contract):
        codes = [
            pl.col(name).is_in(sorted(involved(catalog, contract.dataset, before, name)))
            for name in catalog.contract(contract.dataset, before).dimension_names
        ]
        hit |= (pl.col("ref_area") == partner) & (pl.col("reference_year") == year) & pl.any_horizontal(codes)
    broken = hit & pl.col("obs_value").is_not_null() & (pl.col("obs_status") == "A")
    note = pl.concat_str(
        pl.lit("break"), pl.col("obs_note").replace("", None), separator=";", ignore_nulls=True
    )
    return by_partner.with_columns(
        pl.when(broken).then(pl.lit("B")).otherwise(pl.col("obs_status")).alias("obs_status"),
        pl.when(broken).then(note).otherwise(pl.col("obs_note")).alias("obs_note"),
    )


def _changes(lines: pl.DataFrame, catalog: Catalog, contract: Contract) -> list[tuple[str, int, str]]:
    """Partner, first year under a later version, and the version before."""
    found = []
    for (partner,), own in lines.group_by("partner", maintain_order=True):
        before = None
        for row in own.sort("reference_year").iter_rows(named=True):
            version = _version(row["definitions_version"], catalog, contract)
            if before is not None and int(version) > int(before):
                found.append((str(partner), int(row["reference_year"]), before))
            before = version
    return found


def _version(named: object, catalog: Catalog, contract: Contract) -> str:
    return contract_for(catalog, contract.dataset, version=str(named)).version


def _has_versions(catalog: Catalog, contract: Contract) -> bool:
    return sum(dataset == contract.dataset for dataset, _ in catalog.versions) > 1
