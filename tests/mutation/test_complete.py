"""Every finding has a case that breaks it: no code of findings.yaml is without one.

A test module that covers findings says which in `COVERED`; that each of these is broken alone and brushed at its
edge is held by the module itself.
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

from data_contracts.catalog import load_catalog

TESTS = Path(__file__).parents[1]
CATALOG = load_catalog()


def covered(path: Path) -> set[str]:
    """The codes that a test module says it covers; none where it says nothing."""
    if "COVERED" not in path.read_text(encoding="utf-8"):
        return set()
    spec = importlib.util.spec_from_file_location(f"covered_by_{path.stem}", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    found: set[str] = module.COVERED
    return found


def test_no_finding_is_without_a_case() -> None:
    modules = [path for room in ("mutation", "hostile") for path in sorted((TESTS / room).glob("test_*.py"))]
    by_module = {path.stem: covered(path) for path in modules if path != Path(__file__)}
    for name, codes in by_module.items():
        print(f"\n{name}: {len(codes)} findings", end="")
    known = set().union(*by_module.values())
    assert known - set(CATALOG.findings) == set(), "these codes are not in findings.yaml"
    assert set(CATALOG.findings) - known == set(), "these findings have no case; add one to tests/mutation/"
