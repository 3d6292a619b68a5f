"""A private Dovecot with an account full of made-up mail."""

from base64 import b64encode
from dataclasses import dataclass
from pathlib import Path
from random import Random

from benchmarks import corpus
from tests.helpers.dovecot import Dovecot, User

_LARGE_HEAD = (
    b"From: Ann <ann@large.example>\r\nTo: support@firma.example\r\nSubject: The whole archive\r\n"
    b"Message-ID: <archive@large.example>\r\nDate: Mon, 06 Jan 2025 07:00:00 +0000\r\nMIME-Version: 1.0\r\n"
    b'Content-Type: application/zip; name="archive.zip"\r\nContent-Transfer-Encoding: base64\r\n'
    b'Content-Disposition: attachment; filename="archive.zip"\r\n\r\n'
)
_LINE = 57


@dataclass(frozen=True, slots=True)
class Account:
    """What a client logs in with, and what is in its INBOX."""

    host: str
    port: int
    user: str
    password: str
    messages: int
    size_bytes: int


def fill(server: Dovecot, messages: int, seed: int) -> tuple[Account, User]:
    """Make a user with *messages* mails."""
    user = server.new_user()
    size = 0

    def counted() -> corpus.Mails:
        nonlocal size
        for raw, received_at in corpus.mails(messages, seed):
            size += len(raw)
            yield raw, received_at

    server.deliver_many(user, counted())
    return Account(server.host, server.port, user.name, user.password, messages, size), user


def add_large_mail(server: Dovecot, user: User, attachment_bytes: int) -> int:
    """Deliver one mail with an attachment of so many bytes; returns its size."""
    line = b64encode(Random(1).randbytes(_LINE)) + b"\r\n"
    raw = _LARGE_HEAD + line * (attachment_bytes // _LINE + 1)
    server.deliver(user, raw)
    return len(raw)


def master_of(directory: Path) -> int:
    """Return the process id of the master of the server in *directory*."""
    return int((directory / "run" / "master.pid").read_text())
