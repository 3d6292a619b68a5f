"""Mailboxes made well or ill for tests of what reads health: the real rules, and nothing in the log."""

from datetime import datetime, timedelta

from desktop.domain.errors import AppError
from desktop.domain.health import Trouble
from desktop.domain.health_events import Event, PassFailed, PassWentWell, after
from desktop.domain.health_rules import judge
from desktop.domain.ids import MailboxId
from desktop.store.writing.unit_of_work import UnitOfWork
from tests.helpers.mails import NOON

WELL = PassWentWell()


def failed(error: AppError, retry_in: timedelta | None = None) -> PassFailed:
    """A pass that *error* broke off."""
    return PassFailed(Trouble.of(error), retry_in)


def put_health(uow: UnitOfWork, mailbox_id: MailboxId, *events: Event, at: datetime = NOON) -> None:
    """Store what *events* make of a mailbox."""
    mailbox = next(one for one in uow.read.mailboxes.every() if one.id == mailbox_id)
    condition = uow.read.mailboxes.condition(mailbox_id)
    for event in events:
        condition = after(condition, event, at)
    uow.mailboxes.set_health(mailbox_id, judge(condition, mailbox, at), condition)
