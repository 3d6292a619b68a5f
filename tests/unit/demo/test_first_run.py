"""The demo's world in a real profile: imported, connected and synced by the same code as anybody's mailboxes."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pytest

from desktop.demo.demo_server import DemoServer
from desktop.demo.office import BILLING, HELD, MAILS, TO_REVIEW, DemoOffice
from desktop.domain.email_list import EmailFilter
from desktop.domain.health import Health, HealthState
from desktop.domain.ids import MailboxId
from desktop.domain.mailbox import Mailbox
from desktop.domain.source import Source
from desktop.parsing.pool import ParserPool
from desktop.providers.connect import open_source
from desktop.security.secrets import Secret
from desktop.services.customer_csv import read_csv
from desktop.services.customer_import import import_customers
from desktop.services.mailboxes import add_mailbox
from desktop.store.opening import create_store, open_store
from desktop.store.store import Store
from desktop.sync.context import StopSignal, SyncContext
from desktop.sync.engine import sync_all
from tests.helpers.mails import KEY, FixedClock
from tests.unit.demo.office import FRIDAY


@dataclass
class FirstRun:
    """A fresh profile with the demo in it."""

    office: DemoOffice
    server: DemoServer
    store: Store
    parser: ParserPool
    passwords: dict[MailboxId, Secret] = field(default_factory=dict)

    def connect(self) -> None:
        """Import the customers and add the mailboxes."""
        clock = FixedClock(FRIDAY)
        table = read_csv(self.office.customers_csv)
        import_customers(self.store, table, skip_bad=False, preview=False, clock=clock)
        with self.store.write() as uow:
            for mailbox, given in zip(self.server.mailboxes(), self.office.mailboxes, strict=True):
                mailbox_id, _ = add_mailbox(uow, mailbox, clock)
                self.passwords[mailbox_id] = given.password

    def sync(self, mailboxes: list[Mailbox], at: datetime) -> None:
        """One pass over each, at that time."""
        context = SyncContext(self.store, self.parser, FixedClock(at), self._open, random.random)
        sync_all(mailboxes, context, StopSignal())

    def _open(self, mailbox: Mailbox, _: StopSignal) -> Source:
        return open_source(mailbox.imap, self.passwords[mailbox.id])

    @property
    def mailboxes(self) -> list[Mailbox]:
        """All three as they are stored."""
        with self.store.read() as reader:
            return list(reader.mailboxes.every())

    @property
    def billing(self) -> Mailbox:
        """The one that breaks."""
        return next(mailbox for mailbox in self.mailboxes if mailbox.address == BILLING)

    def health(self, mailbox: Mailbox) -> Health:
        """How it is."""
        with self.store.read() as reader:
            return reader.mailboxes.health(mailbox.id)

    def counts(self) -> tuple[int, int]:
        """How many emails there are, and how many wait for a person."""
        with self.store.read() as reader:
            return reader.emails.count(EmailFilter()), reader.emails.count(EmailFilter(needs_review=True))


@pytest.fixture
def first_run(office: DemoOffice, tmp_path: Path) -> Iterator[FirstRun]:
    create_store(tmp_path, KEY)
    store = open_store(tmp_path, KEY, writing=True)
    with DemoServer(office, at_full_speed=True) as server, ParserPool(2) as parser:
        run = FirstRun(office, server, store, parser)
        run.connect()
        yield run
    store.close()


def test_what_a_person_finds_and_repairs(first_run: FirstRun) -> None:
    office = first_run.office
    first_run.sync([first_run.billing], office.signed_out_at)
    first_run.server.change_passwords()
    first_run.sync(first_run.mailboxes, FRIDAY)

    assert first_run.counts() == (MAILS, TO_REVIEW)
    states = [first_run.health(mailbox).state for mailbox in first_run.mailboxes]
    assert states == [HealthState.HEALTHY, HealthState.HEALTHY, HealthState.DISCONNECTED]
    billing = first_run.health(first_run.billing)
    assert billing.last_sync == office.signed_out_at
    assert "refused user name or password" in billing.reason

    new = office.mailboxes[2].new_password
    assert new is not None
    first_run.passwords[first_run.billing.id] = new
    first_run.sync([first_run.billing], FRIDAY)
    assert first_run.health(first_run.billing).state is HealthState.HEALTHY
    assert first_run.counts() == (MAILS + HELD, TO_REVIEW)
