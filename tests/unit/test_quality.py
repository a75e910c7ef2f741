"""The quality report: counts of what was reported and asked, and shares of published figures alone."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from data_contracts.catalog import load_catalog
from data_contracts.interface import load_interface
from pipelines.quality import CONCEPTS, QUALITY, quality
from pipelines.quality_intake import Intake
from pipelines.questions import Question
from tests.unit.test_revisions import figure, published, reporting

CATALOG = load_catalog()
REGION = CATALOG.region("western_balkans").model_copy(update={"datasets": ("arrests",)})
NOTHING = Intake(None, (), frozenset())


def states(**of: str) -> pl.DataFrame:
    """The table of reporting of 2024: partner to state."""
    rows = [
        {"partner": partner, "reference_year": 2024, "dataset": "arrests", "state": state}
        for partner, state in of.items()
    ]
    return pl.DataFrame(rows, schema_overrides={"reference_year": pl.Int32})


def found(
    *rows: dict[str, str],
    intake: dict[str, Intake] | None = None,
    root: Path | None = None,
    of: dict[str, str] | None = None,
) -> dict[tuple[str, str, str], tuple[str, str]]:
    """By area, dataset and indicator, detail and value; `root` is where an edition with other figures is published."""
    last = None
    if root is not None:
        then = [figure("SRB", "10"), figure("ALB", "0"), figure("WB6", "10", OBS_METHOD="R5")]
        last = published(root, then, reporting(SRB="1"), year=2023)
    frame = quality(
        {"arrests": pl.DataFrame(list(rows) or [figure("SRB", "10")])}, states(**(of or {"SRB": "reported"})),
        intake or {}, last, catalog=CATALOG, region=REGION, year=2024,
    )  # fmt: skip
    assert frame.columns == list(QUALITY)
    assert not frame.select("ref_area", "dataset", "indicator", "detail").is_duplicated().any()
    return {
        (row["ref_area"], row["dataset"], row["indicator"]): (row["detail"], row["value"])
        for row in frame.iter_rows(named=True)
    }


def test_completeness_leaves_out_what_does_not_apply_and_counts_nil_as_an_answer() -> None:
    of = {
        "SRB": "reported",
        "ALB": "nil",
        "MNE": "missing",
        "BIH": "not_available",
        "MKD": "not_applicable",
        "XKX": "partial",
    }
    by = found(of=of)
    assert by["WB6", "arrests", "data_completeness"] == ("3 of 5", "0.600")
    assert by["WB6", "arrests", "unit_non_response"] == ("1 of 6", "0.167")
    assert by["WB6", "arrests", "partial_coverage"] == ("", "1")
    assert by["MNE", "", "data_completeness"] == ("0 of 1", "0.000")
    assert by["MKD", "", "data_completeness"] == ("0 of 0", "")


def test_punctuality_is_that_of_the_first_return_that_was_accepted() -> None:
    intake = {
        "SRB": Intake("2025-04-02T08:00:00Z", (), frozenset()),
        "ALB": Intake("2025-03-31T23:59:59Z", (), frozenset()),
        "MNE": NOTHING,
    }
    by = found(intake=intake)
    assert by["SRB", "", "days_after_deadline"] == ("", "2")
    assert by["ALB", "", "days_after_deadline"] == ("", "0")
    assert ("MNE", "", "days_after_deadline") not in by


def test_questions_are_counted_and_named_only_where_the_figures_are_published_as_reported() -> None:
    asked = (
        Question("T2-unlikely-change", "arrests", confirmed=True),
        Question("T4-definitions", None, confirmed=False),
        Question("T2-unlikely-change", "incidents", confirmed=False),
    )
    intake = {
        "SRB": Intake("2025-03-01T00:00:00Z", asked, frozenset({"arrests"})),
        "XKX": Intake("2025-03-01T00:00:00Z", asked, frozenset()),
    }
    by = found(intake=intake)
    assert by["SRB", "arrests", "questions"] == ("T2-unlikely-change T4-definitions", "2")
    assert by["SRB", "arrests", "questions_confirmed"] == ("T2-unlikely-change", "1")
    assert by["XKX", "arrests", "questions"] == ("", "2")
    assert by["XKX", "", "questions"] == ("", "3")


def test_shares_come_from_published_figures_and_say_that_they_are_rounded() -> None:
    rows = [
        figure("WB6", "40", OBS_METHOD="R5"), figure("WB6", "10", SEX="not_specified", OBS_METHOD="R5"),
        figure("SRB", "8"), figure("SRB", "2", TYPE_OF_TERRORISM="not_specified"),
        figure("ALB", ""), figure("ALB", "2", TYPE_OF_TERRORISM="not_specified"),
    ]  # fmt: skip
    by = found(*rows)
    assert by["WB6", "arrests", "not_specified_share"] == ("sex, rounded", "0.250")
    assert by["SRB", "arrests", "not_specified_share"] == ("type_of_terrorism", "0.250")
    assert ("ALB", "arrests", "not_specified_share") not in by


def test_a_series_is_comparable_up_to_the_last_break_or_gap() -> None:
    years = {2020: "1", 2021: "", 2022: "2", 2023: "3", 2024: "4"}
    rows = [figure("SRB", value, TIME_PERIOD=str(year)) for year, value in years.items()]
    rows += [
        figure("ALB", "5", TIME_PERIOD=str(year), OBS_NOTE="break" if year == 2023 else "")
        for year in range(2020, 2025)
    ]
    by = found(*rows)
    assert by["SRB", "arrests", "comparable_years"] == ("", "3")
    assert by["ALB", "arrests", "comparable_years"] == ("", "2")
    assert by["MNE", "arrests", "comparable_years"] == ("", "0")


def test_revisions_are_counted_and_measured_on_figures_that_nobody_rounded(tmp_path: Path) -> None:
    rows = [figure("SRB", "13"), figure("ALB", "1"), figure("WB6", "15", OBS_METHOD="R5"), figure("MNE", "1")]
    by = found(*rows, root=tmp_path)
    assert by["SRB", "arrests", "figures_revised"] == ("", "1")
    assert by["SRB", "arrests", "mean_relative_revision"] == ("1 figures", "0.3000")
    assert by["WB6", "arrests", "figures_revised"] == ("", "1")
    for area in ("ALB", "WB6"):
        assert (area, "arrests", "mean_relative_revision") not in by
    assert ("MNE", "arrests", "figures_compared") not in by


def test_every_indicator_and_concept_is_described_in_the_interface() -> None:
    annex = {table.name: table for table in load_interface(CATALOG.root).annex}["quality"]
    columns = {column.name: column.codes for column in annex.columns}
    assert set(columns["indicator"]) == set(CONCEPTS)
    assert set(columns["concept"]) == set(CONCEPTS.values())
