"""Editions built once a test session, by the real command line, for the tests that read what came out.

A session builds the demonstration twice (for equal bytes, the second time elsewhere) and the published sets once each.
"""

from __future__ import annotations

import csv
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

ROOT = Path(__file__).parents[1]
TESAT = Path(sys.executable).parent / "tesat"


@dataclass(frozen=True)
class Surroundings:
    """What a machine has and an edition must not show: mode of new files, variables."""

    umask: int = 0o022
    variables: Mapping[str, str] = field(default_factory=dict)


def elsewhere(folder: Path) -> Surroundings:
    """Another home, time zone, locale (one that knows ASCII only), mode of new files and order of hashes."""
    home = folder / "other home"
    home.mkdir(parents=True)
    variables = {
        "HOME": str(home),
        "TZ": "Pacific/Kiritimati",
        "LC_ALL": "C",
        "LANG": "C",
        "PYTHONUTF8": "0",
        "PYTHONCOERCECLOCALE": "0",
        "PYTHONHASHSEED": "4711",
    }
    return Surroundings(0o077, variables)


def tesat(
    *arguments: str | Path, home: Path, surroundings: Surroundings | None = None
) -> subprocess.CompletedProcess[str]:
    """Runs the command line as a user would, with run state of its own."""
    chosen = surroundings or Surroundings()
    return subprocess.run(
        [TESAT, *map(str, arguments)],
        cwd=ROOT,
        umask=chosen.umask,
        env={**os.environ, "DAGSTER_HOME": str(home), **chosen.variables},
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
        timeout=300,
    )


@dataclass(frozen=True)
class Built:
    """A release folder and what the command printed."""

    folder: Path
    printed: str

    @property
    def pages(self) -> list[str]:
        """The files of the web edition's pages, in the order of its contents."""
        home = self.page("index.html")
        contents = home[home.index('<nav id="contents"') : home.index("</nav>")]
        return list(dict.fromkeys(re.findall(r'href="([^"#]+)', contents)))

    def page(self, name: str) -> str:
        return (self.folder / name).read_text(encoding="utf-8")

    @property
    def html(self) -> str:
        """All pages of the web edition."""
        return "\n".join(map(self.page, self.pages))

    @property
    def text(self) -> str:
        """The pages without their marks: numbers stand in elements that carry their keys."""
        return re.sub(r"<[^>]*>", "", self.html)

    @cache  # noqa: B019
    def tables(self) -> dict[str, list[list[str]]]:
        """Every table of the pages by the name of its card, each row as its cells' text."""
        reader = _Tables()
        reader.feed(self.html)
        return reader.found

    @cache  # noqa: B019
    def pdf_text(self) -> str:
        return subprocess.run(
            ["pdftotext", "-layout", self.folder / "report.pdf", "-"],
            capture_output=True,
            text=True,
            check=True,
        ).stdout

    def rows(self, name: str) -> Iterator[dict[str, str]]:
        with (self.folder / "data" / f"{name}.csv").open(encoding="utf-8", newline="") as handle:
            yield from csv.DictReader(handle)

    def value(self, dataset: str, *, measure: str, area: str, year: int, **codes: str) -> dict[str, str]:
        """The one observation of these codes; `_T` in every other dimension."""
        fixed = {"REF_AREA": area, "TIME_PERIOD": str(year), "MEASURE": measure}
        wanted = fixed | {name.upper(): code for name, code in codes.items()}
        found = [row for row in self.rows(dataset) if _matches(row, wanted)]
        assert len(found) == 1, (wanted, found)
        return found[0]


def _matches(row: dict[str, str], wanted: dict[str, str]) -> bool:
    names = list(row)
    dimensions = names[names.index("TIME_PERIOD") + 1 : names.index("MEASURE")]
    expected = {name: "_T" for name in dimensions} | wanted
    return all(row[name] == code for name, code in expected.items())


class _Tables(HTMLParser):
    """Collects the rows of each `<figure class="card table-card" id=…>`."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, list[list[str]]] = {}
        self.card = ""
        self.cell: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "figure":
            self.card = str(given.get("id") or "")
        elif tag == "tr" and self.card:
            self.found.setdefault(self.card, []).append([])
        elif tag in {"td", "th"} and self.card:
            self.cell = []

    def handle_endtag(self, tag: str) -> None:
        if tag in {"td", "th"} and self.cell is not None:
            self.found[self.card][-1].append("".join(self.cell).strip())
            self.cell = None
        elif tag == "figure":
            self.card = ""

    def handle_data(self, data: str) -> None:
        if self.cell is not None:
            self.cell.append(data)
