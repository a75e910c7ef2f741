"""Keeps results of an earlier run, so that what did not change is not worked out again.

Belongs here: where a result lies and what it depends on. A result is found by a hash of everything that it is made
from; what a run did not ask for is gone after it. Results are bytes, JSON or tables, never code; none is published.
"""

from __future__ import annotations

import hashlib
import io
import json
import platform
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import polars as pl

import data_contracts
import pipelines
from pipelines.checksums import sha256_of

# Whose versions change what is found in a return and what the audit proves.
PROGRAMS = ("polars", "pandas", "great-expectations", "pydantic", "scipy", "highspy", "duckdb")
_BEGUN = ".begun"


class Kept:
    """Results of one kind in a folder; without a folder nothing is found and nothing kept."""

    def __init__(self, folder: Path | None, basis: Sequence[str]) -> None:
        """`basis` is what all of them depend on: programs, code, rules."""
        self._folder = folder
        self._basis = list(basis)
        self._asked: set[str] = set()

    def find(self, *made_from: str) -> bytes | None:
        """The result made from these, if it was kept."""
        place = self._place(made_from)
        return place.read_bytes() if place is not None and place.is_file() else None

    def keep(self, result: bytes, *made_from: str) -> None:
        """Keeps a result, in one step, so that a run that is stopped leaves no half of it."""
        place = self._place(made_from)
        if place is not None:
            place.parent.mkdir(parents=True, exist_ok=True)
            begun = place.with_suffix(_BEGUN)
            begun.write_bytes(result)
            begun.replace(place)

    def find_json(self, *made_from: str) -> Any:
        """The result made from these, read as JSON; None where none was kept."""
        found = self.find(*made_from)
        return None if found is None else json.loads(found)

    def keep_json(self, result: Any, *made_from: str) -> None:
        """Keeps a result as JSON."""
        self.keep(json.dumps(result, ensure_ascii=False, sort_keys=True).encode(), *made_from)

    def find_frame(self, *made_from: str) -> pl.DataFrame | None:
        """The table made from these; None where none was kept."""
        found = self.find(*made_from)
        return None if found is None else pl.read_parquet(io.BytesIO(found))

    def keep_frame(self, result: pl.DataFrame, *made_from: str) -> None:
        """Keeps a table as Parquet."""
        buffer = io.BytesIO()
        result.write_parquet(buffer)
        self.keep(buffer.getvalue(), *made_from)

    def forget_others(self) -> None:
        """Removes what this run did not ask for."""
        if self._folder is not None and self._folder.is_dir():
            for path in self._folder.iterdir():
                if path.name not in self._asked:
                    path.unlink()

    def _place(self, made_from: tuple[str, ...]) -> Path | None:
        if self._folder is None:
            return None
        name = hashlib.sha256(json.dumps([*self._basis, *made_from]).encode()).hexdigest()
        self._asked.add(name)
        return self._folder / name


NOTHING_KEPT = Kept(None, ())


def basis_of(contracts: Path, *more: str) -> list[str]:
    """What results of the pipelines depend on beside their input: the contracts, the code and the programs.

    `more` is what else they depend on, such as the key of the rounding.
    """
    return [*_programs(), _code(), _digest(_files(contracts)), *more]


@cache
def _programs() -> tuple[str, ...]:
    return (f"python {platform.python_version()}", *(f"{name} {version(name)}" for name in PROGRAMS))


@cache
def _code() -> str:
    """The two packages that read returns and protect figures; they stay as they are while a process runs."""
    packages = (Path(package.__path__[0]) for package in (data_contracts, pipelines))
    return _digest(file for package in packages for file in _files(package))


def digest_of(frames: Iterable[pl.DataFrame | None]) -> str:
    """The hash of what tables hold, in their order; that of a table that is missing is one of its own."""
    digest = hashlib.sha256()
    for frame in frames:
        digest.update(b"-" if frame is None else frame.write_ndjson().encode())
        digest.update(b"\0")
    return digest.hexdigest()


def _files(folder: Path) -> Iterable[tuple[str, Path]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            yield path.relative_to(folder).as_posix(), path


def _digest(files: Iterable[tuple[str, Path]]) -> str:
    digest = hashlib.sha256()
    for name, path in files:
        digest.update(f"{name}\0{sha256_of(path)}\0".encode())
    return digest.hexdigest()
