"""Years that were published before: rounded and suppressed figures stay, figures by consent are revised openly."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from pipelines.audit import audit
from pipelines.audit_knowledge import Edition
from pipelines.protected import PUBLISHED_BEFORE, protected_dataset
from pipelines.protection import protect
from pipelines.release import to_sdmx
from tests.unit.protection_builder import CATALOG, CONTRACT, KEY, REGION, exact, persons

TYPE = "arrests_by_type"


def published(frame: pl.DataFrame, before: pl.DataFrame | None = None, key: bytes = KEY) -> pl.DataFrame:
    return protect(frame, catalog=CATALOG, contract=CONTRACT, region=REGION, key=key, before=before)


def revised(cells: list[dict[str, object]], partner: str) -> list[dict[str, object]]:
    """The same cells with four persons more in the first one of a partner."""
    first = next(number for number, row in enumerate(cells) if row["partner"] == partner)
    more = cells[first] | {"persons": int(str(cells[first]["persons"])) + 4}
    return [*cells[:first], more, *cells[first + 1 :]]


def total(frame: pl.DataFrame, area: str) -> dict[str, object]:
    rows = frame.filter(
        [pl.col(name) == "_T" for name in CONTRACT.dimension_names],
        ref_area=area, release_table=TYPE, measure="PERSONS",
    )  # fmt: skip
    return rows.row(0, named=True)


def test_a_revision_shows_in_figures_by_consent_and_not_in_rounded_ones(tmp_path: Path) -> None:
    cells = persons(1)
    first, _ = exact(cells, {}, tmp_path)
    before = to_sdmx(published(first), contract=CONTRACT)
    second, _ = exact(revised(cells, "ALB"), {}, tmp_path)
    after = published(second, before)
    assert total(after, "ALB")["obs_value"] == float(str(total(first, "ALB")["obs_value"])) + 4
    assert total(after, "WB6")["obs_value"] == float(str(total(first, "WB6")["obs_value"])) + 4
    by_sex = after.filter(pl.col("sex") != "_T", release_table="arrests_by_sex")
    then = published(first).filter(pl.col("sex") != "_T", release_table="arrests_by_sex")
    assert by_sex["obs_value"].to_list() == then["obs_value"].to_list()
    assert set(by_sex["obs_note"]) == {"first_published"}


def test_another_key_changes_nothing_of_a_year_that_was_published(tmp_path: Path) -> None:
    frame, _ = exact(persons(2), {"XKX": "protected", "SRB": "region_only"}, tmp_path)
    first = published(frame)
    again = published(frame, to_sdmx(first, contract=CONTRACT), bytes(32))
    assert first.equals(again)
    assert not first.equals(published(frame, key=bytes(32)))


@pytest.mark.parametrize("hidden", ["protected", "region_only"])
def test_a_hidden_partner_stays_hidden_although_it_consents_later(hidden: str, tmp_path: Path) -> None:
    cells = persons(3)
    first, _ = exact(cells, {"XKX": hidden, "ALB": "region_only"}, tmp_path)
    before = published(first)
    second, _ = exact(cells, {"ALB": "region_only"}, tmp_path)
    after = published(second, to_sdmx(before, contract=CONTRACT))
    assert total(after, "XKX")["obs_value"] == total(before, "XKX")["obs_value"]
    assert total(after, "XKX")["obs_method"] == total(before, "XKX")["obs_method"]
    assert total(after, "WB6")["obs_value"] == total(before, "WB6")["obs_value"]


def test_the_regions_total_over_hidden_partners_moves_with_the_others_alone(tmp_path: Path) -> None:
    cells, release = persons(4), {"XKX": "protected", "SRB": "region_only"}
    first, _ = exact(cells, release, tmp_path)
    before = published(first)
    second, _ = exact(revised(revised(cells, "ALB"), "SRB"), release, tmp_path)
    after = published(second, to_sdmx(before, contract=CONTRACT))
    moved = float(str(total(after, "WB6")["obs_value"])) - float(str(total(before, "WB6")["obs_value"]))
    assert moved == 4, "Albania's four; Serbia's four enter with the pooled period"


def test_a_code_that_a_table_by_consent_has_too_is_revised_with_it(tmp_path: Path) -> None:
    cells = [row | {"offence": "foreign_fighting_national"} for row in persons(5)[:1]] + persons(5)[1:]
    first, _ = exact(cells, {}, tmp_path)
    before = to_sdmx(published(first), contract=CONTRACT)
    second, _ = exact([cells[0] | {"persons": int(str(cells[0]["persons"])) + 4}, *cells[1:]], {}, tmp_path)
    after = published(second, before).filter(ref_area="WB6", measure="PERSONS")
    group = after.filter(release_table="arrests_by_offence_group", offence="foreign_fighting")
    basis = after.filter(release_table="arrests_by_legal_basis", offence="foreign_fighting_national")
    assert group["obs_value"].to_list() == basis["obs_value"].to_list()
    assert group["obs_method"].to_list() == [""]


@pytest.mark.parametrize("seed", range(3))
def test_what_a_later_edition_adds_to_a_rounded_year_is_found(seed: int, tmp_path: Path) -> None:
    """The later edition leaves the year's table out; what it says in its place is read with the earlier one."""
    frame, truth = exact(persons(seed, mean=3), {}, tmp_path)
    rounded = published(frame)
    true = frame.filter(release_table="arrests_by_sex").select(rounded.columns)
    careless = pl.concat([rounded.filter(pl.col("release_table") != "arrests_by_sex"), true])
    editions = [Edition(to_sdmx(table, contract=CONTRACT), truth) for table in (careless, rounded)]
    found = audit(editions, ["2025"], catalog=CATALOG, contract=CONTRACT, region=REGION)
    assert ("arrests_by_sex", "2025") in found.leaks, "the true table was in the edition before"
    alone = audit(editions[1:], ["2025"], catalog=CATALOG, contract=CONTRACT, region=REGION)
    assert alone.passed


