"""A folder for the editors to write in: for each section what partners contributed, and what can be referred to.

Belongs here: the files as they are handed to the editors. All of it stands in comments, so that nothing is published
that the editors did not write, and the lint did not see.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from data_contracts.model import TOTAL
from pipelines.judgements_file import FILE as JUDGEMENTS
from report.edition import Edition
from report.editorial.sections import PARTNERS_FOLDER, TYPES_FOLDER, sections_of
from report.keyed import bare
from report.pages_types import TYPES

_OPEN, _CLOSE = "<!--", "-->"
_JUDGEMENTS = """# The editors' judgements. In the text: {{judgement:NAME}}. `tesat lint` says what is wrong.
# judgements:
#   travel-abroad:
#     text: "travel to conflict areas is unlikely to resume on a large scale"
#     likelihood: unlikely
#     confidence: moderate
#     basis: "Contributions of the partners."
#     office: "Name of an office, not of a person"
#     horizon: 2026-12-31
# outcomes:
#   - {edition: 2024, judgement: NAME, outcome: happened, date: 2025-11-03, basis: "Returns of the partners."}
"""


def write_skeleton(
    target: Path, edition: Edition, contributions: Mapping[str, str], *, project: Path
) -> list[Path]:
    """Writes a file for each section, and one for the judgements, and returns the files of the sections."""
    files = []
    for section in sections_of(project, edition).printed:
        path = target / f"{section}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(_lines(section, edition, contributions)), encoding="utf-8")
        files.append(path)
    open_ones = [_open_judgement(row) for row in _unanswered(edition)]
    (target / JUDGEMENTS).write_text(_JUDGEMENTS + "".join(open_ones), encoding="utf-8")
    return files


def _unanswered(edition: Edition) -> Iterator[Mapping[str, str]]:
    """Earlier judgements that need an outcome in this edition."""
    for row in edition.judgements.iter_rows(named=True):
        if row["edition"] != str(edition.year) and not row["outcome"]:
            yield row


def _open_judgement(row: Mapping[str, str]) -> str:
    return f"# Needs an outcome: {row['edition']}, {row['name']}, until {row['horizon']}: {row['text']}\n"


def _lines(section: str, edition: Edition, contributions: Mapping[str, str]) -> Iterator[str]:
    folder, _, name = section.rpartition("/")
    if folder == PARTNERS_FOLDER and name in contributions:
        yield f"{_OPEN} Contribution of {edition.partners[name]}, as it was handed over:\n"
        yield _harmless(contributions[name].strip())
        yield f"\n{_CLOSE}\n"
    yield f"{_OPEN} What can be referred to, and how it is printed now:\n"
    yield from (f"{reference}  {shown}" for reference, shown in _references(folder, name, edition))
    yield f"\n{_CLOSE}\n"


def _harmless(text: str) -> str:
    """A text that cannot end the comment it stands in."""
    return text.replace(_CLOSE, "- ->").replace(_OPEN, "< !--")


def _references(folder: str, name: str, edition: Edition) -> Iterator[tuple[str, str]]:
    """The figures of the edition's year that concern a section, and the claims."""
    area = name if folder == PARTNERS_FOLDER else edition.area
    for dataset, contract in edition.contracts.items():
        dimensions = {column.upper(): column for column in contract.dimension_names}
        for row in (
            edition.tables[dataset].filter(REF_AREA=area, TIME_PERIOD=str(edition.year)).iter_rows(named=True)
        ):
            codes = {column: row[upper] for upper, column in dimensions.items() if row[upper] != TOTAL}
            if folder == TYPES_FOLDER and codes.get(TYPES) != name:
                continue
            if folder != TYPES_FOLDER and len(codes) > 1:
                continue
            yield _figure(edition, dataset, area, row["MEASURE"], codes)
    if not folder:
        for claim in edition.claims.filter(family="headline").iter_rows(named=True):
            yield f"{{{{claim:{claim['claim']}}}}}", claim["wording"]


def _figure(
    edition: Edition, dataset: str, area: str, measure: str, codes: Mapping[str, str]
) -> tuple[str, str]:
    figure = edition.figure(dataset, area=area, period=edition.year, measure=measure, **codes)
    parts = [dataset, area, str(edition.year)]
    parts += [measure] if measure != edition.main_measure(dataset) else []
    parts += [",".join(f"{column}={code}" for column, code in codes.items())] if codes else []
    kind = "state" if figure.value is None else "fig"
    return f"{{{{{kind}:{'.'.join(parts)}}}}}", bare(figure.shown)
