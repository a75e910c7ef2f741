"""The data dictionary: everything that the contracts promise, as one Markdown page.

Belongs here: datasets, code lists and regions; cover and findings are in `dictionary_returns.py`, the published
files in `dictionary_published.py`. `python -m data_contracts.dictionary` prints the page that is kept in
`docs/data_dictionary.md`; labels can be had in any language of the code lists, descriptions are English.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence

from data_contracts.catalog import ContractError, load_catalog
from data_contracts.dictionary_languages import languages
from data_contracts.dictionary_published import published
from data_contracts.dictionary_returns import cover, findings
from data_contracts.interface import load_interface
from data_contracts.markdown import coded, table_lines
from data_contracts.model import (
    NOT_SPECIFIED,
    TOTAL,
    Catalog,
    Column,
    Contract,
    Region,
    ReleaseTable,
    Rule,
)

HEAD = """# Data dictionary

Printed from the contracts by `python -m data_contracts.dictionary`; change the contracts, never this page.

1. [Datasets](#datasets): what a return holds and what may be published of it
2. [Code lists](#code-lists)
3. [The cover of a return](#the-cover-of-a-return)
4. [Findings of the check](#findings-of-the-check)
5. [Published files](#published-files)
6. [Languages](#languages)
7. [Regions](#regions)
"""
ROLES = {"dimension": "dimension", "main_measure": "main measure", "measure": "measure"}
PROTECTION = {
    "consent": "by the partner's consent: as reported, rounded or suppressed",
    "rounded": "rounded at random to a multiple of 5",
}
AREAS = {"partner": "each partner and the region", "region": "the region only"}
PROTECTS = {
    "events": "public events; released by consent, without an audit",
    "persons": "persons; every release is audited before it is published",
}


def data_dictionary(catalog: Catalog, *, language: str = "en") -> str:
    """The data dictionary of a catalog as Markdown, the same text for the same contracts.

    Raises:
        ContractError: The code lists have no labels in the language.
    """
    known = catalog.code_lists["special_codes"].codes[0].labels
    if language not in known:
        raise ContractError(f"no code labels in the language {language!r}; take one of {', '.join(known)}")
    parts = [
        [HEAD],
        _datasets(catalog),
        _code_lists(catalog, language),
        cover(catalog),
        findings(catalog),
        published(catalog, load_interface(catalog.root)),
        languages(catalog),
        _regions(catalog, language),
    ]
    return "\n".join(line for part in parts for line in part).rstrip("\n") + "\n"


def _datasets(catalog: Catalog) -> Iterator[str]:
    yield "## Datasets\n"
    yield (
        f"One row of a return is a cell: codes for its dimensions, counts for its measures. `{TOTAL}` in a dimension "
        f"says that the row is not broken down by it; `{NOT_SPECIFIED}` that the partner cannot say."
    )
    yield ""
    for _, contract in sorted(catalog.versions.items()):
        yield from _dataset(contract, catalog)


def _dataset(contract: Contract, catalog: Catalog) -> Iterator[str]:
    yield f"### {contract.title}: `{contract.dataset}`, version {contract.version}\n"
    yield f"{contract.purpose} {contract.description}\n"
    yield f"- Limitations: {contract.limitations}"
    yield f"- Protects: {PROTECTS[contract.protects]}."
    if contract.batched:
        yield (
            f"- Counts come in batches: trend words are only licensed on `{contract.tested_on}`."
            if contract.tested_on
            else "- Counts come in batches: no trend words."
        )
    yield "\nColumns of a return:\n"
    yield from table_lines(
        ("Column", "Role", "Required", "Values", "Published as", "Meaning"),
        (_column(column, catalog) for column in contract.columns),
    )
    if contract.rules:
        yield "What must hold together:\n"
        yield from table_lines(
            ("Finding", "Rule"), ((coded(rule.code), _rule(rule)) for rule in contract.rules)
        )
    yield "Release tables; nothing else of the dataset is ever published:\n"
    yield from table_lines(
        ("Table", "Areas", "Dimensions", "Measures", "Protection"),
        (_release_table(table) for table in contract.release_tables),
    )
    yield from _derived(contract)


def _column(column: Column, catalog: Catalog) -> tuple[str, ...]:
    return (
        coded(column.name),
        ROLES[column.role],
        "yes" if column.required else "no; empty means unknown",
        _values(column, catalog),
        column.name.upper() if column.role == "dimension" else column.sdmx_measure or "not published",
        column.description,
    )


def _values(column: Column, catalog: Catalog) -> str:
    if column.code_list is None:
        return f"whole number, at least {0 if column.minimum is None else column.minimum}"
    name = column.code_list
    own = set(catalog.code_lists[name].values)
    special = ", ".join(coded(code) for code in catalog.allowed(column) if code not in own)
    return f"[{name}](#code-list-{name}), {special}"


def _rule(rule: Rule) -> str:
    if rule.kind == "not_greater":
        return f"`{rule.parameters['column']}` is at most `{rule.parameters['than']}`"
    if rule.kind == "cover_not_greater":
        return f"`{rule.parameters['field']}` on the cover is at most the dataset's total"
    if rule.kind == "zero_where":
        columns = " and ".join(coded(name) for name in rule.parameters["columns"])
        return f"where {_conditions(rule.parameters['when'])}, {columns} are 0 or unknown"
    when, then = (_conditions(rule.parameters[side]) for side in ("when", "then"))
    return f"where {when}, {then}"


def _conditions(conditions: Mapping[str, Sequence[str]]) -> str:
    return " and ".join(
        f"`{name}` is {' or '.join(coded(code) for code in codes)}" for name, codes in conditions.items()
    )


def _release_table(table: ReleaseTable) -> tuple[str, ...]:
    dimensions = [
        f"`{name}` by [{table.grouping[name]}](#code-list-{table.grouping[name]})"
        if name in table.grouping
        else coded(name)
        for name in table.dimensions
    ]
    return (
        coded(table.name),
        AREAS[table.areas],
        ", ".join(dimensions) or "none: totals only",
        ", ".join(coded(name) for name in table.measures),
        PROTECTION[table.protection],
    )


def _derived(contract: Contract) -> Iterator[str]:
    if contract.cover_measures:
        yield "Measures that stand on the cover, published by consent:\n"
        yield from table_lines(
            ("Field of the cover", "Published as"),
            ((coded(name), coded(code)) for name, code in contract.cover_measures.items()),
        )
    for average in contract.averages:
        where = " and ".join(f"`{name}` is `{code}`" for name, code in average.where.items())
        yield (
            f"Average `{average.sdmx_measure}`, for the region: `{average.numerator}` over "
            f"`{contract.main_measure.name}` where {where}, divided by {average.per:g}, rounded to "
            f"{average.round_to:g}; only over at least {average.minimum_count} cases, and only if what is left "
            f"without the two largest rows is at least {average.dominance_pct:g} % of the largest.\n"
        )


def _code_lists(catalog: Catalog, language: str) -> Iterator[str]:
    yield "## Code lists\n"
    yield f"Labels are kept in {', '.join(catalog.code_lists['special_codes'].codes[0].labels)}.\n"
    for name, code_list in sorted(catalog.code_lists.items()):
        groupings = list(code_list.codes[0].groups)
        yield f"### Code list {name}\n"
        yield from table_lines(
            ("Code", "Label", *(f"In {grouping}" for grouping in groupings)),
            (
                (coded(code.code), code.labels[language], *(coded(code.groups[g]) for g in groupings))
                for code in code_list.codes
            ),
        )


def _regions(catalog: Catalog, language: str) -> Iterator[str]:
    yield "## Regions\n"
    footnotes: dict[str, str] = {}
    for name, region in sorted(catalog.regions.items()):
        yield from _region(name, region, language)
        footnotes |= {note.text: note.mark for note in region.footnotes.values()}
    for text, mark in footnotes.items():
        yield "\n".join(("---", "", f"{mark.replace('*', chr(92) + '*')} {text}"))


def _region(name: str, region: Region, language: str) -> Iterator[str]:
    first, last = region.reference_years
    yield f"### Region {name}\n"
    yield (
        f"{_named(region.names, language)}, published as `{region.ref_area}`. Datasets: {', '.join(region.datasets)}. "
        f"Reference years {first} to {last}; an edition shows at most {region.series_years} years."
        + (f" Returns are due on {region.deadline} (month-day) of the next year." if region.deadline else "")
    )
    yield ""
    if region.banner is not None:
        yield f"{region.banner}\n"
    yield from table_lines(
        ("Partner", "Name", "Member"),
        (
            (
                coded(partner.code),
                _named(partner.names, language),
                _membership(partner.member_from, partner.member_to),
            )
            for partner in region.partners
        ),
    )
    yield "Headline series, on which trend words may be licensed:\n"
    yield from table_lines(
        ("Series", "Dataset", "Measure", "Where"),
        (
            (
                coded(series.name),
                series.dataset,
                coded(series.measure),
                ", ".join(f"`{key}` is `{code}`" for key, code in series.filter.items()),
            )
            for series in region.headline_series
        ),
    )


def _named(names: Mapping[str, str], language: str) -> str:
    """The name in the language, or in English, which every name has."""
    return names[language] if language in names else names["en"]


def _membership(first: int | None, last: int | None) -> str:
    if first is None and last is None:
        return "throughout"
    return " ".join([f"from {first}" if first else "", f"to {last}" if last else ""]).strip()


def main() -> None:
    """Prints the dictionary of the shipped contracts."""
    sys.stdout.write(data_dictionary(load_catalog()))


if __name__ == "__main__":
    main()
