"""`tesat publish`: takes a built edition into the store as published.

Belongs here: the arguments of the command and what it says. The publication is `pipelines/editions.py`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from assets.cli_arguments import (
    REJECTED,
    ContractsOption,
    RegionOption,
    StoreOption,
    account,
    catalog_of,
    existing,
    network_packages,
    region_of,
    stop,
)


def publish(  # noqa: PLR0917
    year: Annotated[int, typer.Option("--year", help="Reference year of the edition")],
    output: Annotated[Path, typer.Option("--output", help="Folder that the edition was built in")],
    inbox: Annotated[Path | None, typer.Option("--inbox", help="The inbox, where no store is named")] = None,
    region: RegionOption = "western_balkans",
    store: StoreOption = None,
    contracts: ContractsOption = None,
) -> None:
    """Keeps a built edition as published: later editions say what changed since, and never change it."""
    known = region_of(catalog_of(contracts), region)
    if store is None and inbox is None:
        raise stop("Name the store with --store, or the inbox that holds it with --inbox.")
    place = store if store is not None else Path(str(inbox)) / ".tesat"
    existing(place, "The store")
    folder = existing(output / f"{known.name}-{year}", "The built edition")
    with network_packages("publish"):
        from pipelines import editions
        from pipelines.errors import StoreError
    try:
        done = editions.publish(folder, store=place, region=known.name, year=year, actor=account())
    except StoreError as error:
        typer.echo(f"Not published. {error}")
        raise typer.Exit(REJECTED) from None
    version, target = done.edition.version, done.edition.folder
    if done.status == "unchanged":
        typer.echo(f"Nothing to do: version {version} of {known.name} {year} has the same bytes.")
    else:
        typer.echo(f"Published {known.name} {year} as version {version}: {target}")
