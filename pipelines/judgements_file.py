"""Reads `judgements.yaml`, in which the editors write their judgements and what became of earlier ones.

Belongs here: its form. A part that is not sound is left out and told with its line, so that the rest can be looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from pydantic import Field, ValidationError, field_validator

from data_contracts.frozen import Frozen
from data_contracts.strings import load_strings
from pipelines.likelihood import Likelihood

FILE = "judgements.yaml"
_NAME = re.compile(r"[a-z][a-z0-9-]{1,39}")
_KNOWN = "judgements, with one entry for each name, and outcomes, with a list"
_EXAMPLE = "text, likelihood, confidence, basis, office and horizon, each once"


class Judgement(Frozen):
    """One judgement: what is judged, how likely, how sure, on what basis, by which office, until when."""

    text: str = Field(min_length=10, max_length=400)
    likelihood: str
    confidence: str
    basis: str = Field(min_length=10, max_length=600)
    office: str = Field(min_length=3, max_length=120)
    horizon: str

    @field_validator("text", "basis", "office")
    @classmethod
    def _is_one_line(cls, text: str) -> str:
        return " ".join(text.split())

    @field_validator("horizon")
    @classmethod
    def _is_a_date(cls, text: str) -> str:
        return _iso(text)


class Outcome(Frozen):
    """What became of a judgement of an earlier edition, when that was known, and from what."""

    edition: str = Field(pattern=r"^\d{4}$")
    judgement: str
    outcome: str
    date: str
    basis: str = Field(min_length=5, max_length=400)

    @field_validator("date")
    @classmethod
    def _is_a_date(cls, text: str) -> str:
        return _iso(text)


@dataclass(frozen=True)
class FormProblem:
    """What is wrong in the file: its line, what was seen, and what to write."""

    line: int
    seen: str
    remedy: str


@dataclass(frozen=True)
class EditorsJudgements:
    """The sound parts of the file, the line of each by its name, and the problems of the others."""

    judgements: Mapping[str, Judgement] = field(default_factory=dict)
    outcomes: tuple[Outcome, ...] = ()
    lines: Mapping[str, int] = field(default_factory=dict)
    problems: tuple[FormProblem, ...] = ()


def read_judgements(folder: Path | None, scale: Likelihood) -> EditorsJudgements:
    """The judgements of an editor's folder; none where there is no folder, or no such file in it."""
    path = None if folder is None else folder / FILE
    if path is None or not path.is_file():
        return EditorsJudgements()
    try:
        text = path.read_text(encoding="utf-8-sig")
        loaded = load_strings(text) or {}
    except UnicodeDecodeError:
        return _only(FormProblem(1, "is not UTF-8", "Save the file as UTF-8."))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = 1 if mark is None else mark.line + 1
        said = str(getattr(error, "problem", None) or "is not well-formed")
        return _only(
            FormProblem(line, f"is not YAML here: {said}", "Put texts with a colon in quotation marks.")
        )
    if not isinstance(loaded, dict) or set(loaded) - {"judgements", "outcomes"}:
        return _only(FormProblem(1, "has other parts than the two that it may have", f"Write {_KNOWN}."))
    return _Reading(text, scale).of(loaded)


def _only(problem: FormProblem) -> EditorsJudgements:
    return EditorsJudgements(problems=(problem,))


class _Reading:
    """Takes the parts of a file over one by one."""

    def __init__(self, text: str, scale: Likelihood) -> None:
        self._lines = text.splitlines()
        self._scale = scale
        self._problems: list[FormProblem] = []

    def of(self, loaded: Mapping[str, Any]) -> EditorsJudgements:
        """All sound parts, and the problems."""
        given, answers = loaded.get("judgements") or {}, loaded.get("outcomes") or []
        if not isinstance(given, dict) or not isinstance(answers, list):
            return _only(FormProblem(1, "has a part of another form", f"Write {_KNOWN}."))
        judged = {name: one for name, value in given.items() for one in self._judgement(name, value)}
        outcomes = tuple(one for value in answers for one in self._outcome(value))
        lines = {name: self._line(name) for name in judged}
        lines |= {f"{one.edition}.{one.judgement}": self._line(one.judgement, last=True) for one in outcomes}
        return EditorsJudgements(judged, outcomes, lines, tuple(self._problems))

    def _judgement(self, name: str, value: Any) -> Iterator[Judgement]:
        line = self._line(name)
        if _NAME.fullmatch(name) is None:
            remedy = "Name it with small letters, digits and hyphens, at most forty, such as travel-abroad."
            self._problems.append(FormProblem(line, f"{name[:40]!r} is no name of a judgement", remedy))
            return
        try:
            found = Judgement.model_validate(value)
        except ValidationError as error:
            self._invalid(error, line, name, _EXAMPLE)
            return
        chosen = {"likelihood": list(self._scale.terms), "confidence": list(self._scale.confidence)}
        if self._chosen(found, chosen, line, name):
            yield found

    def _outcome(self, value: Any) -> Iterator[Outcome]:
        named = str(value.get("judgement", "")) if isinstance(value, dict) else ""
        line = self._line(named or "outcomes", last=True)
        try:
            found = Outcome.model_validate(value)
        except ValidationError as error:
            self._invalid(error, line, named or "an outcome", "edition, judgement, outcome, date and basis")
            return
        if self._chosen(found, {"outcome": list(self._scale.outcomes)}, line, named):
            yield found

    def _chosen(self, found: Frozen, known: Mapping[str, list[str]], line: int, name: str) -> bool:
        wrong = {field: codes for field, codes in known.items() if getattr(found, field) not in codes}
        for field_name, codes in wrong.items():
            seen = f"{name}: {field_name} {getattr(found, field_name)[:40]!r} is unknown"
            self._problems.append(FormProblem(line, seen, f"Write one of: {', '.join(codes)}."))
        return not wrong

    def _invalid(self, error: ValidationError, line: int, name: str, expected: str) -> None:
        for one in error.errors():
            where = ".".join(str(part) for part in one["loc"])
            message = one["msg"].removeprefix("Value error, ")
            seen = f"{name}: {where}: {message[:1].lower()}{message[1:]}"
            self._problems.append(FormProblem(line, seen, f"Write {expected}."))

    def _line(self, name: str, *, last: bool = False) -> int:
        """The line of a name; the last that holds it for an outcome, which stands below the judgements."""
        pattern = re.compile(rf"(?<![\w-]){re.escape(name)}(?![\w-])")
        found = [number for number, line in enumerate(self._lines, start=1) if pattern.search(line)]
        return (found[-1] if last else found[0]) if found else 1


def _iso(text: str) -> str:
    try:
        date.fromisoformat(text)
    except ValueError:
        raise ValueError("is no date such as 2026-12-31") from None
    return text
