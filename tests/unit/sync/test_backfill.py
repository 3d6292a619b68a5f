"""Backfills in a world in memory: what is brought in, what stands in the way, what is left when it breaks anywhere."""

import hashlib
from collections.abc import Iterator
from datetime import timedelta

import pytest

from desktop.domain.backfill import Backfill, BackfillState
from desktop.services import backfills
from desktop.store.engines import connect
from desktop.store.opening import database_path
from desktop.sync.backfill import BackfillReceipt, Manners, run_backfill
from desktop.sync.context import StopSignal
from tests.model.letters import Kind, write_letter
from tests.model.server import Faults, Folder
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
