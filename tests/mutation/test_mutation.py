"""Two readers of each contract, our interpreter and the Great Expectations gate, on a corpus made from it.

For every level-1 rule of every contract: cases that break it and nothing else, and cases at its edge that pass.
Both readers must name the same rules at the same positions.
"""

from __future__ import annotations

import itertools
import random
from dataclasses import dataclass, field

import pandas as pd
import polars as pl
import pytest

from data_contracts.catalog import load_catalog
from data_contracts.expectations import gate
from data_contracts.model import TOTAL, Contract, Rule
from pipelines.checking import check_return
from pipelines.reading import Return
from pipelines.reading_cover import RawCover
from pipelines.reading_sheet import Sheet

CATALOG = load_catalog()
REGION = CATALOG.region("western_balkans")
MAXIMUM = 999_999_999
NUMBERS_WRONG = {
    "T1-decimal": ["29.999998", "3.5", ".5", "0.125", "-1,25", "30.00000001"],
    "T1-thousands-separator": ["1.000", "1,000", "1 000", "1\u202f000", "1.000.000", "12'500", "1.234,50"],
    "T1-identifier": ["007", "197004000000.0", "197004000000", "1.97004E+11", "9" * 30],
    "T1-unknown-marker": [
        "-9",
        "-99",
        "-88",
        "-99.0",
        "NA",
        "n/a",
        "N.A.",
        "NaN",
        "-",
        ".",
        "?",
        "nepoznato",
    ],
    "T1-date": ["02/14/2025", "14.2.2025.", "2016-00-12", "2025-03-05 00:00:00", "5-Mar", "Mar-05", "3-5-25"],
    "T1-several-values": ["5; 7", "10-12", "1/2", "2 + 3", "5, 7"],
    "T1-not-an-integer": ["1e3", "ten", "5.", "x", "½", "5 persons", "--1", "1,,000"],
}
WORDS_WRONG = {
    "T1-unknown-marker": ["-9", "-99.0", "NA", "N/A", "n.a.", "unknown", "Nepoznato", "непознато", "..", "–"],
    "T1-date": ["18-Feb", "2/14/2025", "2025-02-14 00:00:00", "12. Mar"],
    "T1-identifier": ["197004000000.0", "0042", "1.97004E+11"],
    "T1-unknown-code": ["zzz", "T", "-1", "197004", "18", "2025", "1.5", "1.000"],
}
NUMBERS_RIGHT = ["30", "30.0", "30,0", "30,00", "+5", " 5\u00a0", "5.0000", "1000", "2025", "99"]

REPEATED = ("T1-repeated-row", 3, None)

Row = dict[str, str]
Position = tuple[str, int, str | None]


@dataclass
class Case:
    """Rows of one dataset of one return, its control total, and the positions that both readers must find."""

    name: str
    contract: Contract
    rows: list[Row]
    total: str | None = None
    expected: set[Position] = field(default_factory=set)

    def __post_init__(self) -> None:
        if self.total is None:
            self.total = str(_sum(self))


def _sum(case: Case) -> int:
    """The sum of the first row's table, as the interpreter reads plain digits."""
    main = case.contract.main_measure.name
    names = case.contract.dimension_names
    key = [case.rows[0][name] == TOTAL for name in names]
    same = [row for row in case.rows if [row[name] == TOTAL for name in names] == key]
    return sum(int(float(row[main].strip().replace(",", "."))) for row in same if row[main].strip())


def allowed(contract: Contract, name: str) -> tuple[str, ...]:
    return CATALOG.allowed(contract.column(name))


def breaks(row: Row, rule: Rule) -> bool:
    """A third, naive reading of the row rules, only over codes and plain digits."""
    if rule.kind == "if_then":
        met = all(row[name] in codes for name, codes in rule.parameters["when"].items())
        return met and any(row[name] not in codes for name, codes in rule.parameters["then"].items())
    low, high = row[rule.parameters["column"]], row[rule.parameters["than"]]
    return low != "" and high != "" and int(low) > int(high)


def row_with(contract: Contract, fixed: Row, broken: str | None = None) -> Row | None:
    """A row with the fixed values that breaks exactly the rule named (or none); None if there is no such row."""
    free = {
        name
        for rule in contract.row_rules
        if rule.kind == "if_then"
        for part in ("when", "then")
        for name in rule.parameters[part]
    }
    free -= set(fixed)
    base = dict.fromkeys(contract.dimension_names, TOTAL)
    base |= {measure.name: "" for measure in contract.measures} | {contract.main_measure.name: "5"} | fixed
    options = [[(name, code) for code in (TOTAL, *allowed(contract, name))] for name in sorted(free)]
    for choice in itertools.product(*options):
        row = base | dict(choice)
        if {rule.code for rule in contract.row_rules if breaks(row, rule)} == ({broken} if broken else set()):
            return row
    return None


