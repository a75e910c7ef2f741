"""What must not be published: dangling references, missing files, charts without words.

The Quarto command line lets most of these pass with exit code 0, hence the checks stand here.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path, PurePosixPath

from report.rendering import tree
from report.rendering.execution import Manuscript
from report.rendering.pandoc import Node

FORMATS = ("html", "pdf", "docx")

_NOT_WORDS = re.compile(r"[\W_]+")
_LINE = re.compile(r"\bline (\d+)")
_KINDS = {"Figure": "fig-", "Div": "tbl-", "Header": "sec-"}
_CONDITIONAL = {"content-visible", "content-hidden"}
_CONDITIONS = {"when-format", "unless-format"}
_STRAY = (":::", "{#fig-", "{#tbl-", "{#sec-", "{{<", "[^")


def problems_of(
    blocks: list[Node], manuscript: Manuscript, folders: Sequence[Path], *, static: bool
) -> list[str]:
    """Every problem of a parsed manuscript, each with its place."""
    nodes = list(tree.walk(blocks))
    return [
        *_names(nodes, manuscript),
        *_references(nodes, manuscript),
        *_conditions(nodes, manuscript),
        *_figures(nodes, manuscript, folders, static=static),
        *_tables(nodes, manuscript),
        *_stray_text(nodes, manuscript),
    ]


def placed(warnings: Sequence[str], manuscript: Manuscript) -> Iterator[str]:
    """Pandoc's warnings with the place that they speak of; names given twice are told by `_names`."""
    for warning in warnings:
        line = _LINE.search(warning)
        place = manuscript.place_at(int(line[1])) if line else "index.qmd"
        if not warning.startswith("Duplicate identifier"):
            yield f"{place}: pandoc warns: {_LINE.sub('this line', warning, count=1)}"


def _identifiers(nodes: Sequence[Node]) -> list[str]:
    named = {"Header", "Div", "Figure", "Image", "Span", "Link", "Table", "CodeBlock", "Code"}
    found = [tree.attributes(node)[0] for node in nodes if node["t"] in named]
    return [identifier for identifier in found if identifier]


def _names(nodes: Sequence[Node], manuscript: Manuscript) -> Iterator[str]:
    for identifier, times in Counter(_identifiers(nodes)).items():
        if times > 1:
            first, *others = manuscript.places_of(f"#{identifier}") or ["index.qmd"]
            also = f", also at {', '.join(others)}" if others else ""
            yield f"{first}: the name {identifier} is given {times} times{also}; a name must be given once."


def references(blocks: list[Node], manuscript: Manuscript) -> Iterator[str]:
    """References and links that lead to nothing among these blocks."""
    return _references(list(tree.walk(blocks)), manuscript)


def _references(nodes: Sequence[Node], manuscript: Manuscript) -> Iterator[str]:
    known = set(_identifiers(nodes))
    targets = _targets(nodes)
    for node in nodes:
        if node["t"] == "Cite":
            for name in (citation["citationId"] for citation in node["c"][0]):
                if name not in targets:
                    yield (
                        f"{manuscript.place_of('@' + name)}: @{name} refers to nothing; a reference names "
                        f"a figure, table or section ({', '.join(_KINDS.values())}…) of this report."
                    )
        elif node["t"] == "Link" and node["c"][2][0].startswith("#") and node["c"][2][0][1:] not in known:
            target = node["c"][2][0]
            yield f"{manuscript.place_of(target)}: the link to {target} leads nowhere in this report."


def _targets(nodes: Iterable[Node]) -> set[str]:
    """The names that a reference can point to."""
    named = [(tree.attributes(node)[0], _KINDS[node["t"]]) for node in nodes if node["t"] in _KINDS]
    return {identifier for identifier, prefix in named if identifier.startswith(prefix)}


def _conditions(nodes: Sequence[Node], manuscript: Manuscript) -> Iterator[str]:
    """Conditional content names a known format, and nothing that is numbered: a Figure 3 is the same in all formats."""
    for node in nodes:
        if node["t"] != "Div" or not _CONDITIONAL & set(tree.attributes(node)[1]):
            continue
        pairs = tree.attributes(node)[2]
        place = manuscript.place_of(*(f'{key}="{value}' for key, value in pairs.items()), ".content-")
        wrong = [
            f"{key}={value}" for key, value in pairs.items() if key in _CONDITIONS and value not in FORMATS
        ]
        if wrong or not _CONDITIONS & set(pairs):
            yield (
                f"{place}: conditional content with {', '.join(wrong) or 'no condition'}; "
                f"give when-format or unless-format with one of {', '.join(FORMATS)}."
            )
        for name in sorted(_targets(tree.walk(node["c"][1]))):
            yield (
                f"{manuscript.place_of('#' + name)}: {name} stands in conditional content; "
                "what is numbered must stand in every format."
            )


