"""Sums, states and `n of m` partners, on a handful of cells."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from data_contracts.catalog import load_catalog
from pipelines.release import sdmx_columns, to_sdmx
from pipelines.statistics import exact_observations, read_cells

CATALOG = load_catalog()
REGION = CATALOG.region("western_balkans")
CONTRACT = CATALOG.contracts["arrests"]


def arrest(**over: object) -> dict[str, object]:
    row: dict[str, object] = {name: "_T" for name in CONTRACT.dimension_names}
    return {
        "partner": "ALB",
        "reference_year": 2025,
        "submission": 1,
        **row,
        "persons": 1,
        "charged": None,
        **over,
    }


def line(**over: object) -> dict[str, object]:
    base = {
        "partner": "ALB", "reference_year": 2025, "submission": 1, "dataset": "arrests", "status": "reported",
        "coverage": "complete", "break_in_series": False, "release": "exact", "not_collected": [], "operations": 2,
    }  # fmt: skip
    return {**base, **over}


def observations(
    folder: Path, cells: list[dict[str, object]], lines: list[dict[str, object]]
) -> pl.DataFrame:
    paths = []
    if cells:
        paths = [folder / "cells.parquet"]
        measures = {column.name: pl.Int64 for column in CONTRACT.measures}
        pl.DataFrame(cells, schema_overrides=measures).write_parquet(paths[0])
    returns = pl.DataFrame(lines, schema_overrides={"not_collected": pl.List(pl.String)})
    read = read_cells(paths, catalog=CATALOG, contract=CONTRACT)
    return exact_observations(read, returns, catalog=CATALOG, contract=CONTRACT, region=REGION, year=2025)


def one(
    frame: pl.DataFrame, table: str, area: str, measure: str = "PERSONS", **codes: str
) -> dict[str, object]:
    wanted = {name: "_T" for name in CONTRACT.dimension_names} | codes
    found = frame.filter(
        [pl.col(name) == code for name, code in wanted.items()],
        release_table=table, ref_area=area, measure=measure, time_period="2025",
    )  # fmt: skip
    assert found.height == 1
    return found.row(0, named=True)


def test_a_code_without_a_row_is_zero_and_a_table_without_the_dimension_is_not_available(
    tmp_path: Path,
) -> None:
    frame = observations(tmp_path, [arrest(type_of_terrorism="jihadist", persons=4)], [line()])
    assert one(frame, "arrests_by_type", "ALB", type_of_terrorism="jihadist")["obs_value"] == 4
    zero = one(frame, "arrests_by_type", "ALB", type_of_terrorism="right_wing")
    assert (zero["obs_value"], zero["obs_status"]) == (0, "A")
    missing = one(frame, "arrests_by_legal_basis", "ALB", offence="D541")
    assert (missing["obs_value"], missing["obs_status"], missing["obs_note"]) == (
        None,
        "O",
        "not_broken_down",
    )
    assert one(frame, "arrests_by_legal_basis", "ALB")["obs_value"] == 4


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("nil", (0.0, "A", "")),
        ("not_available", (None, "O", "not_available")),
        ("not_applicable", (None, "M", "not_applicable")),
        (None, (None, "L", "no_return")),
    ],
)
def test_a_zero_and_the_kinds_of_no_value_stay_apart(
    tmp_path: Path, status: str | None, expected: tuple[float | None, str, str]
) -> None:
    lines = [line(partner="SRB")] + ([line(status=status)] if status else [])
    frame = observations(tmp_path, [arrest(partner="SRB")], lines)
    found = one(frame, "arrests_by_type", "ALB", type_of_terrorism="other")
    assert (found["obs_value"], found["obs_status"], found["obs_note"]) == expected


def test_the_regional_total_says_of_how_many_partners(tmp_path: Path) -> None:
    lines = [line(), line(partner="SRB", status="nil"), line(partner="MNE", status="not_available")]
    frame = observations(tmp_path, [arrest(persons=3)], lines)
    total = one(frame, "arrests_by_type", "WB6")
    assert (total["obs_value"], total["partners_reporting"]) == (3, "2 of 6")


def test_all_unspecified_makes_the_other_codes_not_available_and_a_part_makes_them_at_least(
    tmp_path: Path,
) -> None:
    cells = [
        arrest(type_of_terrorism="not_specified", persons=5),
        arrest(partner="SRB", type_of_terrorism="not_specified"),
        arrest(partner="SRB", type_of_terrorism="jihadist", persons=2),
    ]
    frame = observations(tmp_path, cells, [line(), line(partner="SRB")])
    albania = one(frame, "arrests_by_type", "ALB", type_of_terrorism="jihadist")
    assert (albania["obs_value"], albania["obs_status"], albania["obs_note"]) == (None, "O", "not_specified")
    assert one(frame, "arrests_by_type", "ALB", type_of_terrorism="not_specified")["obs_value"] == 5
    serbia = one(frame, "arrests_by_type", "SRB", type_of_terrorism="jihadist")
    assert (serbia["obs_value"], serbia["obs_note"]) == (2, "at_least")


def test_a_code_that_is_not_collected_is_not_a_zero(tmp_path: Path) -> None:
    lines = [line(not_collected=["type_of_terrorism=right_wing"])]
    frame = observations(tmp_path, [arrest(type_of_terrorism="jihadist")], lines)
    found = one(frame, "arrests_by_type", "ALB", type_of_terrorism="right_wing")
    assert (found["obs_value"], found["obs_status"], found["obs_note"]) == (None, "O", "not_collected")


def test_two_tables_of_one_return_are_never_added_together(tmp_path: Path) -> None:
    cells = [arrest(type_of_terrorism="jihadist", persons=4), arrest(offence="financing", persons=4)]
    frame = observations(tmp_path, cells, [line()])
    assert one(frame, "arrests_by_type", "ALB")["obs_value"] == 4
    assert one(frame, "arrests_by_legal_basis", "ALB", offence="D541")["obs_value"] == 4


def test_an_unknown_count_is_not_a_zero(tmp_path: Path) -> None:
    cells = [arrest(type_of_terrorism="jihadist"), arrest(type_of_terrorism="other", charged=1)]
    frame = observations(tmp_path, cells, [line()])
    unknown = one(frame, "arrests_by_type", "ALB", "CHARGED", type_of_terrorism="jihadist")
    assert (unknown["obs_value"], unknown["obs_status"]) == (None, "O")
    total = one(frame, "arrests_by_type", "ALB", "CHARGED")
    assert (total["obs_value"], total["obs_note"]) == (1, "at_least")


def test_a_break_marks_the_value(tmp_path: Path) -> None:
    frame = observations(tmp_path, [arrest()], [line(break_in_series=True)])
    assert one(frame, "arrests_by_type", "ALB")["obs_status"] == "B"
    assert one(frame, "arrests_by_type", "WB6")["obs_status"] == "B"


def test_the_file_has_the_columns_of_the_interface_and_one_row_a_key(tmp_path: Path) -> None:
    frame = observations(tmp_path, [arrest(persons=3)], [line()])
    sdmx = to_sdmx(frame, contract=CONTRACT)
    assert sdmx.columns == sdmx_columns(CONTRACT) == [
        "STRUCTURE", "STRUCTURE_ID", "ACTION", "FREQ", "REF_AREA", "TIME_PERIOD", "TYPE_OF_TERRORISM", "OFFENCE",
        "SEX", "AGE_GROUP", "CITIZENSHIP", "MEASURE", "OBS_VALUE", "OBS_STATUS", "CONF_STATUS", "OBS_METHOD",
        "OBS_NOTE", "PARTNERS_REPORTING",
    ]  # fmt: skip
    keys = sdmx.select("REF_AREA", "TIME_PERIOD", *[n.upper() for n in CONTRACT.dimension_names], "MEASURE")
    assert keys.is_duplicated().sum() == 0
    assert "3" in sdmx["OBS_VALUE"].to_list()
    assert "3.0" not in sdmx["OBS_VALUE"].to_list()


def test_at_least_zero_is_no_figure(tmp_path: Path) -> None:
    lines = [line(), line(partner="SRB", status="nil")]
    frame = observations(tmp_path, [arrest(persons=3)], lines)
    by_type = one(frame, "arrests_by_type", "WB6", type_of_terrorism="jihadist")
    assert (by_type["obs_value"], by_type["obs_status"], by_type["obs_note"]) == (
        None,
        "O",
        "not_broken_down",
    )
    assert one(frame, "arrests_by_type", "WB6")["obs_value"] == 3
