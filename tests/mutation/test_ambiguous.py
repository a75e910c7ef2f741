"""A label that stands for two codes: the shipped lists have none, so a list is changed to have one."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from data_contracts.catalog import PACKAGE_ROOT, load_catalog
from data_contracts.model import Catalog
from pipelines.checking import check_path
from tests.mutation.returns import REGION, folder, row

COVERED = {"T1-ambiguous-label", "C-ambiguous-label"}
SEX = {"arrests": [row("arrests", sex="male", persons="14")]}


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    """The contracts, with the Albanian labels of two codes of `sex` and of `coverage` made the same."""
    root = tmp_path / "contracts"
    shutil.copytree(PACKAGE_ROOT, root, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    for name, old, new in (("sex", "Mashkull", "Femër"), ("coverage", "E pjesshme", "E plotë")):
        path = root / "code_lists" / f"{name}.csv"
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")
    return load_catalog(root)


@pytest.mark.parametrize(
    ("sex", "coverage", "codes"),
    [
        ("femër", "complete", {"T1-ambiguous-label"}),
        ("male", "E plotë", {"C-ambiguous-label"}),
        ("male", "complete", set()),
        ("male – Femër", "complete – E plotë", set()),
        ("Female", "Complete", set()),
    ],
)
def test_only_an_ambiguous_label_is_an_error(
    catalog: Catalog, tmp_path: Path, sex: str, coverage: str, codes: set[str]
) -> None:
    tables = {"arrests": [SEX["arrests"][0] | {"sex": sex}]}
    path = folder(tables=tables, arrests__coverage=coverage)(tmp_path)
    found = check_path(path, catalog=catalog, region_name=REGION).findings
    assert {one.code for one in found} == codes
