"""The answer in the validation report structure of the European Statistical System, as JSON.

Belongs here: how a finding becomes a validation of event, rule, data and value, and how counts become aggregations.
The structure is that of M. van der Loo and O. ten Bosch, "Design of a generic machine-readable validation report
structure" (ESSnet ValiDat Integration, 2017), version 1.0.1: an array whose items are validations, value `0` where
a rule is broken, and aggregations of them. Slots that it leaves open hold our code, level and place.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from data_contracts.translations import Translated
from pipelines.answer import kind_of
from pipelines.answer_words import address_in_words, in_language
from pipelines.checking import CheckResult
from pipelines.errors import UnreadableReturn
from pipelines.findings import Finding, verdict
from pipelines.places import Address, Header, address_of
from pipelines.reading_content import content_sha256

NOT_AVAILABLE = "NA"
_LANGUAGE = "tesat contracts"
_AGGREGATES = {
    "verdict": "rejected if any validation of severity error has the value 0, else accepted",
    "errors": "number of validations of severity error with the value 0",
    "warnings": "number of validations of severity warning with the value 0, not confirmed on the cover",
    "confirmed": "number of validations of severity warning with the value 0, confirmed on the cover",
}
_KINDS = {"errors": "error", "warnings": "warning", "confirmed": "confirmed"}


def to_ess_text(
    found: CheckResult | UnreadableReturn, *, path: Path, texts: Translated, time: str | None = None
) -> str:
    """The report; the same return gives the same text, for the time is stated only where it is given."""
    levels: Sequence[int] = (0,)
    headers: Mapping[str, Header] = {}
    lines: list[dict[str, Any]] = []
    if isinstance(found, UnreadableReturn):
        sha256 = _hash(path)
    else:
        levels, headers, sha256 = found.levels_run, found.headers, found.sha256
        lines = found.cover_lines.head(1).to_dicts()
    event = {
        "time": time or NOT_AVAILABLE,
        "actor": f"tesat {version('tesat')}",
        "agent": "contact point of the partner",
        "trigger": None,
        "input": f"sha256:{sha256}",
        "levels": list(levels),
    }
    unit = _unit(lines[0] if lines else {}, sha256)
    report = _aggregations(found.findings, event, unit)
    for number, one in enumerate(found.findings, start=1):
        address = address_of(one, headers=headers, catalog=texts.catalog)
        identity = {"id": f"{number}:{one.code}", "type": "validation", "event": event}
        report.append({**identity, **_validation(one, address, unit, texts)})
    return json.dumps(report, ensure_ascii=False, indent=2) + "\n"


def _hash(path: Path) -> str:
    try:
        return content_sha256(path)
    except OSError:
        return NOT_AVAILABLE


def _unit(line: Mapping[str, Any], sha256: str) -> list[str]:
    """Whose return it is, and which: the population and the event of observation that a data point has first."""
    year, submission = line.get("reference_year"), line.get("submission")
    known = None not in (year, submission)
    return [line.get("partner") or NOT_AVAILABLE, f"{year}-{submission}" if known else f"sha256:{sha256}"]


def _validation(
    found: Finding, address: Address, unit: Sequence[str], texts: Translated
) -> dict[str, object]:
    """Rule, data and value of a broken rule."""
    told = in_language(found, texts)
    return {
        "rule": {
            "language": f"{_LANGUAGE}, texts in {texts.language}",
            "expression": found.code,
            "severity": found.severity,
            "description": f"{told.rule} {told.expected}",
            "explanation": told.remedy,
            "level": texts.catalog.findings[found.code].level,
            "confirmed": found.confirmed,
        },
        "data": {
            "source": [[*unit, *_key(found, address)]],
            "target": [],
            "description": address_in_words(address, texts),
            "dataset": found.dataset,
            "seen": found.seen,
        },
        "value": "0",
    }


def _key(found: Finding, address: Address) -> list[str]:
    """The unit and the variable of a data point: the place in the file, and the column or field."""
    place = address.cell or (str(address.row) if address.row else address.letters)
    parts = [part for part in (address.sheet, place) if part]
    return ["!".join(parts) or NOT_AVAILABLE, address.name or NOT_AVAILABLE]


def _aggregations(
    findings: Sequence[Finding], event: Mapping[str, object], unit: Sequence[str]
) -> list[dict[str, object]]:
    """The verdict and the counts that it follows from."""
    kinds = [kind_of(found) for found in findings]
    values = {name: str(sum(own == kind for own in kinds)) for name, kind in _KINDS.items()}
    values["verdict"] = verdict(findings)
    return [
        {
            "id": name,
            "type": "aggregation",
            "event": event,
            "aggregate": {"language": "en", "expression": name, "description": description},
            "data": {"source": [list(unit)], "target": [], "description": "the return"},
            "value": values[name],
        }
        for name, description in _AGGREGATES.items()
    ]
