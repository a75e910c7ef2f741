"""The asset graph as it is known: keys, groups, dependencies, kinds, owners and checks of every region.

To renew it after a change that is meant: `.venv/bin/python -m tests.golden.test_asset_graph`, then read the difference.
"""

from __future__ import annotations

import json
from pathlib import Path

import dagster as dg

from assets.definitions import definitions
from assets.resources import Workspace

SNAPSHOT = Path(__file__).with_name("asset_graph.json")


def asset_graph() -> list[dict[str, object]]:
    """One entry per asset, in the order of the code."""
    loaded = definitions(Workspace(inbox="inbox", output="build"))
    checks: dict[dg.AssetKey, list[str]] = {}
    for asset in loaded.assets or []:
        for spec in asset.check_specs if isinstance(asset, dg.AssetsDefinition) else []:
            checks.setdefault(spec.asset_key, []).append(
                f"{spec.name}{' (blocking)' if spec.blocking else ''}"
            )
    return [
        {
            "key": spec.key.to_user_string(),
            "group": spec.group_name,
            "deps": sorted(dep.asset_key.to_user_string() for dep in spec.deps),
            "kinds": sorted(spec.kinds),
            "owners": list(spec.owners),
            "checks": sorted(checks.get(spec.key, [])),
        }
        for spec in sorted(
            loaded.resolve_all_asset_specs(), key=lambda spec: (spec.group_name or "", spec.key)
        )
    ]


def as_text(graph: list[dict[str, object]]) -> str:
    """One line per asset, so that a difference names what changed."""
    return "[\n" + ",\n".join(json.dumps(asset) for asset in graph) + "\n]\n"


def test_the_asset_graph_is_the_one_that_is_known() -> None:
    known = json.loads(SNAPSHOT.read_text(encoding="utf-8"))
    assert asset_graph() == known, (
        "The asset graph changed. If that is meant, renew it: .venv/bin/python -m tests.golden.test_asset_graph"
    )


if __name__ == "__main__":
    SNAPSHOT.write_text(as_text(asset_graph()), encoding="utf-8")
