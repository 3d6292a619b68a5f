"""The engine's side of the model: a real profile in a folder of its own, a clock that is set, and deaths on demand."""

import functools
import itertools
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

from desktop.domain.attachments import AttachmentReceipt
from desktop.domain.backfill import Backfill
from desktop.domain.errors import MessageRejected
from desktop.domain.ids import BackfillId, MailboxId
from desktop.domain.mail import ParsedMail, RawMail, Unreadable
from desktop.domain.mailbox import Direction, Frequency, Mailbox, MailboxState, Security, ServerSettings
from desktop.domain.receipt import MailboxReceipt
from desktop.parsing.identity import identity
from desktop.parsing.pool import ParserPool
from desktop.parsing.reader import read
from desktop.services import backfills
from desktop.store.attachment_files import FOLDER_NAME
from desktop.store.migrating import Migrations
from desktop.store.opening import DATABASE_NAME, create_store, open_store
from desktop.store.store import Store
from desktop.store.writing.unit_of_work import UnitOfWork
from desktop.sync.attachments import Consideration, bring_attachments
from desktop.sync.backfill import BackfillReceipt, Manners, run_backfill
from desktop.sync.context import Limits, Progress, Silence, StopSignal, SyncContext
from desktop.sync.engine import sync_all
from desktop.sync.mailbox_pass import sync_mailbox
from desktop.sync.picking import bring_in
from desktop.sync.reparse import reparse
from tests.model.files import WatchedFiles, contents
from tests.model.letters import OVERSIZE_BYTES, UNREADABLE_MARK
from tests.model.server import Faults, ModelServer

KEY = "ab" * 32
NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
SYNCED_FROM = NOW - timedelta(days=14)
ACCOUNTS = {"ann@example.test": ("INBOX", "Archive"), "bob@example.test": ("INBOX",)}
LIMITS = Limits(
    batch_messages=3,
    batch_bytes=1200,
    describe_messages=4,
    fetch_bytes=OVERSIZE_BYTES,
    piece_bytes=40_000,
    tries=2,
    reconnects=2,
    newest_flags=2,
)
"""So small that a handful of mails takes several batches, and a few breaks use the reconnects up."""

CALM = Manners()
"""A backfill that gives way to nobody."""


class SimulatedCrash(BaseException):
    """The process dies here; nothing in the program may catch it."""


class ModelClock:
    """Time that stands still until it is moved."""

    def __init__(self) -> None:
        self.time = NOW

    def now(self) -> datetime:
        return self.time

    def monotonic(self) -> float:
        return (self.time - NOW).total_seconds()


class ModelParser:
    """Reads in this process; letters with the mark cannot be read until the parser has learned it."""

    def __init__(self) -> None:
        self.has_learned = False

    def warm(self) -> None:
        """Nothing has to be started."""

    def parse_all(self, mails: Sequence[RawMail]) -> list[ParsedMail | Unreadable]:
        return [self._parse(mail) for mail in mails]

    def _parse(self, mail: RawMail) -> ParsedMail | Unreadable:
        if UNREADABLE_MARK in mail.content and not self.has_learned:
            return Unreadable(identity(mail), "It could not be read.")
        try:
            return read(mail)
        except MessageRejected as rejected:
            return Unreadable(identity(mail), str(rejected))


class FailPoints:
    """Named points of a sync; at the k-th of one kind the process dies, or something happens.

    Whoever writes holds ``turn``.
    """

    def __init__(self) -> None:
        self.is_dead = False
        self.turn: AbstractContextManager[object] = nullcontext()
        self.on_death: Callable[[], None] = lambda: None
        self._kind, self._left = "", 0
        self._action: Callable[[], None] | None = None
        self._writes_left = 0

    @property
    def is_armed(self) -> bool:
        return bool(self._kind)

    def die_at(self, kind: str, count: int) -> None:
        self._kind, self._left = kind, count

    def act_before_write(self, count: int, action: Callable[[], None]) -> None:
        """Have *action* done just before the transaction number *count* opens: another command of a person, say."""
        self._writes_left, self._action = count, action

    def clear(self) -> None:
        self.is_dead = False
        self._kind, self._left, self._action, self._writes_left = "", 0, None, 0

    def reach(self, kind: str) -> None:
        """Die if this is the point. A death in the thread that fetches reaches the other one in its turn."""
        if self.is_dead and kind != "server call":
            raise SimulatedCrash
        if kind == self._kind:
            self._left -= 1
            if self._left == 0:
                if kind != "server call":
                    self.is_dead = True
                    self.on_death()
                raise SimulatedCrash

    def before_write(self) -> None:
        """Do what was to happen before this transaction."""
        self._writes_left -= 1
        action = self._action
        if action is not None and self._writes_left == 0:
            self._action = None
            action()


