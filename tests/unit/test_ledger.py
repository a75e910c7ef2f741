"""The ledger's chain: whatever is done to it is named with the first bad entry; a whole store is told from a changed one."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from assets.cli import app
from data_contracts.catalog import load_catalog
from pipelines.acceptance import accept
from pipelines.checking import check_path
from pipelines.ledger import entry_hash
from pipelines.ledger_verify import Head, read_chain
from pipelines.register import Store
from pipelines.register_verify import verify_store
from tests.unit.test_register import hand_in

CATALOG = load_catalog()
EVENTS = 7
Lines = list[bytes]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A ledger of events that name no files."""
    made = Store(tmp_path / "store")
    for number in range(1, EVENTS + 1):
        made.append("approved", f"{number:064x}", region="tiny", note="ë ж")
    return made


def told(store: Store, lines: Lines) -> str:
    """What is said of a ledger of these lines."""
    store.ledger.path.write_bytes(b"".join(line + b"\n" for line in lines))
    problem = read_chain(store.root).problem
    assert problem is not None
    return problem


def lines_of(store: Store) -> Lines:
    return store.ledger.path.read_bytes().splitlines()


def test_a_whole_ledger_is_whole(store: Store) -> None:
    chain = read_chain(store.root)
    assert (chain.problem, chain.torn, chain.head.number) == (None, False, EVENTS)
    assert verify_store(store.root).passed


@pytest.mark.parametrize("number", range(1, EVENTS + 1))
def test_every_flipped_byte_is_told_at_its_entry(store: Store, number: int) -> None:
    lines = lines_of(store)
    whole = lines[number - 1]
    for place in range(0, len(whole), 3):
        flipped = bytes([*whole[:place], whole[place] ^ 1, *whole[place + 1 :]])
        if b"\n" in flipped:
            continue
        problem = told(store, [*lines[: number - 1], flipped, *lines[number:]])
        assert problem.startswith(f"ledger.jsonl, line {number}: entry {number} "), (place, problem)


@pytest.mark.parametrize("number", range(1, EVENTS))
def test_a_dropped_entry_is_told(store: Store, number: int) -> None:
    lines = lines_of(store)
    problem = told(store, [*lines[: number - 1], *lines[number:]])
    assert problem == f"ledger.jsonl, line {number}: entry {number} is missing before entry {number + 1}"


@pytest.mark.parametrize("pair", list(itertools.combinations(range(EVENTS), 2)))
def test_two_entries_that_changed_places_are_told(store: Store, pair: tuple[int, int]) -> None:
    lines = lines_of(store)
    first, second = pair
    lines[first], lines[second] = lines[second], lines[first]
    place = f"ledger.jsonl, line {first + 1}: entry {second + 1} stands where entry {first + 1} belongs"
    assert told(store, lines).startswith(place)


@pytest.mark.parametrize("kept", range(EVENTS))
def test_a_shortened_ledger_is_told_by_its_head_and_by_one_that_was_noted(store: Store, kept: int) -> None:
    noted = read_chain(store.root).head
    problem = told(store, lines_of(store)[:kept])
    assert (
        f"entr{'y 7 is' if kept == 6 else f'ies {kept + 1} to 7 are'} missing at its end, by ledger.head"
        in problem
    )
    store.ledger.head.unlink()
    problem = read_chain(store.root, expected=noted).problem
    assert problem is not None
    assert ("ledger.head" in problem) if kept else ("by the head that was noted" in problem)


def test_a_fork_is_told_whether_both_branches_stand_there_or_one(store: Store, tmp_path: Path) -> None:
    lines = lines_of(store)
    other = Store(tmp_path / "other")
    other.ledger.path.parent.mkdir()
    other.ledger.path.write_bytes(b"".join(line + b"\n" for line in lines[:4]))
    other.append("approved", "f" * 64, region="tiny")
    branch = lines_of(other)[4]
    assert told(store, [*lines[:5], branch]) == (
        "ledger.jsonl, line 6: a second entry 5: the ledger forks after entry 4"
    )
    assert told(store, [*lines[:4], branch]).startswith(
        "the ledger was cut short: entries 6 to 7 are missing"
    )
    other.append("approved", "e" * 64)
    other.append("approved", "d" * 64)
    assert told(store, lines_of(other)) == (
        "entry 7 is not the one that ledger.head names; the ledger was replaced or forks before it"
    )


def test_an_entry_that_stands_there_twice_is_told(store: Store) -> None:
    lines = lines_of(store)
    assert told(store, [*lines[:4], lines[2], *lines[4:]]) == (
        "ledger.jsonl, line 5: entry 3 stands there a second time"
    )


