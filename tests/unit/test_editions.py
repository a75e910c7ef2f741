"""Published editions: kept whole and for ever, refused when changed, safe against a crash at any point."""

import json
import shutil
from pathlib import Path

import pytest

from pipelines import editions
from pipelines.checksums import write_checksums
from pipelines.editions import last_of, publish, published_editions
from pipelines.errors import StoreError
from pipelines.register import Store
from pipelines.register_verify import verify_store

ROWS = "REF_AREA,TIME_PERIOD,OBS_VALUE\nALB,2024,0012\nBIH,2024,\n"


def built(root: Path, *, region: str = "tiny", year: int = 2024, rows: str = ROWS) -> Path:
    """A release folder as a build leaves it, with the least in it."""
    folder = root / f"{region}-{year}"
    (folder / "data").mkdir(parents=True, exist_ok=True)
    (folder / "data" / "arrests.csv").write_text(rows, encoding="utf-8")
    (folder / "data" / "edition.json").write_text(json.dumps({"region": region, "year": year}))
    (folder / "index.html").write_text("<p>12</p>")
    write_checksums(folder)
    return folder


def put(root: Path, **about: object) -> str:
    """Publishes a folder and says what became of it."""
    year = int(str(about.get("year", 2024)))
    done = publish(built(root / "build", **about), store=root / "store", region="tiny", year=year)  # type: ignore[arg-type]
    return f"{done.status} {done.edition.version}"


def test_a_published_edition_reads_as_an_outsider_has_it(tmp_path: Path) -> None:
    assert put(tmp_path) == "published 1"
    (edition,) = published_editions(tmp_path / "store", region="tiny")
    assert edition.figures("arrests").rows() == [("ALB", "2024", "0012"), ("BIH", "2024", "")]
    assert (edition.holds("arrests"), edition.holds("incidents")) == (True, False)
    assert (edition.folder / "index.html").is_file()


def test_the_same_bytes_again_change_nothing(tmp_path: Path) -> None:
    assert [put(tmp_path), put(tmp_path)] == ["published 1", "unchanged 1"]
    assert [event["event"] for event in Store(tmp_path / "store").events()] == ["published"]


def test_other_data_are_the_next_version_and_leave_the_first_as_it_was(tmp_path: Path) -> None:
    put(tmp_path)
    assert put(tmp_path, rows=ROWS.replace("0012", "13")) == "published 2"
    first, second = published_editions(tmp_path / "store", region="tiny")
    assert first.figures("arrests")["OBS_VALUE"][0] == "0012"
    assert second.figures("arrests")["OBS_VALUE"][0] == "13"
    assert last_of((first, second)) == second
    assert [first.label, second.label] == ["2024", "2024 v2"]


def test_editions_are_in_order_of_year_then_version_and_end_with_the_year_asked_for(tmp_path: Path) -> None:
    for year, rows in ((2025, ROWS), (2024, ROWS), (2024, ROWS + "MKD,2024,1\n"), (2023, ROWS)):
        put(tmp_path, year=year, rows=rows)
    publish(
        built(tmp_path / "build", region="tiny-east"), store=tmp_path / "store", region="tiny-east", year=2024
    )
    found = published_editions(tmp_path / "store", region="tiny", until=2024)
    assert [(edition.year, edition.version) for edition in found] == [(2023, 1), (2024, 1), (2024, 2)]


@pytest.mark.parametrize("change", ["edit", "add", "remove", "no_checksums", "other_year"])
def test_what_is_not_as_it_was_built_is_refused(tmp_path: Path, change: str) -> None:
    folder = built(tmp_path / "build")
    if change == "edit":
        (folder / "data" / "arrests.csv").write_text(ROWS + "MNE,2024,1\n")
    elif change == "add":
        (folder / "more.txt").write_text("1")
    elif change == "remove":
        (folder / "index.html").unlink()
    elif change == "no_checksums":
        (folder / "SHA256SUMS").unlink()
    said = {
        "edit": "differs",
        "add": "not listed",
        "remove": "not there",
        "no_checksums": "build the edition",
    }
    year = 2025 if change == "other_year" else 2024
    with pytest.raises(StoreError, match=said.get(change, "expected tiny 2025")):
        publish(folder, store=tmp_path / "store", region="tiny", year=year)
    assert published_editions(tmp_path / "store", region="tiny") == ()
    assert Store(tmp_path / "store").events() == []


