"""A whole profile that syncs with any server, and what becomes of its mail: for tests that need more than a source."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

from desktop.domain.ids import MailboxId
from desktop.domain.mailbox import Direction, Frequency, Mailbox, MailboxState, Security, ServerSettings
from desktop.domain.receipt import MailboxReceipt
from desktop.domain.source import Source
from desktop.domain.whereabouts import whereabouts
from desktop.parsing.pool import ParserPool
from desktop.store.opening import create_store, open_store
from desktop.store.store import Store
from desktop.sync.context import StopSignal, SyncContext
from desktop.sync.mailbox_pass import sync_mailbox
from tests.model.world import KEY, ModelClock, ModelParser

OWN = "office@example.test"
NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)


def letter(number: int) -> bytes:
    """A small mail."""
    lines = (
        f"From: p{number}@acme.example",
        f"To: {OWN}",
        f"Subject: Order {number}",
        f"Message-ID: <sync-{number}@acme.example>",
    )
    return "\r\n".join((*lines, "", f"This is letter {number}.", "")).encode()


@dataclass(frozen=True, slots=True)
class Fate:
    """One email as a person finds it: its subject, where it lies and lay, and the flags it has where it lies."""

    subject: str
    told: str
    flags: tuple[str, ...]


@dataclass
class Profile:
    """A profile with one mailbox."""

    store: Store
    context: SyncContext
    mailbox: Mailbox
    clock: ModelClock = field(default_factory=ModelClock)

    def sync(self, *, well: bool = True) -> MailboxReceipt:
        receipt = sync_mailbox(self.mailbox, self.context, StopSignal())
        assert receipt.error is None or not well, repr(receipt.error)
        self.clock.time += timedelta(minutes=5)
        return receipt

    def choose(self, *folders: str) -> None:
        self.mailbox = replace(self.mailbox, folders=folders)
        with self.store.write() as uow:
            uow.mailboxes.choose_folders(self.mailbox.id, folders)

    def fates(self) -> list[Fate]:
        """Every email, by subject; where it is told without times."""
        found = []
        with self.store.read() as read:
            for number in read._run.exec_driver_sql("SELECT id FROM email").scalars().all():
                row = read.emails.get(number)
                assert row is not None
                places = read.emails.places(number)
                flags = tuple(sorted(place.flags or "" for place in places if place.gone_at is None))
                found.append(Fate(row.subject, whereabouts(places).told(lambda _: "then"), flags))
        return sorted(found, key=lambda fate: int(fate.subject.split()[-1]))

    def said(self) -> list[tuple[str, str]]:
        """Code and words of the log's warnings and errors, oldest first."""
        with self.store.read() as read:
            return [(one.code, one.what) for one in reversed(read.records.events(level="warning", limit=50))]


@contextmanager
def profile(folder: Path, open_source: Callable[[], Source], *folders: str) -> Iterator[Profile]:
    """A new profile in *folder* with the mailbox that *open_source* opens."""
    folder.mkdir(exist_ok=True)
    create_store(folder, KEY)
    store = open_store(folder, KEY, writing=True)
    made = Mailbox(
        id=MailboxId(0),
        address=OWN,
        provider="custom",
        imap=ServerSettings("127.0.0.1", 993, Security.TLS, OWN),
        smtp=None,
        folders=folders,
        direction=Direction.INBOUND,
        frequency=Frequency.MANUAL,
        since_days=14,
        synced_from=NOW - timedelta(days=14),
        state=MailboxState.ACTIVE,
        created_at=NOW,
    )
    with store.write() as uow:
        made = replace(made, id=uow.mailboxes.add(made))
    clock = ModelClock()
    parser = cast("ParserPool", ModelParser())
    try:
        yield Profile(
            store, SyncContext(store, parser, clock, lambda _mailbox, _stop: open_source(), lambda: 0.5), made, clock
        )
    finally:
        store.close()
