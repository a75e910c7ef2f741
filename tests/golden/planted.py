"""Leaks planted in a copy of a release: one number at a time, in every kind of place that a number can stand in.

A planted value is a small count, such as an exact cell of persons would be; many stand elsewhere in the same file.
"""

from __future__ import annotations

import csv
import io
import json
import random
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

WORDS = ("three", "seven", "nine", "eleven")
SAID = (
    "{n} of them were women.",
    "Of these, {n} were under 18.",
    "In one partner {n} persons were arrested.",
    "{n} persons hold another citizenship",
    "That is {n} more than were published.",
)
# What a page must hold for a number to be planted in it in one of these ways.
HOLDS = {
    "sentence": "</(?:p|li)>",
    "word": r"[a-z] [a-z]+ [a-z]+[^<>]*</(?:p|li)>",
    "keyed": r'class="fig" [^>]*>[^<]*\d',
    "new key": r'data-key="arrests[^"]*">[^<]*<',
}
DATASETS = ("arrests", "convictions")
SUPPRESSED = {"O", "M", "L", "Q"}
PRINTED = {"2023", "2024", "2025"}


@dataclass(frozen=True)
class Plant:
    """A changed file, and what was done to it."""

    file: str
    content: str
    says: str


Planter = Callable[[Path, random.Random], Plant]


@contextmanager
def standing(plant: Plant, folder: Path) -> Iterator[None]:
    """The folder with the plant in it; afterwards it is as before."""
    path = folder / plant.file
    before = path.read_bytes() if path.is_file() else None
    path.write_text(plant.content, encoding="utf-8", newline="")
    try:
        yield
    finally:
        path.unlink() if before is None else path.write_bytes(before)


def other(draw: random.Random, shown: str) -> str:
    """A small count that is not the one shown."""
    return str(draw.choice([n for n in range(1, 18) if str(n) not in re.findall(r"\d+", shown)]))


def small(draw: random.Random) -> str:
    return draw.choice([*map(str, range(1, 18)), *WORDS])


def replaced(text: str, found: re.Match[str], new: str) -> str:
    return text[: found.start()] + new + text[found.end() :]


def pages_of(folder: Path) -> list[str]:
    """The pages of the web edition."""
    return ["index.html", *sorted(f"web/{path.name}" for path in (folder / "web").glob("*.html"))]


def a_page(folder: Path, draw: random.Random, holds: str) -> tuple[str, str]:
    """A page of the web edition that holds a pattern, and its text."""
    for name in draw.sample(pages_of(folder), len(pages_of(folder))):
        text = (folder / name).read_text(encoding="utf-8")
        if re.search(holds, text[text.index("<main") : text.index("</main>")]):
            return name, text
    raise LookupError(holds)


def in_a_sentence(folder: Path, draw: random.Random) -> Plant:
    """A sentence more, a number in a sentence there is, or another value in a number with its key."""
    kind = draw.choice(["sentence", "word", "keyed", "new key"])
    name, text = a_page(folder, draw, HOLDS[kind])
    at, end = text.index("<main"), text.index("</main>")
    if kind == "keyed":
        prose = [
            f
            for f in re.finditer(r'(?<=">)[^<]*\d[^<]*(?=</span>)', text[:end])
            if 'class="fig"' in text[f.start() - 150 : f.start()]
        ]
        found = draw.choice(prose)
        return Plant(name, replaced(text, found, other(draw, found[0])), kind)
    ends = [f for f in re.finditer(r"(?=</(?:p|li)>)", text[:end]) if f.start() > at]
    spaces = [
        f for f in re.finditer(r"(?<=[a-z]) (?=[a-z]+ [a-z]+[^<>]*</(?:p|li)>)", text[:end]) if f.start() > at
    ]
    said = draw.choice(SAID).format(n=small(draw))
    if kind == "new key":
        key, shown = draw.choice(re.findall(r'data-key="(arrests[^"]*)">([^<]*)<', text))
        said = f'Women: <span class="fig" data-key="{key}">{other(draw, shown)}</span>.'
    found = draw.choice(spaces if kind == "word" else ends)
    return Plant(name, replaced(text, found, f" {small(draw)} " if kind == "word" else f" {said}"), kind)