class WatchedStore(Store):
    """The real store, with failpoints around its commits."""

    def __init__(self, opened: Store, files: WatchedFiles, points: FailPoints) -> None:
        super().__init__(opened._reading, opened._walking, opened._writing, files)
        self._points = points

    @contextmanager
    def write(self) -> Iterator[UnitOfWork]:
        self._points.before_write()
        with self._points.turn, super().write() as uow:
            yield uow
            self._points.reach("before commit")
        self._points.reach("after commit")


class StopAfter:
    """Progress that asks for a stop at its k-th report."""

    def __init__(self, stop: StopSignal, count: int) -> None:
        self._stop = stop
        self._left = count

    def folder_progress(self, address: str, folder: str, done: int, total: int) -> None:
        assert done <= total, f"progress of {folder}: {done} of {total}"
        self._left -= 1
        if self._left == 0:
            self._stop.request()

    def mailbox_finished(self, address: str) -> None:
        pass


class World:
    """A server and a profile. Everything the machine does to the engine goes through here."""

    def __init__(
        self, *, condstore: bool, says_next: bool, resyncs: bool = False, points: FailPoints | None = None
    ) -> None:
        self.clock = ModelClock()
        self.server = ModelServer(ACCOUNTS, condstore=condstore, says_next=says_next, resyncs=resyncs)
        self.parser = ModelParser()
        self.points = points or FailPoints()
        self.points.on_death = self._keep_what_is_on_disk
        self.server.reach = self.points.reach
        self._folder = Path(tempfile.mkdtemp(prefix="model-", dir=_ram()))
        self._lives = 0
        self.profile.mkdir()
        (self.profile / DATABASE_NAME).write_bytes(_empty_profile())
        self.store = self._opened()

    @property
    def mailboxes(self) -> list[Mailbox]:
        """The mailboxes as they are now: a backfill moves the day they are synced from."""
        with self.store.read() as reader:
            return list(reader.mailboxes.every())

    @property
    def profile(self) -> Path:
        """The profile of this life; a crash begins another, with the files as they were."""
        return self._folder / str(self._lives)

    def close(self) -> None:
        """The end of the example."""
        self.store.close()
        shutil.rmtree(self._folder)

    # --- syncing ------------------------------------------------------------------------------------------------------

    def sync(self, which: int, faults: Faults, *, stop_after: int = 0, at_once: int = 1) -> list[MailboxReceipt]:
        """Sync one mailbox, or with -1 all of them, *at_once* so many, under *faults*; a crash is a crash of all."""
        self.clock.time += timedelta(seconds=1)
        self.server.begin(faults)
        chosen = self.mailboxes if which < 0 else [self.mailboxes[which]]
        stop = StopSignal()
        context = self.context(StopAfter(stop, stop_after))
        try:
            if self.points.is_armed:  # one after the other in this thread, so that nothing goes on after a death
                return [sync_mailbox(mailbox, context, stop) for mailbox in chosen]
            return sync_all(chosen, context, stop, at_once=at_once)
        except SimulatedCrash:
            self._begin_anew()
            return []
        finally:
            self.points.clear()
            self.server.end()

    def turn(self, which: int, direction: Direction) -> None:
        """Have a mailbox bring in other mail from now on."""
        turned = replace(self.mailboxes[which], direction=direction)
        with self.store.write() as uow:
            uow.mailboxes.replace(turned)

    def pick(self, which: int, folder: str, refs: Sequence[int]) -> MailboxReceipt:
        """Have somebody bring in *refs* of a folder as it is now."""
        self.server.begin(Faults())
        mailbox, context, stop = self.mailboxes[which], self.context(), StopSignal()
        with self.server.connect(mailbox, stop) as source:
            epoch = source.open_folder(folder).epoch
        try:
            return bring_in(mailbox, folder, epoch, refs, context, stop)
        finally:
            self.server.end()

    def fetch(self, which: int, faults: Faults, *, pieces: int = 0, full_at: int = 0) -> list[AttachmentReceipt]:
        """Fetch the files that one mailbox wants, or with -1 all of them; after so many *pieces* somebody ends it.

        Write number *full_at* finds the disk full. A crash is a crash of all.
        """
        self.clock.time += timedelta(seconds=1)
        self.server.begin(faults)
        self.files.full_at = full_at
        stop, chosen = StopSignal(), self.mailboxes if which < 0 else [self.mailboxes[which]]
        left = itertools.count(1)

        def tell(_progress: object) -> None:
            if next(left) == pieces:
                stop.request()

        try:
            return [bring_attachments(one, self.context(), stop, Consideration(tell=tell)) for one in chosen]
        except SimulatedCrash:
            self._begin_anew()
            return []
        finally:
            self.files.full_at = 0
            self.points.clear()
            self.server.end()

    def read_again(self, *, everything: bool) -> None:
        """Read mail again with the parser as it is now."""
        stop = StopSignal()
        reparse(self.context(StopAfter(stop, 0)), stop, everything=everything)

    def begin_backfill(self, which: int, days: int, *, quiet_hours: bool = False) -> Backfill:
        """Have somebody begin a backfill; raises CommandRefused."""
        with self.store.write() as uow:
            mailbox = uow.read.mailboxes.every()[which]
            made, _ = backfills.begin(uow, mailbox, days, self.clock, quiet_hours=quiet_hours)
            return made

    def work_on(
        self, backfill: BackfillId, faults: Faults, *, stop_after: int = 0, manners: Manners = CALM
    ) -> BackfillReceipt | None:
        """Work on a backfill under *faults*; None after a death."""
        self.server.begin(faults)
        stop = StopSignal()
        try:
            return run_backfill(backfill, self.context(StopAfter(stop, stop_after)), stop, manners)
        except SimulatedCrash:
            self._begin_anew()
            return None
        finally:
            self.points.clear()
            self.server.end()

    def undo_backfill(self, backfill: Backfill) -> None:
        """Take back what it brought; raises CommandRefused."""
        with self.store.write() as uow:
            backfills.undo(uow, backfill, self.clock)

    def context(self, progress: Progress | None = None) -> SyncContext:
        return SyncContext(
            store=self.store,
            parser=cast("ParserPool", self.parser),
            clock=self.clock,
            open_source=self.server.connect,
            chance=lambda: 0.5,
            limits=LIMITS,
            progress=progress or Silence(),
        )

    def verify(self) -> list[str]:
        """Return what the program's own checks complain of, asked as ``postroom verify`` asks: on a fresh connection.

        One that has been open for long can complain of an index that other connections have since merged
        (FTS5 keeps its structure until the next search), although nothing is wrong.
        """
        store = open_store(self.profile, KEY, writing=False, migrations=_migrations())
        try:
            with store.read() as reader:
                return [f"{one.name}: {one.evidence}" for one in reader.soundness.checks() if not one.passed]
        finally:
            store.close()

    # --- dying --------------------------------------------------------------------------------------------------------

    def _keep_what_is_on_disk(self) -> None:
        """Copy the files as a killed process leaves them, transaction under way and all (the index is made anew)."""
        self._keep(self.on_disk())

    def _keep(self, files: Mapping[str, bytes]) -> None:
        after = self._folder / str(self._lives + 1)
        after.mkdir()
        for name, content in files.items():
            (after / name).parent.mkdir(mode=0o700, exist_ok=True)
            (after / name).write_bytes(content)

    def on_disk(self) -> dict[str, bytes]:
        """Return the files of the database, its log and the attachments as they are now."""
        found = [self.profile / name for name in (DATABASE_NAME, f"{DATABASE_NAME}-wal")]
        sealed = {f"{FOLDER_NAME}/{name}": content for name, content in contents(self.profile).items()}
        return {file.name: file.read_bytes() for file in found if file.exists()} | sealed

    def _begin_anew(self) -> None:
        if not self.points.is_dead:
            self._keep_what_is_on_disk()
        self._begin_life()

    def _begin_life(self) -> None:
        self.store.close()
        shutil.rmtree(self.profile)
        self._lives += 1
        self.points.clear()
        self.store = self._opened()
        self.store.sweep()

    def begin_with(self, files: Mapping[str, bytes]) -> None:
        """Begin another life with these files, as a process that died left them."""
        self._keep(files)
        self._begin_life()

    def _opened(self) -> WatchedStore:
        self.files = WatchedFiles(self.profile, self.points.reach)
        opened = open_store(self.profile, KEY, writing=True, migrations=_migrations())
        return WatchedStore(opened, self.files, self.points)


