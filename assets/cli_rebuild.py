"""`tesat rebuild`: makes a release again from its published tables and says what differs.

Belongs here: the arguments of the command and what it says. The making is `report/rebuilding.py`.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Annotated

import typer

from assets.cli_arguments import (
    REJECTED,
    ContractsOption,
    NarrativeOption,
    ReportOption,
    catalog_of,
    existing,
    network_packages,
    stop,
)


def rebuild(
    folder: Annotated[Path, typer.Argument(help="A release folder")],
    output: Annotated[
        Path | None,
        typer.Option("--output", help="Keep what was made in this folder; default: throw it away"),
    ] = None,
    contracts: ContractsOption = None,
    report: ReportOption = None,
    narrative: NarrativeOption = None,
) -> None:
    """Makes a release again from its published tables; compares data byte for byte, and pages by their text."""
    catalog = catalog_of(contracts)
    existing(folder / "data" / "edition.json", "The description of the edition")
    existing(folder / "SHA256SUMS", "The list of checksums")
    if output is not None and output.exists():
        raise stop(f"--output {output} exists. Name a new folder.")
    if narrative is not None:
        existing(narrative, "The folder of the editors' text")
    with network_packages("rebuild"):
        from pipelines.checksums import checksum_problems
        from report.building import PROJECT
        from report.rebuilding import rebuild as rebuilt
        from report.rendering.errors import ReportError
    problems = checksum_problems(folder)
    if problems:
        typer.echo("\n".join([f"{folder} is not as it was released:", *problems]))
        raise typer.Exit(REJECTED)
    with tempfile.TemporaryDirectory(prefix="tesat-rebuild-") as temporary:
        target = output or Path(temporary)
        try:
            found = rebuilt(folder, target, catalog=catalog, project=report or PROJECT, narrative=narrative)
        except ReportError as error:
            typer.echo(f"It could not be made again. {error}")
            raise typer.Exit(REJECTED) from None
    for name in found.other_bytes:
        typer.echo(f"{name}: other bytes, the same text and data")
    for difference in found.differences:
        typer.echo(difference)
    typer.echo(f"{folder}: {found.same} files made again byte for byte; {len(found.differences)} differ.")
    if found.differences:
        raise typer.Exit(REJECTED)
