"""Backfills in a world in memory: what is brought in, what stands in the way, what is left when it breaks anywhere."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from desktop.domain.backfill import Backfill, BackfillEstimate, BackfillState, QuietHours
from desktop.domain.backfill_days import RangeCount, day_of, smaller_range
from desktop.domain.errors import CommandRefused, Stopped
from desktop.domain.mailbox import Direction
from desktop.domain.reasons import ReasonCode
from desktop.services import backfills
from desktop.store.engines import connect
from desktop.store.opening import database_path
from desktop.sync.backfill import BackfillReceipt, Manners
from desktop.sync.backfill_estimate import estimate_backfill
from desktop.sync.backfill_survey import SECONDS_EACH, survey_ranges
from desktop.sync.context import StopSignal
from tests.model.letters import Kind, write_letter
from tests.model.server import Faults, Folder, Temper
from tests.model.stored import Peephole
from tests.model.world import CALM, KEY, NOW, SYNCED_FROM
from tests.unit.sync.support import Desk


class Past(Desk):
    """A desk whose mailboxes hold old mail too."""

    def old(self, folder: Folder, *days_before: float, sender: str = "a@customer.test", subject: str = "") -> None:
        """Deliver letters received so many days before the day that the mailbox is synced from."""
        for days in days_before:
            self._serial += 1
            received_at = SYNCED_FROM - timedelta(days=days)
            folder.add(write_letter(self._serial, sender, subject or f"m{self._serial}", received_at, Kind.PLAIN))

    def begin(self, days: int = 60, *, quiet_hours: bool = False) -> Backfill:
        return self.world.begin_backfill(0, days, quiet_hours=quiet_hours)

    def work(
        self, one: Backfill, faults: Faults | None = None, *, stop_after: int = 0, manners: Manners = CALM
    ) -> BackfillReceipt:
        receipt = self.world.work_on(one.id, faults or Faults(), stop_after=stop_after, manners=manners)
        assert receipt is not None
        return receipt

    def undo(self, one: Backfill) -> None:
        self.world.undo_backfill(one)

    def fingerprint(self) -> dict[str, str]:
        peephole = Peephole(self.world.profile, KEY)
        try:
            return peephole.fingerprint()
        finally:
            peephole.close()

    def ask(self, statement: str) -> list[tuple[object, ...]]:
        """Ask the database itself."""
        connection = connect(database_path(self.world.profile), KEY, read_only=True)
        try:
            return list(connection.execute(statement))
        finally:
            connection.close()


@pytest.fixture
def past() -> Iterator[Past]:
    made = Past()
    yield made
    made.close()


def test_older_mail_comes_in_newest_first_and_newer_is_left_alone(past: Past) -> None:
    past.old(past.inbox, 100, 20, 1, 5)
    past.old(past.archive, 3, 200)
    past.deliver(past.inbox, 2)
    past.sync()
    assert len(past.stored().emails) == 2
    one = past.begin(14 + 30)
    receipt = past.work(one)
    assert receipt.error is None
    done = receipt.backfill
    assert (done.state, done.total, done.figures.stored) == (BackfillState.DONE, 4, 4)
    came = past.ask("SELECT received_at FROM email WHERE id > 2 ORDER BY id")
    moments = [SYNCED_FROM - timedelta(days=days) for days in (1, 3, 5, 20)]
    assert [received for (received,) in came] == [int(moment.timestamp() * 1000) for moment in moments]
    assert past.world.mailboxes[0].synced_from == done.since == NOW + timedelta(seconds=1) - timedelta(days=44)
    assert past.world.verify() == []


def test_nothing_comes_in_twice_and_the_next_sync_has_nothing_to_do(past: Past) -> None:
    past.old(past.inbox, 1, 2, 3)
    past.sync()
    past.work(past.begin())
    before = past.fingerprint()
    receipts = past.sync()
    assert [folder.fetched for receipt in receipts for folder in receipt.folders] == [0, 0, 0]
    assert past.fingerprint()["email"] == before["email"]


def test_what_comes_in_is_quiet(past: Past) -> None:
    past.old(past.inbox, 1, 2)
    past.deliver(past.inbox, 1)
    past.sync()
    past.work(past.begin())
    assert past.ask("SELECT state, count(*) FROM outbox GROUP BY 1") == [("planned", 1), ("quiet", 2)]


def test_taking_it_back_leaves_the_database_as_it_was(past: Past) -> None:
    past.old(past.inbox, 1, 2, 9, 40)
    past.old(past.archive, 3)
    past.deliver(past.inbox, 2)
    past.sync()
    before = past.fingerprint()
    one = past.begin()
    past.work(one)
    assert past.fingerprint() != before
    past.undo(one)
    assert past.fingerprint() == before
    assert past.world.verify() == []
    past.sync()
    assert len(past.stored().emails) == 2
    again = past.begin()
    assert past.work(again).backfill.figures.stored == 5


@pytest.mark.parametrize("point", ["before commit", "after commit", "server call"])
def test_killed_anywhere_it_goes_on_to_the_same_end(past: Past, point: str) -> None:
    past.old(past.inbox, 1, 2, 3, 4, 5, 6)
    past.old(past.archive, 2, 4)
    past.sync()
    before = past.fingerprint()
    one = past.begin()
    for count in range(1, 60):
        past.world.points.die_at(point, count)
        receipt = past.world.work_on(one.id, Faults())
        if receipt is not None and receipt.backfill.state is BackfillState.DONE:
            break
    assert receipt is not None
    assert (receipt.backfill.state, receipt.backfill.figures.stored) == (BackfillState.DONE, 8)
    assert len(past.stored().emails) == 8
    past.undo(one)
    assert past.fingerprint() == before


# --- what does not come -----------------------------------------------------------------------------------------------


def test_what_is_not_delivered_is_left_to_the_plain_sync(past: Past) -> None:
    past.old(past.inbox, 1, 2)
    past.inbox.add(write_letter(90, "a@customer.test", "stuck", SYNCED_FROM - timedelta(days=3), Kind.PLAIN),
                   temper=Temper.NOT_FETCHED)  # fmt: skip
    past.sync()
    before = past.fingerprint()
    one = past.begin()
    done = past.work(one).backfill
    assert (done.state, done.figures.stored, done.figures.missing) == (BackfillState.DONE, 2, 1)
    assert past.codes() == ["FETCH_RETRYING", "NO_MATCH", "NO_MATCH"]
    past.undo(one)
    assert past.fingerprint() == before

    again = past.begin()
    past.work(again)
    past.inbox.slots[3].temper = Temper.GOOD
    past.sync()
    assert past.codes() == ["NO_MATCH", "NO_MATCH", "NO_MATCH"]
    assert past.ask("SELECT state, count(*) FROM outbox GROUP BY 1") == [("quiet", 3)], "as old as the rest"
    past.undo(again)
    assert len(past.stored().emails) == 0


def test_what_the_server_does_not_describe_is_asked_for_later(past: Past) -> None:
    past.inbox.add(
        write_letter(91, "a@customer.test", "silent", SYNCED_FROM - timedelta(days=3), Kind.OLD), temper=Temper.GOOD
    )
    past.sync()
    past.inbox.slots[1].temper = Temper.NOT_DESCRIBED
    done = past.work(past.begin()).backfill
    assert (done.state, done.figures.missing) == (BackfillState.DONE, 1)
    assert past.codes() == ["FETCH_RETRYING"]


def test_what_the_server_does_not_describe_is_not_passed_over_by_one_that_is_ended_half_way(past: Past) -> None:
    """Nobody knows of which day it is, so it is left to the plain sync before the first day is behind."""
    past.old(past.inbox, *(0.5 + day for day in range(10)))
    past.sync()
    past.inbox.slots[3].temper = Temper.NOT_DESCRIBED
    one = past.begin()
    held = past.work(one, stop_after=5).backfill
    assert 2 < held.figures.stored < 9
    assert held.reached < SYNCED_FROM - timedelta(days=2.5), "it is behind the day of the one that is not described"
    with past.world.store.write() as uow:
        backfills.cancel(uow, one, past.world.clock)
    past.inbox.slots[3].temper = Temper.GOOD
    past.sync()
    assert past.verdicts(past.inbox)[3] == "NO_MATCH"


def test_a_listing_that_is_too_short_leaves_no_hole_behind(past: Past) -> None:
    past.old(past.inbox, *range(1, 9))
    past.sync()
    done = past.work(past.begin(), Faults(short_by=3)).backfill
    assert (done.state, done.figures.stored, done.figures.missing) == (BackfillState.DONE, 5, 3)
    past.sync()
    assert len(past.stored().emails) == 8


def test_a_broken_connection_ends_nothing(past: Past) -> None:
    past.old(past.inbox, *range(1, 9))
    past.inbox.add(write_letter(92, "a@customer.test", "breaks", SYNCED_FROM - timedelta(days=4), Kind.PLAIN),
                   temper=Temper.BREAKS_FETCH)  # fmt: skip
    past.sync()
    done = past.work(past.begin()).backfill
    assert (done.state, done.figures.stored, done.figures.missing) == (BackfillState.DONE, 8, 1)


# --- what stands in the way -------------------------------------------------------------------------------------------


def test_refused_before_the_first_sync_and_for_a_mailbox_that_is_picked_by_hand(past: Past) -> None:
    with pytest.raises(CommandRefused, match="was not synced since") as refused:
        past.begin()
    assert refused.value.code is ReasonCode.SYNC_FIRST
    past.sync()
    past.world.turn(0, Direction.MANUAL)
    with pytest.raises(CommandRefused) as refused:
        past.begin()
    assert refused.value.code is ReasonCode.MANUAL_MODE


def test_a_mailbox_has_one_at_a_time(past: Past) -> None:
    past.sync()
    past.begin(30)
    with pytest.raises(CommandRefused, match=r"30 days for ann@example[.]test is waiting") as refused:
        past.begin(60)
    assert refused.value.code is ReasonCode.BACKFILL_OPEN


@pytest.mark.parametrize("days", [0, -3, 36_501])
def test_a_range_has_bounds(past: Past, days: int) -> None:
    past.sync()
    with pytest.raises(CommandRefused) as refused:
        past.begin(days)
    assert refused.value.code is ReasonCode.BAD_INPUT


def test_a_folder_that_was_renumbered_is_synced_first(past: Past) -> None:
    past.old(past.inbox, 1, 2)
    past.sync()
    one = past.begin()
    past.inbox.renumber(7, backwards=False)
    receipt = past.work(one)
    assert (receipt.backfill.state, receipt.backfill.code) == (BackfillState.WAITING, "SYNC_FIRST")
    past.sync()
    done = past.work(one).backfill
    assert (done.state, done.code, done.figures.stored) == (BackfillState.DONE, "", 2)


def test_after_a_renumbering_backfilled_mail_has_its_places_again_and_goes_whole(past: Past) -> None:
    past.old(past.inbox, 1, 2)
    past.sync()
    one = past.begin()
    past.work(one)
    past.inbox.renumber(7, backwards=False)
    past.sync()
    assert past.verdicts(past.inbox) == dict.fromkeys(past.verdicts(past.inbox), "SYNCED")
    assert len(past.verdicts(past.inbox)) == 2
    past.undo(one)
    assert (len(past.stored().emails), past.verdicts(past.inbox)) == (0, {})
    assert past.ask("SELECT code, count FROM ledger_range WHERE folder_id = 1") == [("BEFORE_START_DATE", 2)]
    assert past.world.verify() == []


# --- holding, ending, taking back -------------------------------------------------------------------------------------


def test_stopped_half_way_it_has_reached_a_day_and_goes_on_from_there(past: Past) -> None:
    past.old(past.inbox, *(0.5 + day for day in range(10)))
    past.sync()
    one = past.begin()
    held = past.work(one, stop_after=4).backfill
    assert (held.state, held.reason) == (BackfillState.WAITING, "")
    assert 0 < held.figures.stored < 10
    assert past.world.mailboxes[0].synced_from == held.reached < held.until
    with past.world.store.write() as uow:
        backfills.cancel(uow, one, past.world.clock)
    assert isinstance(past.work(one).error, Stopped)
    past.sync()
    assert len(past.stored().emails) == held.figures.stored
    rest = past.begin()
    assert rest.until == held.reached
    assert past.work(rest).backfill.figures.stored == 10 - held.figures.stored
    with pytest.raises(CommandRefused, match="later backfill"):
        past.undo(one)
    past.undo(rest)
    past.undo(one)
    assert past.stored().emails == {}
    with pytest.raises(CommandRefused, match="undone already"):
        past.undo(one)


def test_mail_that_is_here_from_elsewhere_stays_when_it_is_taken_back(past: Past) -> None:
    past.old(past.inbox, 3, subject="twice")
    copy = past.inbox.slots[1].letter
    past.sync()
    one = past.begin()
    past.work(one)
    past.other.add(copy)
    with past.world.store.write() as uow:
        bob = uow.read.mailboxes.every()[1]
        uow.mailboxes.replace(replace(bob, synced_from=SYNCED_FROM - timedelta(days=30)))
    past.sync()
    assert len(past.stored().emails) == 1
    past.undo(one)
    assert past.ask("SELECT mailbox_id FROM email") == [(2,)]
    assert past.verdicts(past.other) == {1: "NO_MATCH"}
    assert past.world.verify() == []


def test_quiet_hours_go_over_midnight() -> None:
    night, day = QuietHours(time(20), time(7)), QuietHours(time(9), time(17))
    at = datetime(2026, 3, 6, 15, 0, tzinfo=UTC)
    assert [night.holds(at.replace(hour=hour)) for hour in (19, 20, 23, 0, 6, 7)] == [
        False,
        True,
        True,
        True,
        True,
        False,
    ]
    assert [day.holds(at.replace(hour=hour)) for hour in (8, 9, 16, 17)] == [False, True, True, False]
    assert QuietHours(time(3), time(3)).holds(at)
    assert night.next_begin(at) == at.replace(hour=20)
    assert night.next_begin(at.replace(hour=22)) == at.replace(day=7, hour=20)
    assert night.words(at) == "It waits for the quiet hours: 20:00."


# --- the estimate -----------------------------------------------------------------------------------------------------


def estimated(past: Past, days: int) -> BackfillEstimate:
    past.world.server.begin(Faults())
    try:
        return estimate_backfill(past.world.mailboxes[0], days, past.world.context(), StopSignal())
    finally:
        past.world.server.end()


def test_the_estimate_tells_what_comes_and_stores_nothing(past: Past) -> None:
    past.old(past.inbox, 1, 2, 3, 40, 500)
    past.old(past.archive, 4)
    past.deliver(past.inbox, 3)
    past.sync()
    before = past.fingerprint()
    found = estimated(past, 30)
    assert (found.messages, found.looked_at, found.matches, found.review) == (4, 4, 0, 4)
    assert (found.left_out, found.duplicates, found.tickets) == (0, 0, 0)
    assert found.size_bytes > 0
    assert found.disk_bytes > 0
    assert past.fingerprint() == before
    assert past.work(past.begin(30)).backfill.figures.stored == found.messages


def test_the_ranges_are_counted_folder_by_folder_and_nothing_is_stored(past: Past) -> None:
    past.old(past.inbox, *range(1, 6), 40, 500)
    past.old(past.archive, 4, 13)
    past.sync()
    before = past.fingerprint()
    told: list[RangeCount] = []
    past.world.server.begin(Faults())
    found = survey_ranges(past.world.mailboxes[0], (14, 60), past.world.context(), StopSignal(), told.append)
    past.world.server.end()
    exact = [estimated(past, days).messages for days in (14, 60)]
    assert [(one.days, one.messages, one.is_whole) for one in found] == [(14, exact[0], True), (60, exact[1], True)]
    assert found[1].seconds == pytest.approx(exact[1] * SECONDS_EACH)
    assert [one.is_whole for one in told] == [False] * 2 * (len(past.world.mailboxes[0].folders) - 1) + [True] * 2
    assert past.fingerprint() == before


def test_the_days_of_the_estimate_and_of_the_run_are_the_same(past: Past) -> None:
    past.old(past.inbox, 1, 1.1, 3, 9)
    past.deliver(past.inbox, 2)
    past.sync()
    found = estimated(past, 30)
    assert sorted(found.by_day.values()) == [1, 1, 2]
    one = past.begin(30)
    with past.world.store.read() as read:
        assert read.backfills.days(one) == []
    done = past.work(one).backfill
    with past.world.store.read() as read:
        days = read.backfills.days(done)
    assert {each.day: each.here for each in days if each.here} == found.by_day
    assert {each.there for each in days} == {0}
    assert len(days) == (day_of(done.until) - day_of(done.since)).days + 1


def test_a_smaller_range_after_a_failure_is_one_that_brings_something() -> None:
    assert [smaller_range(days) for days in (90, 60, 14, 7, 1)] == [60, 30, 7, 3, None]
    assert [smaller_range(30, covered) for covered in (7, 14, 20, 29)] == [14, 22, 25, None]


def test_a_range_that_is_synced_already_brings_nothing(past: Past) -> None:
    past.old(past.inbox, 1)
    past.sync()
    done = past.work(past.begin(7)).backfill
    assert (done.state, done.figures.done, done.since) == (BackfillState.DONE, 0, SYNCED_FROM)
    assert past.world.mailboxes[0].synced_from == SYNCED_FROM
