"""The documents lead to files that exist, give examples that work, name the tree as it is, and mark Kosovo*."""

from __future__ import annotations

import re
import subprocess
import textwrap
from pathlib import Path

import pytest
import yaml

from assets.cli import app
from data_contracts.catalog import PACKAGE_ROOT, load_catalog
from pipelines.checking import check_path

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
EVERY_PAGE = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
FOOTNOTE = (
    "* This designation is without prejudice to positions on status, and is in line with UNSCR 1244/1999 and the "
    "ICJ Opinion on the Kosovo declaration of independence."
)
FENCE = re.compile(r"^(?P<ticks>`{3,})([^\n`]*)\n(.*?)^(?P=ticks)$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)\s]+)\)")


def without_fences(text: str) -> str:
    return FENCE.sub("", text)


def anchors(text: str) -> set[str]:
    """The anchors of a page's headings, as the forges that show Markdown make them."""
    found = set()
    for heading in re.findall(r"^#+ (.+)$", without_fences(text), re.MULTILINE):
        plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading)
        found.add(re.sub(r"[^\w\- ]", "", plain.lower()).replace(" ", "-"))
    return found


def leads_somewhere(page: Path, text: str, target: str) -> bool:
    name, _, anchor = target.partition("#")
    path = (page.parent / name).resolve() if name else page
    if not path.exists() or not path.is_relative_to(ROOT):
        return False
    return not anchor or anchor in anchors(text if path == page else path.read_text(encoding="utf-8"))


def broken_links(page: Path, text: str) -> list[str]:
    targets = [target for target in LINK.findall(without_fences(text)) if not re.match(r"[a-z]+:", target)]
    return [target for target in targets if not leads_somewhere(page, text, target)]


def unmarked(text: str) -> list[str]:
    """Mentions without the asterisk, with what stands around them; the footnote itself is left out."""
    plain = " ".join(text.replace("\\*", "*").split()).replace(FOOTNOTE, "")
    return [
        plain[max(0, found.start() - 30) : found.end() + 10]
        for found in re.finditer(r"(?:Kosov|Косов)[^\W\d_]*(?!\*|[^\W\d_])", plain)
    ]


def names_it(text: str) -> bool:
    return re.search("Kosov|Косов", text) is not None


def has_footnote(text: str) -> bool:
    return FOOTNOTE in " ".join(text.replace("\\*", "*").split())


@EVERY_PAGE
def test_links_lead_to_files_and_headings(page: Path) -> None:
    found = broken_links(page, page.read_text(encoding="utf-8"))
    assert not found, f"{page.relative_to(ROOT)} links to {found}"


