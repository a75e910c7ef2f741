"""The inbox is watched by content: half-written files wait, late ones are seen, restarts and clocks do no harm."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from data_contracts.catalog import load_catalog
from data_contracts.model import Catalog
from pipelines.inbox_watch import InboxWatch, Look
from pipelines.register import Store
from tests.assets.tiny import REGION, contracts, hand_over


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    return load_catalog(contracts(tmp_path_factory.mktemp("contracts")))


@pytest.fixture
def watch(tmp_path: Path, catalog: Catalog) -> InboxWatch:
    (tmp_path / "inbox").mkdir()
    return anew(tmp_path, catalog)


def anew(root: Path, catalog: Catalog) -> InboxWatch:
    return InboxWatch(root / "inbox", root / "store", catalog=catalog, region=catalog.region(REGION))


def partners(look: Look) -> list[str | None]:
    return sorted(str(due.whose.partner) for due in look.due)


def test_a_return_is_due_once_two_looks_have_seen_it_unchanged(tmp_path: Path, watch: InboxWatch) -> None:
    assert watch.look({}) == Look((), {})
    hand_over(tmp_path / "inbox", "AAA", 2024)
    first = watch.look({})
    assert (first.due, len(first.waiting)) == ((), 1)
    second = watch.look(first.waiting)
    assert (partners(second), second.waiting) == (["AAA"], {})


def test_a_file_that_still_grows_waits_and_keeps_no_other_waiting(tmp_path: Path, watch: InboxWatch) -> None:
    whole = hand_over(tmp_path / "inbox", "AAA", 2024)
    growing = hand_over(tmp_path / "inbox", "BBB", 2024) / "arrests.csv"
    text = growing.read_text()
    waiting: dict[str, str] = {}
    for letters in (5, 40, 90):
        growing.write_text(text[:letters])
        look = watch.look(waiting)
        waiting = dict(look.waiting)
        assert len(waiting) >= 1
        assert "BBB" not in partners(look)
    growing.write_text(text)
    look = watch.look(watch.look(waiting).waiting)
    assert partners(look) == ["AAA", "BBB"]
    assert whole.exists()


def test_what_the_register_has_judged_is_due_no_longer_under_whatever_name(
    tmp_path: Path, watch: InboxWatch, catalog: Catalog
) -> None:
    path = hand_over(tmp_path / "inbox", "AAA", 2024)
    (due,) = watch.look(watch.look({}).waiting).due
    store = Store(tmp_path / "store")
    store.append("received", due.sha256)
    assert len(watch.look({}).due) == 1, "a run that died before its verdict is made up for"
    store.append("accepted", due.sha256)
    shutil.copytree(path, tmp_path / "inbox" / "copy of it")
    assert watch.look(watch.look({}).waiting).due == ()
    assert anew(tmp_path, catalog).look(anew(tmp_path, catalog).look({}).waiting).due == ()


@pytest.mark.parametrize("year", [1971, 2099])
def test_times_of_files_never_decide(tmp_path: Path, watch: InboxWatch, year: int) -> None:
    """An older file that is copied late, and one from a machine whose clock runs ahead."""
    path = hand_over(tmp_path / "inbox", "BBB", 2024)
    for file in path.iterdir():
        os.utime(file, ((year - 1970) * 31_556_952,) * 2)
    assert partners(watch.look(watch.look({}).waiting)) == ["BBB"]


def test_a_restart_between_two_looks_loses_nothing_and_the_cursor_stays_small(
    tmp_path: Path, catalog: Catalog, watch: InboxWatch
) -> None:
    for year in range(2020, 2026):
        for number in range(1, 9):
            hand_over(tmp_path / "inbox", "AAA", year, submission=number)
    first = watch.look({})
    assert sum(len(key) + len(state) + 8 for key, state in first.waiting.items()) < 48 * 48
    second = anew(tmp_path, catalog).look(first.waiting)
    assert len(second.due) == 48
    assert second.waiting == {}
    assert sum(due.whose.partner is not None for due in second.due) == 20, "a look reads few covers"


def test_what_vanishes_while_it_is_looked_at_is_no_error(tmp_path: Path, watch: InboxWatch) -> None:
    path = hand_over(tmp_path / "inbox", "AAA", 2024)
    look = watch.look({})
    shutil.rmtree(path)
    assert watch.look(look.waiting) == Look((), {})
