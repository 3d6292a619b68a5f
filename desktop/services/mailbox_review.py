"""Whose a mailbox is, and the review of its settings."""

from dataclasses import replace
from datetime import datetime

from desktop.domain.addresses import looks_like_address, normalise_address
from desktop.domain.changes import Changed, ChangeSet
from desktop.domain.clock import Clock
from desktop.domain.errors import CommandRefused
from desktop.domain.health import Health
from desktop.domain.ids import MailboxId
from desktop.domain.mailbox import Mailbox, MailboxDetails
from desktop.domain.mailbox_review import WORDS, ReviewCause, cause_of, hastened, reviewed, with_stop
from desktop.domain.reasons import ReasonCode
from desktop.store.writing.unit_of_work import UnitOfWork


def clean_details(details: MailboxDetails) -> MailboxDetails:
    """Return *details* as they are kept: trimmed, on one line each, the reply address in comparable form.

    Raises CommandRefused when the reply address is none. Line breaks go, because name and address end in headers.
    """
    reply_to = normalise_address(_line(details.reply_to))
    if reply_to and not looks_like_address(reply_to):
        raise CommandRefused(
            ReasonCode.BAD_INPUT,
            "The reply address is no mail address.",
            meaning="Nothing was changed.",
            action="Write it like help@shop.example, or leave it empty to have replies sent to the mailbox itself.",
        )
    return replace(
        details,
        owner=_line(details.owner),
        recovery_contact=_line(details.recovery_contact),
        display_name=_line(details.display_name),
        reply_to=reply_to,
    )


def set_details(uow: UnitOfWork, mailbox_id: MailboxId, details: MailboxDetails, clock: Clock) -> ChangeSet:
    """Say whose a mailbox is and how it presents itself; another owner or recovery contact makes its review due."""
    held, wanted = _connected(uow, mailbox_id), clean_details(details)
    if held.details == wanted:
        return ChangeSet(Changed.NOTHING, f"The details of {held.address} are so already.")
    uow.mailboxes.replace(replace(held, details=wanted))
    cause = cause_of(held.details, wanted)
    if cause is not None:
        ask_for_review(uow, mailbox_id, cause, clock)
    return _said(uow, mailbox_id, f"Changed the details of {held.address}", clock)


def note_reviewed(uow: UnitOfWork, mailbox_id: MailboxId, clock: Clock) -> ChangeSet:
    """Keep that somebody has gone through the checklist; the next time is in 90 days."""
    held = _connected(uow, mailbox_id)
    uow.mailbox_reviews.put(mailbox_id, reviewed(clock.now()))
    return _said(uow, mailbox_id, f"Reviewed the settings of {held.address}", clock)


def ask_for_review(uow: UnitOfWork, mailbox_id: MailboxId, cause: ReviewCause, clock: Clock) -> None:
    """Make the review of a mailbox due now because of *cause*, and say so in the log."""
    noted = uow.read.mailbox_reviews.noted(mailbox_id)
    if noted is None:
        return
    uow.mailbox_reviews.put(mailbox_id, hastened(noted, cause, clock.now()))
    uow.records.say(
        "info",
        f"{WORDS[cause]} Its review is due.",
        clock.now(),
        mailbox_id=mailbox_id,
        code=ReasonCode.REVIEW_DUE.value,
    )


def note_health(uow: UnitOfWork, mailbox_id: MailboxId, before: Health, now: datetime) -> None:
    """Keep a review due that *before*, how the mailbox was until now, asks for: being well again does not answer it."""
    noted = uow.read.mailbox_reviews.noted(mailbox_id)
    review = None if noted is None else with_stop(noted, before)
    if review is not None and review != noted and review.is_due(now):
        uow.mailbox_reviews.put(mailbox_id, review)


def _connected(uow: UnitOfWork, mailbox_id: MailboxId) -> Mailbox:
    held = next((one for one in uow.read.mailboxes.every() if one.id == mailbox_id), None)
    if held is None:
        raise CommandRefused(
            ReasonCode.NOT_FOUND,
            "This mailbox is not there any more.",
            meaning="Nothing was changed.",
            action="Choose another, or connect it again.",
        )
    return held


def _line(text: str) -> str:
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())


def _said(uow: UnitOfWork, mailbox_id: MailboxId, words: str, clock: Clock) -> ChangeSet:
    uow.records.say("info", f"{words}.", clock.now(), mailbox_id=mailbox_id)
    return ChangeSet(Changed.MAILBOXES | Changed.LOG, words)
