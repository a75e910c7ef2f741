"""`tesat audit`: reads a release as an outsider does, and says what is not explained and what can be proved.

Belongs here: the arguments of the command and what it prints. The reading is `pipelines/release_reading.py`, the
attackers' bounds are `pipelines/audit_release.py`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from assets.cli_arguments import (
    REJECTED,
    ContractsOption,
    ReportOption,
    catalog_of,
    existing,
    network_packages,
    region_of,
    stop,
)

if TYPE_CHECKING:
    from pipelines.audit_release import PeriodAudit
    from pipelines.release_reading import ReleaseReading

EDITION = Path("data") / "edition.json"


def audit(
    folder: Annotated[Path, typer.Argument(help="A release folder")],
    store: Annotated[
        Path | None,
        typer.Option(
            "--store", help="Store with earlier editions and returns: partners and pairs attack, too"
        ),
    ] = None,
    form: Annotated[Literal["text", "json"], typer.Option("--format", help="text or json")] = "text",
    contracts: ContractsOption = None,
    report: ReportOption = None,
) -> None:
    """Names every number of a release that no figure explains, and every table that gives a cell away."""
    catalog = catalog_of(contracts)
    described = existing(folder / EDITION, "The description of the edition")
    try:
        name = str(json.loads(described.read_text(encoding="utf-8"))["region"])
    except (ValueError, KeyError, TypeError) as error:
        raise stop(
            f"{described} describes no edition: {error}. Name a folder that tesat has built."
        ) from error
    region = region_of(catalog, name)
    existing(folder / "figures" / "index.json", "The index of the charts")
    existing(folder / "SHA256SUMS", "The list of checksums")
    with network_packages("audit"):
        from pipelines.audit_release import audit_release
        from pipelines.errors import StoreError
        from pipelines.register import Store
        from pipelines.release_reading import read_release
        from pipelines.release_sources import REPORT
    known = Store(existing(store, "The store")) if store is not None else None
    reading = read_release(folder, catalog=catalog, region=region, report=report or REPORT)
    try:
        audited = audit_release(folder, catalog=catalog, region=region, store=known)
    except StoreError as error:
        typer.echo(f"The bounds were not looked at. {error}")
        raise typer.Exit(REJECTED) from None
    typer.echo(_as_json(reading, audited) if form == "json" else _as_text(reading, audited, folder))
    if not reading.passed or not all(period.passed for period in audited):
        raise typer.Exit(REJECTED)


def _as_text(reading: ReleaseReading, audited: Sequence[PeriodAudit], folder: Path) -> str:
    lines = [*map(str, reading.findings), *(leak for period in audited for leak in _leaks(period))]
    if reading.passed:
        lines.append(f"{folder}: {reading.figures.height} figures read; every number is explained.")
    else:
        lines.append(f"{folder}: {len(reading.findings)} places hold a number that is not explained.")
    passed = sum(period.passed for period in audited)
    lines.append(f"{folder}: {passed} of {len(audited)} audits of years and pooled periods passed.")
    return "\n".join(lines)


def _as_json(reading: ReleaseReading, audited: Sequence[PeriodAudit]) -> str:
    found = [{"file": one.file, "place": one.place, "problem": one.problem} for one in reading.findings]
    leaks = [leak for period in audited for leak in _leaks(period)]
    answer = {
        "passed": reading.passed and not leaks,
        "figures": reading.figures.height,
        "findings": found,
        "audits": len(audited),
        "leaks": leaks,
    }
    return json.dumps(answer, ensure_ascii=False, indent=2)


def _leaks(period: PeriodAudit) -> list[str]:
    """Which tables give a cell away, in words; a value is never named."""
    if period.result is None:
        return [f"{period.dataset}, {', '.join(period.periods)}: the figures contradict one another."]
    leaks = sorted(period.result.leaks)
    return [
        f"{table}, {when}: a cell can be proved more closely than the guarantee allows."
        for table, when in leaks
    ]
