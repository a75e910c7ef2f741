"""What only the web edition says: its files, and how it is cited.

Belongs here: the tables of the download page and the citations. The revision log is in `tables_revisions.py`, the
words of these pages in their chapters and in `web_edition.yaml`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from data_contracts.messages import say, translated
from data_contracts.strings import load_values
from report.edition import Edition
from report.keyed import restored
from report.markdown import plain, table
from report.messages_found import TEXTS
from report.rendering.document import long_date
from report.tables import titled, words

# Lines of a citation that are left out where an edition has nothing to say in them.
_EMPTY = frozenset({"note        = {}", "N1  -"})


def released_files(edition: Edition, *, reports: Sequence[str]) -> str:
    """Every file of the report and its data with what it is, its size and its checksum.

    `reports` are the forms of the report beside the web edition; they are written after this table.
    """
    data = sorted(path.relative_to(edition.folder).as_posix() for path in (edition.folder / "data").iterdir())
    rows = [
        [
            f"[{plain(path.rpartition('/')[2])}]({path})",
            plain(_described(edition, path)),
            f'[]{{.file-size file="{path}"}}',
            f'[]{{.file-sha256 file="{path}"}}',
        ]
        for path in [*reports, *data]
    ]
    header = [say("File"), say("What it is"), say("Size"), say("Checksum (SHA-256)")]
    return table("files", say("Files of the report and its data"), header, rows, words=4, links=True)


def _described(edition: Edition, path: str) -> str:
    name = path.rpartition("/")[2]
    stem, _, form = name.partition(".")
    titles = {one.name: one.title for one in edition.interface.annex}
    titles |= {name: contract.title for name, contract in edition.contracts.items()}
    title = titles.get(stem, titled(words(stem)))
    known: dict[str, str] = _words()["files"]
    return known[name] if name in known else _words()["forms"].get(form, "{title}").format(title=title)


def chart_files(edition: Edition, charts: Mapping[str, Any]) -> str:
    """Every chart of the report with its files."""
    if not charts:
        return say("No chart is published.") + "\n"
    forms = [form for form in ("csv", "svg", "png") if _has(edition, list(charts), form)]
    rows = [
        [
            f"@fig-{name}",
            plain(_title(charts[name])),
            *(f"[{form.upper()}](figures/{name}.{form})" for form in forms),
        ]
        for name in charts
    ]
    header = [say("Figure"), say("What it shows"), *(form.upper() for form in forms)]
    return table("chart-files", say("Charts and their files"), header, rows, words=len(header), links=True)


def _title(words_of_chart: Mapping[str, Any]) -> str:
    """The first sentence of a caption."""
    caption = restored(words_of_chart["caption"], words_of_chart["caption_numbers"])
    return caption.partition(". ")[0].removesuffix(".")


def _has(edition: Edition, names: Sequence[str], form: str) -> bool:
    return all((edition.folder / "figures" / f"{name}.{form}").is_file() for name in names)


def citation(edition: Edition) -> str:
    """The edition as a sentence that can stand in a list of references."""
    return f"> {plain(str(edition.about['citation']))}\n"


def citation_files(edition: Edition) -> str:
    """The edition for reference managers: BibTeX and RIS, each a listing that is a file too."""
    name = _name(edition)
    return "\n".join(
        f'```{{.{form} file="{name}.{ending}"}}\n{_filled(edition, form).rstrip()}\n```\n'
        for form, ending in (("bibtex", "bib"), ("ris", "ris"))
    )


def _filled(edition: Edition, form: str) -> str:
    about = edition.about
    day = date.fromisoformat(str(about["date"]))
    values = {
        "name": _name(edition),
        "title": about["title"],
        "subtitle": about["subtitle"],
        "network": about["imprint"].get("network", edition.region_name),
        "date": long_date(day, edition.language),
        "day": f"{day:%Y/%m/%d}",
        "year": day.year,
        "mark": about["edition_mark"],
    }
    if form == "bibtex":
        values = {key: str(value).replace("&", "\\&") for key, value in values.items()}
    lines = str(_words()["citation"][form].format(**values)).splitlines()
    return "\n".join(line for line in lines if line.strip() not in _EMPTY)


def _name(edition: Edition) -> str:
    return f"{edition.region.name.replace('_', '-')}-{edition.year}"


def _words() -> dict[str, Any]:
    text = Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8")
    found: dict[str, Any] = load_values(text)
    return translated(found, TEXTS["web_edition.yaml"])
