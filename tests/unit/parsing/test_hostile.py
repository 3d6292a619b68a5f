"""Hostile mail is read, or refused, within the product's own limits of time and within half of its memory (R6)."""

from collections.abc import Iterator

import pytest

from desktop.domain.mail import ParsedMail
from desktop.parsing import limits
from desktop.parsing.pool import ParserPool, PoolLimits
from tests.unit.parsing import hostile
from tests.unit.parsing.golden import raw_mail, read_bytes


@pytest.fixture(scope="module")
def pool() -> Iterator[ParserPool]:
    """One child with 256 MB; a message that takes longer than it may or more than that would come back unreadable."""
    with ParserPool(1, limits=PoolLimits(memory_bytes=256 << 20)) as children:
        yield children


@pytest.mark.parametrize("name", hostile.ALL)
def test_is_read_within_the_limits(pool: ParserPool, name: str) -> None:
    content = hostile.ALL[name]()
    (mail,) = pool.parse_all([raw_mail(content)])
    assert isinstance(mail, ParsedMail), mail
    assert mail.text
    assert len(mail.text) <= limits.TEXT_CHARS
    assert len(mail.to) + len(mail.cc) + len(mail.bcc) <= limits.RECIPIENTS
    assert len(mail.references) <= limits.REFERENCES
    assert len(mail.attachments) <= limits.PARTS
    assert len(mail.subject) <= limits.SUBJECT_CHARS
    assert len(mail.defects) <= limits.DEFECTS


def test_recipients_beyond_the_cap_are_counted() -> None:
    for name in ("100,000 recipients", "100,000 recipients with names"):
        mail = read_bytes(hostile.ALL[name]())
        assert len(mail.to) + len(mail.cc) == limits.RECIPIENTS
        assert mail.recipients_total == 100_000


def test_no_recipient_is_made_of_half_an_address() -> None:
    """A header value cut at its cap ends with a whole address; the one it was cut in is counted only."""
    for width in range(60, 75):
        address = b"x" * width + b"@" + b"y" * width + b".example"
        mail = read_bytes(b"To: " + b", ".join([address] * 480 + [b"n" * 10_000 + b" <b@z.example>"] * 2) + b"\n\n")
        assert {one.address for one in mail.to} <= {address.decode(), "b@z.example"}
        assert mail.recipients_total == 482


def test_the_newest_references_are_kept() -> None:
    mail = read_bytes(b"References: " + b" ".join(b"<%d@x>" % number for number in range(300)) + b"\n\n")
    assert len(mail.references) == limits.REFERENCES
    assert mail.references[-1] == "<299@x>"


@pytest.mark.parametrize("depth", [limits.MIME_DEPTH - 1, limits.MIME_DEPTH, limits.MIME_DEPTH + 1])
def test_nesting_is_followed_to_the_limit_and_the_rest_is_one_attachment(depth: int) -> None:
    mail = read_bytes(hostile.nested(depth))
    if depth <= limits.MIME_DEPTH:
        assert (mail.text, mail.attachments) == ("hi", ())
    else:
        assert [found.content_type for found in mail.attachments] == ["multipart/mixed"]
        assert f"It is nested more than {limits.MIME_DEPTH} deep; the rest is one attachment." in mail.defects


@pytest.mark.parametrize("count", [limits.PARTS - 2, limits.PARTS - 1, limits.PARTS + 1])
def test_parts_are_counted_to_the_limit_and_the_rest_is_one_attachment(count: int) -> None:
    part = b"Content-Type: application/pdf\n\nx"
    mail = read_bytes(hostile.multipart(part, count))
    assert len(mail.attachments) == min(count, limits.PARTS - 1)
    over = f"It has more than {limits.PARTS} parts; the rest is one attachment." in mail.defects
    assert over == (count >= limits.PARTS)


def test_a_message_beyond_the_largest_is_refused() -> None:
    from desktop.domain.errors import MessageRejected

    with pytest.raises(MessageRejected, match="larger than 64 MB"):
        read_bytes(b"Subject: x\n\n" + b"x" * limits.MESSAGE_BYTES)


def test_a_header_block_is_read_to_its_limit() -> None:
    """What stands beyond it is not read, and the mail says so; a From line there is a doubt, not a sender."""
    filler = b"".join(b"X-%d: %s\n" % (number, b"y" * 1000) for number in range(300))
    mail = read_bytes(b"Subject: first\n" + filler + b"From: late@x.example\n\nbody")
    assert mail.subject == "first"
    assert mail.sender is None
    assert mail.sender_doubt == "The From line is too long to be read whole."
    assert "Its header is longer than what is read of one." in mail.defects


def test_a_second_from_line_beyond_the_limit_of_fields_is_seen() -> None:
    filler = b"X: y\n" * (limits.HEADER_FIELDS + 10)
    assert read_bytes(b"From: a@x.example\n" + filler + b"\nbody").sender is not None
    assert read_bytes(b"From: a@x.example\n" + filler + b"From: b@x.example\n\nbody").sender is None
