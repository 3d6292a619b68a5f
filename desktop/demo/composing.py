"""From a letter to the bytes that a server holds: headers as they come over the wire, and the form as multiparts."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime

from desktop.demo import files, mime
from desktop.demo.letters import Letter
from desktop.demo.pages import LOGO, page_of, text_of

HOME = "acme.example"
ZONES = {"ja": 9, "ar": 2, "he": 2, "de": 1, "fr": 1, "es": 1, "it": 1, "nl": 1}
"""Hours east of Greenwich by the sender's language."""

PROGRAMS = {"plain": "Quillmail 7.1", "html": "Courier Desk 16.0", "logo": "Courier Desk 16.0"}
NOBODY_WRITES = frozenset({"notice", "newsletter", "bounce"})
"""Forms that a machine sends."""


@dataclass(frozen=True, slots=True)
class DemoMail:
    """One mail on a demo server: in which account, when it arrived, and its bytes."""

    mailbox: str
    received_at: datetime
    raw: bytes

    def __repr__(self) -> str:
        return f"<DemoMail of {len(self.raw)} bytes>"


@dataclass(frozen=True, slots=True)
class Envelope:
    """Who sends a letter where, when it arrives, and what it answers to (Message-IDs, the oldest first)."""

    sender: str
    address: str
    mailbox: str
    at: datetime
    references: tuple[str, ...] = ()
    also_from: tuple[tuple[str, str], ...] = ()
    language: str = "en"

    @property
    def domain(self) -> str:
        """Where the sender is at home."""
        return self.address.partition("@")[2]


def compose(letter: Letter, envelope: Envelope, rng: random.Random) -> tuple[DemoMail, str]:
    """Return the mail, and its Message-ID for those that answer to it."""
    texts = (
        letter.subject,
        *letter.paragraphs,
        letter.closing,
        *letter.signature,
        letter.quote.text if letter.quote else "",
    )
    charset = mime.fitting(letter.charset, *texts)
    message_id = f"{rng.getrandbits(64):016x}@{envelope.domain}"
    headers = [*_transport(envelope, rng), *_own(letter, envelope, message_id, charset, rng)]
    raw = mime.message(headers, _body(letter, envelope, charset))
    return DemoMail(envelope.mailbox, envelope.at, raw), message_id


def mailbox_name(address: str) -> str:
    """Return what stands before one of our own addresses: `Acme Support`."""
    return f"Acme {address.partition('@')[0].title()}"


def _transport(envelope: Envelope, rng: random.Random) -> list[tuple[str, str]]:
    """What the servers on the way have written."""
    host, queue = f"mail.{envelope.domain}", f"{rng.getrandbits(40):010X}"
    came_from = f"from {host} ({host} [192.0.2.{rng.randint(2, 250)}])\r\n by mx.{HOME} with ESMTPS id {queue}"
    return [
        ("Return-Path", f"<{envelope.address}>"),
        ("Delivered-To", envelope.mailbox),
        ("Received", f"{came_from}\r\n for <{envelope.mailbox}>; {format_datetime(envelope.at)}"),
    ]


def _own(
    letter: Letter, envelope: Envelope, message_id: str, charset: str, rng: random.Random
) -> list[tuple[str, str]]:
    """What the sender has written."""
    zone = timezone(timedelta(hours=ZONES.get(envelope.language, 0)))
    sent = (envelope.at - timedelta(seconds=rng.randint(1, 9))).astimezone(zone)
    senders = ((envelope.sender, envelope.address), *envelope.also_from)
    headers = [
        ("Date", format_datetime(sent)),
        ("From", ", ".join(mime.mailbox(name, address, charset) for name, address in senders)),
        ("To", mime.mailbox(mailbox_name(envelope.mailbox), envelope.mailbox)),
        ("Subject", mime.header_text(letter.subject, mime.fitting(charset, letter.subject))),
        ("Message-ID", f"<{message_id}>"),
    ]
    if envelope.references:
        headers.append(("In-Reply-To", f"<{envelope.references[-1]}>"))
        headers.append(("References", "\r\n ".join(f"<{one}>" for one in envelope.references[-8:])))
    if letter.form in NOBODY_WRITES:
        headers.append(("Auto-Submitted", "auto-replied" if letter.form == "bounce" else "auto-generated"))
    if letter.form == "newsletter":
        headers.append(("List-Unsubscribe", f"<http://{envelope.domain}/leave>"))
        headers.append(("Precedence", "bulk"))
    if letter.form in PROGRAMS:
        headers.append(("X-Mailer", PROGRAMS[letter.form]))
    return headers


def _body(letter: Letter, envelope: Envelope, charset: str) -> bytes:
    if letter.form == "bounce":
        return _report(letter, envelope)
    body = _form(letter, envelope, charset)
    return mime.multipart("mixed", [body, *map(mime.file_part, letter.files)]) if letter.files else body


def _form(letter: Letter, envelope: Envelope, charset: str) -> bytes:
    """The text alone, the page alone, or both as alternatives."""
    text = mime.text_part(text_of(letter), "plain", charset)
    if letter.form == "plain":
        return text
    page = mime.text_part(page_of(letter, envelope.domain), "html", charset)
    if letter.form == "newsletter":
        return page
    if letter.form == "logo":
        logo = files.picture("logo.png", letter.colour, (120, 36), content_id=f"{LOGO}@{envelope.domain}")
        page = mime.multipart("related", [page, mime.file_part(logo)])
    return mime.multipart("alternative", [text, page])


def _report(letter: Letter, envelope: Envelope) -> bytes:
    """A delivery report (RFC 3464)."""
    status = mime.block([("Content-Type", "message/delivery-status")]) + mime.block(
        [("Reporting-MTA", f"dns; {envelope.domain}")]
    )
    status += mime.block([("Action", "failed"), ("Status", "5.2.2")])
    return mime.multipart(
        'report; report-type="delivery-status"', [mime.text_part(text_of(letter), "plain", "us-ascii"), status]
    )
