"""Attachments that follow their mail: what a mailbox brings in by itself, and how each file stands. Pure.

Of a large message the text comes first. The long stretches between - its attachments - are left on the server, each a
:class:`Stretch`, and follow in pieces as the mailbox's :class:`AttachmentPolicy` says, or when a person asks.

    waiting ──▶ here            shown as "coming" when it is wanted, else as "on demand";
       ▲ └────▶ failed          "gone" when no place of the mail is left on the server
       └───────────┘ asked for again
"""

import enum
import hashlib
from dataclasses import dataclass

from desktop.domain.errors import AppError
from desktop.domain.ids import EmailId, MailboxId

MEGABYTE = 1 << 20
_ENCODED_LINE, _DECODED_LINE = 78, 57
"""Base64 comes in lines of 76 characters and a line end, each of which holds 57 bytes (RFC 2045 section 6.8)."""


@dataclass(frozen=True, slots=True)
class AttachmentPolicy:
    """Which attachments a mailbox brings in by itself: those of up to ``up_to_bytes``; None: all, 0: none.

    It is about what is left out of a large message; what comes with a small one is here anyway.
    """

    up_to_bytes: int | None = 25 * MEGABYTE

    def brings(self, size_bytes: int) -> bool:
        """Tell whether a file of this size comes by itself."""
        return self.up_to_bytes is None or size_bytes <= self.up_to_bytes

    @property
    def spelled(self) -> str:
        """The policy as it is written on the command line: ``all``, ``on-demand`` or a number of MB."""
        if self.up_to_bytes is None:
            return "all"
        return str(self.up_to_bytes // MEGABYTE) if self.up_to_bytes else "on-demand"

    def words(self) -> str:
        """Say it for a person."""
        if self.up_to_bytes is None:
            return "All attachments"
        if not self.up_to_bytes:
            return "Attachments on demand"
        return f"Attachments up to {self.up_to_bytes // MEGABYTE} MB"


ALL = AttachmentPolicy(None)
ON_DEMAND = AttachmentPolicy(0)
USUAL = AttachmentPolicy()
"""25 MB: more than nearly every provider lets anybody send, so that what is larger is worth a question."""

CHOICES = (ON_DEMAND, AttachmentPolicy(5 * MEGABYTE), USUAL, AttachmentPolicy(100 * MEGABYTE), ALL)
"""Policies that are offered; any other number of MB can be given on the command line."""

MOST_MEGABYTES = 1_000_000


def policy_of(text: str) -> AttachmentPolicy | None:
    """Read ``all``, ``on-demand`` or a number of MB; None when it is something else."""
    if text == "all":
        return ALL
    if text == "on-demand":
        return ON_DEMAND
    if not text.isascii() or not text.isdigit() or not 0 <= int(text[:9]) <= MOST_MEGABYTES:
        return None
    return AttachmentPolicy(int(text[:9]) * MEGABYTE)


class AttachmentState(enum.StrEnum):
    """How a file stands, as people see it."""

    HERE = "here"
    COMING = "coming"
    ON_DEMAND = "on_demand"
    GONE = "gone"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class AttachmentStatus:
    """How a file stands: ``arrived`` of ``total`` bytes as the server sends them, and why it is so, in a sentence.

    ``asked``: somebody asked for it. ``words`` is empty for what is here.
    """

    state: AttachmentState
    arrived: int = 0
    total: int = 0
    words: str = ""
    asked: bool = False

    @property
    def is_here(self) -> bool:
        """Whether it can be saved and opened."""
        return self.state is AttachmentState.HERE


HERE = AttachmentStatus(AttachmentState.HERE)


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of a message that was left on the server.

    It belongs at ``at`` in the bytes that are here, begins at ``begins`` in the message as the server has it, and is
    ``length`` bytes long, still encoded. Of one that is not ``certain`` only the server's word says how long it is.
    ``sign`` is what it begins and ends with (:func:`sign_of`), ``""`` where that was not seen.
    """

    at: int
    begins: int
    length: int
    certain: bool = True
    sign: str = ""


@dataclass(frozen=True, slots=True)
class AttachmentFigures:
    """What of a mailbox's attachments is not here: how many files, and of those that come how many bytes."""

    coming: int = 0
    coming_bytes: int = 0
    on_demand: int = 0
    failed: int = 0


@dataclass(frozen=True, slots=True)
class AttachmentProgress:
    """*arrived* of *total* bytes of a mail's file are here; ``part`` is the attachment's, or ``""`` for the rest."""

    mailbox_id: MailboxId
    email_id: EmailId
    part: str
    arrived: int
    total: int


@dataclass(slots=True)
class AttachmentReceipt:
    """What fetching the attachments of a mailbox came to."""

    address: str
    texts: int = 0
    """Mails of which only the headers were here, and whose text came now."""
    files: int = 0
    size_bytes: int = 0
    failed: int = 0
    error: AppError | None = None


SIGN_BYTES = 1 << 10
"""How much of the beginning and of the end of a stretch is looked at to tell it from another one."""


def sign_of(beginning: bytes, end: bytes) -> str:
    """Return what tells a stretch from another of the same length, by what it begins and ends with."""
    return hashlib.sha256(beginning[:SIGN_BYTES] + end[-SIGN_BYTES:]).hexdigest()[:32]


def decoded_size(length: int, encoding: str) -> int:
    """Return about how many bytes *length* bytes hold once their transfer encoding is undone."""
    return length * _DECODED_LINE // _ENCODED_LINE if encoding == "base64" else length


def why_on_demand(address: str, policy: AttachmentPolicy) -> str:
    """Say why a file does not come by itself."""
    if policy.up_to_bytes:
        return f"It is larger than the {policy.up_to_bytes // MEGABYTE} MB that {address} brings in by itself."
    return f"{address} brings in attachments only when somebody asks."


GONE_WORDS = "The message was removed from the server before this could be fetched."
COMING_WORDS = "It is on its way."
PAUSED_WORDS = "It comes when the mailbox is synced again: that is paused."
DISCONNECTED_WORDS = "It comes when the mailbox is connected again."
HEADERS_WORDS = "Only the headers of this email are here; its text is asked for at the next sync."


class StretchState(enum.StrEnum):
    """Where a stretch is, as it is stored."""

    WAITING = "waiting"
    HERE = "here"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class StoredStretch:
    """A stretch of an email as it is known: ``part`` is the attachment it is (or is the largest bit of), else ``""``.

    ``size_bytes`` is about what it holds once decoded. Of it ``arrived`` bytes lie in the file ``file``, which is
    ``stored`` bytes long in ``chunks`` pieces sealed with ``key``; ``""``: there is no file yet.
    """

    email_id: EmailId
    position: int
    at: int
    begins: int
    length: int
    certain: bool
    sign: str
    part: str
    size_bytes: int
    state: StretchState
    asked: bool
    file: str
    key: bytes
    arrived: int
    stored: int
    chunks: int
    tries: int
    reason: str

    def __repr__(self) -> str:
        return f"<StoredStretch {self.email_id}/{self.position}, {self.arrived} of {self.length} bytes>"
