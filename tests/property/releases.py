"""Random releases of persons, from clustered operations to published editions, for the proofs of disclosure control.

Synthetic persons as in the measurements that the method was chosen by: operations of several persons each (negative
binomial), partners of different size, characteristics that lean to a few codes.
"""

from __future__ import annotations

import itertools
import random
from collections import Counter
from dataclasses import dataclass, field

import polars as pl

from data_contracts.catalog import load_catalog
from data_contracts.model import Contract, Region
from pipelines.audit_knowledge import Edition
from pipelines.protected import AuditOutcome, protected_dataset
from pipelines.release import to_sdmx
from pipelines.statistics import exact_observations, read_cells
from tests.unit.protection_builder import as_paths

CATALOG = load_catalog()
REGION = CATALOG.region("western_balkans")
PARTNERS = [partner.code for partner in REGION.partners]
WEIGHTS = (3, 5, 6, 1, 3, 8)


@dataclass(frozen=True)
class Setting:
    """How persons are drawn: the region's mean a year, persons per operation, how much codes lean to the first."""

    name: str
    mean: int
    per_operation: float
    lean: float


SETTINGS = (
    Setting("few, in large operations", 30, 4.0, 0.6),
    Setting("medium", 60, 3.0, 0.75),
    Setting("many, spread over all codes", 150, 2.0, 0.95),
)
Person = tuple[str, ...]


@dataclass
class Network:
    """The partners of one random region: what each has counted by year, its consent, and its submission's number."""

    contract: Contract
    setting: Setting
    draw: random.Random
    years: tuple[int, ...]
    region: Region = REGION
    release: dict[str, str] = field(default_factory=dict)
    persons: dict[tuple[int, str], list[Person]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        kinds = ["exact", "exact", "exact", "protected", "region_only"]
        self.release = {partner: self.draw.choice(kinds) for partner in self.partners}
        for year in self.years:
            for partner, weight in zip(self.partners, itertools.cycle(WEIGHTS), strict=False):
                mean = self.setting.mean * weight / sum(WEIGHTS)
                self.persons[year, partner] = self._operations(mean)

    @property
    def partners(self) -> list[str]:
        """The codes of the region's partners."""
        return [partner.code for partner in self.region.partners]

    def _operations(self, mean: float) -> list[Person]:
        found: list[Person] = []
        for _ in range(self._poisson(mean / self.setting.per_operation)):
            first = self._person()
            for _ in range(1 + self._poisson(self.setting.per_operation - 1)):
                found.append((first[0], *self._person()[1:]))
        return found

    def _poisson(self, mean: float) -> int:
        count, waited = 0, self.draw.expovariate(1.0)
        while waited < mean:
            count, waited = count + 1, waited + self.draw.expovariate(1.0)
        return count

    def _person(self) -> Person:
        while True:
            codes = tuple(self._code(name) for name in self.contract.dimension_names)
            row = dict(zip(self.contract.dimension_names, codes, strict=True))
            if all(
                _holds(rule.parameters, row) for rule in self.contract.row_rules if rule.kind == "if_then"
            ):
                return codes

    def _code(self, name: str) -> str:
        column = self.contract.column(name)
        codes = list(CATALOG.code_lists[str(column.code_list)].values)
        codes += ["not_specified"] if column.not_specified else []
        return self.draw.choices(codes, [self.setting.lean**number for number in range(len(codes))])[0]

    def revise(self, year: int, partner: str, changes: int = 3) -> None:
        """Adds, drops or changes some persons of a partner's year."""
        persons = self.persons[year, partner]
        for _ in range(changes):
            kind = self.draw.choice(("add", "drop", "change"))
            if kind != "add" and persons:
                persons.pop(self.draw.randrange(len(persons)))
            if kind != "drop":
                persons.append(self._person())

    def cells(self) -> pl.DataFrame:
        """The rows of the partners' returns, crossed by everything."""
        main = self.contract.main_measure.name
        beside = [column.name for column in self.contract.measures if column.name != main]
        rows = [
            {"partner": partner, "reference_year": year, "submission": 1}
            | dict(zip(self.contract.dimension_names, codes, strict=True))
            | {main: count} | dict.fromkeys(beside)
            for (year, partner), persons in sorted(self.persons.items())
            for codes, count in sorted(Counter(persons).items())
        ]  # fmt: skip
        schema = {"partner": pl.String, "reference_year": pl.Int64, "submission": pl.Int64}
        schema |= dict.fromkeys(self.contract.dimension_names, pl.String)
        return pl.DataFrame(rows, schema=schema | {main: pl.Int64} | dict.fromkeys(beside, pl.Int64))

    def returns(self) -> pl.DataFrame:
        """What the covers say."""
        rows = [
            {
                "partner": partner, "reference_year": year, "submission": 1, "dataset": self.contract.dataset,
                "status": "reported" if persons else "nil", "coverage": "complete", "break_in_series": False,
                "release": self.release[partner], "not_collected": [],
                **{name: len(persons) and 1 for name in self.contract.cover_measures},
            }
            for (year, partner), persons in sorted(self.persons.items())
        ]  # fmt: skip
        return pl.DataFrame(rows, schema_overrides={"not_collected": pl.List(pl.String)})

    def publish(
        self, year: int, before: tuple[Edition, ...], key: bytes
    ) -> tuple[Edition, AuditOutcome, pl.DataFrame]:
        """An edition of the years so far: as read from its CSV, what the audit said, and its observations."""
        with as_paths(self.cells()) as paths:
            cells = read_cells(paths, catalog=CATALOG, contract=self.contract)
        exact = exact_observations(
            cells, self.returns(), catalog=CATALOG, contract=self.contract, region=self.region, year=year
        )
        years = [str(one) for one in self.years]
        exact = exact.filter(pl.col("time_period").is_in(years) | pl.col("time_period").str.contains("/"))
        published, outcome = protected_dataset(
            exact,
            cells=cells,
            catalog=CATALOG,
            contract=self.contract,
            region=self.region,
            key=key,
            before=before,
        )
        rows = to_sdmx(published, contract=self.contract)
        return Edition(rows, cells), outcome, published


def _holds(parameters: dict[str, dict[str, list[str]]], row: dict[str, str]) -> bool:
    when, then = parameters["when"], parameters["then"]
    if any(row[name] not in codes for name, codes in when.items()):
        return True
    return all(row[name] in codes for name, codes in then.items())
