"""A manuscript parsed in pieces is the manuscript parsed whole, and what did not change is not parsed again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from report.rendering import pandoc, sections
from report.rendering.document import read_document
from report.rendering.errors import ReportError
from report.rendering.execution import Manuscript
from report.rendering.pandoc import Node
from report.rendering.sections import kept_sections, parse_sections
from report.rendering.source import Line

TEXT = """Before anything: @tbl-two.

# One {#sec-one .home}

Words with `code`, "quotes" and [5]{.fig key="a:b.c"}.

::: {#tbl-one}

| A | B |
|---|--:|
| a | 1 |

The first table.
:::

Text after it.

::: {.callout-note}
## Inside {#sec-inside}

::: {#tbl-two}

| A | B |
|---|--:|
| b | 2 |

The second table.
:::
:::

## Two {#sec-two}

1. one
2. two

```

# no heading {#sec-none}
::: {#tbl-none}
```

<!-- a
# comment {#sec-never}
-->

# Three {.unnumbered #sec-three}

(see @tbl-one), H[^a^](#sec-one)
"""


def manuscript(text: str) -> Manuscript:
    lines = [Line(line, f"index.qmd:{number}") for number, line in enumerate(text.splitlines(), start=1)]
    return Manuscript(tuple(lines), {"language": "en", "title": "T", "date": "2026-06-15"})


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts that pandoc has read."""
    texts: list[str] = []
    parse = pandoc.parse

    def noted(text: str) -> tuple[list[Node], list[str]]:
        texts.append(text)
        return parse(text)

    monkeypatch.setattr(sections.pandoc, "parse", noted)
    return texts


def test_pieces_give_what_the_whole_gives(tmp_path: Path, asked: list[str]) -> None:
    whole, _ = pandoc.parse(TEXT)
    for _ in range(2):
        blocks, warnings, _ = parse_sections(manuscript(TEXT), kept_sections(tmp_path))
        assert (blocks, warnings) == (whole, [])
    assert len(asked) == 2  # the whole, and all pieces once
    assert len(list(tmp_path.iterdir())) == 5


def test_only_what_changed_is_parsed_and_what_is_gone_is_forgotten(tmp_path: Path, asked: list[str]) -> None:
    parse_sections(manuscript(TEXT), kept_sections(tmp_path))
    changed = TEXT.replace("| a | 1 |", "| a | 7 |")
    blocks, _, _ = parse_sections(manuscript(changed), kept_sections(tmp_path))
    assert blocks == pandoc.parse(changed)[0]
    assert "| a | 7 |" in asked[1]
    assert not [words for words in ("Before anything", "## Two", "# Three") if words in asked[1]]
    assert len(list(tmp_path.iterdir())) == 5


@pytest.mark.parametrize(
    "more",
    [
        "A note.[^n]\n\n# Four {#sec-four}\n\n[^n]: Its words.\n",
        "A [link] by name.\n\n# Four {#sec-four}\n\n[link]: data/arrests.csv\n",
        "(@good)  First.\n\n# Four {#sec-four}\n\nAs (@good) says.\n",
        "# Unnamed\n\n# Unnamed\n",
        "<!-- open\n\n# Four {#sec-four}\n\n-->\n",
    ],
)
def test_what_means_something_only_beside_another_piece_is_parsed_whole(
    tmp_path: Path, more: str, asked: list[str]
) -> None:
    text = f"{TEXT}\n{more}"
    blocks, _, _ = parse_sections(manuscript(text), kept_sections(tmp_path))
    assert asked == [manuscript(text).text]
    assert json.dumps(blocks) == json.dumps(pandoc.parse(text)[0])
    assert not list(tmp_path.iterdir())


def test_a_warning_names_its_line_and_nothing_of_it_is_kept(tmp_path: Path) -> None:
    parse_sections(manuscript(TEXT), kept_sections(tmp_path))
    wrong = TEXT.replace("Text after it.", '[open]{.x\n\n<div class="never">closed\n')
    with pytest.raises(ReportError) as caught:
        read_document(manuscript(wrong), [tmp_path], static=False, kept=kept_sections(tmp_path))
    number = wrong.splitlines().index('<div class="never">closed') + 1
    assert f"index.qmd:{number}" in str(caught.value)
    with pytest.raises(ReportError):
        read_document(manuscript(wrong), [tmp_path], static=False, kept=kept_sections(tmp_path))
