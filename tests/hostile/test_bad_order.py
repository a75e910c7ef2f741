"""A thousand files in bad order, renamed, dropped again, the clock set back: each is handled once and ends where its number says."""

from __future__ import annotations

import random
import shutil
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path

import pytest

from data_contracts.catalog import load_catalog
from pipelines.acceptance import accepted_returns
from pipelines.register import Store
from pipelines.register_verify import verify_store
from tests.hostile import builders as b
from tests.hostile.building import REGION, built
from tests.proofs import CASES, SEED, WHOLE, seeded

BATCHES = 5 if WHOLE else 3
PARTNERS = [partner.code for partner in load_catalog().region(REGION).partners]
YEARS = ("2021", "2022", "2023", "2024", "2025", "2026")


@dataclass(frozen=True)
class Content:
    """What is handed over, once or under several names."""

    partner: str
    year: str
    submission: int
    persons: int
    faulty: bool

    @property
    def series(self) -> tuple[str, int]:
        return self.partner, int(self.year)

    def write(self, path: Path, *, packed: bool) -> None:
        cover = b.cover_text(
            partner=self.partner,
            reference_year=self.year,
            submission=str(self.submission),
            prepared_on=f"{int(self.year) + 1}-02-14",
        ).replace("total: 14", f"total: {self.persons + self.faulty}")
        row = b.ROW.replace("14,9", f"{self.persons},")
        content = b.files(cover=cover, arrests=f"{b.HEADER}\n{row}\n")
        if packed:
            b.zipped(path.with_suffix(".zip"), content)
        else:
            b.folder(path, content)


def contents(draw: random.Random, count: int) -> list[Content]:
    """Submissions of every partner and year; some rejected, some numbers missing, some twice with other figures."""
    found: list[Content] = []
    for place in range(count):
        partner, year = PARTNERS[place % 6], YEARS[place // 6 % 6]
        number = place // 36 + 1
        kind = draw.random()
        if number > 1 and kind < 0.08:
            continue  # a number that nobody hands over: what is above it waits
        found.append(Content(partner, year, number, 10 + place, faulty=kind > 0.85))
        if 0.08 <= kind < 0.2:
            found.append(Content(partner, year, number, 5_000 + place, faulty=False))
    return found


def expected(order: list[Content]) -> dict[Content, str]:
    """What the rules make of contents in the order of their first receipt, worked out series by series."""
    became: dict[Content, str] = {}
    by_series: dict[tuple[str, int], list[Content]] = defaultdict(list)
    for content in order:
        by_series[content.series].append(content)
    for own in by_series.values():
        waits = False
        for number in range(1, max(content.submission for content in own) + 1):
            here = [content for content in own if content.submission == number]
            waits = waits or not here
            good = [content for content in here if not content.faulty]
            became |= dict.fromkeys(here, "rejected")
            became |= dict.fromkeys(good if waits else good[:1], "pending" if waits else "accepted")
    return became


@seeded(1000)
def test_each_file_is_handled_once_and_ends_where_its_number_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, record_property: pytest.RecordProperty
) -> None:
    count = CASES["test_each_file_is_handled_once_and_ends_where_its_number_says"]
    draw = random.Random(SEED)
    known = contents(draw, count * 3 // 4)
    dropped = [*known, *draw.choices(known, k=count - len(known))]
    draw.shuffle(dropped)
    inbox, store = tmp_path / "inbox", tmp_path / "store"
    first: dict[Content, None] = {}
    verdicts: dict[str, str] = {}
    size = -(-count // BATCHES)
    for batch in range(BATCHES):
        monkeypatch.setattr("pipelines.intake.now", lambda b=batch: f"20{30 - b}-01-01T00:00:00Z")
        monkeypatch.setattr("pipelines.ledger.now", lambda b=batch: f"20{30 - b}-01-01T00:00:00Z")
        (inbox / f"{batch}").mkdir(parents=True)
        for place, content in enumerate(dropped[batch * size : (batch + 1) * size]):
            name = inbox / f"{batch}" / f"{place:04} {draw.choice(('a', 'copy of b', 'ж'))}"
            content.write(name, packed=draw.random() < 0.3)
            first.setdefault(content)
        verdicts |= built(inbox, store)
        shutil.rmtree(inbox)  # what was taken in need not lie there any longer
    became = expected(list(first))
    register = Store(store)
    last = {
        event["sha256"]: event
        for event in register.events()
        if event["event"] in ("accepted", "rejected", "pending")
    }
    found = Counter((e["partner"], e["reference_year"], e["submission"], e["event"]) for e in last.values())
    assert found == Counter(
        (*content.series, content.submission, outcome) for content, outcome in became.items()
    )
    received = Counter(event["sha256"] for event in register.events() if event["event"] == "received")
    assert set(received.values()) == {1} and len(received) == len(known)
    highest: dict[tuple[str, int], int] = {}
    for content, outcome in became.items():
        if outcome == "accepted":
            highest[content.series] = max(highest.get(content.series, 0), content.submission)
    lines = accepted_returns(register).filter(dataset="arrests")
    counted = {
        (line["partner"], line["reference_year"]): line["submission"] for line in lines.iter_rows(named=True)
    }
    assert counted == highest
    assert verify_store(store).problems == ()
    outcomes = Counter(became.values())
    assert set(outcomes) == {"accepted", "rejected", "pending"}
    record_property("detail", ", ".join(f"{number} {name}" for name, number in sorted(outcomes.items())))
