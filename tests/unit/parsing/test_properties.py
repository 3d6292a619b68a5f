"""Whatever the bytes: a ParsedMail that can be shown, stored and sent on."""

import json
import random
import unicodedata
from collections.abc import Iterator

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.domain.mail import Address, ParsedMail
from desktop.parsing import limits
from desktop.parsing.identity import identity
from desktop.parsing.parts import extract_attachment, extract_html, header_lines
from tests.unit.parsing import golden
from tests.unit.parsing.corpus import mails
from tests.unit.parsing.test_names import is_safe

PIECES = st.sampled_from(
    [
        *(b"From: ", b"To: ", b"Cc: ", b"Subject: ", b"Date: ", b"Message-ID: ", b"References: ", b"Content-Type: "),
        *(
            b"Content-Transfer-Encoding: ",
            b"Content-Disposition: attachment; filename",
            b"Content-ID: <",
            b"Return-Path: ",
        ),
        *(b"text/plain; charset=", b"text/html", b"multipart/mixed; boundary=b", b"multipart/alternative; boundary=b"),
        *(
            b"message/rfc822",
            b"multipart/related; boundary=c",
            b"application/pdf; name=",
            b"text/calendar",
            b"multipart/report",
        ),
        *(
            b"base64",
            b"quoted-printable",
            b"x-uuencode",
            b"8bit",
            b"format=flowed",
            b"=?utf-8?q?",
            b"=?utf-8?b?",
            b"?=",
        ),
        *(
            b"\n--b\n",
            b"\n--b--\n",
            b"\n--c\n",
            b"\r\n\r\n",
            b"\n\n",
            b"\n",
            b"\r",
            b"\n ",
            b"\n\t",
            b": ",
            b"; ",
            b"=",
        ),
        *(
            b"a@x.example",
            b"<b@y.example>",
            b'"',
            b"(",
            b")",
            b"<",
            b">",
            b",",
            b"@",
            b"\\",
            b"\0",
            b"\xff",
            b"\xe2\x80\xae",
        ),
        *(
            b"*0*=",
            b"*=utf-8''",
            b"%00",
            b"../",
            b"CON",
            b"C:\\",
            b"\xc3\xbc",
            b"\x1b$B",
            b"&#0;",
            b"<p>",
            b"<div hidden>",
        ),
        *(
            b"iso-2022-kr",
            b"utf-16",
            b"rot13",
            b"1 Mar 2026 10:00 +0000",
            b"9999",
            b"begin 644 x\n",
            b"SGVsbG8=",
            b"From ",
        ),
    ]
)
MESSAGES = st.one_of(
    st.binary(max_size=300),
    st.lists(st.one_of(PIECES, st.binary(max_size=8)), max_size=40).map(b"".join),
)


def check(content: bytes) -> None:
    """Read *content* and check all that is promised of the result. Messages as small as these are never refused."""
    mail = golden.read_bytes(content)
    json.dumps(msgspec.to_builtins(mail), ensure_ascii=False).encode("utf-8")
    assert msgspec.convert(msgspec.to_builtins(mail), ParsedMail) == mail
    for text in _one_line_fields(mail):
        assert not any(unicodedata.category(ch) in {"Cc", "Cs", "Zl", "Zp"} or ch in "\u202d\u202e" for ch in text), (
            text
        )
    for text in (mail.text, *mail.defects):
        assert not any(unicodedata.category(ch) in {"Cc", "Cs"} and ch not in "\n\t" for ch in text), text
    assert (mail.sender is None) == bool(mail.sender_doubt)
    assert mail.text
    assert mail.preview
    assert len(mail.preview) <= limits.PREVIEW_CHARS
    assert mail.identity == identity(golden.raw_mail(content))
    assert mail.recipients_total >= len(mail.to) + len(mail.cc) + len(mail.bcc)
    assert mail.date is None or mail.date.utcoffset() is not None
    assert bool(mail.date_note) or mail.date is not None
    _check_attachments(content, mail)
    header_lines(content)


