"""The texts of findings, cover, columns and templates in the languages of the partners.

Belongs here: reading `translations/<language>.yaml`, and English where a translation lacks an entry. English
texts stay where they are used: findings.yaml, cover.yaml, the contracts; labels of codes are in `code_lists/`.
Serbian in Cyrillic is made from the Latin texts by `transliteration.py`.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import Field, ValidationError

from data_contracts.catalog import PACKAGE_ROOT, ContractError
from data_contracts.finding_rules import FindingRule
from data_contracts.frozen import Frozen
from data_contracts.model import Catalog, Footnote, Partner
from data_contracts.strings import load_strings
from data_contracts.transliteration import to_cyrillic

ENGLISH = "en"


class FindingText(Frozen):
    """The three texts of a finding, with the placeholders of the English ones."""

    rule: str
    expected: str
    remedy: str


class Text(Frozen):
    """A label and what is explained below it; an empty description falls back to English."""

    label: str
    description: str = ""


class Translation(Frozen):
    """One language: its own name, whether a native speaker has read it, and the texts that it has."""

    language: str
    name: str
    reviewed: bool
    derived_from: str | None = None
    keep: tuple[str, ...] = ()
    findings: Mapping[str, FindingText] = Field(default_factory=dict)
    fields: Mapping[str, Text] = Field(default_factory=dict)
    datasets: Mapping[str, Text] = Field(default_factory=dict)
    columns: Mapping[str, Text] = Field(default_factory=dict)
    words: Mapping[str, str] = Field(default_factory=dict)


@dataclass(frozen=True)
class Translated:
    """A catalog's texts in one language; what is not translated is English."""

    catalog: Catalog
    own: Translation
    english: Translation

    @property
    def language(self) -> str:
        """The language's code, as in the code lists."""
        return self.own.language

    @property
    def reviewed(self) -> bool:
        """Whether a native speaker has read the translation."""
        return self.own.reviewed

    def finding(self, code: str) -> FindingRule:
        """The finding's rule with translated texts; placeholders are those of the English rule.

        Raises:
            KeyError: The catalog has no such finding.
        """
        rule = self.catalog.findings[code]
        text = self.own.findings.get(code)
        return rule if text is None else rule.model_copy(update=text.model_dump())

    def field(self, name: str) -> Text:
        """Label and explanation of a cover's field; that of a dataset as `dataset.field` or `field`.

        Raises:
            KeyError: The cover has no such field.
        """
        inner = name.rpartition(".")[2]
        texts = _cover_texts(self.catalog.root)
        english = texts[name] if name in texts else texts[f".{inner}"]
        return self._text("fields", (inner,), english)

    def column(self, dataset: str, name: str) -> Text:
        """Label and description of a column.

        Raises:
            KeyError: There is no such dataset or column.
        """
        english = self.catalog.contracts[dataset].column(name).description
        return self._text("columns", (f"{dataset}.{name}", name), english)

    def dataset(self, name: str) -> Text:
        """Label and description of a dataset.

        Raises:
            KeyError: There is no such dataset.
        """
        contract = self.catalog.contracts[name]
        found = self._text("datasets", (name,), contract.description)
        return found if self._has("datasets", name) else found.model_copy(update={"label": contract.title})

    def code(self, code_list: str, code: str) -> str:
        """The label of a code, of `_T` or of `not_specified`; in English where the list lacks the language."""
        special = self.catalog.code_lists["special_codes"]
        source = special if code in special.values else self.catalog.code_lists[code_list]
        labels = next(entry.labels for entry in source.codes if entry.code == code)
        return labels.get(self.language) or labels[ENGLISH]

    def partner(self, partner: Partner) -> str:
        """The partner's name, in English where the region lacks the language."""
        return partner.names.get(self.language) or partner.names[ENGLISH]

    def footnote(self, key: str, footnote: Footnote) -> str:
        """The text of a region's footnote, as the region has it where it is not translated."""
        return self.own.words.get(f"footnote_{key}") or footnote.text

    def word(self, key: str) -> str:
        """A word or sentence of templates and findings.

        Raises:
            KeyError: English has no such word.
        """
        return self.own.words.get(key) or self.english.words[key]

    def _has(self, kind: str, key: str) -> bool:
        return any(key in getattr(source, kind) for source in (self.own, self.english))

    def _text(self, kind: str, keys: tuple[str, ...], english: str) -> Text:
        """The first of the keys that this language has, else English has, else a label made of the name."""
        for source in (self.own, self.english):
            texts: Mapping[str, Text] = getattr(source, kind)
            for key in keys:
                if key in texts:
                    return texts[key].model_copy(update={"description": texts[key].description or english})
        return Text(label=keys[-1].replace("_", " ").capitalize(), description=english)


def known_languages(catalog: Catalog) -> tuple[str, ...]:
    """The languages that have a translation, English first, then by code."""
    found = {path.stem for path in (catalog.root / "translations").glob("*.yaml")} - {ENGLISH}
    return (ENGLISH, *sorted(found))


def translated(catalog: Catalog, language: str) -> Translated:
    """The catalog's texts in a language.

    Raises:
        ContractError: There is no translation into the language, or its file breaks its model.
    """
    if language not in known_languages(catalog):
        known = ", ".join(known_languages(catalog))
        raise ContractError(f"there is no translation into {language!r}; take one of {known}")
    return Translated(
        catalog, load_translation(catalog.root, language), load_translation(catalog.root, ENGLISH)
    )


@functools.cache
def load_translation(root: Path, language: str) -> Translation:
    """The translation as its file has it; a derived one filled from its source, its own entries first.

    Raises:
        ContractError: The file is not well-formed or breaks its model.
    """
    path = root / "translations" / f"{language}.yaml"
    if language == ENGLISH and not path.exists():
        return load_translation(PACKAGE_ROOT, ENGLISH)
    try:
        own = Translation.model_validate(load_strings(path.read_text(encoding="utf-8")))
    except (yaml.YAMLError, ValidationError) as error:
        raise ContractError(f"{path}: not a translation: {error}") from error
    if own.derived_from is None:
        return own
    source = load_translation(root, own.derived_from)
    return own.model_copy(update={kind: _Derived(source, own, kind) for kind in _KINDS})


_KINDS = ("findings", "fields", "datasets", "columns", "words")


class _Derived(Mapping[str, Any]):
    """The entries of a source in Cyrillic, each made when it is asked for, under those that the language has itself."""

    def __init__(self, source: Translation, own: Translation, kind: str) -> None:
        self._source: Mapping[str, Any] = getattr(source, kind)
        self._made: dict[str, Any] = dict(getattr(own, kind))
        self._keep = own.keep

    def __getitem__(self, key: str) -> Any:
        if key not in self._made:
            entry = self._source[key]
            if isinstance(entry, Frozen):
                texts = {
                    name: to_cyrillic(text, keep=self._keep) for name, text in entry.model_dump().items()
                }
                self._made[key] = entry.model_copy(update=texts)
            else:
                self._made[key] = to_cyrillic(entry, keep=self._keep)
        return self._made[key]

    def __iter__(self) -> Iterator[str]:
        return iter({**self._source, **self._made})

    def __len__(self) -> int:
        return len({*self._source, *self._made})


@functools.cache
def _cover_texts(root: Path) -> dict[str, str]:
    """The English explanation of each field of the cover; those of a dataset with a full stop before the name."""
    rules = load_strings((root / "cover.yaml").read_text(encoding="utf-8"))
    whole = {entry["name"]: entry["description"] for entry in rules["fields"]}
    return whole | {f".{entry['name']}": entry["description"] for entry in rules["dataset_fields"]}
