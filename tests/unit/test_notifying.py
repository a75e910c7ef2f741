"""Notices over their channels: a log, a folder, and mail to a real server."""

from __future__ import annotations

import logging
import socket
import ssl
import subprocess
from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from pipelines.errors import NoticeError
from pipelines.notices import Notice
from pipelines.notifying import known_channels, notify

NOTICE = Notice("2025-reminder-03-17", "Kosovo* 2025: due", "Nothing yet from: Kosovo*.\n")
LOG = logging.getLogger("notices")


class Mailbox:
    """Keeps what a real server was given."""

    def __init__(self) -> None:
        self.mails: list[tuple[list[str], Message]] = []

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        self.mails.append((envelope.rcpt_tos, message_from_bytes(envelope.content)))
        return "250 kept"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def mailbox() -> Iterator[tuple[Mailbox, int]]:
    box = Mailbox()
    controller = Controller(box, hostname="127.0.0.1", port=free_port())
    controller.start()
    yield box, controller.port
    controller.stop()


def test_a_notice_reaches_every_receiver_by_mail(mailbox: tuple[Mailbox, int]) -> None:
    box, port = mailbox
    notify(
        NOTICE, [f"smtp://127.0.0.1:{port}?from=tesat@example.org&to=a@example.org,b@example.org"], log=LOG
    )
    ((receivers, mail),) = box.mails
    assert receivers == ["a@example.org", "b@example.org"]
    assert mail["Message-ID"] == "<2025-reminder-03-17@example.org>"
    payload = mail.get_payload(decode=True)
    assert isinstance(payload, bytes)
    assert payload.decode().splitlines() == NOTICE.text.splitlines()


def test_a_password_goes_only_over_tls_and_a_certificate_that_nobody_vouches_for_is_refused(
    tmp_path: Path,
) -> None:
    key, certificate, password = tmp_path / "key.pem", tmp_path / "cert.pem", tmp_path / "password"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1"),
            *("-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"),
            *("-keyout", key, "-out", certificate),
        ],
        check=True,
        capture_output=True,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    password.write_text("secret\n")
    seen: list[bytes] = []

    def known(_: SMTP, __: Session, ___: Envelope, ____: str, given: LoginPassword) -> AuthResult:
        seen.append(given.password)
        return AuthResult(success=given.password == b"secret")

    box = Mailbox()
    controller = Controller(
        box,
        hostname="127.0.0.1",
        port=free_port(),
        tls_context=context,
        authenticator=known,
        auth_required=True,
    )
    controller.start()
    url = f"smtp://clerk@127.0.0.1:{controller.port}?from=a@b.org&to=c@d.org&starttls=yes&password_file={password}"
    try:
        with pytest.raises(NoticeError, match="certificate verify failed"):
            notify(NOTICE, [url], log=LOG)
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("SSL_CERT_FILE", str(certificate))
            notify(NOTICE, [url], log=LOG)
    finally:
        controller.stop()
    assert seen == [b"secret"]
    assert len(box.mails) == 1


def test_a_folder_holds_one_whole_file_per_notice(tmp_path: Path) -> None:
    for _ in range(2):
        notify(NOTICE, [f"file://{tmp_path}/notices"], log=LOG)
    assert {path.name: path.read_text() for path in (tmp_path / "notices").iterdir()} == {
        "2025-reminder-03-17.txt": "Kosovo* 2025: due\n\nNothing yet from: Kosovo*.\n"
    }


def test_a_channel_that_fails_keeps_no_other_from_it(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    dead = "smtp://127.0.0.1:1?from=a@b.org&to=c@d.org"
    with pytest.raises(
        NoticeError, match="2025-reminder-03-17 did not go out over smtp: ConnectionRefusedError"
    ):
        notify(NOTICE, [dead, "log:", f"file://{tmp_path}"], log=LOG)
    assert "Kosovo* 2025: due" in caplog.text
    assert (tmp_path / "2025-reminder-03-17.txt").exists()


@pytest.mark.parametrize(
    "text, says",
    [
        ("http://x", "http is no channel"),
        ("smtp://host:25?to=a@b", "write it as smtp://host:port"),
        ("file:notices", "file:///an/absolute/folder"),
        ("smtp://h?from=a&to=b&password=x", "smtp is no channel"),
        ("smtp://u@h?from=a&to=b&password_file=/p", "a password goes over TLS only"),
    ],
)
def test_a_channel_that_is_none_is_refused(text: str, says: str) -> None:
    with pytest.raises(NoticeError, match=says):
        known_channels(text)
    assert known_channels("log: file:///srv/notices") == ("log:", "file:///srv/notices")
