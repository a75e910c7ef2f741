"""What the rows of a release mean to machines: an SDMX-JSON 2.0 structure message, as SDMX 3.0 has it.

Belongs here: concepts, code lists, a data structure definition and a dataflow for each dataset, all from the contracts
and the interface. The data messages are in `sdmx_json.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from data_contracts.interface import Interface, PublishedColumn, load_interface, measures_of
from data_contracts.model import Catalog, CodeList, Contract, Region

AGENCY, SCHEME, VERSION = "TESAT", "CS_TESAT", "1.0"
SCHEMA = (
    "https://raw.githubusercontent.com/sdmx-twg/sdmx-json/master/structure-message/tools/schemas/2.0.0/"
    "sdmx-json-structure-schema.json"
)
VALUE, TIME = "OBS_VALUE", "TIME_PERIOD"
ATTRIBUTES = ("OBS_STATUS", "CONF_STATUS", "OBS_METHOD", "OBS_NOTE", "PARTNERS_REPORTING")
# Columns whose codes are a closed list; a method and the notes are put together from codes.
CODED = ("FREQ", "OBS_STATUS", "CONF_STATUS")
MANDATORY = frozenset({"OBS_STATUS", "CONF_STATUS"})
Item = dict[str, Any]


def structure_message(
    contracts: Sequence[Contract], *, catalog: Catalog, region: Region, prepared: str
) -> Item:
    """The message: `prepared` is the edition's date (ISO), never a clock's.

    Source: SDMX-JSON 2.0 structure message, field guide; SDMX 3.0 information model.
    """
    interface = load_interface(catalog.root)
    return {
        "meta": {
            "schema": SCHEMA,
            "id": f"{AGENCY}-structures-{prepared}",
            "prepared": f"{prepared}T00:00:00Z",
            "test": False,
            "contentLanguages": ["en"],
            "sender": {"id": AGENCY},
        },
        "data": {
            "codelists": list(_codelists(contracts, catalog, region, interface)),
            "conceptSchemes": [_concepts(contracts, interface)],
            "dataStructures": [_structure(contract) for contract in contracts],
            "dataflows": [_dataflow(contract) for contract in contracts],
        },
    }


def _maintained(kind: str, identifier: str, name: str, *, version: str = VERSION, text: str = "") -> Item:
    """What every artefact has; `kind` is its package and class in the information model."""
    urn = f"urn:sdmx:org.sdmx.infomodel.{kind}={AGENCY}:{identifier}({version})"
    described = {"description": text} if text else {}
    return {
        "id": identifier,
        "agencyID": AGENCY,
        "version": version,
        "name": name,
        **described,
        "links": [{"rel": "self", "urn": urn}],
    }


def _codelists(
    contracts: Sequence[Contract], catalog: Catalog, region: Region, interface: Interface
) -> Iterator[Item]:
    areas = [_code(region.ref_area, region.names)]
    for partner in region.partners:
        note = region.footnotes.get(partner.footnote or "")
        areas.append(
            _code(partner.code, partner.names, description="" if note is None else f"{note.mark} {note.text}")
        )
    yield _codelist("REF_AREA", "Areas", areas)
    for name in CODED:
        column = interface.observation_column(name)
        values = [{"id": value.code, "name": value.description} for value in column.values]
        yield _codelist(name, column.description, values)
    names = dict.fromkeys(str(c.code_list) for contract in contracts for c in contract.dimensions)
    for name in names:
        yield _codelist(name.upper(), name.replace("_", " ").capitalize(), _codes(catalog, name))
    for contract in contracts:
        values = [{"id": code, "name": text} for code, text in measures_of(contract).items()]
        yield _codelist(f"MEASURE_{contract.dataset.upper()}", f"What is counted: {contract.title}", values)


def _codelist(name: str, title: str, codes: Sequence[Item]) -> Item:
    return _maintained("codelist.Codelist", f"CL_{name}", title) | {"codes": list(codes)}


def _codes(catalog: Catalog, name: str) -> list[Item]:
    """The codes of a list, those of its groupings, and the codes that every dimension may hold."""
    own: CodeList = catalog.code_lists[name]
    lists = [own, *(catalog.code_lists[group] for group in own.codes[0].groups)]
    found = {code.code: _code(code.code, code.labels) for one in lists for code in one.codes}
    special = catalog.code_lists["special_codes"].codes
    return [*found.values(), *(_code(code.code, code.labels) for code in special)]


def _code(code: str, labels: Mapping[str, str], *, description: str = "") -> Item:
    described = {"description": description} if description else {}
    return {"id": code, "name": labels["en"], "names": dict(labels), **described}


def _concepts(contracts: Sequence[Contract], interface: Interface) -> Item:
    """One concept a column, of all datasets; datasets share the columns of one name."""
    columns: Iterable[PublishedColumn] = (*interface.observations.before, *interface.observations.after)
    texts = {column.name: column.description for column in columns}
    texts = {name: texts[name] for name in ("FREQ", "REF_AREA", TIME, "MEASURE", VALUE, *ATTRIBUTES)}
    for contract in contracts:
        texts |= {column.name.upper(): column.description for column in contract.dimensions}
    concepts = [
        {"id": name, "name": name.replace("_", " ").capitalize(), "description": text}
        for name, text in texts.items()
    ]
    return _maintained("conceptscheme.ConceptScheme", SCHEME, "Concepts of the regional TE-SAT") | {
        "concepts": concepts
    }


def _structure(contract: Contract) -> Item:
    names = [column.name.upper() for column in contract.dimensions]
    lists = {column.name.upper(): str(column.code_list).upper() for column in contract.dimensions}
    lists |= {"FREQ": "FREQ", "REF_AREA": "REF_AREA", "MEASURE": f"MEASURE_{contract.dataset.upper()}"}
    keys = ["FREQ", "REF_AREA", *names, "MEASURE"]
    dimensions = [
        _component(name, lists[name]) | {"position": number} for number, name in enumerate(keys, start=1)
    ]
    time = _component(TIME) | {"localRepresentation": {"format": {"dataType": "ObservationalTimePeriod"}}}
    value = _component(VALUE) | {
        "usage": "optional",
        "localRepresentation": {"format": {"dataType": "Double"}},
    }
    components = {
        "dimensionList": {"id": "DimensionDescriptor", "dimensions": dimensions, "timeDimension": time},
        "measureList": {"id": "MeasureDescriptor", "measures": [value]},
        "attributeList": {
            "id": "AttributeDescriptor",
            "attributes": [_attribute(name) for name in ATTRIBUTES],
        },
    }
    about = _maintained(
        "datastructure.DataStructure",
        f"DSD_{contract.dataset.upper()}",
        contract.title,
        version=f"{contract.version}.0",
        text=contract.description,
    )
    return about | {"dataStructureComponents": components}


def _component(name: str, codelist: str = "") -> Item:
    concept = f"urn:sdmx:org.sdmx.infomodel.conceptscheme.Concept={AGENCY}:{SCHEME}({VERSION}).{name}"
    held: Item = {"format": {"dataType": "String"}}
    if codelist:
        urn = f"urn:sdmx:org.sdmx.infomodel.codelist.Codelist={AGENCY}:CL_{codelist}({VERSION})"
        held = {"enumeration": urn, "enumerationFormat": {"dataType": "String"}}
    return {"id": name, "conceptIdentity": concept, "localRepresentation": held}


def _attribute(name: str) -> Item:
    return _component(name, name if name in CODED else "") | {
        "usage": "mandatory" if name in MANDATORY else "optional",
        "attributeRelationship": {"observation": {}},
        "measureRelationship": [VALUE],
    }


def _dataflow(contract: Contract) -> Item:
    version = f"{contract.version}.0"
    structure = f"{AGENCY}:DSD_{contract.dataset.upper()}({version})"
    about = _maintained(
        "datastructure.Dataflow",
        f"DF_{contract.dataset.upper()}",
        contract.title,
        version=version,
        text=contract.purpose,
    )
    return about | {"structure": f"urn:sdmx:org.sdmx.infomodel.datastructure.DataStructure={structure}"}
