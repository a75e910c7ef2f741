"""An edition whose text the lint refuses is not rendered; the data are there, and the findings say what to mend."""

from __future__ import annotations

from dataclasses import replace

from assets.resources import Workspace
from tests.assets.tiny import TO_THE_DATA, YEAR, Place, hand_over


def test_a_refused_text_blocks_the_report_and_lists_all_findings(place: Place) -> None:
    hand_over(place.inbox, "AAA", YEAR)
    hand_over(place.inbox, "BBB", YEAR)
    folder = place.inbox.parent / "text" / "en"
    folder.mkdir(parents=True)
    (folder / "arrests.md").write_text("Arrests rose by 12.", encoding="utf-8")
    workspace = Workspace(**{**place.workspace.model_dump(), "narrative": str(folder.parent)})
    own = replace(place, workspace=workspace)
    told = own.run([*TO_THE_DATA, "report_figures"])

    check = told.checks["release_data__editors_text"]
    assert (check.passed, check.blocking) == (False, True)
    assert "arrests.md:1:9: N-trend-word" in str(check.description)
    assert "arrests.md:1:17: N-typed-number" in str(check.description)
    assert not told.result.success
    assert "release_data" in told.materialized
    assert "report_figures" not in told.materialized

    (folder / "arrests.md").write_text(
        "Partners reported {{fig:arrests.TINY.2025}} arrests.", encoding="utf-8"
    )
    mended = own.run(["release_data"])
    assert mended.checks["release_data__editors_text"].passed
