"""From accepted cells to exact observations: totals, states and `n of m` partners, by the contract's release tables.

Belongs here: sums in DuckDB and the states of a figure. What may be published of it is decided in `protection.py`;
averages are in `averages.py`; nothing that this module returns ever leaves the network as it stands.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from pathlib import Path

import duckdb
import polars as pl

from data_contracts.model import NOT_SPECIFIED, TOTAL, Catalog, Contract, Region, ReleaseTable
from pipelines.averages import average_observations
from pipelines.pooled import pooled_figures, pooled_period
from pipelines.versions import read_newest, with_breaks, with_uncollected

SQL = Path(__file__).parent / "sql"
COVER_TABLE = "cover"


def observation_columns(contract: Contract) -> list[str]:
    """The columns of an observations frame of a dataset, in order, without release and protection."""
    attributes = ["obs_value", "obs_status", "conf_status", "obs_method", "obs_note", "partners_reporting"]
    return [
        "dataset",
        "release_table",
        "ref_area",
        "time_period",
        *contract.dimension_names,
        "measure",
        *attributes,
    ]


def exact_observations(
    cells: pl.DataFrame,
    returns: pl.DataFrame,
    *,
    catalog: Catalog,
    contract: Contract,
    region: Region,
    year: int,
) -> pl.DataFrame:
    """Every figure of a dataset's release tables, exact, with its state; `cells` are those that `read_cells` gives.

    Grain: release table x area x year x codes x measure. Columns: `observation_columns`, then `release` (the
    partner's consent, empty on regional rows) and `protection` (`consent` or `rounded`). Counts are persons,
    events or verdicts as the contract says.

    Source: methodology, sections 1 (tables are never joined), 4 (states) and 6 (release tables).
    """
    shown = region.shown_years(year)
    of_dataset = returns.filter(pl.col("dataset") == contract.dataset)
    lines = with_uncollected(of_dataset, catalog=catalog, contract=contract)
    with duckdb.connect(":memory:") as connection:
        connection.execute("set threads = 1")  # its tables are small: a second thread costs more than it does
        connection.register("cells", cells.to_arrow())
        connection.register("returns", _lines(lines).to_arrow())
        pooled = region.pooled_until(shown)
        years = sorted({*shown, *(year for first, last in pooled for year in range(first, last + 1))})
        connection.register("members", _members(region, years).to_arrow())
        partners = [
            _margin(connection, table, dimensions=subset, catalog=catalog, contract=contract)
            for table in contract.release_tables
            for subset in _subsets(table.dimensions)
        ]
        partners += [
            _cover(connection, name, measure=measure) for name, measure in contract.cover_measures.items()
        ]
        by_partner = _complete(pl.concat(partners, how="diagonal_relaxed"), contract)
        by_partner = with_breaks(by_partner, lines, catalog=catalog, contract=contract)
        of_window = by_partner.filter(pl.col("reference_year").is_in(shown))
        regional = _regional(connection, of_window, contract=contract, region=region)
        blocks = [
            _regional(
                connection, pooled_figures(by_partner, period, contract), contract=contract, region=region
            ).with_columns(reference_year=pl.lit(pooled_period(*period)))
            for period in pooled
        ]
    kept = of_window.join(_regional_only(contract), on="release_table", how="anti")
    frames = [_observations(kept, contract), _observations(regional, contract)]
    frames += [_observations(block, contract) for block in blocks]
    frames += [average_observations(cells, lines, contract=contract, region=region, years=shown)]
    columns = [*observation_columns(contract), "release", "protection"]
    return pl.concat([frame.select(columns) for frame in frames]).sort(
        columns[:4] + contract.dimension_names + ["measure"]
    )


def read_cells(paths: Sequence[Path], *, catalog: Catalog, contract: Contract) -> pl.DataFrame:
    """All accepted cells of a dataset, one column more per grouping of its release tables.

    Grain: one row of a return. Columns: partner, reference_year, submission, the contract's columns, `signature`
    (which dimensions are broken down: rows of one signature form one table) and `breadth` (how many are).
    """
    schema = {"partner": pl.String, "reference_year": pl.Int32, "submission": pl.Int32}
    schema |= {name: pl.String for name in contract.dimension_names}
    schema |= {column.name: pl.Int64 for column in contract.measures}
    frame = (
        pl.concat(
            [read_newest(path, catalog=catalog, contract=contract).select(list(schema)) for path in paths]
        )
        if paths
        else pl.DataFrame(schema=schema)
    )
    broken_down = [pl.col(name) != TOTAL for name in contract.dimension_names]
    frame = frame.cast(schema).with_columns(  # type: ignore[arg-type]
        pl.concat_str([flag.cast(pl.Int8).cast(pl.String) for flag in broken_down]).alias("signature"),
        pl.sum_horizontal([flag.cast(pl.Int32) for flag in broken_down]).alias("breadth"),
    )
    for dimension, grouping in sorted(
        {pair for table in contract.release_tables for pair in table.grouping.items()}
    ):
        code_list = catalog.code_lists[str(contract.column(dimension).code_list)]
        mapping = {**code_list.group_of(grouping), NOT_SPECIFIED: NOT_SPECIFIED, TOTAL: TOTAL}
        frame = frame.with_columns(
            pl.col(dimension).replace_strict(mapping).alias(f"{dimension}__{grouping}")
        )
    return frame


def _lines(returns: pl.DataFrame) -> pl.DataFrame:
    return returns.with_columns(pl.col("not_collected").list.join(";").fill_null(""))


def _members(region: Region, years: Sequence[int]) -> pl.DataFrame:
    rows = [
        {"partner": partner.code, "reference_year": year}
        for year in years
        for partner in region.partners_in(year)
    ]
    return pl.DataFrame(rows, schema={"partner": pl.String, "reference_year": pl.Int32})


def _subsets(dimensions: Sequence[str]) -> Iterable[tuple[str, ...]]:
    for size in range(len(dimensions) + 1):
        yield from itertools.combinations(dimensions, size)


def _regional_only(contract: Contract) -> pl.DataFrame:
    names = [table.name for table in contract.release_tables if table.areas == "region"]
    return pl.DataFrame({"release_table": names}, schema={"release_table": pl.String})


def domain(
    table: ReleaseTable, dimensions: Sequence[str], *, catalog: Catalog, contract: Contract
) -> pl.DataFrame:
    """All code combinations of some dimensions of a release table, one row each (one empty row for none)."""
    lists = []
    for name in dimensions:
        column = contract.column(name)
        codes = catalog.code_lists[str(column.code_list)].values
        if name in table.grouping:
            codes = catalog.code_lists[str(column.code_list)].group_values(table.grouping[name])
        lists.append((*codes, *((NOT_SPECIFIED,) if column.not_specified else ())))
    rows = [dict(zip(dimensions, codes, strict=True)) | {"one": 1} for codes in itertools.product(*lists)]
    return pl.DataFrame(rows, schema={name: pl.String for name in dimensions} | {"one": pl.Int8})


def _margin(
    connection: duckdb.DuckDBPyConnection,
    table: ReleaseTable,
    *,
    dimensions: Sequence[str],
    catalog: Catalog,
    contract: Contract,
) -> pl.DataFrame:
    """One margin of a release table for every partner and year, from one submitted table each."""
    connection.register("domain", domain(table, dimensions, catalog=catalog, contract=contract).to_arrow())
    expressions = {name: _expression(table, name) for name in dimensions}
    frames = []
    for measure in table.measures:
        query = (SQL / "margin.sql").read_text(encoding="utf-8")
        for marker, text in {
            "/*contains*/": "".join(f" and {name} <> '{TOTAL}'" for name in dimensions),
            "/*codes*/": "".join(f", {expression} as {name}" for name, expression in expressions.items()),
            "/*match*/": "".join(f" and n.{name} = d.{name}" for name in dimensions),
            "/*measure*/": measure,
            "/*not_collected*/": _not_collected(table, dimensions),
            "/*unspecified*/": _unspecified(table, dimensions, contract=contract),
        }.items():
            query = query.replace(marker, text)
        frame = _frame(connection.sql(query))
        frames.append(
            frame.with_columns(
                pl.lit(table.name).alias("release_table"),
                pl.lit(table.protection).alias("protection"),
                pl.lit(contract.column(measure).sdmx_measure).alias("measure"),
            )
        )
    return pl.concat(frames, how="diagonal_relaxed")


def _expression(table: ReleaseTable, dimension: str) -> str:
    return f"{dimension}__{table.grouping[dimension]}" if dimension in table.grouping else dimension


def _not_collected(table: ReleaseTable, dimensions: Sequence[str]) -> str:
    tests = [f"contains(';' || r.not_collected || ';', ';{name}=' || d.{name} || ';')" for name in dimensions]
    return " or ".join(tests) or "false"


def _unspecified(table: ReleaseTable, dimensions: Sequence[str], *, contract: Contract) -> str:
    """SQL for the share of a partner's count that is not specified in any of the dimensions (0 without one)."""
    open_ended = [name for name in dimensions if contract.column(name).not_specified]
    shares = [
        f"case when d.{name} = '{NOT_SPECIFIED}' then 0 else "
        f"coalesce(sum(n.value) filter (where n.{name} = '{NOT_SPECIFIED}') over w, 0) end"
        for name in open_ended
    ]
    return f"greatest({', '.join(shares)}, 0)" if shares else "0"


def _cover(connection: duckdb.DuckDBPyConnection, name: str, *, measure: str) -> pl.DataFrame:
    """A measure that stands on the cover, for every partner and year."""
    query = (SQL / "cover.sql").read_text(encoding="utf-8").replace("/*measure*/", name)
    return _frame(connection.sql(query)).with_columns(
        pl.lit(COVER_TABLE).alias("release_table"),
        pl.lit("consent").alias("protection"),
        pl.lit(measure).alias("measure"),
    )


def _complete(frame: pl.DataFrame, contract: Contract) -> pl.DataFrame:
    """Gives every margin all dimension columns, `_T` where it does not break down."""
    missing = [
        pl.lit(None, pl.String).alias(name) for name in contract.dimension_names if name not in frame.columns
    ]
    return frame.with_columns(missing).with_columns(pl.col(contract.dimension_names).fill_null(TOTAL))


def _regional(
    connection: duckdb.DuckDBPyConnection, by_partner: pl.DataFrame, *, contract: Contract, region: Region
) -> pl.DataFrame:
    """Sums over the partners that have a value, with how many of the members that were."""
    connection.register("by_partner", by_partner.to_arrow())
    query = (SQL / "regional.sql").read_text(encoding="utf-8")
    query = query.replace("/*dimensions*/", ", ".join(contract.dimension_names))
    return _frame(connection.sql(query, params={"ref_area": region.ref_area}))


def _observations(frame: pl.DataFrame, contract: Contract) -> pl.DataFrame:
    """The columns that all rows of an observations frame share, in their types."""
    return frame.with_columns(
        pl.lit(contract.dataset).alias("dataset"),
        pl.col("obs_value").cast(pl.Float64),
        pl.col("reference_year").cast(pl.String).alias("time_period"),
        pl.col("release").fill_null(""),
        pl.lit("F").alias("conf_status"),
        pl.lit("").alias("obs_method"),
    )


def _frame(result: duckdb.DuckDBPyRelation) -> pl.DataFrame:
    return pl.DataFrame(pl.from_arrow(result.to_arrow_table()))
