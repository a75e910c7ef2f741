"""Records of published figures: fingerprints, versions of steps, and what a record says of a release table."""

from __future__ import annotations

from pathlib import Path

import pytest

from data_contracts.catalog import load_catalog
from data_contracts.interface import load_interface
from pipelines import provenance_steps
from pipelines.edition_data import ANNEX_TABLES
from pipelines.errors import PipelineError
from pipelines.provenance import TableOf, _decision
from pipelines.provenance_returns import fingerprint
from pipelines.provenance_steps import Step, known_steps, processing_steps

CATALOG = load_catalog()
ARRESTS = CATALOG.contracts["arrests"]


def row(**over: str) -> dict[str, str]:
    names = [name.upper() for name in ARRESTS.dimension_names]
    return dict.fromkeys(names, "_T") | {"MEASURE": "PERSONS"} | over


def figure(value: str = "", status: str = "A", method: str = "") -> dict[str, str]:
    return {"OBS_VALUE": value, "OBS_STATUS": status, "OBS_METHOD": method}


def test_a_fingerprint_tells_returns_apart_and_cannot_be_made_without_the_key() -> None:
    one, other = "ab" * 32, "ac" * 32
    assert fingerprint(one, key=b"k") == fingerprint(one, key=b"k")
    assert len({fingerprint(one, key=b"k"), fingerprint(other, key=b"k"), fingerprint(one, key=b"l")}) == 3
    assert fingerprint(one, key=b"k") not in one


def test_the_version_of_a_step_changes_with_its_query_and_with_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(provenance_steps, "HERE", tmp_path)
    (tmp_path / "a.sql").write_text("select 1")
    (tmp_path / "b.py").write_text("x = 1")
    step = Step(title="t", does="d", code=("*.sql",))
    before = step.version
    (tmp_path / "b.py").write_text("x = 2")
    assert step.version == before
    (tmp_path / "a.sql").write_text("select 2")
    assert step.version != before
    with pytest.raises(PipelineError, match=r"no file c\.py; name the files that the step consists of"):
        _ = Step(title="t", does="d", code=("c.py",)).version


def test_every_annex_table_says_how_it_is_made_and_every_step_is_used() -> None:
    steps = known_steps()
    assert set(steps.annex) == set(ANNEX_TABLES) == {one.name for one in load_interface(CATALOG.root).annex}
    tables = steps.tables
    named = [*tables.by_partner.values(), *tables.by_region.values(), tables.cover, tables.averages]
    named += [source.steps for source in steps.annex.values()]
    assert {name for names in named for name in names} == set(steps.steps)
    assert processing_steps()["step"].to_list() == list(steps.steps)


@pytest.mark.parametrize(
    ("codes", "table"),
    [
        ({}, "arrests_by_type"),
        ({"TYPE_OF_TERRORISM": "jihadist"}, "arrests_by_type"),
        ({"MEASURE": "CHARGED"}, "arrests_by_type"),
        ({"OFFENCE": "D541"}, "arrests_by_legal_basis"),
        ({"OFFENCE": "travel"}, "arrests_by_offence_group"),
        ({"SEX": "not_specified"}, "arrests_by_sex"),
        ({"MEASURE": "OPERATIONS"}, "cover"),
    ],
)
def test_a_figure_belongs_to_the_first_release_table_that_holds_it(codes: dict[str, str], table: str) -> None:
    assert TableOf(ARRESTS, CATALOG).of(row(**codes)) == table


@pytest.mark.parametrize(
    ("rows", "regional", "rule", "decision"),
    [
        ([figure("3"), figure(status="O")], False, "consent", "as_reported"),
        ([figure("3"), figure(status="Q")], True, "consent", "sum_of_published"),
        ([figure("5", method="R5"), figure("3")], False, "consent", "rounded"),
        ([figure("2.5", method="half_year_mean")], True, "consent", "mean"),
        ([figure(status="Q")], False, "consent", "withheld"),
        ([figure(status="Q"), figure(status="O")], True, "rounded", "left_out"),
        ([figure(status="L"), figure(status="O")], False, "consent", "no_figure"),
    ],
)
def test_the_decision_is_read_off_the_published_figures(
    rows: list[dict[str, str]], regional: bool, rule: str, decision: str
) -> None:
    assert _decision(rows, regional=regional, rule=rule) == decision
