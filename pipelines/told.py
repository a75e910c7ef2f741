"""What the annex tables say in words, in the language of an edition; the files themselves stay as they are.

Belongs here: columns whose words are closed lists: claims, steps, submissions, national offences, notes of other
sources. The report prints them through this module, and the reading of a release compares with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from data_contracts.messages import ENGLISH, decimal, holes, later, name_of, retold, say, spoken
from data_contracts.model import Catalog, Region
from pipelines.trends_series import HEADLINE
from pipelines.trends_words import TrendWords, trend_words

Row = Mapping[str, str]
# The columns that are told, and those of them that are part of the key of their table, which stays as it is.
TOLD = {
    "claims": ("label", "completeness", "wording", "reason"),
    "processing_steps": ("title", "does"),
    "revisions": ("submissions",),
    "offences": ("act", "label", "directive"),
    "other_sources": ("note", "period"),
}
_TOLD_KEYS = {"offences": ("act",), "other_sources": ("period",)}
# How many of how many, as the number of partners behind a figure; articles that are wider than the Directive.
OF, WIDER = later("{part} of {whole}"), later("{articles} (wider)")
_SPANS = (later("{first} to {last}"),)
_PERIODS_OF_SOURCES = (later("to c.{year}"), later("to {year}"), later("c.{year}"))
_SUBMISSIONS, _NONE = later("{partner} {then} to {now}"), later("none")
# The holes of a clause that hold a reason or years.
_REASON, _PERIODS = "reason", ("before_period", "years")


def told_rows(table: str, rows: Iterable[Row], *, catalog: Catalog, region: Region) -> list[dict[str, str]]:
    """The rows of an annex table with their words in the language that is spoken."""
    if spoken() == ENGLISH:
        return [dict(row) for row in rows]
    if table == "claims":
        words = _words(catalog.root)
        return [{**row, **_claim(row, words, catalog, region)} for row in rows]
    return [{**row, **{name: _told(name, row[name]) for name in TOLD.get(table, ())}} for row in rows]


@cache
def _words(root: Path) -> TrendWords:
    return trend_words(root)


def _told(column: str, text: str) -> str:
    """The words of one column: from a template where it has one, else as a text of the catalog."""
    if column == "submissions":
        return "; ".join(_submissions(part) for part in text.split("; "))
    if column == "period":
        return retold(text, _PERIODS_OF_SOURCES)
    return retold(text, (WIDER,)) if column == "directive" else say(text)


def _submissions(text: str) -> str:
    found = holes(_SUBMISSIONS, text)
    if found is None:
        return text
    return say(_SUBMISSIONS, **{name: say(_NONE) if part == _NONE else part for name, part in found.items()})


def told_key(table: str, column: str, text: str) -> str:
    """A column of an annex table's key as it is printed, in the language that is spoken."""
    return _told(column, text) if column in _TOLD_KEYS.get(table, ()) else text


def told_span(period: str) -> str:
    """A year as it is, a span of years and a range in words."""
    return retold(period, _SPANS)


def _claim(row: Row, words: TrendWords, catalog: Catalog, region: Region) -> dict[str, str]:
    return {
        "label": _label(row, words, catalog, region),
        "completeness": retold(row["completeness"], words.completeness.values()),
        "wording": _wording(row, words),
        "reason": _reasons(row["reason"], words),
        "before_period": told_span(row["before_period"]),
    }


def _wording(row: Row, words: TrendWords) -> str:
    """The clause of a claim from the same template as the English one, with the same figures in it."""
    template = words.comparisons[row["comparison"]].wording(row["wording_key"])
    if row["family"] == HEADLINE:
        return _clause(template, row["wording"], words)
    before, _, after = words.exploratory.partition("{wording}")
    clause = row["wording"].removeprefix(before).removesuffix(after)
    return say(words.exploratory, wording=_clause(template, clause, words))


def _clause(template: str, text: str, words: TrendWords) -> str:
    filled = holes(template, text) or {}
    return say(template, **{name: _filling(name, value, words) for name, value in filled.items()})


def _filling(name: str, value: str, words: TrendWords) -> str:
    """A reason, a period or a count of a clause."""
    if name == _REASON:
        return _reasons(value, words)
    return told_span(value) if name in _PERIODS else decimal(value)


def _reasons(text: str, words: TrendWords) -> str:
    """Reasons one by one, for each is of a closed list."""
    parts: list[str] = []
    rest = text
    while rest:
        found = next(
            (part for part in _beginnings(rest, words.joiner) if _known(part, words) is not None), rest
        )
        parts.append(_known(found, words) or found)
        rest = rest[len(found) :].removeprefix(words.joiner)
    return say(words.joiner).join(parts)


def _beginnings(text: str, joiner: str) -> Iterable[str]:
    pieces = text.split(joiner)
    return [joiner.join(pieces[:number]) for number in range(1, len(pieces) + 1)]


def _known(text: str, words: TrendWords) -> str | None:
    for template in words.reasons.values():
        found = holes(template, text)
        if found is not None:
            return say(template, **{name: told_span(value) for name, value in found.items()})
    return None


def _label(row: Row, words: TrendWords, catalog: Catalog, region: Region) -> str:
    """The name of a series, from its codes."""
    if row["family"] == HEADLINE:
        return retold(row["label"], words.series.values())
    dataset, second, *rest = row["series"].split("-", 2)
    contract = catalog.contracts[dataset]
    title = say(contract.title)
    if second == "total":
        return say(words.labels["total"], title=title)
    if second in contract.dimension_names:
        code = _code(row, second, rest[0], catalog)
        return say(words.labels["breakdown"], title=title, dimension=name_of(second), code=code)
    partner = next((one.names[spoken()] for one in region.partners if one.code == second), second)
    if not rest:
        return say(words.labels["partner"], title=title, partner=partner)
    return say(words.labels["tested_on"], title=title, measure=name_of(rest[0]), partner=partner)


def _code(row: Row, dimension: str, code: str, catalog: Catalog) -> str:
    """The label of a code of a dimension, or of one of its groupings."""
    own = catalog.code_lists[
        str(catalog.contracts[row["series"].partition("-")[0]].column(dimension).code_list)
    ]
    lists = [own, *(catalog.code_lists[name] for name in own.codes[0].groups)]
    return next(one.label(code, spoken()) for one in lists if code in one.values)