def some_row(contract: Contract, **fixed: str) -> Row:
    row = row_with(contract, fixed)
    assert row is not None, fixed
    return row


def dimension_cases(contract: Contract) -> list[Case]:
    cases = []
    for column in contract.dimensions:
        other = some_row(contract)
        for code in allowed(contract, column.name):
            cases.append(Case(f"{column.name}={code}", contract, [some_row(contract, **{column.name: code})]))
        written = f"\u00a0{allowed(contract, column.name)[0].upper()} "
        row = some_row(contract, **{column.name: allowed(contract, column.name)[0]})
        cases.append(Case(f"{column.name} written {written!r}", contract, [row | {column.name: written}]))
        one, two = allowed(contract, column.name)[:2]
        wrong = [
            *((value, code) for code, values in WORDS_WRONG.items() for value in values),
            (f"{one}; {two}", "T1-several-values"),
            (f" {two.upper()}/{one}/", "T1-several-values"),
            (f"{one}; zzz", "T1-unknown-code"),
            ("", "T1-missing-value"),
            ("\u00a0 ", "T1-missing-value"),
        ]
        if not column.not_specified:
            wrong.append(("not_specified", "T1-unknown-code"))
        for value, code in wrong:
            cases.append(
                Case(
                    f"{column.name}={value!r}",
                    contract,
                    [other, row | {column.name: value}],
                    "5",
                    {(code, 3, column.name)},
                )
            )
    return cases


def measure_cases(contract: Contract) -> list[Case]:
    cases = []
    main = contract.main_measure.name
    for column in contract.measures:
        low = column.minimum or 0
        large = {main: str(MAXIMUM)}
        for value in [*NUMBERS_RIGHT, str(low), str(MAXIMUM)]:
            row = some_row(contract) | large | {column.name: value}
            cases.append(Case(f"{column.name}={value!r}", contract, [row]))
        for code, values in NUMBERS_WRONG.items():
            for value in values:
                row = some_row(contract) | {column.name: value}
                cases.append(Case(f"{column.name}={value!r}", contract, [row], "5", {(code, 2, column.name)}))
        for value in [str(low - 1), "-1", str(MAXIMUM + 1)]:
            row = some_row(contract) | {column.name: value}
            cases.append(
                Case(f"{column.name}={value}", contract, [row], "5", {("T1-out-of-range", 2, column.name)})
            )
        expected: set[Position] = {("T1-missing-value", 2, column.name)} if column.required else set()
        cases.append(
            Case(f"{column.name} empty", contract, [some_row(contract) | {column.name: ""}], "5", expected)
        )
    return cases


def key_cases(contract: Contract) -> list[Case]:
    first = contract.dimension_names[0]
    one, two = allowed(contract, first)[:2]
    row, other = some_row(contract, **{first: one}), some_row(contract, **{first: two})
    found: set[Position] = {("T1-duplicate-key", 3, None)}
    main = contract.main_measure.name
    shouted, seven = row | {first: one.upper()}, row | {main: "7"}
    written = {first: f" {one.upper()}", main: "5.0"}
    again: set[Position] = {*found, ("T1-repeated-row", 4, None)}
    unknown: set[Position] = {*found, ("T1-missing-value", 2, main), ("T1-missing-value", 3, main)}
    return [
        Case("same row twice", contract, [row, row], None, {REPEATED}),
        Case("same row twice, written otherwise", contract, [row, row | written], "10", {REPEATED}),
        Case("the second repeats the first after another", contract, [row, seven, row], None, again),
        Case("same codes, no main count", contract, [row | {main: ""}, row | {main: ""}], "x", unknown),
        Case("same codes, other counts", contract, [row, seven], None, found),
        Case("same codes, other case", contract, [row, shouted | {main: "4"}], "9", found),
        Case("three times", contract, [row, row, row], None, {REPEATED, ("T1-repeated-row", 4, None)}),
        Case("one code differs", contract, [row, other], None),
        Case("same count in another table", contract, [row, some_row(contract)], None),
    ]


