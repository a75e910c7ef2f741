"""Arrows between the rooms point one way, names stay out of code, modules stay readable."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from data_contracts.catalog import load_catalog

ROOT = Path(__file__).parents[2]
ROOMS = ["data_contracts", "pipelines", "report", "assets"]
MODULES = [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))]


def imported(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    return names | {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_arrows_point_from_contracts_to_assets_only(path: Path) -> None:
    room = path.relative_to(ROOT).parts[0]
    forbidden = set(ROOMS[ROOMS.index(room) + 1 :])
    found = {name for name in imported(path) if name.split(".")[0] in forbidden}
    assert not found, f"{path.name} imports {sorted(found)}, which lies above {room}"


def test_only_assets_know_dagster() -> None:
    for path in MODULES:
        if path.relative_to(ROOT).parts[0] != "assets":
            assert not any(name.split(".")[0] == "dagster" for name in imported(path)), path


def test_the_audit_shares_no_code_with_the_rounding() -> None:
    for path in sorted((ROOT / "pipelines").glob("audit*.py")):
        shared = {
            name for name in imported(path) if name.startswith(("pipelines.rounding", "pipelines.protection"))
        }
        assert not shared, f"{path.name} imports {shared}"


def test_init_modules_hold_a_docstring_only() -> None:
    for path in MODULES:
        if path.name == "__init__.py":
            assert len(ast.parse(path.read_text(encoding="utf-8")).body) == 1, path


def test_partners_types_datasets_and_regions_are_never_named_in_code() -> None:
    catalog = load_catalog()
    names = {partner.code for region in catalog.regions.values() for partner in region.partners}
    names |= set(catalog.code_lists["type_of_terrorism"].values) - {"other"}
    pattern = re.compile("[\"'](" + "|".join(sorted(names)) + ")[\"']")
    for path in MODULES:
        found = pattern.findall(path.read_text(encoding="utf-8"))
        assert not found, f"{path.relative_to(ROOT)} names {found}"


def test_modules_are_short_and_none_is_a_grab_bag() -> None:
    for path in MODULES:
        assert path.stem not in {"utils", "helpers", "common"}, path
        assert len(path.read_text(encoding="utf-8").splitlines()) <= 400, path
