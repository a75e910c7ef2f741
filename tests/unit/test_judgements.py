"""Judgements: what is published of them, what became of earlier ones, and how they are scored."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import polars as pl
import pytest

from data_contracts.catalog import load_catalog
from data_contracts.interface import load_interface
from pipelines.checksums import write_checksums
from pipelines.editions import PublishedEdition
from pipelines.judgements import JUDGEMENTS, judgement_scores, judgements
from pipelines.judgements_file import EditorsJudgements, Judgement, Outcome, read_judgements
from pipelines.likelihood import load_likelihood

CATALOG = load_catalog()
SCALE = load_likelihood(CATALOG.root)


def judgement(likelihood: str = "likely") -> Judgement:
    return Judgement(
        text=f"it is {likelihood} that it happens",
        likelihood=likelihood,
        confidence="low",
        basis="Returns of the partners.",
        office="Analysts",
        horizon="2025-12-31",
    )


def outcome(name: str, happened: str, edition: str = "2024") -> Outcome:
    return Outcome(edition=edition, judgement=name, outcome=happened, date="2026-03-01", basis="Returns.")


def published(folder: Path, table: pl.DataFrame, year: int = 2024) -> PublishedEdition:
    (folder / "data").mkdir(parents=True)
    table.write_csv(folder / "data" / "judgements.csv")
    write_checksums(folder)
    return PublishedEdition("western_balkans", year, 1, folder)


def test_a_judgement_is_scored_at_the_middle_of_its_range(tmp_path: Path) -> None:
    first = judgements(
        EditorsJudgements({"a": judgement(), "b": judgement("unlikely")}), None, year=2024, catalog=CATALOG
    )
    last = published(tmp_path, first)
    answers = EditorsJudgements(outcomes=(outcome("a", "happened"), outcome("b", "cannot_be_told")))
    table = judgements(answers, last, year=2025, catalog=CATALOG)
    rows = {row["name"]: row for row in table.iter_rows(named=True)}
    assert (rows["a"]["low"], rows["a"]["high"], rows["a"]["score"]) == ("0.55", "0.75", "0.1225")
    assert (rows["b"]["outcome"], rows["b"]["score"]) == ("cannot_be_told", "")
    assert {row["answered_in"] for row in rows.values()} == {"2025"}


def test_what_was_published_of_an_outcome_stays(tmp_path: Path) -> None:
    first = judgements(EditorsJudgements({"a": judgement()}), None, year=2023, catalog=CATALOG)
    told = EditorsJudgements(outcomes=(outcome("a", "happened", "2023"),))
    second = judgements(told, published(tmp_path / "1", first, 2023), year=2024, catalog=CATALOG)
    otherwise = EditorsJudgements(outcomes=(outcome("a", "did_not", "2023"),))
    third = judgements(otherwise, published(tmp_path / "2", second), year=2025, catalog=CATALOG)
    assert third.select("outcome", "answered_in").rows() == [("happened", "2024")]


def test_a_mean_is_given_over_enough_decided_judgements_only(tmp_path: Path) -> None:
    names = [f"j{number}" for number in range(SCALE.fewest_scored)]
    first = judgements(
        EditorsJudgements({name: judgement() for name in names}), None, year=2024, catalog=CATALOG
    )
    last = published(tmp_path, first)
    all_told = EditorsJudgements(outcomes=tuple(outcome(name, "did_not") for name in names))
    scores = judgement_scores(judgements(all_told, last, year=2025, catalog=CATALOG), catalog=CATALOG)
    assert scores.rows() == [(edition, "5", "5", "0", "0.4225") for edition in ("2024", "all")]
    fewer = EditorsJudgements(outcomes=all_told.outcomes[:-1])
    scores = judgement_scores(judgements(fewer, last, year=2025, catalog=CATALOG), catalog=CATALOG)
    assert scores["mean_score"].to_list() == ["", ""]
    assert judgement_scores(first, catalog=CATALOG).is_empty()


def test_terms_of_the_scale_do_not_overlap_and_are_those_of_the_interface() -> None:
    bounds = [term.bounds for term in SCALE.scale]
    assert all(low < high for low, high in bounds)
    assert all(before[1] <= after[0] for before, after in pairwise(bounds))
    annex = {table.name: table for table in load_interface(CATALOG.root).annex}["judgements"]
    columns = {column.name: column.codes for column in annex.columns}
    assert list(columns) == list(JUDGEMENTS)
    assert columns["likelihood"] == tuple(SCALE.terms)
    assert columns["confidence"] == SCALE.confidence
    assert columns["outcome"] == SCALE.outcomes


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("it is highly likely", ["highly_likely"]),
        ("it is unlikely", ["unlikely"]),
        ("a Realistic Possibility, though likely", ["realistic_possibility", "likely"]),
        ("it is so", []),
    ],
)
def test_the_longest_word_of_likelihood_counts(text: str, terms: list[str]) -> None:
    assert SCALE.terms_in(text) == terms


@pytest.mark.parametrize(
    ("content", "line", "said"),
    [
        ("judgements: [a, b]\n", 1, "another form"),
        ("other: {}\n", 1, "other parts"),
        ("judgements:\n  a: b: c\n", 2, "is not YAML here"),
        ("judgements:\n  lone actor: {text: x}\n", 2, "is no name"),
        ("judgements:\n  lone: text\n", 2, "lone"),
        ("outcomes:\n  - {edition: 2024, judgement: lone}\n", 2, "outcome: field required"),
        ("outcomes:\n  - text\n", 1, "an outcome"),
        ("judgements:\n  lone: {text: 'it is likely that', likelihood: [a]}\n", 2, "likelihood"),
    ],
)
def test_a_file_that_is_not_sound_is_told_with_its_line(
    content: str, line: int, said: str, tmp_path: Path
) -> None:
    (tmp_path / "judgements.yaml").write_text(content, encoding="utf-8")
    problems = read_judgements(tmp_path, SCALE).problems
    assert (problems[0].line, said in problems[0].seen) == (line, True), problems


def test_a_file_of_other_bytes_is_told(tmp_path: Path) -> None:
    (tmp_path / "judgements.yaml").write_bytes(b"\xff\xfe\x00")
    assert "UTF-8" in read_judgements(tmp_path, SCALE).problems[0].remedy
