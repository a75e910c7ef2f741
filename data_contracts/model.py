"""The shapes of the contracts, code lists and regions.

Belongs here: frozen models and what is derived from one model alone. Reading the files is `catalog.py`;
what is computed from returns lives in `pipelines/`.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, model_validator

from data_contracts.calendar import Approval, Calendar
from data_contracts.court_tables import CourtTables
from data_contracts.finding_rules import FindingRule
from data_contracts.folding import words_of
from data_contracts.frozen import Frozen
from data_contracts.imprint import Imprint
from data_contracts.mapping import VersionMapping

TOTAL = "_T"
NOT_SPECIFIED = "not_specified"


class Code(Frozen):
    """One code of a list, its labels by language and the coarser codes that it belongs to."""

    code: str
    labels: dict[str, str]
    groups: dict[str, str] = Field(default_factory=dict)


class CodeList(Frozen):
    """An ordered code list; a grouping names another list of coarser codes."""

    name: str
    codes: tuple[Code, ...]

    @property
    def values(self) -> tuple[str, ...]:
        """The codes, in the order of the file."""
        return tuple(code.code for code in self.codes)

    def label(self, code: str, language: str = "en") -> str:
        """The label of a code.

        Raises:
            KeyError: The list does not hold the code or the language.
        """
        found = {entry.code: entry for entry in self.codes}
        return found[code].labels[language]

    @functools.cached_property
    def words(self) -> Mapping[str, frozenset[str]]:
        """The labels in all languages and scripts, folded, alone and behind the code, to the codes they mean."""
        return words_of({code.code: code.labels for code in self.codes})

    def group_of(self, grouping: str) -> dict[str, str]:
        """The coarser code of each code under a grouping."""
        return {code.code: code.groups[grouping] for code in self.codes}

    def group_values(self, grouping: str) -> tuple[str, ...]:
        """The coarser codes of a grouping, each once, in order."""
        return tuple(dict.fromkeys(code.groups[grouping] for code in self.codes))


class Column(Frozen):
    """A column of a dataset: a dimension with its code list, or a measure with its range."""

    name: str
    role: Literal["dimension", "main_measure", "measure"]
    description: str
    required: bool
    code_list: str | None = None
    not_specified: bool = False
    minimum: int | None = None
    sdmx_measure: str | None = None

    @model_validator(mode="after")
    def _dimension_has_codes(self) -> Column:
        if (self.role == "dimension") != (self.code_list is not None):
            raise ValueError(f"column {self.name}: a dimension names a codeList, a measure does not")
        return self


class Rule(Frozen):
    """A rule of a contract, of a closed set of kinds.

    Of a row, level 1: `if_then`: where `when` holds, `then` must hold (column in list). `not_greater`: column <= than.
    Of the return, level 3: `zero_where`: where `when` holds, the `columns` are 0 or unknown. `cover_not_greater`: the
    cover's `field` is at most the dataset's total.
    """

    code: str
    kind: Literal["if_then", "not_greater", "zero_where", "cover_not_greater"]
    parameters: dict[str, Any]

    @property
    def level(self) -> int:
        """The validation level that the rule belongs to."""
        return 1 if self.kind in ("if_then", "not_greater") else 3


class Average(Frozen):
    """A mean that may be published: numerator over the rows' main measure, under a dominance rule."""

    sdmx_measure: str = Field(alias="sdmxMeasure")
    numerator: str
    where: dict[str, str]
    per: float
    minimum_count: int
    dominance_pct: float
    round_to: float


class ReleaseTable(Frozen):
    """A table that may be published; nothing else of a dataset ever is."""

    name: str
    areas: Literal["partner", "region"]
    dimensions: tuple[str, ...]
    measures: tuple[str, ...]
    protection: Literal["consent", "rounded"]
    grouping: dict[str, str] = Field(default_factory=dict)


