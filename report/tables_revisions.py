"""What this edition says of years that an earlier one has published: the revised totals, and the headline triangle.

Belongs here: tables of the revisions chapter. Every revised figure stands in `data/revisions.csv`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from data_contracts.messages import decimal, later, say
from pipelines.shown import shown
from report.edition import Edition
from report.markdown import plain, table
from report.tables import titled, words

FIRST = later(
    "No edition of an earlier year has been published; there is nothing that this one could revise."
)
UNCHANGED = later("No total of an earlier year differs from the last edition.")
NOTHING = "–"
TOTALS_HEADER = (later("Area"), later("Count"), later("Year"), later("Why"))
LOG_HEADER = (
    *(later("Area"), later("Count"), later("Of"), later("Year"), later("Why"), later("Submissions")),
)
Row = Mapping[str, str]


def revised_totals(edition: Edition) -> str:
    """Totals of partners and the region that the last edition stated otherwise, with both figures and the reason."""
    totals = list(edition.revisions.filter(codes="").iter_rows(named=True))
    if not totals:
        return say(UNCHANGED if len(_editions(edition)) > 1 else FIRST) + "\n"
    areas = {**edition.partners, edition.area: edition.region_name}
    rows = [
        [
            areas.get(row["ref_area"], row["ref_area"]),
            titled(words(row["measure"].lower())),
            edition.printed("revisions", row, "time_period"),
            titled(", ".join(words(code) for code in row["reasons"].split(";"))),
            _said(edition, row, "then"),
            _said(edition, row, "now"),
        ]
        for row in totals
    ]
    then, now = edition.printed("revisions", totals[0], "edition_then"), edition.derived(edition.year, "year")
    header = [*map(say, TOTALS_HEADER), *(say("Edition {name}", name=name) for name in (then, now))]
    caption = say("Totals that the edition of {name} stated otherwise", name=then)
    return table("revised-totals", caption, header, rows, words=4)


def revision_log(edition: Edition) -> str:
    """Every figure that the last edition stated otherwise, with both figures, the reason and the returns behind it."""
    found = list(edition.revisions.iter_rows(named=True))
    if not found:
        return say(UNCHANGED if len(_editions(edition)) > 1 else FIRST) + "\n"
    areas = {**edition.partners, edition.area: edition.region_name}
    rows = [
        [
            areas.get(row["ref_area"], row["ref_area"]),
            titled(words(row["measure"].lower())),
            _broken_down(edition, row),
            edition.printed("revisions", row, "time_period"),
            titled(", ".join(words(code) for code in row["reasons"].split(";"))),
            edition.printed("revisions", row, "submissions"),
            _said(edition, row, "then"),
            _said(edition, row, "now"),
        ]
        for row in found
    ]
    then, now = edition.printed("revisions", found[0], "edition_then"), edition.derived(edition.year, "year")
    header = [*map(say, LOG_HEADER), *(say("Edition {name}", name=name) for name in (then, now))]
    caption = say("Figures that the edition of {name} stated otherwise", name=then)
    return table("revision-log", caption, header, rows, words=6)


def _broken_down(edition: Edition, row: Row) -> str:
    """The codes that a figure is of in words."""
    parts = [part.split("=") for part in row["codes"].split(";") if part]
    found = [edition.codes(row["dataset"], name).get(code, words(code)) for name, code in parts]
    return ", ".join(found) or say("Total")


def edition_list(edition: Edition) -> str:
    """The editions whose headline series are known, this one last."""
    named = {row["edition"]: row for row in edition.triangle.iter_rows(named=True)}
    shown = [
        plain(edition.printed("revision_triangle", named[name], "edition")) for name in _editions(edition)
    ]
    names = ", ".join([*shown[:-1], say("{name} (this one)", name=shown[-1])]) if shown else ""
    return say("Editions: {names}.", names=names) + "\n" if shown else ""


def _said(edition: Edition, row: Row, when: str) -> str:
    text = _shown(row[f"value_{when}"], row[f"status_{when}"], row[f"method_{when}"])
    return edition.printed("revisions", row, f"value_{when}", text)


def _shown(value: str, status: str, method: str) -> str:
    return decimal(shown(float(value) if value else None, status=status, method=method, note=""))


def _editions(edition: Edition) -> list[str]:
    """The editions of the triangle, oldest first, this one last."""
    names = edition.triangle["edition"].unique().to_list()
    return sorted(names, key=lambda name: (name[:4], len(name), name))


def triangle(edition: Edition) -> str:
    """The headline series in every edition: a row for each edition of a series, a column for each year.

    Nothing where this is the first edition.
    """
    editions = _editions(edition)
    if len(editions) < 2:
        return ""
    labels = dict(edition.claims.select("series", "label").iter_rows())
    stated = {
        (row["series"], row["edition"], row["reference_year"]): row
        for row in edition.triangle.iter_rows(named=True)
    }
    years = {year: row for (_, _, year), row in sorted(stated.items(), key=lambda item: item[0][2])}
    rows = []
    for series in edition.triangle["series"].unique(maintain_order=True):
        for name in editions:
            found = [stated.get((series, name, year)) for year in years]
            cells = [NOTHING if row is None else _cell(edition, row) for row in found]
            label = titled(labels.get(series, words(series)))
            for named in [row for row in found if row is not None][:1]:
                rows.append([label, edition.printed("revision_triangle", named, "edition"), *cells])
    shown_years = [edition.printed("revision_triangle", row, "reference_year") for row in years.values()]
    caption = say("The headline series in every edition, {region}", region=edition.region_name)
    return table("revision-triangle", caption, [say("Series"), say("Edition"), *shown_years], rows, words=2)


def _cell(edition: Edition, row: Row) -> str:
    text = _shown(row["value"], row["status"], row["method"])
    return edition.printed("revision_triangle", row, "value", text)


NAMED: Mapping[str, Callable[[Edition], str]] = {
    "revised_totals": revised_totals,
    "revision_triangle": triangle,
    "revision_log": revision_log,
}
