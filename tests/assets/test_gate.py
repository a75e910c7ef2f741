"""No figure leaves without a passed audit: a refused table stops the run and is not kept."""

from __future__ import annotations

import pytest

from pipelines import audits_kept
from pipelines.audit import AuditResult
from tests.assets.tiny import YEAR, Place, hand_over


def test_a_failed_audit_blocks_the_release_and_leaves_nothing_to_read(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand_over(place.inbox, "AAA", YEAR)
    hand_over(place.inbox, "BBB", YEAR)
    assert place.run().result.success
    data = place.workspace.work_folder("tiny", YEAR) / "release" / "data" / "arrests.csv"
    published = data.read_bytes()

    leak = AuditResult({("arrests_by_sex", "2025"): 1}, targets=1, solved=1)
    monkeypatch.setattr(audits_kept, "audit", lambda *_, **__: leak)
    hand_over(place.inbox, "BBB", YEAR, submission=2, rows=[("jihadist", 9), ("right_wing", 4)])
    refused = place.run()

    assert not refused.result.success
    audit = refused.checks["published_arrests__audit"]
    assert (audit.passed, audit.blocking) == (False, True)
    assert "refused" in str(audit.description)
    assert {"claims", "rates", "release_data"}.isdisjoint(refused.materialized)
    assert refused.checks["published_incidents__audit"].passed, "public events need no audit"
    assert not place.workspace.table("tiny", YEAR, "published_arrests").exists()
    assert set(refused.materialized["published_arrests"].metadata) <= {"dagster/partition_row_count"}
    assert data.read_bytes() == published

    alone = place.run(["release_data"])
    assert not alone.result.success, "what was refused cannot be released by running the release alone"