class Contract(Frozen):
    """One version of one dataset's contract."""

    dataset: str
    version: str
    title: str
    description: str
    purpose: str
    limitations: str
    protects: Literal["events", "persons"]
    columns: tuple[Column, ...]
    release_tables: tuple[ReleaseTable, ...]
    rules: tuple[Rule, ...] = ()
    cover_measures: dict[str, str] = Field(default_factory=dict)
    averages: tuple[Average, ...] = ()
    batched: bool = False
    tested_on: str | None = None

    @property
    def dimensions(self) -> tuple[Column, ...]:
        """The dimension columns, in the order of the contract."""
        return tuple(column for column in self.columns if column.role == "dimension")

    @property
    def dimension_names(self) -> list[str]:
        """The names of the dimensions, in the order of the contract."""
        return [column.name for column in self.dimensions]

    @property
    def measures(self) -> tuple[Column, ...]:
        """All measure columns, the main one first as declared."""
        return tuple(column for column in self.columns if column.role != "dimension")

    @property
    def main_measure(self) -> Column:
        """The measure that the cover's control total counts."""
        return next(column for column in self.columns if column.role == "main_measure")

    @property
    def row_rules(self) -> tuple[Rule, ...]:
        """The rules of single rows (level 1), which both readers of the contract check."""
        return tuple(rule for rule in self.rules if rule.level == 1)

    @property
    def return_rules(self) -> tuple[Rule, ...]:
        """The rules across the tables and the cover of a return (level 3)."""
        return tuple(rule for rule in self.rules if rule.level == 3)

    def column(self, name: str) -> Column:
        """The column of that name.

        Raises:
            KeyError: The contract has no such column.
        """
        return {column.name: column for column in self.columns}[name]

    @model_validator(mode="after")
    def _tables_use_own_columns(self) -> Contract:
        names = {column.name for column in self.columns}
        if sum(column.role == "main_measure" for column in self.columns) != 1:
            raise ValueError("exactly one column has the role main_measure")
        for table in self.release_tables:
            unknown = {*table.dimensions, *table.measures, *table.grouping} - names
            if unknown:
                raise ValueError(f"releaseTables: {table.name} names unknown columns {sorted(unknown)}")
        for rule in self.rules:
            named = _columns_of(rule)
            if named - names:
                raise ValueError(f"rules: {rule.code} names unknown columns {sorted(named - names)}")
        return self


def _columns_of(rule: Rule) -> set[str]:
    if rule.kind == "if_then":
        return {*rule.parameters["when"], *rule.parameters["then"]}
    if rule.kind == "zero_where":
        return {*rule.parameters["when"], *rule.parameters["columns"]}
    return set() if rule.kind == "cover_not_greater" else {rule.parameters["column"], rule.parameters["than"]}


class Partner(Frozen):
    """A partner of a region, with the years for which it reports."""

    code: str = Field(pattern=r"^[A-Z]{3}$")
    names: dict[str, str]
    member_from: int | None = None
    member_to: int | None = None
    footnote: str | None = None

    def reports_for(self, year: int) -> bool:
        """Whether the partner is a member of the region in that reference year."""
        return (self.member_from or year) <= year <= (self.member_to or year)


class Footnote(Frozen):
    """A mark that stands behind a name wherever it is printed, and the text it refers to."""

    mark: str
    text: str


class HeadlineSeries(Frozen):
    """One series of the headline list, on which trend words are licensed."""

    name: str
    dataset: str
    measure: str
    filter: dict[str, str]


