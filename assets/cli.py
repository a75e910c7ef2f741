"""The command line `tesat`: what a contact point, an analyst and an operator type.

Belongs here: arguments, exit codes and what is printed. Exit 0: accepted, built; 1: rejected, a gate refused;
2: cannot be read, or wrong use. Heavy imports stand inside the commands, so that `check` answers at once.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from data_contracts.catalog import ContractError, load_catalog
from data_contracts.model import Catalog, Region

app = typer.Typer(
    name="tesat",
    help="The Western Balkans' regional TE-SAT: from partners' returns to the yearly report.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

REJECTED, WRONG_USE = 1, 2
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
InboxOption = Annotated[Path, typer.Option("--inbox", help="Folder with one file or folder per return")]


def _stop(message: str) -> typer.Exit:
    typer.echo(message, err=True)
    return typer.Exit(WRONG_USE)


def _catalog(contracts: Path | None) -> Catalog:
    try:
        return load_catalog(contracts)
    except ContractError as error:
        raise _stop(f"The contracts cannot be used:\n{error}") from error


def _region(catalog: Catalog, name: str) -> Region:
    if name not in catalog.regions:
        raise _stop(f"There is no region {name!r}. Known regions: {', '.join(sorted(catalog.regions))}.")
    return catalog.region(name)


def _existing(path: Path, what: str) -> Path:
    if not path.exists():
        raise _stop(f"{what} {path} does not exist. Give the path of an existing one.")
    return path


@app.command(epilog="Example: tesat check ALB-2025.xlsx --format json")
def check(
    path: Annotated[Path, typer.Argument(help="A workbook, a folder or a zip with one return")],
    region: RegionOption = "western_balkans",
    output_format: Annotated[str, typer.Option("--format", help="text or json")] = "text",
    contracts: ContractsOption = None,
) -> None:
    """Checks a return on your own machine and lists all findings; nothing leaves it."""
    from pipelines.checking import check_path, to_json_text, to_text
    from pipelines.errors import UnreadableReturn
    from pipelines.findings import to_json

    catalog = _catalog(contracts)
    _region(catalog, region)
    _existing(path, "The return")
    if output_format not in ("text", "json"):
        raise _stop(f"--format is {output_format!r}. Use text or json.")
    try:
        result = check_path(path, catalog=catalog, region_name=region)
    except UnreadableReturn as unreadable:
        if output_format == "json":
            import json

            typer.echo(
                json.dumps(to_json(unreadable.findings, levels_run=(0,)), ensure_ascii=False, indent=2)
            )
        else:
            typer.echo(
                "CANNOT BE READ\n" + "\n".join(f"{f.code}  {f.rule} {f.remedy}" for f in unreadable.findings)
            )
        raise typer.Exit(WRONG_USE) from None
    typer.echo(to_json_text(result) if output_format == "json" else to_text(result), nl=False)
    raise typer.Exit(REJECTED if result.verdict == "rejected" else 0)


@app.command(epilog="Example: tesat submit ALB-2025.xlsx --inbox /srv/tesat/inbox")
def submit(
    path: Annotated[Path, typer.Argument(help="A workbook, a folder or a zip with one return")],
    inbox: InboxOption,
    region: RegionOption = "western_balkans",
    contracts: ContractsOption = None,
) -> None:
    """Checks a return and, if it is accepted, copies it into the inbox under the hash of its content."""
    from pipelines.errors import UnreadableReturn
    from pipelines.intake import hand_over

    catalog = _catalog(contracts)
    _region(catalog, region)
    _existing(path, "The return")
    try:
        result, target = hand_over(path, inbox=inbox, catalog=catalog, region_name=region)
    except UnreadableReturn as unreadable:
        raise _stop(f"{path.name} was not handed over: it cannot be read.\n{unreadable}") from unreadable
    if target is None:
        from pipelines.checking import to_text

        typer.echo(to_text(result), nl=False)
        typer.echo("Not handed over. Mend the errors and submit again.")
        raise typer.Exit(REJECTED)
    typer.echo(f"Handed over as {target}.")


@app.command(epilog="Example: tesat build --year 2025 --inbox inbox --output build --formats html,pdf")
def build(  # noqa: PLR0917
    year: Annotated[int, typer.Option("--year", help="Reference year of the edition")],
    inbox: InboxOption,
    output: Annotated[
        Path, typer.Option("--output", help="Folder that the edition's own folder is written to")
    ],
    region: RegionOption = "western_balkans",
    store: StoreOption = None,
    formats: Annotated[
        str, typer.Option("--formats", help="Any of html, pdf, docx, comma-separated")
    ] = "html,pdf,docx",
    language: Annotated[str, typer.Option("--language", help="Language of the report")] = "en",
    contracts: ContractsOption = None,
    report: ReportOption = None,
    backend: Annotated[
        str, typer.Option("--backend", help="embedded, or quarto where it is installed")
    ] = "embedded",
) -> None:
    """Builds one year's edition from the returns in the inbox; rejected returns are listed and hold up nobody."""
    catalog = _catalog(contracts)
    known = _region(catalog, region)
    _existing(inbox, "The inbox")
    if year not in known.years:
        raise _stop(f"{region} has editions for {known.years[0]} to {known.years[-1]}, not for {year}.")
    unknown = set(formats.split(",")) - {"html", "pdf", "docx"}
    if unknown:
        raise _stop(f"--formats: {', '.join(sorted(unknown))} is unknown. Use any of html, pdf, docx.")
    _known_language(known, language)
    if backend not in ("embedded", "quarto"):
        raise _stop(f"--backend {backend!r} is unknown. Use embedded or quarto.")
    if report is not None and not (report / "index.qmd").is_file():
        raise _stop(f"--report {report} holds no index.qmd. Name a folder with a report project.")
    from assets.building import build_edition

    outcome = build_edition(
        region,
        year,
        inbox=inbox,
        output=output,
        store=store,
        formats=formats,
        language=language,
        contracts=contracts,
        report=report,
        backend=backend,
    )
    _tell(outcome.built, outcome.lines)


