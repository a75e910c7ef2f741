"""The answer to a contact point in the form asked for: text, JSON, the validation report of the ESS, a page.

Belongs here: which form is made where. Each is imported only when it is asked for: a check is to answer at once.
"""

from __future__ import annotations

import json
from pathlib import Path

from data_contracts.model import Catalog
from data_contracts.translations import Translated
from pipelines.answer import Answer, answer_of, answer_unreadable
from pipelines.answer_text import Screen, to_text
from pipelines.answer_words import in_language
from pipelines.checking import CheckResult
from pipelines.errors import UnreadableReturn
from pipelines.findings import to_json
from pipelines.screening_names import safe_name

FORMS = ("text", "json", "html", "ess")
Found = CheckResult | UnreadableReturn


def in_form(
    form: str,
    found: Found,
    *,
    path: Path,
    texts: Translated,
    screen: Screen | None = None,
    time: str | None = None,
) -> str:
    """What a check found, in one of `FORMS`; `time` is stated in the validation report only.

    Raises:
        KeyError: There is no such form.
    """
    if form == "json":
        return to_json_text(found, texts=texts)
    if form == "ess":
        from pipelines.answer_ess import to_ess_text

        return to_ess_text(found, path=path, texts=texts, time=time)
    answer = answer_to(found, path=path, texts=texts)
    if form == "html":
        from pipelines.answer_page import to_html

        return to_html(answer, path=shown_path(path, texts.catalog))
    if form == "text":
        return to_text(answer, path=shown_path(path, texts.catalog), screen=screen)
    raise KeyError(form)


def answer_to(found: Found, *, path: Path, texts: Translated) -> Answer:
    """The answer on what was checked, readable or not."""
    name = Path(shown_path(path, texts.catalog)).name
    if isinstance(found, UnreadableReturn):
        return answer_unreadable(name, found, texts=texts)
    return answer_of(name, found, texts=texts)


def shown_path(path: Path, catalog: Catalog) -> str:
    """The path as the user named it, or a name in its place where it seems to hold personal data."""
    shown = str(path) if safe_name(path.name, root=catalog.root) == path.name else safe_name(path.name)
    return "".join(letter if letter.isprintable() else "?" for letter in shown)


def to_json_text(found: Found, *, texts: Translated) -> str:
    """Verdict, levels and findings as JSON with stable keys, the texts in the language, one line at the end."""
    levels = (0,) if isinstance(found, UnreadableReturn) else found.levels_run
    findings = [in_language(one, texts) for one in found.findings]
    return json.dumps(to_json(findings, levels_run=levels), ensure_ascii=False, indent=2) + "\n"
