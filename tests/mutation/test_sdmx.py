"""Our own SDMX-CSV as a form of a return: read like a table, its own faults each named, in the sender's rows."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
import yaml

from data_contracts.translations import translated
from pipelines.annotated import write_annotated
from pipelines.checking import check_path, check_return
from pipelines.counting import code_counts
from pipelines.findings import Finding
from pipelines.reading import read_return
from pipelines.release import sdmx_columns
from tests.mutation.returns import CATALOG, REGION, TABLES, folder

COVERED = {
    f"L0-sdmx-{name}"
    for name in (
        "altered", "area", "code", "cover", "deletion", "measure", "no-value", "period", "repeated-key", "structure",
        "withheld",
    )
}  # fmt: skip
EXAMPLE = Path(__file__).parents[2] / "examples" / "demonstration"
PUBLISHED = EXAMPLE / "published" / "western_balkans-2024" / "data"
CONTRACT = CATALOG.contracts["arrests"]
COLUMNS = sdmx_columns(CONTRACT)
Observation = dict[str, str]
Change = Callable[[list[Observation]], list[Observation]]


def observation(codes: dict[str, str], measure: str, value: str) -> Observation:
    """A row as a database writes it, of the return's partner and year."""
    base = dict.fromkeys(COLUMNS, "")
    named = {name.upper(): code for name, code in codes.items()}
    fixed = {
        "STRUCTURE": "dataflow", "STRUCTURE_ID": "TESAT:DF_ARRESTS(1.0)", "ACTION": "I", "FREQ": "A",
        "REF_AREA": "XKX", "TIME_PERIOD": "2025", "MEASURE": measure, "OBS_VALUE": value, "OBS_STATUS": "A",
        "CONF_STATUS": "F",
    }  # fmt: skip
    return base | named | fixed


def observations() -> list[Observation]:
    """The arrests of the return that keeps every rule, one row a measure."""
    rows = []
    for row in TABLES["arrests"]:
        codes = {name: row[name] for name in CONTRACT.dimension_names}
        rows.append(observation(codes, "PERSONS", row["persons"]))
        if row["charged"]:
            rows.append(observation(codes, "CHARGED", row["charged"]))
    total = dict.fromkeys(CONTRACT.dimension_names, "_T")
    return [*rows, observation(total, "OPERATIONS", "5")]


def handed_over(tmp_path: Path, change: Change | None = None, columns: list[str] | None = None) -> Path:
    """The return as a folder, with its arrests as observations."""
    path = folder()(tmp_path)
    rows = observations() if change is None else change(observations())
    with (path / "arrests.csv").open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, columns or COLUMNS, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    return path


def found(path: Path) -> list[Finding]:
    return list(check_path(path, catalog=CATALOG, region_name=REGION).findings)


def first(**over: str) -> Change:
    """Changes the first row, which is row 2 of the file."""
    return lambda rows: [rows[0] | over, *rows[1:]]


def more(**over: str) -> Change:
    """Adds a row like the first, changed; it is the last row of the file."""
    return lambda rows: [*rows, rows[0] | over]


def test_observations_are_read_as_the_table_that_they_are(tmp_path: Path) -> None:
    wide = check_path(folder()(tmp_path / "wide"), catalog=CATALOG, region_name=REGION)
    result = check_path(handed_over(tmp_path), catalog=CATALOG, region_name=REGION)
    assert result.findings == wide.findings == ()
    keys = [*CONTRACT.dimension_names]
    assert result.tables["arrests"].sort(keys).equals(wide.tables["arrests"].sort(keys))


@pytest.mark.parametrize(
    ("change", "code", "row", "column"),
    [
        (more(STRUCTURE_ID="TESAT:DF_INCIDENTS(1.0)", SEX="female"), "L0-sdmx-structure", -1, "STRUCTURE_ID"),
        (more(ACTION="D", SEX="female"), "L0-sdmx-deletion", -1, "ACTION"),
        (more(ACTION="X", SEX="female"), "L0-sdmx-code", -1, "ACTION"),
        (more(OBS_NOTE="estimated", SEX="female"), "L0-sdmx-code", -1, "OBS_NOTE"),
        (more(MEASURE="ATTACKS"), "L0-sdmx-measure", -1, "MEASURE"),
        (more(REF_AREA="WB6"), "L0-sdmx-area", -1, "REF_AREA"),
        (more(REF_AREA="SRB"), "L0-sdmx-area", -1, "REF_AREA"),
        (more(TIME_PERIOD="2024"), "L0-sdmx-period", -1, "TIME_PERIOD"),
        (more(OBS_VALUE="", OBS_STATUS="Q", SEX="female"), "L0-sdmx-withheld", -1, "OBS_STATUS"),
        (more(CONF_STATUS="C", SEX="female"), "L0-sdmx-withheld", -1, "CONF_STATUS"),
        (more(OBS_METHOD="R5", SEX="female"), "L0-sdmx-altered", -1, "OBS_METHOD"),
        (more(OBS_NOTE="at_least", SEX="female"), "L0-sdmx-altered", -1, "OBS_NOTE"),
        (more(OBS_STATUS="O", SEX="female"), "L0-sdmx-no-value", -1, "OBS_VALUE"),
        (more(MEASURE="OPERATIONS", OBS_VALUE="4", TYPE_OF_TERRORISM="_T"), "L0-sdmx-cover", -1, "OBS_VALUE"),
        (more(OBS_VALUE="9"), "L0-sdmx-repeated-key", -1, None),
        (more(OBS_VALUE="9", TYPE_OF_TERRORISM="Jihadist"), "L0-sdmx-repeated-key", -1, None),
    ],
)
def test_each_fault_of_a_row_is_named_where_it_stands(
    tmp_path: Path, change: Change, code: str, row: int, column: str | None
) -> None:
    path = handed_over(tmp_path, change)
    last = len((path / "arrests.csv").read_text(encoding="utf-8").splitlines())
    assert [(one.code, one.row, one.column) for one in found(path)] == [(code, last + 1 + row, column)]


