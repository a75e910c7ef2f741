"""Writes the report as one web page that asks no other host for anything.

Belongs here: how a figure, a table, a callout and a heading look in HTML, and the page around them. The
page carries its fonts, its styles, plotly.js once, and a content policy that forbids every request.
"""

from __future__ import annotations

import base64
import csv
import hashlib
import html
import json
from collections.abc import Sequence
from pathlib import Path
from string import Template

from report.rendering import pandoc, tree
from report.rendering.document import (
    Document,
    Grid,
    for_format,
    grid,
    heading_number,
    is_number,
    labelled,
    picture,
)
from report.rendering.errors import ReportError
from report.rendering.pandoc import Node
from report.rendering.words import ASSETS, FONTS

CONTENTS_DEPTH = 3
# Letters in a cell from which it is read as a name, and as a sentence.
NAME, SENTENCE = 12, 40

_FACES = (("Regular", 400, "normal"), ("Bold", 700, "normal"), ("Italic", 400, "italic"))
_SPLIT = "<!--contents end-->"


def write_html(document: Document, release: Path, *, downloads: Sequence[tuple[str, str]]) -> Path:
    """Write `index.html`.

    Args:
        document: The checked report.
        release: The folder it goes to; links to `figures/NAME.csv` point into it.
        downloads: Words and file names of the same report in other formats.
    """
    contents, body = _body(document)
    drawn = any(node["t"] == "Figure" and picture(node).chart for node in tree.walk(document.blocks))
    scripts = [_plotly()] if drawn else []
    scripts.append((ASSETS / "report.js").read_text(encoding="utf-8"))
    page = Template((ASSETS / "page.html").read_text(encoding="utf-8"))
    words = {f"word_{key}": html.escape(value) for key, value in document.words.items()}
    values = {key: html.escape(document.value(key)) for key in ("title", "language", "date")}
    values |= {key: _paragraph(document, key) for key in ("region", "subtitle", "footnote")}
    imprint = [document.value("title"), document.value("region"), document.shown_date]
    path = release / "index.html"
    path.write_text(
        page.substitute(
            {
                **words,
                **values,
                "imprint": html.escape(" · ".join(part for part in imprint if part)),
                "shown_date": html.escape(document.shown_date),
                "policy": _policy(scripts),
                "styles": _fonts() + (ASSETS / "report.css").read_text(encoding="utf-8"),
                "mark": _mark(document),
                "downloads": _downloads(document, downloads),
                "contents": contents,
                "body": body,
                "scripts": "".join(f"<script>{script}</script>\n" for script in scripts),
            }
        ),
        encoding="utf-8",
    )
    return path


def _body(document: Document) -> tuple[str, str]:
    def figure(node: Node) -> list[Node]:
        return _figure(document, node)

    def division(node: Node) -> list[Node] | None:
        table = grid(node)
        if table is not None:
            return _table(document, table)
        return _callout(document, node)

    def header(node: Node) -> list[Node]:
        number = heading_number(document, node)
        level, attributes, inlines = node["c"]
        if number:
            shown = tree.span([tree.text(number)], classes=["heading-number"])
            inlines = [shown, tree.text("\u2002"), *inlines]
        return [{"t": "Header", "c": [level + 1, attributes, inlines]}]

    blocks = tree.rewritten(
        for_format(document, "html"), {"Figure": figure, "Div": division, "Header": header}
    )
    template = ASSETS / "body.html"
    options = ["--standalone", f"--template={template}", "--toc", f"--toc-depth={CONTENTS_DEPTH + 1}"]
    written = pandoc.write(
        pandoc.tree_of(blocks, metadata={"pagetitle": document.value("title")}),
        "html5",
        arguments=[*options, "--section-divs", "--wrap=none"],
    )
    contents, body = written.decode().split(_SPLIT)
    return contents, body


