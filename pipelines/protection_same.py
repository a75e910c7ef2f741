"""Codes of a table for the region only that a table by consent publishes too.

Belongs here: which figure is the same persons twice. Two roundings of one number leave one or two values for it, so
that it is taken over, never rounded again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from data_contracts.model import NOT_SPECIFIED, Catalog, Contract, ReleaseTable

Same = tuple[str, str, str]


def same_figures(table: ReleaseTable, *, catalog: Catalog, contract: Contract) -> dict[str, Same]:
    """By code of a one-way table: the table by consent, its dimension and its code that hold the same persons."""
    found: dict[str, Same] = {}
    for other in contract.release_tables:
        if other.areas != "partner" or len(other.dimensions) != 1 or len(table.dimensions) != 1:
            continue
        dimension = other.dimensions[0]
        if dimension == table.dimensions[0]:
            pairs = _same_groups(table, other, catalog=catalog, contract=contract)
        else:
            pairs = _tied(table.dimensions[0], dimension, contract)
        found |= {code: (other.name, dimension, same) for code, same in pairs}
    return found


def _same_groups(
    table: ReleaseTable, other: ReleaseTable, *, catalog: Catalog, contract: Contract
) -> Iterator[tuple[str, str]]:
    """Groups of the two tables that hold the same codes."""
    column = contract.column(table.dimensions[0])
    code_list = catalog.code_lists[str(column.code_list)]

    def members(of: ReleaseTable) -> Mapping[str, set[str]]:
        grouping = of.grouping.get(of.dimensions[0])
        names = code_list.group_of(grouping) if grouping else {code: code for code in code_list.values}
        return {name: {code for code in names if names[code] == name} for name in names.values()}

    theirs = members(other)
    for name, codes in members(table).items():
        yield from ((name, same) for same, others in theirs.items() if others == codes)
    if column.not_specified:
        yield NOT_SPECIFIED, NOT_SPECIFIED


def _tied(dimension: str, other: str, contract: Contract) -> Iterator[tuple[str, str]]:
    """Codes that stand in one row always and only with each other, by two rules that mirror each other."""
    pairs = set()
    for rule in contract.row_rules:
        if rule.kind == "if_then":
            (when, held), (then, due) = (
                next(iter(rule.parameters[side].items())) for side in ("when", "then")
            )
            pairs.add((when, held[0], then, due[0]))
    for when, code, then, due in pairs:
        if (when, then) == (dimension, other) and (then, due, when, code) in pairs:
            yield code, due
