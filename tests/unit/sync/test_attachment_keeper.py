"""Who fetches attachments by itself: when there is work, behind the live sync, and never where something is wrong."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from desktop.domain.attachments import ON_DEMAND, AttachmentProgress
from desktop.domain.changes import Changed
from desktop.domain.errors import NeedsSignIn, Stopped
from desktop.domain.ids import MailboxId
from desktop.domain.mailbox import MailboxState
from desktop.domain.reasons import ReasonCode
from desktop.domain.syncing import Download
from desktop.services.attachments import ask, set_policy
from desktop.services.mailboxes import set_state
from desktop.sync import keeping
from desktop.sync.attachment_keeper import AttachmentKeeper
from desktop.sync.attachments import Consideration, bring_attachments
from desktop.sync.context import Limits, StopSignal
from tests.helpers.large import large_mail
from tests.helpers.pieces import Desk

RAW = large_mail(400_000)
WAIT_S = 20.0


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    yield made
    made.store.close()


class Heard:
    """What the keeper commits, to be waited for."""

    def __init__(self) -> None:
        self._change = threading.Condition()
        self._count = 0

    def committed(self, _changed: Changed) -> None:
        with self._change:
            self._count += 1
            self._change.notify_all()

    def wait_until(self, is_so: Callable[[], bool]) -> None:
        with self._change:
            assert self._change.wait_for(is_so, WAIT_S)


@contextmanager
def keeping_up(
    desk: Desk, heard: Heard, is_live: Callable[[MailboxId], bool] = lambda _box: False
) -> Iterator[AttachmentKeeper]:
    keeper = AttachmentKeeper(
        desk.context(), lambda: Limits(piece_bytes=64 << 10), is_live, heard.committed, lambda _told: None
    )
    keeper.start()
    try:
        yield keeper
    finally:
        keeper.end()
        assert keeper.wait_over(WAIT_S)


def test_it_fetches_what_is_wanted_and_looks_again_when_something_is_asked_for(desk: Desk) -> None:
    with desk.store.write() as uow:
        set_policy(uow, desk.mailbox, ON_DEMAND, desk.clock)
    email, heard = desk.deliver(RAW), Heard()
    with keeping_up(desk, heard) as keeper:
        with desk.store.write() as uow:
            ask(uow, email, None, desk.clock)
        keeper.look()
        heard.wait_until(lambda: desk.states(email) == ["here"])
    assert desk.delivered(email) == RAW
    assert desk.shelf.sign_ins == 1


def test_it_waits_for_the_live_sync(desk: Desk) -> None:
    email, heard, looks = desk.deliver(RAW), Heard(), list[MailboxId]()

    def is_live(mailbox_id: MailboxId) -> bool:
        looks.append(mailbox_id)
        assert len(looks) > 3 or desk.shelf.sign_ins == 0
        return len(looks) <= 3

    with keeping_up(desk, heard, is_live):
        heard.wait_until(lambda: desk.states(email) == ["here"])
    assert len(looks) > 3


def test_a_refused_sign_in_is_told_once_and_not_repeated(desk: Desk) -> None:
    desk.deliver(RAW)
    refused = threading.Event()

    def refuse(_ref: int, _start: int, _count: int) -> bytes:
        refused.set()
        raise NeedsSignIn(ReasonCode.ACCOUNT_SIGN_IN, "The server refused the password.")

    desk.shelf.lie = refuse
    heard = Heard()

    def has_trouble() -> bool:
        with desk.store.read() as read:
            return read.mailboxes.condition(desk.mailbox.id).trouble is not None

    with keeping_up(desk, heard) as keeper:
        assert refused.wait(WAIT_S)
        heard.wait_until(has_trouble)
        for _ in range(3):
            keeper.stir()
            keeper.look()
    assert desk.shelf.sign_ins == 1


def test_a_paused_mailbox_is_left_in_peace(desk: Desk) -> None:
    email, heard = desk.deliver(RAW), Heard()
    with desk.store.write() as uow:
        set_state(uow, desk.mailbox.id, MailboxState.PAUSED, desk.clock)
    assert "paused" in desk.words(email)
    with keeping_up(desk, heard) as keeper:
        keeper.look()
    assert desk.shelf.sign_ins == 0


# --- what a person sees of it, and wants ------------------------------------------------------------------------------


class Watching:
    """What is told of downloads, to be waited for."""

    def __init__(self) -> None:
        self._change = threading.Condition()
        self.told: list[Download] = []

    def hear(self, told: Download) -> None:
        with self._change:
            self.told.append(told)
            self._change.notify_all()

    def wait_for(self, is_it: Callable[[Download], bool]) -> Download:
        with self._change:
            assert self._change.wait_for(lambda: any(map(is_it, self.told)), WAIT_S), self.told
            return next(one for one in self.told if is_it(one))


@contextmanager
def watched(desk: Desk, heard: Heard, watching: Watching) -> Iterator[AttachmentKeeper]:
    limits = Limits(piece_bytes=64 << 10)
    keeper = AttachmentKeeper(
        desk.context(), lambda: limits, lambda _box: False, heard.committed, lambda _told: None, watching.hear
    )
    keeper.start()
    try:
        yield keeper
    finally:
        keeper.end()
        assert keeper.wait_over(WAIT_S)


def test_a_download_is_told_from_its_beginning_to_its_end(desk: Desk) -> None:
    email, heard, watching = desk.deliver(RAW), Heard(), Watching()
    with watched(desk, heard, watching):
        over = watching.wait_for(lambda one: one.is_over)
    assert desk.states(email) == ["here"]
    assert {(one.mailbox_id, one.address, one.name) for one in watching.told} == {
        (desk.mailbox.id, desk.mailbox.address, "plan.pdf")
    }
    counts = [one.done for one in watching.told]
    assert counts[0] == 0
    assert counts == sorted(counts)
    assert over.done == over.total > 400_000


class Gate:
    """A server that waits before each piece until it may go on."""

    def __init__(self, desk: Desk, pieces: int) -> None:
        self._desk, self._free, self.asked = desk, threading.Semaphore(pieces), 0
        desk.shelf.lie = self._read

    def open(self) -> None:
        self._free.release(1000)

    def _read(self, ref: int, start: int, count: int) -> bytes | None:
        self.asked += 1
        assert self._free.acquire(timeout=WAIT_S)
        return self._desk.shelf.truth(ref, start, count)


def test_a_held_download_rests_and_goes_on_where_it_was(desk: Desk) -> None:
    email, heard, watching = desk.deliver(RAW), Heard(), Watching()
    gate = Gate(desk, pieces=2)
    with watched(desk, heard, watching) as keeper:
        watching.wait_for(lambda one: one.done == 2 * (64 << 10))
        keeper.hold(desk.mailbox.id)
        watching.wait_for(lambda one: one.is_held)
        gate.open()
        heard.wait_until(lambda: keeper.downloads.rests(desk.mailbox.id))
        keeper.stir(desk.mailbox.id)
        assert desk.states(email) == ["coming"]
        asked = gate.asked
        keeper.release(desk.mailbox.id)
        watching.wait_for(lambda one: one.is_over)
    assert desk.states(email) == ["here"]
    assert desk.delivered(email) == RAW
    assert gate.asked - asked <= len(RAW) // (64 << 10), "nothing was asked for twice but the piece that was on its way"


def test_one_that_slept_in_the_middle_of_an_answer_goes_on_with_a_new_connection(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "SETTLED_S", -1.0)  # it was begun before the sleep
    email, heard, asked, given_up = desk.deliver(RAW), Heard(), threading.Event(), threading.Event()
    pieces = iter(range(100))

    def read(ref: int, start: int, count: int) -> bytes | None:
        if next(pieces) == 2:  # the rest of this answer never comes
            asked.set()
            assert given_up.wait(WAIT_S)
            raise Stopped
        return desk.shelf.truth(ref, start, count)

    desk.shelf.lie = read
    monkeypatch.setattr(desk.shelf, "abandon", given_up.set)
    with keeping_up(desk, heard) as keeper:
        assert asked.wait(WAIT_S)
        keeper.woke()
        heard.wait_until(lambda: desk.states(email) == ["here"])
    assert desk.delivered(email) == RAW
    assert desk.shelf.sign_ins == 2


def test_a_mailbox_paused_in_the_middle_of_a_file_is_left_alone_at_once(desk: Desk) -> None:
    desk.deliver(RAW)
    stop, begun = StopSignal(), 0

    def begin(_progress: AttachmentProgress) -> None:
        nonlocal begun
        begun += 1
        if begun > 3:
            stop.request()

    def pause(_progress: AttachmentProgress) -> None:
        with desk.store.write() as uow:
            set_state(uow, desk.mailbox.id, MailboxState.PAUSED, desk.clock)

    receipt = bring_attachments(
        desk.mailbox, desk.context(Limits(piece_bytes=64 << 10)), stop, Consideration(tell=pause, begin=begin)
    )
    assert (receipt.error, begun) == (None, 1)


def test_a_stopped_download_is_not_asked_for_any_more(desk: Desk) -> None:
    with desk.store.write() as uow:
        set_policy(uow, desk.mailbox, ON_DEMAND, desk.clock)
    email, heard, watching = desk.deliver(RAW), Heard(), Watching()
    with desk.store.write() as uow:
        ask(uow, email, None, desk.clock)
    gate = Gate(desk, pieces=1)
    with watched(desk, heard, watching) as keeper:
        watching.wait_for(lambda one: one.done > 0)
        keeper.stop(desk.mailbox.id)
        assert watching.told[-1].is_over
        gate.open()
        heard.wait_until(lambda: desk.states(email) == ["on_demand"])
        with desk.store.write() as uow:
            ask(uow, email, None, desk.clock)
        keeper.look()
        heard.wait_until(lambda: desk.states(email) == ["here"])
    assert desk.delivered(email) == RAW


def test_what_comes_by_itself_and_was_stopped_goes_on_after_the_next_sync(desk: Desk) -> None:
    email, heard, watching = desk.deliver(RAW), Heard(), Watching()
    gate = Gate(desk, pieces=1)
    with watched(desk, heard, watching) as keeper:
        watching.wait_for(lambda one: one.done > 0)
        keeper.stop(desk.mailbox.id)
        gate.open()
        keeper.stir()
        assert keeper.downloads.rests(desk.mailbox.id)
        assert desk.states(email) == ["coming"]
        keeper.stir(desk.mailbox.id)
        heard.wait_until(lambda: desk.states(email) == ["here"])


def test_a_held_download_that_is_stopped_is_over(desk: Desk) -> None:
    desk.deliver(RAW)
    heard, watching = Heard(), Watching()
    gate = Gate(desk, pieces=1)
    with watched(desk, heard, watching) as keeper:
        watching.wait_for(lambda one: one.done > 0)
        keeper.hold(desk.mailbox.id)
        gate.open()
        keeper.stop(desk.mailbox.id)
        watching.wait_for(lambda one: one.is_over)
        keeper.release(desk.mailbox.id)
        assert keeper.downloads.rests(desk.mailbox.id)
