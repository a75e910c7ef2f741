"""What the commands of `tesat` share: options, exit codes, and one sentence where an argument is wrong.

Belongs here: arguments that more than one command takes. The commands are `cli.py` and `cli_*.py`.
"""

from __future__ import annotations

import getpass
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from data_contracts.catalog import ContractError, load_catalog
from data_contracts.model import Catalog, Region

REJECTED, WRONG_USE = 1, 2
_OWN = ("assets", "report", "pipelines", "data_contracts")
RegionOption = Annotated[
    str, typer.Option("--region", help="Region, by its file name in data_contracts/regions")
]
ContractsOption = Annotated[
    Path | None, typer.Option("--contracts", help="Folder of contracts; default: the shipped one")
]
StoreOption = Annotated[
    Path | None, typer.Option("--store", help="Folder of the store; default: INBOX/.tesat")
]
ReportOption = Annotated[
    Path | None,
    typer.Option("--report", help="Folder of the report's chapters and figures; default: the shipped one"),
]
NarrativeOption = Annotated[
    Path | None,
    typer.Option(
        "--narrative",
        help="Folder of the editors' text, with one folder for each language; default: that of the report project",
    ),
]
SignOption = Annotated[
    Path | None,
    typer.Option(
        "--sign", help="Private SSH key to sign with, or a public one whose private one an agent holds"
    ),
]
LanguageOption = Annotated[
    str,
    typer.Option(
        "--language", help="Language of the report; one without texts of its own is made in English"
    ),
]
InboxOption = Annotated[Path, typer.Option("--inbox", help="Folder with one file or folder per return")]


def stop(message: str) -> typer.Exit:
    """Says what is wrong with the use of a command, and ends it with exit code 2."""
    typer.echo(message, err=True)
    return typer.Exit(WRONG_USE)


def catalog_of(contracts: Path | None) -> Catalog:
    """The contracts of a folder, or those shipped."""
    try:
        return load_catalog(contracts)
    except ContractError as error:
        raise stop(f"The contracts cannot be used:\n{error}") from error


def region_of(catalog: Catalog, name: str) -> Region:
    """The region of that name."""
    if name not in catalog.regions:
        raise stop(f"There is no region {name!r}. Known regions: {', '.join(sorted(catalog.regions))}.")
    return catalog.region(name)


def existing(path: Path, what: str) -> Path:
    """The path, if something is there."""
    if not path.exists():
        raise stop(f"{what} {path} does not exist. Give the path of an existing one.")
    return path


def inbox_of(path: Path) -> Path:
    """The inbox, if it is there and its list of times of receipt can be used."""
    from pipelines.errors import InboxError
    from pipelines.inbox import receipts

    try:
        receipts(existing(path, "The inbox"))
    except InboxError as error:
        raise stop(str(error)) from error
    return path


def editors_folder(narrative: Path, language: str) -> Path:
    """The folder of the editors' text in a language."""
    existing(narrative, "The folder of the editors' text")
    folder = narrative / language
    if not folder.is_dir():
        known = (
            sorted(path.name for path in narrative.iterdir() if path.is_dir()) if narrative.is_dir() else []
        )
        there = f"it has {', '.join(known)}" if known else "it has no folder of any language"
        raise stop(
            f"--narrative {narrative} has no text in {language!r}; {there}. Put the files into {folder}."
        )
    return folder


def account() -> str:
    """The account that runs a command, for the ledger."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"uid {os.getuid()}"


@contextmanager
def network_packages(command: str) -> Iterator[None]:
    """Imports of what only the network's installation has; the light one says in a sentence what to install."""
    try:
        yield
    except ModuleNotFoundError as error:
        if str(error.name).partition(".")[0] in _OWN:
            raise
        raise stop(
            f"tesat {command} needs the network's installation ({error.name} is missing): "
            "in the project's folder, pip install '.[network]'."
        ) from error
