"""A server that says OK and does not show its new mail: yellow within two intervals, with evidence, and told once."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from desktop.demo.fault_actions import bad, edit
from desktop.demo.faults import Fault, on
from desktop.demo.server import ImapServer
from desktop.domain.errors import Transient
from desktop.domain.health import HealthState
from desktop.domain.reasons import ReasonCode
from desktop.domain.receipt import MailboxReceipt
from desktop.domain.source import FolderStatus
from desktop.sync.context import StopSignal
from desktop.sync.mailbox_pass import sync_mailbox
from desktop.workspace import connecting
from tests.helpers.mails import FixedClock
from tests.model.letters import Kind
from tests.model.server import Faults, ModelSource, Temper
from tests.unit.sync.support import ANN, Desk
from tests.unit.workspace.support import ADDRESS, PASSWORD, SECRET, letter, mailbox_on, open_workspace

GREEN, YELLOW = HealthState.HEALTHY, HealthState.ATTENTION


def hidden_sync(desk: Desk) -> MailboxReceipt:
    """A sync in which the server lists nothing, and says OK."""
    return desk.sync(Faults(short_by=99))[0]


def told(desk: Desk, level: str = "info") -> list[tuple[str, str]]:
    """What the log says of Ann's mailbox, oldest first."""
    return [(row.level, row.code) for row in reversed(desk.events(level)) if row.mailbox == ANN]


def test_new_mail_that_a_search_leaves_out_turns_yellow_at_the_second_pass_and_green_when_it_comes(desk: Desk) -> None:
    desk.deliver(desk.inbox, 3)
    desk.sync()
    assert desk.health().state is GREEN
    before = told(desk)
    desk.deliver(desk.inbox, 1)
    assert hidden_sync(desk).error is None
    assert (desk.health().state, told(desk)) == (GREEN, before), "mail may arrive while a pass runs"
    assert hidden_sync(desk).error is None
    health = desk.health()
    assert (health.state, health.code) == (YELLOW, "MAIL_NOT_ARRIVING")
    assert health.reason.startswith("INBOX: the newest email on the server is of ")
    for _ in range(5):
        hidden_sync(desk)
    assert told(desk) == [*before, ("warning", "MAIL_NOT_ARRIVING")]
    desk.sync()
    desk.sync()
    assert desk.health().state is GREEN
    assert [code for _, code in told(desk)[len(before) + 1 :]].count("SYNCED") == 2, "what came, and that all is well"
    recovered = [row.what for row in desk.events() if row.what.startswith("New mail comes over again")]
    assert len(recovered) == 1