def _figures(
    nodes: Sequence[Node], manuscript: Manuscript, folders: Sequence[Path], *, static: bool
) -> Iterator[str]:
    inside: set[int] = set()
    for node in nodes:
        if node["t"] != "Figure":
            continue
        images = [item for item in tree.walk(node["c"][2]) if item["t"] == "Image"]
        inside |= {id(image) for image in images}
        identifier = tree.attributes(node)[0]
        caption = tree.plain_text(node["c"][1][1])
        if not identifier.startswith("fig-") or len(images) != 1:
            place = manuscript.place_of(f"![{caption[:20]}", *(image["c"][2][0] for image in images))
            yield f"{place}: a figure needs one image and a name that begins with fig-, such as {{#fig-trend}}."
            continue
        place = manuscript.place_of(f"#{identifier}")
        yield from _words(images[0], identifier, caption, place)
        yield from _files(images[0], identifier, place, folders, static=static)
    for node in nodes:
        if node["t"] == "Image" and id(node) not in inside:
            name = node["c"][2][0]
            yield (
                f"{manuscript.place_of(name)}: the image {name} stands in running text; "
                "give it a paragraph, a caption, a name (#fig-…) and fig-alt of its own."
            )


def _words(image: Node, identifier: str, caption: str, place: str) -> Iterator[str]:
    alt = tree.attributes(image)[2].get("fig-alt", "").strip()
    if not alt:
        yield f"{place}: {identifier} has no fig-alt; say in words what the figure shows."
    elif _NOT_WORDS.sub("", alt).casefold() == _NOT_WORDS.sub("", caption).casefold():
        yield (
            f"{place}: {identifier} repeats its caption as fig-alt ({caption!r}); "
            "say instead what a reader would see."
        )


def _files(
    image: Node, identifier: str, place: str, folders: Sequence[Path], *, static: bool
) -> Iterator[str]:
    """A chart needs its data and its drawing; the drawing may be missing where only HTML is made."""
    source = PurePosixPath(image["c"][2][0])
    chart = "chart" in tree.attributes(image)[1]
    if source.suffix != ".svg" or source.is_absolute() or ".." in source.parts:
        yield f"{place}: {identifier} shows {source}; only SVG files of the release (figures/NAME.svg) are shown."
        return
    needed = [source.with_suffix(".json"), source.with_suffix(".csv")] if chart else []
    for name in needed + ([source] if static or not chart else []):
        if not any((folder / name).is_file() for folder in folders):
            remedy = (
                "draw it before rendering (static images need Chromium: `apt-get install chromium`, "
                "or `plotly_get_chrome`)"
                if name == source and chart
                else "write it before rendering"
            )
            yield f"{place}: {identifier} needs {name}, which does not exist; {remedy}."


def _tables(nodes: Sequence[Node], manuscript: Manuscript) -> Iterator[str]:
    named: set[int] = set()
    for node in nodes:
        if node["t"] != "Div" or not tree.attributes(node)[0].startswith("tbl-"):
            continue
        identifier = tree.attributes(node)[0]
        named |= {id(item) for item in tree.walk(node["c"][1]) if item["t"] == "Table"}
        content = node["c"][1]
        if [item["t"] for item in content] != ["Table", "Para"] or not _is_plain(content[0]):
            place = manuscript.place_of(f"#{identifier}")
            yield (
                f"{place}: {identifier} must hold one pipe table with a header row and no merged cells, "
                "an empty line and a caption, nothing else."
            )
    for node in nodes:
        if node["t"] == "Table" and id(node) not in named:
            words = tree.plain_text(node["c"][3]).split()
            place = manuscript.place_of(*(f"| {word}" for word in words[:1]), *words[:1], "|")
            yield f"{place}: a table stands without a name; wrap it in ::: {{#tbl-name}} with a caption."


def _is_plain(table: Node) -> bool:
    """One header row, one body, and cells of one paragraph that span nothing."""
    _, _, _, head, bodies, foot = table["c"]
    if len(head[1]) != 1 or len(bodies) != 1 or bodies[0][2] or foot[1]:
        return False
    cells = [cell for row in [*head[1], *bodies[0][3]] for cell in row[1]]
    return all(cell[2] == cell[3] == 1 and {item["t"] for item in cell[4]} <= {"Plain"} for cell in cells)


def _stray_text(nodes: Sequence[Node], manuscript: Manuscript) -> Iterator[str]:
    """Markup that was meant for pandoc and is about to be printed, or that one format alone would show."""
    for node in nodes:
        if node["t"] == "Str":
            word = node["c"]
            found = next((mark for mark in _STRAY if mark in word), "")
            if "?meta:" in word:
                yield f"{manuscript.place_of('?meta:')}: {word} is an unknown metadata key."
            elif found and (found == "[^" or word.startswith(found)):
                yield (
                    f"{manuscript.place_of(word[word.index(found) :], found)}: {word!r} is printed as text; "
                    "check the line above and below it."
                )
        elif node["t"] == "Code" and node["c"][1].startswith("{python}"):
            yield (
                f"{manuscript.place_of('`{python}')}: {node['c'][1]!r} is printed as text; "
                "an inline expression stands on one line."
            )
        elif node["t"] in {"RawBlock", "RawInline"} and not tree.is_comment(node):
            target, content = node["c"]
            yield (
                f"{manuscript.place_of(content.split(chr(10))[0])}: {content[:40]!r} is raw {target} and would be "
                "missing in the other formats; write it as Markdown."
            )
