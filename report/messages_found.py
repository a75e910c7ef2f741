"""Every text that an edition may print, read off the sources: what the catalogs of other languages hold.

Belongs here: which keys of which YAML file hold texts, and the texts of chapters, code, contracts and the region's
imprint. `python -m report.messages_found` brings the catalogs up to date with them.
"""

from __future__ import annotations

import ast
import csv
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from data_contracts.catalog import PACKAGE_ROOT, load_catalog
from data_contracts.interface import load_interface
from data_contracts.messages import CATALOG, ENGLISH, LOCALE, NAME
from data_contracts.model import Region
from data_contracts.strings import load_values
from report.messages_chapters import chapter_texts

REPORT = Path(__file__).parent
PIPELINES = REPORT.parent / "pipelines"
# The keys below which a file has texts; a key that is a text itself is named in `KEYS`.
TEXTS: Mapping[str, frozenset[str]] = {
    "sentences.yaml": frozenset({"text"}),
    "overview.yaml": frozenset({"caption", "label"}),
    "terms.yaml": frozenset({"directive", "term", "text", "full"}),
    "web_edition.yaml": frozenset({"files", "forms"}),
    "other_sources.yaml": frozenset({"caption", "columns"}),
    "figures.yaml": frozenset(
        {
            *("caption", "shows", "unit", "category", "states", "ticks", "note", "reading", "adjusted"),
            *("measures", "datasets"),
        }
    ),
    "brief.yaml": frozenset({"words", "limits", "source", "marks"}),
    "words.yaml": frozenset({"en"}),
    "trend_words.yaml": frozenset(
        {"comparisons", "exploratory", "joiner", "reasons", "completeness", "labels", "series"}
    ),
    "likelihood.yaml": frozenset({"label"}),
    "steps.yaml": frozenset({"title", "does"}),
}
KEYS = {"other_sources.yaml": "columns"}
# The columns of the interface whose codes the report explains.
EXPLAINED = ("OBS_STATUS", "OBS_METHOD", "OBS_NOTE", "comparison", "concept", "indicator")
HEADER = """# The report's texts; the English text is the key: see docs/tasks/translator_review_a_language.md.
msgid ""
msgstr ""
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""
_Key = tuple[str, str]


def found_texts() -> list[_Key]:
    """Every text with its context, each once, in the order of the sources."""
    return list(
        dict.fromkeys([*(("", text) for text in _texts() if text), *((NAME, name) for name in _names())])
    )


def _texts() -> Iterator[str]:
    for path in sorted(REPORT.glob("*.qmd")) + sorted(REPORT.glob("chapters/*.qmd")):
        yield from chapter_texts(path.read_text(encoding="utf-8"))
    folders = (REPORT, PACKAGE_ROOT, PIPELINES)
    for name, keys in TEXTS.items():
        for path in sorted(found for folder in folders for found in folder.rglob(name)):
            loaded = load_values(path.read_text(encoding="utf-8"))
            yield from _below(loaded, keys, inside=False, named=KEYS.get(name, ""))
    for path in [*sorted(REPORT.rglob("*.py")), *sorted(PIPELINES.glob("*.py"))]:
        yield from _said(ast.parse(path.read_text(encoding="utf-8")))
    yield from _of_contracts()
    for region in load_catalog().regions.values():
        if set(region.languages) - {ENGLISH}:
            yield from _of_region(region)


def _below(value: Any, keys: frozenset[str], *, inside: bool, named: str) -> Iterator[str]:
    if isinstance(value, str) and inside:
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from _below(item, keys, inside=inside, named=named)
    elif isinstance(value, dict):
        for key, item in value.items():
            if key == named:
                yield from item
            yield from _below(item, keys, inside=inside or key in keys, named=named)


def _said(module: ast.Module) -> Iterator[str]:
    """The texts that code says: the first argument of `say` and `later`."""
    for node in ast.walk(module):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"say", "later"} and node.args:
            first = node.args[0]
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield first.value


def _of_contracts() -> Iterator[str]:
    catalog = load_catalog()
    for contract in catalog.contracts.values():
        yield from (contract.title, contract.purpose, contract.description, contract.limitations)
        yield from (column.description for column in contract.columns)
    interface = load_interface(PACKAGE_ROOT)
    columns = [
        *interface.observations.after,
        *(column for table in interface.annex for column in table.columns),
    ]
    yield from (table.title for table in interface.annex)
    for column in columns:
        if column.name in EXPLAINED:
            shown = (value for value in column.values if value.mark or not column.name.startswith("OBS_"))
            yield from (value.description for value in shown)


def _of_region(region: Region) -> Iterator[str]:
    """The imprint, the banner and the footnotes of a region, and what its reference files say in words."""
    yield region.report_title
    yield from (note.text for note in region.footnotes.values())
    yield region.banner or ""
    if region.imprint is not None:
        yield from (region.imprint.network, region.imprint.rights)
    for path, columns in ((region.offences, ("act", "label")), (region.other_sources, ("note",))):
        if path is None:
            continue
        with (PACKAGE_ROOT / path).open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        yield from (row[column] for column in columns for row in rows)


def _names() -> Iterator[str]:
    """The names of columns, tables and codes that stand in running text."""
    catalog, interface = load_catalog(), load_interface(PACKAGE_ROOT)
    names: list[str] = []
    for contract in catalog.contracts.values():
        names += [column.name for column in contract.columns]
        names += [str(column.sdmx_measure).lower() for column in contract.columns if column.sdmx_measure]
        names += [table.name for table in contract.release_tables]
        names += [group for table in contract.release_tables for group in table.grouping.values()]
        names += [
            "cover",
            "averages",
            *contract.cover_measures,
            *(one.lower() for one in contract.cover_measures.values()),
        ]
        names += [str(average.sdmx_measure).lower() for average in contract.averages]
    columns = {(table.name, column.name): column for table in interface.annex for column in table.columns}
    for place in (
        *(
            ("reporting", "state"),
            ("revisions", "reasons"),
            ("claims", "wording_key"),
            ("quality", "indicator"),
        ),
        *(("rates", "reliability"), ("other_sources", "certainty"), ("judgements", "outcome")),
    ):
        names += columns[place].codes
    yield from (name.replace("_", " ") for name in names if name)


def main() -> None:
    """Brings every catalog up to date with the sources: what is new has no text yet, what is gone goes."""
    from babel.messages.catalog import Catalog as Messages
    from babel.messages.pofile import read_po, write_po

    texts = found_texts()
    for path in sorted(LOCALE.glob(f"*/{CATALOG}")):
        with path.open("rb") as file:
            known = {(one.context or "", one.id): one.string for one in read_po(file) if one.id}
        renewed = Messages(charset="utf-8")
        for context, text in texts:
            renewed.add(text, known.get((context, text), ""), context=context or None)
        with path.open("wb") as file:
            file.write(HEADER.format(language=path.parents[1].name).encode("utf-8"))
            write_po(file, renewed, width=0, omit_header=True)


if __name__ == "__main__":
    main()
