"""`tesat verify`: whether a release, or a store, is as it was made.

Belongs here: the arguments of the command and what it says. Releases are `pipelines/checksums.py`, stores
`pipelines/register_verify.py`.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assets.cli_arguments import REJECTED, ContractsOption, catalog_of, existing, stop

if TYPE_CHECKING:
    from pipelines.ledger_verify import Head


def verify(  # noqa: PLR0917
    folder: Annotated[Path, typer.Argument(help="A release folder, or a store")],
    head: Annotated[
        str | None,
        typer.Option("--head", help="Head of the ledger that was noted before, as NUMBER:HASH; for a store"),
    ] = None,
    signers: Annotated[
        Path | None,
        typer.Option("--signers", help="Allowed-signers file of OpenSSH: look at the signatures too"),
    ] = None,
    revoked: Annotated[Path | None, typer.Option("--revoked", help="File of revoked public keys")] = None,
    versions: Annotated[
        Path | None,
        typer.Option("--versions", help="List of versions; default: versions.json beside the release"),
    ] = None,
    contracts: ContractsOption = None,
) -> None:
    """Compares every file with its checksum and names those that differ; of a store also the first bad entry."""
    existing(folder, "The folder")
    if (folder / "ledger.jsonl").exists() or head is not None:
        _verify_store(folder, head_of(head))
        return
    from pipelines.checksums import checksum_problems

    existing(folder / "SHA256SUMS", "The list of checksums")
    problems = checksum_problems(folder)
    for problem in problems:
        typer.echo(problem)
    if problems:
        raise typer.Exit(REJECTED)
    typer.echo(f"{folder}: every file is as released.")
    if signers is not None:
        beside = versions or folder.resolve().parent / "versions.json"
        _look_at_signatures(folder, beside, signers, revoked, contracts)


def _look_at_signatures(
    folder: Path, versions: Path, allowed: Path, revoked: Path | None, contracts: Path | None
) -> None:
    from pipelines.errors import SignatureError
    from pipelines.release_signatures import look_at_signatures
    from pipelines.signatures import signers_in

    existing(allowed, "The file of signers")
    known = existing(revoked, "The file of revoked keys") if revoked else allowed.with_suffix(".revoked")
    try:
        signers = signers_in(allowed, known)
        found = look_at_signatures(folder, versions, signers=signers, catalog=catalog_of(contracts))
    except SignatureError as error:
        raise stop(str(error)) from error
    for one in found:
        typer.echo(one.says)
    if not all(one.good for one in found):
        raise typer.Exit(REJECTED)


def head_of(text: str | None) -> Head | None:
    """A head of a ledger as it is typed."""
    from pipelines.ledger_verify import Head

    if text is None:
        return None
    found = re.fullmatch(r"(\d+):([0-9a-f]{64})", text)
    if found is None:
        raise stop(f"--head {text!r} is no head. Write it as `tesat verify` printed it: NUMBER:HASH.")
    return Head(int(found[1]), found[2])


def _verify_store(folder: Path, expected: Head | None) -> None:
    from pipelines.register_verify import verify_store

    existing(folder / "ledger.jsonl", "The ledger of the store")
    reading = verify_store(folder, expected=expected)
    for line in (*reading.problems, *reading.notes):
        typer.echo(line)
    head = f"{reading.head.number}:{reading.head.hash}"
    if not reading.passed:
        typer.echo(f"{folder}: not as its ledger says. Last good entry: {head}")
        raise typer.Exit(REJECTED)
    typer.echo(f"{folder}: {reading.head.number} entries, every file as they say.")
    typer.echo(f"Head: {head}")
    typer.echo("Note it apart from the store; --head holds the store to it later.")
