"""A profile and its servers, and what a scenario can do with them; every moment at which it could die is kept.

A scenario is played once. At each moment - before and after whatever the server is asked, before and after whatever is
written - the files of the database are taken as a process that is killed there leaves them. Each of them is then begun
from as if it were the end.
"""

import hashlib
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

from desktop.domain.attachments import AttachmentPolicy
from desktop.domain.audit import AuditCause
from desktop.domain.backfill import Backfill
from desktop.domain.clock import Clock
from desktop.domain.customer import Customer
from desktop.domain.decision import PERSON
from desktop.domain.ids import CustomerId, EmailId
from desktop.services import attachments, review, undo
from desktop.store.store import Store
from desktop.store.writing.unit_of_work import UnitOfWork
from desktop.sync.audit import AuditHow, run_audit
from desktop.sync.context import StopSignal
from desktop.sync.reparse import reparse
from tests.model import files, invariants
from tests.model.letters import Kind, Letter, delivered_again, write_letter
from tests.model.server import Faults, Folder, Temper
from tests.model.stored import Peephole, Stored
from tests.model.world import KEY, LIMITS, SYNCED_FROM, FailPoints, World
from tests.programmes.picture import Picture, picture

ALL = -1
SENDERS = ("a@customer.test", "b@customer.test", "shared@customer.test")
RECEIVED = {
    Kind.OLD: SYNCED_FROM - timedelta(days=20),
    Kind.LARGE_OLD: SYNCED_FROM - timedelta(days=20),
    Kind.ON_THE_DOT: SYNCED_FROM,
}


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment of a scenario: in which of its steps, at what, and the files as they were."""

    number: int
    step: int
    kind: str
    files: Mapping[str, bytes]
    has_learned: bool = False
    """Whether the parser had learned by then."""

    @property
    def digest(self) -> str:
        """Equal for moments whose files are the same."""
        made = hashlib.sha256(str(self.step).encode())
        for name in sorted(self.files):
            made.update(name.encode() + self.files[name])
        return made.hexdigest()


class Witness(FailPoints):
    """Keeps the moments while it is told to. *files* are held still by the lock that every writer takes."""

    def __init__(self) -> None:
        super().__init__()
        self.moments: list[Moment] = []
        self.files: Callable[[], Mapping[str, bytes]] | None = None
        self.has_learned: Callable[[], bool] = lambda: False
        self.step = 0
        self.turn = threading.RLock()

    def reach(self, kind: str) -> None:
        """Keep this moment."""
        if self.files is not None:
            with self.turn:
                number = len(self.moments)
                self.moments.append(Moment(number, self.step, kind, self.files(), self.has_learned()))

    def before_write(self) -> None:
        """A moment too; then do what was to happen before this transaction."""
        self.reach("before write")
        super().before_write()


@dataclass(frozen=True, slots=True)
class Act:
    """One step: what the program does, after what the world does (once: it is not done again after a death).

    ``once``: a command of a person, in one transaction; what is committed is not commanded again.
    """

    program: Callable[["Stage"], None]
    world: Callable[["Stage"], None] = field(default=lambda stage: None)
    once: bool = False


@dataclass(slots=True)
class Stage:
    """Two mailboxes with three folders, their server, and the profile."""

    at_once: int = 1
    condstore: bool = False
    resyncs: bool = False
    says_next: bool = True
    letters: dict[int, Letter] = field(default_factory=dict)
    faults: Faults = field(default_factory=Faults)
    stop_after: int = 0
    full_at: int = 0
    witness: Witness = field(default_factory=Witness)
    world: World = field(init=False)

    def __post_init__(self) -> None:
        self.world = World(
            condstore=self.condstore, says_next=self.says_next, resyncs=self.resyncs, points=self.witness
        )

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Keep every moment inside."""
        self.witness.files = self._files
        self.witness.has_learned = lambda: self.world.parser.has_learned
        try:
            yield
        finally:
            self.witness.files = None

    def _files(self) -> dict[str, bytes]:
        return self.world.on_disk()

    # --- the world ----------------------------------------------------------------------------------------------------

    def folder(self, place: int) -> Folder:
        """INBOX and Archive of one mailbox, INBOX of the other."""
        return list(self.world.server.folders())[place]

    def letter(self, sender: str = SENDERS[0], kind: Kind = Kind.PLAIN, *, like: Letter | None = None) -> Letter:
        """Write a letter that nobody has written before."""
        serial = len(self.letters) + 1
        received = RECEIVED.get(kind, self.world.clock.now() - timedelta(minutes=5))
        made = write_letter(serial, sender, like.message_id if like else f"m{serial}", received, kind)
        self.letters[serial] = made
        return made

    def deliver(self, place: int, count: int = 1, kind: Kind = Kind.PLAIN, temper: Temper = Temper.GOOD) -> None:
        """Letters of three senders by turns."""
        for number in range(count):
            self.folder(place).add(self.letter(SENDERS[number % 3], kind), temper=temper)

    def deliver_old(self, place: int, *days: float, temper: Temper = Temper.GOOD) -> None:
        """Letters received so many days before the day from which the mailboxes were synced at first."""
        for number, before in enumerate(days):
            plain = self.letter(SENDERS[number % 3], Kind.OLD)
            old = replace(plain, received_at=SYNCED_FROM - timedelta(days=before))
            self.letters[old.serial] = old
            self.folder(place).add(old, temper=temper)

    def deliver_again(self, place: int, serial: int) -> None:
        """The same message by another way, with trace headers of its own."""
        folder = self.folder(place)
        folder.add(delivered_again(self.letters[serial], folder.next_uid, self.world.clock.now()))

    def expunge(self, place: int, *uids: int) -> None:
        """Remove messages on the server."""
        for uid in uids:
            self.folder(place).expunge(uid)

    def move(self, place: int, uid: int, to: int) -> None:
        """Move a message to another folder."""
        self.folder(to).add(self.folder(place).expunge(uid).letter)

    def renumber(self, place: int, *, backwards: bool = False) -> None:
        """Another UIDVALIDITY."""
        self.folder(place).renumber(self.folder(place).epoch + 1, backwards=backwards)

    def turn_clock(self, *, hours: int) -> None:
        """Set the computer's clock, as when it was wrong or slept."""
        self.world.clock.time += timedelta(hours=hours)

    # --- the program --------------------------------------------------------------------------------------------------

    def sync(self) -> None:
        """Sync all, under the faults that were set, which are then over."""
        faults, self.faults = self.faults, Faults()
        stop_after, self.stop_after = self.stop_after, 0
        self.world.sync(ALL, faults, stop_after=stop_after, at_once=self.at_once)

    def fetch(self) -> None:
        """Fetch the files of large mail, under the faults that were set, which are then over; tidy up after it."""
        faults, self.faults = self.faults, Faults()
        pieces, self.stop_after = self.stop_after, 0
        full_at, self.full_at = self.full_at, 0
        self.world.fetch(ALL, faults, pieces=pieces, full_at=full_at)
        self.store.sweep()

    def choose_files(self, policy: AttachmentPolicy) -> None:
        """Have files of the first mailbox come by themselves, or not."""
        with self.store.write() as uow:
            attachments.set_policy(uow, self.world.mailboxes[0], policy, self.world.clock)

    def want_files(self, *serials: int, part: str, wants: bool = True) -> None:
        """Ask for a file of mails, or take that back."""
        numbers = [number for number, serial in self.look().serials.items() if serial in serials]
        with self.store.write() as uow:
            for number in numbers:
                if wants:
                    attachments.ask(uow, EmailId(number), [part], self.world.clock)
                else:
                    attachments.take_back(uow, EmailId(number), [part])

    def reread(self) -> None:
        """Read again with a parser that has learned."""
        self.world.parser.has_learned = True
        reparse(self.world.context(), StopSignal(), everything=True)

    def repair(self) -> None:
        """Compare the server's numbers with the ledger, bring in what is missing, and compare again."""
        faults, self.faults = self.faults, Faults()
        self.world.server.begin(faults)
        for mailbox in self.world.mailboxes:
            how = AuditHow(AuditCause.PERSON, repair=True)
            run_audit(mailbox, self.world.context(), StopSignal(), how)
        self.world.server.end()

    @property
    def store(self) -> Store:
        """The open database."""
        return self.world.store

    def begin_backfill(self, days: int = 60) -> None:
        """Begin a backfill of the first mailbox."""
        self.world.begin_backfill(0, days)

    def backfill(self) -> None:
        """Work on it as long as there is something to do, under the faults that were set, which are then over."""
        faults, self.faults = self.faults, Faults()
        with self.store.read() as read:
            opened = read.backfills.open()
        for one in opened:
            self.world.work_on(one.id, faults)

    def turn_backfill(self, change: Callable[[UnitOfWork, Backfill, Clock], object]) -> None:
        """Hold, resume, end or take back the last one."""
        with self.store.write() as uow:
            change(uow, uow.read.backfills.every()[0], self.world.clock)

    def add_customers(self, *names: str) -> None:
        """A customer of each name, each with one of the senders' addresses."""
        made = [Customer(CustomerId(0), name, (SENDERS[number],)) for number, name in enumerate(names)]
        now = self.world.clock.now()
        with self.store.write() as uow:
            uow.customers.add_all(made, "import", now)
            uow.journal.record("customers.import", "Imported", PERSON, now)

    def assign(self, *serials: int, remember: bool = False) -> None:
        """File mails with the first customer."""
        stored = self.look()
        numbers = [EmailId(number) for number, serial in stored.serials.items() if serial in serials]
        customer = CustomerId(stored.customers[0]["id"])
        with self.store.write() as uow:
            review.assign(uow, numbers, customer, remember=remember, clock=self.world.clock)

    def undo(self) -> None:
        """Take the newest command back."""
        with self.store.write() as uow:
            undo.undo(uow, self.world.clock)

    def redo(self) -> None:
        """Do it again."""
        with self.store.write() as uow:
            undo.redo(uow, self.world.clock)

    # --- afterwards ---------------------------------------------------------------------------------------------------

    def look(self) -> Stored:
        """Everything the invariants ask about."""
        peephole = Peephole(self.world.profile, KEY)
        try:
            return peephole.look()
        finally:
            peephole.close()

    def settle(self) -> list[str]:
        """Sync without faults until all is well, at the latest the next day; returns what is not well."""
        complaints: list[str] = []
        for turn in range(4 + 2 * LIMITS.tries):
            if turn == 2 + LIMITS.tries:
                self.world.clock.time += timedelta(hours=25)
            self.sync()
            self.fetch()
            complaints = list(invariants.quiet(self.look(), self.world.server))
            if turn > 0 and not complaints and not self._is_open():
                break
        return complaints + self.files_amiss()

    def files_amiss(self) -> list[str]:
        """What is not well with files: what is here, what is left over."""
        stored, profile = self.look(), self.world.profile
        found = list(files.Inspection(self.letters).of(stored, self.store, profile))
        return found + list(files.left_over(stored, profile))

    def _is_open(self) -> bool:
        if any(row["code"] == invariants.OPEN for row in self.look().ledger):
            return True
        with self.store.read() as read:
            return any(read.attachments.figures(one.id).coming for one in self.world.mailboxes)

    def idle_changes(self) -> list[str]:
        """Sync and fetch once more; returns the tables which that changed, and none should be."""
        peephole = Peephole(self.world.profile, KEY)
        try:
            before = peephole.dump()
            self.sync()
            self.fetch()
            after = peephole.dump()
            return [name for name in before if before[name] != after[name]]
        finally:
            peephole.close()

    def picture(self, *, only_live: bool) -> Picture:
        """What the database says."""
        return picture(Path(self.world.profile), KEY, only_live=only_live)
