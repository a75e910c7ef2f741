"""Rounding, consent and suppression; and the audit that finds what they miss."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from pipelines.audit import audit
from pipelines.audit_knowledge import Edition
from pipelines.audit_model import ContradictionError
from pipelines.protection import leave_out, protect
from pipelines.release import to_sdmx
from pipelines.rounding import RoundingError, Sum, round_cells
from tests.unit.protection_builder import CATALOG, CONTRACT, KEY, REGION, exact, persons

DIMENSIONS = CONTRACT.dimension_names


def published(frame: pl.DataFrame, key: bytes = KEY) -> pl.DataFrame:
    return protect(frame, catalog=CATALOG, contract=CONTRACT, region=REGION, key=key)


def audited(frame: pl.DataFrame, truth: pl.DataFrame) -> dict[str, int]:
    editions = [Edition(to_sdmx(frame, contract=CONTRACT), truth)]
    found = audit(editions, ["2025"], catalog=CATALOG, contract=CONTRACT, region=REGION)
    return {table: leaks for (table, _), leaks in found.leaks.items()}


def test_rounding_goes_to_neighbouring_multiples_and_adds_up() -> None:
    cells = {"total": 23, "a": 7, "b": 11, "c": 5, "d": 0}
    rounded = round_cells(cells, [Sum("total", ("a", "b", "c", "d"))], key=KEY, scope="x").values
    assert rounded["total"] == rounded["a"] + rounded["b"] + rounded["c"] + rounded["d"]
    assert (rounded["c"], rounded["d"]) == (5, 0)
    assert all(value % 5 == 0 and abs(value - cells[name]) <= 4 for name, value in rounded.items())


def test_rounding_depends_on_the_key_and_not_on_the_order() -> None:
    cells = {f"c{number}": number + 1 for number in range(12)} | {"total": 78}
    sums = [Sum("total", tuple(f"c{number}" for number in range(12)))]
    first = round_cells(cells, sums, key=KEY, scope="x")
    assert first == round_cells(dict(reversed(cells.items())), sums, key=KEY, scope="x")
    assert any(round_cells(cells, sums, key=bytes([n]) * 32, scope="x") != first for n in range(5))


def fives(count: int) -> tuple[dict[str, int], list[Sum]]:
    """Six cells of one and the sums of every five of them: no adjacent rounding holds all of these sums."""
    cells = {f"c{number}": 1 for number in range(6)} | {f"t{number}": 5 for number in range(count)}
    parts = [tuple(f"c{other}" for other in range(6) if other != number) for number in range(6)]
    return cells, [Sum(f"t{number % count}", parts[number]) for number in range(6)]


def test_where_no_neighbours_add_up_multiples_move_by_one_step_and_the_mark_says_so() -> None:
    cells, sums = fives(6)
    rounding = round_cells(cells | {"zero": 0}, sums, key=KEY, scope="x")
    assert rounding.wide
    assert rounding.values["zero"] == 0
    assert all(
        value % 5 == 0 and abs(value - cells[n]) <= 5 for n, value in rounding.values.items() if n in cells
    )
    for relation in sums:
        assert rounding.values[relation.total] == sum(rounding.values[part] for part in relation.parts)


def test_a_table_that_cannot_be_rounded_is_refused_and_not_published_wrongly() -> None:
    cells, sums = fives(1)
    every = Sum("all", tuple(f"c{number}" for number in range(6)))
    with pytest.raises(RoundingError, match="no additive rounding"):
        round_cells(cells | {"all": 6}, [*sums, every], key=KEY, scope="x")


def test_rounding_is_unbiased_over_keys() -> None:
    ups = sum(round_cells({"a": 2}, [], key=bytes([n]) * 32, scope="x").values["a"] == 5 for n in range(250))
    assert 70 <= ups <= 130


def test_every_value_of_a_rounded_table_is_a_multiple_and_marked_zeros_included(tmp_path: Path) -> None:
    frame, _ = exact(persons(1), {}, tmp_path)
    table = published(frame).filter(release_table="arrests_by_sex")
    assert set(table["obs_method"]) == {"R5"}
    assert all(value % 5 == 0 for value in table["obs_value"])
    parts = table.filter(pl.col("sex") != "_T")["obs_value"].sum()
    assert table.filter(sex="_T")["obs_value"].item() == parts


def test_consent_decides_what_is_published_of_a_partner(tmp_path: Path) -> None:
    cells = persons(2)
    frame, _ = exact(cells, {"XKX": "protected", "MKD": "region_only"}, tmp_path)
    result = published(frame).filter(pl.col("measure") == "PERSONS")
    by_type = result.filter(release_table="arrests_by_type")
    assert set(by_type.filter(ref_area="XKX")["obs_method"]) == {"R5"}
    assert set(by_type.filter(ref_area="MKD")["obs_status"]) == {"Q"}
    assert by_type.filter(ref_area="MKD")["obs_value"].null_count() == by_type.filter(ref_area="MKD").height
    told = frame.filter(ref_area="ALB", release_table="arrests_by_type", measure="PERSONS")["obs_value"]
    assert by_type.filter(ref_area="ALB")["obs_value"].to_list() == told.to_list()
    assert set(by_type.filter(ref_area="WB6")["obs_method"]) == {"R5x2"}


def test_a_protected_partner_has_one_rounded_total_in_all_its_tables(tmp_path: Path) -> None:
    frame, _ = exact(persons(3), {"XKX": "protected"}, tmp_path)
    totals = published(frame).filter(
        [pl.col(name) == "_T" for name in DIMENSIONS], ref_area="XKX", measure="PERSONS"
    )
    assert totals.height == 2
    assert totals["obs_value"].n_unique() == 1


def test_the_regional_total_over_hidden_partners_is_the_sum_of_what_is_published(tmp_path: Path) -> None:
    frame, _ = exact(persons(4), {"XKX": "protected", "MKD": "protected"}, tmp_path)
    rows = published(frame).filter(measure="PERSONS", release_table="arrests_by_type")
    region = rows.filter(ref_area="WB6").select(*DIMENSIONS, "obs_value", "obs_method")
    partners = rows.filter(pl.col("ref_area") != "WB6").group_by(DIMENSIONS).agg(pl.col("obs_value").sum())
    both = region.join(partners, on=DIMENSIONS, validate="1:1")
    assert both["obs_value"].to_list() == both["obs_value_right"].to_list()
    assert set(region["obs_method"]) == {"R5x2"}


def test_the_regional_total_is_exact_with_none_or_four_hidden_partners_only(tmp_path: Path) -> None:
    cells = persons(4)
    for hidden, method in (
        ([], ""),
        (["XKX"], "R5x1"),
        (["XKX", "MKD", "ALB"], "R5x1"),
        (["XKX", "MKD", "ALB", "SRB"], ""),
    ):
        frame, _ = exact(cells, dict.fromkeys(hidden, "region_only"), tmp_path)
        total = published(frame).filter(
            [pl.col(name) == "_T" for name in DIMENSIONS],
            ref_area="WB6",
            release_table="arrests_by_type",
            measure="PERSONS",
        )
        assert total["obs_method"].to_list() == [method], hidden


def test_measures_beside_the_main_one_are_hidden_with_the_partner(tmp_path: Path) -> None:
    frame, _ = exact(persons(5), {"XKX": "protected"}, tmp_path)
    operations = published(frame).filter(measure="OPERATIONS")
    assert operations.filter(ref_area="XKX")["obs_status"].to_list() == ["Q"]
    assert operations.filter(ref_area="WB6")["obs_status"].to_list() == ["Q"]
    assert operations.filter(ref_area="ALB")["obs_value"].to_list() == [1]


def test_a_table_that_is_left_out_has_no_value_and_says_so(tmp_path: Path) -> None:
    frame, _ = exact(persons(6), {}, tmp_path)
    table = leave_out(published(frame), "arrests_by_sex", period="2025").filter(
        release_table="arrests_by_sex"
    )
    assert table["obs_value"].null_count() == table.height
    assert set(table["conf_status"]) == {"C"}
    assert set(table["obs_method"]) == {""}


@pytest.mark.parametrize("seed", range(5))
def test_an_exact_breakdown_is_found(seed: int, tmp_path: Path) -> None:
    """The rounded table by sex is replaced by the true one: what a careless editor would publish."""
    frame, truth = exact(persons(seed, mean=3), {}, tmp_path)
    careful = published(frame)
    true = frame.filter(release_table="arrests_by_sex").select(careful.columns)
    careless = pl.concat([careful.filter(pl.col("release_table") != "arrests_by_sex"), true])
    assert "arrests_by_sex" in audited(careless, truth)


def test_figures_that_contradict_each_other_are_no_proof_of_safety(tmp_path: Path) -> None:
    frame, truth = exact(persons(7), {}, tmp_path)
    wrong = published(frame).with_columns(
        pl.when((pl.col("release_table") == "arrests_by_sex") & (pl.col("sex") == "male"))
        .then(pl.lit(9000.0)).otherwise(pl.col("obs_value")).alias("obs_value")
    )  # fmt: skip
    with pytest.raises(ContradictionError, match="contradict each other"):
        audited(wrong, truth)
