"""What the checks of the UI say: the verdicts on returns by family of rules, who has reported, and the audit.

Belongs here: check specs and their results, read from tables that the assets wrote. The rules themselves are in
`pipelines/checking*.py`. Only the audit blocks: a rejected return shows red and holds up nobody.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator

import dagster as dg
import polars as pl

from assets.partitions import years
from assets.tables import table
from data_contracts.model import Region
from pipelines.protected import AuditOutcome
from pipelines.release_reading import ReleaseReading

# How many findings a description names; the table beside it has all.
NAMED = 5
FAMILIES = {
    "L0": ("file", "The file opens and has its sheets and headers (level 0)."),
    "P0": ("personal_data", "No names, numbers or addresses of persons were found (level 0)."),
    "C": ("cover", "The cover is complete and agrees with what is handed over."),
    "T1": ("cells", "Codes, numbers, keys and control totals follow the contract (level 1)."),
    "T3": ("tables_agree", "Tables of one return agree with one another and with its cover (level 3)."),
}


def check_name(asset: str, rule: str) -> str:
    """The name of a check: the table, two underscores, the rule."""
    return f"{asset}__{rule}"


def verdict_specs(region: Region) -> list[dg.AssetCheckSpec]:
    """One check per family of rules, and one that both readers of the contracts agree."""
    families = [_spec(region, "return_verdicts", rule, says) for rule, says in FAMILIES.values()]
    agreed = "Great Expectations comes to the same verdicts at level 1 as the network's own checks."
    return [*families, _spec(region, "return_verdicts", "gate_agrees", agreed)]


def verdict_results(verdicts: pl.DataFrame, *, region: Region, year: int) -> Iterator[dg.AssetCheckResult]:
    """The rejected returns of an edition by family of rules, and those on which the two readers differ."""
    looked_at = of_edition(verdicts, region=region, year=year)
    for prefix, (rule, _) in FAMILIES.items():
        codes = pl.col("codes").list.filter(pl.element().str.starts_with(f"{prefix}-"))
        broken = looked_at.with_columns(codes).filter(pl.col("codes").list.len() > 0)
        yield _returns("return_verdicts", rule, broken, among=looked_at.height)
    disagreed = looked_at.filter(pl.col("gate") == "disagrees")
    yield _returns("return_verdicts", "gate_agrees", disagreed, among=looked_at.height)


def of_edition(verdicts: pl.DataFrame, *, region: Region, year: int) -> pl.DataFrame:
    """The verdicts that concern an edition: those of its years, and returns of which no edition's year is known."""
    elsewhere = set(region.years) - set(region.shown_years(year))
    return verdicts.filter(~pl.col("reference_year").is_in(elsewhere).fill_null(value=False))


def reporting_specs(region: Region) -> list[dg.AssetCheckSpec]:
    """One check per partner."""
    return [
        _spec(
            region,
            "reporting",
            f"{partner.code.lower()}_has_reported",
            f"{partner.names['en']} has an accepted return for the year.",
        )
        for partner in region.partners
    ]


def reporting_results(reporting: pl.DataFrame, *, region: Region, year: int) -> Iterator[dg.AssetCheckResult]:
    """Which partners have an accepted return for the edition's year; who is no member then need not have one."""
    columns = ["dataset", "state", "submission", "received_at", "late", "rejected_codes"]
    for partner in region.partners:
        own = reporting.filter(partner=partner.code, reference_year=year)
        missing = own.filter(state="missing").height == own.height and own.height > 0
        yield dg.AssetCheckResult(
            check_name=check_name("reporting", f"{partner.code.lower()}_has_reported"),
            passed=not missing,
            severity=dg.AssetCheckSeverity.WARN,
            description=_has_reported(partner.names["en"], year, missing=missing, member=own.height > 0),
            metadata={"datasets": table(own.select(columns))},
        )


