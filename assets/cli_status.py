"""`tesat status`: who has handed over what for a year.

Belongs here: the arguments of the command and where its answer goes. What it says is `pipelines/status*.py`.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from assets.cli_arguments import (
    ContractsOption,
    InboxOption,
    RegionOption,
    StoreOption,
    catalog_of,
    inbox_of,
    region_of,
    stop,
)


def status(  # noqa: PLR0917
    year: Annotated[int, typer.Option("--year", help="Reference year of the returns")],
    inbox: InboxOption,
    region: RegionOption = "western_balkans",
    store: StoreOption = None,
    output_format: Annotated[str, typer.Option("--format", help="text, json or html")] = "text",
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="File to write to; default: the terminal")
    ] = None,
    contracts: ContractsOption = None,
) -> None:
    """Lists who has handed over what for a year: received, late, accepted, rejected, nil, missing."""
    from pipelines.status import to_json_text
    from pipelines.status_page import to_html
    from pipelines.status_store import status_of
    from pipelines.status_text import to_text

    catalog = catalog_of(contracts)
    known = region_of(catalog, region)
    inbox_of(inbox)
    if year not in known.years:
        raise stop(f"{region} has returns for {known.years[0]} to {known.years[-1]}, not for {year}.")
    if output_format not in ("text", "json", "html"):
        raise stop(f"--format is {output_format!r}. Use text, json or html.")
    if output is not None and not output.absolute().parent.is_dir():
        raise stop(f"-o {output}: name a file in a folder that exists.")
    found = status_of(inbox=inbox, store=store or inbox / ".tesat", catalog=catalog, region=known, year=year)
    if output_format == "text":
        terminal = output is None and sys.stdout.isatty() and "NO_COLOR" not in os.environ
        text = to_text(found, colours=terminal)
    else:
        text = to_json_text(found) if output_format == "json" else to_html(found)
    if output is None:
        typer.echo(text, nl=False)
        return
    output.write_text(text, encoding="utf-8")
    typer.echo(f"Wrote {output}.")
