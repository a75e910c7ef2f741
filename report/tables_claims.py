"""What may be said of changes, and the tests behind it: the claims, the smallest clear rises and the power.

Belongs here: tables of `data/claims.csv`, `data/clear_rises.csv` and `data/power.csv`. The key points take their claims
in `sentences.py`; what is licensed was decided in `pipelines/trends.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from data_contracts.messages import later, say
from report.edition import Edition
from report.markdown import bullets, heading, plain, table
from report.tables import titled

NOTHING, UNBOUNDED = "–", "∞"
NO_COMPARISON = later("The edition shows no earlier year to compare with.")
MAY_BE_SAID = {
    "rise": later("higher"),
    "fall": later("lower"),
    "chance": later("chance"),
    "not_comparable": later("not compared"),
    "no_value": later("no figure"),
}
Row = Mapping[str, str]


def claims(edition: Edition) -> str:
    """What may be said of each series of the headline list, and which partners are behind it."""
    rows = [
        [
            row["label"],
            edition.printed("claims", row, "wording"),
            edition.printed("claims", row, "completeness"),
            _number(edition, row, "p_adjusted", 3),
        ]
        for row in _of(edition, "headline")
    ]
    if not rows:
        return say(NO_COMPARISON) + "\n"
    header = [say("Series"), say("What may be said"), say("Partners"), say("p, adjusted")]
    return table("claims", say("The headline list: what may be said of each series"), header, rows, words=3)


def headline_tests(edition: Edition) -> str:
    """The tests of the headline list."""
    rows = _of(edition, "headline")
    if not rows:
        return say(NO_COMPARISON) + "\n"
    return _tests(edition, "claims-tests", say("The headline list: every comparison with its test"), rows)


def exploratory_tests(edition: Edition) -> str:
    """The tests of all other series, a table for each dataset, and what was not compared for which reason."""
    blocks = []
    for dataset, contract in edition.contracts.items():
        known = [row for row in _of(edition, "exploratory") if row["series"].startswith(f"{dataset}-")]
        shown = [row for row in known if row["test"] and _has_event(row)]
        if shown:
            caption = say("Exploratory comparisons with their tests: {title}", title=contract.title)
            blocks.append(_tests(edition, f"claims-{dataset}", caption, shown))
    reasons = list(_reasons(edition, _of(edition, "exploratory")))
    if reasons:
        blocks += [
            heading(2, say("Exploratory series that are not compared"), "claims-reasons"),
            bullets(reasons),
        ]
    return "\n".join(blocks) or say(NO_COMPARISON) + "\n"


def _of(edition: Edition, family: str) -> list[dict[str, str]]:
    return edition.claims.filter(family=family).to_dicts()


def _has_event(row: Row) -> bool:
    return any(float(row[name] or 0) for name in ("before_value", "after_value"))


def _tests(edition: Edition, name: str, caption: str, rows: Sequence[Row]) -> str:
    titles = _titles(edition, "comparison")
    batched = any(row["dispersion"] for row in rows)
    lines = [
        [
            row["label"],
            titles[row["comparison"]],
            _count(edition, row, "before"),
            _count(edition, row, "after"),
            *([_number(edition, row, "dispersion", 2)] if batched else []),
            _number(edition, row, "p", 3),
            _number(edition, row, "p_adjusted", 3),
            _number(edition, row, "ratio", 2, missing=UNBOUNDED),
            _interval(edition, row),
            say(MAY_BE_SAID[row["wording_key"]]),
        ]
        for row in rows
    ]
    dispersion = [say("Dispersion")] if batched else []
    tested = ["p", say("p, adjusted"), say("Ratio"), say("95 % interval"), say("Result")]
    header = [say("Series"), say("Compared with"), say("Before"), say("Now"), *dispersion, *tested]
    return table(name, caption, header, lines, words=2)


def _titles(edition: Edition, column: str) -> dict[str, str]:
    """What the codes of a column of the claims mean, from the interface."""
    annex = {one.name: one for one in edition.interface.annex}["claims"]
    found = {one.name: one for one in annex.columns}[column]
    return {value.code: value.description for value in found.values}


def _count(edition: Edition, row: Row, period: str) -> str:
    value = row[f"{period}_value"]
    if not value:
        return NOTHING
    mark = "~" if row[f"{period}_rounded"] == "true" else ""
    return edition.printed("claims", row, f"{period}_value", f"{mark}{float(value):.0f}")


def _number(edition: Edition, row: Row, column: str, decimals: int, *, missing: str = NOTHING) -> str:
    """A number of a claim; `missing` where there is a test and the number is not finite."""
    if row[column]:
        return edition.printed("claims", row, column, f"{float(row[column]):.{decimals}f}")
    return missing if row["test"] and _has_event(row) else NOTHING


def _interval(edition: Edition, row: Row) -> str:
    if not row["test"] or not _has_event(row):
        return NOTHING
    low, high = (_number(edition, row, name, 2, missing=UNBOUNDED) for name in ("ratio_low", "ratio_high"))
    return say("{first} to {last}", first=low, last=high)


def _reasons(edition: Edition, rows: Sequence[Row]) -> Iterator[str]:
    """A point for each reason: the series that are not compared for it."""
    titles = _titles(edition, "comparison")
    series: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        if row["wording_key"] in ("not_comparable", "no_value"):
            series.setdefault((row["comparison"], row["reason"]), []).append(row)
    for (comparison, _), group in series.items():
        reason = edition.printed("claims", group[0], "reason")
        series_shown = _listed(row["label"] for row in group)
        text = later("With {comparison}, because {reason}: {series}.")
        yield plain(say(text, comparison=titles[comparison], reason=reason, series=series_shown))


def _listed(labels: Iterable[str]) -> str:
    """Labels of series, those of one breakdown together: what is broken down, and its codes behind it."""
    codes: dict[str, list[str]] = {}
    for label in dict.fromkeys(labels):
        series, _, code = label.partition(": ")
        codes.setdefault(series, []).extend([code] if code else [])
    return "; ".join(f"{series} ({', '.join(of)})" if of else series for series, of in codes.items())


def clear_rises(edition: Edition) -> str:
    """The smallest second count that is a clear rise from each first count, alone and adjusted."""
    rows: dict[str, dict[str, Row]] = {}
    for row in edition.clear_rises.iter_rows(named=True):
        rows.setdefault(row["before"], {})[row["comparisons"]] = row
    lines = [
        [
            edition.printed("clear_rises", by["1"], "before"),
            *(edition.printed("clear_rises", r, "after") for r in by.values()),
        ]
        for by in rows.values()
    ]
    header = [say("From"), say("One comparison"), *_adjusted(edition)]
    caption = say("The smallest second count that is a clear rise from a first count, at 5 %")
    return table("clear-rises", caption, header, lines)


def _adjusted(edition: Edition) -> list[str]:
    """The heading of what is adjusted; none where there is one comparison only."""
    rows = edition.clear_rises.filter(before="0").to_dicts()[1:]
    return [
        say(
            "Beside all {number} of the headline list",
            number=edition.printed("clear_rises", row, "comparisons"),
        )
        for row in rows
    ]


def power(edition: Edition) -> str:
    """How often a true rise is called: a row for each comparison and base, a column for each ratio."""
    rows: dict[tuple[str, str, str], list[Row]] = {}
    for row in edition.power.iter_rows(named=True):
        rows.setdefault((row["comparison"], row["comparisons"], row["base"]), []).append(row)
    titles = {
        name: text.removesuffix(say(" together")) for name, text in _titles(edition, "comparison").items()
    }
    lines = [
        [
            titles[comparison],
            edition.printed("power", group[0], "comparisons"),
            edition.printed("power", group[0], "base"),
            *(
                edition.printed(
                    "power", row, "probability", f"{float(row['probability']):.0%}".replace("%", " %")
                )
                for row in group
            ),
        ]
        for (comparison, _, _), group in rows.items()
    ]
    ratios = next(iter(rows.values()))
    header = [
        say("Compared with"),
        say("Comparisons"),
        say("Base"),
        *("× " + edition.printed("power", row, "ratio", f"{float(row['ratio']):g}") for row in ratios),
    ]
    caption = say(
        "How often the test calls a true rise, by expected count of a year before (base) and true ratio"
    )
    return table("power", caption, [titled(one) for one in header], lines, words=1)


NAMED: Mapping[str, Callable[[Edition], str]] = {
    "claims": claims,
    "claims_tests": headline_tests,
    "claims_exploratory": exploratory_tests,
    "clear_rises": clear_rises,
    "power": power,
}
