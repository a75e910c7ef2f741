"""The published figures come out of `tesat build` as printed: in the data, in the HTML and in the PDF."""

from __future__ import annotations

import csv
import re

from data_contracts.catalog import load_catalog
from tests.editions import ROOT, Built

SOURCES = ROOT / "examples" / "published" / "sources"
CATALOG = load_catalog()
NAMES = {partner.code: partner.names["en"] for partner in CATALOG.region("eu").partners}
TYPES = CATALOG.code_lists["type_of_terrorism"]


def printed(measure: str) -> dict[tuple[str, str], str]:
    with (SOURCES / "eu_reference_year_2016.csv").open(encoding="utf-8", newline="") as handle:
        return {
            (row["country_iso3"], row["type_of_terrorism"]): row["value"]
            for row in csv.DictReader(handle)
            if row["measure"] == measure and row["certainty"] != "uncertain"
        }


def row_of(built: Built, table: str, area: str) -> dict[str, str]:
    """The row of an area in a table of the page, by column."""
    header, *rows = built.tables()[table]
    names = {**NAMES, "EU": "European Union"}
    found = [row for row in rows if row[0] == names[area]]
    assert len(found) == 1, (table, area)
    return dict(zip(header, found[0], strict=True))


def test_the_142_attacks_by_member_state(eu: Built) -> None:
    expected = {area: value for (area, kind), value in printed("attacks_total").items() if kind == "total"}
    assert expected["EU"] == "142"
    for area, value in expected.items():
        assert eu.value("incidents", measure="ATTACKS", area=area, year=2016)["OBS_VALUE"] == value
        assert row_of(eu, "tbl-incidents-by-year", area)["2016"] == value
    states = [row for row in eu.rows("incidents") if is_total(row, "ATTACKS") and row["REF_AREA"] != "EU"]
    assert sum(int(row["OBS_VALUE"]) for row in states if row["OBS_VALUE"]) == 142


def is_total(row: dict[str, str], measure: str) -> bool:
    names = list(row)
    dimensions = names[names.index("TIME_PERIOD") + 1 : names.index("MEASURE")]
    return (
        row["MEASURE"] == measure
        and row["TIME_PERIOD"] == "2016"
        and all(row[name] == "_T" for name in dimensions)
    )


# What TE-SAT 2017 prints in annex 3, table by table: our columns in its order.
JOINED = "Other or not specified"
BY_TYPE = (
    "Jihadist",
    "Ethno-nationalist and separatist",
    "Left-wing and anarchist",
    "Right-wing",
    JOINED,
    "Total",
)
CODES = (
    "jihadist",
    "ethno_nationalist_separatist",
    "left_wing_anarchist",
    "right_wing",
    "other_not_specified",
    "total",
)
VERDICTS, OUTCOMES = "tbl-verdicts-by-type-of-terrorism-2016", "tbl-verdicts-by-verdict-2016"
TRIED = "tbl-persons-tried-by-year"
COURT_TABLES = (VERDICTS, OUTCOMES, TRIED)


def printed_states() -> list[str]:
    """The states of annex 3, in the order of their names, the Union last."""
    states = {area for area, _ in printed("individuals_in_concluded_proceedings")} - {"EU"}
    return [*sorted(NAMES[area] for area in states), "European Union"]


def test_the_court_tables_have_the_rows_of_annex_3(eu: Built) -> None:
    assert len(printed_states()) == 18
    for table in COURT_TABLES:
        assert [row[0] for row in eu.tables()[table][1:]] == printed_states(), table


def test_the_court_tables_have_the_columns_of_annex_3(eu: Built) -> None:
    assert eu.tables()[VERDICTS][0] == ["Partner", *BY_TYPE]
    assert eu.tables()[OUTCOMES][0] == ["Partner", "Convicted", "Acquitted", "Total", "Acquitted, %"]
    assert eu.tables()[TRIED][0] == ["Partner", "2014", "2015", "2016"]


def test_the_587_verdicts_by_state_and_type(eu: Built) -> None:
    """Figures of the table; what is printed as `-` is not available in the data, and no zero."""
    wanted = printed("verdicts_total")
    assert wanted[("EU", "total")] == "587"
    for area in {area for area, _ in wanted}:
        row = row_of(eu, VERDICTS, area)
        for column, code in zip(BY_TYPE, CODES, strict=True):
            assert row[column].lstrip("≥") == wanted.get((area, code), "-"), (area, code)
    assert row_of(eu, VERDICTS, "GBR")["Jihadist"] == "-"
    for code in TYPES.values:
        found = eu.value("convictions", measure="VERDICTS", area="GBR", year=2016, type_of_terrorism=code)
        assert (found["OBS_VALUE"], found["OBS_STATUS"]) == ("", "O")


