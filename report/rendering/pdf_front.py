"""What the printed report says of itself and carries: cover, imprint, attached data.

Belongs here: the arguments of `assets/report.typ`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from data_contracts.messages import say
from pipelines.data_package import told_title
from report.rendering.document import Document, imprint
from report.rendering.typesetting import call, listed, named, quoted

PACKAGE = "datapackage.json"
DESCRIBED = ("text/csv", "application/json")


@dataclass(frozen=True)
class Attached:
    """A file of the release that goes with the PDF; `relationship` is that of PDF/A-3."""

    path: str
    title: str
    mime_type: str
    relationship: str


def attached_files(release: Path) -> list[Attached]:
    """The data that a release describes in its `datapackage.json`, and the description; nothing where there is none."""
    package = release / PACKAGE
    if not package.is_file():
        return []
    described = json.loads(package.read_text(encoding="utf-8"))
    data = [
        Attached(item["path"], told_title(item["title"]), item["mediatype"], "data")
        for item in described["resources"]
        if item["mediatype"] in DESCRIBED
    ]
    return [*data, Attached(PACKAGE, say(described["title"]), "application/json", "supplement")]


def opening(document: Document, attached: Sequence[Attached]) -> str:
    """The first lines of the typst file."""
    keys = ("title", "subtitle", "region", "network", "edition_mark")
    given = {key.replace("_", "-"): quoted(document.value(key)) for key in keys}
    language, *variants = document.value("language").split("-")
    day = datetime.fromtimestamp(document.stamp, tz=UTC)
    files = [
        named(
            {
                "path": one.path,
                "title": one.title,
                "mime_type": one.mime_type,
                "relationship": one.relationship,
            }
        )
        for one in attached
    ]
    given |= {
        "foot-text": quoted(document.value("footnote")),
        "language": quoted(language),
        "country": next((quoted(part) for part in variants if len(part) == 2), "none"),
        "day": f"datetime(year: {day.year}, month: {day.month}, day: {day.day})",
        "shown-date": quoted(document.shown_date),
        "words": named(dict(document.words)),
        "imprint": listed([f"({quoted(label)}, {quoted(said)})" for label, said in imprint(document)]),
        "attached": listed(files),
    }
    return call("report", given)
