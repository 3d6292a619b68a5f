"""When the settings of a mailbox are to be looked at again, and the points to go through then."""

import enum
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from desktop.domain.health import Health, HealthState
from desktop.domain.mailbox import Mailbox, MailboxDetails, MailboxPurpose
from desktop.domain.reasons import ReasonCode
from desktop.domain.signing_in import Grant

REVIEW_EVERY = timedelta(days=90)
STOPPED_FOR = timedelta(days=1)
"""How long no mail comes before the settings are in question, and how old a sync may be to count as recent."""

NARROW_DAYS = 30
"""Mail of so many days may be brought in before anybody has seen whether it finds its customers."""

_SIGN_IN = frozenset(
    {
        ReasonCode.ACCOUNT_SIGN_IN,
        ReasonCode.ACCOUNT_DISABLED,
        ReasonCode.ACCOUNT_REVOKED,
        ReasonCode.ACCOUNT_SCOPE_MISSING,
        ReasonCode.ACCOUNT_WRONG_IDENTITY,
        ReasonCode.ACCOUNT_ADMIN_CONSENT,
        ReasonCode.ACCOUNT_APP_SECRET,
        ReasonCode.ACCOUNT_CONSENT_DENIED,
        ReasonCode.ACCOUNT_EXPIRES_SOON,
    }
)
_SILENT = frozenset({ReasonCode.MAIL_NOT_ARRIVING})


class ReviewCause(enum.StrEnum):
    """Why a review is due."""

    TIME = "time"
    OWNER = "owner"
    HANDOVER = "handover"
    CONTACT = "contact"
    STOPPED = "stopped"
    ACCOUNT = "account"
    PERMISSION = "permission"
    SIGN_IN = "sign_in"


WORDS: dict[ReviewCause, str] = {
    ReviewCause.TIME: "It was last looked at more than 90 days ago.",
    ReviewCause.OWNER: "Its owner changed.",
    ReviewCause.HANDOVER: "This shared inbox changed hands.",
    ReviewCause.CONTACT: "Its recovery contact changed.",
    ReviewCause.STOPPED: "It stopped syncing for more than a day.",
    ReviewCause.ACCOUNT: "Another account signs in to it now.",
    ReviewCause.PERMISSION: "What its provider permits changed.",
    ReviewCause.SIGN_IN: "A new password was given for it.",
}


@dataclass(frozen=True, slots=True)
class MailboxReview:
    """When a mailbox is to be reviewed and why; ``reviewed_at`` is None while nobody ever has."""

    due_at: datetime
    cause: ReviewCause = ReviewCause.TIME
    reviewed_at: datetime | None = None

    def is_due(self, now: datetime) -> bool:
        """Whether it is waited for."""
        return now >= self.due_at

    @property
    def words(self) -> str:
        """Why, in a sentence."""
        return WORDS[self.cause]


def first_review(connected_at: datetime) -> MailboxReview:
    """Return the review of a mailbox about which nothing has happened since it was connected."""
    return MailboxReview(connected_at + REVIEW_EVERY)


def reviewed(now: datetime) -> MailboxReview:
    """Return what follows when somebody has gone through the points."""
    return MailboxReview(now + REVIEW_EVERY, reviewed_at=now)


def hastened(review: MailboxReview, cause: ReviewCause, now: datetime) -> MailboxReview:
    """Return *review* due by *now* because of *cause*; one that waits longer already keeps its day."""
    return replace(review, due_at=min(review.due_at, now), cause=cause)


def with_stop(review: MailboxReview, health: Health) -> MailboxReview:
    """Return *review*, due once no mail came for a day, unless somebody has looked at it since."""
    stopped_since = _stopped_since(health)
    if stopped_since is None:
        return review
    due_at = stopped_since + STOPPED_FOR
    if review.reviewed_at is not None and review.reviewed_at >= due_at:
        return review
    return hastened(review, ReviewCause.STOPPED, due_at) if due_at < review.due_at else review


def _stopped_since(health: Health) -> datetime | None:
    """Return since when a mailbox is red, or syncs without anything coming over."""
    since = [one.since for one in health.findings if one.code in _SILENT]
    if health.state is HealthState.DISCONNECTED:
        since.append(health.failing_since)
    return min((one for one in since if one is not None), default=None)


