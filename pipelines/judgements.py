"""Forward-looking judgements: those of an edition, those of earlier editions with what became of them, their scores.

Belongs here: the tables, from the editor's judgements and what the last edition has published. Reading the editor's
file is `judgements_file.py`; whether it is sound is found by the lint in `report/editorial/`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import polars as pl

from data_contracts.model import Catalog
from pipelines.editions import PublishedEdition
from pipelines.judgements_file import EditorsJudgements, Outcome
from pipelines.likelihood import Likelihood, load_likelihood

TABLE = "judgements"
JUDGEMENTS: dict[str, pl.DataType] = {
    "edition": pl.String(),
    "name": pl.String(),
    "text": pl.String(),
    "likelihood": pl.String(),
    "low": pl.String(),
    "high": pl.String(),
    "confidence": pl.String(),
    "basis": pl.String(),
    "office": pl.String(),
    "horizon": pl.String(),
    "outcome": pl.String(),
    "outcome_date": pl.String(),
    "outcome_basis": pl.String(),
    "answered_in": pl.String(),
    "score": pl.String(),
}
SCORES: dict[str, pl.DataType] = {
    "edition": pl.String(),
    "judgements": pl.String(),
    "decided": pl.String(),
    "happened": pl.String(),
    "mean_score": pl.String(),
}
HAPPENED: Mapping[str, int] = {"happened": 1, "did_not": 0}
ALL_EDITIONS = "all"
Row = Mapping[str, str]


def judgements(
    own: EditorsJudgements, last: PublishedEdition | None, *, year: int, catalog: Catalog
) -> pl.DataFrame:
    """The judgements of an edition, then those of earlier ones with their outcomes.

    Grain: judgement. Columns: `JUDGEMENTS`. An outcome that an earlier edition has published stays as it is.

    Source: methodology, section 5.
    """
    scale = load_likelihood(catalog.root)
    outcomes = {(outcome.edition, outcome.judgement): outcome for outcome in own.outcomes}
    rows = [*_new(own, scale, str(year))]
    for row in earlier_judgements(last):
        answer = outcomes.get((row["edition"], row["name"]))
        rows.append(
            _answered(row, answer, str(year)) if answer is not None and not row["outcome"] else dict(row)
        )
    return pl.DataFrame(rows, schema=JUDGEMENTS, orient="row")


def earlier_judgements(last: PublishedEdition | None) -> list[Row]:
    """The judgements that the last edition has published, its own and those that it carried on."""
    if last is None or not last.holds(TABLE):
        return []
    return list(last.figures(TABLE).iter_rows(named=True))


def _new(own: EditorsJudgements, scale: Likelihood, edition: str) -> Iterator[dict[str, str]]:
    for name, judgement in own.judgements.items():
        low, high = scale.terms[judgement.likelihood].bounds
        said = judgement.model_dump() | {"low": f"{low / 100:.2f}", "high": f"{high / 100:.2f}"}
        yield dict.fromkeys(JUDGEMENTS, "") | {"edition": edition, "name": name} | said


def _answered(row: Row, answer: Outcome, edition: str) -> dict[str, str]:
    told = {"outcome": answer.outcome, "outcome_date": answer.date, "outcome_basis": answer.basis}
    return {**row, **told, "answered_in": edition, "score": _score(row, answer)}


def _score(row: Row, answer: Outcome) -> str:
    """Brier's score of one judgement, at the middle of its range; nothing where the outcome cannot be told.

    Source: Brier (1950), Monthly Weather Review 78.
    """
    if answer.outcome not in HAPPENED:
        return ""
    middle = (float(row["low"]) + float(row["high"])) / 2
    return f"{(middle - HAPPENED[answer.outcome]) ** 2:.4f}"


def judgement_scores(table: pl.DataFrame, *, catalog: Catalog) -> pl.DataFrame:
    """How the judgements of earlier editions fared, by edition and over all.

    Grain: edition, or `all`. Columns: `SCORES`. No mean over fewer decided judgements than the scale asks for.
    """
    fewest = load_likelihood(catalog.root).fewest_scored
    answered = table.filter(pl.col("outcome") != "")
    editions = answered["edition"].unique().sort().to_list()
    groups = {edition: answered.filter(edition=edition) for edition in editions}
    if groups:
        groups[ALL_EDITIONS] = answered
    rows = [_mean(edition, group, fewest) for edition, group in groups.items()]
    return pl.DataFrame(rows, schema=SCORES, orient="row")


def _mean(edition: str, group: pl.DataFrame, fewest: int) -> tuple[str, ...]:
    scores = [float(score) for score in group["score"] if score]
    mean = f"{sum(scores) / len(scores):.4f}" if len(scores) >= fewest else ""
    happened = group.filter(outcome="happened").height
    return edition, str(group.height), str(len(scores)), str(happened), mean
