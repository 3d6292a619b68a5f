"""The text of large messages before their attachments, from both kinds of server, and the bytes that were left out."""

import pytest

from desktop.domain.mail import RawMail
from desktop.domain.mailbox import Security
from desktop.domain.source import Source
from desktop.sync.text_first import CUT_FROM, TEXT_KEPT, text_first
from tests.contract.conftest import Site, settings_of
from tests.helpers.large import CRLF, encoded, file, head, large_mail, multipart, noise, text
from tests.helpers.mailboxes import MailServer

BIG = noise(CUT_FROM * 3)
INSIDE = head("Inside", mime=multipart(text("the inner words"), file(BIG, "inner.bin"), mark="=_in"))
MAILS = {
    "usual": large_mail(300_000),
    "preamble and epilogue": head(
        mime=multipart(text("hello"), file(BIG), before=b"This is a multi-part message.\r\n", after=b"bye\r\n")
    ),
    "alternative, related, two files": head(
        mime=multipart(
            multipart(
                text("plain"),
                multipart(text("<p>html</p>", "html"), file(BIG, "p.png", "image/png"), kind="related", mark="=_r"),
                kind="alternative",
                mark="=_b",
            ),
            file(BIG, "one.zip"),
            file(BIG[::-1], "two.zip"),
        )
    ),
    "a file alone": head(
        mime=b"Content-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n" + encoded(BIG)
    ),
    "a message inside": head(mime=multipart(text("see below"), b"Content-Type: message/rfc822\r\n\r\n" + INSIDE)),
    "a message as a file": head(
        mime=multipart(
            text("see below"),
            b'Content-Type: message/rfc822\r\nContent-Disposition: attachment; filename="a.eml"\r\n\r\n' + INSIDE,
        )
    ),
    "a very long text": head(mime=multipart(text("long " * (TEXT_KEPT // 4)), file(BIG))),
    "an empty part": head(mime=multipart(text(""), file(BIG), b"\r\n")),
    "small parts only": head(mime=multipart(text("hello"), file(noise(1000)))),
}


@pytest.fixture
def site(mail_server: MailServer, request: pytest.FixtureRequest) -> Site:
    """A fresh mailbox on each kind of server, in the clear."""
    authority = request.getfixturevalue("dovecot" if mail_server.kind == "dovecot" else "tls_authority")
    return Site(mail_server, settings_of(mail_server, Security.NONE), authority.ca_file)


def filled_in(source: Source, mail: RawMail) -> bytes:
    """The message with what was left out asked for."""
    pieces, at = [], 0
    for one in mail.left:
        read = source.read(int(mail.ref), one.begins, one.length)
        assert read is not None
        pieces += [mail.content[at : one.at], read]
        at = one.at
    return b"".join([*pieces, mail.content[at:]])


def test_the_text_is_here_and_the_rest_fits_in_to_the_byte(site: Site) -> None:
    for raw in MAILS.values():
        site.mailbox.deliver(raw)
    with site.open() as source:
        source.open_folder("INBOX")
        for message, (name, raw) in zip(source.describe(source.list_refs()), MAILS.items(), strict=True):
            found = text_first(source, message)
            assert found is not None, name
            assert bool(found.left) is (name != "small parts only"), name
            assert len(found.content) < TEXT_KEPT + 20_000, name
            assert filled_in(source, found) == raw, name


def test_stretches_end_where_the_message_does(site: Site) -> None:
    site.mailbox.deliver(MAILS["usual"])
    with site.open() as source:
        source.open_folder("INBOX")
        size = len(MAILS["usual"])
        assert source.read(1, size - 4, 100) == MAILS["usual"][-4:]
        assert source.read(1, size, 100) == b""
        assert source.read(1, size + 1000, 100) == b""
        assert source.read(1, 0, 10) == MAILS["usual"][:10]
        assert source.read(99, 0, 10) is None
        assert source.outline(99) is None


def test_what_servers_read_in_several_ways_is_right_or_fetched_in_another_way(site: Site) -> None:
    mails = [
        head(mime=b"Content-Type: multipart/mixed\r\n\r\n" + b"no boundary" + CRLF + encoded(BIG)),
        head(mime=multipart(text("--=_a is\r\n--=_abc\r\nno boundary"), file(BIG))),
    ]
    for raw in mails:
        site.mailbox.deliver(raw)
    with site.open() as source:
        source.open_folder("INBOX")
        for message, raw in zip(source.describe(source.list_refs()), mails, strict=True):
            found = text_first(source, message)
            assert found is None or filled_in(source, found) == raw
