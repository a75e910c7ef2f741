"""Reads the contract, code-list, region and finding files into one `Catalog`.

Belongs here: file layout, the Open Data Contract Standard's form, and errors with file, line and reason.
The shapes themselves are in `model.py`.
"""

from __future__ import annotations

import csv
import itertools
from collections.abc import Container, Mapping
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from data_contracts.finding_rules import FindingRule
from data_contracts.mapping import VersionMapping
from data_contracts.model import Catalog, CodeList, Contract, Region
from data_contracts.strings import STRINGS, load_strings
from data_contracts.versions import problems

PACKAGE_ROOT = Path(__file__).parent
MAPPED = "_to_"
Model = TypeVar("Model", bound=BaseModel)


class ContractError(Exception):
    """A file of `data_contracts/` cannot be used; the message says which, at what line, why and what to do."""


def load_catalog(root: Path | None = None) -> Catalog:
    """Reads everything below a contracts folder (default: the one shipped with the package).

    Raises:
        ContractError: A file is missing, is not well-formed, or breaks its model.
    """
    root = PACKAGE_ROOT if root is None else root
    paths = {path.stem: path for path in sorted(root.glob("code_lists/*.csv"))}
    code_lists = {name: _code_list(path, known=paths) for name, path in paths.items()}
    versions = {}
    for path in sorted(root.glob("contracts/*/v*.yaml")):
        if MAPPED in path.stem:
            continue
        contract = _contract(path)
        _check_code_lists(path, contract, code_lists)
        versions[(contract.dataset, contract.version)] = contract
    if not versions:
        raise ContractError(
            f"{root}: no contracts/<dataset>/v<version>.yaml found; name a folder that holds them"
        )
    regions = {path.stem: _region(path, versions) for path in sorted(root.glob("regions/*.yaml"))}
    findings_path = root / "findings.yaml"
    findings = {}
    for number, entry in enumerate(_load(findings_path)["codes"]):
        rule = _validate(FindingRule, entry, findings_path, ("codes", number))
        findings[rule.code] = rule
    return Catalog(
        root=root,
        versions=versions,
        code_lists=code_lists,
        regions=regions,
        findings=findings,
        mappings=_mappings(root, versions, code_lists),
    )


