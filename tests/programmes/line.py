"""The whole sync, in this process, against a real Dovecot behind the fault proxy; and what must hold on both sides."""

import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

import zstandard

from desktop.domain.clock import Clock
from desktop.domain.ids import MailboxId
from desktop.domain.mailbox import Direction, Frequency, Mailbox, MailboxState, Security, ServerSettings
from desktop.domain.receipt import MailboxReceipt
from desktop.domain.refset import RefSet
from desktop.domain.source import Source
from desktop.parsing.pool import ParserPool
from desktop.providers.channel import Timeouts
from desktop.providers.connect import open_source
from desktop.store.engines import connect
from desktop.store.migrating import Migrations
from desktop.store.opening import DATABASE_NAME, create_store, open_store
from desktop.store.store import Store
from desktop.sync.context import Limits, StopSignal, SyncContext
from desktop.sync.mailbox_pass import sync_mailbox
from tests.contract.helpers import Password
from tests.helpers.dovecot import Dovecot, User
from tests.helpers.proxy import FaultProxy, Plan
from tests.model.world import KEY, ModelParser

HURRIED = Timeouts(connect_s=1, silence_s=0.4, progress_window_s=0.4, progress_bytes=16, farewell_s=0.2)
PATIENT = Timeouts(connect_s=30, silence_s=30)
LIMITS = Limits(batch_messages=4, batch_bytes=40_000, describe_messages=8)
OPEN = "FETCH_RETRYING"


class SystemClock:
    """The time it is."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return datetime.now(UTC).timestamp()


@dataclass(slots=True)
class Line:
    """One mailbox of a Dovecot, reached through a proxy, and one profile. ``mails`` is what was ever delivered."""

    dovecot: Dovecot
    proxy: FaultProxy
    user: User
    folder: Path
    security: Security = Security.TLS
    mails: set[bytes] = field(default_factory=set)
    _store: Store | None = None

    def deliver(self, *raws: bytes, at: datetime | None = None) -> None:
        """Put mail into the mailbox."""
        self.dovecot.deliver_many(self.user, [(raw, at) for raw in raws])
        self.mails |= set(raws)

    def begin_anew(self) -> None:
        """Another profile, with the mailbox and nothing else."""
        self.close()
        self.folder.mkdir()
        shutil.copyfile(empty_profile(self.folder.parent), self.folder / DATABASE_NAME)
        self._store = open_store(self.folder, KEY, writing=True, migrations=Migrations())
        with self._store.write() as uow:
            uow.mailboxes.add(self._mailbox())

    def close(self) -> None:
        """Remove the profile."""
        if self._store is not None:
            self._store.close()
            self._store = None
            shutil.rmtree(self.folder)

    def _mailbox(self) -> Mailbox:
        now = datetime.now(UTC)
        return Mailbox(
            id=MailboxId(0),
            address=self.user.name,
            provider="custom",
            imap=ServerSettings("localhost", self.proxy.port, self.security, self.user.name),
            smtp=None,
            folders=("INBOX",),
            direction=Direction.INBOUND,
            frequency=Frequency.MANUAL,
            since_days=30,
            synced_from=now - timedelta(days=30),
            state=MailboxState.ACTIVE,
            created_at=now,
        )

    @property
    def store(self) -> Store:
        """The open database."""
        assert self._store is not None
        return self._store

    def sync(self, *plans: Plan, timeouts: Timeouts = PATIENT) -> MailboxReceipt:
        """Sync once; the first connections meet these plans, one each."""
        self.proxy.next_plans.clear()
        self.proxy.next_plans += plans

        def opened(mailbox: Mailbox, _: StopSignal) -> Source:
            secret = Password(self.user.password)
            return open_source(mailbox.imap, secret, timeouts=timeouts, ca_file=self.dovecot.ca_file)

        context = SyncContext(
            store=self.store,
            parser=cast("ParserPool", ModelParser()),
            clock=cast("Clock", SystemClock()),
            open_source=opened,
            chance=lambda: 0.5,
            limits=LIMITS,
        )
        with self.store.read() as read:
            (mailbox,) = read.mailboxes.every()
        try:
            return sync_mailbox(mailbox, context, StopSignal())
        finally:
            self.proxy.next_plans.clear()
            self.proxy.release()

    # --- what must hold -----------------------------------------------------------------------------------------------

    def at_any_time(self) -> Iterator[str]:
        """Nothing is stored but what was delivered, whole; nothing twice; no number has two verdicts."""
        seen = self._seen()
        yield from (f"stored and never delivered: {raw[:60]!r}" for raw in seen.raws if raw not in self.mails)
        yield from (f"stored {count} times" for count in Counter(seen.raws).values() if count > 1)
        yield from (f"{uid} has {count} verdicts" for uid, count in seen.verdicts.items() if count > 1)

    def in_the_end(self, since: datetime) -> Iterator[str]:
        """What the server has is what is here, and each of its numbers has one verdict."""
        yield from self.at_any_time()
        seen = self._seen()
        there = self.server(since)
        if missing := there - set(seen.live):
            yield f"{len(missing)} mails are lost"
        if surplus := set(seen.live) - there:
            yield f"{len(surplus)} mails are not there any more and still count"
        if without := set(self.dovecot.uids(self.user)) - set(seen.verdicts):
            yield f"no verdict for {sorted(without)}"
        if waiting := seen.waiting:
            yield f"still waited for: {sorted(waiting)}"

    def server(self, since: datetime) -> set[bytes]:
        """The bytes of what the server has and has had since then."""
        maildir = self.dovecot.maildir(self.user)
        files = [file for folder in ("new", "cur") for file in (maildir / folder).iterdir()]
        return {file.read_bytes() for file in files if file.stat().st_mtime >= since.timestamp()}

    def _seen(self) -> "Seen":
        connection = connect(self.folder / DATABASE_NAME, KEY, read_only=True)
        try:
            ask = connection.execute
            bodies = dict(ask("SELECT email_id, raw FROM email_body").fetchall())
            raws = {number: zstandard.decompress(raw) for number, raw in bodies.items()}
            live = ask("SELECT DISTINCT email_id FROM ledger WHERE gone_at IS NULL AND email_id IS NOT NULL").fetchall()
            rows = ask("SELECT ref, code FROM ledger WHERE gone_at IS NULL").fetchall()
            ranges = [ref for (refs,) in ask("SELECT refs FROM ledger_range").fetchall() for ref in RefSet.parse(refs)]
            return Seen(
                raws=list(raws.values()),
                live=[raws[number] for (number,) in live],
                verdicts=Counter([*(int(ref) for ref, _ in rows), *ranges]),
                waiting={int(ref) for ref, code in rows if code == OPEN},
            )
        finally:
            connection.close()


@dataclass(frozen=True, slots=True)
class Seen:
    """What a profile holds: bytes of all mail, of that which is on the server, and how many verdicts a number has."""

    raws: list[bytes]
    live: list[bytes]
    verdicts: Counter[int]
    waiting: set[int]


def empty_profile(folder: Path) -> Path:
    """The file of a database with nothing in it, made once in that folder."""
    made = folder / "empty"
    if not made.exists():
        made.mkdir()
        create_store(made, KEY)
    return made / DATABASE_NAME
