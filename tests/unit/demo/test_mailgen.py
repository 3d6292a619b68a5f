"""Generated mail is what it says it is: the same every time, readable, with the truth about it right."""

import email
import hashlib
import itertools
import statistics
from collections import Counter
from email.header import decode_header, make_header
from email.message import Message
from email.utils import collapse_rfc2231_value, parseaddr, parsedate_to_datetime

import pytest

from tests.helpers.mailgen import GeneratedMail, generate

SAMPLE = 400


@pytest.fixture(scope="module")
def mails() -> list[GeneratedMail]:
    """A few hundred mails."""
    return list(generate(seed=7, count=SAMPLE))


def readable(value: str) -> str:
    """A header value as a person reads it."""
    return str(make_header(decode_header(value.replace("\r\n", ""))))


def text_of(message: "Message[str, str]") -> str:
    """The first plain text part."""
    for part in message.walk():
        if part.get_content_type() == "text/plain":
            data = part.get_payload(decode=True)
            assert isinstance(data, bytes)
            return data.decode(part.get_content_charset("ascii")).replace("\r\n", "\n")
    return ""


def file_name(part: "Message[str, str]") -> str:
    """An attachment's name, whichever way it was written."""
    return readable(collapse_rfc2231_value(part.get_filename() or ""))


def test_the_same_seed_gives_the_same_bytes() -> None:
    first = hashlib.sha256(b"".join(mail.raw for mail in generate(1, 100)))
    again = hashlib.sha256(b"".join(mail.raw for mail in generate(1, 100)))
    other = hashlib.sha256(b"".join(mail.raw for mail in generate(2, 100)))
    assert first.digest() == again.digest() != other.digest()


def test_more_mails_begin_with_the_same_ones() -> None:
    assert [mail.raw for mail in generate(3, 20)] == [mail.raw for mail in itertools.islice(generate(3, 99), 20)]


def test_a_reader_finds_the_truth(mails: list[GeneratedMail]) -> None:
    for mail in mails:
        truth, message = mail.truth, email.message_from_bytes(mail.raw)
        name, address = parseaddr(message["From"])
        assert (readable(name), address) == (truth.sender.name, truth.sender.address)
        assert readable(message["Subject"]) == truth.subject
        assert (message["Message-ID"], message["In-Reply-To"]) == (truth.message_id, truth.in_reply_to)
        assert parsedate_to_datetime(message["Date"]) == truth.date <= mail.internal_date
        parts = [part for part in message.walk() if part.get_content_disposition() == "attachment"]
        found = [(file_name(part), part.get_content_type(), part.get_payload(decode=True)) for part in parts]
        assert found == [(one.name, one.content_type, one.data) for one in truth.attachments]
        assert not message.defects


def test_a_reader_finds_the_text(mails: list[GeneratedMail]) -> None:
    plain = 0
    for mail in mails:
        message = email.message_from_bytes(mail.raw)
        kinds = {part.get_content_type() for part in message.walk()}
        assert ("text/html" in kinds) is mail.truth.has_html
        if "text/plain" in kinds:
            assert text_of(message) == mail.truth.text
            plain += 1
    assert plain > 0.9 * SAMPLE


def test_lines_end_in_crlf(mails: list[GeneratedMail]) -> None:
    for mail in mails:
        assert mail.raw.count(b"\n") == mail.raw.count(b"\r\n") == mail.raw.count(b"\r")
        head = mail.raw.partition(b"\r\n\r\n")[0]
        assert head.isascii()
        assert max(len(line) for line in head.split(b"\r\n")) <= 200


def test_it_looks_like_an_inbox(mails: list[GeneratedMail]) -> None:
    sizes = [len(mail.raw) for mail in mails]
    kinds = Counter(mail.truth.kind for mail in mails)
    threads = Counter(mail.truth.thread for mail in mails)
    assert 2_000 < statistics.median(sizes) < 8_000
    assert 100_000 < max(sizes) < 900_000
    assert kinds["person"] > kinds["newsletter"] > kinds["notice"] > 0
    assert max(threads.values()) >= 3
    assert sum(bool(mail.truth.attachments) for mail in mails) > SAMPLE / 20
    assert len({mail.truth.charset for mail in mails}) >= 6
    assert len({mail.truth.sender.language.code for mail in mails}) == 8


def test_words_follow_zipf(mails: list[GeneratedMail]) -> None:
    words = Counter(word for mail in mails for word in mail.truth.text.lower().split())
    ranked = [count for _, count in words.most_common()]
    assert len(ranked) > 3_000
    assert ranked[0] > 5 * ranked[20] > 10 * ranked[400]
    assert sum(count == 1 for count in ranked) > len(ranked) / 4
