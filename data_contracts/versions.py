"""How the codes of one version of a contract become those of the next: the mapping files `v1_to_v2.yaml`.

Belongs here: what a mapping must say, and what becomes of each code on the way to the newest version. Its shape is
`mapping.py`; how cells are carried over is `pipelines/versions.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from data_contracts.mapping import VersionMapping
from data_contracts.model import Catalog, CodeList, Contract

NOT_SPECIFIED = "not_specified"


def problems(
    mapping: VersionMapping, old: Contract, new: Contract, code_lists: Mapping[str, CodeList]
) -> Iterator[str]:
    """What a mapping lacks or says wrongly between two contracts, one sentence each."""
    gone = {column.name for column in old.dimensions} - set(new.dimension_names)
    if gone or old.main_measure.name != new.main_measure.name:
        yield (
            f"version {new.version} drops {sorted(gone) or old.main_measure.name}; "
            "keep the dimensions and the main measure, or start a new dataset"
        )
    for dimension in sorted(set(mapping.codes) - set(old.dimension_names)):
        yield f"{dimension} is no dimension of version {old.version}"
    for column in old.dimensions:
        if column.name not in gone:
            yield from _of_dimension(mapping, column.name, old, new, code_lists)


def _of_dimension(
    mapping: VersionMapping, dimension: str, old: Contract, new: Contract, code_lists: Mapping[str, CodeList]
) -> Iterator[str]:
    before = set(code_lists[str(old.column(dimension).code_list)].values)
    after = set(code_lists[str(new.column(dimension).code_list)].values)
    for code in sorted(set(mapping.codes.get(dimension, {})) - before):
        yield f"{dimension}: {code!r} is no code of version {old.version}"
    for code in sorted(before):
        becomes = mapping.of(dimension, code)
        unknown = sorted(set(becomes) - after - {NOT_SPECIFIED})
        if unknown:
            yield f"{dimension}: {code!r} becomes {unknown}, which version {new.version} does not have; map it"
        if (len(becomes) > 1 or NOT_SPECIFIED in becomes) and not new.column(dimension).not_specified:
            yield f"{dimension}: {code!r} would be not specified, which version {new.version} does not allow"
    if old.column(dimension).not_specified and not new.column(dimension).not_specified:
        yield f"{dimension}: version {new.version} must allow not specified, as version {old.version} does"


def fates(catalog: Catalog, dataset: str, version: str, dimension: str) -> dict[str, frozenset[str]]:
    """What each code of a dimension in some version may be in the newest one."""
    contract = catalog.contract(dataset, version)
    found = {
        code: frozenset({code})
        for code in catalog.code_lists[str(contract.column(dimension).code_list)].values
    }
    for step in catalog.steps_to_newest(dataset, version):
        found = {
            code: frozenset(new for one in possible for new in step.of(dimension, one))
            for code, possible in found.items()
        }
    return found


def carried(fate: frozenset[str]) -> str:
    """The newest code of a code with that fate."""
    return next(iter(fate)) if len(fate) == 1 else NOT_SPECIFIED


def unreachable(catalog: Catalog, dataset: str, version: str, dimension: str) -> frozenset[str]:
    """The newest codes of a dimension, and groups of them, that no return of that version can hold."""
    reached = {carried(fate) for fate in fates(catalog, dataset, version, dimension).values()}
    code_list = _newest_list(catalog, dataset, dimension)
    missing = set(code_list.values) - reached
    groups: set[str] = set()
    for grouping in code_list.codes[0].groups:
        of = code_list.group_of(grouping)
        groups |= set(of.values()) - {group for code, group in of.items() if code in reached}
    return frozenset(missing | groups)


def involved(catalog: Catalog, dataset: str, version: str, dimension: str) -> frozenset[str]:
    """The newest codes of a dimension, and groups of them, that count otherwise since that version.

    Codes that a mapped code becomes or may become, codes that are new, and the groups that either belongs to, but for
    a code that was only renamed within its group.
    """
    known = fates(catalog, dataset, version, dimension)
    before = catalog.code_lists[str(catalog.contract(dataset, version).column(dimension).code_list)]
    after = _newest_list(catalog, dataset, dimension)
    new = set(after.values) - {code for fate in known.values() for code in fate}
    changed = {code: fate for code, fate in known.items() if fate != {code}}
    found = new.union(*changed.values())
    if any(len(fate) > 1 for fate in changed.values()):
        found.add(NOT_SPECIFIED)
    for grouping in after.codes[0].groups:
        of = {**after.group_of(grouping), NOT_SPECIFIED: NOT_SPECIFIED}
        was = before.group_of(grouping) if grouping in before.codes[0].groups else {}
        found |= {of[code] for code in new}
        for code, fate in changed.items():
            groups = {of[one] for one in fate} | ({was[code]} if code in was else set())
            found |= groups if len(groups) > 1 or len(fate) > 1 else set()
    return frozenset(found)


def _newest_list(catalog: Catalog, dataset: str, dimension: str) -> CodeList:
    return catalog.code_lists[str(catalog.contracts[dataset].column(dimension).code_list)]