class Region(Frozen):
    """A region: its partners, languages, datasets and reference data."""

    name: str
    ref_area: str
    names: dict[str, str]
    report_title: str
    languages: tuple[str, ...]
    datasets: tuple[str, ...]
    series_years: int = Field(ge=1)
    reference_years: tuple[int, int]
    partners: tuple[Partner, ...] = Field(min_length=1)
    footnotes: dict[str, Footnote] = Field(default_factory=dict)
    headline_series: tuple[HeadlineSeries, ...] = Field(default=(), max_length=6)
    pooled_periods: tuple[tuple[int, int], ...] = ()
    deadline: str | None = None
    calendar: Calendar | None = None
    approval: Approval | None = None
    banner: str | None = None
    imprint: Imprint | None = None
    population: Path | None = None
    geometry: Path | None = None
    other_sources: Path | None = None
    offences: Path | None = None
    court_tables: CourtTables = CourtTables()

    @property
    def years(self) -> tuple[int, ...]:
        """The reference years for which an edition can be made, oldest first."""
        first, last = self.reference_years
        return tuple(range(first, last + 1))

    def shown_years(self, year: int) -> tuple[int, ...]:
        """The reference years that an edition shows, oldest first: at most `series_years`, its own the last."""
        return tuple(range(max(self.reference_years[0], year - self.series_years + 1), year + 1))

    def partners_in(self, year: int) -> tuple[Partner, ...]:
        """The partners that are members in a reference year, in the order of the file."""
        return tuple(partner for partner in self.partners if partner.reports_for(year))

    def pooled_until(self, years: Sequence[int]) -> tuple[tuple[int, int], ...]:
        """The pooled periods, by first and last year, that end in some years."""
        return tuple(period for period in self.pooled_periods if period[1] in years)

    @model_validator(mode="after")
    def _pooled_periods_do_not_overlap(self) -> Region:
        ends = [year for period in self.pooled_periods for year in period]
        if ends != sorted(set(ends)):
            raise ValueError("pooled_periods: each begins after the one before has ended; they never overlap")
        return self

    @model_validator(mode="after")
    def _footnotes_exist(self) -> Region:
        for partner in self.partners:
            if partner.footnote is not None and partner.footnote not in self.footnotes:
                raise ValueError(f"partners: {partner.code} names the unknown footnote {partner.footnote!r}")
        return self


class Catalog(Frozen):
    """All that is promised: contracts by version, code lists, regions and finding rules."""

    root: Path
    versions: Mapping[tuple[str, str], Contract]
    code_lists: Mapping[str, CodeList]
    regions: Mapping[str, Region]
    findings: Mapping[str, FindingRule]
    mappings: Mapping[tuple[str, str], VersionMapping] = Field(default_factory=dict)

    @property
    def contracts(self) -> dict[str, Contract]:
        """The newest version of each dataset's contract, by dataset."""
        newest: dict[str, Contract] = {}
        for (dataset, _), contract in sorted(self.versions.items(), key=lambda item: int(item[0][1])):
            newest[dataset] = contract
        return newest

    def contract(self, dataset: str, version: str) -> Contract:
        """A dataset's contract in the version that a return was prepared under.

        Raises:
            KeyError: There is no such dataset or version.
        """
        return self.versions[(dataset, version)]

    def steps_to_newest(self, dataset: str, version: str) -> tuple[VersionMapping, ...]:
        """The mappings that carry a version of a dataset's contract over to its newest, in order."""
        steps = []
        while version != self.contracts[dataset].version:
            steps.append(self.mappings[(dataset, version)])
            version = steps[-1].target
        return tuple(steps)

    def region(self, name: str) -> Region:
        """A region by name.

        Raises:
            KeyError: There is no such region.
        """
        return self.regions[name]

    def allowed(self, column: Column) -> tuple[str, ...]:
        """The codes that a dimension may hold, `not_specified` where allowed, `_T` last."""
        if column.code_list is None:
            raise KeyError(f"{column.name} is a measure and has no codes")
        extra = (NOT_SPECIFIED,) if column.not_specified else ()
        return (*self.code_lists[column.code_list].values, *extra, TOTAL)

    def label(self, code_list: str, code: str, language: str = "en") -> str:
        """The label of a code, of `_T` or of `not_specified`."""
        special = self.code_lists["special_codes"]
        return (special if code in special.values else self.code_lists[code_list]).label(code, language)
