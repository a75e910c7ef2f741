"""`tesat publish` and `tesat restore`: an edition goes out, or an earlier version of it goes out again.

Belongs here: the arguments of the commands and what they say. What is asked before is `pipelines/release_gate.py`, the
publication itself `pipelines/editions.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assets.cli_arguments import (
    REJECTED,
    ContractsOption,
    RegionOption,
    ReportOption,
    StoreOption,
    account,
    catalog_of,
    existing,
    network_packages,
    region_of,
    stop,
)
from assets.cli_verify import head_of
from data_contracts.model import Region

if TYPE_CHECKING:
    from pipelines.signoff import Draft

OutputOption = Annotated[Path, typer.Option("--output", help="Folder that the edition was built in")]
YearOption = Annotated[int, typer.Option("--year", help="Reference year of the edition")]
StoreInboxOption = Annotated[Path | None, typer.Option("--inbox", help="The inbox, where no store is named")]


def publish(  # noqa: PLR0917
    year: YearOption,
    output: OutputOption,
    inbox: StoreInboxOption = None,
    region: RegionOption = "western_balkans",
    store: StoreOption = None,
    note: Annotated[
        str, typer.Option("--note", help="What a correction corrects; needed from the second version on")
    ] = "",
    prepare: Annotated[
        bool, typer.Option("--prepare", help="Only make it ready before its hour; readers see nothing of it")
    ] = False,
    head: Annotated[
        str | None, typer.Option("--head", help="Head of the ledger that was noted before, as NUMBER:HASH")
    ] = None,
    contracts: ContractsOption = None,
    report: ReportOption = None,
) -> None:
    """Publishes a built edition once all have approved, its hour has come, and audit and ledger are in order."""
    catalog = catalog_of(contracts)
    known = region_of(catalog, region)
    place = store_of(store, inbox)
    folder = existing(output / f"{known.name}-{year}", "The built edition")
    with network_packages("publish"):
        from pipelines.release_gate import Gate
        from pipelines.release_gate import publish as published
        from pipelines.release_sources import REPORT
    gate = Gate(catalog, report or REPORT, head_of(head))
    with refused("Not published"):
        done = published(
            draft_of(folder, place, known, year),
            gate,
            now=datetime.now(UTC),
            actor=account(),
            note=note,
            early=prepare,
        )
    version, target = done.edition.version, done.edition.folder
    said = {
        "unchanged": f"Nothing to do: version {version} of {known.name} {year} has the same bytes.",
        "prepared": f"Ready: version {version} of {known.name} {year}. Nobody sees it until it is published.",
        "published": f"Published {known.name} {year} as version {version}: {target}",
    }
    typer.echo(said[done.status])


def restore(  # noqa: PLR0917
    year: YearOption,
    store: Annotated[Path, typer.Option("--store", help="Folder of the store")],
    version: Annotated[int, typer.Option("--version", help="Version that readers shall get again")],
    note: Annotated[str, typer.Option("--note", help="Why; the note is dated and kept")],
    region: RegionOption = "western_balkans",
    contracts: ContractsOption = None,
) -> None:
    """Gives readers an earlier published version again, at once; the later ones are kept."""
    known = region_of(catalog_of(contracts), region)
    existing(store / "ledger.jsonl", "The ledger of the store")
    with network_packages("restore"):
        from pipelines.release_gate import restore as restored
    with refused("Not restored"):
        restored(draft_of(store, store, known, year), version, note=note, actor=account())
    typer.echo(
        f"Readers get version {version} of {known.name} {year} again: {store / 'releases' / f'{region}-{year}'}"
    )


def draft_of(folder: Path, store: Path, region: Region, year: int) -> Draft:
    """The edition of a folder, over a store."""
    from pipelines.register import Store
    from pipelines.signoff import Draft

    return Draft(folder, Store(store), region, year)


def store_of(store: Path | None, inbox: Path | None) -> Path:
    """The store that is named, or that of the inbox."""
    if store is None and inbox is None:
        raise stop("Name the store with --store, or the inbox that holds it with --inbox.")
    return existing(store if store is not None else Path(str(inbox)) / ".tesat", "The store")


@contextmanager
def refused(what: str) -> Iterator[None]:
    """Says why something was refused, all reasons at once, and ends with exit code 1."""
    from pipelines.errors import ReleaseRefused, SignatureError, StoreError

    try:
        yield
    except ReleaseRefused as reasons:
        typer.echo("\n".join([f"{what}:", *(f"- {reason}" for reason in reasons.reasons)]))
        raise typer.Exit(REJECTED) from None
    except (StoreError, SignatureError) as error:
        typer.echo(f"{what}. {error}")
        raise typer.Exit(REJECTED) from None
