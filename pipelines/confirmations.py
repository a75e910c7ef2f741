"""Answers to warnings: what the cover's `confirmations` say, and which findings they answer.

Belongs here: the text form, its match with findings, and what is wrong with an answer. A reason is read by people
in the return itself; it is repeated nowhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from data_contracts.model import Catalog
from pipelines.cover import load_cover_rules
from pipelines.findings import Finding, Place, echo, finding, suggestion
from pipelines.reading import Return

KIND = "confirmations"
_CODE = r"[A-Z][0-9]?-[a-z][a-z0-9-]*"
_BETWEEN = re.compile(rf"[;,\n]\s*(?={_CODE}\s*[@:])|;\s*(?:\n|$)")
_ENTRY = re.compile(rf"({_CODE})\s*(?:@\s*([^:]*?)\s*)?:\s*\S.*", re.DOTALL)


@dataclass(frozen=True)
class Confirmation:
    """An answer to the warnings of one code in a dataset (None: those of no dataset), at a row and column if given.

    `place` is where the answer itself stands on the cover.
    """

    code: str
    dataset: str | None
    row: int | None
    column: str | None
    place: Place

    def answers(self, found: Finding) -> bool:
        """Whether a finding is a warning that this answers."""
        if found.severity != "warning" or found.code != self.code:
            return False
        within = found.dataset or ((found.sheet or "").casefold() if self.dataset else None)
        column = (found.column or "").rpartition(".")[2].casefold()
        return (
            within == self.dataset
            and self.row in (None, found.row)
            and (self.column is None or column == self.column)
        )


def read_confirmations(
    ret: Return, *, datasets: Sequence[str], catalog: Catalog
) -> tuple[list[Confirmation], list[Finding]]:
    """The confirmations of a cover, and what is wrong with those that cannot be read or name no warning."""
    rules = load_cover_rules(catalog.root)
    whole = [(None, field.name) for field in rules.fields if field.kind == KIND]
    inner = [field.name for field in rules.dataset_fields if field.kind == KIND]
    fields = [*whole, *((dataset, f"{dataset}.{name}") for dataset in datasets for name in inner)]
    read: list[Confirmation] = []
    found: list[Finding] = []
    for dataset, name in fields:
        place = ret.fields.place(name)
        for entry in filter(None, map(str.strip, _BETWEEN.split(ret.text(name)))):
            one = _confirmation(entry, dataset, place, row_words=rules.row_words)
            if one is None:
                found.append(finding(catalog, "C-confirmation-form", place=place))
            elif one.code not in _codes_of_warnings(catalog):
                close = suggestion(one.code, _codes_of_warnings(catalog))
                found.append(
                    finding(
                        catalog, "C-confirmation-code", place=place, seen=echo(one.code), suggestion=close
                    )
                )
            else:
                read.append(one)
    return read, found


def _codes_of_warnings(catalog: Catalog) -> list[str]:
    return [rule.code for rule in catalog.findings.values() if rule.severity == "warning"]


def _confirmation(
    entry: str, dataset: str | None, place: Place, *, row_words: Sequence[str]
) -> Confirmation | None:
    """One entry `CODE@place: reason`, the place a row, a column, both or none; None where it is not of this form."""
    match = _ENTRY.fullmatch(entry)
    if match is None:
        return None
    words = [
        word for word in re.split(r"[\s,]+", (match[2] or "").casefold()) if word not in ("", *row_words)
    ]
    rows = [int(word) for word in words if word.isdecimal()]
    columns = [word.rpartition(".")[2] for word in words if not word.isdecimal()]
    if len(rows) > 1 or len(columns) > 1:
        return None
    return Confirmation(match[1], dataset, next(iter(rows), None), next(iter(columns), None), place)


def confirmed(
    findings: Iterable[Finding], answers: Sequence[Confirmation], *, levels: Sequence[int], catalog: Catalog
) -> list[Finding]:
    """The findings with those that are answered marked, and one more for each answer to nothing.

    An answer to a warning of a level that was not run is left alone.
    """
    marked = [
        replace(found, confirmed=found.confirmed or any(answer.answers(found) for answer in answers))
        for found in findings
    ]
    unused = [
        finding(catalog, "C-confirmation-unused", place=answer.place, seen=answer.code)
        for answer in answers
        if catalog.findings[answer.code].level in levels and not any(map(answer.answers, marked))
    ]
    return marked + unused
