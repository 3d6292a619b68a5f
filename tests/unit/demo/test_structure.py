"""The fake server's own MIME reader agrees with Dovecot's, byte for byte, on generated and on odd mail."""

import re

import pytest

from desktop.demo.server import ImapServer
from tests.helpers.dovecot import Dovecot
from tests.helpers.mailboxes import on_dovecot
from tests.helpers.mailgen import generate
from tests.helpers.wire import Wire

pytestmark = pytest.mark.server

SECTIONS = ("1", "2", "1.1", "1.2", "2.1", "1.MIME", "2.MIME", "1.HEADER", "2.HEADER", "2.TEXT", "9")
ITEMS = " ".join(
    [
        *("INTERNALDATE", "RFC822.SIZE", "ENVELOPE", "BODYSTRUCTURE", "BODY"),
        *(f"BODY.PEEK[{name}]" for name in SECTIONS),
        *("BODY.PEEK[HEADER.FIELDS (TO SUBJECT)]", "BODY.PEEK[HEADER.FIELDS.NOT (SUBJECT)]"),
    ]
)
INNER = b"From: b@x\nSubject: inner\nContent-Type: text/html\n\n<p>in</p>\n"
TWO = b"--B\nContent-Type: text/plain\n\none\n--B\n\ntwo\n"
ODD = {
    "no content type": b"Subject: x\n\nbody\n",
    "no body": b"Subject: x\n\n",
    "no header": b"\nbody\n",
    "no recipients": b"From: a@x\nTo: undisclosed-recipients:;\n\nbody\n",
    "names": b'From: "Doe, Jane" <j@x>, Joe <joe@y>\nSender: s@x\nReply-To: r@x\nCc: c@x\nBcc: d@x\n\n',
    "in reply": b"Message-ID: <1@x>\nIn-Reply-To: <2@x>\nDate: Thu, 1 Jan 2026 00:00:00 +0000\n\n",
    "folded": b"Subject: one\n two\n\tthree\nTo: a@x,\n b@y\n\n",
    "forwarded": b"Subject: o\nContent-Type: message/rfc822\n\n" + INNER,
    "forwarded with more": b"Content-Type: multipart/mixed; boundary=B\n\n--B\n\ntext\n--B\n"
    b'Content-Type: message/rfc822\nContent-Disposition: attachment; filename="a b.eml"\n\n' + INNER + b"\n--B--\n",
    "forwarded twice": b"Content-Type: message/rfc822\n\nContent-Type: multipart/mixed; boundary=B\n\n"
    + TWO
    + b"--B--\n",
    "digest": b"Content-Type: multipart/digest; boundary=B\n\n--B\n\n" + INNER + b"\n--B--\n",
    "not closed": b"Content-Type: multipart/mixed; boundary=B\n\n" + TWO,
    "more after the end": b"Content-Type: multipart/mixed; boundary=B\n\nbefore\n" + TWO + b"--B--\nafter\n",
    "nested": b"Content-Type: multipart/mixed; boundary=A\n\n--A\nContent-Type: multipart/alternative; boundary=B\n\n"
    + TWO
    + b"--B--\n\n--A\nContent-Type: application/pdf\nContent-ID: <c>\nContent-Description: d\n\nx\n--A--\n",
    "language and location": b"Content-Type: text/plain; format=flowed\nContent-Location: http://x/\n\nbody\n",
}


def without_literals(answer: bytes) -> list[bytes]:
    """An answer with its literals as quoted strings, in pieces: where Dovecot prefers which is its own affair."""
    pieces = []
    while found := re.search(rb"\{(\d+)\}\r\n", answer):
        end = found.end() + int(found[1])
        data = answer[found.end() : end].replace(b"\\", b"\\\\").replace(b'"', b'\\"')
        pieces.append(answer[: found.start()] + b'"' + data + b'"')
        answer = answer[end:]
    return b"".join([*pieces, answer]).split(b" ")


def answers(port: int, user: str, password: str) -> list[bytes]:
    """Every message's FETCH answer."""
    with Wire(port) as wire:
        wire.ask(f'LOGIN {user} "{password}"')
        wire.ask("EXAMINE INBOX")
        return wire.ask(f"UID FETCH 1:* ({ITEMS})")[:-1]


def both(dovecot: Dovecot, fake: ImapServer, mails: list[bytes]) -> list[tuple[bytes, bytes]]:
    """(Dovecot's answer, the fake's) for each mail."""
    real = on_dovecot(dovecot)
    account = fake.add_account("anna@example.test", "secret-4711")
    for raw in mails:
        real.mailbox.deliver(raw)
        account.deliver(raw)
    expected = answers(real.port, real.user, real.password)
    return list(zip(expected, answers(fake.port, account.name, account.password), strict=True))


def comparable(answer: bytes) -> list[bytes]:
    """Without the moment of arrival."""
    return without_literals(re.sub(rb'INTERNALDATE "[^"]*"', b"", answer))


def test_generated_mail(dovecot: Dovecot, imap_server: ImapServer) -> None:
    for expected, found in both(dovecot, imap_server, [mail.raw for mail in generate(seed=11, count=120)]):
        assert comparable(found) == comparable(expected)


@pytest.mark.parametrize("name", ODD)
def test_odd_mail(dovecot: Dovecot, imap_server: ImapServer, name: str) -> None:
    [(expected, found)] = both(dovecot, imap_server, [ODD[name]])
    assert comparable(found) == comparable(expected)
