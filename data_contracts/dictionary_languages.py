"""The data dictionary's page on languages: what is translated, and whether a native speaker has read it."""

from __future__ import annotations

from collections.abc import Iterator

from data_contracts.markdown import coded, table_lines
from data_contracts.model import Catalog
from data_contracts.translations import known_languages, load_translation


def languages(catalog: Catalog) -> Iterator[str]:
    """Every language of templates and findings; what a language lacks is shown in English."""
    yield "## Languages\n"
    yield (
        "Templates and findings are had in these languages (`translations/`); an entry that a language lacks is shown "
        "in English. A translation that no native speaker has read says so on the cover of its templates."
    )
    yield ""
    yield from table_lines(
        ("Language", "Name", "Findings translated", "Read by a native speaker"),
        (_language(catalog, language) for language in known_languages(catalog)),
    )


def _language(catalog: Catalog, language: str) -> tuple[str, ...]:
    own = load_translation(catalog.root, language)
    translated = len(set(own.findings) & set(catalog.findings))
    count = f"{translated} of {len(catalog.findings)}" if language != "en" else "the source"
    source = f", made from `{own.derived_from}`" if own.derived_from else ""
    return coded(language), own.name, count + source, "yes" if own.reviewed else "not yet"
