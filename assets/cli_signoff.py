"""`tesat approve`, `unapprove` and `approvals`: partners and persons of the region sign an edition off.

Belongs here: the arguments of the commands and what they say. What an approval is, is `pipelines/signoff.py`.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assets.cli_arguments import (
    REJECTED,
    ContractsOption,
    RegionOption,
    SignOption,
    StoreOption,
    account,
    catalog_of,
    existing,
    region_of,
    stop,
)
from assets.cli_publish import OutputOption, StoreInboxOption, YearOption, draft_of, refused, store_of

if TYPE_CHECKING:
    from pipelines.signoff import Asked, Draft

PartnerOption = Annotated[str | None, typer.Option("--partner", help="Code of the partner that approves")]
PersonOption = Annotated[
    str | None,
    typer.Option("--person", help="Name of the person who approves the whole edition for the region"),
]


def approve(  # noqa: PLR0917
    year: YearOption,
    output: OutputOption,
    partner: PartnerOption = None,
    person: PersonOption = None,
    inbox: StoreInboxOption = None,
    store: StoreOption = None,
    sign: SignOption = None,
    signature: Annotated[
        Path | None, typer.Option("--signature", help="File with a signature of the hash that --show names")
    ] = None,
    show: Annotated[
        Path | None,
        typer.Option("--show", help="Write what is to be approved to this file, and approve nothing"),
    ] = None,
    region: RegionOption = "western_balkans",
    contracts: ContractsOption = None,
) -> None:
    """Approves what an edition says of a partner, to the byte, or as a person of the region the whole of it."""
    from pipelines.ledger import now
    from pipelines.signatures import APPROVAL
    from pipelines.signatures import sign as signed
    from pipelines.signoff import approve as approved
    from pipelines.signoff import asked_of

    draft = _draft(year, output, store_of(store, inbox), region, contracts)
    kind, approver = _approver(partner, person)
    for option, path in (("The key", sign), ("The signature", signature)):
        if path is not None:
            existing(path, option)
    with refused("Not approved"):
        asked = asked_of(draft, kind, approver)
        if show is not None:
            show.write_text(_as_text(draft, asked), encoding="utf-8")
            typer.echo(f"Wrote {show}. Its hash is {asked.hash}; nothing is approved yet.")
            return
        given = None if signature is None else signature.read_bytes()
        if sign is not None:
            given = signed(asked.hash, key=sign, namespace=APPROVAL)
        event = approved(draft, asked, signature=given, at=now(), actor=account())
    typer.echo(f"{_what(asked)} Approved by {approver} (entry {event['number']} of the ledger): {asked.hash}")


def unapprove(  # noqa: PLR0917
    year: YearOption,
    output: OutputOption,
    partner: PartnerOption = None,
    person: PersonOption = None,
    inbox: StoreInboxOption = None,
    store: StoreOption = None,
    region: RegionOption = "western_balkans",
    contracts: ContractsOption = None,
) -> None:
    """Takes an approval back; that it was given and taken back stays on record."""
    from pipelines.signoff import unapprove as unapproved

    draft = _draft(year, output, store_of(store, inbox), region, contracts)
    kind, approver = _approver(partner, person)
    with refused("Nothing was taken back"):
        event = unapproved(draft, kind, approver, actor=account())
    typer.echo(f"{approver} approves {draft.edition} no longer (entry {event['number']} of the ledger).")


def approvals(  # noqa: PLR0917
    year: YearOption,
    output: OutputOption,
    inbox: StoreInboxOption = None,
    store: StoreOption = None,
    region: RegionOption = "western_balkans",
    contracts: ContractsOption = None,
) -> None:
    """Lists who has approved an edition as it lies there, and what is open; exit 1 while something is."""
    from datetime import UTC, datetime

    from pipelines.release_gate import open_points
    from pipelines.signoff import standings

    draft = _draft(year, output, store_of(store, inbox), region, contracts)
    with refused("Nothing can be approved"):
        found = standings(draft)
    for one in found:
        typer.echo(f"{one.asked.approver:<12} {one.asked.kind:<8} {one.why}")
    points = open_points(draft, now=datetime.now(UTC))
    for point in points:
        typer.echo(f"open: {point}")
    if points:
        raise typer.Exit(REJECTED)
    typer.echo("Nothing is open but the audit, which publishing makes.")


def _draft(year: int, output: Path, store: Path, region: str, contracts: Path | None) -> Draft:
    known = region_of(catalog_of(contracts), region)
    return draft_of(existing(output / f"{known.name}-{year}", "The built edition"), store, known, year)


def _approver(partner: str | None, person: str | None) -> tuple[str, str]:
    from pipelines.signoff import PARTNER, PERSON

    if partner is not None and person is None:
        return PARTNER, partner
    if person is not None and partner is None:
        return PERSON, person
    raise stop("Say who approves: --partner CODE, or --person NAME for the region.")


def _what(asked: Asked) -> str:
    if asked.named is None:
        return "The whole edition, every file."
    return f"{len(asked.named.figures)} lines of data and {len(asked.named.passages)} passages."


def _as_text(draft: Draft, asked: Asked) -> str:
    """What is to be approved, to be read and kept; the hash to be signed stands in its first lines."""
    head = [f"{draft.edition}: for the approval of {asked.approver}", f"Hash to be signed: {asked.hash}", ""]
    if asked.named is None:
        return "\n".join([*head, (draft.folder / "SHA256SUMS").read_text(encoding="utf-8")])
    passages, figures = asked.named.passages, asked.named.figures
    return "\n".join([*head, "# Passages", "", *passages, "", "# Lines of data", "", *figures, ""])
