"""The cover's fields, read from `data_contracts/cover.yaml`, and what the rest of the intake asks of them.

Belongs here: the shapes of the cover's rules. Reading a cover from a file is `reading_cover.py`; judging its
values is `checking_cover.py`.
"""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from data_contracts.strings import load_strings

Kind = Literal[
    "partner",
    "partners",
    "year",
    "integer",
    "date",
    "text",
    "handling",
    "version",
    "code",
    "yes_no",
    "column_codes",
    "confirmations",
]


class Frozen(BaseModel):
    """A model that refuses unknown fields and cannot be changed."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class CoverField(Frozen):
    """A field of the cover, or of one dataset on the cover."""

    name: str
    kind: Kind
    description: str
    required: bool = False
    codes: tuple[str, ...] = ()
    minimum: int | None = None
    max_length: int | None = None
    used_with: tuple[str, ...] = ()
    required_when: dict[str, str] = Field(default_factory=dict)


class Status(Frozen):
    """A status of a dataset on the cover; `needs_rows` says whether rows must, or must not, follow."""

    code: str
    needs_rows: bool
    description: str


class Limits(Frozen):
    """How large a file may be; bytes are bytes, `ratio` is unpacked to packed.

    `seconds` and `memory_bytes` are those of the process that reads a workbook.
    """

    file_bytes: int
    unpacked_bytes: int
    ratio: int
    entries: int
    depth: int
    cover_bytes: int
    text_bytes: int
    line_bytes: int
    rows: int
    cells: int
    elements: int
    listed_faults: int
    screened_characters: int
    paragraphs: int
    contribution_characters: int
    seconds: int
    memory_bytes: int


class SdmxReturn(Frozen):
    """How our own SDMX-CSV is read as a table of a return; codes by column of the published interface."""

    due: tuple[str, ...]
    actions: tuple[str, ...]
    deletion: str
    without_value: tuple[str, ...]
    withheld: dict[str, tuple[str, ...]]
    altered: dict[str, tuple[str, ...]]


class CoverRules(Frozen):
    """All of cover.yaml."""

    sheet: str
    file: str
    title_words: tuple[str, ...]
    row_words: tuple[str, ...]
    contribution: str
    ignored_sheets: tuple[str, ...]
    ignored_files: tuple[str, ...]
    ignored_folders: tuple[str, ...]
    limits: Limits
    sdmx: SdmxReturn
    yes_words: tuple[str, ...]
    no_words: tuple[str, ...]
    handling: dict[str, tuple[str, ...]]
    statuses: tuple[Status, ...]
    fields: tuple[CoverField, ...]
    dataset_fields: tuple[CoverField, ...]

    @property
    def counts(self) -> tuple[str, ...]:
        """The names of the optional counts of the whole return, such as operations."""
        return tuple(field.name for field in self.fields if field.kind == "integer" and not field.required)

    def status(self, code: str) -> Status:
        """The status of that code.

        Raises:
            KeyError: There is no such status.
        """
        return {status.code: status for status in self.statuses}[code]


@functools.cache
def load_cover_rules(root: Path) -> CoverRules:
    """The cover's rules below a contracts folder; read as strings, so that `nil` and `no` stay words."""
    text = (root / "cover.yaml").read_text(encoding="utf-8")
    return CoverRules.model_validate(load_strings(text))
