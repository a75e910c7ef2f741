"""Approvals hold to the byte, are void once taken back, and nothing but all of them opens the gate."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from assets.cli import app
from data_contracts.catalog import load_catalog
from data_contracts.model import Region
from pipelines import editions
from pipelines.checksums import write_checksums
from pipelines.errors import ReleaseRefused
from pipelines.ledger import entry_hash
from pipelines.ledger_verify import Head
from pipelines.register import Store
from pipelines.release_gate import open_points, restore
from pipelines.signatures import APPROVAL, sign
from pipelines.signoff import PARTNER, PERSON, Draft, approve, asked_of, standings, unapprove
from tests.hostile.keys import Key, know, new_key

REGION = load_catalog().region("western_balkans")
CODES = [partner.code for partner in REGION.partners]
AT, AFTER = "2026-06-20T10:00:00Z", datetime(2026, 6, 22, 8, 0, tzinfo=UTC)
PAGE = """<h1>Report</h1><p>In Albania 3, in the region 9.</p><h2>Partners</h2>
<h3>Kosovo*</h3><p>Two persons.</p><h4>More</h4><p>One more.</p><h3>Serbia</h3><p>None.</p>
<h2>All</h2><table><tr><td>Montenegro</td><td>4</td></tr><tr><td>Region</td><td>9</td></tr></table><script>Albania 5</script>"""
ROWS = "REF_AREA,TIME_PERIOD,OBS_VALUE\nALB,2025,3\nWB6,2025,9\n"


def draft(root: Path, *, page: str = PAGE, rows: str = ROWS, region: Region = REGION) -> Draft:
    folder = root / "out" / "western_balkans-2025"
    (folder / "data").mkdir(parents=True, exist_ok=True)
    (folder / "data" / "arrests.csv").write_text(rows, encoding="utf-8")
    about = {"region": "western_balkans", "year": 2025, "language": "en"}
    (folder / "data" / "edition.json").write_text(json.dumps(about), encoding="utf-8")
    (folder / "index.html").write_text(page, encoding="utf-8")
    write_checksums(folder)
    return Draft(folder, Store(root / "store"), region, 2025)


def approved(of: Draft, kind: str, approver: str, *, key: Key | None = None) -> None:
    asked = asked_of(of, kind, approver)
    given = None if key is None else sign(asked.hash, key=key.private, namespace=APPROVAL)
    approve(of, asked, signature=given, at=AT, actor="clerk")


def all_approved(of: Draft) -> Draft:
    for code in CODES:
        approved(of, PARTNER, code)
    for name in ("first", "second"):
        approved(of, PERSON, name)
    return of


def points(of: Draft, *, now: datetime = AFTER, head: Head | None = None) -> str:
    return "\n".join(open_points(of, now=now, head=head))


def test_a_partner_approves_the_lines_and_passages_that_name_it(tmp_path: Path) -> None:
    named = asked_of(draft(tmp_path), PARTNER, "ALB").named
    assert named is not None
    assert named.figures == ('data/arrests.csv: ["ALB", "2025", "3"]',)
    assert named.passages == ("In Albania 3, in the region 9.",)


def test_all_below_a_heading_with_the_name_is_approved_and_a_row_as_a_whole(tmp_path: Path) -> None:
    of = draft(tmp_path)
    kosovo, montenegro = (asked_of(of, PARTNER, code).named for code in ("XKX", "MNE"))
    assert kosovo is not None and montenegro is not None
    assert kosovo.passages == ("Kosovo*", "Two persons.", "More", "One more.")
    assert montenegro.passages == ("| Montenegro | 4",)


def test_nothing_is_open_once_all_have_approved_and_the_hour_has_come(tmp_path: Path) -> None:
    of = draft(tmp_path)
    before = points(of)
    assert "0 of 6 partners have approved: ALB has not approved; BIH" in before
    assert "0 of 2 persons of the region have approved." in before
    assert points(all_approved(of)) == ""
    early = points(of, now=AFTER.replace(minute=0, hour=7))
    assert early == "It may not be published before 2026-06-22 08:00 UTC."


@pytest.mark.parametrize(
    "page, rows, lost",
    [
        (PAGE.replace("In Albania 3", "In Albania 4"), ROWS, {"ALB"}),
        (PAGE, ROWS.replace("ALB,2025,3", "ALB,2025,4"), {"ALB"}),
        (PAGE.replace("One more.", "One more!"), ROWS, {"XKX"}),
        (PAGE.replace("<td>4</td>", "<td>5</td>"), ROWS, {"MNE"}),
        (PAGE.replace("<td>9</td>", "<td>8</td>"), ROWS, set()),
        (PAGE, ROWS.replace("WB6,2025,9", "WB6,2025,8"), set()),
    ],
)
def test_a_changed_byte_voids_the_approvals_of_whom_it_concerns_and_of_the_persons(
    tmp_path: Path, page: str, rows: str, lost: set[str]
) -> None:
    all_approved(draft(tmp_path))
    changed = draft(tmp_path, page=page, rows=rows)
    open_ = {one.asked.approver: one.why for one in standings(changed) if not one.holds}
    assert set(open_) == lost | {"first", "second"}
    assert set(open_.values()) == {"has approved other content: what was approved was changed since"}
    assert "0 of 2 persons" in points(changed)


def test_a_file_that_was_swapped_is_refused_before_anything_is_approved_or_open(tmp_path: Path) -> None:
    of = all_approved(draft(tmp_path))
    (of.folder / "index.html").write_text(PAGE + "<p>.</p>")
    assert "index.html: differs from its checksum" in points(of)
    with pytest.raises(ReleaseRefused, match="not as it was built"):
        asked_of(of, PARTNER, "ALB")


def test_an_approval_that_is_taken_back_counts_no_longer_and_both_stay_on_record(tmp_path: Path) -> None:
    of = all_approved(draft(tmp_path))
    unapprove(of, PARTNER, "SRB", actor="clerk")
    assert points(of) == "5 of 6 partners have approved: SRB has taken the approval back."
    kinds = [event["event"] for event in of.events(PARTNER, "SRB")]
    assert kinds == ["approved", "unapproved"]
    approved(of, PARTNER, "SRB")
    assert points(of) == ""
    with pytest.raises(ReleaseRefused, match="nobody has not approved"):
        unapprove(of, PERSON, "nobody", actor="clerk")


def test_a_quorum_that_is_written_down_is_enough(tmp_path: Path) -> None:
    assert REGION.approval is not None
    quorum = REGION.model_copy(update={"approval": REGION.approval.model_copy(update={"quorum": 4})})
    of = draft(tmp_path, region=quorum)
    for code in CODES[:3]:
        approved(of, PARTNER, code)
    for name in ("first", "second"):
        approved(of, PERSON, name)
    assert points(of).startswith("3 of 4 partners have approved")
    approved(of, PARTNER, CODES[3])
    assert points(of) == ""


def test_a_partner_is_no_person_and_a_stranger_is_no_partner(tmp_path: Path) -> None:
    of = draft(tmp_path)
    with pytest.raises(ReleaseRefused, match="ALB is a partner, not a person"):
        approved(of, PERSON, "ALB")
    with pytest.raises(
        ReleaseRefused, match=r"ITA is no partner of western_balkans-2025\. Partners: ALB, BIH"
    ):
        approved(of, PARTNER, "ITA")


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Key]:
    folder = tmp_path_factory.mktemp("keys")
    return {name: new_key(folder, name) for name in ("ALB", "BIH", "anna", "boris")}


def known(root: Path, keys: dict[str, Key], **over: str) -> None:
    lines = {name: f'namespaces="{APPROVAL}" {key.public}' for name, key in keys.items()} | over
    know(root / "store", "western_balkans", {name: line for name, line in lines.items() if line})


def signed_draft(root: Path, keys: dict[str, Key]) -> Draft:
    known(root, keys)
    of = draft(root)
    for code in CODES:
        approved(of, PARTNER, code, key=keys.get(code))
    for name in ("anna", "boris"):
        approved(of, PERSON, name, key=keys[name])
    return of


def test_signed_approvals_open_the_gate_and_their_signatures_are_kept(
    tmp_path: Path, keys: dict[str, Key]
) -> None:
    of = signed_draft(tmp_path, keys)
    assert points(of) == ""
    assert len(list((tmp_path / "store" / "signatures").glob("*.sig"))) == 4


@pytest.mark.parametrize("how", ["unsigned", "other key", "other purpose", "other edition"])
def test_an_approval_that_is_not_signed_as_it_must_be_is_refused(
    tmp_path: Path, keys: dict[str, Key], how: str
) -> None:
    known(tmp_path, keys)
    of = draft(tmp_path)
    asked = asked_of(of, PARTNER, "ALB")
    digest = asked.hash if how != "other edition" else "0" * 64
    purpose = APPROVAL if how != "other purpose" else "tesat-return"
    key = keys["BIH" if how == "other key" else "ALB"].private
    given = None if how == "unsigned" else sign(digest, key=key, namespace=purpose)
    with pytest.raises(ReleaseRefused, match=r"registered key|The signature"):
        approve(of, asked, signature=given, at=AT, actor="clerk")
    assert of.store.events() == []


def test_a_signature_cannot_be_replayed_after_the_approval_was_taken_back(
    tmp_path: Path, keys: dict[str, Key]
) -> None:
    of = signed_draft(tmp_path, keys)
    old = asked_of(of, PARTNER, "ALB")
    signature = (tmp_path / "store" / "signatures" / f"{old.hash}.sig").read_bytes()
    unapprove(of, PARTNER, "ALB", actor="clerk")
    now = asked_of(of, PARTNER, "ALB")
    with pytest.raises(ReleaseRefused, match="not one of this hash"):
        approve(of, now, signature=signature, at=AT, actor="clerk")
    with pytest.raises(ReleaseRefused, match="was changed while ALB read it"):
        approve(of, old, signature=signature, at=AT, actor="clerk")
    values = {"edition": of.edition, "kind": PARTNER, "approver": "ALB", "key": "x", "signed_at": AT}
    of.store.append("approved", old.hash, actor="ALB", **values)
    assert "ALB has approved other content" in points(of)


def test_keys_that_were_revoked_expired_or_taken_from_the_file_count_no_longer(
    tmp_path: Path, keys: dict[str, Key]
) -> None:
    of = signed_draft(tmp_path, keys)
    known(tmp_path, keys, ALB=f'namespaces="{APPROVAL}",valid-before="20260101" {keys["ALB"].public}')
    assert "ALB has approved, but the signature is by a key that was not valid then" in points(of)
    known(tmp_path, keys, anna="")
    assert "1 of 2 persons of the region have approved; anna is not registered among the signers." in points(
        of
    )
    know(tmp_path / "store", "western_balkans", {"ALB": keys["ALB"].public}, revoked=keys["ALB"].public)
    assert "ALB has approved, but the signature is by a key that was revoked" in points(of)


def test_one_key_under_two_names_is_one_person(tmp_path: Path, keys: dict[str, Key]) -> None:
    both = keys | {"boris": keys["anna"]}
    of = signed_draft(tmp_path, both)
    assert points(of) == "1 of 2 persons of the region have approved."


def forge(of: Draft, change: dict[str, object], *, rehash: bool) -> None:
    """Changes the last approval of SRB in the ledger, and with `rehash` the whole chain and its head after it."""
    lines = [json.loads(line) for line in of.store.ledger.path.read_text().splitlines()]
    for event in lines:
        if event.get("approver") == "SRB":
            event.update(change)
    previous = "0" * 64
    for event in lines if rehash else ():
        event["previous"] = previous
        event["hash"] = previous = entry_hash(event)
    text = "".join(json.dumps(event, ensure_ascii=False, sort_keys=True) + "\n" for event in lines)
    of.store.ledger.path.write_text(text)
    if rehash:
        head = {"number": lines[-1]["number"], "hash": previous}
        of.store.ledger.head.write_text(json.dumps(head) + "\n")


def test_an_edited_ledger_is_refused(tmp_path: Path) -> None:
    of = all_approved(draft(tmp_path))
    head = of.store.events()[-1]
    noted = Head(head["number"], head["hash"])
    changed = draft(tmp_path, page=PAGE.replace("None.", "Nine."))
    new = asked_of(changed, PARTNER, "SRB").hash
    for name in ("first", "second"):
        approved(changed, PERSON, name)
    forge(changed, {"sha256": new}, rehash=False)
    again = Draft(changed.folder, Store(tmp_path / "store"), REGION, 2025)
    assert "entry 6 was changed" in points(again)
    forge(again, {"sha256": new}, rehash=True)
    rechained = Draft(changed.folder, Store(tmp_path / "store"), REGION, 2025)
    assert "entry 8 is not the one that the head that was noted names" in points(rechained, head=noted)


def test_who_rewrites_the_whole_ledger_still_has_no_signature(tmp_path: Path, keys: dict[str, Key]) -> None:
    of = signed_draft(tmp_path, keys | {"SRB": keys["ALB"]})
    changed = draft(tmp_path, page=PAGE.replace("None.", "Nine."))
    old, new = asked_of(of, PARTNER, "SRB"), asked_of(changed, PARTNER, "SRB").hash
    assert old.hash == new, "one draft lies in the folder"
    first = next(event["sha256"] for event in of.events(PARTNER, "SRB"))
    signatures = tmp_path / "store" / "signatures"
    shutil.copy(signatures / f"{first}.sig", signatures / f"{new}.sig")
    forge(changed, {"sha256": new, "files": {}}, rehash=True)
    rewritten = Draft(changed.folder, Store(tmp_path / "store"), REGION, 2025)
    assert "SRB has approved, but the signature is not one of this hash" in points(rewritten)


def published(of: Draft) -> Path:
    held = [one.asked.hash for one in standings(of) if one.holds]
    edition = editions.publish(
        of.folder, store=of.store.root, region=REGION.name, year=2025, approvals=held
    ).edition
    return edition.folder


def test_a_reader_with_the_public_keys_sees_who_signed_a_release(
    tmp_path: Path, keys: dict[str, Key]
) -> None:
    release = published(signed_draft(tmp_path, keys))
    signers = tmp_path / "store" / "signers" / "western_balkans.allowed"
    done = CliRunner().invoke(app, ["verify", str(release), "--signers", str(signers)])
    assert done.exit_code == 0, done.output
    said = done.output.splitlines()
    assert [line.split(":")[0] for line in said[1:]] == [
        "ALB (partner)", "BIH (partner)", "anna (person)", "boris (person)",
    ]  # fmt: skip
    assert all(f"signed {AT} with SHA256:" in line for line in said[1:])
    named = (release.parent / "versions.json").read_text()
    assert "clerk" not in named, "approvals without a key are not published"


def test_a_signature_under_other_content_or_by_an_unknown_key_is_named(
    tmp_path: Path, keys: dict[str, Key]
) -> None:
    release = published(signed_draft(tmp_path, keys))
    known(tmp_path, keys, anna="", BIH=f'namespaces="{APPROVAL}" {keys["boris"].public}')
    signers = tmp_path / "store" / "signers" / "western_balkans.allowed"
    page = release / "index.html"
    page.write_text(page.read_text().replace("In Albania 3", "In Albania 4"))
    write_checksums(release)
    unlisted = CliRunner().invoke(app, ["verify", str(release), "--signers", str(signers)])
    assert (unlisted.exit_code, "does not list this release" in unlisted.output) == (2, True)
    versions = release.parent / "versions.json"
    listed = json.loads(versions.read_text())
    listed["history"][0]["sha256"] = editions.identity(release)
    versions.write_text(json.dumps(listed))
    done = CliRunner().invoke(app, ["verify", str(release), "--signers", str(signers)])
    assert done.exit_code == 1
    assert "ALB (partner): the signature is not one of this hash" in done.output
    assert "BIH (partner): the signature is by a key that is not registered" in done.output
    assert "anna (person): the signature is not one of this hash" in done.output


def test_a_release_that_nobody_signed_is_said_to_be_so(tmp_path: Path, keys: dict[str, Key]) -> None:
    release = published(all_approved(draft(tmp_path)))
    known(tmp_path, keys)
    signers = tmp_path / "store" / "signers" / "western_balkans.allowed"
    done = CliRunner().invoke(app, ["verify", str(release), "--signers", str(signers)])
    assert (done.exit_code, "has no signature for version 1" in done.output) == (2, True)
    done = CliRunner().invoke(app, ["verify", str(release), "--signers", str(tmp_path / "nowhere")])
    assert (done.exit_code, "does not exist" in done.output) == (2, True)


def test_a_version_that_a_crash_left_without_its_entry_is_made_ready_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    of = all_approved(draft(tmp_path))
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(editions, "_complete", crash)
        published(of)
    assert "no entry names it; publish that edition again" in points(of)
    assert editions.made_ready_again(of.store.root, REGION.name, 2025) == 1
    assert points(of) == ""
    assert published(of).name == "1"
    assert points(of) == ""
    assert editions.made_ready_again(of.store.root, REGION.name, 2025) is None


def test_a_version_that_readers_have_is_not_taken_from_them_where_the_ledger_was_cut(tmp_path: Path) -> None:
    of = all_approved(draft(tmp_path))
    release = published(of)
    ledger = tmp_path / "store" / "ledger.jsonl"
    ledger.write_text("".join(ledger.read_text().splitlines(keepends=True)[:-1]))
    assert editions.made_ready_again(of.store.root, REGION.name, 2025) is None
    assert (release / "index.html").is_file()
    assert "the ledger was cut short" in points(of)


def test_an_earlier_version_is_given_back_to_readers_at_once_and_the_later_one_kept(tmp_path: Path) -> None:
    of = draft(tmp_path)
    for page in (PAGE, PAGE.replace("3", "4")):
        folder = draft(tmp_path, page=page).folder
        editions.publish(folder, store=tmp_path / "store", region=REGION.name, year=2025, note="a figure")
    releases = tmp_path / "store" / "releases" / of.edition
    assert (releases / "latest" / "index.html").read_text().count("Albania 4") == 1
    with pytest.raises(ReleaseRefused, match=r"has no version 3\. Versions: 1, 2"):
        restore(of, 3, note="wrong", actor="clerk")
    restore(of, 1, note="Version 2 misprints a figure", actor="clerk")
    assert (releases / "latest").readlink() == Path("1")
    listed = json.loads((releases / "versions.json").read_text())
    assert listed["history"][-1]["note"] == "Version 2 misprints a figure"
    assert (releases / "2" / "index.html").exists()
    (releases / "2" / "index.html").write_text("other")
    with pytest.raises(
        ReleaseRefused, match=r"index\.html: differs from its checksum; restore it from a backup"
    ):
        restore(of, 2, note="back", actor="clerk")
