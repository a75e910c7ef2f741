"""Names of files as texts: the register's own are hashes, which by chance look like anything."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from data_contracts.catalog import load_catalog
from pipelines.errors import UnreadableReturn
from pipelines.reading import Return, read_return
from tests.editions import ROOT

RETURN = ROOT / "examples" / "demonstration" / "returns" / "2025" / "ALB-2025-1.xlsx"
LIKE_AN_ACCOUNT = "ae449928f69cfbcf7aa1d8c3bde977cfd4a89a34364265b080afe187258f4901"


def codes(folder: Path, name: str) -> set[str]:
    """The findings of personal data in a sound return under another name."""
    shutil.copyfile(RETURN, folder / name)
    try:
        read: Return = read_return(folder / name, catalog=load_catalog())
        return {found.code for found in read.findings if found.code.startswith("P0")}
    except UnreadableReturn as error:
        return {found.code for found in error.findings}


@pytest.mark.parametrize(
    ("name", "found"),
    [
        (f"{LIKE_AN_ACCOUNT}.xlsx", set()),
        (f"{LIKE_AN_ACCOUNT[:23]}.xlsx", {"P0-bank-account"}),
        (f"x{LIKE_AN_ACCOUNT[:23]}.xlsx", set()),
    ],
)
def test_a_return_kept_under_its_hash_is_not_refused_for_its_name(
    tmp_path: Path, name: str, found: set[str]
) -> None:
    assert codes(tmp_path, name) == found