def _figure(document: Document, node: Node) -> list[Node]:
    shown = picture(node)
    name = shown.identifier
    drawing = document.find(shown.source)
    static = drawing.read_text(encoding="utf-8") if drawing else ""
    alt = html.escape(shown.alt)
    group = f'role="group" aria-label="{html.escape(document.labels[name].shown)}"'
    if static:
        inner = f'<div class="static" tabindex="0" {group}><div role="img" aria-label="{alt}">{static}</div></div>'
    else:
        inner = f'<p class="static">{html.escape(document.words["no_chart"])}</p>'
    spec = ""
    if shown.chart:
        text = json.dumps(json.loads(document.file(f"figures/{shown.stem}.json").read_text(encoding="utf-8")))
        spec = f'<script type="application/json" class="spec">{_inert(text)}</script>'
    chart = f'<div class="chart" data-alt="{alt}" {group}>{inner}{spec}</div>' if shown.chart else inner
    blocks = [
        tree.raw("html", f'<figure class="card figure-card" id="{name}">{chart}<figcaption>'),
        tree.plain(labelled(document, name, shown.caption)),
        tree.raw("html", "</figcaption>"),
    ]
    if shown.chart:
        blocks.append(tree.raw("html", _data(document, shown.stem, name)))
    return [*blocks, tree.raw("html", "</figure>")]


def _inert(text: str) -> str:
    """JSON that cannot close the script element that holds it."""
    return text.replace("<", "\\u003c")


def _data(document: Document, stem: str, identifier: str) -> str:
    """The data behind a chart as a real table, folded away, and as a file; cells hold the keys of their numbers."""
    header, *rows = _rows(document.file(f"figures/{stem}.csv"))
    keys = document.find(f"figures/{stem}.keys.csv")
    head_keys, *row_keys = _rows(keys) if keys else [[""] * len(header)] * (len(rows) + 1)
    words = {key: html.escape(word) for key, word in document.words.items()}
    shown = html.escape(document.labels[identifier].shown)
    numeric = [number > 0 and all(is_number(row[number]) for row in rows) for number in range(len(header))]
    head = "".join(
        f'<th scope="col"{_right(right)}{_key(key)}>{html.escape(cell)}</th>'
        for cell, key, right in zip(header, head_keys, numeric, strict=True)
    )
    body = "".join(
        f"<tr>{_data_row(row, own, numeric)}</tr>" for row, own in zip(rows, row_keys, strict=True)
    )
    return (
        f'<div class="figure-tools"><details><summary>{words["data_table"]}'
        f'<span class="unseen"> ({shown})</span></summary>'
        f'<div class="scroll" role="region" tabindex="0" aria-label="{words["data_of"]} {shown}">'
        f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div></details>"
        f'<a class="download" href="figures/{html.escape(stem)}.csv" download>{words["download_csv"]}'
        f'<span class="unseen"> ({shown})</span></a></div>'
    )


