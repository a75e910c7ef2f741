"""Checks a return by the contract of its own version: levels 0 (structure), 1 (cell and table), 3 (across tables).

Belongs here: the order of the checks and their result; level 2 (in time) where the partner's previous return is at
hand. Each family of rules is a module `checking_*.py`. The levels that need the network are `comparing.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import polars as pl

from data_contracts.model import Catalog, Region
from pipelines.checking_across import check_across
from pipelines.checking_cover import Cover, check_cover
from pipelines.checking_rules import check_rows, control_totals
from pipelines.checking_tables import not_collected_has_no_rows, tables_agree
from pipelines.checking_time import check_time
from pipelines.checking_values import parse
from pipelines.confirmations import Confirmation, confirmed, read_confirmations
from pipelines.counting import Counted, counted
from pipelines.cover import load_cover_rules
from pipelines.errors import PreviousError, UnreadableReturn
from pipelines.findings import Finding, Verdict, in_order, verdict
from pipelines.places import Header, said_once
from pipelines.reading import Return, contract_for, read_return
from pipelines.reading_sheet import Sheet

LEVELS = (0, 1, 3)
LINE_SCHEMA: dict[str, pl.DataType] = {
    "partner": pl.String(),
    "reference_year": pl.Int32(),
    "submission": pl.Int32(),
    "sha256": pl.String(),
    "received_at": pl.String(),
    "prepared_on": pl.String(),
    "handling": pl.String(),
    "definitions_version": pl.String(),
    "dataset": pl.String(),
    "status": pl.String(),
    "coverage": pl.String(),
    "coverage_note": pl.String(),
    "total": pl.Int64(),
    "break_in_series": pl.Boolean(),
    "break_note": pl.String(),
    "custodian": pl.String(),
    "scope_note": pl.String(),
    "release": pl.String(),
    "not_collected": pl.List(pl.String()),
    "also_reported_by": pl.List(pl.String()),
}


@dataclass(frozen=True)
class CheckResult:
    """What the checks say of one return.

    `tables`: dataset to its cells with types (columns: partner, reference_year, submission, dimensions as
    codes, measures as Int64; grain: a row of the sheet), only where the sheet has rows. `cover_lines`: the
    `returns` frame, one row per dataset of the region (`received_at` null until the return is registered).
    Both are only to be used with the verdict `accepted`. `confirmations` are the cover's answers to warnings,
    `headers` where each sheet has its columns.
    """

    findings: tuple[Finding, ...]
    verdict: Verdict
    levels_run: tuple[int, ...]
    sha256: str
    tables: dict[str, pl.DataFrame]
    cover_lines: pl.DataFrame
    confirmations: tuple[Confirmation, ...] = ()
    headers: Mapping[str, Header] = field(default_factory=dict)

    def with_findings(self, more: list[Finding]) -> CheckResult:
        """The same result with further findings, and the verdict that they leave."""
        findings = in_order((*self.findings, *more))
        return replace(self, findings=findings, verdict=verdict(findings))


def check_path(
    path: Path, *, catalog: Catalog, region_name: str, previous: Path | None = None
) -> CheckResult:
    """Reads and checks a return; with the partner's previous return also level 2.

    Raises:
        UnreadableReturn: It is not a return at all.
        PreviousError: The previous return cannot be compared with it.
    """
    ret, region = read_return(path, catalog=catalog), catalog.region(region_name)
    result = check_return(ret, catalog=catalog, region=region)
    now = counted(result.cover_lines, result.tables, catalog=catalog)
    if previous is None:
        return result
    earlier = _previous(previous, now, catalog=catalog, region=region)
    findings = [] if now is None else check_time(ret, now, earlier, catalog=catalog)
    return compared(result, findings, levels=() if now is None else (2,), catalog=catalog)


def _previous(path: Path, now: Counted | None, *, catalog: Catalog, region: Region) -> Counted:
    """The previous return as one that counts; it must be accepted, of the same partner and of an earlier year."""
    try:
        result = check_return(read_return(path, catalog=catalog), catalog=catalog, region=region)
    except UnreadableReturn as error:
        raise PreviousError(f"The previous return {path.name} cannot be read: {error}") from error
    earlier = counted(result.cover_lines, result.tables, catalog=catalog)
    if earlier is None or result.verdict != "accepted":
        raise PreviousError(
            f"The previous return {path.name} has errors. Take the one that was accepted, or check it alone first."
        )
    if now is not None and (earlier.partner != now.partner or earlier.year >= now.year):
        raise PreviousError(
            f"The previous return {path.name} is of {earlier.partner} for {earlier.year}; take one of {now.partner} "
            f"for a year before {now.year}."
        )
    return earlier


def check_return(ret: Return, *, catalog: Catalog, region: Region) -> CheckResult:
    """Runs levels 0, 1 and 3 over a return as read; all findings in one pass."""
    cover = check_cover(ret, catalog=catalog, region=region)
    answers, findings = read_confirmations(ret, datasets=region.datasets, catalog=catalog)
    findings += [*ret.findings, *cover.findings]
    parsed = {}
    for dataset, sheet in sorted(ret.sheets.items()):
        if sheet.rows.height:
            parsed[dataset], found = _check_sheet(sheet, cover, ret.version, catalog=catalog)
            findings += found
    findings += check_across(ret, cover, parsed, catalog=catalog)
    for sheet in ret.sheets.values():
        findings = [sheet.in_file(found) for found in findings]
    headers = {sheet.sheet: sheet.header for sheet in ret.sheets.values() if sheet.header is not None}
    findings = said_once(findings, headers=headers, catalog=catalog)
    ordered = in_order(confirmed(findings, answers, levels=LEVELS, catalog=catalog))
    tables = {
        dataset: typed.select(*_identity(cover), pl.exclude("row")) for dataset, typed in parsed.items()
    }
    lines = _cover_lines(cover, ret, catalog=catalog)
    return CheckResult(ordered, verdict(ordered), LEVELS, ret.sha256, tables, lines, tuple(answers), headers)


def _check_sheet(
    sheet: Sheet, cover: Cover, version: str, *, catalog: Catalog
) -> tuple[pl.DataFrame, list[Finding]]:
    """A dataset's rows with types, and all that is found in them and beside the cover."""
    contract = contract_for(catalog, sheet.dataset, version=version)
    typed, findings = parse(sheet, contract, catalog=catalog)
    findings += check_rows(sheet, typed, contract, catalog=catalog)
    findings += tables_agree(sheet, typed, contract, catalog=catalog)
    values = cover.datasets.get(sheet.dataset, {})
    absent, total = values.get("not_collected"), values.get("total")
    if isinstance(absent, tuple):
        findings += not_collected_has_no_rows(sheet, typed, absent, catalog=catalog)
    if isinstance(total, int):
        findings += control_totals(sheet, typed, contract, total=total, catalog=catalog)
    return typed, findings


