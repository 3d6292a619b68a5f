"""The one message Postroom ever sends: from a mailbox to itself, as its customers would see it (RFC 5322, RFC 2047)."""

import base64
import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime

from desktop.domain.errors import Misconfigured
from desktop.domain.reasons import ReasonCode
from desktop.providers.smtp import is_plain_address

TEST_SUBJECT = "Postroom connection test"
LONGEST_NAME = 200
_WORD_BYTES = 45
"""Bytes of text in one encoded word, so that it stays under 75 characters (RFC 2047 section 2)."""

_MESSAGE_ID = re.compile(r"<[!-;=?-~]{1,200}@[A-Za-z0-9.-]{1,200}>")


@dataclass(frozen=True, slots=True)
class OwnMessage:
    """What the message says of its mailbox. ``display_name`` and ``reply_to`` may be empty."""

    address: str
    message_id: str
    sent_at: datetime
    display_name: str = ""
    reply_to: str = ""

    def as_bytes(self) -> bytes:
        """Return it ready to be sent, marked so that nothing answers it (RFC 3834).

        Raises Misconfigured, with the field, when a part of it could become something else than it is.
        """
        if not _MESSAGE_ID.fullmatch(self.message_id):
            raise _refused("message id")
        for address, field in ((self.address, "address"), (self.reply_to or self.address, "reply_to")):
            if not is_plain_address(address):
                raise _refused(field)
        lines = (
            f"From: {named(self.display_name, self.address)}",
            *([f"Reply-To: <{self.reply_to}>"] if self.reply_to else []),
            f"To: <{self.address}>",
            f"Subject: {TEST_SUBJECT}",
            f"Date: {format_datetime(self.sent_at)}",
            f"Message-ID: {self.message_id}",
            "Auto-Submitted: auto-generated",
            "X-Auto-Response-Suppress: All",
            "MIME-Version: 1.0",
            *_body(self._text()),
        )
        return "\r\n".join(lines).encode("ascii")

    def _text(self) -> str:
        shown = f"{self.display_name.strip()} <{self.address}>" if self.display_name.strip() else self.address
        lines = (
            "Postroom sent this message from this mailbox to itself, because someone asked it to test",
            "whether sending and receiving work. It has done its work and can be deleted.",
            "",
            f"Customers see mail from this mailbox as coming from: {shown}",
            f"Their answers go to: {self.reply_to or self.address}",
            "",
        )
        return "\r\n".join(lines)


def _body(text: str) -> tuple[str, ...]:
    """Return the header fields that say how *text* is spelled, an empty line, and *text* spelled so."""
    if text.isascii():
        return "Content-Type: text/plain; charset=us-ascii", "", text
    encoded = base64.encodebytes(text.encode("utf-8")).decode("ascii").replace("\n", "\r\n")
    return "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: base64", "", encoded


def named(name: str, address: str) -> str:
    """Spell *address* with its display *name* for a header; the name may be in any script.

    Raises Misconfigured beside ``display_name`` for control characters and names over 200 characters.
    """
    if len(name) > LONGEST_NAME or any(unicodedata.category(ch) in {"Cc", "Cs", "Zl", "Zp"} for ch in name):
        raise _refused("display_name")
    if not name.strip():
        return f"<{address}>"
    if name.isascii() and "=?" not in name:
        escaped = name.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}" <{address}>'
    return f"{_encoded_words(name)}\r\n <{address}>"


def _encoded_words(text: str) -> str:
    """Return *text* as encoded words, one on a line, none cut within a character (RFC 2047 section 5)."""
    words = [b""]
    for ch in text:
        encoded = ch.encode("utf-8")
        if len(words[-1]) + len(encoded) > _WORD_BYTES:
            words.append(b"")
        words[-1] += encoded
    return "\r\n ".join(f"=?utf-8?b?{base64.b64encode(word).decode('ascii')}?=" for word in words)


def _refused(field: str) -> Misconfigured:
    return Misconfigured(
        ReasonCode.BAD_INPUT,
        f"This {field.replace('_', ' ').replace('reply to', 'reply-to address')} cannot be sent.",
        meaning="It holds characters that do not belong there, or is too long.",
        action="Correct it.",
        detail=f"argument refused: {field}",
        field=field,
    )