def _check_attachments(content: bytes, mail: ParsedMail) -> None:
    names = [found.name.casefold() for found in mail.attachments]
    assert len(names) == len(set(names))
    assert all(is_safe(found.name) for found in mail.attachments), names
    parts = [found.part for found in mail.attachments]
    assert len(parts) == len(set(parts))
    for found in mail.attachments[:20]:
        assert len(extract_attachment(content, found.part)) == found.size_bytes
    assert (extract_html(content) is not None) == mail.has_html


def _one_line_fields(mail: ParsedMail) -> Iterator[str]:
    yield from (mail.message_id, mail.subject, mail.sender_doubt, mail.date_note, mail.preview)
    yield from (*mail.in_reply_to, *mail.references, *mail.flags.values())
    everyone: tuple[Address, ...] = (*mail.claimed_from, *mail.reply_to, *mail.to, *mail.cc, *mail.bcc)
    for one in everyone:
        yield from (one.name, one.address)
        assert "@" in one.address
        assert not any(ch.isspace() for ch in one.address), one.address
    for found in mail.attachments:
        yield from (found.name, found.declared_name, found.content_type, found.content_id, found.part)


@given(content=MESSAGES)
@settings(max_examples=1500, deadline=None)
def test_any_bytes_are_read(content: bytes) -> None:
    check(content)


@given(body=st.text(max_size=60), name=st.text(max_size=40), subject=st.text(max_size=40))
@settings(max_examples=200, deadline=None)
def test_any_text_put_in_by_a_mail_program_is_clean(body: str, name: str, subject: str) -> None:
    def line(text: str) -> bytes:
        return text.encode("utf-8", "replace").replace(b"\n", b" ").replace(b"\r", b" ")

    check(
        b"From: " + line(name) + b" <a@x.example>\nSubject: " + line(subject)
        + b'\nContent-Disposition: attachment; filename="' + line(name) + b'"\n\n' + body.encode("utf-8", "replace")
    )  # fmt: skip


def mutants(content: bytes, dice: random.Random, count: int) -> Iterator[bytes]:
    """Yield *content* with bits flipped, bytes dropped, stretches doubled, swapped or cut."""
    for _ in range(count):
        mutant = bytearray(content)
        for _ in range(dice.randint(1, 6)):
            if not mutant:
                break
            at = dice.randrange(len(mutant))
            length = dice.choice([1, 1, 4, 30, 200])
            kind = dice.randrange(6)
            if kind == 0:
                mutant[at] ^= 1 << dice.randrange(8)
            elif kind == 1:
                del mutant[at : at + length]
            elif kind == 2:
                mutant[at:at] = mutant[at : at + length]
            elif kind == 3:
                mutant[at:at] = mutant[dice.randrange(len(mutant)) :][:length]
            elif kind == 4:
                mutant[at : at + 1] = bytes([dice.choice(b'\0\n\r"<>()@,;:=?-\\\x80\xff \t')])
            else:
                del mutant[at:]
        yield bytes(mutant)


@pytest.mark.parametrize("name", golden.names())
def test_mutants_of_oddities_are_read(name: str) -> None:
    content = (golden.FOLDER / f"{name}.eml").read_bytes()
    for mutant in mutants(content, random.Random(name), 20):
        check(mutant)


def test_mutants_of_ordinary_mail_are_read() -> None:
    dice = random.Random(21)
    for made in mails(100, seed=21):
        for mutant in mutants(made.content, dice, 5):
            check(mutant)


@pytest.mark.deep
def test_many_mutants_are_read() -> None:
    dice = random.Random(22)
    contents = [(golden.FOLDER / f"{name}.eml").read_bytes() for name in golden.names()]
    contents += [made.content for made in mails(650, seed=22)]
    for content in contents:
        for mutant in mutants(content, dice, 20):
            check(mutant)


@pytest.mark.parametrize("name", golden.names())
def test_every_beginning_of_an_oddity_is_read(name: str) -> None:
    """Cut anywhere, as a fetch cut short would leave it: nothing raises."""
    content = (golden.FOLDER / f"{name}.eml").read_bytes()
    for end in range(0, len(content), 7):
        check(content[:end])