def test_a_folder_that_says_nothing_has_changed_is_not_believed(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The counts of EXAMINE may be stale; from the second time on the folder is listed whole, whatever they say."""
    desk.deliver(desk.inbox, 3)
    desk.sync()
    opened = ModelSource.open_folder
    stale = opened(ModelSource(desk.world.server, ANN), "INBOX")

    def open_stale(self: ModelSource, name: str) -> FolderStatus:
        now = opened(self, name)
        return stale if name == "INBOX" and self._address == ANN else now

    monkeypatch.setattr(ModelSource, "open_folder", open_stale)
    desk.deliver(desk.inbox, 1)
    states = []
    for _ in range(4):
        desk.sync()
        states.append(desk.health().state)
    assert states == [GREEN, YELLOW, GREEN, GREEN]
    assert desk.verdicts(desk.inbox)[4] == "NO_MATCH"


def test_mail_too_old_to_be_wanted_is_not_missed(desk: Desk) -> None:
    desk.deliver(desk.inbox, 2, kind=Kind.OLD)
    for _ in range(3):
        desk.sync()
    assert desk.health().state is GREEN


def test_mail_that_is_listed_and_never_delivered_has_not_arrived(desk: Desk) -> None:
    desk.deliver(desk.inbox)
    desk.deliver(desk.inbox, temper=Temper.NOT_FETCHED)
    desk.sync()
    desk.sync()
    assert desk.health().code == "MAIL_NOT_ARRIVING"
    desk.deliver(desk.inbox)
    desk.sync()
    assert desk.health().state is GREEN, "one message that cannot be had is named by itself; the others arrive"


def test_an_empty_folder_and_one_that_was_emptied_are_well(desk: Desk) -> None:
    desk.sync()
    assert desk.health().state is GREEN
    desk.deliver(desk.inbox)
    desk.sync()
    desk.inbox.expunge(1)
    for _ in range(3):
        desk.sync()
    assert desk.health().state is GREEN


def test_what_was_missed_under_old_numbers_is_not_missed_under_new_ones(desk: Desk) -> None:
    desk.deliver(desk.inbox)
    desk.sync()
    desk.deliver(desk.inbox)
    hidden_sync(desk)
    hidden_sync(desk)
    assert desk.health().code == "MAIL_NOT_ARRIVING"
    desk.inbox.renumber(2, backwards=False)
    desk.sync()
    assert desk.health().state is GREEN


def test_what_is_there_and_here_is_kept_for_each_folder(desk: Desk) -> None:
    desk.deliver(desk.inbox)
    desk.sync()
    desk.world.clock.time += timedelta(hours=1)
    desk.deliver(desk.inbox)
    hidden_sync(desk)
    with desk.world.store.read() as read:
        inbox, archive = read.mailboxes.freshness(desk.world.mailboxes[0].id)
    assert inbox.there_at is not None
    assert inbox.here_at is not None
    assert timedelta(minutes=59) < inbox.there_at - inbox.here_at < timedelta(minutes=61)
    assert (inbox.there_ref, inbox.behind_ref, inbox.behind_since) == (2, 2, desk.world.clock.now())
    assert (archive.name, archive.there_at, archive.behind_passes) == ("Archive", None, 0)


def test_a_pass_that_broke_off_is_told_once_and_so_is_its_recovery(desk: Desk) -> None:
    desk.sync()
    before = told(desk)
    down = Transient(ReasonCode.SERVER_UNREACHABLE, "The server cannot be reached.")
    for _ in range(2):
        desk.sync(Faults(refuse=down))
    assert told(desk) == [*before, ("error", "SERVER_UNREACHABLE")]
    for _ in range(5):
        desk.sync(Faults(refuse=down))
    assert told(desk) == [*before, *[("error", "SERVER_UNREACHABLE")] * 2], "that it lasts is told once more: it is red"
    desk.sync()
    desk.sync()
    assert told(desk)[-1] == ("info", "SYNCED")
    (recovered,) = [row.what for row in desk.events() if "Connected again" in row.what and row.mailbox == ANN]
    assert recovered == "Connected again after 7 failed tries: The server cannot be reached."


# --- over the wire ----------------------------------------------------------------------------------------------------


def hiding_above(highest: int) -> Fault:
    """A server whose searches find no UID above *highest*, and which says OK."""

    def change(reply: bytes) -> bytes:
        if not reply.startswith((b"* SEARCH", b"* ESEARCH")):
            return reply
        return b"* SEARCH " + b" ".join(b"%d" % uid for uid in range(1, highest + 1)) + b"\r\n"

    return Fault(when=on("UID SEARCH"), do=edit(change), times=None)


def test_over_the_wire_a_search_that_hides_new_mail_is_found_out(tmp_path: Path, imap_server: ImapServer) -> None:
    clock = FixedClock(datetime.now(UTC))
    account = imap_server.add_account(ADDRESS, PASSWORD)
    account.deliver(letter(1))
    with open_workspace(tmp_path, clock=clock) as workspace:
        held, _ = connecting.connect_mailbox(workspace, mailbox_on(imap_server), SECRET)

        def sync() -> tuple[HealthState, str]:
            clock.advance(minutes=15)
            with workspace.sync_context() as context:
                assert sync_mailbox(held, context, StopSignal()).error is None
            with workspace.store.read() as read:
                health = read.mailboxes.health(held.id)
            return health.state, health.code

        assert sync() == (GREEN, "SYNCED")
        imap_server.faults.add(hiding_above(1))
        account.deliver(letter(2))
        assert [sync(), sync(), sync()] == [
            (GREEN, "SYNCED"),
            (YELLOW, "MAIL_NOT_ARRIVING"),
            (YELLOW, "MAIL_NOT_ARRIVING"),
        ]
        imap_server.faults.clear()
        assert sync() == (GREEN, "SYNCED")
        with workspace.store.read() as read:
            (inbox,) = read.mailboxes.freshness(held.id)
            assert read.mailboxes.figures(held.id).synced == 2
    assert inbox.there_at == inbox.here_at
    assert not inbox.is_stuck


def test_over_the_wire_a_server_that_refuses_to_name_the_newest_of_nothing_is_well(
    tmp_path: Path, imap_server: ImapServer
) -> None:
    imap_server.add_account(ADDRESS, PASSWORD)
    imap_server.faults.add(Fault(when=on("UID FETCH"), do=bad("The specified message set is invalid."), times=None))
    with open_workspace(tmp_path) as workspace:
        held, _ = connecting.connect_mailbox(workspace, mailbox_on(imap_server), SECRET)
        with workspace.sync_context() as context:
            assert sync_mailbox(held, context, StopSignal()).error is None
        with workspace.store.read() as read:
            assert read.mailboxes.health(held.id).state is GREEN


def test_a_first_sync_that_was_stopped_is_not_said_never_to_have_been(desk: Desk) -> None:
    desk.deliver(desk.inbox, 3)
    assert desk.health().reason == "Not synced yet."
    desk.sync(stop_after=2)
    assert desk.health().reason == "The first sync is not over yet; what it has brought is here."
    desk.sync()
    assert desk.health().reason == "Connected; the last sync went through."
