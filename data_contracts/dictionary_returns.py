"""The data dictionary's pages for who fills a return: the cover and the findings of the check."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from data_contracts.finding_rules import FindingRule
from data_contracts.markdown import coded, table_lines
from data_contracts.model import Catalog
from data_contracts.strings import load_strings

LEVELS = {
    0: "Level 0: the file",
    1: "Level 1: cover, cells and tables",
    2: "Level 2: in time",
    3: "Level 3: tables with one another",
    4: "Level 4: across partners",
}
LIMITS = {"minimum": "at least {}", "max_length": "at most {} characters"}
KINDS = {
    "partner": "partner code",
    "partners": "partner codes",
    "year": "year",
    "integer": "whole number",
    "date": "date",
    "text": "text",
    "handling": "handling",
    "version": "version",
    "code": "code",
    "yes_no": "true or false",
    "column_codes": "column=code, separated by commas",
    "confirmations": "CODE@place: reason, separated by semicolons",
}


def cover(catalog: Catalog) -> Iterator[str]:
    """The cover: its fields, the statuses, the handlings and the limits, from `cover.yaml`."""
    path = catalog.root / "cover.yaml"
    rules = load_strings(path.read_text(encoding="utf-8"))
    yield "## The cover of a return\n"
    yield (
        f"The file `{rules['file']}` of a folder or zip, or the sheet `{rules['sheet']}` of a workbook (field, value)."
    )
    yield "\nFields of the whole return:\n"
    header = ("Field", "Kind", "Required", "Meaning")
    yield from table_lines(header, (_field(entry) for entry in rules["fields"]))
    yield "Fields of each dataset, written `dataset.field` on the sheet and below `datasets` in the file:\n"
    yield from table_lines(
        (*header, "Used with"),
        (
            (*_field(entry), ", ".join(entry.get("used_with", ())) or "any status")
            for entry in rules["dataset_fields"]
        ),
    )
    yield "Status of a dataset:\n"
    yield from table_lines(
        ("Status", "Rows", "Meaning"),
        (
            (
                coded(status["code"]),
                "must follow" if status["needs_rows"] == "true" else "none",
                status["description"],
            )
            for status in rules["statuses"]
        ),
    )
    yield "Handling of the file, and the releases that it permits; any other handling is refused before it is copied:\n"
    yield from table_lines(
        ("Handling", "Releases"),
        (
            (coded(code), ", ".join(coded(release) for release in releases))
            for code, releases in rules["handling"].items()
        ),
    )
    yield "Limits of a file:\n"
    yield from table_lines(
        ("Limit", "Value"), ((coded(name), value) for name, value in rules["limits"].items())
    )


def _field(entry: Mapping[str, Any]) -> tuple[str, ...]:
    kind = str(entry["kind"])
    limits = [words.format(entry[key]) for key, words in LIMITS.items() if key in entry]
    required = "yes" if entry.get("required") == "true" else "no"
    conditions = [f"{name} is {word}" for name, word in entry.get("required_when", {}).items()]
    return (
        coded(entry["name"]),
        ", ".join([KINDS[kind], *limits]),
        f"if {' and '.join(conditions)}" if conditions else required,
        str(entry["description"]),
    )


def findings(catalog: Catalog) -> Iterator[str]:
    """Every finding that a check can make, by level."""
    yield "## Findings of the check\n"
    yield (
        "An error rejects the return. A warning asks for a look and is answered in `confirmations`; information asks "
        "for nothing. Each code has [its own page](findings/README.md) with cause and example. Words in braces are "
        "filled in by the check."
    )
    yield ""
    for level, title in LEVELS.items():
        rules = [rule for rule in catalog.findings.values() if rule.level == level]
        if rules:
            yield f"### {title}\n"
            yield from table_lines(
                ("Code", "Severity", "Rule", "Expected", "Remedy"), (_finding(rule) for rule in rules)
            )
            yield from _thresholds(rules)


def _thresholds(rules: Sequence[FindingRule]) -> Iterator[str]:
    """The thresholds of those rules that have one, each with its reason."""
    with_threshold = [rule for rule in rules if rule.threshold is not None]
    if with_threshold:
        yield "Thresholds, and why they are these:\n"
        yield from table_lines(
            ("Code", "Threshold", "Reason"),
            ((coded(rule.code), f"{rule.threshold:g}", rule.reason or "") for rule in with_threshold),
        )


def _finding(rule: FindingRule) -> tuple[str, ...]:
    remedy = rule.remedy.replace("{suggestion}", "")
    return coded(rule.code), rule.severity, rule.rule, rule.expected, remedy
