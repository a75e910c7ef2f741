"""Published editions: whole release folders, kept for ever, as an outsider has them.

Belongs here: publishing a built edition into the store, and reading what was published. What a new edition says of
an earlier one is `revisions.py`; that the figures of earlier editions stay as they were is `protected.py`.

Layout below the store: `releases/<region>-<year>/<version>/`. A version is a whole release folder; it appears under
its number by renaming, and is never changed after that.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import polars as pl

from pipelines.checksums import CHECKSUMS, checksum_problems, checksums_of, sha256_of
from pipelines.errors import StoreError
from pipelines.latest import LATEST, events_of, point
from pipelines.ledger import INTAKE
from pipelines.locks import FolderLock
from pipelines.register import Store


@dataclass(frozen=True)
class PublishedEdition:
    """One version of one published edition."""

    region: str
    year: int
    version: int
    folder: Path

    @property
    def label(self) -> str:
        """How the edition is named: its year, from the second version on with the version, such as 2024 v2."""
        return str(self.year) if self.version == 1 else f"{self.year} v{self.version}"

    def holds(self, dataset: str) -> bool:
        """Whether the edition has figures of that dataset."""
        return (self.folder / "data" / f"{dataset}.csv").is_file()

    def figures(self, dataset: str) -> pl.DataFrame:
        """The rows of the dataset's CSV, or of an annex table, all columns as text, empty where empty.

        Raises:
            StoreError: The file is missing, or is not what was published.
        """
        name = f"data/{dataset}.csv"
        path = self.folder / name
        content = path.read_bytes() if path.is_file() else b""
        if hashlib.sha256(content).hexdigest() != checksums_of(self.folder).get(name):
            raise StoreError(
                f"{path}: missing, or not what was published; restore {self.folder.name} of "
                f"{self.folder.parent.name} from a backup"
            )
        return pl.read_csv(io.BytesIO(content), infer_schema=False).fill_null("")


@dataclass(frozen=True)
class Publication:
    """What became of a release that was to be published; `unchanged` where the last version has the same bytes."""

    status: Literal["published", "prepared", "unchanged"]
    edition: PublishedEdition


def published_editions(store: Path, *, region: str, until: int | None = None) -> tuple[PublishedEdition, ...]:
    """All published versions of a region's editions up to and including the edition year `until`, oldest first."""
    found = [
        PublishedEdition(region, int(folder.name.removeprefix(f"{region}-")), int(version.name), version)
        for folder in _releases(store).glob(f"{region}-[0-9][0-9][0-9][0-9]")
        for version in folder.iterdir()
        if version.name.isdecimal()
    ]
    ordered = sorted(found, key=lambda edition: (edition.year, edition.version))
    return tuple(edition for edition in ordered if until is None or edition.year <= until)


def last_of(editions: Sequence[PublishedEdition]) -> PublishedEdition | None:
    """The last version of the last edition; None where there is none."""
    return editions[-1] if editions else None


def publish(
    folder: Path,
    *,
    store: Path,
    region: str,
    year: int,
    actor: str = INTAKE,
    note: str = "",
    approvals: Sequence[str] = (),
    prepare: bool = False,
) -> Publication:
    """Takes a built release into the store as the edition's next version, unless the last one has the same bytes.

    A crash leaves either no version or a whole one; publishing again then completes the ledger. `actor`: who publishes,
    for the ledger; `note`: what a correction corrects; `approvals`: the hashes of those that it stands on. With
    `prepare` it is copied, but readers do not see it yet.

    Whether it may be published is asked by `release_gate.py`.

    Raises:
        StoreError: The folder is not as it was built, or is another edition.
    """
    _check(folder, region=region, year=year)
    releases = _releases(store) / f"{region}-{year}"
    with FolderLock(releases / ".lock").held():
        before = versions(store, region, year)
        if before and identity(before[-1].folder) == identity(folder):
            _complete(Store(store), before[-1], actor=actor, note=note, approvals=approvals)
            return Publication("unchanged", before[-1])
        version = before[-1].version + 1 if before else 1
        ready = releases / f".{version}.prepared"
        _make_ready(folder, ready, region=region, year=year)
        edition = PublishedEdition(region, year, version, releases / str(version))
        if prepare:
            return Publication("prepared", edition)
        ready.rename(edition.folder)
        _to_disk_folder(releases)
        _complete(Store(store), edition, actor=actor, note=note, approvals=approvals)
    return Publication("published", edition)


