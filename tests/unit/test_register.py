"""The store and its ledger: received once, refused before copying, accepted whole, never overwritten."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import polars as pl
import pytest

from data_contracts.catalog import load_catalog
from pipelines.acceptance import Acceptance, accept, accepted_cells, accepted_returns, all_returns
from pipelines.checking import check_path
from pipelines.errors import StoreError
from pipelines.reading_content import content_sha256
from pipelines.register import Receipt, Store
from pipelines.register_verify import verify_store
from pipelines.reporting import reporting_table

CATALOG = load_catalog()
HEADER = "type_of_terrorism,offence,sex,age_group,citizenship,persons,charged\n"


def hand_in(path: Path, *, persons: int = 14, **over: str) -> Path:
    cover = {"partner": "XKX", "reference_year": "2025", "submission": "1", "prepared_on": "2026-02-14"}
    cover |= {"contact_point": "Statistics unit", "handling": "TLP:GREEN", "definitions_version": "1"} | over
    path.mkdir(parents=True)
    lines = [f"{name}: {value}" for name, value in cover.items()]
    lines += [
        "datasets:",
        "  incidents: {status: nil, release: exact}",
        f"  arrests: {{status: reported, coverage: complete, total: {persons}, "
        "release: protected, break_in_series: no}",
        "  convictions: {status: not_available}",
    ]
    (path / "cover.yaml").write_text("\n".join(lines), encoding="utf-8")
    (path / "arrests.csv").write_text(f"{HEADER}_T,_T,_T,_T,_T,{persons},\n", encoding="utf-8")
    return path


def receive(store: Store, path: Path, at: str = "2026-03-01T10:00:00Z") -> Receipt:
    return store.receive(path, received_at=at, catalog=CATALOG, region=CATALOG.region("western_balkans"))


def settle(store: Store, path: Path, at: str = "2026-03-01T10:00:00Z") -> Acceptance:
    receipt = receive(store, path, at)
    assert receipt.path is not None
    return accept(
        store, check_path(receipt.path, catalog=CATALOG, region_name="western_balkans"), catalog=CATALOG
    )


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


def test_received_once_under_its_hash(store: Store, tmp_path: Path) -> None:
    path = hand_in(tmp_path / "a")
    first = receive(store, path)
    again = receive(store, path, at="2026-04-01T00:00:00Z")
    assert (first.status, again.status) == ("received", "known")
    assert first.received_at == again.received_at == "2026-03-01T10:00:00Z"
    assert first.path is not None and first.path.name == f"{first.sha256}.zip"
    assert [event["event"] for event in store.events()] == ["received"]
    assert check_path(first.path, catalog=CATALOG, region_name="western_balkans").sha256 == first.sha256


def test_folder_and_zip_of_it_are_one_return(store: Store, tmp_path: Path) -> None:
    path = hand_in(tmp_path / "a")
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for file in sorted(path.iterdir(), reverse=True):
            archive.write(file, f"my return/{file.name}")
    assert receive(store, path).sha256 == receive(store, tmp_path / "a.zip").sha256
    (path / "arrests.csv").write_text(HEADER)
    assert content_sha256(path) != content_sha256(tmp_path / "a.zip")


@pytest.mark.parametrize(
    "handling", ["TLP:RED", "TLP:AMBER+STRICT", "RESTRICTED", "strogo povjerljivo", '""']
)
def test_refused_before_it_is_copied_anywhere(store: Store, tmp_path: Path, handling: str) -> None:
    receipt = receive(store, hand_in(tmp_path / "a", handling=handling))
    assert (receipt.status, receipt.path, [f.code for f in receipt.findings]) == (
        "refused",
        None,
        ["C-handling-refused"],
    )
    assert not (store.root / "objects").exists()
    assert [event["event"] for event in store.events()] == ["refused"]
    receive(store, tmp_path / "a")
    assert len(store.events()) == 1
    kept = "".join(path.read_text() for path in store.root.rglob("*.json*"))
    assert "povjerljivo" not in kept


def test_what_is_no_return_is_refused(store: Store, tmp_path: Path) -> None:
    (tmp_path / "letter.docx").write_bytes(b"x")
    assert [f.code for f in receive(store, tmp_path / "letter.docx").findings] == ["L0-not-a-return"]
    assert not (store.root / "objects").exists()


def test_accepted_cells_and_line(store: Store, tmp_path: Path) -> None:
    accepted = settle(store, hand_in(tmp_path / "a"))
    (cells,) = accepted.cells
    assert accepted_cells(store, "arrests") == [cells]
    assert accepted_cells(store, "incidents") == accepted_cells(store, "convictions") == []
    assert cells.name == f"XKX-2025-1-{accepted.result.sha256[:12]}.parquet"
    schema = pl.read_parquet(cells).schema
    assert (
        schema["partner"] == pl.String
        and schema["reference_year"] == pl.Int32
        and schema["persons"] == pl.Int64
    )
    lines = accepted_returns(store)
    assert lines["status"].to_list() == ["reported", "not_available", "nil"]
    assert lines["received_at"].unique().to_list() == ["2026-03-01T10:00:00Z"]
    assert [event["event"] for event in store.events()] == ["received", "checked", "accepted"]


def test_an_empty_store_has_the_columns(store: Store, tmp_path: Path) -> None:
    empty = accepted_returns(store)
    settle(store, hand_in(tmp_path / "a"))
    assert empty.schema == accepted_returns(store).schema and empty.is_empty()


def test_the_highest_submission_counts_and_earlier_ones_stay(store: Store, tmp_path: Path) -> None:
    settle(store, hand_in(tmp_path / "a"))
    settle(store, hand_in(tmp_path / "b", submission="2", persons=15))
    settle(store, hand_in(tmp_path / "c", reference_year="2024", persons=9))
    assert [path.name[:10] for path in accepted_cells(store, "arrests")] == ["XKX-2024-1", "XKX-2025-2"]
    assert accepted_cells(store, "arrests", year=2024)[0].name.startswith("XKX-2024-1")
    assert all_returns(store)["submission"].to_list() == [1] * 6 + [2] * 3
    superseded = [event for event in store.events() if event["event"] == "superseded"]
    assert [(event["submission"], event["by"][:12]) for event in superseded] == [
        (1, accepted_cells(store, "arrests")[1].stem[-12:])
    ]


@pytest.mark.parametrize(("first", "late"), [("2026-03-31T23:59:59Z", False), ("2026-04-01T00:00:00Z", True)])
def test_late_is_whose_first_accepted_return_came_after_the_deadline(
    store: Store, tmp_path: Path, first: str, late: bool
) -> None:
    settle(store, hand_in(tmp_path / "a"), first)
    settle(store, hand_in(tmp_path / "b", submission="2"), "2026-05-02T10:00:00Z")
    verdicts = pl.DataFrame(
        schema={
            "partner": pl.String,
            "reference_year": pl.Int32,
            "verdict": pl.String,
            "codes": pl.List(pl.String),
        }
    )
    table = reporting_table(
        verdicts, store=store.root, region=CATALOG.region("western_balkans"), year=2025
    ).filter(partner="XKX", reference_year=2025)
    told = set(table.select("submission", "received_at", "late").iter_rows())
    assert told == {(2, "2026-05-02T10:00:00Z", late)}


@pytest.mark.parametrize("submission", ["1", "2"])
def test_a_number_that_is_not_above_is_rejected_and_changes_nothing(
    store: Store, tmp_path: Path, submission: str
) -> None:
    settle(store, hand_in(tmp_path / "first"))
    settle(store, hand_in(tmp_path / "a", submission="2", persons=20))
    before = {path: path.read_bytes() for path in (store.root / "cells").rglob("*.parquet")}
    late = settle(store, hand_in(tmp_path / "b", submission=submission, persons=99))
    assert late.status == "rejected"
    (found,) = late.result.findings
    assert (found.code, found.seen, found.expected) == (
        "C-submission-not-new",
        submission,
        "A submission number above 2.",
    )
    assert {path: path.read_bytes() for path in (store.root / "cells").rglob("*.parquet")} == before


def test_the_same_content_again_is_a_no_op(store: Store, tmp_path: Path) -> None:
    path = hand_in(tmp_path / "a")
    settle(store, path)
    events = list(store.events())
    assert settle(store, path).status == "unchanged"
    assert store.events() == events


def test_a_rejection_keeps_its_verdict(store: Store, tmp_path: Path) -> None:
    path = hand_in(tmp_path / "a", partner="KOS")
    assert settle(store, path).status == settle(store, path).status == "rejected"
    events = store.events()
    assert [event["event"] for event in events] == ["received", "checked", "rejected"]
    kept = json.loads((store.root / "verdicts" / events[1]["verdict"]).read_text())
    assert kept["verdict"] == "rejected" and kept["findings"][0]["code"] == "C-partner-unknown"
    assert not (store.root / "cells").exists()


def test_a_crash_before_the_line_leaves_nothing_that_counts(store: Store, tmp_path: Path) -> None:
    path = hand_in(tmp_path / "a")
    whole = settle(store, path)
    (line,) = (store.root / "returns").iterdir()
    line.unlink()
    assert accepted_cells(store, "arrests") == []
    again = settle(store, path)
    assert again.status == "accepted" and again.cells == whole.cells
    assert [event["event"] for event in store.events()] == ["received", "checked", "accepted"]


def test_half_a_line_after_a_crash_is_set_aside(store: Store, tmp_path: Path) -> None:
    receive(store, hand_in(tmp_path / "a"))
    with store.ledger.path.open("ab") as handle:
        handle.write(b'{"event": "acc')
    reading = verify_store(store.root)
    assert reading.passed and "half a line at its end" in reading.notes[0]
    receive(store, hand_in(tmp_path / "b", submission="2"))
    reading = verify_store(store.root)
    assert (reading.problems, reading.notes, reading.head.number) == ((), (), 2)
    assert len(list(store.root.glob("ledger.torn-*"))) == 1


def test_an_event_is_added_without_reading_those_before_the_last(store: Store) -> None:
    """What stands in the middle of a long ledger is not looked at, whatever the length of its lines."""
    for number in range(40):
        store.append(
            "received",
            f"{number:064}",
            received_at="2026-03-01T10:00:00Z",
            note="x" * (3_000 if number % 7 else 20_000),
        )
    whole = store.ledger.path.read_bytes()
    lines = whole.splitlines(keepends=True)
    store.ledger.path.write_bytes(b"".join([*lines[:20], b"no event\n", *lines[20:]]))
    entry = store.append("accepted", "0" * 64)
    assert (entry["number"], entry["previous"]) == (41, json.loads(lines[-1])["hash"])
    store.ledger.path.write_bytes(whole + store.ledger.path.read_bytes().splitlines(keepends=True)[-1])
    assert [event["number"] for event in store.events()] == list(range(1, 42))


def test_names_from_the_sender_are_never_paths(store: Store, tmp_path: Path) -> None:
    path = hand_in(tmp_path / "a")
    (path / "strange name; rm -rf.csv").write_text("x")
    receive(store, path)
    names = {entry.name for entry in store.root.rglob("*")}
    assert not any("strange" in name for name in names)


def test_what_was_never_received_cannot_be_accepted(store: Store, tmp_path: Path) -> None:
    result = check_path(hand_in(tmp_path / "a"), catalog=CATALOG, region_name="western_balkans")
    with pytest.raises(StoreError, match="hand it over with receive"):
        accept(store, result, catalog=CATALOG)


def test_what_a_killed_writer_left_is_removed_by_the_next(store: Store, tmp_path: Path) -> None:
    store.root.mkdir()
    (store.root / "incoming.xlsx").write_bytes(b"half")
    receive(store, hand_in(tmp_path / "a"))
    assert [path.name for path in store.root.iterdir() if "incoming" in path.name] == []
