"""What the tests of syncing share: a world to sync in, and plain questions about what became of it."""

from datetime import timedelta

from desktop.domain.health import Health
from desktop.domain.receipt import MailboxReceipt
from desktop.domain.rows import EventRow
from tests.model.letters import Kind, Letter, write_letter
from tests.model.server import Faults, Folder, Temper
from tests.model.stored import Peephole, Stored
from tests.model.world import KEY, SYNCED_FROM, World

ANN, BOB = "ann@example.test", "bob@example.test"


class Desk:
    """A model world, with short words for what tests do in it."""

    def __init__(self, *, condstore: bool = True, resyncs: bool = False) -> None:
        self.world = World(condstore=condstore, says_next=True, resyncs=resyncs)
        self.inbox = self.folder(ANN, "INBOX")
        self.archive = self.folder(ANN, "Archive")
        self.other = self.folder(BOB, "INBOX")
        self._serial = 0

    def close(self) -> None:
        self.world.close()

    def folder(self, address: str, name: str) -> Folder:
        return self.world.server.accounts[address][name]

    def letter(self, kind: Kind = Kind.PLAIN, *, sender: str = "a@customer.test") -> Letter:
        self._serial += 1
        age = timedelta(days=20) if kind is Kind.OLD else timedelta(days=1)
        received_at = SYNCED_FROM - age if kind is Kind.OLD else self.world.clock.now() - age
        return write_letter(self._serial, sender, f"m{self._serial}", received_at, kind)

    def deliver(self, folder: Folder, count: int = 1, *, temper: Temper = Temper.GOOD, kind: Kind = Kind.PLAIN) -> None:
        for _ in range(count):
            folder.add(self.letter(kind), temper=temper)

    def sync(self, faults: Faults | None = None, *, stop_after: int = 0) -> list[MailboxReceipt]:
        """Sync both mailboxes, Ann's first."""
        return self.world.sync(-1, faults or Faults(), stop_after=stop_after)

    def stored(self) -> Stored:
        peephole = Peephole(self.world.profile, KEY)
        try:
            return peephole.look()
        finally:
            peephole.close()

    def verdicts(self, folder: Folder) -> dict[int, str]:
        """Return the code of each message of the epoch at which *folder* is now."""
        stored = self.stored()
        folders = [(address, one) for address, all_of in self.world.server.accounts.items() for one in all_of.values()]
        place = next((address, one.name) for address, one in folders if one is folder)
        number = next(key for key, row in stored.folders.items() if (row["address"], row["name"]) == place)
        here = [row for row in stored.ledger if (row["folder_id"], row["epoch"]) == (number, str(folder.epoch))]
        return {int(row["ref"]): row["code"] for row in here}

    def codes(self) -> list[str]:
        """Return every code in the ledger, of all folders and epochs."""
        return sorted(row["code"] for row in self.stored().ledger)

    def health(self, which: int = 0) -> Health:
        with self.world.store.read() as read:
            return read.mailboxes.health(self.world.mailboxes[which].id)

    def events(self, level: str = "info") -> list[EventRow]:
        with self.world.store.read() as read:
            return list(read.records.events(level=level, limit=100))