def in_a_table(folder: Path, draw: random.Random) -> Plant:
    """A cell of a table of a page with another number: with the key that stood there, or without."""
    name, text = a_page(folder, draw, '<td class="number">')
    cells = list(
        re.finditer(
            r'(?<=<td class="number">)\s*(<span class="fig" data-key="[^"]*">)?([^<]*)(</span>)?\s*(?=</td>)',
            text,
        )
    )
    found = draw.choice(cells)
    opened, shown, closed = (part or "" for part in found.groups())
    new = other(draw, shown)
    keeps = draw.random() < 0.5
    return Plant(name, replaced(text, found, f"{opened}{new}{closed}" if keeps else new), f"key {keeps}")


def in_data(folder: Path, draw: random.Random) -> Plant:
    """A row of characteristics that are never crossed, a value where there is none, an exact one for a rounded one."""
    dataset = draw.choice(DATASETS)
    file = f"data/{dataset}.csv"
    rows = list(csv.DictReader(io.StringIO((folder / file).read_text(encoding="utf-8"))))
    kind = draw.choice(["crossed", "filled", "exact", "unrounded"])
    rounded = [row for row in rows if row["OBS_METHOD"] == "R5"]
    if kind == "crossed":
        row = dict(draw.choice([row for row in rows if row["SEX"] != "_T" and row["OBS_VALUE"]]))
        row |= {"TYPE_OF_TERRORISM": "jihadist", "OBS_VALUE": str(draw.randint(1, 17)), "OBS_METHOD": ""}
        rows.append(row)
    elif kind == "filled":
        row = draw.choice([row for row in rows if row["OBS_STATUS"] in SUPPRESSED])
        row["OBS_VALUE"] = str(draw.randint(1, 17))
    elif kind == "exact":
        row = draw.choice(rounded)
        row["OBS_VALUE"] = str(int(row["OBS_VALUE"]) + draw.choice([1, 2, 3, 4]))
    else:
        row = draw.choice([row for row in rounded if row["TIME_PERIOD"] in PRINTED])
        row |= {"OBS_VALUE": str(int(row["OBS_VALUE"]) + draw.choice([0, 1, 2, 3, 4])), "OBS_METHOD": ""}
    return Plant(file, _csv(rows), kind)


def in_a_chart_file(folder: Path, draw: random.Random) -> Plant:
    """A number in the CSV of a chart."""
    path = draw.choice(
        sorted(p for p in (folder / "figures").glob("*.csv") if not p.name.endswith(".keys.csv"))
    )
    rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
    cells = [(n, m) for n, row in enumerate(rows) for m in range(len(row)) if n and m]
    n, m = draw.choice(cells)
    rows[n][m] = other(draw, rows[n][m])
    return Plant(f"figures/{path.name}", "\ufeff" + "".join(_line(row) for row in rows), "cell")


def in_a_chart(folder: Path, draw: random.Random) -> Plant:
    """A number in the data of a chart: drawn, written beside it, an annotation more, a series more."""
    path = draw.choice(sorted(p for p in (folder / "figures").glob("*.json") if p.name != "index.json"))
    plot = json.loads(path.read_text(encoding="utf-8"))
    traces = [trace for trace in plot["data"] if "meta" in trace]
    kind = draw.choice(["drawn", "written", "annotation", "series"] if traces else ["annotation", "series"])
    if kind == "annotation":
        plot["layout"].setdefault("annotations", []).append(
            {"x": 0, "y": 0, "text": small(draw), "showarrow": False}
        )
    elif kind == "series":
        plot["data"].append(
            {"type": "bar", "name": "Women", "x": ["Serbia"], "y": [float(draw.randint(1, 17))]}
        )
    elif kind == "written":
        trace = draw.choice(traces)
        _change(
            trace["customdata"] if "customdata" in trace else trace["text"],
            draw,
            lambda old: other(draw, str(old)),
        )
    else:
        trace = draw.choice(traces)
        values = next(trace[name] for name in "zyx" if name in trace and not _has_text(trace[name]))
        _change(values, draw, lambda old: (old or 0) + draw.randint(1, 4))
    return Plant(f"figures/{path.name}", json.dumps(plot, ensure_ascii=False), kind)


