"""Judges the cover of a return: each field, what fields must hold together, and cover against sheets.

Belongs here: the cover's rules across fields. A single field is parsed in `checking_fields.py`.
"""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass, field

from data_contracts.model import Catalog, Region
from pipelines.checking_fields import Asked, Value, parse_field
from pipelines.cover import CoverField, CoverRules, load_cover_rules
from pipelines.findings import Finding, Place, clean, echo, finding
from pipelines.reading import Return
from pipelines.reading_cover import RawCover


@dataclass
class Cover:
    """The cover with types: `whole` holds the fields of the return, `datasets` those of each dataset."""

    whole: dict[str, Value] = field(default_factory=dict)
    datasets: dict[str, dict[str, Value]] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)


@dataclass(frozen=True)
class _Judge:
    """What all rules of one cover need: the return, the rules, the region."""

    ret: Return
    rules: CoverRules
    region: Region
    catalog: Catalog
    cover: Cover

    def place(self, name: str) -> Place:
        """Where a field stands; a missing one has no row."""
        return self.ret.fields.place(name)

    def find(self, code: str, name: str, *, seen: str | None = None, **values: object) -> None:
        """Adds a finding about a field."""
        shown = echo(self.ret.text(name)) if seen is None else seen
        self.cover.findings.append(finding(self.catalog, code, place=self.place(name), seen=shown, **values))


def check_cover(ret: Return, *, catalog: Catalog, region: Region) -> Cover:
    """Types and judges every field of the cover; all findings at once."""
    judge = _Judge(ret, load_cover_rules(catalog.root), region, catalog, Cover())
    for entry in judge.rules.fields:
        value = _field(judge, entry, entry.name)
        if value is not None:
            judge.cover.whole[entry.name] = value
        elif entry.required and not ret.text(entry.name):
            judge.find("C-missing-field", entry.name)
    _check_year(judge)
    for dataset in region.datasets:
        _check_dataset(judge, dataset)
    _check_foreign_datasets(judge)
    return judge.cover


def handling_findings(fields: RawCover, *, catalog: Catalog) -> list[Finding]:
    """Whether a file may be handled here at all: all that the intake asks before it copies anything.

    An empty handling counts as refused: nobody then knows how the file may be treated.
    """
    rules = load_cover_rules(catalog.root)
    entry = next(entry for entry in rules.fields if entry.kind == "handling")
    value = fields.values.get(entry.name, "")
    text = clean(value if isinstance(value, str) else "")
    if re.sub(r"\s+", "", text).casefold() in {code.casefold() for code in rules.handling}:
        return []
    place = Place(sheet=fields.sheet, row=fields.rows.get(entry.name), column=entry.name)
    allowed = ", ".join(rules.handling)
    return [finding(catalog, "C-handling-refused", place=place, seen=echo(text), allowed=allowed)]


def _field(judge: _Judge, entry: CoverField, name: str) -> Value | None:
    text = judge.ret.text(name)
    if not text:
        return None
    asked = Asked(entry, text, judge.place(name), judge.ret.version, judge.rules, judge.region, judge.catalog)
    value, found = parse_field(asked)
    if found is not None:
        judge.cover.findings.append(found)
    return value


def _check_year(judge: _Judge) -> None:
    """The partner is a member in the year, and the year was over when the return was prepared."""
    year, partner, prepared = (
        judge.cover.whole.get(name) for name in ("reference_year", "partner", "prepared_on")
    )
    if not isinstance(year, int):
        return
    if isinstance(partner, str) and partner not in {member.code for member in judge.region.partners_in(year)}:
        judge.find("C-partner-not-member", "partner", year=year)
    if isinstance(prepared, datetime.date) and prepared <= datetime.date(year, 12, 31):
        judge.find("C-prepared-too-early", "prepared_on", year=year)


def _check_dataset(judge: _Judge, dataset: str) -> None:
    values: dict[str, Value] = {}
    for entry in judge.rules.dataset_fields:
        value = _field(judge, entry, f"{dataset}.{entry.name}")
        if value is not None:
            values[entry.name] = value
    judge.cover.datasets[dataset] = values
    status = values.get("status")
    if not isinstance(status, str):
        if not judge.ret.text(f"{dataset}.status"):
            codes = ", ".join(known.code for known in judge.rules.statuses)
            judge.find("C-status-missing", f"{dataset}.status", allowed=codes)
        return
    _check_rows(judge, dataset, status)
    for entry in judge.rules.dataset_fields:
        _check_use(judge, entry, f"{dataset}.{entry.name}", status, values)
    _check_release(judge, dataset, values)


def _check_rows(judge: _Judge, dataset: str, status: str) -> None:
    sheet = judge.ret.sheets.get(dataset)
    rows = 0 if sheet is None else sheet.rows.height
    needs_rows = judge.rules.status(status).needs_rows
    if needs_rows and not rows:
        judge.find("C-reported-without-rows", f"{dataset}.status")
    if not needs_rows and rows:
        judge.find("C-rows-without-reported", f"{dataset}.status", status=status, rows=rows)


def _check_use(judge: _Judge, entry: CoverField, name: str, status: str, values: dict[str, Value]) -> None:
    """A field is filled where its status needs it, and not where its status gives it no meaning."""
    text, value = judge.ret.text(name), values.get(entry.name)
    if entry.used_with and status not in entry.used_with:
        if text and entry.kind == "integer" and value != 0:
            judge.find("C-count-without-rows", name, status=status)
        elif text:
            judge.find("C-field-not-used", name, status=status)
        return
    if text:
        return
    if entry.required:
        judge.find("C-missing-field", name)
    conditions = [_as_word(values.get(other)) == word for other, word in entry.required_when.items()]
    if conditions and all(conditions):
        because = ", ".join(f"{other} is {word}" for other, word in entry.required_when.items())
        judge.find("C-note-missing", name, because=because)


def _as_word(value: Value | None) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _check_release(judge: _Judge, dataset: str, values: dict[str, Value]) -> None:
    handling, release = judge.cover.whole.get("handling"), values.get("release")
    if (
        isinstance(handling, str)
        and isinstance(release, str)
        and release not in judge.rules.handling[handling]
    ):
        permitted = ", ".join(judge.rules.handling[handling])
        judge.find("C-handling-release", f"{dataset}.release", handling=handling, allowed=permitted)


def _check_foreign_datasets(judge: _Judge) -> None:
    """Datasets that the contracts know and this region does not collect."""
    named = {name.partition(".")[0] for name in judge.ret.fields.values if "." in name}
    for dataset in sorted((named | set(judge.ret.sheets)) - set(judge.region.datasets)):
        datasets = ", ".join(judge.region.datasets)
        place = f"{dataset}.status"
        judge.find("C-dataset-not-collected", place, seen=dataset, allowed=datasets)
