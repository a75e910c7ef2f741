"""The characteristics that a dataset's persons are counted by, as an outsider knows them from the contract.

Belongs here: which views the release tables have, and where one view's code tells another's. Figures are read in
`audit_figures.py`. Shares no code with the protection.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from data_contracts.model import NOT_SPECIFIED, Catalog, Contract, ReleaseTable

RULES_OF_ROWS = "if_then"


@dataclass(frozen=True)
class View:
    """Persons by one characteristic: the release table, the column of the cells that holds its code, the codes."""

    table: str
    dimension: str
    grouping: str
    codes: tuple[str, ...]

    @cached_property
    def column(self) -> str:
        """The column of `statistics.read_cells` that holds the code."""
        return f"{self.dimension}__{self.grouping}" if self.grouping else self.dimension


def consent_views(catalog: Catalog, contract: Contract) -> tuple[View, ...]:
    """The characteristics that are published by partner; the first is crossed with every other one."""
    return tuple(_views(catalog, contract, areas="partner"))


def breakdown_views(catalog: Catalog, contract: Contract) -> tuple[View, ...]:
    """The characteristics that are published for the region only."""
    return tuple(_views(catalog, contract, areas="region"))


def _views(catalog: Catalog, contract: Contract, *, areas: str) -> Iterator[View]:
    for table in contract.release_tables:
        if table.areas == areas and len(table.dimensions) == 1:
            yield _view(table, catalog, contract)


def _view(table: ReleaseTable, catalog: Catalog, contract: Contract) -> View:
    dimension = table.dimensions[0]
    column = contract.column(dimension)
    code_list = catalog.code_lists[str(column.code_list)]
    grouping = table.grouping.get(dimension, "")
    codes = code_list.group_values(grouping) if grouping else code_list.values
    extra = (NOT_SPECIFIED,) if column.not_specified else ()
    return View(table.name, dimension, grouping, (*codes, *extra))


def coarser(fine: View, broad: View, *, catalog: Catalog, contract: Contract) -> dict[str, str] | None:
    """Which code of `broad` each code of `fine` lies in; nothing where a code of `fine` leaves that open.

    From groupings of one dimension, or from the contract's rules of rows: who has no penalty was acquitted.
    """
    if fine.dimension == broad.dimension:
        return _by_grouping(fine, broad, catalog=catalog, contract=contract)
    found = {code: _allowed(fine, code, broad, contract=contract) for code in fine.codes}
    if any(len(allowed) != 1 for allowed in found.values()):
        return None
    return {code: allowed[0] for code, allowed in found.items()}


def _by_grouping(fine: View, broad: View, *, catalog: Catalog, contract: Contract) -> dict[str, str] | None:
    code_list = catalog.code_lists[str(contract.column(fine.dimension).code_list)]

    def codes(view: View) -> Mapping[str, str]:
        return code_list.group_of(view.grouping) if view.grouping else {c: c for c in code_list.values}

    pairs = list(dict.fromkeys((codes(fine)[code], codes(broad)[code]) for code in code_list.values))
    if len(pairs) != len(dict(pairs)):
        return None
    return dict(pairs) | ({NOT_SPECIFIED: NOT_SPECIFIED} if NOT_SPECIFIED in fine.codes else {})


def _allowed(fine: View, code: str, broad: View, *, contract: Contract) -> list[str]:
    """The codes of `broad` that the contract's rules let stand in one row with a code of `fine`."""
    left = list(broad.codes)
    if fine.grouping or broad.grouping:
        return left
    for rule in contract.row_rules:
        if rule.kind != RULES_OF_ROWS:
            continue
        when, then = rule.parameters["when"], rule.parameters["then"]
        if code in when.get(fine.dimension, ()) and broad.dimension in then:
            left = [other for other in left if other in then[broad.dimension]]
        if broad.dimension in when and fine.dimension in then and code not in then[fine.dimension]:
            left = [other for other in left if other not in when[broad.dimension]]
    return left
