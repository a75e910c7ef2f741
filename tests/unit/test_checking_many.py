"""Many returns, several at a time: the same results as one by one, in order, and only a few held at once."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from data_contracts.catalog import load_catalog
from pipelines.checking import check_path
from pipelines.checking_many import check_paths
from pipelines.errors import UnreadableReturn
from tests.editions import ROOT

CATALOG = load_catalog()
REGION = CATALOG.region("western_balkans")
RETURNS = sorted((ROOT / "examples" / "demonstration" / "returns").glob("202[45]/*"))


def test_results_are_those_of_one_by_one_in_order(tmp_path: Path) -> None:
    broken = tmp_path / "broken.xlsx"
    broken.write_bytes(b"not a workbook")
    paths = [*RETURNS[:5], broken, *RETURNS[5:]]
    found = list(check_paths(paths, catalog=CATALOG, region=REGION))
    assert len(found) == len(paths)
    for path, one in zip(paths, found, strict=True):
        if path == broken:
            assert isinstance(one, UnreadableReturn)
            assert [finding.code for finding in one.findings] == ["L0-cannot-open"]
            continue
        assert not isinstance(one, UnreadableReturn)
        ret, result = one
        alone = check_path(path, catalog=CATALOG, region_name=REGION.name)
        assert ret.sha256 == result.sha256 == alone.sha256
        assert (result.verdict, result.findings) == (alone.verdict, alone.findings)
        assert all(table.equals(alone.tables[name]) for name, table in result.tables.items())


def test_only_a_few_are_taken_before_the_first_is_handed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    taken = []

    def paths() -> Iterator[Path]:
        for _ in range(100):
            taken.append(1)
            yield RETURNS[0]

    found = check_paths(paths(), catalog=CATALOG, region=REGION)
    next(found)
    assert len(taken) == 7, "two for each of three threads, and the one that is handed on"
    found.close()  # type: ignore[attr-defined]
    assert len(taken) == 7
