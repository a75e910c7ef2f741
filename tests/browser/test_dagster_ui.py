"""One walk through the real user interface over the built demonstration: graph, grid, a failed check, a backfill.

With `TESAT_PICTURES=1` the pictures of the documentation are taken on the way: `docs/images/dagster-*.png`.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests
from playwright.sync_api import Browser, Page, expect

from tests.browser.test_page import browser
from tests.editions import ROOT, Built

__all__ = ["browser"]
PICTURES = os.environ.get("TESAT_PICTURES") == "1"
REGION = "western_balkans"
LONG = 120_000
LAUNCH = """mutation($e: ExecutionParams!) { launchRun(executionParams: $e) { __typename } }"""
START = """mutation($s: ScheduleSelector!) { startSchedule(scheduleSelector: $s) { __typename } }"""
WIPE = """mutation { wipeAssets(assetPartitionRanges: []) { __typename } }"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def served(home: Path, *arguments: str, **environment: str) -> Iterator[str]:
    """Dagster's web server on a free port of this machine alone."""
    port = free_port()
    program = Path(sys.executable).with_name("dagster-webserver")
    command = [str(program), "-h", "127.0.0.1", "-p", str(port), *arguments]
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, "DAGSTER_HOME": str(home), **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(300):
            try:
                requests.get(f"{address}/server_info", timeout=5)
                break
            except requests.RequestException:
                assert process.poll() is None, "the web server ended"
                time.sleep(1)
        yield address
    finally:
        process.terminate()
        process.wait(60)


def asked(address: str, query: str, **variables: Any) -> Any:
    body = {"query": query, "variables": variables}
    return requests.post(f"{address}/graphql", json=body, timeout=60).json()


@pytest.fixture
def home(demonstration: Built, tmp_path: Path) -> Path:
    """A copy of the run state that the demonstration's build left."""
    built = demonstration.folder.parents[1] / "home"
    return Path(shutil.copytree(built, tmp_path / "home"))


def test_a_walk_from_the_graph_to_a_failed_check(demonstration: Built, home: Path, browser: Browser) -> None:
    output = demonstration.folder.parent
    places = {"INBOX": ROOT / "examples/demonstration/returns", "OUTPUT": output, "STORE": output / ".store"}
    environment = {f"TESAT_{name}": str(path) for name, path in places.items()} | {
        "TESAT_DEMONSTRATION": "true"
    }
    with served(home, "-m", "assets.definitions", **environment) as address:
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        foreign: list[str] = []
        page.on(
            "request", lambda request: foreign.append(request.url) if address not in request.url else None
        )
        page.set_default_timeout(LONG)
        expect.set_options(timeout=LONG)
        _graph(page, address)
        _grid(page, address)
        _failed_check(page, address)
        _published(page, address)
        _backfill(page, address)
        page.close()
    assert [url for url in foreign if url.startswith("http") and "127.0.0.1" not in url] == []


def _graph(page: Page, address: str) -> None:
    """The groups of the region stand in the order of the data."""
    page.goto(f"{address}/asset-groups")
    expect(page.get_by_text("WB6_7_readers").first).to_be_visible()
    names = [text for text in page.get_by_text("WB6_").all_inner_texts() if not text.startswith("WB6_GTD")]
    assert list(dict.fromkeys(names))[:7] == [
        *("WB6_1_submissions", "WB6_2_returns", "WB6_3_statistics", "WB6_4_protection"),
        *("WB6_5_assessment", "WB6_6_publication", "WB6_7_readers"),
    ]
    _picture(page, "dagster-groups")


def _grid(page: Page, address: str) -> None:
    """Partners by years: who has handed over what."""
    page.goto(f"{address}/assets/{REGION}/submissions?view=partitions")
    expect(page.get_by_text("Materialized (29)")).to_be_visible()
    page.get_by_text("MNE", exact=True).first.click()
    _picture(page, "dagster-grid")


def _failed_check(page: Page, address: str) -> None:
    """A rejected return is a red check that names it, its codes and where to read on."""
    page.goto(f"{address}/assets/{REGION}/return_verdicts?view=checks&checkDetail=return_verdicts__cells")
    expect(page.get_by_text("1 of 32 returns fail")).to_be_visible()
    expect(page.get_by_text("docs/findings/T1-control-total.md")).to_be_visible()
    _picture(page, "dagster-check")


def _published(page: Page, address: str) -> None:
    """What readers get says that nobody has published it yet."""
    page.goto(f"{address}/assets/{REGION}/published_edition")
    expect(page.get_by_text("refused until all have approved")).to_be_visible()
    expect(page.get_by_text("Never materialized").first).to_be_visible()


def _backfill(page: Page, address: str) -> None:
    """Several years at once are one backfill of one run a year."""
    page.goto(f"{address}/locations/assets.definitions/jobs/{REGION}_edition")
    page.get_by_role("button", name="Materialize all").first.click()
    expect(page.get_by_text("Launch runs to materialize")).to_be_visible()
    _picture(page, "dagster-backfill")


def _picture(page: Page, name: str) -> None:
    if PICTURES:
        page.wait_for_load_state("networkidle")
        page.wait_for_timeout(2000)
        page.screenshot(path=ROOT / "docs" / "images" / f"{name}.png")


@pytest.mark.parametrize(
    "query, variables",
    [
        (
            LAUNCH,
            {
                "e": {
                    "selector": {
                        "repositoryName": "__repository__",
                        "repositoryLocationName": "assets.definitions",
                        "pipelineName": f"{REGION}_publication",
                    },
                    "mode": "default",
                }
            },
        ),
        (
            START,
            {
                "s": {
                    "repositoryName": "__repository__",
                    "repositoryLocationName": "assets.definitions",
                    "scheduleName": f"{REGION}_publication",
                }
            },
        ),
        (WIPE, {}),
    ],
    ids=["launch", "start a schedule", "wipe"],
)
def test_the_analysts_server_refuses_whatever_would_change_something(
    read_only: str, query: str, variables: dict[str, Any]
) -> None:
    answer = asked(read_only, query, **variables)
    (became,) = answer["data"].values()
    assert became["__typename"] == "UnauthorizedError", answer


@pytest.fixture(scope="module")
def read_only(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    home = tmp_path_factory.mktemp("home")
    shutil.copy(ROOT / "dagster_home" / "dagster.yaml", home)
    with served(home, "--read-only", "--empty-workspace") as address:
        yield address