def test_a_published_file_that_was_changed_is_not_read(tmp_path: Path) -> None:
    put(tmp_path)
    (edition,) = published_editions(tmp_path / "store", region="tiny")
    (edition.folder / "data" / "arrests.csv").write_text(ROWS.replace("0012", "11"))
    with pytest.raises(StoreError, match="not what was published; restore 1 of tiny-2024"):
        edition.figures("arrests")
    with pytest.raises(StoreError, match="missing"):
        edition.figures("incidents")


@pytest.mark.parametrize("at", ["copytree", "_to_disk", "_to_disk_folder", "_complete"])
def test_a_crash_leaves_no_version_or_a_whole_one_and_is_mended_by_publishing_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    def crash(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    folder, store = built(tmp_path / "build"), tmp_path / "store"
    with monkeypatch.context() as patch:
        patch.setattr(shutil if at == "copytree" else editions, at, crash)
        with pytest.raises(KeyboardInterrupt):
            publish(folder, store=store, region="tiny", year=2024)
    for edition in published_editions(store, region="tiny"):
        assert (edition.folder / "SHA256SUMS").read_bytes() == (folder / "SHA256SUMS").read_bytes()
    assert publish(folder, store=store, region="tiny", year=2024).edition.version == 1
    assert len(published_editions(store, region="tiny")) == 1
    (event,) = Store(store).events()
    assert (event["event"], event["region"], event["year"], event["version"]) == (
        "published",
        "tiny",
        2024,
        1,
    )
    reading = verify_store(store)
    assert (reading.problems, reading.head.number) == ((), 1)


def test_latest_leads_to_the_last_version_and_all_are_listed_with_their_notes(tmp_path: Path) -> None:
    put(tmp_path)
    again = built(tmp_path / "build", rows=ROWS.replace("0012", "13"))
    publish(again, store=tmp_path / "store", region="tiny", year=2024, note="A figure of ALB")
    releases = tmp_path / "store" / "releases" / "tiny-2024"
    assert (releases / "latest").readlink() == Path("2")
    listed = json.loads((releases / "versions.json").read_text())
    assert listed["latest"] == 2
    assert [(one["event"], one["version"], one.get("note")) for one in listed["history"]] == [
        ("published", 1, None),
        ("published", 2, "A figure of ALB"),
    ]
    head = Store(tmp_path / "store").events()[-1]
    assert (listed["history"][1]["number"], listed["history"][1]["hash"]) == (head["number"], head["hash"])


def test_what_is_only_made_ready_is_seen_by_nobody_and_is_then_published_as_it_lies(tmp_path: Path) -> None:
    folder, store = built(tmp_path / "build"), tmp_path / "store"
    ready = publish(folder, store=store, region="tiny", year=2024, prepare=True)
    assert ready.status == "prepared"
    assert published_editions(store, region="tiny") == ()
    assert Store(store).events() == []
    copy = store / "releases" / "tiny-2024" / ".1.prepared" / "index.html"
    inode = copy.stat().st_ino
    assert publish(folder, store=store, region="tiny", year=2024).status == "published"
    assert (store / "releases" / "tiny-2024" / "latest" / "index.html").stat().st_ino == inode


def test_what_was_made_ready_and_then_changed_is_copied_anew(tmp_path: Path) -> None:
    folder, store = built(tmp_path / "build"), tmp_path / "store"
    publish(folder, store=store, region="tiny", year=2024, prepare=True)
    (store / "releases" / "tiny-2024" / ".1.prepared" / "index.html").write_text("<p>13</p>")
    publish(folder, store=store, region="tiny", year=2024)
    assert (store / "releases" / "tiny-2024" / "latest" / "index.html").read_text() == "<p>12</p>"
