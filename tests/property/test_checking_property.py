"""Any table drawn from a contract's own domain is accepted; any single corruption of it is found and located."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from data_contracts.catalog import load_catalog
from data_contracts.cell_faults import load_cell_faults
from data_contracts.model import TOTAL, Contract, Rule
from pipelines.checking import CheckResult, check_return
from pipelines.reading import Return
from pipelines.reading_cover import RawCover
from pipelines.reading_sheet import Sheet
from pipelines.reading_table import contract_columns, read_table
from pipelines.reading_text import read_text_rows
from tests.proofs import proof

CATALOG = load_catalog()
REGION = CATALOG.region("western_balkans")
FAULTS = {fault.code for fault in load_cell_faults(CATALOG.root).faults}
CONTRACTS = [CATALOG.versions[key] for key in sorted(CATALOG.versions)]
Row = dict[str, str]


@dataclass
class Table:
    """A return of one dataset that keeps every rule: its rows as text, its total, and how its CSV is written."""

    contract: Contract
    rows: list[Row]
    total: int
    separator: str
    encoding: str


def keeps(row: Row, rule: Rule) -> bool:
    if rule.kind == "zero_where":
        met = all(row[name] in codes for name, codes in rule.parameters["when"].items())
        return not met or all(row[name] in ("", "0") for name in rule.parameters["columns"])
    if rule.kind == "not_greater":
        low, high = row[rule.parameters["column"]], row[rule.parameters["than"]]
        return not low or int(low) <= int(high)
    met = all(row[name] in codes for name, codes in rule.parameters["when"].items())
    return not met or all(row[name] in codes for name, codes in rule.parameters["then"].items())


@st.composite
def tables(draw: st.DrawFn) -> Table:
    contract = draw(st.sampled_from(CONTRACTS))
    names = contract.dimension_names
    broken_down = draw(st.sets(st.sampled_from(names), max_size=3))
    fields: dict[str, st.SearchStrategy[str]] = {}
    for column in contract.dimensions:
        codes = [code for code in CATALOG.allowed(column) if code != TOTAL]
        fields[column.name] = st.sampled_from(codes) if column.name in broken_down else st.just(TOTAL)
    for column in contract.measures:
        number = st.integers(column.minimum or 0, 10_000).map(str)
        fields[column.name] = number if column.required else st.one_of(st.just(""), number)
    legal = st.fixed_dictionaries(fields).filter(
        lambda row: all(keeps(row, rule) for rule in contract.rules if rule.kind != "cover_not_greater")
    )
    rows = draw(
        st.lists(legal, min_size=1, max_size=8, unique_by=lambda row: tuple(row[name] for name in names))
    )
    main = contract.main_measure.name
    total = sum(int(row[main]) for row in rows)
    if broken_down and draw(st.booleans()):
        whole = dict.fromkeys(names, TOTAL) | dict.fromkeys((m.name for m in contract.measures), "")
        rows.append(whole | {main: str(total)})
    separator = draw(st.sampled_from(",;\t"))
    return Table(contract, rows, total, separator, draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16"])))


def check(table: Table) -> CheckResult:
    """Writes the table as CSV, reads and checks it."""
    columns = [column.name for column in table.contract.columns]
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, delimiter=table.separator)
    writer.writeheader()
    writer.writerows(table.rows)
    dataset = table.contract.dataset
    rows, _ = read_text_rows(text.getvalue().encode(table.encoding), sheet=dataset, catalog=CATALOG)
    frame, found = read_table(
        rows,
        columns=contract_columns(table.contract, catalog=CATALOG),
        dataset=dataset,
        sheet=dataset,
        catalog=CATALOG,
    )
    values = {"partner": "SRB", "reference_year": "2025", "submission": "1", "prepared_on": "2026-01-31"}
    values |= {"contact_point": "Statistics unit", "handling": "TLP:GREEN"}
    values |= {"definitions_version": table.contract.version}
    values |= {f"{name}.status": "not_available" for name in REGION.datasets}
    own = {"status": "reported", "coverage": "complete", "release": "exact", "break_in_series": "no"}
    own |= {"total": str(table.total)}
    values |= {f"{dataset}.{name}": value for name, value in own.items()}
    ret = Return(RawCover("cover", values), {dataset: Sheet(dataset, dataset, frame)}, "0" * 64, tuple(found))
    return check_return(ret, catalog=CATALOG, region=REGION)


@proof(1500)
@given(tables())
def test_whatever_the_contract_allows_is_accepted_and_kept(table: Table) -> None:
    result = check(table)
    assert (result.verdict, result.findings) == ("accepted", ())
    typed = result.tables[table.contract.dataset]
    kept = typed.select(column.name for column in table.contract.columns).to_dicts()
    measures = {measure.name for measure in table.contract.measures}
    written = [
        {name: (int(value) if value else None) if name in measures else value for name, value in row.items()}
        for row in table.rows
    ]
    assert kept == written


@proof(2000)
@given(tables(), st.data())
def test_a_single_corrupted_cell_is_found_and_located(table: Table, data: st.DataObject) -> None:
    position = data.draw(st.integers(0, len(table.rows) - 1))
    column = data.draw(st.sampled_from(table.contract.columns))
    if column.role == "dimension":
        allowed = {code.casefold() for code in CATALOG.allowed(column)}
        words = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12).filter(
            lambda text: text.strip().casefold() not in allowed
        )
        codes = {"T1-unknown-code", "T1-missing-value", "T1-ambiguous-label", *FAULTS}
    else:
        words = st.sampled_from(
            [
                "29.999998",
                "1.000",
                "007",
                "x",
                "-1",
                "1e5",
                "99999999999",
                "½",
                "٣",
                "1 000",
                "-99",
                "n/a",
                "2;3",
            ]
        )
        codes = {"T1-not-an-integer", "T1-out-of-range", *FAULTS}
    table.rows[position][column.name] = data.draw(words)
    result = check(table)
    located = [(found.row, found.column) for found in result.findings if found.code in codes]
    assert located == [(position + 2, column.name)], result.findings
    assert result.verdict == "rejected"
    assert all(found.row == position + 2 for found in result.findings if found.code.startswith("T1-"))


@proof(1000)
@given(tables(), st.data())
def test_a_wrong_total_a_repeated_row_and_a_lost_row_are_found(table: Table, data: st.DataObject) -> None:
    repeated = data.draw(st.integers(0, len(table.rows) - 1))
    twice = Table(table.contract, [*table.rows, table.rows[repeated]], table.total, ",", "utf-8")
    found = [(f.code, f.row) for f in check(twice).findings if f.code != "T1-control-total"]
    assert found == [("T1-repeated-row", len(table.rows) + 2)]
    wrong = Table(table.contract, table.rows, table.total + data.draw(st.integers(1, 9)), ",", "utf-8")
    sets = {frozenset(n for n in table.contract.dimension_names if row[n] == TOTAL) for row in table.rows}
    found_codes = [f.code for f in check(wrong).findings]
    assert found_codes == ["T1-control-total"] * len(sets)
    if len(table.rows) > 1:
        lost = Table(table.contract, table.rows[:-1], table.total, ",", "utf-8")
        whole = len(sets) == 2
        assert [f.code for f in check(lost).findings] == ([] if whole else ["T1-control-total"])
