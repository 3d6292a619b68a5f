"""Mails with a hidden serial number: the engine never looks at it, the checks find it in the stored bytes.

Two letters have one serial when, and only when, they are the same message: what delivery adds on top does not count.
All letters of a sender look alike but for the serial in the body, so that nothing else can tell them apart.
"""

import enum
import random
import re
from dataclasses import dataclass, replace
from datetime import datetime

from tests.helpers.large import CRLF, file, multipart, text

OVERSIZE_BYTES = 1500
"""The model's fetch limit; a letter beyond it carries its serial in a header too, since its body is never fetched."""

UNREADABLE_MARK = b"X-Unreadable: yes"
_SERIAL = re.compile(rb"serial (\d+)\.")


class Kind(enum.Enum):
    """What is particular about a letter."""

    PLAIN = "plain"
    NO_MESSAGE_ID = "no Message-ID"
    EMPTY_MESSAGE_ID = "empty Message-ID"
    TWO_SENDERS = "two From lines"
    UNREADABLE = "unreadable"
    OVERSIZE = "oversize"
    OLD = "old"
    ON_THE_DOT = "received at the very instant the mailbox is synced from"
    LARGE = "with files that follow"
    LARGE_OLD = "old, with files that follow"


LARGE_KINDS = (Kind.LARGE, Kind.LARGE_OLD)
SMALLER_FILE, LARGER_FILE = 52_000, 100_000
"""How much the files of a large letter hold: both are left out of what comes at once."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One message as delivered. ``sender`` is None where it cannot be told."""

    serial: int
    content: bytes
    received_at: datetime
    sender: str | None
    message_id: str
    kind: Kind

    @property
    def is_oversize(self) -> bool:
        return len(self.content) > OVERSIZE_BYTES


def write_letter(serial: int, sender: str, message_id: str, received_at: datetime, kind: Kind) -> Letter:
    """Return a letter of *kind*. A large one tells its serial in a header too: at times only its headers are here."""
    lines = [f"From: Somebody <{sender}>", "To: office@example.test", "Subject: An order"]
    lines += ["Date: Mon, 02 Mar 2026 10:00:00 +0000"]
    if kind is Kind.TWO_SENDERS:
        lines.insert(1, "From: Another <another@example.test>")
    if kind is Kind.EMPTY_MESSAGE_ID:
        lines.append("Message-ID: ")
    elif kind is not Kind.NO_MESSAGE_ID:
        lines.append(f"Message-ID: <{message_id}@example.test>")
    if kind is Kind.UNREADABLE:
        lines.append(UNREADABLE_MARK.decode())
    if kind is Kind.OVERSIZE or kind in LARGE_KINDS:
        lines.append(f"X-Number: serial {serial}.")
    if kind in LARGE_KINDS:
        content = "\r\n".join([*lines, ""]).encode("ascii") + _with_files(serial)
        return Letter(serial, content, received_at, sender, message_id, kind)
    body = f"Hello, this is serial {serial}."
    if kind is Kind.OVERSIZE:
        body += "\r\n" + "long " * OVERSIZE_BYTES
    content = "\r\n".join([*lines, "", body, ""]).encode("ascii")
    return Letter(serial, content, received_at, None if kind is Kind.TWO_SENDERS else sender, message_id, kind)


def _with_files(serial: int) -> bytes:
    """Return the MIME fields and the body of a large letter: its text and two files, which are no other letter's."""
    chance = random.Random(serial)
    smaller, larger = (chance.randbytes(size) for size in (SMALLER_FILE, LARGER_FILE))
    parts = (text(f"Hello, this is serial {serial}."), file(smaller, "smaller.pdf"), file(larger, "larger.pdf"))
    return b"MIME-Version: 1.0" + CRLF + multipart(*parts)


def delivered_again(letter: Letter, number: int, received_at: datetime) -> Letter:
    """Return the same message as another delivery brings it: with trace headers of its own on top."""
    if letter.is_oversize:  # known by its headers and its size, so that only a copy of the very bytes is the same
        return replace(letter, received_at=received_at)
    trace = f"Delivered-To: box{number}@example.test\r\nReceived: from relay{number}.example.test; now\r\n"
    return replace(letter, content=trace.encode("ascii") + letter.content, received_at=received_at)


def serial_in(content: bytes) -> int:
    """Return the serial hidden in stored bytes; -1 when there is none, or more than one."""
    found = {int(number) for number in _SERIAL.findall(content)}
    return found.pop() if len(found) == 1 else -1
