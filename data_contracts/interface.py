"""The published CSV files as data: their columns, what these mean, and the codes and marks that they hold.

Belongs here: the description. The files are written in `pipelines/release.py` and `pipelines/edition_data.py`;
a test holds that they have these columns.
"""

from __future__ import annotations

from pathlib import Path

from pydantic import ValidationError

from data_contracts.catalog import ContractError
from data_contracts.frozen import Frozen
from data_contracts.messages import ENGLISH, spoken, translated
from data_contracts.model import Contract
from data_contracts.strings import load_strings


class PublishedValue(Frozen):
    """A code that a published column may hold, and the mark that the report prints for it."""

    code: str
    description: str
    mark: str = ""


class PublishedColumn(Frozen):
    """A column of a published file; `values` is empty where the column is open."""

    name: str
    description: str
    values: tuple[PublishedValue, ...] = ()

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes, in the order of the file."""
        return tuple(value.code for value in self.values)


class ObservationColumns(Frozen):
    """The columns of a dataset's file before and after its dimensions."""

    before: tuple[PublishedColumn, ...]
    after: tuple[PublishedColumn, ...]


class AnnexTable(Frozen):
    """A table of the data annex beside the observations; `key` names the columns that tell its rows apart."""

    name: str
    title: str
    grain: str
    key: tuple[str, ...]
    columns: tuple[PublishedColumn, ...]


class WorkbookWords(Frozen):
    """What the workbook of the data annex says beside its tables."""

    contents: str
    notes: str
    cover: str
    of_cover: str
    of_contents: str
    of_notes: str
    of_table: str
    empty: str
    no_rows: str
    back: str
    of_observations: str
    shown: str
    state: str
    reading: str
    source: str


class Interface(Frozen):
    """Every published CSV file, and the words of the workbook that holds them all."""

    observations: ObservationColumns
    annex: tuple[AnnexTable, ...]
    workbook: WorkbookWords

    def columns_of(self, contract: Contract) -> list[str]:
        """The names of the columns of a dataset's file, in order."""
        before, after = self.observations.before, self.observations.after
        dimensions = [name.upper() for name in contract.dimension_names]
        return [*(column.name for column in before), *dimensions, *(column.name for column in after)]

    def observation_column(self, name: str) -> PublishedColumn:
        """A column that the files of all datasets have.

        Raises:
            KeyError: There is no such column.
        """
        columns = (*self.observations.before, *self.observations.after)
        return {column.name: column for column in columns}[name]


def load_interface(root: Path) -> Interface:
    """The published interface below a contracts folder.

    Raises:
        ContractError: The file is missing or breaks its model.
    """
    path = root / "interface.yaml"
    try:
        loaded = load_strings(path.read_text(encoding="utf-8"))
        return Interface.model_validate(loaded)
    except FileNotFoundError as error:
        raise ContractError(f"{path}: the file is missing; restore it from the shipped contracts") from error
    except ValidationError as error:
        raise ContractError(f"{path}: {error}") from error


def said_interface(interface: Interface) -> Interface:
    """The interface with its titles and descriptions in the language that is spoken."""
    if spoken() == ENGLISH:
        return interface
    return Interface.model_validate(translated(interface.model_dump(), ("title", "description")))


def structure_id(contract: Contract) -> str:
    """The identifier of a dataset's dataflow, with its contract's version, as STRUCTURE_ID holds it."""
    return f"TESAT:DF_{contract.dataset.upper()}({contract.version}.0)"


def measures_of(contract: Contract) -> dict[str, str]:
    """What MEASURE may hold in a dataset's file, with its meaning, in the order of the contract."""
    own = {
        column.sdmx_measure: column.description
        for column in contract.measures
        if column.sdmx_measure is not None
    }
    cover = {code: f"Field {name} of the cover" for name, code in contract.cover_measures.items()}
    means = {
        average.sdmx_measure: f"Mean of {average.numerator} per {contract.main_measure.name}, region only"
        for average in contract.averages
    }
    return own | cover | means