def _load(path: Path) -> dict[str, Any]:
    """Reads YAML with strings only, so that `no` and `nil` stay codes; the models convert."""
    try:
        loaded = load_strings(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ContractError(f"{path}: the file is missing") from error
    except yaml.YAMLError as error:
        raise ContractError(f"{path}: not well-formed YAML: {error}") from error
    if not isinstance(loaded, dict):
        raise ContractError(f"{path}: a mapping is expected at the top")
    return loaded


def _line_of(path: Path, location: tuple[int | str, ...]) -> int:
    """The line of the deepest node that a location still names."""
    node = yaml.compose(path.read_text(encoding="utf-8"), Loader=STRINGS)
    line = 1
    for step in location:
        child = None
        if isinstance(node, yaml.MappingNode):
            child = next((value for key, value in node.value if key.value == step), None)
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            child = node.value[step]
        if child is None:
            break
        node = child
        line = child.start_mark.line + 1
    return line


def _validate(model: type[Model], data: object, path: Path, prefix: tuple[int | str, ...]) -> Model:
    try:
        return model.model_validate(data)
    except ValidationError as error:
        reasons = []
        for problem in error.errors():
            line = _line_of(path, (*prefix, *problem["loc"]))
            where = ".".join(str(step) for step in problem["loc"]) or model.__name__
            reasons.append(f"{path}:{line}: {where}: {problem['msg']} (seen: {problem['input']!r:.80})")
        raise ContractError("\n".join(reasons)) from error


def _code_list(path: Path, *, known: Container[str]) -> CodeList:
    with path.open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    if not rows or "code" not in rows[0] or "en" not in rows[0]:
        raise ContractError(f"{path}:1: a code list has the columns code, en, other languages, groupings")
    codes = []
    for row in rows:
        groups = {name: value for name, value in row.items() if name in known}
        labels = {name: value for name, value in row.items() if name != "code" and name not in groups}
        codes.append({"code": row["code"], "labels": labels, "groups": groups})
    seen: set[str] = set()
    for line, row in enumerate(rows, start=2):
        if row["code"] in seen:
            raise ContractError(f"{path}:{line}: the code {row['code']!r} stands twice; remove one")
        seen.add(row["code"])
    return _validate(CodeList, {"name": path.stem, "codes": codes}, path, ())


def _properties(entries: list[dict[str, Any]]) -> dict[str, Any]:
    return {entry["property"]: entry["value"] for entry in entries}


def _contract(path: Path) -> Contract:
    raw = _load(path)
    try:
        table = raw["schema"][0]
        custom = _properties(table["customProperties"])
        columns = [_column(entry) for entry in table["properties"]]
        data = {
            "dataset": raw["name"],
            "version": raw["version"],
            "title": table["businessName"],
            "description": table["description"],
            "purpose": raw["description"]["purpose"],
            "limitations": raw["description"]["limitations"],
            "protects": custom["protects"],
            "columns": columns,
            "release_tables": custom["releaseTables"],
            "rules": [_rule(entry) for entry in custom.get("rules", [])],
            "cover_measures": custom.get("coverMeasures", {}),
            "averages": custom.get("averages", []),
            "batched": custom.get("batched", False),
            "tested_on": custom.get("testedOn"),
        }
    except (KeyError, IndexError, TypeError) as error:
        raise ContractError(
            f"{path}:{_line_of(path, ('schema', 0))}: not in the form of an ODCS v3.1 contract: {error} is missing"
        ) from error
    contract = _validate(Contract, data, path, ("schema", 0))
    if (contract.dataset, f"v{contract.version}") != (path.parent.name, path.stem):
        raise ContractError(
            f"{path}:1: name and version must be those of the path, {path.parent.name} {path.stem}"
        )
    return contract


def _column(entry: Mapping[str, Any]) -> dict[str, Any]:
    custom = _properties(entry["customProperties"])
    return {
        "name": entry["name"],
        "role": custom["role"],
        "description": entry["description"],
        "required": entry["required"],
        "code_list": custom.get("codeList"),
        "not_specified": custom.get("notSpecified", False),
        "minimum": entry.get("logicalTypeOptions", {}).get("minimum"),
        "sdmx_measure": custom.get("sdmxMeasure"),
    }


def _rule(entry: Mapping[str, Any]) -> dict[str, Any]:
    parameters = {key: value for key, value in entry.items() if key not in ("code", "kind")}
    return {"code": entry["code"], "kind": entry["kind"], "parameters": parameters}


def _check_code_lists(path: Path, contract: Contract, code_lists: Mapping[str, CodeList]) -> None:
    for number, column in enumerate(contract.columns):
        if column.code_list is not None and column.code_list not in code_lists:
            line = _line_of(path, ("schema", 0, "properties", number))
            raise ContractError(f"{path}:{line}: {column.name}: there is no code list {column.code_list!r}")
    for table in contract.release_tables:
        for dimension, grouping in table.grouping.items():
            code_list = contract.column(dimension).code_list
            if code_list is None or grouping not in code_lists[code_list].codes[0].groups:
                raise ContractError(
                    f"{path}:{_line_of(path, ('schema', 0))}: no grouping {grouping!r} of {dimension}"
                )


def _mappings(
    root: Path, versions: Mapping[tuple[str, str], Contract], code_lists: Mapping[str, CodeList]
) -> dict[tuple[str, str], VersionMapping]:
    """The mapping of every version but the newest to the one after it."""
    found = {}
    for dataset in sorted({dataset for dataset, _ in versions}):
        known = sorted((version for name, version in versions if name == dataset), key=int)
        for old, new in itertools.pairwise(known):
            path = root / "contracts" / dataset / f"v{old}{MAPPED}v{new}.yaml"
            mapping = _validate(VersionMapping, _load(path), path, ())
            said = list(problems(mapping, versions[dataset, old], versions[dataset, new], code_lists))
            if (mapping.source, mapping.target) != (old, new):
                said.append(f"from and to must be those of the file's name, {old} and {new}")
            if said:
                raise ContractError("\n".join(f"{path}: {problem}" for problem in said))
            found[dataset, old] = mapping
    return found


def _region(path: Path, versions: Mapping[tuple[str, str], Contract]) -> Region:
    region = _validate(Region, _load(path), path, ())
    known = {dataset for dataset, _ in versions}
    if set(region.datasets) - known:
        line = _line_of(path, ("datasets",))
        raise ContractError(
            f"{path}:{line}: datasets without a contract: {sorted(set(region.datasets) - known)}"
        )
    if region.name != path.stem:
        raise ContractError(
            f"{path}:{_line_of(path, ('name',))}: the name must be that of the file, {path.stem}"
        )
    return region
