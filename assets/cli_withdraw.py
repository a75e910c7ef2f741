"""`tesat withdraw`: a return is taken back.

Belongs here: the arguments of the command and what it says. The withdrawal is `pipelines/withdrawal.py`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from assets.cli_arguments import (
    REJECTED,
    ContractsOption,
    RegionOption,
    account,
    catalog_of,
    existing,
    region_of,
    stop,
)


def withdraw(  # noqa: PLR0917
    partner: Annotated[str, typer.Option("--partner", help="Code of the partner")],
    year: Annotated[int, typer.Option("--year", help="Reference year of the return")],
    store: Annotated[Path, typer.Option("--store", help="Folder of the store")],
    submission: Annotated[
        int | None,
        typer.Option("--submission", help="Number of the return; default: the last that counts or waits"),
    ] = None,
    signature: Annotated[
        Path | None,
        typer.Option("--signature", help="What the partner made with `tesat sign RETURN --withdrawal`"),
    ] = None,
    region: RegionOption = "western_balkans",
    contracts: ContractsOption = None,
) -> None:
    """Takes a return back: it counts no longer; nothing counts in its place until the next submission."""
    from pipelines.errors import PipelineError
    from pipelines.ledger import now
    from pipelines.register import Store
    from pipelines.withdrawal import Meant, withdraw

    known = region_of(catalog_of(contracts), region)
    if partner not in {member.code for member in known.partners}:
        codes = ", ".join(member.code for member in known.partners)
        raise stop(f"--partner {partner!r} is none of {region}. Use one of {codes}.")
    existing(store / "ledger.jsonl", "The ledger of the store")
    given = None if signature is None else existing(signature, "The signature").read_bytes()
    try:
        meant = Meant(partner, year, submission)
        event = withdraw(Store(store), meant, region=known, signature=given, at=now(), actor=account())
    except PipelineError as error:
        typer.echo(f"Not withdrawn. {error}")
        raise typer.Exit(REJECTED) from None
    typer.echo(
        f"Withdrawn: {partner} {year}, submission {event['submission']} (entry {event['number']} of the ledger). "
        f"Nothing counts in its place until submission {event['submission'] + 1}; build the edition again."
    )
