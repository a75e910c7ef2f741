"""All charts of an edition: those of `figures.yaml`, and a profile of every partner and every type.

Belongs here: which kind is drawn by which function. A chart without a figure that has a value is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from data_contracts.messages import say, translated
from data_contracts.strings import load_values
from report.edition import Edition
from report.figures.bars import by_code, partners_split
from report.figures.chart import Chart, head_of, sentence
from report.figures.columns import measures, profile, recent, yearly
from report.figures.curves import power
from report.figures.geography import region_map
from report.figures.heat import partners_by_code, reporting
from report.figures.intervals import rates, ratios
from report.figures.panels import partner_panels
from report.figures.small import totals
from report.messages_found import TEXTS

KINDS: Mapping[str, Callable[[Edition, Mapping[str, Any]], Chart | None]] = {
    "yearly": yearly,
    "measures": measures,
    "recent": recent,
    "panels": partner_panels,
    "by_code": by_code,
    "partners_split": partners_split,
    "heat": partners_by_code,
    "map": region_map,
    "rates": rates,
    "ratios": ratios,
    "power": power,
    "reporting": reporting,
    "profile": profile,
    "totals": totals,
}


def figure_specifications(path: Path) -> dict[str, Any]:
    """What `figures.yaml` says: the list of charts and the templates of the profiles."""
    loaded: dict[str, Any] = load_values(path.read_text(encoding="utf-8"))
    return translated(loaded, TEXTS["figures.yaml"])


@dataclass(frozen=True)
class Charts:
    """The charts that are drawn, and a sentence for each that is not, by name and in the order of the report."""

    drawn: Mapping[str, Chart]
    left_out: Mapping[str, str]


def all_charts(edition: Edition, path: Path) -> Charts:
    """Every chart of an edition; one without a figure that has a value is left out and said to be so.

    Raises:
        KeyError: `figures.yaml` names an unknown kind.
    """
    known = figure_specifications(path)
    specifications = [spec for spec in known["charts"] if spec.get("dataset", "") in ("", *edition.contracts)]
    specifications += _profiles(edition, known)
    made = {spec["name"]: KINDS[spec["kind"]](edition, spec) for spec in specifications}
    captions = {
        spec["name"]: sentence(say("{caption}: no figure is published", caption=head_of(edition, spec)))
        for spec in specifications
    }
    drawn = {name: chart for name, chart in made.items() if chart is not None}
    return Charts(drawn, {name: captions[name] for name, chart in made.items() if chart is None})


def _profiles(edition: Edition, known: Mapping[str, Any]) -> list[dict[str, Any]]:
    """A chart of the main counts for every partner, and for every code of the profiled dimension."""
    found = []
    if len(edition.partners) <= known["partner_profile"]["most_partners"]:
        template = known["partner_profile"]
        for code, name in edition.partners.items():
            found.append(
                template
                | {"kind": "profile", "name": f"partner-{code.lower()}", "area": code}
                | _named(template, name)
            )
    template = known["code_profile"]
    datasets = [name for name in template["datasets"] if name in edition.contracts]
    for code, label in edition.codes(datasets[0], template["dimension"]).items():
        name = f"type-{code.replace('_', '-')}"
        found.append(template | {"kind": "profile", "name": name, "code": code} | _named(template, label))
    return found


def _named(template: Mapping[str, Any], name: str) -> dict[str, str]:
    return {key: str(template[key]).replace("{name}", name) for key in ("caption", "shows")}
