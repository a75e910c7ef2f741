"""Sentences with published figures in them.

Belongs here: filling the passages of `sentences.yaml`. No sentence holds a typed figure, and none says that a count
changed: such words come from the claims alone, which `pipelines.trends` licenses.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from data_contracts.messages import later, say, speaking, spoken, translated
from data_contracts.model import NOT_SPECIFIED
from data_contracts.strings import load_values
from report.edition import Edition, Figure
from report.markdown import bullets, plain
from report.messages_found import TEXTS

FILE = "sentences.yaml"
MOST_UNSPECIFIED = 0.2
COMPARED = ("rise", "fall", "chance")


@cache
def _file() -> dict[str, Any]:
    """The passages of the project that is being rendered: the file beside its `index.qmd`."""
    here = Path(FILE) if Path(FILE).is_file() else Path(__file__).parent / FILE
    loaded: dict[str, Any] = load_values(here.read_text(encoding="utf-8"))
    return loaded


@cache
def _passages_in(language: str) -> dict[str, Any]:
    with speaking(language):
        return translated(_file(), TEXTS[FILE])


def _passages() -> dict[str, Any]:
    return _passages_in(spoken())


def type_passages() -> dict[str, str]:
    """The passage that opens the part on a dataset in the chapter of a type of terrorism, by dataset."""
    return dict(_passages()["type_chapter"])


class Shown:
    """A figure inside a sentence: its value with its marks, who stands behind it, and a code's label."""

    def __init__(self, figure: Figure, label: str = "") -> None:
        """Keeps the figure; `label` is that of the code it was chosen for."""
        self.figure = figure
        self.label = plain(label)
        self.reporting = plain(figure.behind)

    def __str__(self) -> str:
        return plain(self.figure.shown)


def key_points(edition: Edition, *, drawn: set[str]) -> str:
    """The key points as a list: passages with a figure each, then the claims of the headline list."""
    items = []
    for name in _passages()["key_points"]:
        text = passage(edition, name)
        chart = _passages()["passages"][name].get("chart", "")
        if text:
            items.append(f"{text} (@fig-{chart})" if chart in drawn else text)
    claims = list(_claims(edition))
    return bullets([*items[: _passages()["most_key_points"] - len(claims)], *claims])


def _claims(edition: Edition) -> Iterator[str]:
    """A point for each series of the headline list that may be compared, one for all that may not.

    Exploratory series are no key points.
    """
    rows = edition.claims.filter(family="headline").to_dicts()
    wordings: dict[str, list[str]] = {}
    for row in rows:
        if row["wording_key"] in COMPARED:
            wordings.setdefault(row["label"], []).append(edition.printed("claims", row, "wording"))
    for label, said in wordings.items():
        yield f"{plain(label)}: {plain('; '.join(said))} (@tbl-claims)."
    others = [
        row for row in rows if row["comparison"] == "previous_year" and row["wording_key"] not in COMPARED
    ]
    if others:
        before = plain(edition.printed("claims", others[0], "before_period"))
        series = "; ".join(plain(row["label"]) for row in others)
        text = later("Not compared with {before}: {series}. @tbl-claims gives the reason for each.")
        yield say(text, before=before, series=series)


def passage(edition: Edition, name: str, **codes: str) -> str:
    """A passage by name: the first of its variants whose figures all have a value; else nothing.

    `codes` are further dimensions of every figure of it, such as a type of terrorism, and `area`.

    Raises:
        KeyError: `sentences.yaml` has no such passage.
    """
    entry = _passages()["passages"][name]
    if not set(entry.get("needs", ())) <= set(edition.contracts):
        return ""
    area = codes.pop("area", edition.area)
    for variant in entry["variants"]:
        values = _values(edition, variant, area, codes)
        if values is not None:
            return str(variant["text"]).format(**values, **_always(edition)).strip()
    return ""


def _values(
    edition: Edition, variant: Mapping[str, Any], area: str, codes: Mapping[str, str]
) -> dict[str, Shown] | None:
    found: dict[str, Shown] = {}
    for key, spec in variant.get("figures", {}).items():
        shown = _shown(edition, spec, area, codes)
        if shown is None or shown.figure.value is None:
            return None
        found[key] = shown
    return found


def _shown(edition: Edition, spec: Mapping[str, Any], area: str, codes: Mapping[str, str]) -> Shown | None:
    dataset = spec["dataset"]
    measure = spec.get("measure", edition.main_measure(dataset))
    fixed = {name: code for name, code in spec.items() if name in edition.contracts[dataset].dimension_names}
    fixed |= {
        name: code for name, code in codes.items() if name in edition.contracts[dataset].dimension_names
    }

    def of(**more: str) -> Figure:
        return edition.figure(dataset, area=area, period=edition.year, measure=measure, **fixed, **more)

    if "largest" not in spec:
        return Shown(of())
    labels = edition.codes(dataset, spec["largest"], spec.get("grouping", ""))
    return _largest({code: (label, of(**{spec["largest"]: code})) for code, label in labels.items()})


def _largest(known: Mapping[str, tuple[str, Figure]]) -> Shown | None:
    """The code with the largest count; none where two are equal, or where too much is not specified to say.

    Source: methodology, section 4 (more than 20 % unspecified).
    """
    counts = {code: figure.value or 0 for code, (_, figure) in known.items()}
    total = sum(counts.values())
    named = sorted((value for code, value in counts.items() if code != NOT_SPECIFIED), reverse=True)
    if not total or counts.get(NOT_SPECIFIED, 0) > MOST_UNSPECIFIED * total:
        return None
    if named[0] == 0 or (len(named) > 1 and named[0] == named[1]):
        return None
    label, figure = known[max((c for c in counts if c != NOT_SPECIFIED), key=lambda code: counts[code])]
    return Shown(figure, label[:1].lower() + label[1:])


def _always(edition: Edition) -> dict[str, str]:
    """What every passage may name: the year, the region, who has reported."""
    year = [
        row for row in edition.reporting.iter_rows(named=True) if row["reference_year"] == str(edition.year)
    ]
    missing = {row["partner"] for row in year if row["state"] == "missing"}
    absent = [name for code, name in edition.partners.items() if code in missing]
    return {
        "year": plain(edition.shown_year(edition.year)),
        "region": plain(edition.region_name),
        "partners": plain(edition.derived(len(edition.partners), "partners")),
        "returned": plain(edition.derived(len(edition.partners) - len(absent), "returned")),
        "missing": plain(_listed(absent)) if absent else "",
        "no_return": say(" No return: {missing}.", missing=plain(_listed(absent))) if absent else "",
    }


def _listed(names: Sequence[str]) -> str:
    return (
        names[0]
        if len(names) == 1
        else say("{first} and {last}", first=", ".join(names[:-1]), last=names[-1])
    )
