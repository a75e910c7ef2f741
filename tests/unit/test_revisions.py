"""What an edition says of earlier ones: which figures differ, by how much, and why; and the headline series."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import polars as pl
import pytest

from data_contracts.catalog import load_catalog
from pipelines.checksums import write_checksums
from pipelines.edition_data import ANNEX_TABLES
from pipelines.editions import PublishedEdition, last_of, publish, published_editions
from pipelines.marks import with_revised
from pipelines.release import write_json
from pipelines.revisions import REVISIONS, revisions, side_by_side, years_of
from pipelines.triangle import revision_triangle

CATALOG = load_catalog()
REGION = CATALOG.region("western_balkans")
CONTRACT = CATALOG.contracts["arrests"]
HEAD = {"STRUCTURE": "dataflow", "STRUCTURE_ID": "TESAT:DF_ARRESTS(1.0)", "ACTION": "I", "FREQ": "A"}
Row = dict[str, str]


def figure(area: str, value: str, **over: str) -> Row:
    """A row of SDMX-CSV: persons of 2024, in total."""
    dimensions = {name.upper(): "_T" for name in CONTRACT.dimension_names}
    tail = {"MEASURE": "PERSONS", "OBS_VALUE": value, "OBS_STATUS": "A" if value else "O", "CONF_STATUS": "F"}
    tail |= {"OBS_METHOD": "", "OBS_NOTE": "", "PARTNERS_REPORTING": ""}
    return HEAD | {"REF_AREA": area, "TIME_PERIOD": "2024"} | dimensions | tail | over


def reporting(**submissions: str) -> pl.DataFrame:
    """The table of reporting of 2024: partner to number, `missing` without one."""
    rows = [
        {
            "partner": partner, "reference_year": 2024, "dataset": "arrests",
            "state": "missing" if number == "missing" else "reported", "submission": number,
        }
        for partner, number in submissions.items()
    ]  # fmt: skip
    return pl.DataFrame(rows)


def published(root: Path, rows: Sequence[Row], then: pl.DataFrame, *, year: int = 2024) -> PublishedEdition:
    """An edition that was published with these figures."""
    folder = root / f"western_balkans-{year}"
    (folder / "data").mkdir(parents=True, exist_ok=True)
    pl.DataFrame(rows).write_csv(folder / "data" / "arrests.csv")
    then.write_csv(folder / "data" / "reporting.csv")
    write_json({"region": "western_balkans", "year": year}, folder / "data" / "edition.json")
    write_checksums(folder)
    publish(folder, store=root / "store", region="western_balkans", year=year)
    edition = last_of(published_editions(root / "store", region="western_balkans"))
    assert edition is not None
    return edition


def revised(
    root: Path, then: Sequence[Row], now: Sequence[Row], before: pl.DataFrame, after: pl.DataFrame
) -> list[Row]:
    last = published(root, then, before)
    frame = revisions({"arrests": pl.DataFrame(now)}, after, last, catalog=CATALOG, region=REGION)
    assert frame.columns == list(REVISIONS)
    return frame.to_dicts()


def test_a_new_submission_is_named_with_its_numbers_and_the_difference(tmp_path: Path) -> None:
    (found,) = revised(
        tmp_path, [figure("SRB", "10"), figure("ALB", "3")], [figure("SRB", "13"), figure("ALB", "3")],
        reporting(SRB="1", ALB="1"), reporting(SRB="2", ALB="2"),
    )  # fmt: skip
    assert (found["ref_area"], found["value_then"], found["value_now"], found["difference"]) == (
        "SRB",
        "10",
        "13",
        "3",
    )
    assert (found["reasons"], found["submissions"], found["edition_then"]) == (
        "new_submission",
        "SRB 1 to 2",
        "2024",
    )


@pytest.mark.parametrize(
    ("then", "now", "before", "after", "reason", "difference"),
    [
        (figure("SRB", "", OBS_STATUS="L"), figure("SRB", "4"), "missing", "1", "late_return", ""),
        (figure("SRB", "4"), figure("SRB", "", OBS_STATUS="L"), "1", "missing", "withdrawn_return", ""),
        (figure("SRB", "4"), figure("SRB", "5", OBS_NOTE="break"), "1", "1", "break", "1"),
        (figure("SRB", "4"), figure("SRB", "5", STRUCTURE_ID="TESAT:DF_ARRESTS(2.0)"), "1", "1", "definitions", "1"),
        (figure("SRB", "4"), figure("SRB", "5", OBS_METHOD="R5"), "1", "1", "protection", ""),
        (figure("SRB", "4"), figure("SRB", "", OBS_STATUS="Q", CONF_STATUS="C"), "1", "1", "protection", ""),
        (figure("SRB", "5", OBS_METHOD="R5"), figure("SRB", "10", OBS_METHOD="R5"), "1", "2", "new_submission", ""),
        (figure("SRB", "4"), figure("SRB", "5"), "1", "1", "computation", "1"),
        (figure("SRB", "", OBS_STATUS="O"), figure("SRB", "", OBS_STATUS="M"), "1", "2", "new_submission", ""),
    ],
)  # fmt: skip
def test_every_kind_of_revision_has_its_reason(  # noqa: PLR0917
    tmp_path: Path, then: Row, now: Row, before: str, after: str, reason: str, difference: str
) -> None:
    (found,) = revised(tmp_path, [then], [now], reporting(SRB=before), reporting(SRB=after))
    assert (found["reasons"], found["difference"]) == (reason, difference)


def test_a_figure_that_says_the_same_is_no_revision(tmp_path: Path) -> None:
    then = [figure("SRB", "4", OBS_STATUS="P", OBS_NOTE="provisional"), figure("ALB", "", OBS_STATUS="Q")]
    now = [figure("SRB", "4"), figure("ALB", "", OBS_STATUS="Q"), figure("MNE", "1")]
    assert revised(tmp_path, then, now, reporting(SRB="1"), reporting(SRB="2")) == []


def test_a_regional_figure_is_explained_by_the_partners_whose_figure_of_the_same_codes_changed(
    tmp_path: Path,
) -> None:
    female = {"SEX": "female"}
    then = [figure("WB6", "14"), figure("SRB", "10"), figure("ALB", "4"), figure("WB6", "6", **female)]
    now = [figure("WB6", "17"), figure("SRB", "13"), figure("ALB", "4"), figure("WB6", "8", **female)]
    found = revised(tmp_path, then, now, reporting(SRB="1", ALB="1"), reporting(SRB="2", ALB="2"))
    by_codes = {row["codes"]: row["submissions"] for row in found if row["ref_area"] == "WB6"}
    assert by_codes == {"": "SRB 1 to 2", "sex=female": "ALB 1 to 2; SRB 1 to 2"}


def test_without_an_earlier_edition_there_is_nothing_to_say(tmp_path: Path) -> None:
    frame = revisions(
        {"arrests": pl.DataFrame([figure("SRB", "4")])}, reporting(), None, catalog=CATALOG, region=REGION
    )
    assert (frame.height, frame.columns) == (0, list(REVISIONS))


def test_an_edition_with_other_dimensions_is_compared_where_both_say_something(tmp_path: Path) -> None:
    then = [
        {name: value for name, value in row.items() if name != "SEX"} | {"OLD": row["SEX"]}
        for row in (figure("SRB", "10"), figure("SRB", "2", SEX="female"))
    ]
    columns = [name if name != "SEX" else "OLD" for name in figure("SRB", "1")]
    last = published(tmp_path, [{name: row[name] for name in columns} for row in then], reporting(SRB="1"))
    now = pl.DataFrame([figure("SRB", "11"), figure("SRB", "3", SEX="female")])
    beside = side_by_side(now, last, contract=CONTRACT)
    assert beside.select("OBS_VALUE", "OBS_VALUE_then", "revised").rows() == [("11", "10", True)]


def test_the_note_revised_stands_on_values_that_differ_and_nowhere_else(tmp_path: Path) -> None:
    last = published(
        tmp_path, [figure("SRB", "10"), figure("ALB", "3"), figure("BIH", "2")], reporting(SRB="1")
    )
    now = pl.DataFrame([figure("SRB", "13", OBS_NOTE="partial"), figure("ALB", "3"), figure("BIH", "")])
    changed = revisions({"arrests": now}, reporting(SRB="2"), last, catalog=CATALOG, region=REGION)
    noted = with_revised(now, changed, contract=CONTRACT)
    assert noted["OBS_NOTE"].to_list() == ["partial;revised", "", ""]
    assert noted.columns == now.columns


def test_the_triangle_holds_every_version_of_every_edition_and_this_one(tmp_path: Path) -> None:
    directive = {"OFFENCE": "D541"}
    for rows in ([figure("WB6", "40", **directive)], [figure("WB6", "41", **directive)]):
        published(tmp_path, rows, reporting(SRB="1"))
    now = [
        figure("WB6", "45", OBS_STATUS="B", **directive),
        figure("WB6", "50", TIME_PERIOD="2025", **directive),
    ]
    empty = pl.DataFrame([figure("WB6", "1")]).clear()
    frame = revision_triangle(
        {"incidents": empty.with_columns(ATTACK_STATUS=pl.lit("")), "arrests": pl.DataFrame(now), "convictions": empty.with_columns(VERDICT=pl.lit(""))},
        published_editions(tmp_path / "store", region="western_balkans", until=2024),
        year=2025, catalog=CATALOG, region=REGION,
    )  # fmt: skip
    assert frame.filter(series="arrests_directive").select(
        "reference_year", "edition", "value", "status"
    ).rows() == [
        (2024, "2024", "40", "A"),
        (2024, "2024 v2", "41", "A"),
        (2024, "2025", "45", "B"),
        (2025, "2025", "50", "A"),
    ]


def test_the_years_of_a_pooled_period_are_all_of_it() -> None:
    assert years_of("2024") == ("2024",)
    assert years_of("2021-01-01/P3Y") == ("2021", "2022", "2023")


def test_all_tables_of_this_module_are_published() -> None:
    assert {"revisions", "revision_triangle", "quality"} <= set(ANNEX_TABLES)
