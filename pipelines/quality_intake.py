"""What the store knows of a year's returns that the quality report counts: receipts and questions, never a figure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from data_contracts.model import Catalog, Region
from pipelines.acceptance import accepted_returns, all_returns
from pipelines.protection import EXACT
from pipelines.questions import Question, questions
from pipelines.register import Store


@dataclass(frozen=True)
class Intake:
    """A partner's returns for a year.

    `first_received` is the receipt of the first that was accepted (ISO), None where none was; `asked` are the
    warnings of the one that counts; `as_reported` are the datasets whose figures are published as reported.
    """

    first_received: str | None
    asked: Sequence[Question]
    as_reported: frozenset[str]


def intake_of(store: Store, *, catalog: Catalog, region: Region, year: int) -> dict[str, Intake]:
    """By partner, what is known of its returns for the year."""
    accepted = all_returns(store).filter(reference_year=year)
    counting = accepted_returns(store, year=year).filter(reference_year=year)
    asked = questions(store, set(counting["sha256"]))
    found = {}
    for partner in region.partners_in(year):
        own = counting.filter(partner=partner.code)
        first = accepted.filter(partner=partner.code)["received_at"].min()
        events = {name for name in region.datasets if catalog.contracts[name].protects == "events"}
        exact = set(own.filter(pl.col("release") == EXACT)["dataset"])
        warnings = [
            question for sha256 in own["sha256"].unique(maintain_order=True) for question in asked[sha256]
        ]
        found[partner.code] = Intake(
            None if first is None else str(first), warnings, frozenset(events | exact)
        )
    return found
