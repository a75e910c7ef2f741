"""Findings: what they repeat and what never, their order, their texts, and the forms in which they are given."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from data_contracts.catalog import load_catalog
from data_contracts.cell_faults import load_cell_faults
from data_contracts.translations import translated
from pipelines.answer_forms import to_json_text
from pipelines.checking import CheckResult
from pipelines.findings import (
    EMPTY,
    NOT_REPEATED,
    Finding,
    Place,
    echo,
    finding,
    in_order,
    suggestion,
    verdict,
)
from pipelines.screening_patterns import load_personal_data

CATALOG = load_catalog()
ROOT = Path(__file__).parents[2]


def one(code: str = "T1-unknown-code", **over: object) -> Finding:
    values = {"severity": "error", "dataset": "arrests", "sheet": "arrests", "row": 7, "column": "sex"}
    texts = {"rule": "r", "expected": "e", "seen": "s", "remedy": "m"}
    return Finding(**({"code": code} | values | texts | over))  # type: ignore[arg-type]


def result(*findings: Finding) -> CheckResult:
    import polars as pl

    ordered = in_order(findings)
    return CheckResult(ordered, verdict(ordered), (0, 1), "0" * 64, {}, pl.DataFrame())


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("femle", "femle"),
        (" 1.000 ", "1.000"),
        ("-1", "-1"),
        ("1,5", "1,5"),
        ("Ana Anić", NOT_REPEATED),
        ("Anić", NOT_REPEATED),
        ("x" * 41, NOT_REPEATED),
        ("<script>", NOT_REPEATED),
        ("=cmd", NOT_REPEATED),
        ("\u00a0", EMPTY),
        (None, EMPTY),
    ],
)
def test_only_codes_and_numbers_are_repeated(text: str | None, shown: str) -> None:
    assert echo(text) == shown


def test_close_codes_are_suggested() -> None:
    codes = ("right_wing", "jihadist", "other")
    assert suggestion("Right-Wing", codes) == " Did you mean right_wing?"
    assert suggestion("jihadst", codes) == " Did you mean jihadist?"
    assert suggestion("12", codes) == ""


def test_json_has_stable_keys_in_order() -> None:
    text = to_json_text(result(one()), texts=translated(CATALOG, "en"))
    loaded = json.loads(text)
    assert list(loaded) == ["verdict", "levels_run", "findings"]
    keys = ["code", "severity", "dataset", "sheet", "row", "column", "rule", "expected", "seen", "remedy"]
    assert list(loaded["findings"][0]) == [*keys, "confirmed"]
    assert text.endswith("}\n")


def test_errors_come_first_and_each_finding_once() -> None:
    information, warning, error = (one(severity=s) for s in ("information", "warning", "error"))
    early = one(row=2)
    assert in_order([information, warning, error, early, early]) == (early, error, warning, information)
    assert verdict([information, warning]) == "accepted"


def test_every_code_used_has_its_texts_and_every_text_its_use() -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "pipelines").glob("*.py")))
    used = set(re.findall(r'"((?:L0|P0|C|T1|T2|T3|T4)-[a-z0-9-]+)"', source))
    ruled = {rule.code for contract in CATALOG.versions.values() for rule in contract.rules}
    faults = load_cell_faults(CATALOG.root)
    ruled |= {fault.code for fault in faults.faults} | {faults.several.code}
    ruled |= {pattern.code for pattern in load_personal_data(CATALOG.root).patterns}
    assert used | ruled == set(CATALOG.findings)


def test_texts_are_sentences_and_have_no_placeholder_left() -> None:
    names = re.findall(r"{([a-z]+)}", (ROOT / "data_contracts" / "findings.yaml").read_text(encoding="utf-8"))
    values = dict.fromkeys(set(names) - {"column", "dataset", "sheet", "row", "placeholders"}, "X")
    place = Place("arrests", "arrests", 3, "sex")
    for code in CATALOG.findings:
        found = finding(CATALOG, code, place=place, **values)
        for text in (found.rule, found.expected, found.remedy):
            assert "{" not in text and text.strip().endswith((".", "X")), code
