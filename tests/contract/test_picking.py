"""Manual selection on real servers: looking, searching in any script, bringing in what was picked."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.header import Header
from pathlib import Path

import pytest

from desktop.domain.browsing import EnvelopePage
from desktop.domain.email_list import EmailFilter
from desktop.domain.errors import CommandRefused
from desktop.domain.ids import MailboxId
from desktop.domain.mailbox import Direction, Frequency, Mailbox, MailboxState
from desktop.domain.reasons import ReasonCode
from desktop.domain.receipt import MailboxReceipt
from desktop.domain.refset import RefSet
from desktop.parsing.pool import ParserPool
from desktop.store.opening import create_store, open_store
from desktop.store.store import Store
from desktop.sync.context import StopSignal, SyncContext
from desktop.sync.mailbox_pass import sync_mailbox
from desktop.sync.picking import bring_in, browse
from tests.contract.conftest import WAYS, Site, settings_of
from tests.helpers.mailboxes import MailServer
from tests.model.world import KEY, ModelClock

OWN = "office@example.test"
NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)


def written(number: int, name: str, subject: str, *, sender: str = "") -> bytes:
    """A small mail with a name and a subject in any script, as mailers encode them."""
    encoded_name, encoded_subject = Header(name, "utf-8").encode(), Header(subject, "utf-8").encode()
    lines = (
        f"From: {encoded_name} <{sender or f'p{number}@acme.example'}>",
        f"To: {OWN}",
        f"Subject: {encoded_subject}",
        f"Message-ID: <pick-{number}@acme.example>",
        "Date: Tue, 10 Mar 2026 10:00:00 +0000",
    )
    return "\r\n".join((*lines, "", f"This is letter {number}.", "")).encode()


@dataclass
class Bench:
    """A profile with one mailbox on a server."""

    site: Site
    store: Store
    context: SyncContext
    mailbox: Mailbox

    def deliver(
        self, number: int, name: str = "Ann Lee", subject: str = "", folder: str = "INBOX", age: int = 1
    ) -> None:
        raw = written(number, name, subject or f"Order {number}")
        self.site.mailbox.deliver(raw, folder, NOW - timedelta(days=age))

    def look(self, folder: str = "INBOX", search: str = "", before: int | None = None, limit: int = 50) -> EnvelopePage:
        with self.site.open() as source:
            return browse(source, self.context, self.mailbox, folder, search=search, before=before, limit=limit)

    def pick(self, *refs: int, folder: str = "INBOX") -> MailboxReceipt:
        epoch = self.look(folder).epoch
        return bring_in(self.mailbox, folder, epoch, refs, self.context, StopSignal())

    def sync(self) -> MailboxReceipt:
        receipt = sync_mailbox(self.mailbox, self.context, StopSignal())
        assert receipt.error is None
        return receipt

    def turn(self, direction: Direction) -> None:
        self.mailbox = replace(self.mailbox, direction=direction)
        with self.store.write() as uow:
            uow.mailboxes.replace(self.mailbox)

    def verdicts(self, folder: str = "INBOX") -> dict[int, str]:
        """The one verdict of each message of the folder, from rows and ranges together."""
        found: dict[int, str] = {}
        with self.store.read() as read:
            state = read.mailboxes.folder(self.mailbox.id, folder)
            assert state is not None
            rows = read._run.exec_driver_sql("SELECT ref, code FROM ledger WHERE folder_id = ?", (state.id,)).all()
            ranges = read._run.exec_driver_sql("SELECT refs, code FROM ledger_range WHERE folder_id = ?", (state.id,))
            each = [(int(ref), code) for ref, code in rows]
            each += [(ref, code) for refs, code in ranges for ref in RefSet.parse(refs)]
            for ref, code in each:
                assert ref not in found, f"{ref} has two verdicts"
                found[ref] = code
            assert read.ledger.cursor(state.id, state.epoch) == RefSet.of(found)
        return dict(sorted(found.items()))


@pytest.fixture
def bench(mail_server: MailServer, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
    """A mailbox that brings in only what is picked, on the fake server and on Dovecot."""
    authority = request.getfixturevalue("dovecot" if mail_server.kind == "dovecot" else "tls_authority")
    site = Site(mail_server, settings_of(mail_server, WAYS["tls"]), authority.ca_file)
    create_store(tmp_path, KEY)
    store = open_store(tmp_path, KEY, writing=True)
    made = Mailbox(
        id=MailboxId(0),
        address=OWN,
        provider="custom",
        imap=site.settings,
        smtp=None,
        folders=("INBOX",),
        direction=Direction.MANUAL,
        frequency=Frequency.MANUAL,
        since_days=14,
        synced_from=NOW - timedelta(days=14),
        state=MailboxState.ACTIVE,
        created_at=NOW,
    )
    with store.write() as uow:
        made = replace(made, id=uow.mailboxes.add(made))
    with ParserPool(1) as parser:
        context = SyncContext(store, parser, ModelClock(), lambda _mailbox, _stop: site.open(), lambda: 0.5)
        yield Bench(site, store, context, made)
    store.close()


def test_a_sync_of_it_brings_nothing_in_and_gives_everything_its_verdict(bench: Bench) -> None:
    for number in (1, 2, 3):
        bench.deliver(number)
    receipt = bench.sync().folders[0]
    assert (receipt.listed, receipt.fetched, receipt.stored, receipt.to_pick) == (3, 0, 0, 3)
    assert bench.verdicts() == dict.fromkeys((1, 2, 3), "MANUAL_MODE")
    bench.deliver(4)
    assert bench.sync().folders[0].to_pick == 1
    assert bench.sync().folders[0].to_pick == 0


def test_looking_shows_the_newest_first_page_by_page(bench: Bench) -> None:
    for number in range(1, 8):
        bench.deliver(number, "Jörg Müller" if number == 7 else "Ann Lee")
    first = bench.look(limit=3)
    assert [row.ref for row in first.rows] == [7, 6, 5]
    assert (first.total, first.before, first.folder) == (7, 5, "INBOX")
    newest = first.rows[0]
    assert (newest.from_name, newest.from_address, newest.subject) == ("Jörg Müller", "p7@acme.example", "Order 7")
    assert (newest.received_at, newest.is_here) == (NOW - timedelta(days=1), False)
    second = bench.look(before=first.before, limit=3)
    assert ([row.ref for row in second.rows], second.before) == ([4, 3, 2], 2)
    third = bench.look(before=second.before, limit=3)
    assert ([row.ref for row in third.rows], third.before) == ([1], None)
    assert not any("\\Seen" in flags for flags in bench.site.mailbox.flags().values())


def test_an_empty_folder_shows_an_empty_page(bench: Bench) -> None:
    page = bench.look(search="anything")
    assert (list(page.rows), page.total, page.before) == ([], 0, None)


@pytest.mark.parametrize(
    ("wanted", "refs"),
    [
        ("größe", [2]),
        ("müller", [1]),
        ("日本語", [3]),
        ("発送", [3]),
        ("Заказ", [4]),
        ('say "hi" \\ now', [5]),
        ("acme.example", [5, 4, 3, 2, 1]),
        ("  ann  ", [5, 4, 3, 2]),
        ("nobody wrote this", []),
        ("ไม่มี", []),
    ],
)
def test_senders_and_subjects_are_searched_in_any_script(bench: Bench, wanted: str, refs: list[int]) -> None:
    bench.deliver(1, "Jörg Müller", "Angebot")
    bench.deliver(2, "Ann Lee", "Falsche Größe")
    bench.deliver(3, "Ann Lee", "日本語の発送")
    bench.deliver(4, "Ann Lee", "Заказ 12")
    bench.deliver(5, "Ann Lee", 'They say "hi" \\ now')
    page = bench.look(search=wanted)
    assert [row.ref for row in page.rows] == refs
    assert page.total == len(refs)


def test_what_is_picked_gets_its_real_verdict(bench: Bench) -> None:
    for number in (1, 2, 3):
        bench.deliver(number)
    bench.deliver(4, age=400)
    bench.sync()
    receipt = bench.pick(2, 4)
    assert receipt.error is None
    assert (receipt.folders[0].fetched, receipt.folders[0].stored) == (2, 2)
    assert bench.verdicts() == {1: "MANUAL_MODE", 2: "NO_MATCH", 3: "MANUAL_MODE", 4: "NO_MATCH"}
    assert [row.ref for row in bench.look().rows if row.is_here] == [4, 2]
    assert bench.sync().folders[0].to_pick == 0
    assert bench.pick(2).folders[0].stored == 0, "what is here already comes in once"
    assert bench.verdicts()[2] == "NO_MATCH"


def test_a_person_may_pick_before_any_sync_and_from_a_folder_that_is_not_synced(bench: Bench) -> None:
    bench.site.mailbox.create_folder("Früher")
    bench.deliver(1, folder="Früher")
    bench.deliver(2, folder="Früher")
    assert bench.pick(2, folder="Früher").folders[0].stored == 1
    assert bench.verdicts("Früher") == {2: "NO_MATCH"}
    with bench.store.read() as read:
        assert [folder.name for folder in read.mailboxes.folders(bench.mailbox.id)] == ["INBOX"]


def test_what_the_mailbox_itself_sent_can_be_picked(bench: Bench) -> None:
    bench.site.mailbox.deliver(written(1, "Office", "Our answer", sender=OWN), "INBOX", NOW - timedelta(days=1))
    bench.turn(Direction.INBOUND)
    bench.sync()
    assert bench.verdicts() == {1: "DIRECTION_OFF"}
    assert bench.pick(1).folders[0].stored == 1
    with bench.store.read() as read:
        (row,) = read.emails.page(EmailFilter(), limit=10)
    assert (row.direction, row.needs_review) == ("outbound", False)


def test_a_renumbered_folder_is_refused(bench: Bench) -> None:
    bench.deliver(1)
    page = bench.look()
    bench.site.mailbox.reset_uidvalidity()
    with pytest.raises(CommandRefused) as refused:
        bring_in(bench.mailbox, "INBOX", page.epoch, [1], bench.context, StopSignal())
    assert refused.value.code is ReasonCode.CHANGED_MEANWHILE
    with bench.store.read() as read:
        assert read.emails.count(EmailFilter()) == 0


def test_what_is_gone_meanwhile_is_told_and_keeps_its_verdict(bench: Bench) -> None:
    bench.deliver(1)
    bench.deliver(2)
    bench.sync()
    epoch = bench.look().epoch
    bench.site.mailbox.expunge("INBOX", 2)
    receipt = bring_in(bench.mailbox, "INBOX", epoch, [1, 2], bench.context, StopSignal()).folders[0]
    assert (receipt.stored, receipt.missing) == (1, 1)
    assert bench.verdicts() == {1: "NO_MATCH", 2: "MANUAL_MODE"}


def test_inbound_again_brings_in_what_is_in_reach_and_manual_again_leaves_it_here(bench: Bench) -> None:
    for number in (1, 2):
        bench.deliver(number)
    bench.deliver(3, age=20)
    bench.sync()
    bench.pick(1)
    bench.turn(Direction.INBOUND)
    receipt = bench.sync().folders[0]
    assert (receipt.stored, receipt.out_of_range) == (1, 1)
    assert bench.verdicts() == {1: "NO_MATCH", 2: "NO_MATCH", 3: "BEFORE_START_DATE"}
    bench.turn(Direction.MANUAL)
    bench.deliver(4)
    assert bench.sync().folders[0].to_pick == 1
    assert bench.verdicts() == {1: "NO_MATCH", 2: "NO_MATCH", 3: "BEFORE_START_DATE", 4: "MANUAL_MODE"}
