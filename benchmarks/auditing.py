"""The attacker's audit against a plain linear program per cell, as tables grow; and protection and audit of one year.

The plain way solves two programs for every cell and attacker, on the same models, warm. Run alone:
`python -m benchmarks.auditing`.
"""

from __future__ import annotations

import random
import time
from typing import Any

from pipelines.audit import audit, coalitions, view_relations
from pipelines.audit_attack import Attack
from pipelines.audit_figures import read_knowledge
from pipelines.audit_knowledge import Edition
from tests.property.releases import CATALOG, REGION, SETTINGS, Network

SEED = 20261125
YEAR = "2025"
SIZES = (3, 6, 9, 12)


def network(partners: int) -> Network:
    """A random year of so many partners (of the region's size each), all but the first two released as they are."""
    known = REGION.partners
    more = [known[0].model_copy(update={"code": f"X{chr(65 + n)}X"}) for n in range(partners - len(known))]
    region = REGION.model_copy(update={"partners": (*known, *more)[:partners]})
    net = Network(CATALOG.contracts["arrests"], SETTINGS[1], random.Random(SEED), (int(YEAR),), region)
    hidden = dict(zip(net.partners, ["protected", "region_only"], strict=False))
    net.release = dict.fromkeys(net.partners, "exact") | hidden
    return net


def plain(edition: Edition, net: Network) -> int:
    """Two programs for each cell of each table and attacker; returns how many."""
    knowledge = read_knowledge([edition], [YEAR], catalog=CATALOG, contract=net.contract, region=net.region)
    relations = view_relations(CATALOG, net.contract)
    solved = 0
    for view in knowledge.breakdowns:
        for coalition in coalitions(knowledge.partners, largest=2):
            attack = Attack(knowledge, view, coalition, relations)
            for family in attack.reach.families:
                for row in range(family.low.shape[0]):
                    cells = family.variables(attack.model.index, row)
                    for code in range(family.low.shape[1]):
                        attack.model.bounds(cells[..., code].ravel())
            solved += attack.solved
    return solved


def measure() -> dict[str, Any]:
    """Seconds of both ways by number of partners, and of protection with audit for a year of six."""
    rows = []
    for partners in SIZES:
        net = network(partners)
        started = time.perf_counter()
        edition, outcome, _ = net.publish(int(YEAR), (), bytes(32))
        published = time.perf_counter() - started
        started = time.perf_counter()
        result = audit([edition], [YEAR], catalog=CATALOG, contract=net.contract, region=net.region)
        audited = time.perf_counter() - started
        started = time.perf_counter()
        solved = plain(edition, net)
        each = time.perf_counter() - started
        rows.append(
            {
                "partners": partners,
                "targets": result.targets,
                "audit_seconds": round(audited, 2),
                "audit_programs": result.solved,
                "plain_seconds": round(each, 2),
                "plain_programs": solved,
                "plain_to_audit": round(each / audited, 1),
                "aggregate_protect_and_audit_seconds": round(published, 2),
                "passed": outcome.passed,
            }
        )
    return {"seed": SEED, "by_partners": rows}


if __name__ == "__main__":
    for line in measure()["by_partners"]:
        print(line)