def _make_ready(folder: Path, ready: Path, *, region: str, year: int) -> None:
    """Copies a release to the place that it is renamed from, unless it lies there, whole, with the same bytes."""
    if ready.is_dir() and identity(ready) == identity(folder) and not checksum_problems(ready):
        return
    incoming = ready.with_suffix(".incoming")
    for left in (incoming, ready):
        shutil.rmtree(left, ignore_errors=True)
    shutil.copytree(folder, incoming)
    _check(incoming, region=region, year=year)
    _to_disk(incoming)
    incoming.rename(ready)


def made_ready_again(store: Path, region: str, year: int) -> int | None:
    """Moves a version back to where it waited that a crash left in its place without an entry of the ledger.

    Readers have not seen it: `latest` leads to a version once its entry is written. One that `latest` leads to is left
    as it is, for then the ledger was cut. Returns the version; None where there is none.
    """
    releases = _releases(store) / f"{region}-{year}"
    if not releases.is_dir():
        return None
    with FolderLock(releases / ".lock").held():
        last = last_of(versions(store, region, year))
        if last is None:
            return None
        listed = [event["version"] for event in events_of(Store(store), region, year)]
        latest = releases / LATEST
        if last.version in listed or (latest.is_symlink() and latest.readlink() == Path(str(last.version))):
            return None
        ready = releases / f".{last.version}.prepared"
        shutil.rmtree(ready, ignore_errors=True)
        last.folder.rename(ready)
        _to_disk_folder(releases)
    return last.version


def publish_earlier(folder: Path, *, store: Path, region: str) -> None:
    """Takes the editions that are shipped as published (`<region>-<year>` below a folder) into the store, once each."""
    for edition in sorted(folder.glob(f"{region}-[0-9][0-9][0-9][0-9]")):
        publish(edition, store=store, region=region, year=int(edition.name.removeprefix(f"{region}-")))


def _releases(store: Path) -> Path:
    return store / "releases"


def _check(folder: Path, *, region: str, year: int) -> None:
    if not (folder / CHECKSUMS).is_file():
        raise StoreError(f"{folder}: there is no {CHECKSUMS}; build the edition first")
    problems = checksum_problems(folder)
    if problems:
        raise StoreError(f"{folder}: not as it was built: {'; '.join(problems)}. Build the edition again.")
    description = json.loads((folder / "data" / "edition.json").read_text(encoding="utf-8"))
    if (description["region"], description["year"]) != (region, year):
        raise StoreError(
            f"{folder}: holds {description['region']} {description['year']}, expected {region} {year}; "
            "name the folder of that edition"
        )


def versions(store: Path, region: str, year: int) -> list[PublishedEdition]:
    """The versions of one edition, oldest first."""
    return [
        edition for edition in published_editions(store, region=region, until=year) if edition.year == year
    ]


def is_last(folder: Path, *, store: Path, region: str, year: int) -> bool:
    """Whether a built release is the last published version of its edition, byte for byte."""
    found = versions(store, region, year)
    return bool(found) and identity(found[-1].folder) == identity(folder)


def problems_of(edition: PublishedEdition, *, store: Store) -> list[str]:
    """What differs between a published version and what the ledger says that was published, one sentence each."""
    line = {"region": edition.region, "year": edition.year, "version": edition.version}
    published = [e for e in store.events() if e["event"] == "published" and line.items() <= e.items()]
    if not published or not (edition.folder / CHECKSUMS).is_file():
        return [
            f"{edition.folder}: the ledger does not know it as published; restore the store from a backup."
        ]
    if published[0]["sha256"] != identity(edition.folder):
        return [f"{edition.folder}: not what was published; restore it from a backup."]
    return [
        f"{edition.folder}/{problem}; restore it from a backup."
        for problem in checksum_problems(edition.folder)
    ]


def identity(folder: Path) -> str:
    """The hash of a release's list of checksums, which covers every file of it."""
    return sha256_of(folder / CHECKSUMS)


def _complete(
    store: Store, edition: PublishedEdition, *, actor: str, note: str, approvals: Sequence[str]
) -> None:
    """Adds the `published` line to the ledger where a crash, or a first time, has left it out, and switches."""
    line = {"region": edition.region, "year": edition.year, "version": edition.version}
    published = [event for event in store.events() if event["event"] == "published"]
    if not any(line.items() <= event.items() for event in published):
        noted: dict[str, object] = {"note": note} if note else {}
        noted |= {"approvals": list(approvals)} if approvals else {}
        store.append("published", identity(edition.folder), actor=actor, **line, **noted)
    point(store, edition.region, edition.year)


def _to_disk(folder: Path) -> None:
    """Waits until every file below a folder is on disk."""
    for path in sorted(folder.rglob("*")):
        if path.is_dir():
            _to_disk_folder(path)
        else:
            with path.open("rb") as handle:
                os.fsync(handle.fileno())


def _to_disk_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