@EVERY_PAGE
def test_kosovo_is_marked_at_each_mention_and_explained_at_the_foot(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert unmarked(text) == []
    assert has_footnote(text) or not names_it(text), f"{page.relative_to(ROOT)} names it without the footnote"


def test_the_document_checks_find_what_they_look_for() -> None:
    page = ROOT / "docs" / "methodology.md"
    assert broken_links(
        page, "[a](missing.md) [b](#nowhere) [c](operations.md) [d](https://example.org)"
    ) == [
        "missing.md",
        "#nowhere",
    ]
    assert broken_links(page, "# One `two`\n[a](#one-two) [b](adr/0001-licence.md#none)") == [
        "adr/0001-licence.md#none"
    ]
    assert len(unmarked("Kosovo\\* and Kosovo* and Kosovo, Kosova* and Косово")) == 2
    assert unmarked(FOOTNOTE) == []
    assert not has_footnote("Kosovo*")


FOREIGN = re.compile(
    r"(?<![\w.])/(?:work|home|root|tmp)/\S*|\.\./shared\S*|\S*(?:pypi\.org|pythonhosted|npmjs|crates\.io)\S*"
)


def test_pages_name_no_machine_and_no_registry() -> None:
    assert FOREIGN.findall("in /home/me/x and STORE/work/ from https://pypi.org/simple") == [
        "/home/me/x",
        "https://pypi.org/simple",
    ]
    for page in PAGES:
        found = FOREIGN.findall(page.read_text(encoding="utf-8"))
        assert not found, f"{page.relative_to(ROOT)}: {found}"


def tree_of(text: str) -> list[str] | None:
    """The paths below `tesat/` that a tree block names; None where there is no such block."""
    block = next((body for _, _, body in FENCE.findall(text) if body.startswith("tesat/")), None)
    if block is None:
        return None
    paths: list[str] = []
    above: list[tuple[int, str]] = []
    for line in block.splitlines()[1:]:
        plain = re.sub(r"[│├└─┬|`]", " ", line)
        plain = re.sub(r"^( *)-- ", r"\1   ", plain)
        words = plain.split()
        if not words:
            continue
        depth = len(plain) - len(plain.lstrip())
        name = words[0].rstrip("/")
        if not re.fullmatch(r"[\w.\-/*]+", name) or (not line.strip(" │├└─┬|`-")):
            continue
        while above and above[-1][0] >= depth:
            above.pop()
        above.append((depth, name))
        paths.append("/".join(part for _, part in above))
    return paths


def tracked_folders() -> set[str]:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    return {name.split("/")[0] for name in listed if "/" in name and not name.startswith(".")}


def test_the_tree_of_the_readme_is_the_real_one() -> None:
    named = tree_of((ROOT / "README.md").read_text(encoding="utf-8"))
    assert named is not None, "README.md has no fenced block that begins with the line tesat/"
    missing = [path for path in named if not list(ROOT.glob(path))]
    assert not missing, f"README.md names paths that do not exist: {missing}"
    unnamed = tracked_folders() - {path.split("/")[0] for path in named}
    assert not unnamed, f"README.md's tree lacks {sorted(unnamed)}"


def test_a_tree_is_read_with_and_without_lines() -> None:
    drawn = (
        "```\ntesat/\n├── docs/        what to read\n│   └── adr/    why\n├── assets/\n└── README.md\n```\n"
    )
    plain = "```text\ntesat/\n  docs/        what to read\n    adr/       why\n  assets/\n  README.md\n```\n"
    expected = ["docs", "docs/adr", "assets", "README.md"]
    assert tree_of(drawn) == expected
    assert tree_of(plain) == expected
    assert tree_of("```\nother/\n```\n") is None


def examples_of(page: str) -> dict[str, str]:
    """The fenced blocks of a page that name a file, by its name."""
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    named = ((info.split(" ", 1), body) for _, info, body in FENCE.findall(text) if " " in info)
    return {info[1]: textwrap.dedent(body) for info, body in named}


def test_the_return_of_the_reporting_page_is_accepted(tmp_path: Path) -> None:
    examples = examples_of("reporting.md")
    assert set(examples) == {"cover.yaml", "arrests.csv"}
    for name, body in examples.items():
        (tmp_path / name).write_text(body, encoding="utf-8")
    result = check_path(tmp_path, catalog=load_catalog(), region_name="western_balkans")
    assert [found.code for found in result.findings] == []
    (tmp_path / "arrests.csv").write_text(examples["arrests.csv"].replace(",11,9", ",10,9"), encoding="utf-8")
    result = check_path(tmp_path, catalog=load_catalog(), region_name="western_balkans")
    assert "T1-control-total" in {found.code for found in result.findings}


def test_the_fields_and_findings_of_the_reporting_page_exist() -> None:
    text = (ROOT / "docs" / "reporting.md").read_text(encoding="utf-8")
    codes = set(re.findall(r"`((?:L0|C|T\d)-[a-z-]+)`", text))
    assert codes
    assert codes <= set(load_catalog().findings)
    cover = yaml.safe_load((PACKAGE_ROOT / "cover.yaml").read_text(encoding="utf-8"))
    for field in (*cover["fields"], *cover["dataset_fields"]):
        assert f"`{field['name']}`" in text or field["name"] == "break_note", field["name"]


def test_the_operations_page_names_every_target_and_command() -> None:
    text = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    targets = re.findall(r"^([a-z]+):.*##", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    commands = [command.callback.__name__ for command in app.registered_commands if command.callback]
    assert len(targets) > 5
    assert len(commands) > 9
    assert [name for name in targets if f"`make {name}`" not in text] == []
    assert [name for name in commands if f"`tesat {name}" not in text] == []
    variables = set(re.findall(r"TESAT_[A-Z]+", (ROOT / "assets" / "resources.py").read_text("utf-8")))
    assert set(re.findall(r"TESAT_[A-Z]+", text)) == variables
