"""The lint of the editors' text: everything that must not be printed, all at once, before anything is rendered.

Belongs here: which checks are made of which text, in which order. What each looks for is in `lint_*.py`; the reading of
a release looks at the printed page once more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path

from pipelines.judgements_file import read_judgements
from pipelines.likelihood import load_likelihood
from pipelines.narrative_words import FOLDER, NarrativeWords, narrative_words
from report.edition import Edition
from report.editorial import lint_markup, lint_words
from report.editorial.findings import EditorFinding, Hit, editor_finding, without_doubles
from report.editorial.folder import read_folder
from report.editorial.lint_judgements import judgement_findings
from report.editorial.lint_references import check_references
from report.editorial.prose import Prose
from report.editorial.sections import Sections, sections_of

Check = Callable[[Prose], Iterator[Hit]]


def lint(folder: Path | None, *, edition: Edition, project: Path) -> list[EditorFinding]:
    """Every finding on the editors' folder of an edition, by file and place; none where there is no folder."""
    if folder is None:
        return []
    root, language = edition.catalog.root, edition.language
    try:
        words = narrative_words(root, language)
    except FileNotFoundError:
        known = ", ".join(
            sorted(path.stem for path in (root / FOLDER).glob("??*.yaml") if path.stem != "findings")
        )
        return [editor_finding(root, "N-language", file=".", seen=language, known=known)]
    return without_doubles(_findings(folder, edition, project, words))


def _findings(
    folder: Path, edition: Edition, project: Path, words: NarrativeWords
) -> Iterator[EditorFinding]:
    sections, root = sections_of(project, edition), edition.catalog.root
    text, scale = read_folder(folder, sections, root=root), load_likelihood(edition.catalog.root)
    own = read_judgements(folder, scale)
    yield from text.findings
    odd = _is_odd(text.texts.values())
    for section, prose in text.texts.items():
        references: Check = partial(check_references, edition=edition, judgements=own.judgements)
        for check in (references, *_checks(section, sections, words, edition, odd=odd)):
            for hit in check(prose):
                yield _told(root, section, prose, hit)
    of_text = [lint_markup.check_letters, _no_references, *_of_words(words, edition)]
    yield from judgement_findings(
        own,
        list(text.texts.values()),
        edition=edition,
        scale=scale,
        of_judgement=of_text,
        of_basis=[*of_text, partial(lint_words.check_trends, words=words, edition=edition)],
    )


def _told(root: Path, section: str, prose: Prose, hit: Hit) -> EditorFinding:
    line, column = prose.line_and_column(hit.start)
    beside = prose.paragraph_at(hit.start)
    return editor_finding(
        root, hit.code, file=f"{section}.md", line=line, column=column, beside=beside, **hit.values
    )


def _checks(
    section: str, sections: Sections, words: NarrativeWords, edition: Edition, *, odd: bool
) -> Iterator[Check]:
    """All checks of a section's text."""
    chapters = ", ".join(f"{name}.md" for name in sections.chapters)
    yield lint_markup.check_letters
    yield _whole_markup if odd else lint_markup.check_markup
    yield partial(lint_markup.check_headings, allowed=section in sections.chapters, chapters=chapters)
    yield lint_markup.check_notes
    yield from _of_words(words, edition)
    yield partial(lint_words.check_trends, words=words, edition=edition)
    yield partial(lint_words.check_likelihood, scale=load_likelihood(edition.catalog.root))


def _of_words(words: NarrativeWords, edition: Edition) -> list[Check]:
    """The checks of every text that is printed."""
    return [
        partial(lint_words.check_persons, catalog=edition.catalog),
        partial(lint_words.check_numbers, words=words, edition=edition),
        partial(lint_words.check_marks, edition=edition),
        partial(lint_words.check_names, words=words, edition=edition),
    ]


def _is_odd(texts: Iterable[Prose]) -> bool:
    """Whether pandoc reads anything as something that is not set, in texts that are sound as they are written.

    All of them at once, for it starts slowly.
    """
    sound = (text for text in texts if not any(lint_markup.check_markup(text)))
    together = Prose("\n\n".join(text.commented for text in sound))
    return any(lint_markup.unset_nodes(together))


def _whole_markup(prose: Prose) -> Iterator[Hit]:
    """The markup as it is written; where nothing is wrong with that, as pandoc reads it."""
    found = list(lint_markup.check_markup(prose))
    yield from found or lint_markup.unset_nodes(prose)


def _no_references(prose: Prose) -> Iterator[Hit]:
    """A judgement's own text has no references and no markup: it is published in a table as it stands."""
    for reference in prose.references:
        yield Hit("N-reference-form", reference.start, reference.end, {"seen": reference.text})
    yield from lint_markup.check_markup(prose)
