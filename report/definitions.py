"""What is counted and how it is protected, said from the contracts.

Belongs here: the methodology annex's generated parts. The rest of the annex is prose in its chapter.
"""

from __future__ import annotations

from data_contracts.messages import later, say
from data_contracts.model import Column, Contract, ReleaseTable
from report.edition import Edition, Figure
from report.markdown import bullets, heading, plain, table
from report.tables import titled, words

COLUMNS = (later("Column"), later("Meaning"), later("Codes"))
PROTECTION = {
    "consent": later("By the partner's consent"),
    "rounded": later("Rounded to five"),
}


def datasets(edition: Edition) -> str:
    """Every dataset: what it counts, its limits, and its columns with their codes."""
    blocks = []
    for dataset, contract in edition.contracts.items():
        blocks.append(heading(3, contract.title, f"definitions-{dataset}"))
        blocks.append(plain(f"{contract.purpose} {contract.description} {contract.limitations}") + "\n")
        rows = [
            [titled(words(column.name)), column.description, _codes(edition, dataset, column)]
            for column in contract.columns
        ]
        version = edition.derived(contract.version, "version", dataset)
        text = later("{title}: columns of a return and their codes (definitions, version {version})")
        caption, header = say(text, title=contract.title, version=version), map(say, COLUMNS)
        blocks.append(table(f"definitions-{dataset}", caption, list(header), rows, words=3))
    return "\n".join(blocks)


def _codes(edition: Edition, dataset: str, column: Column) -> str:
    if column.role != "dimension":
        return say("a count") if column.required else say("a count, empty where unknown")
    return "; ".join(edition.codes(dataset, column.name).values())


def published_tables(edition: Edition) -> str:
    """Which tables are published of each dataset, for whom and under which protection."""
    rows = [
        [contract.title, _content(contract, release), _areas(release), say(PROTECTION[release.protection])]
        for contract in edition.contracts.values()
        for release in contract.release_tables
    ]
    header = [say("Dataset"), say("Table"), say("Areas"), say("Release")]
    return table("published", say("The tables that are published; no others ever are"), header, rows, words=4)


def _content(contract: Contract, release: ReleaseTable) -> str:
    measures = ", ".join(words(measure) for measure in release.measures)
    by = say(" and ").join(words(release.grouping.get(name, name)) for name in release.dimensions)
    return titled(say("{counted} by {by}", counted=measures, by=by) if by else measures)


def _areas(release: ReleaseTable) -> str:
    return say("Partners and region") if release.areas == "partner" else say("Region")


def key(edition: Edition) -> str:
    """Whether the key of the rounding is secret: that of the demonstration is not."""
    if edition.about["demonstration"]:
        return (
            say("The figures are invented, and the key of their rounding is shipped with the software.")
            + "\n"
        )
    return say("The key of the rounding is secret and is never published.") + "\n"


def left_out(edition: Edition) -> str:
    """The protected tables of the shown years that are suppressed as a whole."""
    found = [
        plain(f"{contract.title}, {_content(contract, release).lower()}, {edition.shown_year(year)}")
        for contract in edition.contracts.values()
        for release in contract.release_tables
        for year in edition.years
        if release.protection == "rounded" and _is_suppressed(edition, contract, release, year)
    ]
    if not found:
        return say("No table of this edition was left out.") + "\n"
    return (
        say("These tables were left out, because the audit did not pass with them:") + "\n\n" + bullets(found)
    )


def _is_suppressed(edition: Edition, contract: Contract, release: ReleaseTable, year: int) -> bool:
    dimension = release.dimensions[0]
    codes = edition.codes(contract.dataset, dimension, release.grouping.get(dimension, ""))
    measure = edition.main_measure(contract.dataset)
    figures: list[Figure] = [
        edition.figure(contract.dataset, area=edition.area, period=year, measure=measure, **{dimension: code})
        for code in codes
    ]
    return any(figure.status == "Q" for figure in figures) and all(figure.value is None for figure in figures)
