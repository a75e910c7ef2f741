"""The annex of judgements: those of this edition, and what became of earlier ones, with their scores.

Belongs here: tables of `data/judgements.csv` and `data/judgement_scores.csv`. The scale is data of the contracts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from data_contracts.messages import later, say
from pipelines.likelihood import load_likelihood
from pipelines.told import told_span
from report.edition import Edition
from report.markdown import bullets, heading, plain, table
from report.tables import titled, words

OPEN = later("still open")
CONFIDENCE = {
    "low": later("{likelihood}; low confidence"),
    "moderate": later("{likelihood}; moderate confidence"),
    "high": later("{likelihood}; high confidence"),
}
NO_SCORE = "–"
ONE_AND_ALL = 2
Row = Mapping[str, str]


def judgements_annex(edition: Edition, *, passage: Callable[[str], str]) -> str:
    """The whole chapter; nothing where neither this edition nor an earlier one has judged anything."""
    rows = edition.judgements.to_dicts()
    if not rows:
        return ""
    year = str(edition.year)
    own, earlier = [row for row in rows if row["edition"] == year], [r for r in rows if r["edition"] != year]
    blocks = [
        heading(1, say("Judgements and what became of them"), "judgements"),
        passage("judgements"),
        _scale(edition),
    ]
    if own:
        blocks.append(_own(edition, own))
    if earlier:
        blocks += [
            heading(2, say("What became of earlier judgements"), "judgement-outcomes"),
            passage("outcomes"),
        ]
        blocks += [_earlier(edition, earlier), *_scores(edition)]
    return "\n\n".join(blocks)


def _scale(edition: Edition) -> str:
    rows = [
        [titled(say(term.label)), told_span(term.range)]
        for term in load_likelihood(edition.catalog.root).scale
    ]
    return table("likelihood", say("The scale of likelihood"), [say("Term"), say("Range")], rows, words=2)


def _own(edition: Edition, rows: Sequence[Row]) -> str:
    lines = [
        [
            _of(edition, row, "name"),
            _text(edition, row),
            say(CONFIDENCE[row["confidence"]], likelihood=_likelihood(edition, row)),
            _of(edition, row, "basis"),
            say(
                "{office}; until {day}", office=_of(edition, row, "office"), day=_of(edition, row, "horizon")
            ),
        ]
        for row in rows
    ]
    header = [say("Name"), say("Judgement"), say("Likelihood"), say("Basis"), say("Office and horizon")]
    caption = say("The judgements of the edition of {year}", year=edition.shown_year(edition.year))
    return table("judgements", caption, header, lines, words=len(header))


def _earlier(edition: Edition, rows: Sequence[Row]) -> str:
    lines = [
        [
            _of(edition, row, "edition"),
            _text(edition, row),
            _likelihood(edition, row),
            _outcome(edition, row),
            _of(edition, row, "outcome_basis"),
            edition.printed("judgements", row, "score", _short(row["score"])) if row["score"] else NO_SCORE,
        ]
        for row in rows
    ]
    header = [
        *(
            say("Edition"),
            say("Judgement"),
            say("Likelihood"),
            say("Outcome"),
            say("Told from"),
            say("Score"),
        ),
    ]
    return table("judgement-outcomes", say("Earlier judgements and their outcomes"), header, lines, words=5)


def _text(edition: Edition, row: Row) -> str:
    return edition.printed("judgements", row, "text", titled(row["text"]))


def _outcome(edition: Edition, row: Row) -> str:
    if not row["outcome"]:
        return titled(say(OPEN))
    return f"{titled(words(row['outcome']))}, {_of(edition, row, 'outcome_date')}"


def _scores(edition: Edition) -> list[str]:
    rows = edition.judgement_scores.to_dicts()
    if len(rows) == ONE_AND_ALL:
        rows = rows[:1]
    lines = [
        plain(
            say(
                "{which}: {happened} of {decided} that could be told happened; {mean}",
                which=say("All editions")
                if row["edition"] == "all"
                else say("Edition of {name}", name=_score(edition, row, "edition")),
                happened=_score(edition, row, "happened"),
                decided=_score(edition, row, "decided"),
                mean=_mean(edition, row),
            )
        )
        for row in rows
    ]
    return [bullets(lines)] if lines else []


def _mean(edition: Edition, row: Row) -> str:
    if not row["mean_score"]:
        return say("too few for a mean score.")
    mean = edition.printed("judgement_scores", row, "mean_score", _short(row["mean_score"]))
    return say("mean score {mean}.", mean=mean)


def _short(score: str) -> str:
    return f"{float(score):.2f}"


def _likelihood(edition: Edition, row: Row) -> str:
    term = load_likelihood(edition.catalog.root).terms[row["likelihood"]]
    return f"{titled(say(term.label))}, {range_of(edition, row)}"


def range_of(edition: Edition, row: Row) -> str:
    """The range of a judgement's likelihood, with its keys."""
    low, high = (
        edition.printed("judgements", row, name, f"{float(row[name]):.0%}".replace("%", " %"))
        for name in ("low", "high")
    )
    return say("{first} to {last}", first=low, last=high)


def _of(edition: Edition, row: Row, column: str) -> str:
    return edition.printed("judgements", row, column)


def _score(edition: Edition, row: Row, column: str) -> str:
    return edition.printed("judgement_scores", row, column)
