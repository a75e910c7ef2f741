"""Writes the workbook that a partner fills: cover, a sheet per dataset, codes, an example, last year's figures.

Belongs here: what a template may be made for, the order of its sheets, the file. The sheets themselves are in
`template_*.py`; their texts are data (`data_contracts/translations/`). The same inputs give the same bytes.
"""

from __future__ import annotations

import datetime
import io
from pathlib import Path

from data_contracts.catalog import ContractError
from data_contracts.model import Catalog, Partner, Region
from data_contracts.translations import Translated, known_languages, translated
from pipelines.cover import load_cover_rules
from pipelines.errors import TemplateError
from pipelines.template_codes import SHEET as CODES
from pipelines.template_codes import write_codes
from pipelines.template_cover import write_cover
from pipelines.template_example import CONTRIBUTION, EXAMPLE, write_contribution, write_example
from pipelines.template_reference import SHEET as REFERENCE
from pipelines.template_reference import Reference, previous_figures, write_reference
from pipelines.template_sheets import Sheets, make_styles
from pipelines.template_tables import write_table

_CREATED = datetime.datetime(
    2000, 1, 1, tzinfo=datetime.UTC
)  # a date that says nothing: same inputs, same bytes


def write_template(
    path: Path,
    *,
    catalog: Catalog,
    region_name: str,
    partner: str,
    year: int,
    language: str,
    previous: Path | None = None,
) -> None:
    """Writes the template of one partner and year; a file that is there is replaced.

    Raises:
        TemplateError: There is no such partner, year or language, or the previous return cannot be used.
    """
    region = catalog.region(region_name)
    member = _member(region, partner, year)
    texts = _texts(catalog, region, language)
    reference = (
        None
        if previous is None
        else previous_figures(previous, catalog=catalog, region=region, partner=partner, year=year)
    )
    path.write_bytes(_workbook(catalog, region, member, year, texts, reference))


def _member(region: Region, code: str, year: int) -> Partner:
    if year not in region.years:
        years = f"{region.years[0]} to {region.years[-1]}"
        raise TemplateError(f"{region.name} has reference years {years}, not {year}. Choose one of them.")
    known = {partner.code: partner for partner in region.partners}
    if code not in known:
        raise TemplateError(f"{region.name} has no partner {code!r}. Choose one of {', '.join(known)}.")
    if not known[code].reports_for(year):
        raise TemplateError(f"{code} does not report to {region.name} for {year}. Check partner and year.")
    return known[code]


def _texts(catalog: Catalog, region: Region, language: str) -> Translated:
    known = [name for name in known_languages(catalog) if name in region.languages]
    if language not in known:
        raise TemplateError(
            f"{region.name} has no templates in {language!r}. Choose one of {', '.join(known)}."
        )
    try:
        return translated(catalog, language)
    except ContractError as error:
        raise TemplateError(str(error)) from error


def _workbook(  # noqa: PLR0917
    catalog: Catalog,
    region: Region,
    partner: Partner,
    year: int,
    texts: Translated,
    reference: Reference | None,
) -> bytes:
    import xlsxwriter

    content = io.BytesIO()
    book = xlsxwriter.Workbook(
        content, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    book.set_properties({"title": f"{partner.code} {year}", "created": _CREATED})
    rules = load_cover_rules(catalog.root)
    contracts = tuple(catalog.contracts[dataset] for dataset in region.datasets)
    names = [rules.sheet, *region.datasets, CONTRIBUTION, EXAMPLE, CODES]
    for name in [*names, REFERENCE] if reference else names:
        book.add_worksheet(name)
    sheets = Sheets(catalog, region, partner, year, texts, rules, contracts, book, make_styles(book), {})
    write_codes(sheets)
    write_cover(sheets)
    for contract in contracts:
        write_table(sheets, contract)
    write_contribution(sheets)
    write_example(sheets)
    if reference is not None:
        write_reference(sheets, reference)
    book.close()
    return content.getvalue()
