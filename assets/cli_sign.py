"""`tesat sign`: a partner signs a return, or its withdrawal, on its own machine.

Belongs here: the arguments of the command and what it says. Signing is `pipelines/signed_returns.py`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from assets.cli_arguments import ContractsOption, catalog_of, existing, stop


def sign(
    path: Annotated[Path, typer.Argument(help="A workbook, a folder or a zip with one return")],
    key: Annotated[
        Path,
        typer.Option("--key", help="Private SSH key, or a public one whose private one an agent holds"),
    ],
    withdrawal: Annotated[
        bool,
        typer.Option("--withdrawal", help="Sign that the return is taken back, not that it is handed over"),
    ] = False,
    contracts: ContractsOption = None,
) -> None:
    """Writes the signature of a return beside it, to be sent with it: NAME.sig, or NAME.withdrawal.sig."""
    from pipelines.errors import SignatureError, UnreadableReturn
    from pipelines.screening_names import safe_name
    from pipelines.signed_returns import write_signature

    catalog = catalog_of(contracts)
    existing(path, "The return")
    existing(key, "The key")
    try:
        target = write_signature(path, key=key, withdrawal=withdrawal, catalog=catalog)
    except UnreadableReturn as unreadable:
        name = safe_name(path.name, root=catalog.root)
        raise stop(f"{name} was not signed: it cannot be read.\n{unreadable}") from None
    except SignatureError as error:
        raise stop(f"Not signed. {error}.") from None
    except OSError as error:
        raise stop(f"The signature cannot be written beside {path}: {error.strerror}.") from error
    typer.echo(
        f"Signed: {target}. Send it together with the return." if not withdrawal else f"Signed: {target}."
    )
