"""What stands in a cell in place of a code or a count: unknown markers, dates, identifiers, several values.

Belongs here: the patterns of `cell_faults.yaml` and their order. What a good cell holds is `words.py` and the
contracts; both readers of the contracts look cells up here that mean nothing.
"""

from __future__ import annotations

import functools
import re
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError, field_validator

from data_contracts.catalog import ContractError
from data_contracts.frozen import Frozen
from data_contracts.model import Catalog, Column
from data_contracts.strings import load_strings
from data_contracts.words import meant


class CellFault(Frozen):
    """A fault of single cells: the code of its finding, the kinds of columns it is looked for in, its pattern."""

    code: str
    columns: tuple[Literal["dimension", "measure"], ...] = Field(alias="in")
    pattern: str

    @field_validator("pattern")
    @classmethod
    def _is_whole(cls, pattern: str) -> str:
        re.compile(pattern)
        return f"^(?:{pattern})$"


class SeveralValues(Frozen):
    """The fault of a cell that holds several codes, and what may stand between them."""

    code: str
    separators: str


class CellFaults(Frozen):
    """All of cell_faults.yaml."""

    faults: tuple[CellFault, ...]
    several: SeveralValues

    def of(self, column: Column) -> tuple[CellFault, ...]:
        """The faults that are looked for in a column, first match first."""
        kind = "dimension" if column.role == "dimension" else "measure"
        return tuple(fault for fault in self.faults if kind in fault.columns)

    def fault(self, column: Column, text: str) -> str | None:
        """The code of the first fault whose pattern fits; None where none does."""
        lowered = text.lower()
        return next((fault.code for fault in self.of(column) if re.match(fault.pattern, lowered)), None)


@functools.cache
def load_cell_faults(root: Path) -> CellFaults:
    """The faults of cells below a contracts folder.

    Raises:
        ContractError: The file is missing, or breaks its model.
    """
    path = root / "cell_faults.yaml"
    try:
        return CellFaults.model_validate(load_strings(path.read_text(encoding="utf-8")))
    except FileNotFoundError as error:
        raise ContractError(f"{path}: the file is missing; restore it from the shipped contracts") from error
    except (ValidationError, re.error) as error:
        raise ContractError(f"{path}: {error}; correct the entry") from error


def holds_several(catalog: Catalog, column: Column, text: str) -> bool:
    """Whether a dimension's cell holds more than one of its codes or labels."""
    parts = re.split(load_cell_faults(catalog.root).several.separators, text)
    words = [part.strip() for part in parts if part.strip()]
    return len(words) > 1 and all(meant(catalog, column, word) for word in words)
