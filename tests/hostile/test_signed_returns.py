"""Who sent it: once a key of a partner is registered, nobody else hands over, or takes back, a return in its name."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from typer.testing import CliRunner

from assets.cli import app
from data_contracts.catalog import load_catalog
from pipelines.acceptance import accept, accepted_returns
from pipelines.checking import check_path
from pipelines.errors import SignatureError, WithdrawalError
from pipelines.handing_over import hand_over
from pipelines.inbox import inbox_entries
from pipelines.reading_content import content_sha256
from pipelines.register import Receipt, Store
from pipelines.register_verify import verify_store
from pipelines.signatures import RETURN, WITHDRAWAL, sign, signers_of, verify
from pipelines.signed_returns import signature_path
from pipelines.withdrawal import Meant, withdraw
from tests.hostile import builders as b
from tests.hostile.keys import OPTIONS, Key, know, new_key

COVERED = {
    f"L0-signature-{name}" for name in ("missing", "invalid", "not-by-partner", "not-valid-then", "revoked")
}
CATALOG = load_catalog()
REGION = CATALOG.region("western_balkans")
AT = "2026-03-01T10:00:00Z"
PARTNER, OTHER = "XKX", "ALB"


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Key]:
    folder = tmp_path_factory.mktemp("keys")
    return {name: new_key(folder, name) for name in (PARTNER, OTHER, "stranger")}


@pytest.fixture
def store(tmp_path: Path, keys: dict[str, Key]) -> Store:
    made = Store(tmp_path / "store")
    know(made.root, REGION.name, {name: f"{OPTIONS} {keys[name].public}" for name in (PARTNER, OTHER)})
    return made


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return b.folder(tmp_path / "r")


def signed(path: Path, key: Key, *, namespace: str = RETURN, digest: str | None = None) -> Path:
    made = sign(digest or content_sha256(path), key=key.private, namespace=namespace)
    signature_path(path).write_bytes(made)
    return path


def receive(store: Store, path: Path, at: str = AT) -> Receipt:
    return store.receive(path, received_at=at, catalog=CATALOG, region=REGION)


def refused(store: Store, path: Path, at: str = AT) -> str:
    """The one finding that refuses a return, of which nothing but the hash is kept."""
    receipt = receive(store, path, at)
    (found,) = receipt.findings
    assert (receipt.status, receipt.path, found.severity) == ("refused", None, "error")
    assert not (store.root / "objects").exists() and not (store.root / "signatures").exists()
    (event,) = store.events()
    assert (event["event"], event["sha256"]) == ("refused", receipt.sha256)
    assert "submission" not in event, "who cannot sign for a partner uses none of its numbers up"
    return found.code


def test_a_good_signature_is_kept_and_its_key_stands_in_the_ledger(
    store: Store, path: Path, keys: dict[str, Key]
) -> None:
    assert receive(store, signed(path, keys[PARTNER])).status == "received"
    (event,) = store.events()
    shown = subprocess.run(
        ["ssh-keygen", "-lf", keys[PARTNER].private.with_suffix(".pub")],
        capture_output=True,
        text=True,
        check=True,
    )
    assert event["actor"] == PARTNER and event["key"] == shown.stdout.split()[1]
    assert verify_store(store.root).passed
    (kept,) = (store.root / "signatures").iterdir()
    kept.unlink()
    assert f"signatures/{event['sha256']}.sig is missing" in verify_store(store.root).problems[0]


def test_where_no_key_of_a_partner_is_registered_nothing_need_be_signed(
    store: Store, path: Path, keys: dict[str, Key]
) -> None:
    know(store.root, REGION.name, {OTHER: f"{OPTIONS} {keys[OTHER].public}"})
    signature_path(path).write_bytes(b"no signature at all")
    assert receive(store, path).status == "received"
    assert store.events()[0]["actor"] == "intake"


def test_a_missing_signature(store: Store, path: Path) -> None:
    assert refused(store, path) == "L0-signature-missing"
    assert receive(store, path).status == "refused"
    assert len(store.events()) == 1


@pytest.mark.parametrize("name", [OTHER, "stranger"])
def test_a_signature_of_somebody_else(store: Store, path: Path, keys: dict[str, Key], name: str) -> None:
    assert refused(store, signed(path, keys[name])) == "L0-signature-not-by-partner"


@pytest.mark.parametrize("at", ["2024-12-31T23:59:59Z", "2027-01-01T02:00:01+02:00"])
def test_a_key_that_was_not_valid_when_the_return_was_received(
    store: Store, path: Path, keys: dict[str, Key], at: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "Pacific/Kiritimati")  # a machine's zone moves no day of validity
    assert refused(store, signed(path, keys[PARTNER]), at) == "L0-signature-not-valid-then"


@pytest.mark.parametrize("at", ["2025-01-01T00:00:00Z", "2027-01-01T00:00:00"])
def test_the_first_and_the_last_second_of_a_key(
    store: Store, path: Path, keys: dict[str, Key], at: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "Pacific/Kiritimati")
    assert receive(store, signed(path, keys[PARTNER]), at).status == "received"


def test_a_revoked_key(store: Store, path: Path, keys: dict[str, Key]) -> None:
    line = {PARTNER: f"{OPTIONS} {keys[PARTNER].public}"}
    know(store.root, REGION.name, line, revoked=keys[PARTNER].public)
    assert refused(store, signed(path, keys[PARTNER])) == "L0-signature-revoked"


def test_a_key_that_may_not_sign_returns(store: Store, path: Path, keys: dict[str, Key]) -> None:
    know(store.root, REGION.name, {PARTNER: f'namespaces="tesat-approval" {keys[PARTNER].public}'})
    assert refused(store, signed(path, keys[PARTNER])) == "L0-signature-not-valid-then"


def test_a_signature_of_something_else(store: Store, path: Path, keys: dict[str, Key]) -> None:
    assert refused(store, signed(path, keys[PARTNER], digest="0" * 64)) == "L0-signature-invalid"


def test_a_signature_for_another_purpose(store: Store, path: Path, keys: dict[str, Key]) -> None:
    assert refused(store, signed(path, keys[PARTNER], namespace=WITHDRAWAL)) == "L0-signature-invalid"


def test_a_return_that_was_changed_after_it_was_signed(
    store: Store, path: Path, keys: dict[str, Key]
) -> None:
    signed(path, keys[PARTNER])
    (path / "arrests.csv").write_text(f"{b.HEADER}\n{b.ROW}\n".replace(",9", ",8"), encoding="utf-8")
    assert refused(store, path) == "L0-signature-invalid"


@pytest.mark.parametrize(
    "content", [b"", b"\0" * 500, b"-----BEGIN SSH SIGNATURE-----\n", b"x" * 10_000_000, b"\xff\xfe" * 999]
)
def test_what_is_no_signature(store: Store, path: Path, content: bytes) -> None:
    signature_path(path).write_bytes(content)
    assert refused(store, path) == "L0-signature-invalid"


@pytest.mark.parametrize("kind", ["link", "pipe", "folder", "device"])
def test_a_signature_that_is_no_file_is_none(
    store: Store, path: Path, tmp_path: Path, keys: dict[str, Key], kind: str
) -> None:
    beside = signature_path(path)
    if kind == "link":
        signed(path, keys[PARTNER])
        beside.rename(tmp_path / "elsewhere")
        beside.symlink_to(tmp_path / "elsewhere")
    elif kind == "pipe":
        os.mkfifo(beside)
    elif kind == "folder":
        beside.mkdir()
    else:
        beside.symlink_to("/dev/zero")
    assert refused(store, path) == "L0-signature-missing"


def test_a_return_that_was_refused_is_taken_in_once_it_is_signed_and_again_changes_nothing(
    store: Store, path: Path, keys: dict[str, Key]
) -> None:
    receive(store, path)
    assert receive(store, signed(path, keys[PARTNER])).status == "received"
    signature_path(path).unlink()
    assert receive(store, path).status == "known"
    assert [event["event"] for event in store.events()] == ["refused", "received"]


def test_what_was_taken_in_before_a_key_was_registered_stays(
    tmp_path: Path, path: Path, keys: dict[str, Key]
) -> None:
    store = Store(tmp_path / "new")
    receive(store, path)
    know(store.root, REGION.name, {PARTNER: f"{OPTIONS} {keys[PARTNER].public}"})
    assert receive(store, path).status == "known"


def test_a_return_that_names_its_partner_by_its_name_is_signed_too(
    store: Store, tmp_path: Path, keys: dict[str, Key]
) -> None:
    path = b.folder(tmp_path / "named", b.files(cover=b.cover_text(partner="Albania")))
    assert refused(store, signed(path, keys[PARTNER])) == "L0-signature-not-by-partner"


def test_submit_signs_and_carries_a_signature_along(
    store: Store, path: Path, tmp_path: Path, keys: dict[str, Key]
) -> None:
    inbox = tmp_path / "inbox"
    done = CliRunner().invoke(
        app, ["submit", str(path), "--inbox", str(inbox), "--sign", str(keys[PARTNER].private)]
    )
    assert done.exit_code == 0, done.output
    (entry,), others = inbox_entries(inbox)
    assert others == [] and signature_path(entry.path).is_file()
    assert receive(store, entry.path).status == "received"
    book = b.book(tmp_path / "again.xlsx")
    alone = b.zipped(tmp_path / "sent by mail.zip", b.files(cover=b.cover_text(submission="2")))
    done = CliRunner().invoke(app, ["sign", str(alone), "--key", str(keys[PARTNER].private)])
    assert done.exit_code == 0 and "Signed: " in done.output, done.output
    assert receive(store, alone).status == "received"
    by_hand = f"printf '%s\\n' {content_sha256(book)} | ssh-keygen -q -Y sign -f {keys[PARTNER].private} -n tesat-return"
    made = subprocess.run(["bash", "-c", by_hand], capture_output=True, check=True)
    signature_path(book).write_bytes(made.stdout)
    _, target = hand_over(book, inbox=inbox, catalog=CATALOG, region_name=REGION.name)
    assert target is not None and receive(store, target).status == "received"


def test_a_key_that_cannot_sign_hands_nothing_over(path: Path, tmp_path: Path) -> None:
    (tmp_path / "no-key").write_text("x", encoding="utf-8")
    done = CliRunner().invoke(
        app, ["submit", str(path), "--inbox", str(tmp_path / "inbox"), "--sign", str(tmp_path / "no-key")]
    )
    assert (done.exit_code, (tmp_path / "inbox").exists()) == (2, False)
    assert "Not handed over. no-key: no signature could be made with it" in done.output


def test_a_machine_without_the_program_says_so(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SignatureError, match=r"ssh-keygen is missing.*install OpenSSH"):
        sign("0" * 64, key=tmp_path / "key", namespace=RETURN)


def test_a_withdrawal_is_signed_by_its_partner(store: Store, path: Path, keys: dict[str, Key]) -> None:
    receipt = receive(store, signed(path, keys[PARTNER]))
    assert receipt.path is not None
    accept(store, check_path(receipt.path, catalog=CATALOG, region_name=REGION.name), catalog=CATALOG)

    def taken_back(signature: bytes | None) -> None:
        withdraw(store, Meant(PARTNER, 2025), region=REGION, signature=signature, at=AT, actor="operator")

    signed_for = CliRunner().invoke(
        app, ["sign", str(path), "--withdrawal", "--key", str(keys[PARTNER].private)]
    )
    assert signed_for.exit_code == 0, signed_for.output
    wrong = {
        "are signed": None,
        "not one of this return's hash": sign(receipt.sha256, key=keys[PARTNER].private, namespace=RETURN),
        "not registered for the partner": sign(receipt.sha256, key=keys[OTHER].private, namespace=WITHDRAWAL),
    }
    for says, signature in wrong.items():
        with pytest.raises(WithdrawalError, match=says):
            taken_back(signature)
    assert not accepted_returns(store).is_empty()
    by_partner = path.with_name(f"{path.name}.withdrawal.sig")
    command = ["withdraw", "--partner", PARTNER, "--year", "2025", "--store", str(store.root)]
    late = CliRunner().invoke(app, command)
    assert late.exit_code == 1 and "tesat sign RETURN --withdrawal" in late.output
    taken_back(by_partner.read_bytes())
    assert accepted_returns(store).is_empty()
    assert store.events()[-1]["actor"] == PARTNER and "key" in store.events()[-1]


def test_a_file_of_keys_that_would_let_others_sign_stops_the_intake(
    store: Store, path: Path, keys: dict[str, Key]
) -> None:
    public = keys[PARTNER].public
    for line, says in {
        f"* {public}": "line 3: name each signer by its code",
        f"{PARTNER},!{OTHER} {public}": "line 3: name each signer",
        f"{PARTNER} cert-authority {public}": "line 3: use no options but",
        f"{PARTNER} {OPTIONS}": "line 3: there is no public key",
        f"{PARTNER} ssh-ed25519 no+base64!": "line 3: there is no public key",
    }.items():
        name, _, rest = line.partition(" ")
        know(store.root, REGION.name, {name: rest})
        with pytest.raises(SignatureError, match=says):
            receive(store, path)
    assert store.events() == []


def test_several_keys_and_signers_of_one_line(tmp_path: Path, keys: dict[str, Key]) -> None:
    folder = tmp_path / "signers"
    folder.mkdir()
    lines = [f"{PARTNER},editor {keys[PARTNER].public} office", f"{PARTNER} {keys['stranger'].public}"]
    (folder / "tiny.allowed").write_text("\n".join(lines), encoding="utf-8")
    known = signers_of(tmp_path, "tiny")
    assert known.needs("editor") and not known.needs(OTHER)
    digest = "ab" * 32
    for name, signer, outcome in (
        (PARTNER, "editor", "good"),
        ("stranger", PARTNER, "good"),
        ("stranger", "editor", "not_by_signer"),
    ):
        signature = sign(digest, key=keys[name].private, namespace="tesat-approval")
        found = verify(digest, signature, signer=signer, at=AT, namespace="tesat-approval", signers=known)
        assert found.outcome == outcome


def test_a_revoked_key_is_not_trusted_under_any_name(tmp_path: Path, keys: dict[str, Key]) -> None:
    know(tmp_path, "tiny", {PARTNER: keys[OTHER].public}, revoked=keys[PARTNER].public)
    signature = sign("ab" * 32, key=keys[PARTNER].private, namespace=RETURN)
    known = signers_of(tmp_path, "tiny")
    found = verify("ab" * 32, signature, signer=PARTNER, at=AT, namespace=RETURN, signers=known)
    assert found.outcome == "revoked"


def test_the_copy_of_a_signed_return_is_signed_under_every_name(
    store: Store, path: Path, tmp_path: Path, keys: dict[str, Key]
) -> None:
    """The hash is of the content, so that a folder's signature is its zip's."""
    signed(path, keys[PARTNER])
    packed = Path(shutil.make_archive(str(tmp_path / "other name"), "zip", path))
    shutil.copyfile(signature_path(path), signature_path(packed))
    assert receive(store, packed).status == "received"
