"""What the settings say about a mailbox: pure functions from what is stored to lines of label and words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from desktop.domain.activity import Fix
from desktop.domain.health import Health, HealthState
from desktop.domain.mailbox import Mailbox, MailboxState, Security
from desktop.domain.mailbox_review import MailboxReview
from desktop.domain.signing_in import Grant, Permission, PermissionLine
from desktop.domain.troubles import fix_of
from desktop.ui.frequencies import frequency_words
from desktop.ui.mailbox_words import DIRECTIONS, ISSUERS, provider_words, whose_words
from desktop.ui.words import day, when

PROTECTED = {Security.TLS: "TLS", Security.STARTTLS: "STARTTLS", Security.NONE: "not encrypted"}
MAY = {Permission.READ: "read", Permission.SEND: "send"}
NOBODY = "Nobody has said yet. Edit the details."


@dataclass(frozen=True, slots=True)
class Known:
    """Everything that is known of one mailbox. ``lines`` are the permissions its provider has, None while unknown;
    ``audited_at`` is when an audit last found it complete.
    """

    mailbox: Mailbox
    health: Health
    grant: Grant | None = None
    review: MailboxReview | None = None
    lines: Sequence[PermissionLine] | None = None
    audited_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Fact:
    """One line."""

    label: str
    words: str


def facts_of(known: Known, now: datetime) -> tuple[Fact, ...]:
    """Return the lines in their order."""
    return tuple(_facts(known, now))


def state_of(mailbox: Mailbox, health: Health) -> tuple[str, str]:
    """Return glyph and word of a mailbox's state; how fresh it is stands on the dashboard."""
    if mailbox.state is MailboxState.PAUSED:
        return "mute", "Paused"
    if mailbox.state is MailboxState.DISCONNECTED or health.state is HealthState.DISCONNECTED:
        return "bad", "Disconnected"
    return "ok", "Connected"


def may_words(grant: Grant, lines: Sequence[PermissionLine]) -> str:
    """Return what was granted, as far as the provider's scopes tell: ``may read and send``."""
    granted = {_scope(one) for one in grant.scopes}
    held = [
        MAY[one.permission] for one in lines if one.permission in MAY and {_scope(s) for s in one.scopes} <= granted
    ]
    return f"may {' and '.join(held)}" if held else "may do nothing with its mail"


def _facts(known: Known, now: datetime) -> Iterator[Fact]:
    mailbox = known.mailbox
    details = mailbox.details
    recovery = f"Recovery contact: {details.recovery_contact}." if details.recovery_contact else "No recovery contact."
    whose = whose_words(mailbox)
    yield Fact("Whose", f"{whose}. {recovery}" if whose or details.recovery_contact else NOBODY)
    yield Fact("Sender", _sender(mailbox))
    yield Fact("Sign-in", _sign_in(known, now))
    yield Fact("Mail", _mail(mailbox, now))
    yield Fact("Servers", _servers(mailbox))
    if known.audited_at is not None:
        yield Fact("Audit", f"Last found complete {_lower(when(known.audited_at, now))}.")
    if known.review is not None and mailbox.state is not MailboxState.DISCONNECTED:
        yield Fact("Review", _review(known.review, now))


def _sender(mailbox: Mailbox) -> str:
    if mailbox.smtp is None:
        return "Nothing is sent from it: no server for sending is set."
    details = mailbox.details
    name = f"Customers see {details.display_name}." if details.display_name else "No display name is set."
    return f"{name} Replies go to {details.reply_to or mailbox.address}."


def _sign_in(known: Known, now: datetime) -> str:
    mailbox, grant = known.mailbox, known.grant
    if mailbox.state is MailboxState.DISCONNECTED:
        return "None is kept here. Connecting again asks for it."
    if mailbox.oauth is None:
        return f"With the password of {mailbox.imap.user}."
    if grant is None:
        return "Nobody has signed in. Reconnect it."
    who = grant.identity.address or grant.identity.name or "an account without an address"
    may = "" if known.lines is None else f"; {may_words(grant, known.lines)}"
    renewed = when(grant.renewed_at, now)
    told = f"Signed in with {ISSUERS[grant.provider]} as {who}{may}. Renewed {_lower(renewed)}."
    is_refused = known.health.state is HealthState.DISCONNECTED and fix_of(known.health.code) is Fix.RECONNECT
    return f"{told} {'It is not taken any more.' if is_refused else _ends(grant, now)}"


def _ends(grant: Grant, now: datetime) -> str:
    if not grant.can_renew:
        return f"It ends {_lower(when(grant.expires_at, now))} and cannot be renewed by itself."
    if grant.renewable_until is None:
        return "It is renewed by itself, and ends when somebody ends it."
    return f"It is renewed by itself, at the latest until {_lower(when(grant.renewable_until, now))}."


def _mail(mailbox: Mailbox, now: datetime) -> str:
    direction = DIRECTIONS[mailbox.direction].capitalize()
    folders = ("Folders " if len(mailbox.folders) > 1 else "Folder ") + ", ".join(mailbox.folders)
    since = _lower(day(mailbox.synced_from, now))
    when_synced = f"{frequency_words(mailbox.frequency)}. Mail since {since}"
    return f"{direction}. {folders}. {when_synced}. {mailbox.attachments.words()}."


def _servers(mailbox: Mailbox) -> str:
    imap, smtp = mailbox.imap, mailbox.smtp
    words = f"{provider_words(mailbox)}: {imap.host}, port {imap.port}, {PROTECTED[imap.security]}"
    if smtp is not None:
        words += f"; sends by {smtp.host}, port {smtp.port}, {PROTECTED[smtp.security]}"
    return f"{words}."


def _review(review: MailboxReview, now: datetime) -> str:
    last = f" Last reviewed {_lower(day(review.reviewed_at, now))}." if review.reviewed_at else ""
    if review.is_due(now):
        return f"Due now. {review.words}{last}"
    return f"Next on {day(review.due_at, now)}.{last}"


def _scope(name: str) -> str:
    """Return a scope as it can be compared: providers name the same one with and without the address of its owner."""
    return name.rstrip("/").rpartition("/")[2].casefold()


def _lower(words: str) -> str:
    """Return a time as it stands in a sentence."""
    return words[0].lower() + words[1:] if words.startswith(("Today", "Yesterday", "Just", "Never")) else words
