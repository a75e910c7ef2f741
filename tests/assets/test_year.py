"""The job of a year runs from the inbox to the release's data, and unchanged input makes no new work."""

from __future__ import annotations

import base64
import json
import re

import dagster as dg
import pytest

from assets.jobs import LOCATION, file_under_location
from assets.tables import content_hash
from pipelines.edition_data import ANNEX_TABLES
from tests.assets.tiny import TO_THE_DATA, YEAR, Place, Run, hand_over, rows_of

PERSONS = [("jihadist", 1371), ("right_wing", 2113)]
REFERENCE = (
    "other_sources",
    "offences",
    "counted_returns",
    "processing_steps",
    "judgements",
    "judgement_scores",
)
EMPTY = ("rates", "revisions", "other_sources", "offences", "judgements", "judgement_scores")


@pytest.fixture(scope="module")
def first(place: Place) -> Run:
    for year in (YEAR - 1, YEAR):
        hand_over(place.inbox, "AAA", year, rows=PERSONS)
        hand_over(place.inbox, "BBB", year)
    return place.run()


def test_the_run_goes_from_the_inbox_to_the_data_of_the_release(place: Place, first: Run) -> None:
    assert first.result.success
    assert set(TO_THE_DATA) <= set(first.materialized)
    data = place.workspace.work_folder("tiny", YEAR) / "release" / "data"
    tables = {f"{name}.csv" for name in ("incidents", "arrests", *ANNEX_TABLES)}
    others = {
        "incidents.json",
        "arrests.json",
        "tables.xlsx",
        "edition.json",
        "provenance.json",
        "structure.json",
    }
    assert {path.name for path in data.iterdir()} == tables | others
    assert all(check.passed for check in first.checks.values())


def test_partner_by_year_is_lit_with_what_was_accepted(first: Run) -> None:
    lit = {name for name in first.materialized if name.startswith("submissions ")}
    assert lit == {f"submissions {partner}|{year}" for partner in ("AAA", "BBB") for year in (2024, 2025)}
    assert "arrests AAA|2025" in first.materialized
    assert not any(name.startswith("incidents ") for name in first.materialized), "nil has no cells"


def test_unchanged_input_gives_the_same_data_versions_and_lights_nothing_again(
    place: Place, first: Run
) -> None:
    again = place.run()
    expected = {name: version for name, version in first.versions.items() if "|" not in name}
    assert again.versions == expected


def test_a_new_submission_changes_the_versions_and_relights_only_its_partner(
    place: Place, first: Run
) -> None:
    folder = hand_over(place.inbox, "BBB", YEAR, submission=2, rows=[("jihadist", 9), ("right_wing", 4)])
    changed = place.run()
    lit = {name for name in changed.materialized if "|" in name}
    assert lit == {"submissions BBB|2025", "arrests BBB|2025"}
    assert changed.versions["exact_arrests"] != first.versions["exact_arrests"]
    assert changed.versions["exact_incidents"] == first.versions["exact_incidents"]
    assert folder.exists(), "the inbox is only read"


def test_no_figure_on_persons_is_in_the_metadata_before_protection(place: Place, first: Run) -> None:
    exact = place.table("exact_arrests")
    values = {f"{value:.0f}" for value in exact["obs_value"].drop_nulls() if value >= 100}
    assert {"1371", "2113", "3484"} <= values
    for name in ("return_verdicts", "received_returns", "reporting", "exact_arrests", "arrests AAA|2025"):
        said = shown(first.materialized[name])
        found = {value for value in values if re.search(rf"(?<![0-9a-f]){value}(?![0-9a-f])", said)}
        assert not found, f"{name} shows {found}"
    for check in first.checks.values():
        if "audit" not in check.check_name:
            assert not values & set(re.findall(r"\d+", f"{check.description} {check.metadata}")), (
                check.check_name
            )


def shown(made: dg.AssetMaterialization) -> str:
    """Everything that the UI shows of a materialisation, charts included; paths are the test's own."""
    parts = [made.description or ""]
    for value in made.metadata.values():
        if isinstance(value, dg.MarkdownMetadataValue):
            parts += [value.md_str, base64.b64decode(value.md_str.split("base64,")[1].rstrip(")")).decode()]
        elif isinstance(value, dg.TableMetadataValue):
            parts.append(json.dumps([record.data for record in value.records]))
        elif not isinstance(value, dg.PathMetadataValue):
            parts.append(str(value.value))
    return "\n".join(parts)


def test_the_hash_of_exact_figures_is_keyed_so_that_it_cannot_be_guessed_back(place: Place) -> None:
    run = place.run(["exact_arrests"])
    exact = place.table("exact_arrests")
    said = run.materialized["exact_arrests"].metadata["content_hash"].value
    assert said == content_hash(exact, place.workspace.rounding_key())
    assert said != content_hash(exact, b"")


def test_metadata_has_rows_columns_in_words_a_table_and_a_chart(first: Run) -> None:
    """But for a chart of what is published as it stands, and rows where the tiny region has nothing to say."""
    for name in TO_THE_DATA:
        metadata = first.materialized[name].metadata
        kinds = {type(value) for value in metadata.values()}
        charts = set() if name in REFERENCE else {dg.MarkdownMetadataValue}
        assert {dg.TableMetadataValue, *charts} <= kinds, name
        if name != "release_data":
            columns = metadata["dagster/column_schema"].value.columns
            assert all(column.description for column in columns), name
            assert metadata["dagster/row_count"].value > 0 or name in EMPTY, (
                "no population, no edition before"
            )
    assert rows_of(first.materialized["exact_arrests"].metadata, "figures_by_release_table")


def test_a_run_from_the_command_line_is_filed_where_the_ui_looks(place: Place, first: Run) -> None:
    file_under_location(place.instance, first.result.run_id)
    run = place.instance.get_run_by_id(first.result.run_id)
    assert run is not None
    assert run.tags[".dagster/repository"] == f"__repository__@{LOCATION}"
    assert run.remote_job_origin is not None
    assert run.remote_job_origin.location_name == LOCATION
