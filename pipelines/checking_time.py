"""What changed since the partner's last accepted return of an earlier year (level 2, in time).

Belongs here: questions that are asked about changes. The test is `exact.py`, the same as for trends; its threshold
and the reason for it stand with the rule in `data_contracts/findings.yaml`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from data_contracts.model import NOT_SPECIFIED, Catalog, Column
from pipelines.counting import Counted
from pipelines.exact import two_counts_p
from pipelines.findings import Finding, Place, finding
from pipelines.reading import Return

_CHANGE, _DISAPPEARED = "T2-unlikely-change", "T2-code-disappeared"


def check_time(ret: Return, now: Counted, earlier: Counted, *, catalog: Catalog) -> list[Finding]:
    """Totals that an exact test calls unlikely beside the earlier ones, and codes that disappeared.

    A dataset is compared where both returns give a count for it, counting did not change (`break_in_series`), and
    the coverage is the same.
    """
    found: list[Finding] = []
    for line in now.lines.iter_rows(named=True):
        dataset = line["dataset"]
        before = earlier.line(dataset)
        if before is None or line["break_in_series"] or _covers(line) != _covers(before):
            continue
        found += _total(ret, dataset, (earlier, now), (before, line), catalog=catalog)
        if dataset in ret.sheets:
            for column in now.contract(dataset).dimensions:
                found += _codes(ret, dataset, column, earlier, now, catalog=catalog)
    return found


def _covers(line: Mapping[str, object]) -> str:
    """The coverage; nothing is left out of a nil."""
    return str(line["coverage"] or "complete")


def _count(line: Mapping[str, object]) -> int | None:
    """The dataset's count: its total, 0 with nil, None where it is not known."""
    if line["status"] == "nil":
        return 0
    return None if line["total"] is None else int(str(line["total"]))


def _total(
    ret: Return,
    dataset: str,
    pair: tuple[Counted, Counted],
    lines: tuple[Mapping[str, object], Mapping[str, object]],
    *,
    catalog: Catalog,
) -> Iterator[Finding]:
    before, after = map(_count, lines)
    if before is None or after is None or two_counts_p(before, after) >= catalog.findings[_CHANGE].limit:
        return
    place = ret.fields.place(f"{dataset}.{'total' if after else 'status'}")
    texts = {"before": before, "after": after, "earlier": pair[0].year, "year": pair[1].year}
    yield finding(catalog, _CHANGE, place=place, seen=str(after), **texts)


def _codes(
    ret: Return, dataset: str, column: Column, earlier: Counted, now: Counted, *, catalog: Catalog
) -> Iterator[Finding]:
    """Codes with a count in the earlier return and no row now, although the dimension is broken down."""
    counts, line = now.by_code(dataset, column.name), now.line(dataset)
    if line is None or not set(counts) - {NOT_SPECIFIED}:
        return
    not_collected = line["not_collected"] or ()
    for code, before in earlier.by_code(dataset, column.name).items():
        known = code in catalog.allowed(column) and code != NOT_SPECIFIED
        if not known or code in counts or f"{column.name}={code}" in list(not_collected):
            continue
        if two_counts_p(before, 0) < catalog.findings[_DISAPPEARED].limit:
            place = Place(dataset, ret.sheets[dataset].sheet, None, column.name)
            texts = {"before": before, "earlier": earlier.year, "year": now.year}
            yield finding(catalog, _DISAPPEARED, place=place, seen=code, **texts)