def is_shared(details: MailboxDetails) -> bool:
    """Tell whether several people work in the mailbox, as far as its purpose says."""
    return details.purpose not in {MailboxPurpose.UNSAID, MailboxPurpose.PERSONAL}


def cause_of(before: MailboxDetails, after: MailboxDetails) -> ReviewCause | None:
    """Return why changed details ask for a review, or None. Saying something for the first time asks for none."""
    if before.owner and before.owner != after.owner:
        return ReviewCause.HANDOVER if is_shared(before) or is_shared(after) else ReviewCause.OWNER
    if before.recovery_contact and before.recovery_contact != after.recovery_contact:
        return ReviewCause.CONTACT
    return None


@dataclass(frozen=True, slots=True)
class Point:
    """One point of the checklist. ``is_fine`` is None where only a person can tell, by ticking it."""

    key: str
    words: str
    more: str
    is_fine: bool | None


def checklist(mailbox: Mailbox, grant: Grant | None, health: Health, now: datetime) -> tuple[Point, ...]:
    """Return the points to go through, in the order in which a person does."""
    details = mailbox.details
    points = [_purpose_and_owner(details), _sign_in(mailbox, grant, health, now), _arrives(health, now)]
    if mailbox.smtp is not None:
        points += [_sends(), _sender(mailbox)]
    if details.purpose is not MailboxPurpose.PERSONAL:
        points.append(_recovery(details))
    return (*points, _timeline(), _narrow(mailbox))


def _purpose_and_owner(details: MailboxDetails) -> Point:
    is_fine = bool(details.purpose and details.owner)
    said = f"{details.purpose.value.capitalize()}, owned by {details.owner}."
    return Point(
        "owner", "Purpose and owner are right", said if is_fine else "Say what it is for and who owns it.", is_fine
    )


def _sign_in(mailbox: Mailbox, grant: Grant | None, health: Health, now: datetime) -> Point:
    if health.code in _SIGN_IN:
        return Point("sign_in", "It can be signed in to", health.reason, is_fine=False)
    if mailbox.oauth is None:
        works = None if health.last_sync is None else True
        return Point("sign_in", "It can be signed in to", "With the password that is kept for it.", works)
    if grant is None:
        return Point("sign_in", "Its permissions are still granted", "Nobody has signed in yet.", is_fine=False)
    who = grant.identity.address or grant.identity.name
    if grant.renewable_until is not None and grant.renewable_until <= now + STOPPED_FOR:
        return Point("sign_in", "Its permissions are still granted", "The sign-in ends soon.", is_fine=False)
    return Point("sign_in", "Its permissions are still granted", f"By {who}." if who else "", is_fine=True)


def _arrives(health: Health, now: datetime) -> Point:
    if health.last_sync is None:
        return Point("arrives", "Mail arrives", "It was not synced yet.", is_fine=False)
    recent = health.last_sync >= now - STOPPED_FOR and health.state is not HealthState.DISCONNECTED
    more = "The last sync is less than a day old." if recent else "There was no good sync for a day or more."
    return Point("arrives", "Mail arrives", more, recent)


def _sends() -> Point:
    return Point("sends", "A test message goes out and comes back", "Send one with Test connection.", None)


def _sender(mailbox: Mailbox) -> Point:
    details = mailbox.details
    replies = f"Replies go to {details.reply_to or mailbox.address}."
    more = (
        f"Customers see {details.display_name}. {replies}" if details.display_name else "Say what name customers see."
    )
    return Point("sender", "Sender name and reply address are right", more, bool(details.display_name))


def _recovery(details: MailboxDetails) -> Point:
    more = f"{details.recovery_contact}." if details.recovery_contact else "Say whom to ask when nobody can sign in."
    return Point("recovery", "Access can be recovered", more, bool(details.recovery_contact))


def _timeline() -> Point:
    more = "Open one customer of this mailbox: nothing is missing, nothing double, nothing of somebody else."
    return Point("timeline", "A customer's emails look right", more, None)


def _narrow(mailbox: Mailbox) -> Point:
    more = f"It was connected with the mail of {mailbox.since_days} days."
    is_fine = True if mailbox.since_days <= NARROW_DAYS else None
    return Point("backfill", "Old mail comes in only once matching is right", more, is_fine)
