"""The report has what TE-SAT has, in its order, and each part says what it must."""

from __future__ import annotations

import csv
import re
from html import unescape

import docx
import pikepdf

from data_contracts.catalog import load_catalog
from tests.editions import ROOT, Built

CATALOG = load_catalog()
REGION = CATALOG.region("western_balkans")
REFERENCE = ROOT / "data_contracts" / "reference"
CHAPTERS = [
    "Key points", "Introduction", "Overview", "Jihadist terrorism", "Right-wing terrorism",
    "Left-wing and anarchist terrorism", "Ethno-nationalist and separatist terrorism", "Other terrorism",
    "Foreign fighters", "Financing of terrorism", "Partners", "Tables of attacks, arrests and court proceedings",
    "National offences and the Directive", "Methodology", "Comparisons with their tests", "Revisions",
    "Quality of the figures", "Other sources", "Definitions and acronyms",
]  # fmt: skip
OVERVIEW = ["Attacks", "Arrests", "Court proceedings", "What changed, and what did not"]
OF_A_TYPE = ["Terrorist attacks", "Arrests", "Convictions and acquittals"]


def mains(built: Built) -> dict[str, str]:
    """What each page of the web edition says, without what stands around it."""
    pages = {name: built.page(name) for name in built.pages}
    return {name: text[text.index("<main") : text.index("</main>")] for name, text in pages.items()}


def headings(built: Built, level: int) -> list[str]:
    """The headings of a level of the report: below the title on the first page, above it on a section's own page."""
    texts = []
    for name, main in mains(built).items():
        shown = level + (name == "index.html") - ('class="up"' in main)
        found = re.findall(rf"<h{shown}\b[^>]*>(.*?)</h{shown}>", main, re.DOTALL)
        texts += [unescape(re.sub(r"<[^>]*>", "", one)) for one in found]
    return [re.sub(r"^[\d.]+\s+|\s*[#¶]$", "", " ".join(text.split())) for text in texts]


def section(built: Built, name: str) -> str:
    """The page from a section's beginning to the next of its level."""
    main = next((text for text in mains(built).values() if f'<section id="{name}"' in text), "")
    level = re.search(rf'<section id="{name}" class="(level\d)', main)
    assert level is not None, name
    start = level.start()
    end = re.compile(rf'<section id="[^"]*" class="{level[1]}').search(main, start + 1)
    return main[start : end.start() if end else None]


def in_order(wanted: list[str], seen: list[str]) -> bool:
    rest = iter(seen)
    return all(one in rest for one in wanted)


def test_each_chapter_is_there_in_every_format_in_te_sats_order(demonstration: Built) -> None:
    assert in_order(CHAPTERS, headings(demonstration, 1))
    word = docx.Document(str(demonstration.folder / "report.docx"))
    titles = [p.text for p in word.paragraphs if p.style is not None and p.style.name.startswith("Heading 1")]
    assert in_order(CHAPTERS, [re.sub(r"^[\d.]+\s+", "", title) for title in titles])
    with pikepdf.open(demonstration.folder / "report.pdf") as pdf, pdf.open_outline() as outline:
        assert in_order(CHAPTERS, [re.sub(r"^[\d.]+\s+", "", str(item.title)) for item in outline.root])


def test_the_overview_goes_from_attacks_to_court_proceedings(demonstration: Built) -> None:
    assert in_order(OVERVIEW, headings(demonstration, 2))
    header, *rows = demonstration.tables()["tbl-attacks-and-victims"]
    assert header == ["", "2023", "2024", "2025"]
    assert [row[0] for row in rows] == [
        "Attacks",
        "completed",
        "failed",
        "foiled",
        "Persons killed",
        "Persons injured",
    ]
    lines = [row[0] for row in demonstration.tables()["tbl-court-proceedings"][1:]]
    assert {"Verdicts", "Convictions", "Acquittals", "Final verdicts", "Verdicts under appeal"} <= set(lines)


def test_key_points_are_15_to_25_and_each_has_a_figures_key(demonstration: Built) -> None:
    points = re.search(r"<ul>(.*?)</ul>", section(demonstration, "sec-key-points"), re.DOTALL)
    assert points is not None
    items = points[1].split("<li>")[1:]
    assert 15 <= len(items) <= 25
    assert [item for item in items if not re.search(r'<span class="fig"[^>]*key="[^"]+"', item)] == []


def test_a_type_opens_with_its_figures_and_the_year_before(demonstration: Built) -> None:
    for code in CATALOG.code_lists["type_of_terrorism"].values:
        text = section(demonstration, f"sec-type-{code.replace('_', '-')}")
        cards = text.split('class="key-figure"')[1:]
        assert len(cards) == 3
        for card, dataset, measure in zip(
            cards, REGION.datasets, ("ATTACKS", "PERSONS", "VERDICTS"), strict=True
        ):
            now, then = (
                demonstration.value(dataset, measure=measure, area="WB6", year=year, type_of_terrorism=code)
                for year in (2025, 2024)
            )
            words = re.sub(r"<[^>]*>", " ", card)
            assert re.search(
                rf"(?<!\d){now['OBS_VALUE']}(?!\d).*2024\s*:\s*≥?~?{then['OBS_VALUE']}(?!\d)",
                words,
                re.DOTALL,
            )
        found = re.findall(r"<h2\b[^>]*>(.*?)</h2>", text, re.DOTALL)
        assert in_order(
            OF_A_TYPE, [re.sub(r"<[^>]*>|^[\d.\s]+", "", one).strip(" \u2002#¶0123456789.") for one in found]
        )