def _has_reported(name: str, year: int, *, missing: bool, member: bool) -> str:
    if not member:
        return f"{name} does not report to this region for {year}."
    return f"{name}: {'no accepted return' if missing else 'an accepted return'} for {year}."


def audit_spec(region: Region, asset: str) -> dg.AssetCheckSpec:
    """The gate: no figure leaves without a passed audit."""
    says = "No reader, partner or pair of partners can prove more than the guarantee allows."
    return _spec(region, asset, "audit", says, blocking=True)


def audit_result(asset: str, audit: AuditOutcome) -> dg.AssetCheckResult:
    """What the audit found, by step of its ladder; it names tables, never values."""
    left_out = [step for step in audit.report if step["outcome"].startswith("left out")]
    said = (
        "passed" if audit.passed else "refused: figures can be narrowed down although all tables are left out"
    )
    return dg.AssetCheckResult(
        check_name=check_name(asset, "audit"),
        passed=audit.passed,
        severity=dg.AssetCheckSeverity.ERROR,
        description=f"The audit {said}; {len(left_out)} tables left out.",
        metadata={"steps": table(pl.DataFrame(audit.report)), "tables_left_out": len(left_out)},
    )


def numbers_spec(region: Region) -> dg.AssetCheckSpec:
    """The gate on what is printed: no number leaves that no published figure explains."""
    says = (
        "Every number in the report, its charts and its data files is a published figure, or the text's own."
    )
    return _spec(region, "report", "numbers", says, blocking=True)


def numbers_result(reading: ReleaseReading, *, pages: bool) -> dg.AssetCheckResult:
    """What the reading of the release found: files and places, never values; `pages` says whether they were read."""
    found = [str(finding) for finding in reading.findings]
    said = f"{reading.figures.height} figures read; places with a number that is not explained: {len(found)}."
    said += "" if pages else " The pages that Quarto sets were not read, only data and charts."
    rows = pl.DataFrame({"not explained": found}, schema={"not explained": pl.String})
    return dg.AssetCheckResult(
        check_name=check_name("report", "numbers"),
        passed=reading.passed,
        severity=dg.AssetCheckSeverity.ERROR,
        description=" ".join([said, *found[:NAMED]]),
        metadata={"findings": table(rows)},
    )


def blocking_check(region: Region, asset: str, rule: str, says: str) -> dg.AssetCheckSpec:
    """A check that nothing after its asset is made without."""
    return _spec(region, asset, rule, says, blocking=True)


def _spec(region: Region, asset: str, rule: str, says: str, *, blocking: bool = False) -> dg.AssetCheckSpec:
    """A check partitioned by year. Dagster marks that as a preview, which need not be said at every start."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", dg.PreviewWarning)
        return dg.AssetCheckSpec(
            check_name(asset, rule),
            asset=dg.AssetKey([region.name, asset]),
            description=says,
            blocking=blocking,
            partitions_def=years(region),
        )


def _returns(asset: str, rule: str, broken: pl.DataFrame, *, among: int) -> dg.AssetCheckResult:
    """A check that fails on the returns given and names each with its codes."""
    named = [f"{row['name']} ({', '.join(row['codes'])})" for row in broken.iter_rows(named=True)]
    codes = broken.select(pl.col("codes").explode().drop_nulls().unique().sort().alias("code"))
    pages = codes.with_columns(pl.format("docs/findings/{}.md", "code").alias("what it is, and what to do"))
    metadata = {
        "returns": table(broken.select("name", "partner", "reference_year", "submission", "codes")),
        "findings": table(pages, rows=pages.height),
    }
    return dg.AssetCheckResult(
        check_name=check_name(asset, rule),
        passed=broken.is_empty(),
        severity=dg.AssetCheckSeverity.ERROR,
        description=f"{broken.height} of {among} returns fail: {'; '.join(named)}."
        if named
        else f"All {among} pass.",
        metadata=metadata if named else {},
    )