def _ram() -> str | None:
    """A folder in memory where there is one: what is tested here is not the disk."""
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else None


@functools.cache
def _migrations() -> Migrations:
    return Migrations()


@functools.cache
def _empty_profile() -> bytes:
    """The bytes of a database with the mailboxes and nothing else, made once."""
    folder = Path(tempfile.mkdtemp(prefix="model-", dir=_ram()))
    try:
        create_store(folder, KEY, migrations=_migrations())
        store = open_store(folder, KEY, writing=True, migrations=_migrations())
        try:
            with store.write() as uow:
                for address, folders in ACCOUNTS.items():
                    uow.mailboxes.add(_mailbox(address, folders))
        finally:
            store.close()
        return (folder / DATABASE_NAME).read_bytes()
    finally:
        shutil.rmtree(folder)


def _mailbox(address: str, folders: tuple[str, ...]) -> Mailbox:
    return Mailbox(
        id=MailboxId(0),
        address=address,
        provider="custom",
        imap=ServerSettings("127.0.0.1", 993, Security.TLS, address),
        smtp=None,
        folders=folders,
        direction=Direction.INBOUND,
        frequency=Frequency.MANUAL,
        since_days=14,
        synced_from=SYNCED_FROM,
        state=MailboxState.ACTIVE,
        created_at=NOW,
    )