def test_an_entry_rewritten_with_its_own_hash_breaks_the_next_link_or_the_head(store: Store) -> None:
    lines = lines_of(store)

    def rewritten(number: int) -> bytes:
        entry = json.loads(lines[number - 1]) | {"note": "x"}
        return json.dumps(entry | {"hash": entry_hash(entry)}, sort_keys=True).encode()

    assert told(store, [*lines[:2], rewritten(3), *lines[3:]]) == (
        "ledger.jsonl, line 4: entry 4 does not follow entry 3; one of the two was changed or replaced"
    )
    assert "entry 7 is not the one that ledger.head names" in told(store, [*lines[:6], rewritten(7)])


def test_a_crash_between_entry_and_head_is_no_problem_and_is_mended(store: Store) -> None:
    before = store.ledger.head.read_bytes()
    store.append("approved", "a" * 64)
    store.ledger.head.write_bytes(before)
    assert verify_store(store.root).passed
    store.append("approved", "b" * 64)
    assert json.loads(store.ledger.head.read_bytes())["number"] == EVENTS + 2


def settled(tmp_path: Path) -> Store:
    """A store with an accepted, a superseded and a rejected return."""
    made = Store(tmp_path / "whole")
    for name, over in (("a", {}), ("b", {"submission": "2"}), ("c", {"partner": "KOS"})):
        path = hand_in(tmp_path / name, **over)
        receipt = made.receive(
            path,
            received_at="2026-03-01T10:00:00Z",
            catalog=CATALOG,
            region=CATALOG.region("western_balkans"),
        )
        assert receipt.path is not None
        result = check_path(receipt.path, catalog=CATALOG, region_name="western_balkans")
        accept(made, result, catalog=CATALOG)
    return made


def test_every_file_of_a_store_is_held_to_its_entry(tmp_path: Path) -> None:
    store = settled(tmp_path)
    assert verify_store(store.root).problems == ()
    files = [
        path
        for folder in ("objects", "verdicts", "cells", "returns")
        for path in sorted((store.root / folder).rglob("*.*"))
    ]
    assert len(files) == 3 + 3 + 2 + 2
    for path in files:
        whole = path.read_bytes()
        for spoil in (lambda p, w=whole: p.write_bytes(w[:-1] + bytes([w[-1] ^ 1])), lambda p: p.unlink()):
            spoil(path)
            (problem, *more) = verify_store(store.root).problems
            assert not more and problem.startswith("ledger.jsonl, entry "), problem
            assert path.stem[:12] in problem or path.name in problem
            path.write_bytes(whole)
    stray = {
        "objects/ab/" + "ab" * 32 + ".xlsx": "no entry names it",
        "cells/arrests/XKX-2025-9-000000000000.parquet": "no entry names it",
        "returns/XKX-2025-9-000000000000.parquet": "no entry names it",
        "verdicts/x.json": "no entry names it",
        "releases/western_balkans-2025/1/x": "publish that edition again",
    }
    for name, says in stray.items():
        path = store.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
        (problem,) = verify_store(store.root).problems
        assert says in problem
        path.unlink()
        if name.startswith("releases"):
            path.parent.rmdir()
    assert verify_store(store.root).passed


def command(*arguments: object) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["verify", *map(str, arguments)])
    return done.exit_code, done.output


def test_the_command_names_the_first_bad_entry_and_the_last_good_one(store: Store) -> None:
    code, output = command(store.root)
    assert code == 0 and f"{EVENTS} entries, every file as they say." in output
    head = output.split("Head: ")[1].split()[0]
    assert command(store.root, "--head", head)[0] == 0
    lines = lines_of(store)
    store.ledger.path.write_bytes(b"".join(line + b"\n" for line in [*lines[:2], *lines[3:]]))
    code, output = command(store.root, "--head", head)
    assert code == 1
    assert "line 3: entry 3 is missing before entry 4; restore the ledger from a backup" in output
    assert f"Last good entry: 2:{json.loads(lines[1])['hash']}" in output
    assert command(store.root, "--head", "7")[0] == 2
    code, output = command(store.root.parent, "--head", head)
    assert code == 2 and "The ledger of the store" in output


def test_a_head_noted_before_a_rebuilt_ledger_is_told(store: Store, tmp_path: Path) -> None:
    """Who rewrites the whole ledger and its head has a chain that holds; only a head noted elsewhere tells."""
    noted = read_chain(store.root).head
    forged = Store(tmp_path / "forged")
    for number in range(EVENTS):
        forged.append("approved", f"{number:064x}")
    assert verify_store(forged.root).passed
    (problem,) = verify_store(forged.root, expected=Head(noted.number, noted.hash)).problems
    assert "entry 7 is not the one that the head that was noted names" in problem