def rule_cases(contract: Contract) -> list[Case]:
    cases = []
    for rule in contract.row_rules:
        if rule.kind == "not_greater":
            column, than = rule.parameters["column"], rule.parameters["than"]
            over, equal, empty = (some_row(contract) | {than: "5", column: value} for value in ("6", "5", ""))
            cases.append(Case(f"{rule.code} over", contract, [over], "5", {(rule.code, 2, column)}))
            cases += [Case(f"{rule.code} edge", contract, [row], "5") for row in (equal, empty)]
            continue
        ((target, codes),) = rule.parameters["then"].items()
        for values in itertools.product(*rule.parameters["when"].values()):
            when = dict(zip(rule.parameters["when"], values, strict=True))
            for code in allowed(contract, target):
                broken = rule.code if code not in codes else None
                row = row_with(contract, when | {target: code}, broken)
                if row is not None:
                    expected: set[Position] = {(rule.code, 2, target)} if broken else set()
                    cases.append(Case(f"{rule.code} {when} {target}={code}", contract, [row], None, expected))
    return cases


def total_cases(contract: Contract) -> list[Case]:
    main, first = contract.main_measure.name, contract.dimension_names[0]
    one, two = (some_row(contract, **{first: code}) for code in allowed(contract, first)[:2])
    whole = some_row(contract)
    found: set[Position] = {("T1-control-total", 2, main)}
    doubtful = one | {first: "all"}
    second = contract.dimension_names[1]
    by_second = some_row(contract, **{second: allowed(contract, second)[0]})
    may_belong, belongs = by_second | {first: "all"}, by_second | {second: "zzz"}
    unknown: set[Position] = {("T1-unknown-code", 3, first), ("T1-unknown-code", 4, second)}
    return [
        Case("sum is the total", contract, [one, two], "10"),
        Case("sum is one less", contract, [one, two], "11", found),
        Case("sum is one more", contract, [one, two], "9", found),
        Case("two tables agree", contract, [one, two, whole | {main: "10"}], "10"),
        Case(
            "second table is wrong",
            contract,
            [one, two, whole | {main: "9"}],
            "10",
            {("T1-control-total", 4, main)},
        ),
        Case("both tables are wrong", contract, [one, whole], "4", found | {("T1-control-total", 3, main)}),
        Case("total not declared", contract, [one], ""),
        Case(
            "a wrong code may mean the total", contract, [one, doubtful], "5", {("T1-unknown-code", 3, first)}
        ),
        Case(
            "a wrong code may mean a code", contract, [one, doubtful], "10", {("T1-unknown-code", 3, first)}
        ),
        Case("two wrong codes, both meant", contract, [by_second, may_belong, belongs], "15", unknown),
        Case("two wrong codes, one meant", contract, [by_second, may_belong, belongs], "10", unknown),
        Case("two wrong codes, none fits", contract, [by_second, may_belong, belongs], "20", unknown | found),
        Case("wrong either way", contract, [one, doubtful], "7", found | {("T1-unknown-code", 3, first)}),
    ]


FAMILIES = (dimension_cases, measure_cases, key_cases, rule_cases, total_cases)


def corpus() -> list[Case]:
    return [
        case for contract in CATALOG.versions.values() for family in FAMILIES for case in family(contract)
    ]


COVERED = {code for case in corpus() for code, _, _ in case.expected}


def dirty(count: int) -> list[Case]:
    """Returns with several faults at once, drawn with a fixed seed; no expectation but that both readers agree."""
    draw = random.Random(20251231)
    cases = []
    for number in range(count):
        contract = draw.choice(list(CATALOG.versions.values()))
        rows = [_dirty_row(contract, draw) for _ in range(draw.randint(1, 6))]
        cases.append(Case(f"dirty {number}", contract, rows, draw.choice(["5", "10", "15", "x", ""])))
    return cases


def _dirty_row(contract: Contract, draw: random.Random) -> Row:
    row = {}
    for column in contract.dimensions:
        codes = allowed(contract, column.name)
        row[column.name] = draw.choice(
            [TOTAL] * 6
            + [*codes[:2], draw.choice(codes)]
            + ([draw.choice(["", "zz", "_t"])] * (draw.random() < 0.1))
        )
    for column in contract.measures:
        row[column.name] = draw.choice(["5"] * 6 + ["", "0", "-1", "10", "5.0", "x"])
    return row


