"""The order of submissions: one after the other whatever the order of arrival, superseded, and taken back."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from pathlib import Path

import pytest
from typer.testing import CliRunner

from assets.cli import app
from data_contracts.catalog import load_catalog
from pipelines.acceptance import Acceptance, accept, accepted_cells, accepted_returns
from pipelines.checking import check_path
from pipelines.errors import WithdrawalError
from pipelines.register import Receipt, Store
from pipelines.register_verify import verify_store
from pipelines.status import Status, to_json_text
from pipelines.status_page import to_html
from pipelines.status_store import status_of
from pipelines.status_text import to_text
from pipelines.submission_numbers import waiting
from pipelines.withdrawal import Meant, withdraw
from tests.unit.test_register import hand_in

CATALOG = load_catalog()
REGION = CATALOG.region("western_balkans")
AT = "2026-03-01T10:00:00Z"


def receive(store: Store, path: Path) -> Receipt:
    return store.receive(path, received_at=AT, catalog=CATALOG, region=REGION)


def settle(store: Store, path: Path) -> Acceptance:
    """Takes a return in and judges it and all that waits, in the order of their numbers, as a build does."""
    own = receive(store, path).sha256
    found = [
        check_path(store.object_path(sha256), catalog=CATALOG, region_name=REGION.name)
        for sha256 in {*waiting(store), own}
    ]
    found.sort(key=lambda result: result.cover_lines["submission"][0] or 0)
    became = {result.sha256: accept(store, result, catalog=CATALOG) for result in found}
    return became[own]


def number(tmp_path: Path, submission: int, *, faulty: bool = False, **over: str) -> Path:
    """A return of that number; a faulty one is rejected."""
    path = hand_in(tmp_path / f"in-{submission}", persons=10 + submission, submission=str(submission), **over)
    if faulty:
        table = path / "arrests.csv"
        table.write_text(table.read_text().replace(f",{10 + submission},", ",99,"))
    return path


def counting(store: Store) -> set[int]:
    return set(accepted_returns(store)["submission"])


def events(store: Store) -> list[tuple[str, int | None]]:
    return [
        (event["event"], event.get("submission")) for event in store.events() if event["event"] != "checked"
    ]


def taken_back(store: Store, submission: int | None = None) -> int:
    event = withdraw(
        store, Meant("XKX", 2025, submission), region=REGION, signature=None, at=AT, actor="operator"
    )
    return int(event["submission"])


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


def test_a_number_ahead_of_its_predecessor_waits_until_the_gap_is_filled(
    store: Store, tmp_path: Path
) -> None:
    assert settle(store, number(tmp_path, 3)).status == "pending"
    assert settle(store, number(tmp_path, 2)).status == "pending"
    assert (counting(store), accepted_cells(store, "arrests")) == (set(), [])
    assert settle(store, number(tmp_path, 1)).status == "accepted"
    assert counting(store) == {3}
    assert [event for event in events(store) if event[0] in ("pending", "accepted", "superseded")] == [
        ("pending", 3), ("pending", 2), ("accepted", 1), ("accepted", 2), ("superseded", 1), ("accepted", 3),
        ("superseded", 2),
    ]  # fmt: skip
    assert waiting(store) == [] and verify_store(store.root).passed


@pytest.mark.parametrize("order", list(itertools.permutations((1, 2, 3, 4))))
def test_the_end_is_that_of_the_numbers_in_every_order_of_arrival(
    store: Store, tmp_path: Path, order: Sequence[int]
) -> None:
    """Number 2 is rejected, which uses it up: what comes after need not wait for it."""
    for submission in order:
        settle(store, number(tmp_path, submission, faulty=submission == 2))
    assert counting(store) == {4}
    last = {event["submission"]: event["event"] for event in store.events() if "submission" in event}
    assert last == {1: "superseded", 2: "rejected", 3: "superseded", 4: "accepted"}


def test_what_is_refused_uses_its_number_up_where_its_cover_says_so(store: Store, tmp_path: Path) -> None:
    assert settle(store, number(tmp_path, 2)).status == "pending"
    refused = receive(store, number(tmp_path, 1, handling="TLP:RED"))
    assert refused.status == "refused"
    again = check_path(tmp_path / "in-2", catalog=CATALOG, region_name=REGION.name)
    assert accept(store, again, catalog=CATALOG).status == "accepted"


def test_partners_and_years_do_not_wait_for_one_another(store: Store, tmp_path: Path) -> None:
    settle(store, number(tmp_path, 2))
    assert settle(store, hand_in(tmp_path / "a", partner="ALB")).status == "accepted"
    assert settle(store, hand_in(tmp_path / "b", reference_year="2024")).status == "accepted"
    assert [len(store.ledger.of(sha256)) for sha256 in waiting(store)] == [3]


def shown(store: Store) -> Status:
    (store.root.parent / "inbox").mkdir(exist_ok=True)
    return status_of(
        inbox=store.root.parent / "inbox", store=store.root, catalog=CATALOG, region=REGION, year=2025
    )


def test_what_waits_is_shown_with_what_it_waits_for(store: Store, tmp_path: Path) -> None:
    settle(store, number(tmp_path, 1))
    settle(store, number(tmp_path, 3))
    found = shown(store)
    partner = next(one for one in found.partners if one.partner == "XKX")
    assert (partner.submission, partner.datasets["arrests"].state) == (1, "reported")
    assert [(one.submission, one.outcome, one.waits_for) for one in partner.submissions] == [
        (1, "accepted", None),
        (3, "pending", 2),
    ]
    for text in (to_text(found), to_html(found)):
        assert "submission 3, pending: waits for submission 2" in text
    assert '"waits_for": 2' in to_json_text(found)


def test_a_dataset_of_which_all_waits_is_shown_as_pending(store: Store, tmp_path: Path) -> None:
    settle(store, number(tmp_path, 2))
    partner = next(one for one in shown(store).partners if one.partner == "XKX")
    assert {own.state for own in partner.datasets.values()} == {"pending"}
    assert "pending: waits for the submission before it" in to_text(shown(store))


def test_what_was_taken_back_counts_no_longer_nor_does_what_it_replaced(store: Store, tmp_path: Path) -> None:
    settle(store, number(tmp_path, 1))
    settle(store, number(tmp_path, 2))
    assert taken_back(store) == 2
    assert counting(store) == set()
    assert settle(store, tmp_path / "in-2").status == "withdrawn", "the same bytes stay taken back"
    partner = next(one for one in shown(store).partners if one.partner == "XKX")
    assert (partner.submission, {own.state for own in partner.datasets.values()}) == (None, {"withdrawn"})
    assert "submission 2, withdrawn" in to_text(shown(store))
    again = hand_in(tmp_path / "again", persons=77, submission="2")
    assert [f.code for f in settle(store, again).result.findings] == ["C-submission-not-new"]
    assert settle(store, number(tmp_path, 3)).status == "accepted"
    assert counting(store) == {3}
    assert (verify_store(store.root).problems, len(list((store.root / "objects").rglob("*.zip")))) == ((), 4)
    last = [event for event in store.events() if event["event"] == "withdrawn"]
    assert [(event["submission"], event["actor"]) for event in last] == [(2, "operator")]


def test_what_waits_can_be_taken_back(store: Store, tmp_path: Path) -> None:
    settle(store, number(tmp_path, 1))
    settle(store, number(tmp_path, 3))
    assert taken_back(store, 3) == 3
    assert settle(store, number(tmp_path, 2)).status == "accepted"
    assert counting(store) == {2}
    assert waiting(store) == []
    assert settle(store, number(tmp_path, 4)).status == "accepted", "a number that was taken back is used up"


def test_only_what_counts_or_waits_can_be_taken_back(store: Store, tmp_path: Path) -> None:
    with pytest.raises(WithdrawalError, match=r"XKX 2025: no return that counts or waits.*withdrawn: none"):
        taken_back(store)
    settle(store, number(tmp_path, 1))
    settle(store, number(tmp_path, 2, faulty=True))
    settle(store, number(tmp_path, 3))
    for wrong in (1, 2, 4):
        with pytest.raises(WithdrawalError, match=rf"submission {wrong}: no return .* withdrawn: 3\."):
            taken_back(store, wrong)
    taken_back(store, 3)
    with pytest.raises(WithdrawalError, match="withdrawn: none"):
        taken_back(store)


def test_the_command_takes_back_and_says_what_is_next(store: Store, tmp_path: Path) -> None:
    settle(store, number(tmp_path, 1))

    def command(*more: str) -> tuple[int, str]:
        arguments = ["withdraw", "--year", "2025", "--store", str(store.root), *more]
        done = CliRunner().invoke(app, arguments)
        return done.exit_code, done.output

    code, output = command("--partner", "XXX")
    assert code == 2 and "Use one of ALB" in output
    code, output = command("--partner", "XKX", "--submission", "2")
    assert code == 1 and "Not withdrawn. XKX 2025, submission 2" in output
    code, output = command("--partner", "XKX")
    assert code == 0
    assert "Withdrawn: XKX 2025, submission 1 (entry 4 of the ledger)." in output
    assert "until submission 2" in output
    assert counting(store) == set()
