"""The gate runs once per dataset and contract version over all returns, each by its own version."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from data_contracts import expectations
from data_contracts.catalog import load_catalog
from data_contracts.model import Catalog
from pipelines.intake import asked_gate
from pipelines.reading import Return, read_return
from tests.unit.test_register import hand_in

CATALOG = load_catalog()


def with_second_version() -> Catalog:
    """The shipped contracts and a second version of arrests, which takes counts from 100 only."""
    first = CATALOG.contract("arrests", "1")
    columns = tuple(
        column.model_copy(update={"minimum": 100}) if column.name == first.main_measure.name else column
        for column in first.columns
    )
    second = first.model_copy(update={"version": "2", "columns": columns})
    return CATALOG.model_copy(update={"versions": {**CATALOG.versions, ("arrests", "2"): second}})


@pytest.fixture
def sizes(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The rows of each validation that is run."""
    seen: list[int] = []
    run = expectations._run

    def spy(frame: Any, expected: list[Any], result_format: dict[str, Any]) -> list[Any]:
        seen.append(len(frame))
        return run(frame, expected, result_format)

    monkeypatch.setattr(expectations, "_run", spy)
    return seen


def returns(folder: Path, catalog: Catalog, *, count: int, version: str = "1") -> list[Return]:
    paths = (
        hand_in(folder / f"{version}-{number}", persons=10 + number, definitions_version=version)
        for number in range(count)
    )
    return [read_return(path, catalog=catalog) for path in paths]


@pytest.mark.parametrize("count", [1, 7])
def test_one_validation_of_rows_and_one_of_sums_however_many_returns(
    tmp_path: Path, sizes: list[int], count: int
) -> None:
    assert asked_gate(returns(tmp_path, CATALOG, count=count), catalog=CATALOG)() == set()
    assert sizes == [count, count]


def test_each_return_is_read_by_its_own_version(tmp_path: Path, sizes: list[int]) -> None:
    catalog = with_second_version()
    old = returns(tmp_path, catalog, count=2)
    new = returns(tmp_path, catalog, count=3, version="2")
    failed = asked_gate([*old, *new], catalog=catalog)()
    assert failed == {ret.sha256 for ret in new}, "10 is below the second version's minimum only"
    assert sizes[0] == 2 and 3 in sizes
