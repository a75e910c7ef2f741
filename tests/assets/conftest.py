"""Folders and a Dagster instance of their own for the tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from assets.resources import Workspace
from tests.assets.tiny import Place, contracts


@pytest.fixture(scope="session", autouse=True)
def dagster_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    home = tmp_path_factory.mktemp("dagster_home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DAGSTER_HOME", str(home))
        patch.setenv("GX_ANALYTICS_ENABLED", "false")
        yield home


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    root = tmp_path_factory.mktemp("tiny")
    (root / "inbox").mkdir()
    workspace = Workspace(
        inbox=str(root / "inbox"),
        output=str(root / "build"),
        store=str(root / "store"),
        contracts=str(contracts(root / "contracts")),
        formats="",
    )
    with dg.DagsterInstance.ephemeral(tempdir=str(root)) as instance:
        yield Place(workspace, instance)
