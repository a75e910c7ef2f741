"""The marks on published figures: by written rules, one status for all, and from parts to sums."""

from __future__ import annotations

import polars as pl
import pytest

from data_contracts.catalog import PACKAGE_ROOT, load_catalog
from data_contracts.interface import load_interface
from pipelines.marks import with_marks
from pipelines.shown import shown

CATALOG = load_catalog()
REGION = CATALOG.region("western_balkans")
CONTRACT = CATALOG.contracts["arrests"]
Row = dict[str, str]


def figure(value: str, *, area: str = "SRB", year: int = 2025, note: str = "", **codes: str) -> Row:
    """A row of SDMX-CSV with persons; `_T` in every dimension that is not given."""
    dimensions = {name.upper(): codes.get(name, "_T") for name in CONTRACT.dimension_names}
    status = "O" if value == "" else "B" if "break" in note else "A"
    return {
        "REF_AREA": area, "TIME_PERIOD": str(year), **dimensions, "MEASURE": "PERSONS", "OBS_VALUE": value,
        "OBS_STATUS": status, "CONF_STATUS": "F", "OBS_METHOD": "", "OBS_NOTE": note, "PARTNERS_REPORTING": "",
    }  # fmt: skip


def marked(*rows: Row, state: str = "reported", **open_warnings: int) -> list[tuple[str, str]]:
    """Status and notes of figures, beside a table of reporting with so many open warnings by partner."""
    reporting = pl.DataFrame(
        [
            {"partner": partner, "reference_year": 2025, "dataset": dataset, "state": state, "open_warnings": number}
            for partner, number in open_warnings.items()
            for dataset in ("arrests",)
        ],
        schema={
            "partner": pl.String, "reference_year": pl.Int32, "dataset": pl.String, "state": pl.String,
            "open_warnings": pl.Int32,
        },
    )  # fmt: skip
    frame = with_marks(pl.DataFrame(list(rows)), reporting, contract=CONTRACT, region=REGION, year=2025)
    return frame.select("OBS_STATUS", "OBS_NOTE").rows()


def test_a_figure_of_the_year_is_provisional_until_the_partner_has_answered() -> None:
    rows = [
        figure("7"),
        figure("7", year=2024),
        figure("7", area="ALB"),
        figure("14", area="WB6"),
        figure(""),
    ]
    assert marked(*rows, SRB=1, ALB=0) == [
        ("P", "provisional"), ("A", ""), ("A", ""), ("P", "provisional"), ("O", ""),
    ]  # fmt: skip
    assert set(marked(*rows, SRB=0, ALB=0)) == {("A", ""), ("O", "")}
    assert marked(figure("7", area="WB6"), state="not_available", SRB=1) == [("A", "")]


def parts(unspecified: str, *, total: str = "10") -> list[Row]:
    return [
        figure(total), figure(unspecified, sex="not_specified"), figure("6", sex="male"), figure("", sex="female"),
        figure("4", age_group="under_18"),
    ]  # fmt: skip


def test_more_than_a_fifth_not_specified_makes_the_other_codes_of_that_dimension_unreliable() -> None:
    low = ("U", "low_reliability")
    assert marked(*parts("3")) == [("A", ""), ("A", ""), low, ("O", ""), ("A", "")]
    assert marked(*parts("2")) == [("A", ""), ("A", ""), ("A", ""), ("O", ""), ("A", "")]
    assert marked(*parts("0", total="0"))[2] == ("A", "")
    assert marked(*parts("")) == [("A", ""), ("O", ""), ("A", ""), ("O", ""), ("A", "")]


def test_there_is_one_status_for_all_marks_and_the_notes_hold_them_all() -> None:
    total, unspecified = figure("10"), figure("5", sex="not_specified")
    male = figure("5", sex="male", note="partial;at_least")
    broken = figure("5", sex="male", note="break;partial")
    assert marked(total, unspecified, male, SRB=2)[2] == ("U", "partial;at_least;low_reliability;provisional")
    assert marked(total, unspecified, broken, SRB=2)[2] == ("B", "break;partial;low_reliability;provisional")
    assert marked(figure("5", note="partial"), SRB=2)[0] == ("P", "partial;provisional")


@pytest.mark.parametrize(
    ("value", "about", "text"),
    [
        (0.0, {}, "0"),
        (0.0, {"method": "R5"}, "~0"),
        (12.0, {"note": "revised;provisional;partial;low_reliability;break"}, "12 bupir"),
        (3.0, {"note": "at_least", "method": "R5"}, "≥~3"),
        (51.0, {"method": "R5x2", "note": "break"}, "~51 b"),
        (2.5, {"method": "half_year_mean"}, "2.5"),
        (None, {"status": "Q"}, "[c]"),
        (None, {"status": "L", "note": "no_return"}, "[n]"),
        (None, {"status": "M"}, "[z]"),
        (None, {"status": "O", "note": "not_broken_down"}, "[x]"),
    ],
)
def test_a_figure_is_shown_with_all_its_marks(value: float | None, about: Row, text: str) -> None:
    told = {"status": "A", "method": "", "note": ""} | about
    assert shown(value, status=told["status"], method=told["method"], note=told["note"]) == text


def test_no_two_notes_have_the_same_mark() -> None:
    notes = load_interface(PACKAGE_ROOT).observation_column("OBS_NOTE").values
    letters = [note.mark for note in notes if note.mark]
    assert len(letters) == len(set(letters))
