"""Backfills in a world in memory: what is brought in, what stands in the way, what is left when it breaks anywhere."""

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from desktop.domain.backfill import Backfill, BackfillState, QuietHours
from desktop.domain.errors import CommandRefused, Stopped
from desktop.domain.mailbox import Direction
from desktop.domain.reasons import ReasonCode
from desktop.services import backfills
from desktop.store.engines import connect
from desktop.store.opening import database_path
from desktop.sync.backfill import BackfillReceipt, Manners, run_backfill
from desktop.sync.backfill_estimate import estimate_backfill
from desktop.sync.context import StopSignal
from tests.model.letters import Kind, write_letter
from tests.model.server import Faults, Folder, Temper
from tests.model.world import KEY, NOW, SYNCED_FROM, SimulatedCrash, StopAfter
from tests.unit.sync.support import ANN, Desk

LATER = {"backfill", "journal", "event", "run", "alembic_version"}
"""Tables that tell what happened: they only ever grow."""


CALM = Manners()


class Past(Desk):
    """A desk whose mailboxes hold old mail too."""

    def old(self, folder: Folder, *days_before: float, sender: str = "a@customer.test", subject: str = "") -> None:
        """Deliver letters received so many days before the day that the mailbox is synced from."""
        for days in days_before:
            self._serial += 1
            received_at = SYNCED_FROM - timedelta(days=days)
            folder.add(write_letter(self._serial, sender, subject or f"m{self._serial}", received_at, Kind.PLAIN))

    def begin(self, days: int = 60, *, quiet_hours: bool = False) -> Backfill:
        with self.world.store.write() as uow:
            mailbox = uow.read.mailboxes.by_address(ANN)
            assert mailbox is not None
            made, _ = backfills.begin(uow, mailbox, days, self.world.clock, quiet_hours=quiet_hours)
            return made

    def work(
        self, one: Backfill, faults: Faults | None = None, *, stop_after: int = 0, manners: Manners = CALM
    ) -> BackfillReceipt:
        self.world.server.begin(faults or Faults())
        stop = StopSignal()
        try:
            return run_backfill(one.id, self.world.context(StopAfter(stop, stop_after)), stop, manners)
        finally:
            self.world.server.end()
            self.reload()

    def reload(self) -> None:
        """Take the mailboxes as they are now: a backfill moves the day they are synced from."""
        with self.world.store.read() as read:
            self.world.mailboxes = list(read.mailboxes.every())

    def undo(self, one: Backfill) -> None:
        with self.world.store.write() as uow:
            backfills.undo(uow, one, self.world.clock)
        self.reload()

    def fingerprint(self) -> dict[str, str]:
        """A hash of each table's rows, but for those that tell what happened; of the index, what can be found in it."""
        connection = connect(database_path(self.world.profile), KEY, read_only=True)
        try:
            names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            tables = [name for name in names if not name.startswith("email_fts") and name not in LATER]
            rows = {name: sorted(connection.execute(f"SELECT * FROM {name}"), key=repr) for name in tables}
            rows["email_fts"] = list(connection.execute("SELECT id FROM email_fts_docsize ORDER BY id"))
            found = "SELECT rowid FROM email_fts WHERE email_fts MATCH 'customer' ORDER BY rowid"
            rows["found"] = list(connection.execute(found))
            return {name: hashlib.sha256(repr(held).encode()).hexdigest() for name, held in rows.items()}
        finally:
            connection.close()

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
        try:
            receipt = past.work(one)
        except SimulatedCrash:
            past.world._begin_anew()
            past.reload()
            continue
        past.world.points.clear()
        if receipt.backfill.state is BackfillState.DONE:
            break
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
    past.reload()
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


def test_the_estimate_tells_what_comes_and_stores_nothing(past: Past) -> None:
    past.old(past.inbox, 1, 2, 3, 40, 500)
    past.old(past.archive, 4)
    past.deliver(past.inbox, 3)
    past.sync()
    before = past.fingerprint()
    past.world.server.begin(Faults())
    found = estimate_backfill(past.world.mailboxes[0], 30, past.world.context(), StopSignal())
    past.world.server.end()
    assert (found.messages, found.looked_at, found.matches, found.review) == (4, 4, 0, 4)
    assert (found.left_out, found.duplicates, found.tickets) == (0, 0, 0)
    assert found.size_bytes > 0
    assert found.disk_bytes > 0
    assert past.fingerprint() == before
    assert past.work(past.begin(30)).backfill.figures.stored == found.messages


def test_a_range_that_is_synced_already_brings_nothing(past: Past) -> None:
    past.old(past.inbox, 1)
    past.sync()
    done = past.work(past.begin(7)).backfill
    assert (done.state, done.figures.done, done.since) == (BackfillState.DONE, 0, SYNCED_FROM)
    assert past.world.mailboxes[0].synced_from == SYNCED_FROM
