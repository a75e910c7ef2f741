"""`tesat check`: a return is checked on the contact point's own machine, and every fault led back to its cell.

Belongs here: the arguments of the command, what is refused, and where its answer goes. What it says is
`pipelines/answer*.py`, the marked workbook `pipelines/annotated*.py`.
"""

from __future__ import annotations

import datetime
import io
import os
import shutil
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assets.cli_arguments import (
    REJECTED,
    WRONG_USE,
    ContractsOption,
    RegionOption,
    catalog_of,
    existing,
    region_of,
    stop,
)
from data_contracts.model import Catalog, Region
from data_contracts.translations import Translated, known_languages, translated

if TYPE_CHECKING:
    from pipelines.answer_forms import Found
    from pipelines.answer_text import Screen

_FORMS = ("text", "json", "html", "ess")
_WIDTHS, _LINES = (60, 100), (20, 40)  # of a screen, least and most


PathArgument = Annotated[Path, typer.Argument(help="A workbook, a folder or a zip with one return")]
PreviousOption = Annotated[
    Path | None, typer.Option("--previous", help="Your accepted return of an earlier year, to compare with")
]
LanguageOption = Annotated[
    str | None, typer.Option("--language", help="Language of the texts; default: the region's first")
]
AllOption = Annotated[bool, typer.Option("--all", help="All findings as text, not only a screen of them")]
AnnotatedOption = Annotated[
    Path | None,
    typer.Option("--annotated", help="Workbook to write: your own, with the faulty cells marked"),
]
FormatOption = Annotated[
    str, typer.Option("--format", help="text, json, html, or ess (the ESS validation report, as JSON)")
]
OutputOption = Annotated[
    Path | None, typer.Option("--output", "-o", help="File to write to; default: the terminal")
]
ForceOption = Annotated[bool, typer.Option("--force", help="Replace files that are there")]
TimeOption = Annotated[
    str | None, typer.Option("--time", help="Time of the check to state with --format ess, ISO 8601")
]


def check(  # noqa: PLR0917
    path: PathArgument,
    previous: PreviousOption = None,
    language: LanguageOption = None,
    show_all: AllOption = False,
    annotated: AnnotatedOption = None,
    output_format: FormatOption = "text",
    output: OutputOption = None,
    force: ForceOption = False,
    time: TimeOption = None,
    region: RegionOption = "western_balkans",
    contracts: ContractsOption = None,
) -> None:
    """Checks a return on your own machine and lists all findings; nothing leaves it."""
    catalog = catalog_of(contracts)
    texts = texts_in(catalog, region_of(catalog, region), language)
    existing(path, "The return")
    if previous is not None:
        existing(previous, "The previous return")
    if output_format not in _FORMS:
        raise stop(f"--format is {output_format!r}. Use one of {', '.join(_FORMS)}.")
    _check_time(time, output_format)
    for option, target in (("-o", output), ("--annotated", annotated)):
        _check_target(target, filter(None, (path, previous)), option, force=force)
    if output is not None and annotated is not None and output.resolve() == annotated.resolve():
        raise stop(f"-o and --annotated both name {output}. Name two files.")
    found = _found(path, catalog, region, previous)
    from pipelines.answer_forms import in_form

    screen = screen_of(show_all=show_all, plain=output is not None)
    say(in_form(output_format, found, path=path, texts=texts, screen=screen, time=time), output)
    marked = annotated is None or _mark(path, annotated, found, texts)
    raise typer.Exit(_exit_code(found) or (0 if marked else WRONG_USE))


def _found(path: Path, catalog: Catalog, region: str, previous: Path | None) -> Found:
    """What the check finds; what cannot be read is an answer too."""
    from pipelines.checking import check_path
    from pipelines.errors import PreviousError, UnreadableReturn

    try:
        return check_path(path, catalog=catalog, region_name=region, previous=previous)
    except PreviousError as error:
        raise stop(str(error)) from error
    except UnreadableReturn as unreadable:
        return unreadable


def _exit_code(found: Found) -> int:
    if isinstance(found, Exception):
        return WRONG_USE
    return REJECTED if found.verdict == "rejected" else 0


def texts_in(catalog: Catalog, region: Region, language: str | None) -> Translated:
    """The texts in the language asked for, else in the region's first."""
    known = known_languages(catalog)
    language = language or next((name for name in region.languages if name in known), known[0])
    if language not in known:
        raise stop(f"--language {language!r} is unknown. Known: {', '.join(known)}.")
    return translated(catalog, language)


def _check_time(time: str | None, output_format: str) -> None:
    """A time is stated in the validation report only, and is one."""
    if time is None:
        return
    if output_format != "ess":
        raise stop("--time is stated in the validation report only. Use it with --format ess.")
    try:
        datetime.datetime.fromisoformat(time)
    except ValueError as error:
        raise stop(f"--time {time!r} is not a time. Write it as in 2026-03-01T09:30:00Z.") from error


def _check_target(target: Path | None, read: Iterable[Path], option: str, *, force: bool) -> None:
    """A file to write is none of those read, does not lie in a return's folder, and is not there yet."""
    if target is None:
        return
    if not target.absolute().parent.is_dir() or target.is_dir():
        raise stop(f"{option} {target}: name a file in a folder that exists.")
    if option == "--annotated" and target.suffix.lower() != ".xlsx":
        raise stop(f"{option} {target}: name a file that ends in .xlsx.")
    for other in read:
        same = target.resolve() == other.resolve() or (target.exists() and target.samefile(other))
        if same or (other.is_dir() and other.resolve() in target.resolve().parents):
            raise stop(f"{option} {target} would change {other}, which stays as it is. Name another file.")
    if target.exists() and not force:
        raise stop(f"{option} {target} is there already. Name another file, or replace it with --force.")


def screen_of(*, show_all: bool = False, plain: bool = False) -> Screen:
    """The screen that the text is for: the terminal's, with colours, or a plain one where there is none."""
    from pipelines.answer_text import Screen

    if plain or not sys.stdout.isatty():
        return Screen(all=show_all)
    size = shutil.get_terminal_size()
    width = min(max(size.columns - 1, _WIDTHS[0]), _WIDTHS[1])
    lines = min(max(size.lines - 1, _LINES[0]), _LINES[1])
    colours = "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"
    return Screen(width=width, lines=lines, colours=colours, all=show_all)


def say(text: str, output: Path | None) -> None:
    """Writes to the file or the terminal; redirected output is UTF-8 whatever the system's encoding."""
    if output is not None:
        try:
            output.write_text(text, encoding="utf-8")
        except OSError as error:
            raise stop(f"{output} cannot be written: {error.strerror}.") from error
        typer.echo(f"Wrote {output}.")
        return
    if isinstance(sys.stdout, io.TextIOWrapper):
        if sys.stdout.isatty():
            sys.stdout.reconfigure(errors="replace")
        else:
            sys.stdout.reconfigure(encoding="utf-8")
    typer.echo(text, nl=False)


def _mark(path: Path, target: Path, found: Found, texts: Translated) -> bool:
    """Writes the marked workbook, or says why there is none."""
    from pipelines.annotated import write_annotated
    from pipelines.errors import AnnotationError, UnreadableReturn

    if isinstance(found, UnreadableReturn):
        typer.echo("No marked workbook was written: the return cannot be read.", err=True)
        return False
    try:
        write_annotated(path, target, found, texts=texts)
    except AnnotationError as error:
        typer.echo(f"No marked workbook was written: {error}", err=True)
        return False
    except OSError as error:
        raise stop(f"{target} cannot be written: {error.strerror}.") from error
    typer.echo(f"Wrote {target}.", err=True)
    return True
