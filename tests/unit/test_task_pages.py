"""The pages of tasks: all are listed, their links lead somewhere, and their commands can be typed as they stand."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import typer.main

from assets.cli import app

ROOT = Path(__file__).parents[2]
TASKS = ROOT / "docs" / "tasks"
PAGES = sorted(path for path in TASKS.glob("*.md") if path.name != "README.md")
COMMANDS: Any = typer.main.get_command(app)
PEOPLE = {"contact point", "regional analyst", "editor", "translator", "reader", "operator"}


def test_every_page_is_listed_once_under_whom_it_is_for() -> None:
    listed = re.findall(r"\((\w+\.md)\)", (TASKS / "README.md").read_text(encoding="utf-8"))
    assert sorted(listed) == [path.name for path in PAGES]
    people = {re.search(r"\*For the ([\w ]+)\.\*", page.read_text(encoding="utf-8"))[1] for page in PAGES}  # type: ignore[index]
    assert people == PEOPLE


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_links_lead_somewhere_and_a_page_fits_a_screen(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#]+)", text):
        assert (page.parent / target).exists(), target
    assert len(text.splitlines()) <= 45
    if "Kosovo" in text:
        assert "UNSCR 1244/1999" in text


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_commands_can_be_typed_as_they_stand(page: Path) -> None:
    """Parsed by the commands' own options, without being run."""
    text = page.read_text(encoding="utf-8")
    lines = [*re.findall(r"^\s*(tesat .+)$", text, re.M), *re.findall(r"`(tesat [a-z]+ [^`]+)`", text)]
    for line in lines:
        words = shlex.split(line)
        command = COMMANDS.commands[words[1]]
        known = {option for parameter in command.params for option in parameter.opts}
        given = [word for word in words[2:] if word.startswith("-")]
        assert set(given) <= known, line
        required = [parameter.opts for parameter in command.params if parameter.required]
        options = [opts for opts in required if opts[0].startswith("-")]
        full = line.strip() in re.findall(r"^\s*(tesat .+)$", text, re.M)
        assert not full or all(set(opts) & set(given) for opts in options), line


def test_files_of_deploy_that_pages_name_are_there() -> None:
    for page in [*PAGES, ROOT / "docs" / "operations.md"]:
        for name in re.findall(r"deploy/[\w./-]+\w", page.read_text(encoding="utf-8")):
            assert (ROOT / name).exists(), name