def _rows(path: Path) -> list[list[str]]:
    """The header and the rows of a CSV file, all of one length."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    wrong = [number for number, row in enumerate(rows, start=1) if len(row) != len(rows[0])]
    if wrong or not rows or not rows[0]:
        said = (
            f"line {wrong[0]} has another number of cells than the header" if wrong else "there is no header"
        )
        raise ReportError(f"figures/{path.name}: {said}; write the data behind a figure with write_data.")
    return rows


def _data_row(row: Sequence[str], keys: Sequence[str], numeric: Sequence[bool]) -> str:
    first, *others = row
    cells = "".join(
        f"<td{_right(right)}{_key(key)}>{html.escape(cell)}</td>"
        for cell, key, right in zip(others, keys[1:], numeric[1:], strict=True)
    )
    return f'<th scope="row"{_key(keys[0])}>{html.escape(first)}</th>{cells}'


def _key(key: str) -> str:
    return f' data-key="{html.escape(key)}"' if key else ""


def _right(right: bool) -> str:
    return ' class="number"' if right else ""


def _table(document: Document, table: Grid) -> list[Node]:
    name = table.identifier
    caption = f"{name}-caption"
    classes = [_column_class(table, number) for number in range(len(table.header))]

    def cell(tag: str, inlines: list[Node], kind: str) -> list[Node]:
        shown = f' class="{kind}"' if kind else ""
        closed = tree.raw("html", f"</{tag.split(maxsplit=1)[0]}>")
        return [tree.raw("html", f"<{tag}{shown}>"), tree.plain(inlines), closed]

    blocks = [
        tree.raw("html", f'<figure class="card table-card" id="{name}"><figcaption id="{caption}">'),
        tree.plain(labelled(document, name, table.caption)),
        tree.raw(
            "html",
            f'</figcaption><div class="scroll" role="region" tabindex="0" aria-labelledby="{caption}">'
            f'<table aria-labelledby="{caption}"><thead><tr>',
        ),
    ]
    for inlines, kind in zip(table.header, classes, strict=True):
        blocks += cell('th scope="col"' if tree.plain_text(inlines) else "td", inlines, kind)
    blocks.append(tree.raw("html", "</tr></thead><tbody>"))
    for row in table.rows:
        blocks.append(tree.raw("html", "<tr>"))
        for number, (inlines, kind) in enumerate(zip(row, classes, strict=True)):
            blocks += cell("td" if number else 'th scope="row"', inlines, kind)
        blocks.append(tree.raw("html", "</tr>"))
    return [*blocks, tree.raw("html", "</tbody></table></div></figure>")]


def _column_class(table: Grid, number: int) -> str:
    """How a column is set: numbers to the right, sentences and names never narrower than can be read."""
    if table.right[number]:
        return "number"
    longest = max((len(tree.plain_text(row[number])) for row in table.rows), default=0)
    if longest > SENTENCE and number:
        return "sentence"
    return "name" if longest > NAME else ""


def _callout(document: Document, node: Node) -> list[Node] | None:
    identifier, classes, pairs = tree.attributes(node)
    if "pagebreak" in classes:
        return []
    if "callout" not in classes:
        return None
    title = pairs["title"] or document.words[pairs["kind"]]
    heading = tree.division([tree.plain([tree.text(title)])], classes=["callout-title"])
    inside = [heading, *node["c"][1]]
    return [tree.division(inside, identifier, classes=classes, pairs={"role": "note", "aria-label": title})]


def _plotly() -> str:
    from plotly.offline import get_plotlyjs

    return str(get_plotlyjs()).replace("</script", "<\\/script")


def _policy(scripts: Sequence[str]) -> str:
    """Nothing is loaded from anywhere, and only the page's own scripts run."""
    digests = [base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts]
    allowed = " ".join(f"'sha256-{digest}'" for digest in digests)
    return (
        "default-src 'none'; base-uri 'none'; form-action 'none'; img-src data:; font-src data:; "
        f"style-src 'unsafe-inline'; script-src {allowed}"
    )


def _fonts() -> str:
    faces = []
    for name, weight, style in _FACES:
        data = base64.b64encode((FONTS / f"NotoSans-{name}.woff2").read_bytes()).decode()
        faces.append(
            f'@font-face{{font-family:"Noto Sans";font-weight:{weight};font-style:{style};'
            f"src:url(data:font/woff2;base64,{data}) format('woff2')}}\n"
        )
    return "".join(faces)


def _paragraph(document: Document, key: str) -> str:
    value = html.escape(document.value(key))
    return f'<p class="{key}">{value}</p>\n' if value else ""


def _mark(document: Document) -> str:
    mark = document.value("edition_mark")
    if not mark:
        return ""
    label = html.escape(document.words["edition_mark"])
    return f'<aside class="mark" aria-label="{label}">{html.escape(mark)}</aside>'


def _downloads(document: Document, downloads: Sequence[tuple[str, str]]) -> str:
    if not downloads:
        return ""
    links = "".join(
        f'<li><a href="{html.escape(name)}" download>{html.escape(word)}</a></li>' for word, name in downloads
    )
    return f'<ul class="downloads" aria-label="{html.escape(document.words["downloads"])}">{links}</ul>'