def sheet(case: Case) -> Sheet:
    rows = pl.DataFrame(
        case.rows, schema=dict.fromkeys((column.name for column in case.contract.columns), pl.String)
    )
    return Sheet(
        case.contract.dataset,
        case.contract.dataset,
        rows.with_row_index("row", offset=2).cast({"row": pl.Int32}),
    )


def interpreter(case: Case) -> tuple[set[Position], bool]:
    """What our own checks find in a return that is complete but for the case."""
    dataset = case.contract.dataset
    values = {"partner": "ALB", "reference_year": "2025", "submission": "1", "prepared_on": "2026-01-31"}
    values |= {
        "contact_point": "Statistics unit",
        "handling": "TLP:GREEN",
        "definitions_version": case.contract.version,
    }
    values |= {f"{name}.status": "not_available" for name in REGION.datasets}
    own = {
        "status": "reported",
        "coverage": "complete",
        "total": case.total or "",
        "release": "exact",
        "break_in_series": "no",
    }
    values |= {f"{dataset}.{name}": value for name, value in own.items()}
    ret = Return(RawCover("cover", values), {dataset: sheet(case)}, "0" * 64, ())
    result = check_return(ret, catalog=CATALOG, region=REGION)
    found = {(f.code, f.row, f.column) for f in result.findings if f.code.startswith("T1-")}
    return found, result.verdict == "accepted"


def gated(cases: list[Case]) -> dict[str, set[Position]]:
    """What the gate finds, one validation per dataset over all cases."""
    frames: dict[str, list[pd.DataFrame]] = {}
    for number, case in enumerate(cases):
        frame = sheet(case).rows.to_pandas().assign(return_id=str(number))
        frames.setdefault(case.contract.dataset, []).append(frame)
    totals = pd.DataFrame(
        [
            {"return_id": str(number), "dataset": case.contract.dataset, "total": case.total}
            for number, case in enumerate(cases)
        ]
    )
    found: dict[str, set[Position]] = {str(number): set() for number in range(len(cases))}
    for failure in gate({name: pd.concat(parts) for name, parts in frames.items()}, totals, catalog=CATALOG):
        found[failure.return_id].add((failure.code, failure.row, failure.column))
    return found


@pytest.fixture(scope="module")
def run() -> list[tuple[Case, set[Position], bool, set[Position]]]:
    cases = [*corpus(), *dirty(400)]
    by_gate = gated(cases)
    return [(case, *interpreter(case), by_gate[str(number)]) for number, case in enumerate(cases)]


def test_each_case_breaks_its_rule_and_nothing_else(run) -> None:
    wrong = [
        (case.contract.dataset, case.name, sorted(found, key=str), sorted(case.expected, key=str))
        for case, found, _, _ in run
        if not case.name.startswith("dirty") and found != case.expected
    ]
    assert wrong == []


def test_verdict_follows_from_the_rule(run) -> None:
    wrong = [
        case.name
        for case, found, accepted, _ in run
        if case.total not in ("", "x") and accepted != (not found)
    ]
    assert wrong == []


def test_the_gate_finds_the_same_rules_at_the_same_positions(run) -> None:
    wrong = [
        (case.contract.dataset, case.name, sorted(found, key=str), sorted(gate_found, key=str))
        for case, found, _, gate_found in run
        if found != gate_found
    ]
    assert wrong == []


def test_every_rule_of_every_contract_is_broken_and_brushed(run) -> None:
    cases = [case for case, *_ in run if not case.name.startswith("dirty")]
    rules = {(case.contract.dataset, code, column) for case in cases for code, _, column in case.expected}
    for contract in CATALOG.versions.values():
        wanted = {("T1-unknown-code", c.name) for c in contract.dimensions}
        wanted |= {("T1-missing-value", c.name) for c in contract.columns if c.required}
        wanted |= {
            (code, c.name) for c in contract.dimensions for code in (*WORDS_WRONG, "T1-several-values")
        }
        wanted |= {(code, c.name) for c in contract.measures for code in (*NUMBERS_WRONG, "T1-out-of-range")}
        wanted |= {
            ("T1-repeated-row", None),
            ("T1-duplicate-key", None),
            ("T1-control-total", contract.main_measure.name),
        }
        broken = {(code, column) for dataset, code, column in rules if dataset == contract.dataset}
        assert wanted <= broken
        assert {rule.code for rule in contract.row_rules} <= {code for code, _ in broken}
    passing = sum(not case.expected for case in cases)
    print(
        f"\nrules {len(rules)}, cases {len(cases)}, of which {passing} pass; dirty returns {len(run) - len(cases)}"
    )
