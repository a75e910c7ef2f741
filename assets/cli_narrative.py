"""`tesat lint` and `tesat narrative`: the editors' text before an edition is built, and a folder to write it in.

Belongs here: the arguments of the commands and what they print. The lint is `report/editorial/lint.py`, the folder is
made in `report/editorial/skeleton.py`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from assets.cli_arguments import (
    REJECTED,
    ContractsOption,
    NarrativeOption,
    RegionOption,
    ReportOption,
    catalog_of,
    editors_folder,
    existing,
    network_packages,
    region_of,
    stop,
)
from data_contracts.model import Catalog

if TYPE_CHECKING:
    from report.edition import Edition
    from report.editorial.findings import EditorFinding

BUILD_FIRST = "Build the edition first: what the text may say comes from its published figures."


def lint(
    folder: Annotated[Path, typer.Argument(help="A release folder, or any folder with its data/")],
    narrative: NarrativeOption = None,
    form: Annotated[Literal["text", "json"], typer.Option("--format", help="text or json")] = "text",
    contracts: ContractsOption = None,
    report: ReportOption = None,
) -> None:
    """Checks the editors' text against an edition's published figures: all findings at once, by file and line."""
    edition = _edition(folder, catalog_of(contracts))
    with network_packages("lint"):
        from assets.resources import Workspace
        from report.editorial.lint import lint as findings_of
    workspace = Workspace(
        inbox="",
        output="",
        report=str(report or ""),
        narrative=str(narrative or ""),
        language=edition.language,
        demonstration=bool(edition.about["demonstration"]),
    )
    if narrative is not None:
        editors_folder(narrative, edition.language)
    text = workspace.editors_folder(edition.region.name, edition.year)
    if text is None:
        raise stop(
            f"There is no text for {edition.region.name} {edition.year} in the report project. Name a folder with "
            "--narrative, or make one with `tesat narrative`."
        )
    found = findings_of(text, edition=edition, project=workspace.report_project)
    typer.echo(_as_json(found) if form == "json" else _as_text(found, text))
    if found:
        raise typer.Exit(REJECTED)


def _edition(folder: Path, catalog: Catalog) -> Edition:
    """The edition whose data lie in a folder."""
    with network_packages("lint"):
        from report.edition import Edition
    if not (folder / "data" / "edition.json").is_file():
        raise stop(f"{folder} holds no data/edition.json. {BUILD_FIRST}")
    try:
        return Edition(folder, catalog)
    except (OSError, ValueError, KeyError) as error:
        raise stop(f"{folder} is no whole edition: {error}. Build it again.") from error


def _as_text(found: Sequence[EditorFinding], folder: Path) -> str:
    last = f"{folder}: {len(found)} findings." if found else f"{folder}: nothing was found."
    return "\n".join([*map(str, found), last])


def _as_json(found: Sequence[EditorFinding]) -> str:
    answer = {"passed": not found, "findings": [asdict(one) for one in found]}
    return json.dumps(answer, ensure_ascii=False, indent=2)


def narrative(  # noqa: PLR0917
    year: Annotated[int, typer.Option("--year", help="Reference year of the edition")],
    store: Annotated[Path, typer.Option("--store", help="Folder of the store that the edition was built in")],
    output: Annotated[Path, typer.Option("--output", "-o", help="Folder to make; it must not exist")],
    region: RegionOption = "western_balkans",
    contracts: ContractsOption = None,
    report: ReportOption = None,
) -> None:
    """Makes a folder for the editors' text: a file for each section, with the partners' contributions at hand."""
    catalog = catalog_of(contracts)
    known = region_of(catalog, region)
    existing(store, "The store")
    release = store / "work" / f"{known.name}-{year}" / "release"
    if output.exists():
        raise stop(f"{output} exists, and is not written over. Name a folder that does not.")
    edition = _edition(release, catalog)
    with network_packages("narrative"):
        from pipelines.contributions import contributions
        from pipelines.errors import PipelineError
        from pipelines.register import Store
        from pipelines.release_sources import REPORT
        from report.editorial.skeleton import write_skeleton
    try:
        handed = contributions(Store(store), year=year, catalog=catalog)
    except PipelineError as error:
        typer.echo(f"Not made. {error}")
        raise typer.Exit(REJECTED) from None
    target = output / edition.language
    files = write_skeleton(target, edition, handed, project=report or REPORT)
    typer.echo(f"{len(files)} files in {target}; {len(handed)} of them with a partner's contribution.")
    typer.echo(f"Write below the comments, then: tesat lint {release} --narrative {output}")
