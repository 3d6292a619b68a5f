"""The message a mailbox sends to itself: named as customers see it, and nothing else whatever the names hold."""

import email.policy
from datetime import UTC, datetime
from email.message import EmailMessage
from email.parser import BytesParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.errors import Misconfigured
from desktop.domain.reasons import ReasonCode
from desktop.parsing.addresslist import parse
from desktop.parsing.headers import split
from desktop.parsing.words import unfold
from desktop.providers.own_message import TEST_SUBJECT, OwnMessage

ME = "support@acme.example"
TEST_ID = "<postroom-test-1@acme.example>"
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


def composed(display_name: str = "", reply_to: str = "") -> tuple[bytes, EmailMessage]:
    raw = OwnMessage(ME, TEST_ID, NOW, display_name, reply_to).as_bytes()
    return raw, BytesParser(EmailMessage, policy=email.policy.default).parsebytes(raw)


def shown_from(raw: bytes) -> tuple[str, str]:
    """Name and address of the sender, as the reader of all mail here reads them."""
    headers = split(raw, 0, len(raw))
    (box,) = parse(unfold(headers.all("from")[0]), 10).boxes
    return box.name, box.spec


def test_it_is_from_the_name_customers_see() -> None:
    raw, message = composed("Acme Support", "help@acme.example")
    assert b'From: "Acme Support" <support@acme.example>\r\n' in raw
    assert b"Reply-To: <help@acme.example>\r\n" in raw
    body = message.get_content()
    assert "coming from: Acme Support <support@acme.example>" in body
    assert "answers go to: help@acme.example" in body
    assert not message.defects


def test_without_a_name_it_is_from_the_address() -> None:
    raw, message = composed()
    assert b"From: <support@acme.example>\r\n" in raw
    assert message["Reply-To"] is None
    assert "answers go to: support@acme.example" in message.get_content()


@pytest.mark.parametrize(
    "name",
    [
        "Größe & Söhne",
        "株式会社アクメ サポート窓口のとても長い名前でございますよろしくお願いいたします",
        'The "Acme" \\ Support',
        "Acme, Inc. (Support); <x@y>",
        "=?utf-8?q?evil?=",
        "Łódź 🚀" * 10,
        "a" * 200,
    ],
)
def test_a_name_arrives_as_it_is(name: str) -> None:
    raw, message = composed(name)
    assert shown_from(raw) == (name, ME)
    assert f"{name} <{ME}>" in message.get_content()
    assert max(len(line) for line in raw.split(b"\r\n\r\n")[0].split(b"\r\n")) < 240
    assert message["Subject"] == TEST_SUBJECT


@pytest.mark.parametrize(
    ("name", "reply_to", "field"),
    [
        ("Acme\r\nBcc: eve@example.test", "", "display_name"),
        ("Acme\nX", "", "display_name"),
        ("Acme\0", "", "display_name"),
        ("Acme\u2028Bcc: x", "", "display_name"),
        ("\ud800", "", "display_name"),
        ("a" * 201, "", "display_name"),
        ("", "eve@example.test>\r\nBcc: x@y", "reply_to"),
        ("", "a@b, c@d", "reply_to"),
        ("", "é@example.test", "reply_to"),
        ("", "nobody", "reply_to"),
    ],
)
def test_what_cannot_be_sent_stands_beside_its_field(name: str, reply_to: str, field: str) -> None:
    with pytest.raises(Misconfigured) as caught:
        composed(name, reply_to)
    assert (caught.value.code, caught.value.field) == (ReasonCode.BAD_INPUT, field)


HEADERS = ["From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "X-Auto-Response-Suppress"]


@given(
    st.text(max_size=60) | st.text(alphabet='a"\\\r\n:=? <>@,;', max_size=20),
    st.sampled_from(["", "x@acme.example"]) | st.text(alphabet='a"@.\r\n:<> ,', max_size=14),
)
def test_whatever_the_names_are_the_headers_are_those(name: str, reply_to: str) -> None:
    try:
        raw, message = composed(name, reply_to)
    except Misconfigured:
        return
    assert raw.isascii()
    assert raw.count(b"\r\n") == raw.count(b"\r") == raw.count(b"\n")
    kept = [header for header in message.keys() if header in HEADERS]  # noqa: SIM118 - a message counts each header
    assert kept == HEADERS
    assert [address.addr_spec for address in message["From"].addresses] == [ME]
    assert [address.addr_spec for address in message["To"].addresses] == [ME]
