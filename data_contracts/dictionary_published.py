"""The data dictionary's pages for who reads a release: the columns of the published files and their codes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from data_contracts.interface import AnnexTable, Interface, PublishedColumn, measures_of
from data_contracts.markdown import coded, table_lines
from data_contracts.model import NOT_SPECIFIED, TOTAL, Catalog

OTHER_FILES = (
    ("`data/<dataset>.json`", "the rows of the dataset's CSV file as an SDMX-JSON 2.0 data message"),
    (
        "`data/structure.json`",
        "concepts, code lists, structure definitions and dataflows, SDMX-JSON 2.0 for SDMX 3.0",
    ),
    ("`data/tables.xlsx`", "all tables as a workbook, one marked table a sheet; `SHOWN` and `STATE` besides"),
    (
        "`data/provenance.json`",
        "the record of every figure; its schema is `data_contracts/provenance.schema.json`",
    ),
    ("`data/edition.json`", "region, years, partners and marks of the edition"),
    ("`datapackage.json`", "every file of `data/` with its columns, codes and keys (Data Package 2.0)"),
)


def published(catalog: Catalog, interface: Interface) -> Iterator[str]:
    """The observations of every dataset, then the annex tables."""
    yield "## Published files\n"
    yield "UTF-8, commas, the first line names the columns. A release folder holds them under `data/`.\n"
    yield "### Observations: one file per dataset\n"
    yield (
        "SDMX-CSV 2.0; one row per area, period, codes and measure. An unmarked 0 is a true zero. Dimensions hold the "
        f"codes of their list or of a coarser list that a release table names, `{NOT_SPECIFIED}` or `{TOTAL}`."
    )
    yield ""
    yield from _columns(interface.observations.before)
    yield "Then the dimensions of the dataset, in capitals:\n"
    rows = []
    for dataset, contract in sorted(catalog.contracts.items()):
        names = ", ".join(coded(name.upper()) for name in contract.dimension_names)
        measures = ", ".join(f"`{code}` ({text})" for code, text in measures_of(contract).items())
        rows.append((coded(f"data/{dataset}.csv"), names, measures))
    yield from table_lines(("File", "Dimensions", "Codes of MEASURE"), rows)
    yield "Then:\n"
    yield from _columns(interface.observations.after)
    for table in interface.annex:
        yield from _annex_table(table)
    yield "### Other forms and descriptions\n"
    yield from table_lines(("File", "What it holds"), OTHER_FILES)


def _annex_table(table: AnnexTable) -> Iterator[str]:
    yield f"### {table.title}: `data/{table.name}.csv`\n"
    yield f"One row per {table.grain}.\n"
    yield from _columns(table.columns)


def _columns(columns: Iterable[PublishedColumn]) -> Iterator[str]:
    known = list(columns)
    yield from table_lines(
        ("Column", "Meaning"), ((coded(column.name), column.description) for column in known)
    )
    for column in known:
        if column.values:
            yield f"Codes of `{column.name}`:\n"
            yield from table_lines(
                ("Code", "Shown as", "Meaning"),
                (
                    (coded(value.code), coded(value.mark) if value.mark else "", value.description)
                    for value in column.values
                ),
            )
