"""What the contact point does next: the sentences and commands below a verdict.

Belongs here: next steps and counts in words, alike on terminal, page and in the marked workbook.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath

from data_contracts.translations import ENGLISH
from pipelines.answer import HEADINGS, KINDS, Answer, Entry

_FIELD = "confirmations"
_MARKED = "-marked.xlsx"


@dataclass(frozen=True)
class Step:
    """A sentence, and what is to be typed for it; empty where nothing is."""

    sentence: str
    typed: str = ""


def tally(answer: Answer) -> str:
    """How many findings of each kind, and which levels were run."""
    word = answer.texts.word
    found = [f"{word(HEADINGS[kind])}: {answer.counts[kind]}." for kind in KINDS if answer.counts[kind]]
    levels = ", ".join(map(str, answer.levels_run))
    return " ".join([*(found or [word("nothing_found")]), word("levels").format(levels=levels) + "."])


def next_steps(answer: Answer, path: str) -> list[Step]:
    """What to do now; `path` is how the user named the return."""
    if answer.verdict == "unreadable":
        return [_step(answer, "next_unreadable")]
    steps = []
    if answer.verdict == "rejected":
        steps.append(_step(answer, "next_mend"))
    if answer.counts["error"] or answer.counts["warning"]:
        target = PurePath(path.rstrip("/\\")).with_suffix("").name + _MARKED
        steps.append(_step(answer, "next_marked", _check(answer, path, f"--annotated {_quoted(target)}")))
    if answer.verdict == "accepted" and answer.counts["warning"]:
        first = next(entry for entry in answer.entries if entry.kind == "warning")
        steps.append(_step(answer, "next_answer", _example(answer, first), field=_field(first)))
    if answer.verdict == "accepted":
        steps.append(_step(answer, "next_hand_over", f"tesat submit {_quoted(path)} --inbox INBOX"))
    return steps


def not_shown(answer: Answer, count: int, path: str) -> Step:
    """That more was found than is shown, and how to see it."""
    return _step(answer, "not_shown", _check(answer, path, "--all"), count=count)


def _step(answer: Answer, key: str, typed: str = "", **values: object) -> Step:
    return Step(answer.texts.word(key).format(command="", example="", **values).strip(), typed)


def _check(answer: Answer, path: str, options: str) -> str:
    """The command that checks the same return in the same language with further options."""
    language = answer.texts.language
    asked = "" if language == ENGLISH else f" --language {language}"
    return f"tesat check {_quoted(path)} {options}{asked}"


def _quoted(path: str) -> str:
    """A path as shells of all systems take it."""
    return f'"{path}"' if any(letter.isspace() for letter in path) else path


def _field(entry: Entry) -> str:
    """The field of the cover that answers a warning: that of its dataset, or of the whole return."""
    return f"{entry.dataset}.{_FIELD}" if entry.dataset else _FIELD


def _example(answer: Answer, entry: Entry) -> str:
    """An answer to a warning, as it is written on the cover."""
    row = entry.spots[0].address.row if entry.sheet == entry.dataset else None
    place = f"@{answer.texts.word('row').lower()} {row}" if row else ""
    return f"{entry.code}{place}: {answer.texts.word('reason')}"
