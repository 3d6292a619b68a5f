"""Details said, and the review they ask for: it stands among the tasks until somebody has gone through it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from desktop.domain.activity import Fix, Task
from desktop.domain.changes import Changed, ChangeSet
from desktop.domain.errors import CommandRefused, NeedsSignIn
from desktop.domain.health import Trouble
from desktop.domain.health_events import Event, PassFailed, PassWentWell
from desktop.domain.ids import MailboxId
from desktop.domain.mailbox import MailboxDetails, MailboxPurpose, MailboxState
from desktop.domain.mailbox_review import MailboxReview, ReviewCause
from desktop.domain.reasons import ReasonCode
from desktop.services import health
from desktop.services.grants import note_grant
from desktop.services.mailbox_review import ask_for_review, note_reviewed, set_details
from desktop.store.store import Store
from desktop.store.writing.unit_of_work import UnitOfWork
from tests.helpers.mails import NOON, FixedClock, place_in
from tests.unit.services.test_grants import GRANT

ADDRESS = "support@shop.example"
DETAILS = MailboxDetails(MailboxPurpose.SUPPORT, "Jo", "it@shop.example", "Shop Support", "help@shop.example")
SOON = NOON + timedelta(days=10)
EVERY = timedelta(days=90)


@pytest.fixture
def number(store: Store) -> MailboxId:
    return place_in(store, ADDRESS).mailbox_id


def do(store: Store, command: Callable[[UnitOfWork], ChangeSet | None]) -> ChangeSet:
    with store.write() as uow:
        return command(uow) or ChangeSet(Changed.NOTHING)


def say(store: Store, number: MailboxId, details: MailboxDetails, at: datetime = SOON) -> ChangeSet:
    return do(store, lambda uow: set_details(uow, number, details, FixedClock(at)))


def happens(store: Store, number: MailboxId, event: Event, *, at: datetime) -> None:
    with store.write() as uow:
        health.note(uow, number, event, now=at)


def fails(store: Store, number: MailboxId, at: datetime) -> None:
    error = NeedsSignIn(ReasonCode.ACCOUNT_SIGN_IN, "The server refused the password.")
    happens(store, number, PassFailed(Trouble.of(error), None), at=at)


def tasks(store: Store, now: datetime) -> list[Task]:
    with store.read() as read:
        return read.activity.tasks(now)


def review(store: Store, number: MailboxId) -> MailboxReview | None:
    with store.read() as read:
        return read.mailbox_reviews.of(number)


def test_a_new_mailbox_is_reviewed_after_90_days(store: Store, number: MailboxId) -> None:
    assert tasks(store, NOON + EVERY - timedelta(hours=1)) == []
    (task,) = tasks(store, NOON + EVERY)
    assert (task.what, task.fix, task.mailbox_id) == ("Review the settings of support@", Fix.REVIEW_SETTINGS, number)
    assert task.why == "It was last looked at more than 90 days ago."
    do(store, lambda uow: note_reviewed(uow, number, FixedClock(NOON + EVERY)))
    assert tasks(store, NOON + EVERY * 2 - timedelta(hours=1)) == []
    assert [one.since for one in tasks(store, NOON + EVERY * 2)] == [NOON + EVERY * 2]


def test_details_are_kept_as_one_clean_line_each(store: Store, number: MailboxId) -> None:
    untidy = replace(DETAILS, owner="  Jo ", display_name="Shop\r\n Support", reply_to="Help@SHOP.example ")
    assert say(store, number, untidy).words == f"Changed the details of {ADDRESS}"
    with store.read() as read:
        box = read.mailboxes.by_address(ADDRESS)
    assert box is not None
    assert box.details == DETAILS
    assert say(store, number, DETAILS).changed == Changed.NOTHING


def test_a_reply_address_that_is_none_is_refused(store: Store, number: MailboxId) -> None:
    with pytest.raises(CommandRefused, match="The reply address is no mail address"):
        say(store, number, replace(DETAILS, reply_to="help at shop"))
    assert review(store, number) == MailboxReview(NOON + EVERY)


def test_saying_it_first_asks_for_nothing_and_another_owner_asks_for_a_review(store: Store, number: MailboxId) -> None:
    say(store, number, DETAILS)
    assert tasks(store, SOON) == []
    say(store, number, replace(DETAILS, owner="Kim"))
    (task,) = tasks(store, SOON)
    assert (task.why, task.since) == ("This shared inbox changed hands.", SOON)
    with store.read() as read:
        said = [row.what for row in read.activity.page()]
    assert "This shared inbox changed hands. Its review is due." in said
    done = do(store, lambda uow: note_reviewed(uow, number, FixedClock(SOON)))
    assert done.words == f"Reviewed the settings of {ADDRESS}"
    assert review(store, number) == MailboxReview(SOON + EVERY, ReviewCause.TIME, SOON)
    assert tasks(store, SOON) == []


def test_syncing_that_stopped_for_a_day_asks_for_a_review(store: Store, number: MailboxId) -> None:
    fails(store, number, NOON)
    assert f"review:{number}" not in [task.key for task in tasks(store, NOON + timedelta(hours=23))]
    later = tasks(store, NOON + timedelta(hours=25))
    assert (later[-1].key, later[-1].why) == (f"review:{number}", "It stopped syncing for more than a day.")


def test_a_mailbox_that_is_well_again_is_still_to_be_reviewed(store: Store, number: MailboxId) -> None:
    fails(store, number, NOON)
    happens(store, number, PassWentWell(), at=NOON + timedelta(days=2))
    (task,) = tasks(store, NOON + timedelta(days=3))
    assert (task.why, task.since) == ("It stopped syncing for more than a day.", NOON + timedelta(days=1))
    do(store, lambda uow: note_reviewed(uow, number, FixedClock(NOON + timedelta(days=3))))
    assert tasks(store, NOON + timedelta(days=4)) == []


def test_a_short_stop_leaves_nothing_behind(store: Store, number: MailboxId) -> None:
    fails(store, number, NOON)
    happens(store, number, PassWentWell(), at=NOON + timedelta(hours=20))
    assert tasks(store, NOON + timedelta(days=3)) == []


@pytest.mark.parametrize("state", [MailboxState.ACTIVE, MailboxState.PAUSED, MailboxState.DISCONNECTED])
def test_a_disconnected_mailbox_is_not_reviewed(store: Store, number: MailboxId, state: MailboxState) -> None:
    with store.write() as uow:
        uow.mailboxes.set_state(number, state)
    assert len(tasks(store, NOON + EVERY)) == (0 if state is MailboxState.DISCONNECTED else 1)


def test_the_one_that_waits_longest_comes_first(store: Store, number: MailboxId) -> None:
    sales = place_in(store, "sales@shop.example").mailbox_id
    do(store, lambda uow: ask_for_review(uow, sales, ReviewCause.SIGN_IN, FixedClock(SOON)))
    found = tasks(store, NOON + EVERY)
    assert [(task.mailbox_id, task.why) for task in found] == [
        (sales, "A new password was given for it."),
        (number, "It was last looked at more than 90 days ago."),
    ]


def test_other_permissions_or_another_account_ask_for_a_review(store: Store, number: MailboxId) -> None:
    clock = FixedClock(SOON)
    do(store, lambda uow: note_grant(uow, number, GRANT, clock))
    do(store, lambda uow: note_grant(uow, number, GRANT, clock))
    assert tasks(store, SOON) == []
    do(store, lambda uow: note_grant(uow, number, replace(GRANT, scopes=("openid",)), clock))
    assert [task.why for task in tasks(store, SOON)] == ["What its provider permits changed."]
    another = replace(GRANT, identity=replace(GRANT.identity, subject="other"))
    do(store, lambda uow: note_grant(uow, number, another, clock))
    assert [task.why for task in tasks(store, SOON)] == ["Another account signs in to it now."]


def test_a_mailbox_that_is_not_there_is_refused(store: Store) -> None:
    with pytest.raises(CommandRefused, match="not there any more"):
        say(store, MailboxId(7), DETAILS)
    do(store, lambda uow: ask_for_review(uow, MailboxId(7), ReviewCause.OWNER, FixedClock()))
    assert review(store, MailboxId(7)) is None