def test_a_type_of_which_nothing_is_known_has_one_line(gtd: Built) -> None:
    text = section(gtd, "sec-type-jihadist")
    assert re.sub(r"<[^>]*>|\s+", " ", text).count("No figure of this type is published for") == 1
    assert "<table" not in text and "key-figure" not in text


def test_partners_say_who_holds_their_sources(demonstration: Built) -> None:
    header, *rows = demonstration.tables()["tbl-partner-bih-sources"]
    assert header == ["Dataset", "Who holds the source", "What is included"]
    assert [
        "Convictions and acquittals",
        "State prosecution",
        "The state court only; entity courts do not report.",
    ] in rows
    assert "tbl-partner-mne-sources" not in demonstration.tables()
    published = {(row["partner"], row["custodian"]) for row in demonstration.rows("reporting")}
    assert ("BIH", "State prosecution") in published


def reference(name: str) -> list[dict[str, str]]:
    with (REFERENCE / name).open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def test_figures_of_other_sources_are_those_of_their_file(demonstration: Built) -> None:
    """Every row is in the data as it stands in the file, and every figure above 0 is in a table, not added up."""
    rows = reference("other_sources_wb.csv")
    assert len(rows) > 150
    assert list(demonstration.rows("other_sources")) == rows
    shown = "".join(
        section(demonstration, name)
        for name in ("sec-foreign-fighters", "sec-financing", "sec-other-sources")
    )
    for row in rows:
        part = "period" if float(row["value"]) == 0 else "value"
        keys = [row[name] for name in ("ref_area", "source", "period", "type_of_terrorism", "measure")]
        assert any(text == row[part] for text in printed_with(shown, "other_sources", [*keys, part])), row


def printed_with(html: str, table: str, parts: list[str]) -> list[str]:
    from pipelines.figure_keys import key_of

    key = re.escape(key_of(table, parts))
    return [unescape(text) for text in re.findall(rf'key="{key}"[^>]*>([^<]*)<', html)]


def test_real_figures_are_told_from_invented_ones(demonstration: Built) -> None:
    for name in ("sec-foreign-fighter-stocks", "sec-financing-sources", "sec-other-sources"):
        assert "Real figures in a book of invented ones" in section(demonstration, name)
    assert demonstration.html.count("not returns") >= 4


def test_a_region_without_other_sources_has_no_chapter_of_them(eu: Built) -> None:
    for name in ("sec-foreign-fighters", "sec-financing", "sec-other-sources", "sec-offences-annex"):
        assert f'id="{name}"' not in eu.html
    assert list(eu.rows("other_sources")) == list(eu.rows("offences")) == []


def test_the_directive_stands_beside_each_partners_offences(demonstration: Built) -> None:
    """A number that was not verified carries its mark, one that was carries none; each stands under its articles."""
    header, *rows = demonstration.tables()["tbl-offences-by-article"]
    assert header == ["Directive", *(partner.names["en"] for partner in REGION.partners)]
    cells = {
        (int(re.findall(r"\d+", row[0])[0]), partner.code): row[column].split(", ")
        for row in rows
        for column, partner in enumerate(REGION.partners, start=1)
    }
    assert {article for article, _ in cells} == {2, *range(3, 13), 14}
    marked = 0
    for offence in reference("offences_wb.csv"):
        sure = offence["verified"] in {"verified", "article verified"}
        shown = offence["article"] + ("" if sure else "†") + ("+" if "wider" in offence["directive"] else "")
        for part in offence["directive"].replace("3-12", "3").split(";"):
            article = int(re.findall(r"\d+", part)[0])
            assert shown in cells[(article, offence["partner"])], offence
        marked += not sure
    assert marked > 30
    assert all("†" in "".join(row) for row in rows if "Article 11" in row[0])


def test_the_annex_has_a_table_of_partners_and_types_for_each_year(demonstration: Built) -> None:
    types = [
        CATALOG.label("type_of_terrorism", code) for code in CATALOG.code_lists["type_of_terrorism"].values
    ]
    for counted in ("attacks", "persons", "verdicts"):
        for year in (2025, 2024, 2023):
            header, *rows = demonstration.tables()[f"tbl-{counted}-by-type-of-terrorism-{year}"]
            assert header == ["Partner", *types, "Not specified", "Total"]
            assert rows[-1][0] == "Western Balkans"


def test_acronyms_and_terms_that_are_explained_are_used(demonstration: Built) -> None:
    words = re.sub(r"<script.*?</script>|<style.*?</style>", "", demonstration.html, flags=re.DOTALL)
    body = words.replace(section(demonstration, "sec-terms"), "")
    for short, full in demonstration.tables()["tbl-acronyms"][1:]:
        assert re.search(rf"\b{re.escape(short)}\b", body), short
        assert full
