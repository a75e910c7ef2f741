"""Editions one after another: what the next says of the last, and that publishing an edition does not change it."""

from __future__ import annotations

from pathlib import Path

import dagster as dg
import pytest

from pipelines.checksums import write_checksums
from pipelines.editions import publish
from tests.assets.tiny import REGION, Place, Run, hand_over, rows_of


def released(place: Place, year: int) -> dict[str, bytes]:
    """The data files of an edition, by name."""
    folder = place.workspace.work_folder(REGION, year) / "release" / "data"
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def published(place: Place, year: int) -> str:
    folder = place.workspace.work_folder(REGION, year) / "release"
    write_checksums(folder)
    return publish(folder, store=Path(place.workspace.store_folder), region=REGION, year=year).status


@pytest.fixture(scope="module")
def second(place: Place) -> Run:
    """The edition of 2025, after that of 2024 was published and one of its returns handed over again."""
    for partner, year in (("AAA", 2024), ("BBB", 2024), ("AAA", 2025), ("BBB", 2025)):
        hand_over(place.inbox, partner, year)
    assert place.run(year=2024).result.success
    assert published(place, 2024) == "published"
    rows = (("jihadist", 9), ("right_wing", 4))
    hand_over(place.inbox, "AAA", 2024, submission=2, rows=rows)
    run = place.run(year=2025)
    assert run.result.success
    return run


def test_a_revision_shows_in_the_figures_the_list_the_triangle_and_the_ui(second: Run, place: Place) -> None:
    found = place.table("revisions").filter(codes="", measure="PERSONS").to_dicts()
    assert [(row["ref_area"], row["value_then"], row["value_now"], row["difference"]) for row in found] == [
        ("AAA", "12", "13", "1"), ("TINY", "24", "25", "1"),
    ]  # fmt: skip
    assert {(row["reasons"], row["submissions"], row["time_period"]) for row in found} == {
        ("new_submission", "AAA 1 to 2", "2024")
    }
    lines = released(place, 2025)["arrests.csv"].decode().splitlines()
    revised = [line for line in lines if "revised" in line]
    assert len(revised) == place.table("revisions").filter(dataset="arrests").height
    assert all(",2024," in line for line in revised)
    shown = rows_of(second.materialized["revisions"].metadata, "first")
    assert len(shown) == place.table("revisions").height
    stated = place.table("revision_triangle").filter(reference_year=2024)
    assert stated["edition"].to_list() == ["2024", "2025"]


def test_an_edition_has_the_same_bytes_before_and_after_it_was_published_itself(
    second: Run, place: Place
) -> None:
    before = released(place, 2025)
    assert published(place, 2025) == "published"
    again = place.run(year=2025)
    assert again.result.success
    assert released(place, 2025) == before
    assert published(place, 2025) == "unchanged"


def test_the_first_edition_has_an_empty_list_and_a_triangle_of_itself(second: Run, place: Place) -> None:
    assert place.table("revisions", year=2024).is_empty()
    assert set(place.table("revision_triangle", year=2024)["edition"]) == {"2024"}


def test_the_data_of_an_edition_are_csv_json_and_a_workbook(second: Run, place: Place) -> None:
    names = set(released(place, 2025))
    assert {"arrests.csv", "arrests.json", "tables.xlsx", "revisions.csv", "quality.csv"} <= names
    assert isinstance(second.materialized["quality"].metadata["data_completeness"], dg.MarkdownMetadataValue)
