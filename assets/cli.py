"""The command line `tesat`: what a contact point, an analyst and an operator type.

Belongs here: arguments, exit codes and what is printed. Exit 0: accepted, built; 1: rejected, a gate refused;
2: cannot be read, or wrong use. Heavy imports stand inside the commands, so that `check` answers at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from assets import (
    cli_audit,
    cli_check,
    cli_narrative,
    cli_publish,
    cli_rebuild,
    cli_sign,
    cli_signoff,
    cli_status,
    cli_submit,
    cli_template,
    cli_verify,
    cli_withdraw,
)
from assets.cli_arguments import (
    REJECTED,
    ContractsOption,
    InboxOption,
    LanguageOption,
    NarrativeOption,
    RegionOption,
    ReportOption,
    StoreOption,
    catalog_of,
    editors_folder,
    existing,
    inbox_of,
    network_packages,
    region_of,
    stop,
)
from data_contracts.gate import GateProcess
from data_contracts.messages import text_language, text_languages
from data_contracts.model import Region
from pipelines.narrative_words import DEMONSTRATION

app = typer.Typer(
    name="tesat",
    help="The Western Balkans' regional TE-SAT: from partners' returns to the yearly report.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


app.command(epilog="Example: tesat template --partner XKX --year 2025 --language sq -o XKX-2025.xlsx")(
    cli_template.template
)


app.command(epilog="Example: tesat check ALB-2025.xlsx --annotated ALB-2025-marked.xlsx --language sq")(
    cli_check.check
)


app.command(epilog="Example: tesat submit ALB-2025.xlsx --inbox /srv/tesat/inbox --sign ~/.ssh/id_ed25519")(
    cli_submit.submit
)


app.command(epilog="Example: tesat sign ALB-2025.xlsx --key ~/.ssh/id_ed25519")(cli_sign.sign)


app.command(epilog="Example: tesat withdraw --partner ALB --year 2025 --store /srv/tesat/store")(
    cli_withdraw.withdraw
)


app.command(epilog="Example: tesat status --year 2025 --inbox /srv/tesat/inbox")(cli_status.status)


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
    language: LanguageOption = "en",
    contracts: ContractsOption = None,
    report: ReportOption = None,
    narrative: NarrativeOption = None,
    backend: Annotated[
        str, typer.Option("--backend", help="embedded, or quarto where it is installed")
    ] = "embedded",
) -> None:
    """Builds one year's edition from the returns in the inbox; rejected returns are listed and hold up nobody."""
    catalog = catalog_of(contracts)
    known = region_of(catalog, region)
    inbox_of(inbox)
    if year not in known.years:
        raise stop(f"{region} has editions for {known.years[0]} to {known.years[-1]}, not for {year}.")
    unknown = set(formats.split(",")) - {"html", "pdf", "docx"}
    if unknown:
        raise stop(f"--formats: {', '.join(sorted(unknown))} is unknown. Use any of html, pdf, docx.")
    known_language(known, language)
    if backend not in ("embedded", "quarto"):
        raise stop(f"--backend {backend!r} is unknown. Use embedded or quarto.")
    if report is not None and not (report / "index.qmd").is_file():
        raise stop(f"--report {report} holds no index.qmd. Name a folder with a report project.")
    if narrative is not None:
        editors_folder(narrative, text_language(language))
        if narrative.name.endswith(DEMONSTRATION):
            raise stop(
                f"--narrative {narrative} is the invented text of the demonstration. Name your own folder."
            )
    with GateProcess() as gate:
        with network_packages("build"):
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
            narrative=narrative,
            backend=backend,
            gate=gate,
        )
    _tell(outcome.built, outcome.lines)


def known_language(region: Region, language: str) -> None:
    """Stops at a language that the region does not have, and says where an edition falls back to English."""
    if language not in region.languages:
        raise stop(
            f"--language {language!r} is unknown to {region.name}. Known: {', '.join(region.languages)}."
        )
    if text_language(language) != language:
        known = ", ".join(name for name in text_languages() if name in region.languages)
        typer.echo(
            f"The report has no texts in {language} yet; the edition is in English and says so. Written: {known}."
        )


app.command(epilog="Example: tesat lint build/western_balkans-2025 --narrative text/western_balkans-2025")(
    cli_narrative.lint
)


app.command(epilog="Example: tesat narrative --year 2025 --store build/.store -o text/western_balkans-2025")(
    cli_narrative.narrative
)
app.command(
    epilog="Example: tesat approve --partner ALB --year 2025 --output build --store STORE --sign KEY"
)(cli_signoff.approve)


app.command(epilog="Example: tesat unapprove --partner ALB --year 2025 --output build --store STORE")(
    cli_signoff.unapprove
)


app.command(epilog="Example: tesat approvals --year 2025 --output build --store STORE")(cli_signoff.approvals)


app.command(epilog="Example: tesat publish --year 2025 --inbox /srv/tesat/inbox --output build")(
    cli_publish.publish
)


app.command(
    epilog="Example: tesat restore --year 2025 --version 1 --note 'Version 2 misprints a map' --store STORE"
)(cli_publish.restore)


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
    language: LanguageOption = "en",
) -> None:
    """Builds the demonstration edition from synthetic returns; every page says so."""
    catalog = catalog_of(None)
    region = region_of(catalog, "western_balkans")
    existing(examples, "The folder of demonstration returns")
    known_language(region, language)
    year = max(int(path.name) for path in examples.iterdir() if path.name.isdigit())
    store = store or output / ".store"
    with GateProcess() as gate:
        with network_packages("demo"):
            from assets.building import build_edition
            from pipelines.editions import publish_earlier

        publish_earlier(examples.parent / "published", store=store, region=region.name)
        outcome = build_edition(
            region.name,
            year,
            inbox=examples,
            output=output,
            store=store,
            formats=formats,
            language=language,
            demonstration=True,
            gate=gate,
        )
    _tell(outcome.built, outcome.lines)


def _tell(built: bool, lines: Sequence[str]) -> None:
    """Prints what became of a build; a gate that refused is exit code 1."""
    for line in lines:
        typer.echo(line)
    if not built:
        raise typer.Exit(REJECTED)


app.command(epilog="Example: tesat audit build/western_balkans-2025")(cli_audit.audit)


app.command(epilog="Example: tesat verify build/western_balkans-2025")(cli_verify.verify)


app.command(epilog="Example: tesat rebuild build/western_balkans-2025")(cli_rebuild.rebuild)
