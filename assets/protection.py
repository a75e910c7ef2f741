"""What may be published: disclosure control of every dataset, and the attacker's audit that gates the release.

A table that failed its audit is not kept, so that nothing that is run by itself later can read it.
"""

from collections.abc import Iterator, Sequence

import dagster as dg
import polars as pl

from assets.checks import audit_result, audit_spec
from assets.partitions import yearly
from assets.resources import Workspace
from assets.sparks import MOST_BARS, bars
from assets.tables import contract_metadata, kept, observation_columns, rows_by_state, table
from data_contracts.model import TOTAL, Catalog, Contract, Region
from pipelines.acceptance import accepted_cells
from pipelines.audit_editions import editions_before
from pipelines.register import Store
from pipelines.statistics import read_cells
from pipelines.tables_kept import kept_protection


def protection_assets(region: Region, catalog: Catalog) -> Sequence[dg.AssetsDefinition]:
    """One asset per dataset of a region, each with its audit."""
    return [_published(region, catalog, catalog.contracts[dataset]) for dataset in region.datasets]


def published_names(region: Region) -> list[str]:
    """The names of what is published of each dataset."""
    return [f"published_{dataset}" for dataset in region.datasets]


def _published(region: Region, catalog: Catalog, contract: Contract) -> dg.AssetsDefinition:
    name, source = f"published_{contract.dataset}", f"exact_{contract.dataset}"

    @yearly(
        region,
        name,
        after=[source],
        kinds={"scipy"},
        check_specs=[audit_spec(region, name)],
        description=f"{contract.title}: what is published, after protection and audit.",
        metadata=contract_metadata(catalog, contract),
        code_version=f"1-{contract.version}",
    )
    def published(
        context: dg.AssetExecutionContext, workspace: Workspace
    ) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
        year, store = int(context.partition_key), Store(workspace.store_folder)
        exact = pl.read_parquet(workspace.table(region.name, year, source))
        paths, key = accepted_cells(store, contract.dataset, year=year), workspace.rounding_key()
        editions = workspace.published(region.name, year)
        path = workspace.table(region.name, year, name)
        path.unlink(missing_ok=True)
        frame, audit = kept_protection(
            exact,
            cells=read_cells(paths, catalog=catalog, contract=contract),
            catalog=catalog,
            contract=contract,
            region=region,
            key=key,
            before=editions_before(store, editions, catalog=catalog, contract=contract),
            kept=workspace.kept(region.name, year, name, catalog=catalog),
            audits=workspace.kept(region.name, year, f"audits_{contract.dataset}", catalog=catalog),
        )
        if audit.passed:
            shown = _shown(frame, catalog, contract, region=region, year=year)
            yield kept(frame, path, columns=observation_columns(catalog, contract), shown=shown)
        else:
            yield dg.MaterializeResult()
        yield audit_result(name, audit)

    return published


def _shown(
    frame: pl.DataFrame, catalog: Catalog, contract: Contract, *, region: Region, year: int
) -> dict[str, dg.MetadataValue]:
    """The published totals of the year and the region's over the years, and how many figures are in which state."""
    main = str(contract.main_measure.sdmx_measure)
    totals = frame.filter([pl.col(name) == TOTAL for name in contract.dimension_names], measure=main).unique(
        ["ref_area", "time_period"], keep="first", maintain_order=True
    )
    series = totals.filter(pl.col("obs_value").is_not_null(), ref_area=region.ref_area)
    columns = [
        "ref_area",
        "measure",
        "obs_value",
        "obs_status",
        "obs_method",
        "obs_note",
        "partners_reporting",
    ]
    of_year = totals.filter(time_period=str(year)).select(columns)
    return {
        "totals": bars(f"{main}, {region.names['en']}, as published", _series(series)),
        "states": bars("Figures by state", rows_by_state(frame, catalog)),
        "totals_of_the_year": table(of_year, rows=of_year.height),
    }


def _series(totals: pl.DataFrame) -> dict[str, float]:
    """Value by year, the last of them; a rounded one carries the mark of rounding."""
    return {
        f"{'~' if row['obs_method'] else ''}{row['time_period']}": float(row["obs_value"])
        for row in totals.sort("time_period").tail(MOST_BARS).iter_rows(named=True)
    }
