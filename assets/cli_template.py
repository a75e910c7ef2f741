"""`tesat template`: the workbook that a partner fills in for a year.

Belongs here: the arguments of the command and what is refused. The workbook is written by `pipelines/template*.py`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from assets.cli_arguments import ContractsOption, RegionOption, catalog_of, existing, region_of, stop


def template(  # noqa: PLR0917
    partner: Annotated[str, typer.Option("--partner", help="Code of the partner, such as ALB")],
    year: Annotated[int, typer.Option("--year", help="Reference year of the figures")],
    output: Annotated[Path, typer.Option("--output", "-o", help="The workbook to write, .xlsx")],
    language: Annotated[str, typer.Option("--language", help="Language of labels and explanations")] = "en",
    previous: Annotated[
        Path | None, typer.Option("--previous", help="An earlier return, to stand beside as reference")
    ] = None,
    region: RegionOption = "western_balkans",
    contracts: ContractsOption = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there")] = False,
) -> None:
    """Writes the workbook that a partner fills in for a year, in the partner's language."""
    from pipelines.errors import TemplateError
    from pipelines.template import write_template

    catalog = catalog_of(contracts)
    region_of(catalog, region)
    if output.suffix.lower() != ".xlsx" or not output.parent.is_dir():
        raise stop(f"-o {output}: name a file that ends in .xlsx, in a folder that exists.")
    if output.exists() and not force:
        raise stop(f"{output} is there already. Name another file, or replace it with --force.")
    if previous is not None:
        existing(previous, "The previous return")
    try:
        write_template(
            output,
            catalog=catalog,
            region_name=region,
            partner=partner,
            year=year,
            language=language,
            previous=previous,
        )
    except TemplateError as error:
        raise stop(str(error)) from error
    typer.echo(f"Wrote {output}. Fill it in, then: tesat check {output}")
