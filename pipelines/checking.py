"""Checks a return by the contract of its own version: levels 0 (structure), 1 (cell and table), 3 (across tables).

Belongs here: the order of the checks and their result. Each family of rules is a module `checking_*.py`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from data_contracts.model import Catalog, Region
from pipelines.checking_cover import Cover, check_cover
from pipelines.checking_rules import check_rows, control_totals
from pipelines.checking_tables import not_collected_has_no_rows, tables_agree
from pipelines.checking_values import parse
from pipelines.cover import load_cover_rules
from pipelines.findings import Finding, Verdict, in_order, to_json, verdict
from pipelines.reading import Return, contract_for, read_return

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
    "release": pl.String(),
    "not_collected": pl.List(pl.String()),
}


@dataclass(frozen=True)
class CheckResult:
    """What the checks say of one return.

    `tables`: dataset to its cells with types (columns: partner, reference_year, submission, dimensions as
    codes, measures as Int64; grain: a row of the sheet), only where the sheet has rows. `cover_lines`: the
    `returns` frame, one row per dataset of the region (`received_at` null until the return is registered).
    Both are only to be used with the verdict `accepted`.
    """

    findings: tuple[Finding, ...]
    verdict: Verdict
    levels_run: tuple[int, ...]
    sha256: str
    tables: dict[str, pl.DataFrame]
    cover_lines: pl.DataFrame

    def with_findings(self, more: list[Finding]) -> CheckResult:
        """The same result with further findings, and the verdict that they leave."""
        findings = in_order((*self.findings, *more))
        return replace(self, findings=findings, verdict=verdict(findings))


def check_path(path: Path, *, catalog: Catalog, region_name: str) -> CheckResult:
    """Reads and checks a return.

    Raises:
        UnreadableReturn: It is not a return at all.
    """
    ret = read_return(path, catalog=catalog)
    return check_return(ret, catalog=catalog, region=catalog.region(region_name))


def check_return(ret: Return, *, catalog: Catalog, region: Region) -> CheckResult:
    """Runs levels 0, 1 and 3 over a return as read; all findings in one pass."""
    cover = check_cover(ret, catalog=catalog, region=region)
    findings = [*ret.findings, *cover.findings]
    tables = {}
    for dataset, sheet in sorted(ret.sheets.items()):
        if not sheet.rows.height:
            continue
        contract = contract_for(catalog, dataset, version=ret.version)
        typed, found = parse(sheet, contract, catalog=catalog)
        findings += found
        findings += check_rows(sheet, typed, contract, catalog=catalog)
        findings += tables_agree(sheet, typed, contract, catalog=catalog)
        values = cover.datasets.get(dataset, {})
        absent, total = values.get("not_collected"), values.get("total")
        if isinstance(absent, tuple):
            findings += not_collected_has_no_rows(sheet, typed, absent, catalog=catalog)
        if isinstance(total, int):
            findings += control_totals(sheet, typed, contract, total=total, catalog=catalog)
        tables[dataset] = typed.select(*_identity(cover), pl.exclude("row"))
    ordered = in_order(findings)
    lines = _cover_lines(cover, ret, catalog=catalog)
    return CheckResult(ordered, verdict(ordered), LEVELS, ret.sha256, tables, lines)


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


def to_json_text(result: CheckResult) -> str:
    """The verdict as JSON with stable keys, one line at the end."""
    return (
        json.dumps(to_json(result.findings, levels_run=result.levels_run), ensure_ascii=False, indent=2)
        + "\n"
    )


def to_text(result: CheckResult, *, limit: int = 20) -> str:
    """The findings for a terminal: verdict and counts first, then one block per finding, at most `limit`."""
    counts = {
        kind: sum(f.severity == kind for f in result.findings) for kind in ("error", "warning", "information")
    }
    lines = [
        f"{result.verdict.upper()}: " + ", ".join(f"{count} {kind}(s)" for kind, count in counts.items())
    ]
    for found in result.findings[:limit]:
        where = [found.sheet or "the file", f"row {found.row}" if found.row else "", found.column or ""]
        lines += [
            "",
            f"{found.severity}  {found.code}  {', '.join(part for part in where if part)}",
            f"  {found.rule}",
            f"  Expected: {found.expected}  Seen: {found.seen or 'see above'}",
            f"  What to do: {found.remedy}",
        ]
    if len(result.findings) > limit:
        lines += [
            "",
            f"... and {len(result.findings) - limit} more; ask for JSON or HTML to see all of them.",
        ]
    return "\n".join(lines) + "\n"
