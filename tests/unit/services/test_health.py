"""The one owner of health: every change is stored, and told in the log once; the same facts are told never again."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desktop.domain.errors import AppError, NeedsSignIn, Transient
from desktop.domain.health import Condition, Health, HealthState
from desktop.domain.health_events import (
    Authorised,
    Connected,
    Event,
    FreshnessSeen,
    PassWentWell,
    Paused,
    Resumed,
    TimePassed,
    WatchBegan,
)
from desktop.domain.ids import MailboxId
from desktop.domain.mailbox import MailboxState, OAuthProvider
from desktop.domain.reasons import ReasonCode
from desktop.domain.refset import RefSet
from desktop.domain.signing_in import Grant, Identity
from desktop.domain.source import NewestMessage
from desktop.services.health import health_now, is_worth_noting, note
from desktop.store.reading.reader import Reader
from desktop.store.store import Store
from tests.helpers.health import failed
from tests.helpers.mails import NOON, FixedClock, place_in

DOWN = Transient(ReasonCode.SERVER_UNREACHABLE, "The server cannot be reached.", meaning="Nothing is lost.")
REVOKED = NeedsSignIn(
    ReasonCode.ACCOUNT_REVOKED, "The sign-in was revoked.", meaning="Mail waits.", action="Reconnect."
)
WELL = PassWentWell()
DAY = timedelta(days=1)


class Ward:
    """A mailbox, a clock, and what the log has said."""

    def __init__(self, store: Store) -> None:
        self.store, self.clock = store, FixedClock()
        self.place = place_in(store)
        self.box = self.place.mailbox_id

    def note(self, *events: Event) -> bool:
        with self.store.write() as uow:
            return note(uow, self.box, *events, now=self.clock.now())

    def health(self) -> Health:
        with self.store.read() as read:
            return read.mailboxes.health(self.box)

    def log(self) -> list[tuple[str, str, str]]:
        with self.store.read() as read:
            return [(row.level, row.code, row.what) for row in reversed(read.records.events(level="info", limit=100))]

    def grant(self, lasts: timedelta) -> None:
        now = self.clock.now()
        who = Identity("https://id.example", "7", "support@shop.example")
        grant = Grant(OAuthProvider.GOOGLE, who, (), now, now, now + timedelta(hours=1), now + lasts)
        with self.store.write() as uow:
            uow.grants.put(self.box, grant)

    def seen(self, newest: int, here: int) -> FreshnessSeen:
        return FreshnessSeen(self.place.folder_id, NewestMessage(newest, NOON), RefSet([(1, here)]), NOON - DAY)


@pytest.fixture
def ward(store: Store) -> Ward:
    return Ward(store)


def test_a_failure_is_told_once_and_the_recovery_once(ward: Ward) -> None:
    assert ward.note(WELL)
    assert [ward.note(failed(DOWN)) for _ in range(5)] == [True, False, True, False, False]
    assert [ward.note(WELL) for _ in range(3)] == [True, False, False]
    assert ward.log() == [
        ("error", "SERVER_UNREACHABLE", "The server cannot be reached."),
        ("error", "SERVER_UNREACHABLE", "The server cannot be reached."),  # it lasts: red
        (
            "info",
            "SYNCED",
            "Connected again after 5 failed tries: The server cannot be reached. Nothing is lost.",
        ),
    ]


def test_what_needs_a_person_is_in_the_log_in_three_parts(ward: Ward) -> None:
    ward.note(failed(REVOKED))
    with ward.store.read() as read:
        (row,) = read.records.events(level="error", limit=10)
        (problem,) = read.activity.problems()
    assert (row.what, row.meaning, row.action) == ("The sign-in was revoked.", "Mail waits.", "Reconnect.")
    assert (problem.happened, problem.meaning, problem.action) == (row.what, row.meaning, row.action)


def test_what_a_person_does_is_the_commands_own_to_say(ward: Ward) -> None:
    ward.note(failed(REVOKED))
    before = ward.log()
    for event in (Connected(), Paused(), Resumed()):
        ward.note(event)
    assert ward.log() == before


def test_signing_in_again_is_not_yet_a_sync_that_went_well(ward: Ward) -> None:
    ward.note(WELL, failed(REVOKED))
    ward.note(Authorised())
    assert ward.health().reason == "Signed in again; not synced since."
    ward.note(WELL)
    assert ward.health().state is HealthState.HEALTHY


def test_the_end_of_a_sign_in_is_foretold_once_at_least_a_day_before(ward: Ward) -> None:
    ward.grant(7 * DAY)
    ward.note(WELL)
    told_at = None
    for _ in range(6 * 24):
        ward.clock.advance(hours=1)
        if ward.note(WELL, TimePassed()):
            told_at = ward.clock.now()
    assert told_at == NOON + 5 * DAY
    (entry,) = ward.log()
    assert entry[:2] == ("warning", "ACCOUNT_EXPIRES_SOON")
    assert "Google ends those of apps in testing after 7 days" in entry[2]
    ward.grant(7 * DAY)
    assert ward.note(Authorised())
    assert ward.health().state is HealthState.HEALTHY
    assert [row[2] for row in ward.log()][1:] == ["The sign-in was renewed; it does not end soon any more."]


def test_mail_that_does_not_arrive_is_a_problem_with_its_evidence(ward: Ward) -> None:
    ward.note(ward.seen(9, 8), WELL)
    ward.clock.advance(minutes=15)
    ward.note(ward.seen(9, 8), WELL)
    with ward.store.read() as read:
        (problem,) = read.activity.problems()
        (card,) = read.dashboard.get(now=NOON, today=NOON).cards
    assert (problem.code, problem.since) == ("MAIL_NOT_ARRIVING", NOON)
    assert problem.happened.startswith("INBOX: the newest email on the server is of ")
    assert card.newest_there == NOON
    assert card.folders[0].here_at == NOON - DAY
    ward.clock.advance(minutes=15)
    ward.note(ward.seen(9, 9), WELL)
    assert ward.log()[-1] == ("info", "SYNCED", "New mail comes over again, after 30 minutes.")


def test_events_of_one_moment_are_judged_together(ward: Ward) -> None:
    ward.note(WELL)
    assert not ward.note(failed(DOWN), WELL)
    assert ward.log() == []


def test_a_mailbox_that_is_gone_is_passed_over(ward: Ward) -> None:
    with ward.store.write() as uow:
        assert not note(uow, MailboxId(99), WELL, now=NOON)


def test_without_a_service_health_is_judged_as_of_now(ward: Ward) -> None:
    ward.note(WELL)
    with ward.store.read() as read:
        (box,) = read.mailboxes.every()
        assert health_now(read, box, NOON + timedelta(minutes=30)).state is HealthState.HEALTHY
        late = health_now(read, box, NOON + timedelta(hours=5))
        assert (late.state, late.code) == (HealthState.ATTENTION, "SYNC_OVERDUE")
        assert read.mailboxes.health(box.id).state is HealthState.HEALTHY, "what is stored is the service's"


def worth(read: Reader, event: TimePassed, hours: int) -> bool:
    (box,) = read.mailboxes.every()
    return is_worth_noting(read, box, event, NOON + timedelta(hours=hours))


def test_time_is_noted_when_it_matters(ward: Ward) -> None:
    ward.note(WELL)
    with ward.store.read() as read:
        assert not worth(read, TimePassed(), 0)
        assert worth(read, TimePassed(), 1)
        assert worth(read, TimePassed(NOON + timedelta(hours=1)), 1), "else a reader would think it late"
    with ward.store.write() as uow:
        uow.mailboxes.set_state(ward.box, MailboxState.PAUSED)
    ward.note(Paused())
    with ward.store.read() as read:
        assert not worth(read, TimePassed(), 50)


ANY_ERROR = st.sampled_from([DOWN, REVOKED])
STEPS = st.lists(
    st.one_of(st.just(WELL), st.builds(failed, ANY_ERROR), st.just(TimePassed()), st.just(WatchBegan())), max_size=10
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_an_entry_for_each_change_and_none_without(ward: Ward, steps: list[Event]) -> None:
    with ward.store.write() as uow:
        uow.mailboxes.set_health(ward.box, Health(), Condition())
    for step in steps:
        before, entries = ward.health(), len(ward.log())
        changed = ward.note(step)
        after = ward.health()
        assert changed is ((before.state, before.code) != (after.state, after.code))
        first_success = not before.code and after.state is HealthState.HEALTHY
        assert min(len(ward.log()), 100) - entries == int(changed and not first_success) or entries == 100
        assert not ward.note(TimePassed())
        assert ward.health() == after


def test_what_goes_wrong_is_read_as_it_was_written(ward: Ward) -> None:
    error: AppError = REVOKED
    ward.note(WELL, ward.seen(9, 8), failed(error, timedelta(seconds=30)))
    with ward.store.read() as read:
        condition = read.mailboxes.condition(ward.box)
    assert condition.trouble is not None
    assert (condition.trouble.code, condition.failures) == ("ACCOUNT_REVOKED", 1)
    assert condition.retry_at == NOON + timedelta(seconds=30)
    assert condition.folders[0].behind_ref == 9
