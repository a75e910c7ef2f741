"""The steps that make published figures, with the version of each: the hash of the files that are its query.

Belongs here: reading `steps.yaml`. Which figure is made by which is said in `provenance.py`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import polars as pl
from pydantic import Field

from data_contracts.frozen import Frozen
from data_contracts.model import Contract, ReleaseTable
from data_contracts.strings import load_strings
from pipelines.errors import PipelineError

HERE = Path(__file__).parent
FILE = "steps.yaml"
DIGITS = 12
AUDIT, EVENTS = "audit", "events"


class Step(Frozen):
    """A step: its title, what it does, and the files that are its query, as patterns below this folder."""

    title: str
    does: str
    code: tuple[str, ...]

    @property
    def files(self) -> list[Path]:
        """The files of the step, in the order of their names."""
        found = {pattern: sorted(HERE.glob(pattern)) for pattern in self.code}
        for pattern, paths in found.items():
            if not paths:
                raise PipelineError(f"{FILE}: no file {pattern}; name the files that the step consists of")
        return sorted({path for paths in found.values() for path in paths})

    @property
    def version(self) -> str:
        """The beginning of the hash of the step's files and their names."""
        whole = hashlib.sha256()
        for path in self.files:
            whole.update(f"{path.relative_to(HERE).as_posix()}\0".encode() + path.read_bytes() + b"\0")
        return whole.hexdigest()[:DIGITS]


class StepsOfTables(Frozen):
    """Which steps make a release table, by its areas and protection, and what stands in none."""

    by_partner: Mapping[str, tuple[str, ...]]
    by_region: Mapping[str, tuple[str, ...]]
    cover: tuple[str, ...]
    averages: tuple[str, ...]


class AnnexSource(Frozen):
    """Which steps make an annex table, and from what: `returns`, `observations`, or nothing of the edition."""

    steps: tuple[str, ...]
    made_from: tuple[str, ...] = Field(alias="from")


class Steps(Frozen):
    """All steps, and which make what."""

    steps: Mapping[str, Step]
    tables: StepsOfTables
    annex: Mapping[str, AnnexSource]

    def of_table(self, contract: Contract, table: ReleaseTable) -> list[str]:
        """The steps of a release table, in order; events are public and have no audit."""
        kinds = self.tables.by_partner if table.areas == "partner" else self.tables.by_region
        return self._of(contract, kinds[table.protection])

    def of_cover(self, contract: Contract) -> list[str]:
        """The steps of counts that stand on the cover."""
        return self._of(contract, self.tables.cover)

    def _of(self, contract: Contract, names: tuple[str, ...]) -> list[str]:
        return [name for name in names if name != AUDIT or contract.protects != EVENTS]


@cache
def known_steps() -> Steps:
    """The steps of `steps.yaml`."""
    return Steps.model_validate(load_strings((HERE / FILE).read_text(encoding="utf-8")))


def processing_steps() -> pl.DataFrame:
    """The annex table of the steps.

    Grain: step. Columns: `step`, `title`, `does`, `code` (its files, separated by blanks), `version`.
    """
    rows = [
        (
            name,
            step.title,
            step.does,
            " ".join(path.relative_to(HERE).as_posix() for path in step.files),
            step.version,
        )
        for name, step in known_steps().steps.items()
    ]
    return pl.DataFrame(rows, schema=["step", "title", "does", "code", "version"], orient="row")
