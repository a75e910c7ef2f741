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


def row_of(built: Built, table: str, area: str, year: int) -> dict[str, str]:
    """The row of an area and year in a table of the page, by column."""
    header, *rows = built.tables()[table]
    names = {**NAMES, "EU": "European Union"}
    found = [row for row in rows if row[:2] == [names[area], str(year)]]
    assert len(found) == 1, (table, area)
    return dict(zip(header, found[0], strict=True))


def pdf_rows(built: Built, name: str) -> list[str]:
    """The lines of the PDF's text that hold a name."""
    return [line for line in built.pdf_text().splitlines() if name in line]


def test_the_142_attacks_by_member_state(eu: Built) -> None:
    expected = {area: value for (area, kind), value in printed("attacks_total").items() if kind == "total"}
    assert expected["EU"] == "142"
    for area, value in expected.items():
        assert eu.value("incidents", measure="ATTACKS", area=area, year=2016)["OBS_VALUE"] == value
        row = row_of(eu, "tbl-attacks-by-type-and-status-attack-status-attacks", area, 2016)
        assert row["Total"] == value
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


def test_the_587_verdicts_by_state_and_type(eu: Built) -> None:
    wanted = printed("verdicts_total")
    assert wanted[("EU", "total")] == "587"
    for (area, kind), value in wanted.items():
        if (area, kind) == ("EU", "other_not_specified"):
            continue
        code = {"total": "_T", "other_not_specified": "not_specified" if area == "GBR" else "other"}.get(
            kind, kind
        )
        found = eu.value("convictions", measure="VERDICTS", area=area, year=2016, type_of_terrorism=code)
        assert found["OBS_VALUE"] == value, (area, kind)
        row = row_of(eu, "tbl-verdicts-by-type-type-of-terrorism-verdicts", area, 2016)
        column = {"_T": "Total", "not_specified": "Not specified"}.get(code) or TYPES.label(code)
        assert row[column].lstrip("≥") == value, (area, kind)


def test_the_united_kingdoms_other_types_are_not_available_and_not_zero(eu: Built) -> None:
    row = row_of(eu, "tbl-verdicts-by-type-type-of-terrorism-verdicts", "GBR", 2016)
    assert (row["Not specified"], row["Total"]) == ("89", "89")
    for code in TYPES.values:
        assert row[TYPES.label(code)] == "[x]"
        found = eu.value("convictions", measure="VERDICTS", area="GBR", year=2016, type_of_terrorism=code)
        assert (found["OBS_VALUE"], found["OBS_STATUS"]) == ("", "O")


def test_the_533_convictions_and_54_acquittals(eu: Built) -> None:
    table = "tbl-verdicts-by-outcome-verdict-verdicts"
    for measure, code, label, total in (
        ("verdict_convictions", "convicted", "Convicted", "533"),
        ("verdict_acquittals", "acquitted", "Acquitted", "54"),
    ):
        for (area, _), value in printed(measure).items():
            found = eu.value("convictions", measure="VERDICTS", area=area, year=2016, verdict=code)
            assert found["OBS_VALUE"] == value, (area, code)
            assert row_of(eu, table, area, 2016)[label].lstrip("≥") == value
        whole = eu.value("convictions", measure="VERDICTS", area="EU", year=2016, verdict=code)
        assert whole["OBS_VALUE"] == total
        assert row_of(eu, table, "EU", 2016)[label].lstrip("≥") == total


def test_the_pdf_prints_the_same_rows_as_the_page(eu: Built) -> None:
    """Every row of 2016 that the page's court and attack tables hold stands in the PDF, in its order."""
    text = re.sub(r"\s+", " ", eu.pdf_text())
    compared = 0
    for table in (
        "tbl-attacks-by-type-and-status-attack-status-attacks",
        "tbl-verdicts-by-type-type-of-terrorism-verdicts",
        "tbl-verdicts-by-outcome-verdict-verdicts",
    ):
        for row in eu.tables()[table][1:]:
            if row[1] == "2016" and " " not in row[0]:
                assert " ".join(row) in text, (table, row)
                compared += 1
    assert compared >= 3 * 24


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
