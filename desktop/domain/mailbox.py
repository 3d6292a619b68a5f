"""A mailbox: one connected account, its server settings and what is to be synced of it."""

import enum
from dataclasses import dataclass
from datetime import datetime

from desktop.domain.attachments import USUAL, AttachmentPolicy
from desktop.domain.ids import FolderId, MailboxId


class Security(enum.StrEnum):
    """How the connection to a server is protected; ``NONE`` is allowed on loopback only."""

    TLS = "tls"
    STARTTLS = "starttls"
    NONE = "none"


class Direction(enum.StrEnum):
    """Which mail of the mailbox is brought in."""

    INBOUND = "inbound"
    BOTH = "both"
    MANUAL = "manual"


class Frequency(enum.StrEnum):
    """How often the schedule syncs a mailbox by itself."""

    REALTIME = "realtime"
    EVERY_5_MINUTES = "5m"
    EVERY_15_MINUTES = "15m"
    EVERY_60_MINUTES = "60m"
    MANUAL = "manual"

    @property
    def minutes(self) -> int | None:
        """Minutes between two scheduled syncs, or None when there is no schedule."""
        return {"5m": 5, "15m": 15, "60m": 60}.get(self.value)


class MailboxState(enum.StrEnum):
    """Whether a mailbox takes part in syncing."""

    ACTIVE = "active"
    PAUSED = "paused"
    DISCONNECTED = "disconnected"


class OAuthProvider(enum.StrEnum):
    """Who issues a mailbox's tokens (RFC 6749's authorization server); ``CUSTOM`` is any that speaks OpenID Connect."""

    GOOGLE = "google"
    MICROSOFT = "microsoft"
    CUSTOM = "custom"


class MailboxPurpose(enum.StrEnum):
    """What a mailbox is for; ``UNSAID`` until somebody has said."""

    UNSAID = ""
    SUPPORT = "support"
    SALES = "sales"
    FINANCE = "finance"
    PERSONAL = "personal"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class MailboxDetails:
    """Whose a mailbox is and how it presents itself to customers; every field may be empty.

    ``recovery_contact`` is whom to ask when nobody can sign in any more. ``display_name`` and ``reply_to`` are what
    customers see of mail that is sent from it; an empty ``reply_to`` means the mailbox's own address.
    """

    purpose: MailboxPurpose = MailboxPurpose.UNSAID
    owner: str = ""
    recovery_contact: str = ""
    display_name: str = ""
    reply_to: str = ""


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """Where a server is and how to log in; the password is never part of it."""

    host: str
    port: int
    security: Security
    user: str


@dataclass(frozen=True, slots=True)
class Mailbox:
    """One connected account. ``synced_from`` is the instant before which mail is out of reach of the plain sync.

    ``oauth`` is who issues its tokens; None for a mailbox that is signed in to with a password. ``attachments`` says
    which files of large messages come by themselves.
    """

    id: MailboxId
    address: str
    provider: str
    imap: ServerSettings
    smtp: ServerSettings | None
    folders: tuple[str, ...]
    direction: Direction
    frequency: Frequency
    since_days: int
    synced_from: datetime
    state: MailboxState
    created_at: datetime
    oauth: OAuthProvider | None = None
    details: MailboxDetails = MailboxDetails()
    attachments: AttachmentPolicy = USUAL


@dataclass(frozen=True, slots=True)
class Folder:
    """One synced folder of a mailbox (what IMAP calls a mailbox)."""

    id: FolderId
    mailbox_id: MailboxId
    name: str
