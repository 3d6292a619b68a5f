"""Mail for whole-program tests: each letter carries a serial number that only the tests know."""

import re
from collections.abc import Iterable

SERIAL = re.compile(rb"\nX-Serial: (\S+)\r?\n")


def letter(
    serial: str | int,
    sender: str = "Ann Lee <ann@acme.example>",
    *,
    to: str = "support@shop.example",
    subject: str = "",
    body: str = "",
    headers: Iterable[str] = (),
) -> bytes:
    """A plain mail. Whatever is left out is made from the serial number."""
    lines = [
        f"From: {sender}",
        f"To: {to}",
        f"Subject: {subject or f'Question {serial}'}",
        f"Message-ID: {message_id(serial)}",
        "Date: Mon, 02 Mar 2026 10:00:00 +0000",
        f"X-Serial: {serial}",
        *headers,
        "",
        body or f"This is letter {serial}.",
        "",
    ]
    return "\r\n".join(lines).encode()


def letters(count: int, *, first: int = 1) -> list[bytes]:
    """So many plain mails, numbered from `first`, from ten senders by turns."""
    return [
        letter(number, f"Person {number % 10} <p{number % 10}@acme.example>") for number in range(first, first + count)
    ]


def message_id(serial: str | int) -> str:
    """The Message-ID of the letter with that serial number."""
    return f"<letter-{serial}@acme.example>"


def message_ids(raws: Iterable[bytes]) -> set[str]:
    """The Message-IDs of letters."""
    found = (SERIAL.search(raw) for raw in raws)
    return {message_id(one[1].decode()) for one in found if one}
