"""Fixtures that all tests share: editions, each built once a session."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests import proofs
from tests.editions import ROOT, Built, elsewhere, tesat

EXAMPLES = ROOT / "examples"
OUTCOMES: dict[str, dict[str, object]] = {}
EDITIONS = {"demonstrations": "editions", "eu": "published", "gtd": "published"}

# No test depends on how fast the machine is.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keeps the tests of built editions in one process, so that each edition is built once."""
    for item in items:
        names = EDITIONS.keys() & set(item.fixturenames) if isinstance(item, pytest.Function) else ()
        for group in {EDITIONS[name] for name in names}:
            item.add_marker(pytest.mark.xdist_group(group))


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Notes how many cases a long proof looks at."""
    if isinstance(item, pytest.Function) and item.get_closest_marker("proof"):
        item.user_properties.append(("cases", proofs.CASES[item.originalname]))


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Notes the outcome of each long proof, with its cases and what it says of them."""
    if report.when == "call" and "proof" in report.keywords:
        found = dict(report.user_properties)
        detail = f"; {found['detail']}" if "detail" in found else ""
        OUTCOMES[report.nodeid] = {
            "outcome": f"{report.outcome}, {found['cases']} cases{detail}",
            "seconds": round(report.duration),
        }


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Keeps the results of the long proofs where they were run whole; of several processes the first does."""
    if proofs.WHOLE and OUTCOMES and not hasattr(session.config, "workerinput"):
        proofs.keep(OUTCOMES)


@pytest.fixture(scope="session", autouse=True)
def dagster_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Run state of the tests, never that of the user."""
    home = tmp_path_factory.mktemp("dagster_home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DAGSTER_HOME", str(home))
    return home


def _built(folder: Path, region: str, year: int, returns: Path) -> Built:
    places = ("--inbox", returns, "--output", folder / "out", "--store", folder / "store")
    done = tesat(
        "build", "--region", region, "--year", year, *places, "--formats", "html,pdf", home=folder / "home"
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return Built(folder / "out" / f"{region}-{year}", done.stdout)


@pytest.fixture(scope="session")
def demonstrations(tmp_path_factory: pytest.TempPathFactory) -> tuple[Built, Built]:
    """The demonstration edition, built twice in different folders, the second time in other surroundings."""
    built = []
    for name in ("first", "second"):
        folder = tmp_path_factory.mktemp(name)
        surroundings = elsewhere(folder) if built else None
        done = tesat("demo", "--output", folder / "out", home=folder / "home", surroundings=surroundings)
        assert done.returncode == 0, done.stdout + done.stderr
        built.append(Built(next((folder / "out").glob("western_balkans-*")), done.stdout))
    return built[0], built[1]


@pytest.fixture(scope="session")
def demonstration(demonstrations: tuple[Built, Built]) -> Built:
    """The demonstration edition."""
    return demonstrations[0]


@pytest.fixture(scope="session")
def eu(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The published figures of the EU's reference year 2016."""
    folder = tmp_path_factory.mktemp("eu")
    return _built(folder, "eu", 2016, EXAMPLES / "published" / "eu" / "returns")


@pytest.fixture(scope="session")
def gtd(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The published foreign series of incidents."""
    folder, region = tmp_path_factory.mktemp("gtd"), "western_balkans_gtd"
    return _built(folder, region, 2017, EXAMPLES / "published" / region / "returns")
