"""Rows as screens and the command line read them: frozen, complete, nothing lazy behind them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from desktop.domain.attachments import HERE, AttachmentStatus
from desktop.domain.attachments_left import FilesLeft
from desktop.domain.ids import CustomerId, EmailId, FolderId, JournalId, MailboxId


@dataclass(frozen=True, slots=True)
class EmailRow:
    """One email in a list. ``folder`` and ``uid`` are its first place that still counts, else its first ever.

    ``id`` is None for a message that was seen and is not kept (left out, or not delivered yet): it has a verdict, but
    nothing to open; ``seen_id`` is its ledger row. ``stored_at`` is when Postroom got it, or saw it.
    """

    id: EmailId | None
    seen_id: int
    mailbox: str
    folder: str
    uid: str
    message_id: str
    from_address: str
    from_name: str
    to: str
    subject: str
    sent_at: datetime | None
    received_at: datetime | None
    direction: str
    status: str
    code: str
    reason: str
    customer_id: CustomerId | None
    customer: str
    confidence: int
    decided_by: str
    needs_review: bool
    attachments: int
    preview: str
    mailbox_id: MailboxId
    size_bytes: int
    stored_at: datetime
    left: FilesLeft | None = None
    """What of its files is not here; None when everything is."""
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class VerdictRow:
    """What holds of one email now: all that deciding on very many must know of each."""

    id: EmailId
    code: str
    customer_id: CustomerId | None
    decided_by: str
    needs_review: bool


@dataclass(frozen=True, slots=True)
class TagRow:
    """A tag, and how many emails have it."""

    name: str
    emails: int


@dataclass(frozen=True, slots=True)
class AttachmentRow:
    """One attachment of an email; its bytes are read by its part. ``size_bytes`` is a hint until they are here."""

    part: str
    name: str
    declared_name: str
    content_type: str
    size_bytes: int
    content_id: str
    inline: bool
    status: AttachmentStatus = HERE


@dataclass(frozen=True, slots=True)
class EmailDetail:
    """One email opened: its row, its readable text, what no list shows (see ``packing``), and its attachments.

    ``whole`` is False when only its headers are here. ``rest`` is how the part of it stands that is no attachment: the
    end of a very long text, or all that follows the headers.
    """

    row: EmailRow
    text: str
    details: dict[str, Any]
    attachments: tuple[AttachmentRow, ...]
    size_bytes: int
    whole: bool
    rest: AttachmentStatus = HERE

    @property
    def is_complete(self) -> bool:
        """Whether every byte of it is here."""
        return self.rest.is_here and all(file.status.is_here for file in self.attachments)


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """One place of an email on a server, with the verdict its message got there.

    ``flags`` are what the server last told (RFC 3501 section 2.3.2), divided by blanks; None when it never did.
    ``synced``: whether its folder is looked at; of one that is not, nothing is known since.
    """

    mailbox: str
    folder: str
    epoch: str
    ref: str
    code: str
    reason: str
    received_at: datetime | None
    seen_at: datetime
    gone_at: datetime | None
    flags: str | None = None
    synced: bool = True


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """One decision in an email's history, oldest first."""

    code: str
    reason: str
    customer: str
    confidence: int
    decided_by: str
    decided_at: datetime


@dataclass(frozen=True, slots=True)
class JournalRow:
    """One command that was carried out."""

    id: JournalId
    at: datetime
    command: str
    words: str
    state: str


@dataclass(frozen=True, slots=True)
class FolderState:
    """What is known of a folder from the last syncs. ``holds_sent``: whether it has sent mail; None if not asked.

    ``refusals``: how many times in a row the server did not open it, ``refused_at`` when it last did not.
    """

    id: FolderId
    mailbox_id: MailboxId
    name: str
    epoch: str
    uid_next: int | None
    exists: int | None
    highest_modseq: int | None
    listed_at: datetime | None
    holds_sent: bool | None = None
    refusals: int = 0
    refused_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class EventRow:
    """One entry of the sync log; ``run`` is the sync that told it. A sync that is not over has no ``id``."""

    id: int | None
    at: datetime
    level: str
    mailbox: str
    code: str
    what: str
    meaning: str
    action: str
    run: int | None = None


@dataclass(frozen=True, slots=True)
class MailboxFigures:
    """A mailbox's counts for its health card."""

    synced: int
    errors: int
    pending: int