@pytest.mark.parametrize(
    "change",
    [
        first(STRUCTURE_ID="", ACTION="", FREQ="", OBS_STATUS="", CONF_STATUS=""),
        first(ACTION="R"),
        first(TIME_PERIOD=" 2025 "),
        first(MEASURE="persons"),
        more(OBS_VALUE="", OBS_STATUS="O", TYPE_OF_TERRORISM="other"),
        more(OBS_VALUE="0", TYPE_OF_TERRORISM="other"),
        more(OBS_VALUE="5", MEASURE="OPERATIONS", TYPE_OF_TERRORISM="_T", OBS_NOTE="break")
    ],
)  # fmt: skip
def test_what_lies_at_the_edge_is_accepted(tmp_path: Path, change: Change) -> None:
    codes = {one.code for one in found(handed_over(tmp_path, change))}
    assert (
        codes <= {"L0-sdmx-repeated-key"} if "OPERATIONS" in str(change([observations()[0]])) else not codes
    )


def test_the_columns_that_say_nothing_of_a_count_may_be_missing(tmp_path: Path) -> None:
    due = ["REF_AREA", "TIME_PERIOD", *(n.upper() for n in CONTRACT.dimension_names), "MEASURE", "OBS_VALUE"]
    assert found(handed_over(tmp_path, columns=due)) == []
    without = [name for name in due if name != "TIME_PERIOD"]
    assert {one.code for one in found(handed_over(tmp_path / "less", columns=without))} >= {
        "L0-missing-column"
    }


def test_a_fault_of_a_count_is_found_in_its_own_row(tmp_path: Path) -> None:
    """Charged is more than persons: the row of CHARGED, which is another than that of PERSONS."""
    path = handed_over(tmp_path, lambda rows: [rows[0], rows[1] | {"OBS_VALUE": "12"}, *rows[2:]])
    one = next(one for one in found(path) if one.code == "T1-charged-over-persons")
    assert (one.row, one.column) == (3, "charged")


def test_the_marked_copy_marks_the_senders_rows(tmp_path: Path) -> None:
    path = handed_over(tmp_path, lambda rows: [rows[0], rows[1] | {"OBS_VALUE": "12"}, *rows[2:]])
    result = check_path(path, catalog=CATALOG, region_name=REGION)
    write_annotated(path, tmp_path / "marked.xlsx", result, texts=translated(CATALOG, "en"))
    sheet = openpyxl.load_workbook(tmp_path / "marked.xlsx")["arrests"]
    commented = {cell.coordinate: cell.comment.text for line in sheet for cell in line if cell.comment}
    place = next(cell for cell, text in commented.items() if "T1-charged-over-persons" in text)
    assert sheet[place].value in ("12", 12), "the value of CHARGED, in its own row"


def test_a_published_edition_is_no_return(tmp_path: Path) -> None:
    """Its other areas and its rounded figures are named, and nothing of it is taken for a count."""
    path = folder()(tmp_path)
    shutil.copy(PUBLISHED / "arrests.csv", path / "arrests.csv")
    codes = {one.code for one in found(path)}
    assert {"L0-sdmx-area", "L0-sdmx-period"} <= codes


def test_what_was_published_exactly_is_the_return_that_it_came_from(tmp_path: Path) -> None:
    """Of one partner and year, without offences, of which a subtotal is published, it is accepted with the same counts."""
    source = read_return(EXAMPLE / "returns" / "2024" / "SRB-2024-1.xlsx", catalog=CATALOG)
    (tmp_path / "cover.yaml").write_text(yaml.safe_dump(source.cover), encoding="utf-8")
    for dataset in source.sheets:
        with (PUBLISHED / f"{dataset}.csv").open(encoding="utf-8", newline="") as handle:
            rows = [
                row
                for row in csv.DictReader(handle)
                if (row["REF_AREA"], row["TIME_PERIOD"]) == ("SRB", "2024")
            ]
        own = [row for row in rows if row.get("OFFENCE", "_T") == "_T"]
        with (tmp_path / f"{dataset}.csv").open("w", encoding="utf-8", newline="") as handle:
            writer = csv.DictWriter(handle, list(own[0]))
            writer.writeheader()
            writer.writerows(own)
    result = check_path(tmp_path, catalog=CATALOG, region_name=REGION)
    assert (result.verdict, result.findings) == ("accepted", ())
    checked = check_return(source, catalog=CATALOG, region=CATALOG.region(REGION))
    for dataset, table in result.tables.items():
        contract = CATALOG.contracts[dataset]
        counts = code_counts(table, contract, "type_of_terrorism")
        assert counts and counts == code_counts(checked.tables[dataset], contract, "type_of_terrorism")