def in_a_description(folder: Path, draw: random.Random) -> Plant:
    """A number in an alt text or a caption: of the index, or of the page alone."""
    if draw.random() < 0.5:
        name, text = a_page(folder, draw, "data-alt=")
        found = draw.choice(list(re.finditer(r'(?:data-alt|role="img" aria-label)="([^"]*)"', text)))
        alt = _said(found[1], draw)
        return Plant(name, replaced(text, found, found[0].replace(f'"{found[1]}"', f'"{alt}"')), "page")
    index = json.loads((folder / "figures" / "index.json").read_text(encoding="utf-8"))
    words = index["charts"][draw.choice(sorted(index["charts"]))]
    kind = draw.choice(["alt", "caption"])
    words[kind] = _said(words[kind], draw)
    return Plant("figures/index.json", json.dumps(index, ensure_ascii=False), kind)


def beside_the_pages(folder: Path, draw: random.Random) -> Plant:
    """A number in what lies beside the pages: the search index, a citation, a script, a size, a checksum, a file more."""
    kind = draw.choice(["index", "index entry", "citation", "script", "size", "checksum", "file"])
    if kind in {"index", "index entry"}:
        name = "web/search-index.js"
        text = (folder / name).read_text(encoding="utf-8")
        found = draw.choice(list(re.finditer(r"(?<=[a-z]{4}) (?=[a-z]{3})", text)))
        more = f" {small(draw)} " if kind == "index" else f' arrested."],[0,"{small(draw)} women '
        return Plant(name, replaced(text, found, more), kind)
    if kind in {"size", "checksum"}:
        name = "web/downloads.html"
        text = (folder / name).read_text(encoding="utf-8")
        class_of = {"size": "file-size", "checksum": "file-sha256"}[kind]
        found = draw.choice(list(re.finditer(rf'(?<=class="{class_of}" data-file=")([^"]*">)(\d)', text)))
        return Plant(name, replaced(text, found, found[1] + str((int(found[2]) + 1) % 10)), kind)
    name = {"citation": "web/western-balkans-2025.bib", "script": "web/report.js", "file": "web/more.js"}[
        kind
    ]
    before = (folder / name).read_text(encoding="utf-8") if kind != "file" else ""
    return Plant(name, f"{before}// {small(draw)} women\n", kind)


def in_a_revision(folder: Path, draw: random.Random) -> Plant:
    """A figure of the revisions: then, now, the difference, or a row of what is never published."""
    file = "data/revisions.csv"
    rows = list(csv.DictReader(io.StringIO((folder / file).read_text(encoding="utf-8"))))
    kind = draw.choice(["value_then", "value_now", "difference", "row", "triangle"])
    if kind == "triangle":
        file = "data/revision_triangle.csv"
        rows = list(csv.DictReader(io.StringIO((folder / file).read_text(encoding="utf-8"))))
        row = draw.choice(rows)
        row["value"] = other(draw, row["value"])
    elif kind == "row":
        crossed = {
            "dataset": "arrests",
            "codes": "type_of_terrorism=jihadist;sex=female",
            "measure": "PERSONS",
        }
        rows.append(
            draw.choice(rows)
            | crossed
            | {"value_then": str(draw.randint(1, 9)), "value_now": "", "difference": ""}
        )
    else:
        row = draw.choice([row for row in rows if not row["method_now"] and not row["method_then"]])
        row[kind] = other(draw, row[kind])
    return Plant(file, _csv(rows), kind)


PLANTERS: dict[str, Planter] = {
    "sentence": in_a_sentence,
    "table": in_a_table,
    "data": in_data,
    "chart file": in_a_chart_file,
    "chart": in_a_chart,
    "description": in_a_description,
    "revision": in_a_revision,
    "beside the pages": beside_the_pages,
}


def _csv(rows: list[dict[str, str]]) -> str:
    return "".join([_line(list(rows[0])), *(_line(list(row.values())) for row in rows)])


def _line(cells: list[str]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerow(cells)
    return out.getvalue()


def _said(text: str, draw: random.Random) -> str:
    """A text with a number more, or another in the place of one."""
    numbers = list(re.finditer(r"(?<![\w.,])\d+(?![\w.,]*\d)", text))
    if numbers and draw.random() < 0.5:
        found = draw.choice(numbers)
        return replaced(text, found, other(draw, found[0]))
    return f"{text} {draw.choice(SAID).format(n=small(draw))}"


def _has_text(value: Any) -> bool:
    return any(_has_text(item) for item in value) if isinstance(value, list) else isinstance(value, str)


def _change(values: list[Any], draw: random.Random, change: Callable[[Any], Any]) -> None:
    """Changes one leaf of nested lists."""
    while isinstance(values[0], list):
        values = draw.choice(values)
    position = draw.randrange(len(values))
    values[position] = change(values[position])
