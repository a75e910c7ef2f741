"""Every finding has a page with cause, example and remedy; the pages are current, and the examples show what they say."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from data_contracts.catalog import PACKAGE_ROOT, ContractError, load_catalog
from data_contracts.findings_pages import PAGES, findings_pages, load_findings_help, write_pages
from tests.mutation.returns import TABLES, codes_of, folder

CATALOG = load_catalog()
HELP = load_findings_help(CATALOG)
COLUMNS = list(TABLES["arrests"][0])


def test_every_finding_has_its_page_and_every_page_is_current() -> None:
    pages = findings_pages(CATALOG)
    assert {f"{code}.md" for code in CATALOG.findings} == set(pages) - {"README.md"}
    for name, text in pages.items():
        kept = PAGES / name
        assert kept.exists() and kept.read_text(encoding="utf-8") == text, (
            f"{kept.name}: run python -m data_contracts.findings_pages"
        )
    assert {path.name for path in PAGES.iterdir()} == set(pages)


@pytest.mark.parametrize("code", CATALOG.findings)
def test_a_page_says_what_happened_why_and_what_to_do(code: str) -> None:
    page = findings_pages(CATALOG)[f"{code}.md"]
    rule = CATALOG.findings[code]
    for heading in (f"# {code}\n", "## Cause\n", "## Example\n", "## What to do\n"):
        assert heading in page
    assert rule.severity in page.lower() and f"Level {rule.level}:" in page
    assert "{" not in re.sub(r"```text\n.*?```", "", page, flags=re.DOTALL)
    assert HELP[code].cause.endswith((".", ")")) and HELP[code].example != HELP[code].mended
    assert (rule.reason or "") in page


def rows_of(text: str) -> list[dict[str, str]]:
    """The lines of an example that are rows of arrests."""
    lines = [
        re.split("[;,]", line)
        for line in text.splitlines()
        if re.match(r"^[\w›‹ .-]*([;,])(?:[^;,]*\1){5}", line)
    ]
    return [
        dict(zip(COLUMNS, line, strict=True))
        for line in lines
        if len(line) == len(COLUMNS) and line != COLUMNS
    ]


SHOWN = [
    code
    for code, known in HELP.items()
    if code.startswith(("T1-", "T3-")) and rows_of(known.example) and "‹" not in known.example
]


@pytest.mark.parametrize("code", SHOWN)
def test_an_example_has_its_finding_and_the_mended_one_has_not(code: str, tmp_path: Path) -> None:
    example, mended = rows_of(HELP[code].example), rows_of(HELP[code].mended)
    if code in ("T1-control-total", "T3-tables-disagree", "T3-measures-disagree"):
        mended = example[: len(example) - len(mended)] + mended
    for name, rows, found in (("example", example, True), ("mended", mended, False)):
        (tmp_path / name).mkdir()
        make = folder(tables={"arrests": rows or TABLES["arrests"]}, operations="1")
        assert (code in codes_of(make, tmp_path / name)) == found, name


def test_most_examples_of_rows_are_tried() -> None:
    assert len(SHOWN) >= 13


def test_a_missing_or_unknown_entry_is_named(tmp_path: Path) -> None:
    root = tmp_path / "contracts"
    shutil.copytree(PACKAGE_ROOT, root, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    path = root / "findings_help.yaml"
    path.write_text(path.read_text("utf-8").replace("  T1-decimal:", "  T1-decimals:"), encoding="utf-8")
    with pytest.raises(
        ContractError, match=r"write cause and example of \['T1-decimal'\]; remove \['T1-decimals'\]"
    ):
        load_findings_help(load_catalog(root))


def test_pages_of_findings_that_are_gone_are_removed(tmp_path: Path) -> None:
    (tmp_path / "T9-gone.md").write_text("x", encoding="utf-8")
    write_pages({"README.md": "y"}, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["README.md"]
