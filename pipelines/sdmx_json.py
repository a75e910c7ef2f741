"""A dataset's published observations as an SDMX-JSON 2.0 data message.

Belongs here: the form. The figures are those of the dataset's SDMX-CSV, row by row.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl

from data_contracts.interface import load_interface, measures_of
from data_contracts.model import Catalog, Contract, Region

SCHEMA = (
    "https://raw.githubusercontent.com/sdmx-twg/sdmx-json/master/data-message/tools/schemas/2.0.0/"
    "sdmx-json-data-schema.json"
)
ATTRIBUTES = ("OBS_STATUS", "CONF_STATUS", "OBS_METHOD", "OBS_NOTE", "PARTNERS_REPORTING")


def data_message(
    figures: pl.DataFrame, *, catalog: Catalog, contract: Contract, region: Region, prepared: str
) -> dict[str, Any]:
    """The message: one flat data set, an observation per row, attributes by their index.

    `prepared` is the edition's date (ISO), never a clock's.

    Source: SDMX-JSON 2.0 data message, field guide.
    """
    figures = figures.with_columns(pl.col(pl.String).fill_null(""))
    names = [
        "FREQ",
        "REF_AREA",
        "TIME_PERIOD",
        *(name.upper() for name in contract.dimension_names),
        "MEASURE",
    ]
    codes = {
        name: [code for code in dict.fromkeys(figures[name]) if code or name not in ATTRIBUTES]
        for name in (*names, *ATTRIBUTES)
    }
    position = {name: {code: number for number, code in enumerate(found)} for name, found in codes.items()}
    observations = {
        ":".join(str(position[name][row[name]]) for name in names): [
            float(row["OBS_VALUE"]) if row["OBS_VALUE"] else None,
            *(position[name].get(row[name]) for name in ATTRIBUTES),
        ]
        for row in figures.iter_rows(named=True)
    }
    labels = _labels(catalog, contract, region)
    dimensions = [
        {"id": name, "keyPosition": number, "values": _values(codes[name], labels.get(name, {}))}
        for number, name in enumerate(names)
    ]
    attributes = [
        {
            "id": name,
            "values": _values(codes[name], labels.get(name, {})),
            "relationship": {"observation": {}},
        }
        for name in ATTRIBUTES
    ]
    structure = {
        "links": [{"rel": "dataflow", "urn": _urn(contract)}],
        "dataSets": [0],
        "dimensions": {"observation": dimensions},
        "attributes": {"observation": attributes},
        "measures": {"observation": [{"id": "OBS_VALUE"}]},
    }
    return {
        "meta": {
            "schema": SCHEMA,
            "id": f"{contract.dataset}-{prepared}",
            "prepared": f"{prepared}T00:00:00Z",
            "test": False,
            "sender": {"id": "TESAT"},
        },
        "data": {
            "structures": [structure],
            "dataSets": [
                {
                    "structure": 0,
                    "action": "Information",
                    "links": structure["links"],
                    "observations": observations,
                }
            ],
        },
    }


def _urn(contract: Contract) -> str:
    name = f"DF_{contract.dataset.upper()}({contract.version}.0)"
    return f"urn:sdmx:org.sdmx.infomodel.datastructure.Dataflow=TESAT:{name}"


def _values(codes: Sequence[str], labels: dict[str, str]) -> list[dict[str, str]]:
    """Codes with what they mean; what is no code is a value by itself."""
    return [{"id": code, "name": labels[code]} if code in labels else {"value": code} for code in codes]


def _labels(catalog: Catalog, contract: Contract, region: Region) -> dict[str, dict[str, str]]:
    """By column, what its codes mean: areas, of code lists and their groupings, of the interface, of measures."""
    special = catalog.code_lists["special_codes"]
    areas = {partner.code: partner.names["en"] for partner in region.partners}
    found = {"MEASURE": measures_of(contract), "REF_AREA": {region.ref_area: region.names["en"], **areas}}
    for column in contract.dimensions:
        own = catalog.code_lists[str(column.code_list)]
        lists = [own, *(catalog.code_lists[name] for name in own.codes[0].groups), special]
        found[column.name.upper()] = {code.code: code.labels["en"] for one in lists for code in one.codes}
    for name in ("FREQ", *ATTRIBUTES):
        values = load_interface(catalog.root).observation_column(name).values
        found[name] = {value.code: value.description for value in values}
    return found
