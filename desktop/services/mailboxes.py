"""Connecting, changing and disconnecting mailboxes. Servers are never touched here: testing comes before."""

from dataclasses import replace
from datetime import datetime, timedelta

from desktop.domain import health_events as events
from desktop.domain.attachments import USUAL
from desktop.domain.changes import Changed, ChangeSet
from desktop.domain.clock import Clock
from desktop.domain.errors import CommandRefused
from desktop.domain.ids import MailboxId
from desktop.domain.mailbox import Frequency, Mailbox, MailboxDetails, MailboxState
from desktop.domain.reasons import ReasonCode
from desktop.services import health
from desktop.store.writing.unit_of_work import UnitOfWork

DEFAULT_SINCE_DAYS = 14


def synced_from(since_days: int, now: datetime) -> datetime:
    """Return the instant mail is synced from: *since_days* back; 0 means from this very second on.

    Servers know receive times (INTERNALDATE, RFC 3501) only to the second, so the instant is a whole second.
    """
    return now.replace(microsecond=0) - timedelta(days=since_days)


def password_name(mailbox_id: MailboxId) -> str:
    """Return the name under which a mailbox's password lies in the vault: it tells no address to a keyring's lists."""
    return f"mailbox:{mailbox_id}:password"


def find_mailbox(uow: UnitOfWork, address: str) -> Mailbox:
    """Return the mailbox with *address* (in comparable form); raises CommandRefused when there is none."""
    found = uow.read.mailboxes.by_address(address)
    if found is None:
        raise no_such_mailbox(address)
    return found


def no_such_mailbox(address: str) -> CommandRefused:
    """Return the refusal for a mailbox that is not connected."""
    return CommandRefused(
        ReasonCode.NOT_FOUND,
        f"No mailbox {address} is connected.",
        meaning="Nothing was changed.",
        action="'postroom mailboxes list' shows those that are.",
    )


def add_mailbox(uow: UnitOfWork, made: Mailbox, clock: Clock) -> tuple[MailboxId, ChangeSet]:
    """Store a new mailbox, or wake a disconnected one of the same address with the new settings.

    History stays, and so does whose mailbox it is where *made* says nothing about that.
    """
    held = uow.read.mailboxes.by_address(made.address)
    if held is not None and held.state is not MailboxState.DISCONNECTED:
        raise CommandRefused(
            ReasonCode.BAD_INPUT,
            f"The mailbox {made.address} is connected already.",
            meaning="Nothing was changed.",
            action="Change it with 'postroom mailboxes set'.",
        )
    if held is None:
        mailbox_id = uow.mailboxes.add(made)
    else:
        mailbox_id = held.id
        details = held.details if made.details == MailboxDetails() else made.details
        kept = replace(made, id=held.id, created_at=held.created_at, synced_from=held.synced_from, details=details)
        uow.mailboxes.replace(replace(kept, attachments=held.attachments) if made.attachments == USUAL else kept)
    health.note(uow, mailbox_id, events.Connected(), now=clock.now())
    return mailbox_id, _said(uow, mailbox_id, f"Connected {made.address}", clock)


def change_mailbox(uow: UnitOfWork, changed: Mailbox, clock: Clock) -> ChangeSet:
    """Store changed settings; what was wrong before is forgotten, so that the next sync tries at once.

    How far back it is synced is not among them: a backfill may have moved that since they were read.
    """
    held = next((one for one in uow.read.mailboxes.every() if one.id == changed.id), None)
    uow.mailboxes.replace(changed if held is None else replace(changed, synced_from=held.synced_from))
    if changed.oauth is None:
        uow.grants.forget(changed.id)
    is_resumed = held is not None and (held.state, changed.state) == (MailboxState.PAUSED, MailboxState.ACTIVE)
    event = events.Resumed() if is_resumed else events.SettingsChanged()
    health.note(uow, changed.id, event, now=clock.now())
    return _said(uow, changed.id, f"Changed the settings of {changed.address}", clock)


def reconnect_mailbox(uow: UnitOfWork, mailbox: Mailbox, clock: Clock) -> ChangeSet:
    """Let a mailbox take part again that a person has signed in to anew; its history goes on."""
    uow.mailboxes.replace(replace(mailbox, state=MailboxState.ACTIVE))
    health.note(uow, mailbox.id, events.Authorised(), events.SettingsChanged(), now=clock.now())
    return _said(uow, mailbox.id, f"Reconnected {mailbox.address}", clock)


def set_state(uow: UnitOfWork, mailbox_id: MailboxId, state: MailboxState, clock: Clock) -> ChangeSet:
    """Pause a mailbox or let it go on, where it ended; raises CommandRefused when it is gone or disconnected."""
    held = next((one for one in uow.read.mailboxes.every() if one.id == mailbox_id), None)
    if held is None or held.state is MailboxState.DISCONNECTED:
        raise CommandRefused(
            ReasonCode.NOT_FOUND,
            "This mailbox is not connected any more.",
            meaning="Nothing was changed.",
            action="Connect it again first.",
        )
    verb = "Paused" if state is MailboxState.PAUSED else "Resumed"
    if held.state is state:
        return ChangeSet(Changed.NOTHING, f"{verb} {held.address}: it was so already.")
    uow.mailboxes.set_state(mailbox_id, state)
    event = events.Paused() if state is MailboxState.PAUSED else events.Resumed()
    health.note(uow, mailbox_id, event, now=clock.now())
    return _said(uow, mailbox_id, f"{verb} {held.address}", clock)


def set_frequency(uow: UnitOfWork, mailbox: Mailbox, frequency: Frequency, clock: Clock) -> ChangeSet:
    """Choose how often a mailbox is synced by itself; what is wrong stays, for nothing about its server has changed."""
    if mailbox.frequency is frequency:
        return ChangeSet(Changed.NOTHING, f"{mailbox.address} is synced so already.")
    uow.mailboxes.replace(replace(mailbox, frequency=frequency))
    health.note(uow, mailbox.id, events.ScheduleChanged(), now=clock.now())
    return _said(uow, mailbox.id, f"Changed how often {mailbox.address} is synced", clock)


def disconnect_mailbox(uow: UnitOfWork, mailbox: Mailbox, clock: Clock) -> ChangeSet:
    """Stop syncing a mailbox; everything it brought in stays, and connecting again goes on where it was."""
    uow.mailboxes.set_state(mailbox.id, MailboxState.DISCONNECTED)
    uow.grants.forget(mailbox.id)
    health.note(uow, mailbox.id, events.Disconnected(), now=clock.now())
    return _said(uow, mailbox.id, f"Disconnected {mailbox.address}", clock)


def _said(uow: UnitOfWork, mailbox_id: MailboxId, words: str, clock: Clock) -> ChangeSet:
    uow.records.say("info", f"{words}.", clock.now(), mailbox_id=mailbox_id)
    return ChangeSet(Changed.MAILBOXES | Changed.HEALTH | Changed.LOG, words)
