"""How a figure, a table, a callout, a heading and a listing look on a page of the web edition.

Belongs here: the blocks of a page. What stands around them is in `html_frame.py`, the data table under a chart in
`html_data.py`.
"""

from __future__ import annotations

import html
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from report.rendering import tree
from report.rendering.document import Document, Grid, Picture, grid, heading_number, labelled, picture
from report.rendering.html_data import data_table
from report.rendering.html_pages import Site, SitePage
from report.rendering.pandoc import Node

# Letters in a cell from which it is read as a name, and as a sentence.
NAME, SENTENCE = 12, 40
# The forms in which a chart can be taken away, by ending.
FORMS = ("csv", "svg", "png")


@dataclass(frozen=True)
class Setting:
    """What a block is written for: the report, its pages, the page it stands on, and the files of listings."""

    document: Document
    site: Site
    page: SitePage
    listings: dict[str, str]

    @property
    def words(self) -> Mapping[str, str]:
        """The renderer's words, safe in HTML."""
        return {key: html.escape(word) for key, word in self.document.words.items()}

    def label(self, identifier: str) -> str:
        """The label of a figure or table, such as Figure 3, safe in HTML."""
        return html.escape(self.document.labels[identifier].shown)

    def file(self, path: str) -> str:
        """The link to a file of the release, safe in HTML."""
        return html.escape(self.page.to(path))


def page_blocks(setting: Setting) -> list[Node]:
    """The blocks of a page, written as HTML where the format's own form is not that of pandoc."""
    rewrites: dict[str, tree.Rewrite] = {
        "Link": partial(_link, setting),
        "Figure": partial(_figure, setting),
        "Div": partial(_division, setting),
        "Header": partial(_header, setting),
        "CodeBlock": partial(_listing, setting),
    }
    blocks: list[Node] = tree.rewritten(list(setting.page.blocks), rewrites)
    return blocks


def _link(setting: Setting, node: Node) -> list[Node]:
    attributes, inlines, (target, title) = node["c"]
    return [{"t": "Link", "c": [attributes, inlines, [setting.site.link(target, setting.page), title]]}]


def _header(setting: Setting, node: Node) -> list[Node]:
    """A heading with its number, and beside it the link to it."""
    number = heading_number(setting.document, node)
    level, attributes, inlines = node["c"]
    if number:
        shown = tree.span([tree.text(number)], classes=["heading-number"])
        inlines = [shown, tree.text("\u2002"), *inlines]
    identifier = html.escape(attributes[0])
    mark = f'<a class="anchor" href="#{identifier}" aria-label="{setting.words["this_section"]}">#</a>'
    shifted = {"t": "Header", "c": [setting.page.shift(level), attributes, inlines]}
    return [shifted, tree.raw("html", mark)]


def _figure(setting: Setting, node: Node) -> list[Node]:
    shown = picture(node)
    name = shown.identifier
    label = setting.label(name)
    drawn = _drawing(setting, shown, label)
    spec = ""
    if shown.chart:
        text = json.dumps(
            json.loads(setting.document.file(f"figures/{shown.stem}.json").read_text(encoding="utf-8"))
        )
        spec = f'<script type="application/json" class="spec">{_inert(text)}</script>'
        drawn = (
            f'<div class="chart" data-alt="{html.escape(shown.alt)}" role="group" aria-label="{label}">'
            f"{drawn}{spec}</div>"
        )
    return [
        tree.raw("html", f'<figure class="card figure-card" id="{name}">{drawn}<figcaption>'),
        tree.plain(labelled(setting.document, name, shown.caption)),
        tree.raw("html", f"</figcaption>{_source(setting)}{_tools(setting, shown)}</figure>"),
    ]


def _drawing(setting: Setting, shown: Picture, label: str) -> str:
    file = setting.document.find(shown.source)
    static = file.read_text(encoding="utf-8") if file else ""
    if not static:
        return f'<p class="static">{setting.words["no_chart"]}</p>'
    return (
        f'<div class="static" tabindex="0" role="group" aria-label="{label}">'
        f'<div role="img" aria-label="{html.escape(shown.alt)}">{static}</div></div>'
    )


