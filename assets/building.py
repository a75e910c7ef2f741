"""`tesat build`: materialises the job of the year in this process and says what became of it.

Belongs here: the way from the command line into Dagster and back. The work is in the assets.
"""

from __future__ import annotations

import errno
import sys
from contextlib import redirect_stderr
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from assets.janitor import tidy_runs
from assets.jobs import RUN_TAGS, edition_job_name, file_under_location
from assets.resources import Workspace, dagster_home
from data_contracts.gate import Gate, gate_here

STOPPED = "Stopped. No edition was replaced, and what was accepted stays accepted; run the command again."
STOPPED_BY_HAND = 130  # as shells say it of SIGINT


@dataclass(frozen=True)
class Outcome:
    """Whether an edition was built, and what to tell the user, line by line."""

    built: bool
    lines: tuple[str, ...]


def build_edition(
    region: str,
    year: int,
    *,
    inbox: Path,
    output: Path,
    store: Path | None,
    formats: str,
    language: str = "en",
    contracts: Path | None = None,
    report: Path | None = None,
    narrative: Path | None = None,
    backend: str = "embedded",
    demonstration: bool = False,
    gate: Gate = gate_here,
) -> Outcome:
    """Runs a region's job for one year on the instance that the UI shows, and reads its outcome.

    Raises:
        SystemExit: It was stopped by hand, or with the machine; the next one clears away what it left.
    """
    store = (store or inbox / ".tesat").absolute()
    home = dagster_home(store)
    workspace = Workspace(
        inbox=str(inbox.absolute()),
        output=str(output.absolute()),
        store=str(store),
        contracts=str(contracts.absolute()) if contracts else "",
        formats=formats,
        language=language,
        report=str(report.absolute()) if report else "",
        narrative=str(narrative.absolute()) if narrative else "",
        backend=backend,
        demonstration=demonstration,
    )
    run = _recorded(region, year, workspace, home=home, gate=gate)
    if _is_stopped(run):
        sys.stderr.write(f"{STOPPED}\n")
        raise SystemExit(STOPPED_BY_HAND)
    lines = _lines(workspace, region, year)
    if run.success:
        folder = workspace.edition_folder(region, year)
        lines += _places(folder)
        return Outcome(True, tuple(lines))
    return Outcome(False, (*lines, *_failures(run), f"The run is kept in {home}; see it with `dagster dev`."))


def _recorded(region: str, year: int, workspace: Workspace, *, home: Path, gate: Gate) -> Any:
    """The run, recorded on the instance of the user interface.

    Raises:
        OSError: The run could not be recorded: the disk is full, or may only be read.
    """
    from sqlalchemy.exc import DBAPIError

    try:
        return _execute(region, year, workspace, gate=gate)
    except DBAPIError as error:
        raise OSError(errno.EIO, f"Runs cannot be recorded: {error.orig}", str(home)) from error


def _execute(region: str, year: int, workspace: Workspace, *, gate: Gate) -> Any:
    import dagster as dg

    from assets.definitions import definitions

    job = definitions(workspace).resolve_job_def(edition_job_name(region))
    log = workspace.work_folder(region, year) / "run.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with (
        log.open("w", encoding="utf-8") as handle,
        redirect_stderr(handle),
        dg.DagsterInstance.get() as instance,
    ):
        tidy_runs(instance, workspace.store_folder)
        result = job.execute_in_process(
            instance=instance,
            partition_key=str(year),
            raise_on_error=False,
            resources={"workspace": workspace, "gate": gate},
            tags={**RUN_TAGS, "tesat/year": str(year), "tesat/reason": "tesat build"},
        )
        file_under_location(instance, result.run_id)
        return result


def _lines(workspace: Workspace, region: str, year: int) -> list[str]:
    """What became of the returns: counts, each rejected one with its codes, and who is missing."""
    path = workspace.table(region, year, "return_verdicts")
    if not path.exists():
        return []
    verdicts = pl.read_parquet(path)
    rejected = verdicts.filter(pl.col("verdict") == "rejected")
    accepted = verdicts.filter(pl.col("verdict") == "accepted").height
    lines = [f"{verdicts.height} returns: {accepted} accepted, {rejected.height} rejected."]
    for row in verdicts.filter(~pl.col("verdict").is_in(["accepted", "rejected"])).iter_rows(named=True):
        lines.append(f"  {row['verdict']}: {row['name']}; see: tesat status --year {row['reference_year']}")
    for row in rejected.iter_rows(named=True):
        lines.append(
            f"  rejected: {row['name']} ({', '.join(row['codes'])}); see: tesat check INBOX/{row['name']}"
        )
    if path.with_name("reporting.parquet").exists():
        reporting = pl.read_parquet(path.with_name("reporting.parquet"))
        missing = reporting.filter(state="missing", reference_year=year)["partner"].unique(
            maintain_order=True
        )
        lines += [f"  no return for {year}: {', '.join(missing)}"] if len(missing) else []
    return lines


def _places(folder: Path) -> list[str]:
    names = ("index.html", "report.pdf", "report.docx", "brief.pdf", "data")
    places = dict(zip(("HTML", "PDF", "DOCX", "brief", "data"), names, strict=True))
    return [f"{name:<5} {folder / file}" for name, file in places.items() if (folder / file).exists()]


def _is_stopped(run: Any) -> bool:
    """Whether a signal ended the run; Dagster keeps it as the failure of the step that it met."""
    failures = (event.step_failure_data.error for event in run.all_events if event.is_step_failure)
    return any(error.cls_name == "DagsterExecutionInterruptedError" for error in failures)


def _failures(run: Any) -> list[str]:
    lines = []
    for event in run.all_events:
        if event.is_step_failure:
            error = event.step_failure_data.error
            cause = error.cause or error
            lines.append(f"{event.step_key}: {cause.message.strip()}")
        elif event.is_job_failure and event.job_failure_data.error:
            cause = event.job_failure_data.error.cause or event.job_failure_data.error
            lines.append(cause.message.strip())
    gates = (check for check in run.get_asset_check_evaluations() if check.blocking and not check.passed)
    lines += [f"  {check.check_name}: {check.description}" for check in gates]
    return lines or ["A gate refused the edition; the checks of the run say which."]
