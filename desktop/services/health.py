"""The one owner of mailboxes' health: what happened goes in here, and only here is it decided what that comes to.

A change of state or code is written to the log once; the same facts again write nothing to it. Screens hear of a
change by ``Changed.HEALTH``, which the caller announces after the commit.
"""

from dataclasses import replace
from datetime import datetime

from desktop.domain.health import Condition, Dimension, Finding, Health, HealthState
from desktop.domain.health_events import BY_A_PERSON, Event, TimePassed, after
from desktop.domain.health_rules import ending_of, judge
from desktop.domain.ids import MailboxId
from desktop.domain.mailbox import Mailbox
from desktop.domain.moments import span_words
from desktop.domain.reasons import ReasonCode
from desktop.services import mailbox_review
from desktop.store.reading.reader import Reader
from desktop.store.writing.unit_of_work import UnitOfWork

_LEVELS = {HealthState.DISCONNECTED: "error"}
_BY_PASSES = frozenset({Dimension.AUTHORISED, Dimension.ERRORS})


def note(uow: UnitOfWork, mailbox_id: MailboxId, *events: Event, now: datetime) -> bool:
    """Store what *events*, in this order, make of a mailbox; tell whether its state or code is another one now.

    Several events are judged together: what lasts no longer than this call is not told. A mailbox that is not there
    is passed over.
    """
    mailbox = _find(uow.read, mailbox_id)
    if mailbox is None:
        return False
    before = uow.read.mailboxes.health(mailbox_id)
    known = condition = _condition(uow.read, mailbox_id)
    for event in events:
        condition = after(condition, event, now)
    health = judge(condition, mailbox, _local(now))
    if (condition, health) != (known, before):
        mailbox_review.note_health(uow, mailbox_id, before, now)
        uow.mailboxes.set_health(mailbox_id, health, condition)
    is_changed = (before.state, before.code) != (health.state, health.code)
    if is_changed and not any(isinstance(event, BY_A_PERSON) for event in events):
        _tell(uow, mailbox, before, health, now)
    return is_changed


def health_now(read: Reader, mailbox: Mailbox, now: datetime) -> Health:
    """Return how *mailbox* is at *now*: what is stored, judged anew, for nobody may have been there to do so."""
    return judge(_condition(read, mailbox.id), mailbox, _local(now))


def is_worth_noting(read: Reader, mailbox: Mailbox, event: TimePassed, now: datetime) -> bool:
    """Tell whether *event* would change what is stored, so that time alone seldom writes."""
    condition = _condition(read, mailbox.id)
    stored = read.mailboxes.health(mailbox.id)
    later = after(condition, event, now)
    return any(judge(one, mailbox, _local(now)) != stored for one in (condition, later))


def _find(read: Reader, mailbox_id: MailboxId) -> Mailbox | None:
    return next((one for one in read.mailboxes.every() if one.id == mailbox_id), None)


def _condition(read: Reader, mailbox_id: MailboxId) -> Condition:
    return replace(read.mailboxes.condition(mailbox_id), ending=ending_of(read.grants.of(mailbox_id)))


def _local(now: datetime) -> datetime:
    """Return *now* in the zone of this computer: sentences name moments."""
    return now.astimezone()


# --- telling ----------------------------------------------------------------------------------------------------------


def _tell(uow: UnitOfWork, mailbox: Mailbox, before: Health, health: Health, now: datetime) -> None:
    if health.state is HealthState.HEALTHY:
        if before.code and before.state is not HealthState.HEALTHY:
            words = _recovered(before, now)
            uow.records.say("info", words, now, mailbox_id=mailbox.id, code=ReasonCode.SYNCED.value)
        if health.findings:
            uow.records.say_finding(health.findings[0], now, mailbox_id=mailbox.id, level="info")
    elif health.code and health.findings:
        uow.records.say_finding(health.findings[0], now, mailbox_id=mailbox.id, level=_level_of(health.findings[0]))


def _level_of(finding: Finding) -> str:
    """A failed try is an error even while it passes; the rest is a warning until it is red."""
    return "error" if finding.dimension in _BY_PASSES else _LEVELS.get(finding.state, "warning")


def _recovered(before: Health, now: datetime) -> str:
    if before.failures:
        tries = "1 failed try" if before.failures == 1 else f"{before.failures} failed tries"
        return f"Connected again after {tries}: {before.reason}"
    if before.code == ReasonCode.MAIL_NOT_ARRIVING:
        since = before.findings[0].since if before.findings else None
        return "New mail comes over again" + (f", after {span_words(now - since)}." if since else ".")
    if before.code == ReasonCode.SYNC_OVERDUE:
        return "Synced again" + (f", after {span_words(now - before.last_sync)}." if before.last_sync else ".")
    if before.code == ReasonCode.ACCOUNT_EXPIRES_SOON:
        return "The sign-in was renewed; it does not end soon any more."
    return f"Well again, after: {before.reason}"
