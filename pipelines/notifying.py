"""How notices travel: into a log, as files into a folder, or by mail.

Belongs here: the channels. Which notices there are is `notices.py`. A channel is written as a URL:
`log:`, `file:///srv/tesat/notices`, `smtp://host:port?from=a@x&to=b@y,c@y`, with `smtps` for TLS from the start and
`starttls=yes` for TLS after it. A user's password stands in the file that `password_file` names, never in the URL.
"""

from __future__ import annotations

import logging
import smtplib
import ssl
from collections.abc import Sequence
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from pipelines.errors import NoticeError
from pipelines.notices import Notice

if TYPE_CHECKING:
    from collections.abc import Iterator

SECONDS = 20
_OPTIONS = {"from", "to", "starttls", "password_file"}
_PORTS = {"smtp": 25, "smtps": 465}


def notify(notice: Notice, channels: Sequence[str], *, log: logging.Logger) -> None:
    """Sends a notice over every channel; one that fails keeps no other from it.

    Raises:
        NoticeError: Some channels failed; the message names each and why.
    """
    failed = []
    for channel in channels or ["log:"]:
        try:
            _send(notice, urlsplit(channel), log=log)
        except (OSError, smtplib.SMTPException) as error:
            failed.append(f"{urlsplit(channel).scheme}: {type(error).__name__}, {error}")
    if failed:
        raise NoticeError(f"The notice {notice.key} did not go out over {'; '.join(failed)}.")


def known_channels(text: str) -> tuple[str, ...]:
    """The channels that a setting names, separated by blanks.

    Raises:
        NoticeError: One of them is none, or lacks something.
    """
    channels = tuple(text.split())
    for channel in channels:
        url = urlsplit(channel)
        options = parse_qs(url.query)
        if url.scheme not in ("log", "file", *_PORTS) or set(options) - _OPTIONS:
            raise NoticeError(
                f"{url.scheme or channel} is no channel for notices: use log:, file:, smtp: or smtps:"
            )
        if url.scheme in _PORTS and not (url.hostname and {"from", "to"} <= set(options)):
            raise NoticeError(
                f"{url.scheme}: write it as {url.scheme}://host:port?from=SENDER&to=RECEIVER,RECEIVER"
            )
        if "password_file" in options and url.scheme == "smtp" and options.get("starttls") != ["yes"]:
            raise NoticeError("smtp: a password goes over TLS only; use smtps, or add starttls=yes")
        if url.scheme == "file" and not Path(url.path).is_absolute():
            raise NoticeError("file: write it as file:///an/absolute/folder")
    return channels


def _send(notice: Notice, url: SplitResult, *, log: logging.Logger) -> None:
    if url.scheme == "log":
        log.warning(f"{notice.subject}\n{notice.text}")
    elif url.scheme == "file":
        _drop(notice, Path(unquote(url.path)))
    else:
        _mail(notice, url)


def _drop(notice: Notice, folder: Path) -> None:
    """A file per notice, whole at once; the same notice again is the same file."""
    folder.mkdir(parents=True, exist_ok=True)
    partial = folder / f".{notice.key}.partial"
    partial.write_text(f"{notice.subject}\n\n{notice.text}", encoding="utf-8")
    partial.replace(folder / f"{notice.key}.txt")


def _mail(notice: Notice, url: SplitResult) -> None:
    options = {name: values[0] for name, values in parse_qs(url.query).items()}
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = notice.subject, options["from"], options["to"]
    message["Message-ID"] = f"<{notice.key}@{options['from'].rpartition('@')[2]}>"
    message.set_content(notice.text)
    with _server(url, options) as server:
        if url.username and "password_file" in options:
            password = Path(options["password_file"]).read_text(encoding="utf-8").strip()
            server.login(unquote(url.username), password)
        server.send_message(message)


@contextmanager
def _server(url: SplitResult, options: dict[str, str]) -> Iterator[smtplib.SMTP]:
    host, port = str(url.hostname), url.port or _PORTS[url.scheme]
    if url.scheme == "smtps":
        with smtplib.SMTP_SSL(host, port, timeout=SECONDS, context=ssl.create_default_context()) as server:
            yield server
        return
    with smtplib.SMTP(host, port, timeout=SECONDS) as server:
        if options.get("starttls") == "yes":
            server.starttls(context=ssl.create_default_context())
        yield server
