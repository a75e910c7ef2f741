"""A page in the docs for every finding: what it says, its cause, an example, and what to do.

Belongs here: the pages alone. Texts of the rules are `findings.yaml`, causes and examples `findings_help.yaml`.
`python -m data_contracts.findings_pages` writes docs/findings/; a test holds the pages complete and current.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from pydantic import ValidationError

from data_contracts.catalog import ContractError, load_catalog
from data_contracts.dictionary_returns import LEVELS
from data_contracts.finding_rules import FindingRule
from data_contracts.frozen import Frozen
from data_contracts.markdown import table_lines
from data_contracts.model import Catalog
from data_contracts.strings import load_strings

PAGES = Path(__file__).parents[1] / "docs" / "findings"
INDEX = "README.md"
SEVERITIES = {
    "error": "Error: rejects the return",
    "warning": "Warning: asks for a correction or a [confirmation](../reporting.md#answering-warnings)",
    "information": "Information: asks for nothing",
}


class FindingHelp(Frozen):
    """How a finding comes about, what then stands in the file, and the same put right."""

    cause: str
    example: str
    mended: str


def load_findings_help(catalog: Catalog) -> dict[str, FindingHelp]:
    """Cause and example of every finding.

    Raises:
        ContractError: One is missing, is of no finding, or breaks its model.
    """
    path = catalog.root / "findings_help.yaml"
    entries = load_strings(path.read_text(encoding="utf-8"))["findings"]
    missing, unknown = set(catalog.findings) - set(entries), set(entries) - set(catalog.findings)
    if missing or unknown:
        raise ContractError(
            f"{path}: write cause and example of {sorted(missing)}; remove {sorted(unknown)}, which are no findings"
        )
    try:
        return {code: FindingHelp.model_validate(entries[code]) for code in catalog.findings}
    except ValidationError as error:
        raise ContractError(f"{path}: {error}") from error


def findings_pages(catalog: Catalog) -> dict[str, str]:
    """The pages by file name, the index first; the same texts for the same contracts."""
    known = load_findings_help(catalog)
    pages = {f"{code}.md": _page(catalog.findings[code], known[code]) for code in catalog.findings}
    return {INDEX: "\n".join(_index(catalog)) + "\n", **pages}


def _page(rule: FindingRule, known: FindingHelp) -> str:
    parts = [
        f"# {rule.code}",
        f"{SEVERITIES[rule.severity]}. {LEVELS[rule.level]}.",
        _plain(rule.rule),
        f"Expected: {_plain(rule.expected)}",
        "## Cause",
        known.cause,
        "## Example",
        _block(known.example),
        "## What to do",
        _plain(rule.remedy),
        _block(known.mended),
    ]
    if rule.threshold is not None:
        parts += ["## Threshold", f"{rule.threshold:g}. {rule.reason}"]
    parts.append(f"[All findings]({INDEX})")
    return "\n\n".join(parts) + "\n"


def _plain(text: str) -> str:
    """A text with its placeholders marked as what the check fills in."""
    filled = text.replace("{suggestion}", "")
    return filled.replace("{", "‹").replace("}", "›")


def _block(text: str) -> str:
    return f"```text\n{text.rstrip()}\n```"


def _index(catalog: Catalog) -> Iterator[str]:
    yield "# Findings of the check\n"
    yield (
        "Every finding has a stable code. Written from `data_contracts/findings.yaml` and `findings_help.yaml` by "
        "`python -m data_contracts.findings_pages`; change those, never these pages. Words in ‹angle brackets› are "
        "filled in by the check. All figures in the examples are invented.\n"
    )
    for level, title in LEVELS.items():
        rules = [rule for rule in catalog.findings.values() if rule.level == level]
        yield f"## {title}\n"
        rows = ((f"[{rule.code}]({rule.code}.md)", rule.severity, _plain(rule.rule)) for rule in rules)
        yield from table_lines(("Code", "Severity", "Rule"), rows)


def write_pages(pages: Mapping[str, str], folder: Path) -> None:
    """Writes the pages, and removes those of findings that are gone."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.glob("*.md"):
        if path.name not in pages:
            path.unlink()
    for name, text in pages.items():
        (folder / name).write_text(text, encoding="utf-8")


def main() -> None:
    """Writes the pages of the shipped contracts."""
    pages = findings_pages(load_catalog())
    write_pages(pages, PAGES)
    sys.stdout.write(f"wrote {len(pages)} pages to {PAGES}\n")


if __name__ == "__main__":
    main()
