"""Reads the cover of a return, from `cover.yaml` or from the sheet `cover`, as strings only.

Belongs here: form, unknown and repeated fields. Whether the values are right is `checking_cover.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import yaml

from data_contracts.model import Catalog
from data_contracts.strings import STRINGS
from pipelines.cover import CoverRules, load_cover_rules
from pipelines.errors import UnreadableReturn
from pipelines.findings import Finding, Place, clean, echo, finding, suggestion
from pipelines.reading_text import decoded

CoverValue = str | list[str]


@dataclass
class RawCover:
    """The cover's fields as written; a field of a dataset is keyed `dataset.field`; `rows` are 1-based."""

    sheet: str
    values: dict[str, CoverValue] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """A field, cleaned; empty where it is missing."""
        value = self.values.get(name, "")
        return clean(value if isinstance(value, str) else ", ".join(value))

    def place(self, name: str, *, dataset: str | None = None) -> Place:
        """Where a field stands; a missing one has no row. A field of a dataset names its dataset itself."""
        own, dot, _ = name.partition(".")
        return Place(dataset or (own if dot else None), self.sheet, self.rows.get(name), name)


def read_cover_yaml(content: bytes, *, catalog: Catalog) -> tuple[RawCover, list[Finding]]:
    """The cover from YAML, read with strings only, so that `no` and `nil` stay words.

    Raises:
        UnreadableReturn: Not text, not YAML, or not a mapping.
    """
    rules = load_cover_rules(catalog.root)
    cover = RawCover(rules.file)
    place = Place(sheet=rules.file)
    if len(content) > rules.limits.cover_bytes:
        seen = f"{len(content)}"
        raise UnreadableReturn(
            (finding(catalog, "L0-too-large", place=place, seen=seen, limit=rules.limits.cover_bytes),)
        )
    text, encoding = decoded(content)
    try:
        node = None if text is None else yaml.compose(text, Loader=STRINGS)
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        place = Place(sheet=rules.file, row=mark.line + 1 if mark else None)
        raise UnreadableReturn((finding(catalog, "L0-cover-not-yaml", place=place),)) from error
    if not isinstance(node, yaml.MappingNode):
        raise UnreadableReturn((finding(catalog, "L0-cover-not-yaml", place=place),))
    found = _take(_entries(node), cover, rules=rules, catalog=catalog)
    if encoding != "utf-8":
        found.append(finding(catalog, "L0-encoding", place=place, seen=encoding))
    return cover, found


def read_cover_sheet(
    rows: Sequence[Sequence[str]], *, sheet: str, catalog: Catalog
) -> tuple[RawCover, list[Finding]]:
    """The cover from a sheet: field, value, and what else stands to the right is explanation.

    A row without a value, or whose first cell is a title such as `field`, is not a field.
    """
    rules = load_cover_rules(catalog.root)
    cover = RawCover(sheet)
    titles = {word.casefold() for word in rules.title_words}
    known = _known_fields(catalog, rules)
    cells = []
    for number, row in enumerate(rows, start=1):
        name, value = clean(row[0]) if row else "", clean(row[1]) if len(row) > 1 else ""
        if name.casefold() in titles or not name or (not value and name.casefold() not in known):
            continue
        cells.append((name.casefold(), value, number))
    return cover, _take(iter(cells), cover, rules=rules, catalog=catalog)


def _entries(node: yaml.MappingNode) -> Iterator[tuple[str, CoverValue | None, int]]:
    """The fields of the YAML in order; those below `datasets` as `dataset.field`; None for a wrong form."""
    for key, value in node.value:
        name, line = _scalar(key).casefold(), key.start_mark.line + 1
        if name != "datasets":
            yield name, _value(value), line
        elif isinstance(value, yaml.MappingNode):
            for dataset, fields in value.value:
                inner = fields.value if isinstance(fields, yaml.MappingNode) else []
                if not inner:
                    yield f"{_scalar(dataset)}.status", _value(fields), dataset.start_mark.line + 1
                for inner_key, inner_value in inner:
                    full = f"{_scalar(dataset)}.{_scalar(inner_key)}".casefold()
                    yield full, _value(inner_value), inner_key.start_mark.line + 1
        else:
            yield name, None, line


def _scalar(node: yaml.Node) -> str:
    return str(node.value) if isinstance(node, yaml.ScalarNode) else ""


def _value(node: yaml.Node) -> CoverValue | None:
    if isinstance(node, yaml.ScalarNode):
        return str(node.value)
    if isinstance(node, yaml.SequenceNode):
        items = [_item(item) for item in node.value]
        return [item for item in items if item is not None] if None not in items else None
    return None


def _item(node: yaml.Node) -> str | None:
    """An item of a list: one value, or a confirmation's code, place and reason as its text form has them."""
    if isinstance(node, yaml.ScalarNode):
        return str(node.value)
    if not isinstance(node, yaml.MappingNode):
        return None
    parts = {_scalar(key): _scalar(value) for key, value in node.value}
    if not {"code", "reason"} <= set(parts) <= {"code", "place", "reason"}:
        return None
    return f"{parts['code']}{'@' if parts.get('place') else ''}{parts.get('place', '')}: {parts['reason']}"


def _known_fields(catalog: Catalog, rules: CoverRules) -> set[str]:
    datasets = {dataset for dataset, _ in catalog.versions}
    inner = {f"{dataset}.{field.name}" for dataset in datasets for field in rules.dataset_fields}
    return {field.name for field in rules.fields} | inner


def _take(
    entries: Iterator[tuple[str, CoverValue | None, int]],
    cover: RawCover,
    *,
    rules: CoverRules,
    catalog: Catalog,
) -> list[Finding]:
    """Fills the cover with the known fields; unknown, repeated and wrongly formed ones are findings."""
    known = _known_fields(catalog, rules)
    found = []
    for name, value, row in entries:
        place = Place(sheet=cover.sheet, row=row, column=echo(name))
        if name not in known:
            close = suggestion(name, sorted(known))
            found.append(finding(catalog, "L0-unknown-field", place=place, seen=echo(name), suggestion=close))
        elif name in cover.values:
            found.append(finding(catalog, "L0-repeated-field", place=place, seen=name))
        elif value is None:
            found.append(finding(catalog, "L0-field-form", place=place))
        else:
            cover.values[name] = value
            cover.rows[name] = row
    return found
