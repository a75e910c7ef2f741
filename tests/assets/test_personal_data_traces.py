"""A return with personal data leaves no trace of it in a run: neither in Dagster's records, checks and metadata nor in the store and the edition's tables."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import polars as pl
import pytest

from assets.resources import Workspace
from tests.assets.tiny import YEAR, Place, Run, contracts, hand_over

IN_NOTE, IN_CELL = "0101990710008", "1502985710006"


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("traces")


@pytest.fixture(scope="module")
def run(root: Path) -> Iterator[Run]:
    """The whole job over an inbox with a number in a cover's note, one in a table, and a return without fault."""
    inbox = root / "inbox"
    note = hand_over(inbox, "AAA", YEAR) / "cover.yaml"
    note.write_text(
        f"{note.read_text(encoding='utf-8')}scope_note: one person, {IN_NOTE}\n", encoding="utf-8"
    )
    hand_over(inbox, "AAA", YEAR, submission=2, rows=[("jihadist", 8), (IN_CELL, 4)])
    hand_over(inbox, "BBB", YEAR)
    places = {name: str(root / name) for name in ("inbox", "output", "store")}
    workspace = Workspace(**places, contracts=str(contracts(root / "contracts")), formats="")
    (root / "home").mkdir()
    with dg.DagsterInstance.local_temp(str(root / "home")) as instance:
        yield Place(workspace, instance).run()


def records(folder: Path) -> dict[str, bytes]:
    """The bytes of every file below a folder; a table, which is packed, as its rows."""
    found = {}
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        rows = (
            str(pl.read_parquet(path).to_dicts()).encode() if path.suffix == ".parquet" else path.read_bytes()
        )
        found[path.relative_to(folder).as_posix()] = rows
    return found


def test_both_are_refused_by_name_of_the_rule(run: Run) -> None:
    told = [line for line in run.warnings if "P0-national-id" in line]
    assert any("AAA-2025-1" in line for line in told) and any("AAA-2025-2" in line for line in told)
    assert f"submissions BBB|{YEAR}" in run.materialized


@pytest.mark.parametrize("folder", ["home", "store"])
def test_nothing_that_a_run_leaves_behind_repeats_them(root: Path, run: Run, folder: str) -> None:
    """The records are there and name the rule, so that a number that was repeated would be seen."""
    kept = records(root / folder)
    told = b"".join(kept.values())
    assert b"P0-national-id" in told
    for number in (IN_NOTE, IN_CELL, IN_NOTE[1:], IN_CELL[-9:]):
        for form in (number.encode(), number.encode("utf-16-le")):
            assert [name for name, content in kept.items() if form in content or number in name] == []
