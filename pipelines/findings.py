"""What a check says about a return: findings, the verdict and their JSON form.

Belongs here: the shape of a finding and what may be repeated of a return's content. The texts are data, in
`data_contracts/findings.yaml`; the rules are checked in `checking*.py`.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Literal

from data_contracts.model import Catalog
from pipelines.screening_echo import may_be_repeated

NOT_REPEATED = "text (not repeated)"
EMPTY = "empty"
_TOKEN = re.compile(r"[A-Za-z0-9_.,:+-]{1,40}")
_MOST_DIGITS = 9  # a longer number, or one that begins with 0, may be that of a person, account or telephone
_SPACES = re.compile("[\u00a0\u2007\u202f\u200b\ufeff]")

Verdict = Literal["accepted", "rejected"]


@dataclass(frozen=True)
class Finding:
    """One finding, with its place in the sender's file (`row` counts the header; None where a whole file is meant).

    `confirmed`: a warning that the cover answers; the answer itself is not repeated. `values` are what the texts
    were filled with, so that they can be given in another language too.
    """

    code: str
    severity: str
    dataset: str | None
    sheet: str | None
    row: int | None
    column: str | None
    rule: str
    expected: str
    seen: str
    remedy: str
    confirmed: bool = False
    values: tuple[tuple[str, str], ...] = field(default=(), compare=False, repr=False)


@dataclass(frozen=True)
class Place:
    """Where something stands in the sender's file."""

    dataset: str | None = None
    sheet: str | None = None
    row: int | None = None
    column: str | None = None


def finding(catalog: Catalog, code: str, *, place: Place, seen: str = "", **values: object) -> Finding:
    """A finding with the texts of its code; `values` fill the placeholders.

    Raises:
        KeyError: The code is not in findings.yaml, or a placeholder of its texts has no value.
    """
    rule = catalog.findings[code]
    if seen != EMPTY and not may_be_repeated(catalog, code, seen):
        seen = NOT_REPEATED
    place = Place(
        place.dataset, _address(catalog, code, place.sheet), place.row, _address(catalog, code, place.column)
    )
    filled = {
        "column": place.column,
        "dataset": place.dataset,
        "sheet": place.sheet,
        "row": place.row,
        **values,
    }
    return Finding(
        code=code,
        severity=rule.severity,
        dataset=place.dataset,
        sheet=place.sheet,
        row=place.row,
        column=place.column,
        rule=rule.rule.format(**filled),
        expected=rule.expected.format(**filled),
        seen=seen,
        remedy=rule.remedy.format(**filled),
        values=tuple((name, str(value)) for name, value in values.items()),
    )


def _address(catalog: Catalog, code: str, name: str | None) -> str | None:
    return name if name is None or may_be_repeated(catalog, code, name) else NOT_REPEATED


def clean(text: str | None) -> str:
    """The text without no-break spaces and outer blanks; None becomes empty."""
    return "" if text is None else _SPACES.sub(" ", text).strip()


def echo(text: str | None) -> str:
    """What may be repeated of a value: a number, or a word that `finding` then compares with the known ones."""
    value = clean(text)
    if not value:
        return EMPTY
    digits = sum(letter.isdecimal() for letter in value)
    numbered = digits > _MOST_DIGITS or (digits > 4 and value.lstrip("+-").startswith("0"))
    return NOT_REPEATED if numbered or _TOKEN.fullmatch(value) is None else value


def suggestion(text: str, allowed: Sequence[str]) -> str:
    """A sentence with the closest codes, or nothing."""
    lowered = {code.casefold(): code for code in allowed}
    words = re.sub(r"[\s-]+", "_", text.casefold())
    close = difflib.get_close_matches(words, lowered, n=2, cutoff=0.6)
    return f" Did you mean {' or '.join(lowered[word] for word in close)}?" if close else ""


def verdict(findings: Iterable[Finding]) -> Verdict:
    """`rejected` with any error; warnings and information do not reject."""
    return "rejected" if any(found.severity == "error" for found in findings) else "accepted"


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings by severity, sheet, row and column, each once."""
    rank = {"error": 0, "warning": 1, "information": 2}
    return tuple(
        sorted(
            dict.fromkeys(findings),
            key=lambda f: (rank[f.severity], f.sheet or "", f.row or 0, f.column or "", f.code, f.seen),
        )
    )


def to_json(findings: Sequence[Finding], *, levels_run: Sequence[int]) -> dict[str, object]:
    """Verdict, levels and findings in the order of keys that other tools rely on."""
    return {
        "verdict": verdict(findings),
        "levels_run": list(levels_run),
        "findings": [
            {key: value for key, value in asdict(found).items() if key != "values"} for found in findings
        ],
    }