def test_the_533_convictions_and_54_acquittals(eu: Built) -> None:
    convicted, acquitted = printed("verdict_convictions"), printed("verdict_acquittals")
    assert (convicted[("EU", "total")], acquitted[("EU", "total")]) == ("533", "54")
    for area, _ in convicted:
        row, none = row_of(eu, OUTCOMES, area), acquitted.get((area, "total"))
        assert row["Convicted"] == convicted[(area, "total")]
        assert row["Acquitted"].lstrip("≥") == (none or "-")
        if area == "EU":
            assert row["Acquitted, %"] == "-", "the United Kingdom reports convictions only"
        else:
            whole = int(row["Total"])
            assert row["Acquitted, %"] == (f"{int(none) / whole * 100:.0f} %" if none else "-"), area


def test_the_580_persons_tried_and_the_years_without_returns(eu: Built) -> None:
    for (area, _), value in printed("individuals_in_concluded_proceedings").items():
        row = row_of(eu, TRIED, area)
        assert (row["2014"], row["2015"], row["2016"]) == ("[n]", "[n]", value), area
    assert row_of(eu, TRIED, "EU")["2016"] == "580"


def test_states_that_had_none_are_named_and_not_listed(eu: Built) -> None:
    none = sorted(set(NAMES.values()) - set(printed_states()))
    assert len(none) == 11
    assert f"Looked, and had none: {', '.join(none)}." in eu.text


def test_the_pdf_prints_the_same_rows_as_the_page(eu: Built) -> None:
    """Every row of the page's court tables, and of the attacks by year, stands in the PDF, in its order."""
    text = re.sub(r"\s+", " ", eu.pdf_text()).replace(" %", "%")
    compared = 0
    for table in (*COURT_TABLES, "tbl-incidents-by-year"):
        for row in eu.tables()[table][1:]:
            if " " not in row[0]:
                assert " ".join(row).replace(" %", "%") in text, (table, row)
                compared += 1
    assert compared >= 3 * 16


def test_the_edition_says_where_its_figures_come_from(eu: Built, gtd: Built) -> None:
    for built, words in ((eu, "Not returns of the Member States"), (gtd, "Global Terrorism Database (2018")):
        assert words in built.html
        assert words in re.sub(r"\s+", " ", built.pdf_text())


def test_28_member_states_in_2016(eu: Built) -> None:
    totals = [row for row in eu.rows("incidents") if is_total(row, "ATTACKS")]
    assert len(totals) == 29
    assert "28 of 28 partners" in eu.text


def test_the_108_incidents_by_partner_and_year(gtd: Built) -> None:
    expected: dict[tuple[str, int], int] = {}
    with (SOURCES / "wb6_incidents_2008_2017.csv").open(encoding="utf-8") as handle:
        for row in csv.DictReader(handle):
            key = (row["partner"], int(row["reference_year"]))
            expected[key] = expected.get(key, 0) + int(row["incidents"])
    assert sum(expected.values()) == 108
    region = CATALOG.region("western_balkans_gtd")
    for partner in region.partners:
        for year in range(2008, 2018):
            found = gtd.value("incidents", measure="ATTACKS", area=partner.code, year=year)
            wanted = expected.get((partner.code, year))
            assert found["OBS_VALUE"] == ("" if wanted is None else str(wanted))
            assert found["OBS_STATUS"] == ("O" if wanted is None else "A")
    whole = [
        gtd.value("incidents", measure="ATTACKS", area="WB6_GTD", year=y)["OBS_VALUE"]
        for y in range(2008, 2018)
    ]
    assert sum(map(int, whole)) == 108


def test_the_page_and_the_pdf_show_every_partners_year(gtd: Built) -> None:
    header, *rows = gtd.tables()["tbl-incidents-by-year"]
    assert header == ["Partner", *map(str, range(2008, 2018))]
    areas = {partner.names["en"]: partner.code for partner in CATALOG.region("western_balkans_gtd").partners}
    areas["Western Balkans, Global Terrorism Database"] = "WB6_GTD"
    assert {row[0] for row in rows} == set(areas)
    text = re.sub(r"\s+", " ", gtd.pdf_text())
    for name, *shown in rows:
        for year, figure in zip(header[1:], shown, strict=True):
            found = gtd.value("incidents", measure="ATTACKS", area=areas[name], year=int(year))
            assert figure == (found["OBS_VALUE"] or "[x]")
        if " " not in name:
            assert " ".join([name, *shown]) in text, name
    single = [name for name in areas if " " not in name]
    assert len(single) == 4
