"""The texts of a chapter, line by line: a paragraph, a title, an item of a list or the title of a callout each.

Belongs here: what of a line is text and what is markup around it. Texts are looked up in `data_contracts/messages.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from data_contracts.messages import say

_FENCE = re.compile(r"^\s*(?:`{3,}|~{3,})")
_COMMENT = re.compile(r"^\s*<!--.*-->\s*$")
_TITLED = re.compile(r'^(:{3,}\s*\{[^}]*title=")([^"]*)(".*)$')
_MARKED = re.compile(r"^(\s*(?:#{1,6}|[-*]|\d+\.)\s+)(.*?)(\s*\{[^{}]*\}\s*)?$")
_NOT_TEXT = re.compile(r"^\s*(?:$|:{3,}|---\s*$|\{\{<[^>]*>\}\}\s*$)")
# The title that a cell gives to a section of the editors'.
_TITLE_OF_CELL = re.compile(r'\btitle="([^"]+)"')


def said_lines(lines: Iterable[str]) -> Iterator[str]:
    """Lines of Markdown in the language that is spoken; cells, listings and markup stay as they are."""
    inside = False
    for line in lines:
        inside = inside != bool(_FENCE.match(line))
        if inside or _FENCE.match(line):
            yield line
            continue
        before, text, after = parts_of(line)
        yield f"{before}{say(text)}{after}" if text else line


def parts_of(line: str) -> tuple[str, str, str]:
    """What stands before a line's text, the text, and what stands behind it; no text where there is none."""
    if _COMMENT.match(line):
        return line, "", ""
    titled = _TITLED.match(line)
    if titled is not None:
        return titled[1], titled[2], titled[3]
    if _NOT_TEXT.match(line):
        return line, "", ""
    marked = _MARKED.match(line)
    return (marked[1], marked[2], marked[3] or "") if marked is not None else ("", line, "")


def chapter_texts(text: str) -> Iterator[str]:
    """Every text of a chapter, with the titles that its cells give."""
    inside, front = False, text.startswith("---\n")
    for number, line in enumerate(text.splitlines()):
        if front:
            front = number == 0 or line != "---"
            continue
        inside = inside != bool(_FENCE.match(line))
        if inside:
            yield from _TITLE_OF_CELL.findall(line)
        elif not _FENCE.match(line) and parts_of(line)[1]:
            yield parts_of(line)[1]
