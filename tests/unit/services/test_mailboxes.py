"""Mailboxes paused, resumed and synced more or less often: what is known of their health is not lost on the way."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from desktop.domain.changes import Changed, ChangeSet
from desktop.domain.errors import CommandRefused, NeedsSignIn
from desktop.domain.health import Health, HealthState
from desktop.domain.mailbox import Frequency, Mailbox, MailboxState
from desktop.domain.reasons import ReasonCode
from desktop.services.mailboxes import disconnect_mailbox, set_frequency, set_state
from desktop.store.store import Store
from desktop.store.writing.unit_of_work import UnitOfWork
from tests.helpers.health import WELL, failed, put_health
from tests.helpers.mails import NOON, FixedClock, place_in

CLOCK = FixedClock()
PAUSED, ACTIVE = MailboxState.PAUSED, MailboxState.ACTIVE
ADDRESS = "support@shop.example"


def held(store: Store) -> tuple[Mailbox, Health]:
    with store.read() as read:
        box = read.mailboxes.by_address(ADDRESS)
        assert box is not None
        return box, read.mailboxes.health(box.id)


def do(store: Store, command: Callable[[UnitOfWork, Mailbox], ChangeSet]) -> ChangeSet:
    box, _ = held(store)
    with store.write() as uow:
        return command(uow, box)


@pytest.fixture
def synced(store: Store) -> Store:
    place = place_in(store, ADDRESS)
    with store.write() as uow:
        put_health(uow, place.mailbox_id, WELL)
    return store


def test_paused_and_resumed(synced: Store) -> None:
    paused = do(synced, lambda uow, box: set_state(uow, box.id, PAUSED, CLOCK))
    box, health = held(synced)
    assert (paused.words, box.state, health.state) == (f"Paused {ADDRESS}", MailboxState.PAUSED, HealthState.PAUSED)
    assert paused.changed == Changed.MAILBOXES | Changed.HEALTH | Changed.LOG
    assert health.last_sync == NOON
    resumed = do(synced, lambda uow, box: set_state(uow, box.id, ACTIVE, CLOCK))
    box, health = held(synced)
    assert (resumed.words, box.state, health.last_sync) == (f"Resumed {ADDRESS}", MailboxState.ACTIVE, NOON)
    assert health.reason == "Resumed; not synced since."
    with synced.read() as read:
        assert [row.what for row in read.activity.page()] == [f"Resumed {ADDRESS}.", f"Paused {ADDRESS}."]


def test_doing_it_twice_is_no_change(synced: Store) -> None:
    assert do(synced, lambda uow, box: set_state(uow, box.id, ACTIVE, CLOCK)).changed == Changed.NOTHING
    do(synced, lambda uow, box: set_state(uow, box.id, PAUSED, CLOCK))
    assert do(synced, lambda uow, box: set_state(uow, box.id, PAUSED, CLOCK)).changed == Changed.NOTHING


def test_a_disconnected_mailbox_is_neither_paused_nor_resumed(synced: Store) -> None:
    do(synced, lambda uow, box: disconnect_mailbox(uow, box, CLOCK))
    with pytest.raises(CommandRefused, match="not connected any more"):
        do(synced, lambda uow, box: set_state(uow, box.id, PAUSED, CLOCK))
    with pytest.raises(CommandRefused, match="not connected any more"):
        do(synced, lambda uow, box: set_state(uow, box.id, ACTIVE, CLOCK))


def test_another_frequency_leaves_a_refused_sign_in_as_it_is(synced: Store) -> None:
    """To forget it would have the schedule try a refused password again."""
    refused = NeedsSignIn(ReasonCode.ACCOUNT_SIGN_IN, "The server refused the password.")
    with synced.write() as uow:
        put_health(uow, held(synced)[0].id, failed(refused))
    before = held(synced)[1]
    change = do(synced, lambda uow, box: set_frequency(uow, box, Frequency.EVERY_60_MINUTES, CLOCK))
    box, health = held(synced)
    assert (box.frequency, health) == (Frequency.EVERY_60_MINUTES, before)
    assert change.words == f"Changed how often {ADDRESS} is synced"
    again = do(synced, lambda uow, box: set_frequency(uow, box, Frequency.EVERY_60_MINUTES, CLOCK))
    assert again.changed == Changed.NOTHING
    assert replace(box, frequency=Frequency.EVERY_15_MINUTES).folders == box.folders
