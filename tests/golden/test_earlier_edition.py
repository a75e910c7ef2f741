"""The demonstration's earlier edition is what its returns of that time give, to the byte, and the next builds on it."""

from __future__ import annotations

from pathlib import Path

from examples.demonstration.earlier_edition import PLACE, PUBLISHED_ON, REGION, YEAR, main
from pipelines.checksums import checksum_problems
from tests.editions import Built


def test_the_earlier_edition_can_be_made_again_with_the_same_bytes(tmp_path: Path) -> None:
    main(tmp_path / PLACE.name)
    made, shipped = (
        {
            path.relative_to(folder).as_posix(): path.read_bytes()
            for path in folder.rglob("*")
            if path.is_file()
        }
        for folder in (tmp_path / PLACE.name, PLACE)
    )
    assert set(made) == set(shipped)
    assert [name for name in sorted(made) if made[name] != shipped[name]] == []
    assert checksum_problems(PLACE) == []


def test_returns_that_came_later_are_revisions_in_the_next_edition(demonstration: Built) -> None:
    rows = list(demonstration.rows("revisions"))
    assert {row["edition_then"] for row in rows} == {str(YEAR)}
    assert {row["time_period"] for row in rows} == {str(YEAR)}
    assert {row["reasons"] for row in rows} == {"late_return", "new_submission", "late_return;new_submission"}
    later = {row["partner"] for row in demonstration.rows("reporting") if _came_later(row)}
    assert later == {"ALB", "MNE", "SRB"}
    assert {row["ref_area"] for row in rows} == {*later, "WB6"}


def _came_later(row: dict[str, str]) -> bool:
    return row["reference_year"] == str(YEAR) and row["received_at"][:10] > PUBLISHED_ON


def test_every_value_with_the_note_is_in_the_list_and_every_one_in_the_list_has_the_note(
    demonstration: Built,
) -> None:
    listed = [row for row in demonstration.rows("revisions") if row["value_now"]]
    noted = [
        row
        for dataset in ("incidents", "arrests", "convictions")
        for row in demonstration.rows(dataset)
        if "revised" in row["OBS_NOTE"].split(";")
    ]
    assert len(listed) == len(noted) > 50


def test_the_triangle_of_the_report_has_both_editions(demonstration: Built) -> None:
    header, *rows = demonstration.tables()["tbl-revision-triangle"]
    attacks = [dict(zip(header, row, strict=True)) for row in rows if row[0] == "Attacks"]
    assert [row["Edition"] for row in attacks] == ["2024", "2025"]
    assert (attacks[0]["2024"], attacks[1]["2024"]) == ("12", "13")
    assert REGION == "western_balkans"


def test_the_report_says_which_totals_were_revised_and_how_good_the_figures_are(demonstration: Built) -> None:
    tables = demonstration.tables()
    revised = {(row[0], row[1]): row[2:] for row in tables["tbl-revised-totals"][1:]}
    assert revised["Albania", "Attacks"] == ["2024", "New submission", "1", "2"]
    returns = {row[0]: row[1:] for row in tables["tbl-quality-returns"][1:]}
    assert returns["Montenegro"] == ["0 of 3", "0", "–", "–"]
    assert returns["Serbia"][:3] == ["3 of 3", "0", "2"]
