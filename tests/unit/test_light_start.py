"""`tesat check` starts with little: none of the network's packages, no rich, no writer of workbooks."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.editions import ROOT

RETURNS = ROOT / "examples" / "demonstration" / "returns" / "2025"
NOT_LOADED = {
    "dagster", "duckdb", "great_expectations", "kaleido", "nbclient", "numpy", "openpyxl", "pandas", "plotly", "pyarrow",
    "pypandoc", "rich", "scipy", "typst", "xlsxwriter",
}  # fmt: skip
CODE = """import sys
from assets.start import main
sys.argv = ["tesat", "check", sys.argv[1]]
try:
    main()
except SystemExit as done:
    print(done.code, *sorted(name for name in sys.modules if "." not in name))
"""


@pytest.mark.parametrize("name", ["SRB-2025-1.xlsx", "BIH-2025-1", "XKX-2025-1.zip"])
def test_a_check_loads_nothing_that_it_does_not_need(name: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", CODE, RETURNS / name], cwd=ROOT, capture_output=True, text=True, check=True
    )
    code, *loaded = done.stdout.splitlines()[-1].split()
    assert code == "0", done.stdout
    assert {"polars", "pydantic", "typer"} <= set(loaded)
    assert not NOT_LOADED & set(loaded)


def test_the_script_that_is_installed_is_this_start() -> None:
    written = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert 'tesat = "assets.start:main"' in written
