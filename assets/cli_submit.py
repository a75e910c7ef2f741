"""`tesat submit`: a partner hands a return over, signed where a key is named.

Belongs here: the arguments of the command and what it says. The handing over is `pipelines/handing_over.py`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from assets import cli_check
from assets.cli_arguments import (
    REJECTED,
    ContractsOption,
    InboxOption,
    RegionOption,
    SignOption,
    catalog_of,
    existing,
    region_of,
    stop,
)


def submit(  # noqa: PLR0917
    path: Annotated[Path, typer.Argument(help="A workbook, a folder or a zip with one return")],
    inbox: InboxOption,
    region: RegionOption = "western_balkans",
    language: Annotated[
        str | None, typer.Option("--language", help="Language of the findings; default: the region's first")
    ] = None,
    sign: SignOption = None,
    contracts: ContractsOption = None,
) -> None:
    """Checks a return and, if it is accepted, copies it into the inbox under the hash of its content.

    A signature NAME.sig beside the return NAME is taken along; with --sign it is made.
    """
    from pipelines.errors import SignatureError, UnreadableReturn
    from pipelines.handing_over import hand_over
    from pipelines.screening_names import safe_name

    catalog = catalog_of(contracts)
    texts = cli_check.texts_in(catalog, region_of(catalog, region), language)
    existing(path, "The return")
    if sign is not None:
        existing(sign, "The key")
    try:
        result, target = hand_over(path, inbox=inbox, catalog=catalog, region_name=region, key=sign)
    except UnreadableReturn as unreadable:
        name = safe_name(path.name, root=catalog.root)
        raise stop(f"{name} was not handed over: it cannot be read.\n{unreadable}") from None
    except SignatureError as error:
        raise stop(f"Not handed over. {error}.") from None
    if target is None:
        from pipelines.answer_forms import in_form

        cli_check.say(in_form("text", result, path=path, texts=texts, screen=cli_check.screen_of()), None)
        typer.echo("Not handed over. Mend the errors and submit again.")
        raise typer.Exit(REJECTED)
    typer.echo(f"Handed over as {target}.")