def test_what_would_leak_of_a_published_year_is_withheld_as_a_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A leak through what is new of a year cannot be mended by leaving out tables: the year stays as it was."""
    cells = persons(6)
    first, truth = exact(cells, {}, tmp_path)
    before = [Edition(to_sdmx(published(first), contract=CONTRACT), truth)]
    second, later = exact(revised(cells, "ALB"), {}, tmp_path)
    leak = type("Found", (), {"passed": False, "leaks": {(TYPE, "2025"): 1}, "targets": 1, "solved": 1})
    monkeypatch.setattr("pipelines.audits_kept.audit", lambda *_, **__: leak)
    after, outcome = protected_dataset(
        second, cells=later, catalog=CATALOG, contract=CONTRACT, region=REGION, key=KEY, before=before
    )
    assert outcome.passed
    assert [step["outcome"] for step in outcome.report] == [
        "2025 stays as published before",
        PUBLISHED_BEFORE,
    ]
    assert total(after, "ALB")["obs_value"] == total(first, "ALB")["obs_value"]


def test_a_regional_table_that_was_withheld_stays_so_although_others_are_revised(tmp_path: Path) -> None:
    """Its figures hold the rest of the partner that gives none; a difference alone would be no figure of the region."""
    cells, release = persons(4), {"XKX": "protected", "SRB": "region_only"}
    first, _ = exact(cells, release, tmp_path)
    left_out = (pl.col("release_table") == TYPE) & (pl.col("ref_area") == "WB6")
    before = published(first).with_columns(
        pl.when(left_out).then(None).otherwise("obs_value").alias("obs_value"),
        *(
            pl.when(left_out).then(pl.lit(code)).otherwise(name).alias(name)
            for name, code in {"obs_status": "Q", "conf_status": "C", "obs_method": ""}.items()
        ),
    )
    second, _ = exact(revised(cells, "ALB"), release, tmp_path)
    after = published(second, to_sdmx(before, contract=CONTRACT)).filter(
        release_table=TYPE, ref_area="WB6", measure="PERSONS"
    )
    assert set(after["obs_status"]) == {"Q"} and after["obs_value"].null_count() == after.height
