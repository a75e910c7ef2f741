"""What the checks asked about the returns that count, and which of it the partner has answered on the cover.

Belongs here: the warnings of accepted returns, read from their verdicts. Of an answer only that there is one is
known here; its text stays in the return.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass

from pipelines.register import Store


@dataclass(frozen=True)
class Question:
    """A warning; `dataset` is None where it concerns the whole return."""

    code: str
    dataset: str | None
    confirmed: bool

    def concerns(self, dataset: str) -> bool:
        """Whether it is about a dataset, alone or with the whole return."""
        return self.dataset in (dataset, None)


def questions(store: Store, returns: Collection[str]) -> dict[str, tuple[Question, ...]]:
    """By hash, the warnings of accepted returns by what the checks last said."""
    newest = {e["sha256"]: e["verdict"] for e in store.events() if e["event"] == "checked"}
    return {sha256: _of_verdict(store, newest[sha256]) for sha256 in returns if sha256 in newest}


def _of_verdict(store: Store, name: str) -> tuple[Question, ...]:
    found = json.loads((store.root / "verdicts" / name).read_text(encoding="utf-8"))["findings"]
    return tuple(
        Question(entry["code"], entry["dataset"], bool(entry.get("confirmed", False)))
        for entry in found
        if entry["severity"] == "warning"
    )