def _inert(text: str) -> str:
    """JSON that cannot close the script element that holds it."""
    return text.replace("<", "\\u003c")


def _source(setting: Setting) -> str:
    document = setting.document
    said = [document.value("title"), document.value("region"), document.shown_date]
    words = html.escape(", ".join(part for part in said if part))
    return f'<p class="source">{setting.words["source"]}: {words}</p>'


def _tools(setting: Setting, shown: Picture) -> str:
    """What a reader can do with a figure: its data, the live chart, its files, the link to it."""
    words, label = setting.words, setting.label(shown.identifier)
    unseen = f'<span class="unseen"> ({label})</span>'
    table = live = ""
    if shown.chart:
        table = data_table(setting.document, shown.stem, label)
        live = f'<li><button type="button" class="live" aria-pressed="false">{words["live"]}{unseen}</button></li>'
    files = [f"figures/{shown.stem}.{form}" for form in FORMS] if shown.chart else [shown.source]
    links = "".join(
        f'<li><a href="{setting.file(file)}" download>{file.rpartition(".")[2].upper()}{unseen}</a></li>'
        for file in files
        if setting.document.find(file)
    )
    here = _here(setting, shown.identifier)
    return f'<div class="figure-tools">{table}<ul class="tools">{live}{links}<li>{here}</li></ul></div>'


def _here(setting: Setting, name: str) -> str:
    """The link of a figure or table to itself, whose address can be kept."""
    unseen = f'<span class="unseen"> ({setting.label(name)})</span>'
    return f'<a class="here" href="#{name}">{setting.words["link"]}{unseen}</a>'


def _division(setting: Setting, node: Node) -> list[Node] | None:
    found = grid(node)
    return _callout(setting, node) if found is None else _table(setting, found)


def _table(setting: Setting, table: Grid) -> list[Node]:
    name = table.identifier
    caption = f"{name}-caption"
    classes = [_column_class(table, number) for number in range(len(table.header))]

    def cell(tag: str, inlines: list[Node], kind: str) -> list[Node]:
        shown = f' class="{kind}"' if kind else ""
        closed = tree.raw("html", f"</{tag.split(maxsplit=1)[0]}>")
        return [tree.raw("html", f"<{tag}{shown}>"), tree.plain(inlines), closed]

    blocks = [
        tree.raw("html", f'<figure class="card table-card" id="{name}"><figcaption id="{caption}">'),
        tree.plain(labelled(setting.document, name, table.caption)),
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
    return [*blocks, tree.raw("html", f"</tbody></table></div>{_here(setting, name)}</figure>")]


def _column_class(table: Grid, number: int) -> str:
    """How a column is set: numbers to the right, sentences and names never narrower than can be read."""
    if table.right[number]:
        return "number"
    longest = max((len(tree.plain_text(row[number])) for row in table.rows), default=0)
    if longest > SENTENCE and number:
        return "sentence"
    return "name" if longest > NAME else ""


def _callout(setting: Setting, node: Node) -> list[Node] | None:
    identifier, classes, pairs = tree.attributes(node)
    if "pagebreak" in classes:
        return []
    if "callout" not in classes:
        return None
    title = pairs["title"] or setting.document.words[pairs["kind"]]
    heading = tree.division([tree.plain([tree.text(title)])], classes=["callout-title"])
    inside = [heading, *node["c"][1]]
    return [tree.division(inside, identifier, classes=classes, pairs={"role": "note", "aria-label": title})]


def _listing(setting: Setting, node: Node) -> list[Node] | None:
    """A listing that names a file is that file too, and says where it is."""
    (_, _, pairs), text = node["c"]
    name = dict(pairs).get("file", "")
    if not name:
        return None
    setting.listings[name] = text
    form = html.escape(name.rpartition(".")[2].upper())
    link = (
        f'<p class="take"><a href="{html.escape(name)}" download>{setting.words["download"]} ({form})</a></p>'
    )
    return [{"t": "CodeBlock", "c": [tree.identified(), text]}, tree.raw("html", link)]