def compared(
    result: CheckResult, findings: Iterable[Finding], *, levels: Sequence[int], catalog: Catalog
) -> CheckResult:
    """The result with the findings of further levels, answered where the cover answers them."""
    answered = confirmed(findings, result.confirmations, levels=levels, catalog=catalog)
    run = tuple(sorted({*result.levels_run, *levels}))
    return replace(result.with_findings(answered), levels_run=run)


def _identity(cover: Cover) -> list[pl.Expr]:
    names = ("partner", "reference_year", "submission")
    return [pl.lit(cover.whole.get(name), dtype=LINE_SCHEMA[name]).alias(name) for name in names]


def _cover_lines(cover: Cover, ret: Return, *, catalog: Catalog) -> pl.DataFrame:
    """The `returns` frame: one row per dataset that the region collects and the cover gives a status."""
    counts = load_cover_rules(catalog.root).counts
    schema = {**LINE_SCHEMA, **dict.fromkeys(counts, pl.Int64())}
    whole = {name: value for name, value in cover.whole.items() if name in schema}
    if "prepared_on" in whole:
        whole["prepared_on"] = str(whole["prepared_on"])
    rows = []
    for dataset, values in cover.datasets.items():
        if "status" not in values:
            continue
        own = {"not_collected": (), **{name: value for name, value in values.items() if name in schema}}
        rows.append({**whole, **own, "dataset": dataset, "sha256": ret.sha256})
    return pl.DataFrame([{name: row.get(name) for name in schema} for row in rows], schema=schema)