def _known_language(region: Region, language: str) -> None:
    from report.rendering.words import known_languages

    if language not in region.languages:
        raise _stop(
            f"--language {language!r} is unknown to {region.name}. Known: {', '.join(region.languages)}."
        )
    if language not in known_languages():
        raise _stop(
            f"--language {language!r}: the report is not translated yet. Use {' or '.join(known_languages())}."
        )


@app.command(epilog="Example: tesat demo --output build")
def demo(
    output: Annotated[
        Path, typer.Option("--output", help="Folder that the edition's own folder is written to")
    ] = Path("build"),
    examples: Annotated[Path, typer.Option("--examples", help="Folder of the demonstration returns")] = Path(
        "examples/demonstration/returns"
    ),
    store: StoreOption = None,
    formats: Annotated[
        str, typer.Option("--formats", help="Any of html, pdf, docx, comma-separated")
    ] = "html,pdf,docx",
) -> None:
    """Builds the demonstration edition from synthetic returns; every page says so."""
    catalog = _catalog(None)
    region = _region(catalog, "western_balkans")
    _existing(examples, "The folder of demonstration returns")
    year = max(int(path.name) for path in examples.iterdir() if path.name.isdigit())
    from assets.building import build_edition

    store = store or output / ".store"
    outcome = build_edition(
        region.name, year, inbox=examples, output=output, store=store, formats=formats, demonstration=True
    )
    _tell(outcome.built, outcome.lines)


def _tell(built: bool, lines: Sequence[str]) -> None:
    """Prints what became of a build; a gate that refused is exit code 1."""
    for line in lines:
        typer.echo(line)
    if not built:
        raise typer.Exit(REJECTED)


@app.command(epilog="Example: tesat verify build/western_balkans-2025")
def verify(folder: Annotated[Path, typer.Argument(help="A release folder")]) -> None:
    """Compares every file of a release with its checksum and names those that differ, lack or were added."""
    from pipelines.release import checksum_problems

    _existing(folder / "SHA256SUMS", "The list of checksums")
    problems = checksum_problems(folder)
    for problem in problems:
        typer.echo(problem)
    if problems:
        raise typer.Exit(REJECTED)
    typer.echo(f"{folder}: every file is as released.")


def main() -> None:
    """The entry point."""
    try:
        app()
    except BrokenPipeError:
        sys.exit(1)
