"""A previous return: level 2 on the partner's own machine, and which returns can be compared with which."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from assets.cli import app
from pipelines.checking import check_path
from pipelines.errors import PreviousError
from tests.mutation.returns import CATALOG, REGION, Maker, folder, row, workbook


def made(root: Path, name: str, make: Maker) -> Path:
    (root / name).mkdir()
    return make(root / name)


def arrests(year: int, persons: int, **over: str) -> Maker:
    rows = [row("arrests", sex="male", persons=str(persons))]
    whole = {"reference_year": str(year), "prepared_on": f"{year + 1}-02-01", "operations": "1"}
    return folder(tables={"arrests": rows}, **{"arrests__total": str(persons)} | whole | over)


def test_levels_say_what_was_run(tmp_path: Path) -> None:
    now, previous = made(tmp_path, "now", arrests(2025, 29)), made(tmp_path, "previous", arrests(2024, 2))
    alone = check_path(now, catalog=CATALOG, region_name=REGION)
    both = check_path(now, catalog=CATALOG, region_name=REGION, previous=previous)
    assert (alone.levels_run, both.levels_run) == ((0, 1, 3), (0, 1, 2, 3))
    assert alone.findings == ()
    (found,) = both.findings
    assert (found.code, found.severity, found.seen, both.verdict) == (
        "T2-unlikely-change",
        "warning",
        "29",
        "accepted",
    )
    assert (found.sheet, found.column, found.dataset) == ("cover.yaml", "arrests.total", "arrests")
    assert found.rule.startswith("The total of arrests was 2 for 2024 and is 29 for 2025;")


def test_a_workbook_is_compared_with_a_folder(tmp_path: Path) -> None:
    now = made(tmp_path, "now", workbook())
    previous = made(tmp_path, "previous", arrests(2024, 1))
    found = check_path(now, catalog=CATALOG, region_name=REGION, previous=previous).findings
    assert [(one.code, one.sheet) for one in found] == [("T2-unlikely-change", "cover")]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (arrests(2024, 2, partner="ALB"), "is of ALB for 2024; take one of XKX for a year before 2025"),
        (arrests(2025, 2), "is of XKX for 2025; take one of XKX for a year before 2025"),
        (arrests(2024, 2, arrests__total="3"), "has errors. Take the one that was accepted"),
        (folder(without=("cover.yaml",)), "cannot be read: L0-no-cover"),
    ],
)
def test_a_return_that_cannot_be_compared_is_named(tmp_path: Path, make: Maker, message: str) -> None:
    now, previous = made(tmp_path, "now", arrests(2025, 29)), made(tmp_path, "previous", make)
    with pytest.raises(PreviousError, match=message):
        check_path(now, catalog=CATALOG, region_name=REGION, previous=previous)


def test_without_partner_or_year_nothing_is_compared(tmp_path: Path) -> None:
    now = made(tmp_path, "now", arrests(2025, 29, partner=""))
    previous = made(tmp_path, "previous", arrests(2024, 2))
    result = check_path(now, catalog=CATALOG, region_name=REGION, previous=previous)
    assert (result.verdict, result.levels_run) == ("rejected", (0, 1, 3))


def test_the_command_compares_and_says_what_it_cannot_compare(tmp_path: Path) -> None:
    now, previous = made(tmp_path, "now", arrests(2025, 29)), made(tmp_path, "previous", arrests(2024, 2))
    arguments = ["check", str(now), "--format", "json", "--previous"]
    result = CliRunner().invoke(app, [*arguments, str(previous)])
    assert result.exit_code == 0
    told = json.loads(result.stdout)
    assert told["levels_run"] == [0, 1, 2, 3]
    assert [found["code"] for found in told["findings"]] == ["T2-unlikely-change"]
    wrong = CliRunner().invoke(app, [*arguments, str(now)])
    assert wrong.exit_code == 2 and "for a year before 2025" in wrong.stderr
    missing = CliRunner().invoke(app, [*arguments, str(tmp_path / "none")])
    assert missing.exit_code == 2 and "does not exist" in missing.stderr
